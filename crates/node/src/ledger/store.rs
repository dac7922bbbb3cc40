//! [`Store`]: the redb file of an open ledger, and the commits that are in its [journal](super::journal) only.

use super::changes::{self, Changes};
use super::cut::{self, Cut};
use super::entry::Entry;
use super::journal::APPLIED;
use super::metadata::write_unsaved;
use super::{DECREES, KeptSnapshot, LEARNER, LIFE, NEXT_BAL, PROMISES, VOTES};
use crate::Note;
use crate::rollback::Unsaved;
use redb::{Database, ReadableTable, WriteTransaction};
use std::io;
use std::mem::take;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// The redb file, and the commits that it does not have yet. The legislator's thread adds commits; the thread of the
/// [`Applier`], and those of readers, bring them to the file.
#[derive(Debug)]
pub(super) struct Store {
    pub(super) database: Database,
    recent: Mutex<Recent>,
    /// The decrees that are cut off. Locked while the file is written.
    cut: Mutex<Cut>,
    has_remains: AtomicBool,
}

/// The commits that the file does not have yet.
#[derive(Debug)]
struct Recent {
    changes: Changes,
    /// The sequence number of the last of them.
    last: u64,
    /// That of the last commit that the file has.
    applied: u64,
    /// Why the file could not be written. Then nothing is written any more: what was to be written is in the
    /// journal only.
    failure: Option<String>,
}

/// A commit that goes to the file, and not to the journal.
pub(super) struct Direct<'a> {
    /// Its sequence number. If the file forgets it, the next commit in the journal is found to follow none.
    pub(super) sequence: u64,
    pub(super) notes: Vec<Note>,
    pub(super) snapshot: Option<&'a KeptSnapshot>,
    pub(super) unsaved: &'a Unsaved,
}

impl Store {
    /// The store of a file that has all commits up to this one.
    pub(super) fn new(database: Database, cut: Cut, applied: u64) -> Self {
        Self {
            database,
            recent: Mutex::new(Recent {
                changes: Changes::default(),
                last: applied,
                applied,
                failure: None,
            }),
            cut: Mutex::new(cut),
            has_remains: AtomicBool::new(cut.has_remains()),
        }
    }

    /// Whether decrees that are cut off may still be in the file.
    pub(super) fn has_remains(&self) -> bool {
        self.has_remains.load(Relaxed)
    }

    /// The sequence number of the last commit that the file has.
    ///
    /// # Errors
    ///
    /// If the file could not be written in the background.
    pub(super) fn applied(&self) -> Result<u64, redb::Error> {
        let recent = lock(&self.recent);
        recent.report()?;
        Ok(recent.applied)
    }

    /// Adds a commit with this sequence number: one that is durable in the journal, or one that the next
    /// [`apply`](Self::apply) makes durable.
    pub(super) fn add(&self, entries: Vec<Entry>, sequence: u64) {
        let mut recent = lock(&self.recent);
        for entry in entries {
            let added = recent.changes.add(entry);
            debug_assert!(added.is_some(), "changes::entry_of makes no others");
        }
        recent.last = sequence;
    }

    /// Brings all commits so far to the file, durably. One fsync, if there are any.
    ///
    /// # Errors
    ///
    /// If the file cannot be written. Then nothing can be written to it any more.
    pub(super) fn apply(&self) -> Result<(), redb::Error> {
        self.write(None)
    }

    /// Brings all commits so far, and then this one, to the file, durably and together.
    ///
    /// # Errors
    ///
    /// As of [`apply`](Self::apply).
    pub(super) fn commit(&self, direct: Direct<'_>) -> Result<(), redb::Error> {
        self.write(Some(direct))
    }

    fn write(&self, direct: Option<Direct<'_>>) -> Result<(), redb::Error> {
        let mut cut = lock(&self.cut);
        let (changes, last) = {
            let mut recent = lock(&self.recent);
            recent.report()?;
            if let Some(direct) = &direct {
                recent.last = direct.sequence;
            } else if recent.changes.is_empty() {
                return Ok(());
            }
            (take(&mut recent.changes), recent.last)
        };
        let panics = IfPanics(&self.recent);
        let written = transact(&self.database, *cut, changes, last, direct);
        drop(panics);
        let mut recent = lock(&self.recent);
        match written {
            Ok(after) => {
                *cut = after;
                self.has_remains.store(after.has_remains(), Relaxed);
                recent.applied = last;
                Ok(())
            }
            Err(error) => {
                recent.failure = Some(error.to_string());
                Err(error)
            }
        }
    }
}

/// Says so if redb panics: the changes that were to be written are lost then.
struct IfPanics<'a>(&'a Mutex<Recent>);

impl Drop for IfPanics<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            lock(self.0).failure = Some("a commit was not finished".to_owned());
        }
    }
}

impl Recent {
    fn report(&self) -> Result<(), redb::Error> {
        match &self.failure {
            Some(why) => Err(redb::Error::Io(io::Error::other(why.clone()))),
            None => Ok(()),
        }
    }
}

/// If a thread has panicked while it wrote the file, [`Recent::failure`] says so.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One transaction, which is durable when this returns.
fn transact(
    database: &Database,
    mut cut: Cut,
    changes: Changes,
    last: u64,
    direct: Option<Direct<'_>>,
) -> Result<Cut, redb::Error> {
    let transaction = database.begin_write()?;
    let mut added = changes.added();
    apply(&transaction, changes, last)?;
    if let Some(Direct {
        notes,
        snapshot,
        unsaved,
        ..
    }) = direct
    {
        write_unsaved(&transaction, unsaved)?;
        if let Some(snapshot) = snapshot {
            snapshot.write(&transaction)?;
        }
        added += match notes.len() {
            0 => cut::AT_REST,
            _ => write_notes(&transaction, notes, &mut cut)?,
        };
    }
    cut.remove_some(&mut transaction.open_table(DECREES)?, added)?;
    transaction.commit()?;
    Ok(cut)
}

/// Writes what the commits up to this one have changed.
pub(super) fn apply(
    transaction: &WriteTransaction,
    changes: Changes,
    last: u64,
) -> Result<(), redb::Error> {
    transaction.open_table(PROMISES)?.insert(APPLIED, last)?;
    changes.write(transaction)
}

/// Writes notes of any kind in their order. Returns how many decrees they add.
fn write_notes(
    transaction: &WriteTransaction,
    notes: Vec<Note>,
    cut: &mut Cut,
) -> Result<u64, redb::Error> {
    let (mut changes, mut added) = (Changes::default(), 0);
    for note in notes {
        if !changes::changes_one(&note) {
            added += changes.added();
            take(&mut changes).write(transaction)?;
            write_note(transaction, &note, cut)?;
        } else if let Some(entry) = changes::entry_of(note) {
            let known = changes.add(entry);
            debug_assert!(known.is_some(), "changes::entry_of makes no others");
        }
    }
    added += changes.added();
    changes.write(transaction)?;
    Ok(added)
}

/// Writes a note that changes more than one entry.
fn write_note(
    transaction: &WriteTransaction,
    note: &Note,
    cut: &mut Cut,
) -> Result<(), redb::Error> {
    match note {
        Note::Snapshot(law) => {
            let mut votes = transaction.open_table(VOTES)?;
            votes.retain_in(..=law.through().0, |_, _| false)?;
        }
        // Decrees that are cut off once may be in the file no more.
        Note::Cut(through) if through.0 <= cut.through => {}
        Note::Cut(through) => {
            *cut = Cut::at(through.0);
            cut.write(transaction)?;
        }
        Note::Learner(life) => {
            let mut promises = transaction.open_table(PROMISES)?;
            promises.insert(LIFE, life.0)?;
            promises.insert(LEARNER, 1)?;
        }
        Note::Readmitted(number) => {
            let mut promises = transaction.open_table(PROMISES)?;
            promises.remove(LEARNER)?;
            let last = promises.get(NEXT_BAL)?.map(|last| last.value());
            promises.insert(NEXT_BAL, number.0.max(last.unwrap_or_default()))?;
        }
        Note::LastTried(_) | Note::NextBal(_) | Note::PrevVote(..) | Note::Outcome(..) => {}
    }
    Ok(())
}

/// A thread that brings commits to the file when it is asked to. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Applier {
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Applier {
    pub(super) fn start(store: &Arc<Store>) -> io::Result<Self> {
        let (wake, woken) = sync_channel(1);
        let store = Arc::clone(store);
        let thread = std::thread::Builder::new()
            .name("ledger file".to_owned())
            .spawn(move || {
                // If it fails, the next commit reports that.
                while woken.recv().is_ok() && store.apply().is_ok() {}
            })?;
        Ok(Self {
            wake: Some(wake),
            thread: Some(thread),
        })
    }

    /// Asks for all commits so far to be brought to the file, and does not wait for that.
    pub(super) fn wake(&self) {
        // If it is full, the thread is about to do so.
        let _ = self.wake.as_ref().map(|wake| wake.try_send(()));
    }
}

impl Drop for Applier {
    fn drop(&mut self) {
        self.wake = None;
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

#[cfg(test)]
mod tests;
