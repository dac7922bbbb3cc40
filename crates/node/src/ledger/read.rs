//! Reads a ledger without changing it, and without having it in memory.

use super::contents::Contents;
use super::error::file_in;
use super::open::{apply_journal, builder};
use super::parts::{Head, Page, Part, read_head, read_page};
use super::{LedgerError, journal, socket};
use crate::Decree;
use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use redb::Database;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use synod_protocol::parliament::DecreeNumber;
use tempfile::TempDir;

/// The size of redb's page cache for a copy, in bytes: it is read from front to back.
const CACHE: usize = 4 << 20;

/// Reads a whole ledger, but not the law of its snapshot. A ledger of any length is read with [`LedgerReader`], which
/// this function uses. O(decrees). Shown in the [module's](super) example.
///
/// # Errors
///
/// As of [`LedgerReader`].
pub fn read(folder: &Path) -> Result<Contents, LedgerError> {
    let mut reader = LedgerReader::open(folder)?;
    let decrees: Result<Vec<_>, _> = reader.by_ref().collect();
    let Head {
        recovered,
        snapshot,
        metadata,
        ..
    } = reader.head;
    let mut ledger = recovered.ledger;
    ledger.decrees.extend(decrees?);
    Ok(Contents {
        identity: recovered.identity,
        ledger,
        snapshot,
        metadata,
    })
}

/// Reads the ledger in a folder without changing anything, whether its node runs or not: first the
/// [`Head`], and then the decrees of the law, in ascending order. Memory: the head and one page.
///
/// ```
/// # use synod_math::Priest;
/// # use synod_node::{Decree, Note, config::Identity, ledger::{DiskLedger, LedgerReader}};
/// # use synod_protocol::parliament::DecreeNumber;
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path().join("node-1");
/// # let me = Priest::new(0).unwrap();
/// # let identity = Identity { cluster: "demo".to_owned(), me, legislators: 3 };
/// # let (mut disk, _) = DiskLedger::open(&folder, &identity)?;
/// disk.commit(vec![Note::Outcome(DecreeNumber(1), Decree::OliveDay)])?;
/// drop(disk);
///
/// let mut reader = LedgerReader::open(&folder)?;
/// assert_eq!(reader.head.recovered.known, DecreeNumber(1));
/// let first = reader.next().unwrap()?;
/// assert_eq!(first, (DecreeNumber(1), Decree::OliveDay));
/// assert!(reader.next().is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// If there is no ledger, if it is damaged, or if a process that is not a node has it open.
/// If reading fails because the node starts or stops at that moment, the next call of
/// [`next`](Iterator::next) tries the same decree again.
#[derive(Debug)]
pub struct LedgerReader {
    /// The contents beside the decrees of the law, when the reader was opened.
    pub head: Head,
    file: PathBuf,
    /// `None` after a failure: then the place is looked for again.
    place: Option<Place>,
    /// Decrees that were read and not returned yet.
    page: Page,
    /// The number of the decree that [`next`](Iterator::next) looks for.
    next: DecreeNumber,
}

/// Where a ledger is read.
#[derive(Debug)]
enum Place {
    /// A copy of a closed ledger, in a folder that is removed with it.
    Copy {
        database: Database,
        _folder: TempDir,
    },
    /// The socket of a running node.
    Socket,
}

impl LedgerReader {
    /// Opens the ledger in a folder and reads its head. O(decrees) if its node does not run,
    /// because the whole file is verified then, and otherwise O(1).
    ///
    /// # Errors
    ///
    /// As of the reader.
    pub fn open(folder: &Path) -> Result<Self, LedgerError> {
        let file = file_in(folder);
        let place = Place::find(&file)?;
        Ok(Self {
            head: place.head(&file)?,
            file,
            place: Some(place),
            page: Page::new(),
            next: DecreeNumber(1),
        })
    }

    fn read_page(&mut self) -> Result<Page, LedgerError> {
        let place = match self.place.take() {
            Some(place) => place,
            None => Place::find(&self.file)?,
        };
        let page = place.page(&self.file, self.next)?;
        self.place = Some(place);
        Ok(page)
    }
}

impl Iterator for LedgerReader {
    type Item = Result<(DecreeNumber, Decree), LedgerError>;

    fn next(&mut self) -> Option<Self::Item> {
        let known = self.head.recovered.known;
        if self.next > known {
            return None;
        }
        if self.page.is_empty() {
            match self.read_page() {
                Ok(page) => self.page = page,
                Err(error) => return Some(Err(error)),
            }
        }
        let next = self.page.pop_front().filter(|(at, _)| *at <= known);
        self.next = next.as_ref().map_or(known, |(at, _)| *at).next();
        next.map(Ok)
    }
}

impl Place {
    fn find(file: &Path) -> Result<Self, LedgerError> {
        let io = |error| LedgerError::io(file, error);
        match std::fs::metadata(file) {
            Ok(metadata) if metadata.is_file() => {}
            Ok(_) => return Err(LedgerError::damaged(file, "it is no file")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(LedgerError::Nothing {
                    folder: file.parent().unwrap_or(Path::new(".")).to_owned(),
                });
            }
            Err(error) => return Err(io(error)),
        }
        // A process that has the ledger open for writing holds the lock. While it is copied here,
        // no process can open it for writing.
        match Flock::lock(File::open(file).map_err(io)?, FlockArg::LockSharedNonblock) {
            Ok(lock) => Self::copy(file, lock),
            Err((_, Errno::EWOULDBLOCK)) => Ok(Self::Socket),
            Err((_, error)) => Err(io(error.into())),
        }
    }

    /// Opens a copy of the file. Every page must be verified, and redb verifies only a file that it
    /// may repair, while the original must not be changed.
    fn copy(file: &Path, mut lock: Flock<File>) -> Result<Self, LedgerError> {
        let io = |error| LedgerError::io(file, error);
        let folder = tempfile::tempdir().map_err(io)?;
        let copy = folder.path().join(super::FILE);
        let mut written = File::create_new(&copy).map_err(io)?;
        io::copy(&mut *lock, &mut written).map_err(io)?;
        let journal = journal::read(file)?;
        drop((lock, written));
        let database = builder()
            .set_cache_size(CACHE)
            .set_check_integrity_on_open(true)
            .open(&copy)
            .map_err(|error| LedgerError::reading(file, error.into()))?;
        apply_journal(&database, file, journal.as_deref())?;
        Ok(Self::Copy {
            database,
            _folder: folder,
        })
    }

    fn head(&self, file: &Path) -> Result<Head, LedgerError> {
        match self {
            Self::Copy { database, .. } => {
                read_head(&mut &*written(database, file, Part::Head)?, file)
            }
            Self::Socket => read_head(&mut socket::ask(file, Part::Head)?, file),
        }
    }

    fn page(&self, file: &Path, from: DecreeNumber) -> Result<Page, LedgerError> {
        let part = Part::From(from);
        match self {
            Self::Copy { database, .. } => read_page(&mut &*written(database, file, part)?, file),
            Self::Socket => read_page(&mut socket::ask(file, part)?, file),
        }
    }
}

fn written(database: &Database, file: &Path, part: Part) -> Result<Vec<u8>, LedgerError> {
    let mut bytes = Vec::new();
    part.write(&mut bytes, database, file)?;
    Ok(bytes)
}
