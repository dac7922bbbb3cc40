//! Files that are written whole or not at all: [`WholeFile`].

use rustix::fs::OFlags;
use rustix::io::{Errno, ioctl_fionbio};
use std::fs::{self, File, Metadata, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tempfile::{Builder, NamedTempFile};

/// A file that is written at the end of a run: as a temporary file in the same folder, which
/// then takes its place. So whoever reads the file finds the old one or the whole new one.
///
/// What is no regular file (a pipe, a terminal, `/dev/null`) is written directly.
///
/// # Examples
/// ```
/// use synod_report::WholeFile;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("report.json");
/// let file = WholeFile::prepare(&path)?; // Before the run: an error costs nothing.
/// assert!(!path.exists());
/// file.write("{}\n".as_bytes())?;
/// assert_eq!(std::fs::read_to_string(&path)?, "{}\n");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct WholeFile {
    path: PathBuf,
    way: Way,
}

/// How a file is written.
#[derive(Debug)]
enum Way {
    /// Another file takes its place.
    Replaced,
    /// Into what is there, which is open.
    Directly(File),
    /// After what is there.
    Appended,
}

/// Held while a temporary file is there.
static UNDER_WAY: Mutex<()> = Mutex::new(());

impl WholeFile {
    /// Tries whether the file can be written, and leaves it as it is. Call it before anything
    /// is checked: so no result is lost to a path that cannot be written.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn prepare(path: &Path) -> io::Result<Self> {
        if path.as_os_str().as_bytes().ends_with(b"/") {
            return Err(ErrorKind::IsADirectory.into());
        }
        let found = found(path)?;
        if found.as_ref().is_some_and(Metadata::is_dir) {
            return Err(ErrorKind::IsADirectory.into());
        }
        if found.as_ref().is_some_and(|found| !found.is_file()) {
            let (path, way) = (path.to_owned(), Way::Directly(opened(path)?));
            return Ok(Self { path, way });
        }
        if found.is_some() {
            // A file that is protected from writing stays as it is.
            File::options().write(true).open(path)?;
        }
        let (path, way) = (followed(path)?, Way::Replaced);
        let file = Self { path, way };
        let _guard = none_under_way();
        file.temporary().map(drop)?;
        Ok(file)
    }

    /// The same for a file to which a text is added, which is created if it is not there.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn prepare_to_append(path: &Path) -> io::Result<Self> {
        File::options().append(true).create(true).open(path)?;
        let (path, way) = (path.to_owned(), Way::Appended);
        Ok(Self { path, way })
    }

    /// The file, links followed.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the file.
    ///
    /// # Errors
    /// It cannot be written. A regular file is then as it was.
    pub fn write(&self, bytes: &[u8]) -> io::Result<()> {
        match &self.way {
            Way::Replaced => self.replace(bytes),
            Way::Directly(file) => (&*file).write_all(bytes),
            Way::Appended => File::options()
                .append(true)
                .open(&self.path)?
                .write_all(bytes),
        }
    }

    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        let _guard = none_under_way();
        let mut file = self.temporary()?;
        file.write_all(bytes)?;
        if let Some(found) = found(&self.path)? {
            file.as_file().set_permissions(found.permissions())?;
        }
        // What has taken the place of a file survives a loss of power too.
        file.as_file().sync_all()?;
        file.persist(&self.path)
            .map(drop)
            .map_err(|error| error.error)
    }

    fn temporary(&self) -> io::Result<NamedTempFile> {
        let mut named = Builder::new();
        named.prefix(".synod-").suffix(".part");
        // As any new file: what the umask leaves of it.
        named.permissions(Permissions::from_mode(0o666));
        named.tempfile_in(folder(&self.path))
    }
}

/// Opens what is no regular file. A pipe that nobody reads is an error: to open it would wait for
/// ever.
fn opened(path: &Path) -> io::Result<File> {
    let flags = OFlags::NONBLOCK.bits().cast_signed();
    let opened = File::options().write(true).custom_flags(flags).open(path);
    let file = opened.map_err(|error| match error.raw_os_error() {
        Some(code) if code == Errno::NXIO.raw_os_error() => {
            io::Error::other("nobody reads this pipe")
        }
        _ => error,
    })?;
    ioctl_fionbio(&file, false)?;
    Ok(file)
}

/// Waits until no temporary file is there, and lets none be made as long as the guard lives. For
/// one who is about to end the process: so nothing is left behind.
pub fn none_under_way() -> MutexGuard<'static, ()> {
    UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where a path leads, whether or not a file is there: links are followed, and the folder has its
/// one name without links.
///
/// # Errors
/// There is no such folder, or the links have no end.
pub fn followed(path: &Path) -> io::Result<PathBuf> {
    const MOST_LINKS: usize = 40;
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(target) = fs::read_link(&path) else {
            let name = path.file_name().ok_or(ErrorKind::IsADirectory)?;
            return Ok(folder(&path).canonicalize()?.join(name));
        };
        path = folder(&path).join(target);
    }
    Err(io::Error::other("too many links"))
}

fn folder(path: &Path) -> &Path {
    let folder = path.parent().unwrap_or(path);
    if folder == Path::new("") {
        return Path::new(".");
    }
    folder
}

fn found(path: &Path) -> io::Result<Option<Metadata>> {
    match fs::metadata(path) {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
