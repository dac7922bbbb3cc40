//! What is a node's alone: its folder and its keys. Neither is read or written
//! through a link, which anybody who may change it points elsewhere, and others
//! cannot read a key.

use nix::fcntl::OFlag;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Others than the owner may do something with it.
const OTHERS: u32 = 0o077;

/// Refuses a link; what is not there is no link.
///
/// # Errors
///
/// If it is a link, or cannot be looked at.
pub(crate) fn refuse_link(path: &Path) -> io::Result<()> {
    // With a slash at its end a path is what the link points to.
    let path: &Path = &path.components().collect::<PathBuf>();
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => Err(link(path)),
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Refuses a folder that is a link, or in which something is one.
///
/// # Errors
///
/// If there is a link, or the folder cannot be read.
pub fn refuse_links_in(folder: &Path) -> io::Result<()> {
    refuse_link(folder)?;
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_symlink() {
            return Err(link(&entry.path()));
        }
    }
    Ok(())
}

/// Refuses a folder of keys in which others than its owner can put another key.
///
/// # Errors
///
/// If it is a link, others can write there, or it cannot be looked at.
pub(crate) fn refuse_what_others_can_write_in(folder: &Path) -> io::Result<()> {
    refuse_link(folder)?;
    let mode = fs::metadata(folder)?.permissions().mode() & 0o777;
    if mode & 0o022 == 0 {
        return Ok(());
    }
    Err(io::Error::new(
        ErrorKind::PermissionDenied,
        format!(
            "others can write in the folder {} (mode {mode:o})",
            folder.display()
        ),
    ))
}

/// The bytes of a key file.
///
/// # Errors
///
/// If it is a link, others can use it, or it cannot be read.
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
        format!("it is open to others (mode {mode:o})"),
    ))
}

fn link(path: &Path) -> io::Error {
    let text = format!(
        "{} is a symbolic link: give the place itself",
        path.display()
    );
    io::Error::new(ErrorKind::InvalidInput, text)
}
