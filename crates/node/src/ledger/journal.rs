//! [`Journal`]: the commits that are not in the redb file yet.
//!
//! A commit of redb writes ten pages in as many places of its file; one of the journal writes a few bytes behind the
//! last ones, and nothing else has to be durable. So a commit goes to the journal, and [`super::store`] brings the
//! commits of a while to the redb file together, in the background.
//!
//! | place | contents |
//! |---|---|
//! | 0 | [`MAGIC`], and the journal's own number, 16 bytes, which the redb file knows, too |
//! | [`HEAD`] | the first half: frames |
//! | [`HEAD`] + [`HALF`] | the second half: frames |
//!
//! A frame is one commit: SHA-256 of all that follows and of the journal's number, its sequence number (8 bytes), the
//! length of its [entries](super::entry) (4 bytes), and these. Each begins at a multiple of [`BLOCK`]. The file has its
//! whole length from the beginning, so that `fdatasync` has no metadata to write. When a half is full the other is
//! written over, as soon as all its commits are in the redb file.
//!
//! The redb file holds the sequence number of the last commit that it has. The later ones are read from the journal
//! when the ledger is opened. They must follow each other without a gap: a commit that is there although one before it
//! is not means damage, because a commit is durable before the next one is written. Commits that go to the redb file at
//! once have sequence numbers, too, so it is noticed if the file has forgotten one. If the last ones cannot be read, they were
//! not durable, or they are damaged, which nobody can tell apart here: then the other nodes know of a
//! later state of this ledger ([`crate::rollback`]).

use super::entry::{Entry, Kind, read_entry, write_entry};
use super::{IDENTITY, JOURNAL, LedgerError, PROMISES};
use crate::ledger_identity::LedgerId;
use crate::snapshot::Hasher;
use redb::{Database, ReadableDatabase};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The key of the journal's number in the redb file.
const NUMBER: &str = "journal";

/// The key of the sequence number of the last commit that the redb file has.
pub(super) const APPLIED: &str = "applied";

const MAGIC: &[u8; 16] = b"synod's journal\n";

/// Where the first half begins.
const HEAD: u64 = 4096;

/// The length of a half: so much is written until the redb file has to have what was written before.
const HALF: u64 = 1 << 20;

/// Frames begin at multiples of this, so that no block of a disk has parts of two: one that is torn when the power fails
/// takes no other with it.
const BLOCK: usize = 4096;

const DIGEST: usize = 32;
const HEADER: usize = DIGEST + 8 + 4;

/// A journal that is open for writing.
#[derive(Debug)]
pub(super) struct Journal {
    file: File,
    number: u128,
    /// The half that is written to, and where.
    half: usize,
    at: u64,
    /// The sequence number of the last commit.
    last: u64,
    /// That of the last commit in each half.
    ends: [u64; 2],
}

/// A commit that was appended.
pub(super) struct Appended {
    pub(super) sequence: u64,
    /// Whether the other half is full, so that the redb file should get all commits.
    pub(super) is_turn: bool,
}

impl Journal {
    /// Opens the journal of an open ledger, all of whose commits are in the redb file. Makes one if there is none.
    pub(super) fn open(database: &Database, file: &Path) -> Result<Self, LedgerError> {
        let path = path(file);
        let known = Known::read(database).map_err(|error| LedgerError::reading(file, error))?;
        let number = match known.number {
            Some(number) => number,
            None => make(database, file, &path)?,
        };
        let opened = OpenOptions::new().read(true).write(true).open(&path);
        Ok(Self {
            file: opened.map_err(|error| LedgerError::io(&path, error))?,
            number,
            half: 0,
            at: 0,
            last: known.applied,
            ends: [0; 2],
        })
    }

    /// The sequence number of the last commit.
    pub(super) const fn last(&self) -> u64 {
        self.last
    }

    /// The sequence number of a commit that goes to the redb file only.
    pub(super) const fn skip(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// Appends a commit, which is durable when this returns. `None` if there is no room: it has to go to the redb file,
    /// which has all commits up to `applied`. Then there is room, unless the commit is larger than a half.
    pub(super) fn append(
        &mut self,
        entries: &[Entry],
        applied: u64,
    ) -> io::Result<Option<Appended>> {
        let sequence = self.last + 1;
        let frame = frame(self.number, sequence, entries)?;
        let length = frame.len() as u64;
        let is_turn = self.at + length > HALF;
        if is_turn {
            let other = 1 - self.half;
            if length > HALF || self.ends[other] > applied {
                return Ok(None);
            }
            (self.half, self.at) = (other, 0);
        }
        self.file.write_all_at(&frame, start(self.half) + self.at)?;
        self.file.sync_data()?;
        self.at += length;
        self.last = sequence;
        self.ends[self.half] = sequence;
        Ok(Some(Appended { sequence, is_turn }))
    }
}

/// Where a half begins in the file.
const fn start(half: usize) -> u64 {
    HEAD + half as u64 * HALF
}

/// The path of the journal beside a redb file.
pub(super) fn path(file: &Path) -> PathBuf {
    file.with_file_name(JOURNAL)
}

/// The journal beside a redb file, if it was finished when it was made.
pub(super) fn find(file: &Path) -> Option<PathBuf> {
    let path = path(file);
    let length = fs::metadata(&path).map_or(0, |found| found.len());
    (length >= start(2)).then_some(path)
}

fn frame(number: u128, sequence: u64, entries: &[Entry]) -> io::Result<Vec<u8>> {
    let mut frame = vec![0; HEADER];
    for entry in entries {
        write_entry(&mut frame, entry.kind, entry.number, &entry.bytes)?;
    }
    write_entry(&mut frame, Kind::End, 0, &[])?;
    let length = (frame.len() - HEADER) as u32;
    frame[DIGEST..DIGEST + 8].copy_from_slice(&sequence.to_le_bytes());
    frame[DIGEST + 8..HEADER].copy_from_slice(&length.to_le_bytes());
    let digest = digest(number, &frame[DIGEST..]);
    frame[..DIGEST].copy_from_slice(&digest);
    frame.resize(frame.len().next_multiple_of(BLOCK), 0);
    Ok(frame)
}

fn digest(number: u128, rest: &[u8]) -> [u8; DIGEST] {
    let mut hasher = Hasher::new();
    hasher.update(&number.to_le_bytes());
    hasher.update(rest);
    hasher.finish().0
}

/// Makes a journal, and lets the redb file know it. A crash before that leaves a file that is made anew.
fn make(database: &Database, file: &Path, path: &Path) -> Result<u128, LedgerError> {
    let number = LedgerId::random().map_err(LedgerError::NoRandom)?.0;
    let mut bytes = vec![0; start(2) as usize];
    bytes[..MAGIC.len()].copy_from_slice(MAGIC);
    bytes[MAGIC.len()..][..16].copy_from_slice(&number.to_le_bytes());
    let written = || {
        let new = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(path)?;
        new.write_all_at(&bytes, 0)?;
        new.sync_all()?;
        File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
    };
    written().map_err(|error| LedgerError::io(path, error))?;
    Known::write(database, number).map_err(|error| LedgerError::not_written(file, error))?;
    Ok(number)
}

/// The two entries of the redb file that are about its journal.
struct Known {
    /// Its number, if there is one.
    number: Option<u128>,
    /// The sequence number of the last commit that the redb file has.
    applied: u64,
}

impl Known {
    fn read(database: &Database) -> Result<Self, redb::Error> {
        let transaction = database.begin_read()?;
        let number = transaction.open_table(IDENTITY)?.get(NUMBER)?;
        let number = number.map(|bytes| bytes.value().try_into().map(u128::from_le_bytes));
        let applied = transaction.open_table(PROMISES)?.get(APPLIED)?;
        Ok(Self {
            // One that cannot be read is that of no journal.
            number: number.map(Result::unwrap_or_default),
            applied: applied.map_or(0, |applied| applied.value()),
        })
    }

    fn write(database: &Database, number: u128) -> Result<(), redb::Error> {
        let transaction = database.begin_write()?;
        transaction
            .open_table(IDENTITY)?
            .insert(NUMBER, number.to_le_bytes().as_slice())?;
        transaction.commit()?;
        Ok(())
    }
}

/// The bytes of the journal beside a redb file, if there is one.
pub(super) fn read(file: &Path) -> Result<Option<Vec<u8>>, LedgerError> {
    let path = path(file);
    match fs::read(&path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(LedgerError::io(&path, error)),
    }
}

/// The commits in these bytes that a redb file does not have yet, in their order, and the sequence number of the last
/// one. `file` is named in errors.
pub(super) fn not_applied(
    database: &Database,
    file: &Path,
    bytes: Option<&[u8]>,
) -> Result<(Vec<Entry>, u64), LedgerError> {
    let known = Known::read(database).map_err(|error| LedgerError::reading(file, error))?;
    let path = path(file);
    let damaged = |why: String| LedgerError::damaged(&path, why);
    let Some(number) = known.number else {
        // Nothing is appended before the file knows the journal.
        let frames = bytes.and_then(|bytes| bytes.get(HEAD as usize..));
        if frames.is_some_and(|frames| frames.iter().any(|byte| *byte != 0)) {
            return Err(damaged("the ledger beside it does not know it".to_owned()));
        }
        return Ok((Vec::new(), known.applied));
    };
    let bytes = bytes.ok_or_else(|| damaged("the journal of the ledger is gone".to_owned()))?;
    let head = [MAGIC.as_slice(), &number.to_le_bytes()].concat();
    if !bytes.starts_with(&head) {
        return Err(damaged("it is not the journal of this ledger".to_owned()));
    }
    if bytes.len() as u64 != start(2) {
        let (found, right) = (bytes.len(), start(2));
        return Err(damaged(format!("it has {found} bytes, and not {right}")));
    }
    let mut frames = Vec::new();
    for half in [0, 1] {
        let (start, end) = (start(half) as usize, start(half + 1) as usize);
        frames.extend(frames_in(&bytes[start..end], number, known.applied));
    }
    frames.sort_by_key(|(sequence, _)| *sequence);
    let (mut entries, mut last) = (Vec::new(), known.applied);
    for (sequence, frame) in frames {
        if sequence != last + 1 {
            return Err(damaged(format!(
                "commit {} cannot be read, and later ones can",
                last + 1
            )));
        }
        last = sequence;
        let read = entries_of(frame, &mut entries);
        read.map_err(|why| damaged(format!("commit {sequence}: {why}")))?;
    }
    Ok((entries, last))
}

/// The frames in a half whose commits are later than this one.
fn frames_in(mut half: &[u8], number: u128, applied: u64) -> Vec<(u64, &[u8])> {
    let mut frames = Vec::new();
    while !half.is_empty() {
        let found = frame_at(half, number, applied);
        let length = found.map_or(BLOCK, |(_, frame)| HEADER + frame.len());
        frames.extend(found);
        half = &half[length.next_multiple_of(BLOCK).min(half.len())..];
    }
    frames
}

/// The sequence number and the entries of the frame that begins here, if one does, and if its commit is a later
/// one.
fn frame_at(half: &[u8], number: u128, applied: u64) -> Option<(u64, &[u8])> {
    let (header, rest) = half.split_at_checked(HEADER)?;
    let (claimed, numbers) = header.split_at(DIGEST);
    let sequence = u64::from_le_bytes(numbers[..8].try_into().ok()?);
    let length = u32::from_le_bytes(numbers[8..].try_into().ok()?) as usize;
    if sequence <= applied {
        return None;
    }
    let entries = rest.get(..length)?;
    (digest(number, &half[DIGEST..HEADER + length]) == claimed).then_some((sequence, entries))
}

fn entries_of(mut frame: &[u8], entries: &mut Vec<Entry>) -> io::Result<()> {
    while let Some(entry) = read_entry(&mut frame)? {
        entries.push(entry);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A half is not written over before the redb file has all its commits.
    #[test]
    fn no_commit_is_lost_while_the_file_is_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ledger");
        let database = Database::create(&file).unwrap();
        let transaction = database.begin_write().unwrap();
        transaction.open_table(IDENTITY).unwrap();
        transaction.open_table(PROMISES).unwrap();
        transaction.commit().unwrap();
        let mut journal = Journal::open(&database, &file).unwrap();
        let vote = |number| Entry {
            kind: Kind::Vote,
            number,
            bytes: vec![7; 50_000],
        };
        let mut written = 0;
        while let Some(appended) = journal.append(&[vote(written + 1)], 0).unwrap() {
            written += 1;
            assert_eq!(appended.sequence, written);
        }
        assert!(written > HALF / 50_000);
        let bytes = read(&file).unwrap();
        let (entries, last) = not_applied(&database, &file, bytes.as_deref()).unwrap();
        let numbers: Vec<_> = entries.iter().map(|entry| entry.number).collect();
        assert_eq!(numbers, (1..=written).collect::<Vec<_>>());
        assert_eq!(last, written);
        let appended = journal.append(&[vote(last + 1)], last).unwrap().unwrap();
        assert!(appended.is_turn && appended.sequence == last + 1);
    }
}
