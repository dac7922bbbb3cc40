//! Protects the folder and the keys of a node from other users of the machine: neither is
//! read or written through a symbolic link, because a user who may change the link could
//! point it elsewhere, and a key that other users can read is refused.

use nix::fcntl::OFlag;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The permissions of users other than the owner.
const OTHERS: u32 = 0o077;

/// Refuses a symbolic link. A path that does not exist is accepted.
///
/// # Errors
///
/// If the path is a link, or cannot be examined.
pub(crate) fn refuse_link(path: &Path) -> io::Result<()> {
    // With a slash at its end, a path denotes what the link points to: remove it.
    let path: &Path = &path.components().collect::<PathBuf>();
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => Err(link(path)),
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Refuses a folder that is a symbolic link, or contains a special file: a link, a pipe or a device. To open a pipe would
/// wait for ever. A folder that does not exist is accepted.
///
/// # Errors
///
/// If there is one, or the folder cannot be read.
///
/// ```
/// use synod_node::private::refuse_special_files_in;
///
/// let folder = tempfile::tempdir()?;
/// assert!(refuse_special_files_in(folder.path()).is_ok());
/// std::os::unix::fs::symlink("/etc", folder.path().join("link"))?;
/// assert!(refuse_special_files_in(folder.path()).is_err());
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn refuse_special_files_in(folder: &Path) -> io::Result<()> {
    refuse_link(folder)?;
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_symlink() {
            return Err(link(&entry.path()));
        }
        if kind.is_fifo() || kind.is_char_device() || kind.is_block_device() {
            let text = format!(
                "{} is a pipe or a device, and no file",
                entry.path().display()
            );
            return Err(io::Error::new(ErrorKind::InvalidInput, text));
        }
    }
    Ok(())
}

/// Refuses a folder of keys in which users other than its owner could replace a key.
///
/// # Errors
///
/// If the folder is a link, if other users can write in it, or if it cannot be examined.
pub(crate) fn refuse_what_others_can_write_in(folder: &Path) -> io::Result<()> {
    refuse_link(folder)?;
    let mode = fs::metadata(folder)?.permissions().mode() & 0o777;
    if mode & 0o022 == 0 {
        return Ok(());
    }
    Err(io::Error::new(
        ErrorKind::PermissionDenied,
        format!(
            "other users can write in the folder {} (mode {mode:o})",
            folder.display()
        ),
    ))
}

/// Reads a key file.
///
/// # Errors
///
/// If the file is a link, if other users can read or write it, or if it cannot be read.
pub(crate) fn read_key(file: &Path) -> io::Result<Vec<u8>> {
    refuse_link(file)?;
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(OFlag::O_NOFOLLOW.bits());
    let mut key = options.open(file)?;
    refuse_what_is_open_to_others(&key)?;
    let mut bytes = Vec::new();
    key.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn refuse_what_is_open_to_others(file: &File) -> io::Result<()> {
    let mode = file.metadata()?.permissions().mode() & 0o777;
    if mode & OTHERS == 0 {
        return Ok(());
    }
    Err(io::Error::new(
        ErrorKind::PermissionDenied,
        format!("it is open to other users (mode {mode:o})"),
    ))
}

fn link(path: &Path) -> io::Error {
    let text = format!(
        "{} is a symbolic link: give the path that it points to",
        path.display()
    );
    io::Error::new(ErrorKind::InvalidInput, text)
}
