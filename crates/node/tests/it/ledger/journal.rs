//! The journal of a ledger: commits that the redb file does not have yet.

use super::decree;
use crate::common::{identity, in_memory};
use std::fs;
use std::path::Path;
use synod_math::{BallotNumber, Cast};
use synod_node::ledger::{self, DiskLedger, JOURNAL, LedgerError};
use synod_node::{Command, Decree, Ledger, Note, Request};
use synod_protocol::parliament::{DecreeNumber, Life, RequestId};
use tempfile::TempDir;

fn open(folder: &Path) -> Result<(DiskLedger, Ledger), LedgerError> {
    DiskLedger::open(folder, &identity(0, 3))
}

/// A copy of the folder: a process that is killed now leaves these files.
fn killed(folder: &Path) -> TempDir {
    let left = in_memory();
    for file in fs::read_dir(folder).unwrap() {
        let file = file.unwrap();
        if file.file_type().unwrap().is_file() {
            fs::copy(file.path(), left.path().join(file.file_name())).unwrap();
        }
    }
    left
}

/// A vote on one decree, and the outcome of another, of so many bytes.
fn notes(number: u64, bytes: usize) -> Vec<Note> {
    let command = Command::Delete {
        key: vec![number as u8; bytes],
    };
    let decree = Decree::Request(Request {
        id: RequestId {
            client: 1,
            sequence: number,
        },
        command: command.into(),
    });
    let cast = Cast {
        number: BallotNumber(number),
        decree: decree.clone(),
    };
    vec![
        Note::PrevVote(DecreeNumber(number + 1), cast),
        Note::Outcome(DecreeNumber(number), decree),
    ]
}

fn commit(disk: &mut DiskLedger, ledger: &mut Ledger, notes: Vec<Note>) {
    notes.iter().cloned().for_each(|note| ledger.record(note));
    disk.commit(notes).unwrap();
}

/// The journal is written over again and again, and now and then a commit is larger than its halves.
#[test]
fn what_was_committed_is_there_after_any_number_of_kills() {
    let mut folder = in_memory();
    let mut expected = Ledger::new();
    for life in 0..6 {
        let (mut disk, found) = open(folder.path()).unwrap();
        assert_eq!(found, expected);
        for of in 1..=40 {
            let number = life * 100 + of;
            let bytes = if of % 13 == 0 { 100_000 } else { 40_000 };
            let mut all = notes(number, bytes);
            if of == 39 {
                all.extend((1..8).flat_map(|more| notes(number + 1000 * more, 100_000)));
            }
            commit(&mut disk, &mut expected, all);
            if of % 8 == 0 {
                let left = killed(folder.path());
                assert_eq!(ledger::read(left.path()).unwrap().ledger, expected);
                assert_eq!(open(left.path()).unwrap().1, expected);
            }
        }
        folder = killed(folder.path());
    }
}

/// Few commits, so that only the journal has them. Returns the ledger after each.
fn some_commits(folder: &Path) -> (TempDir, Vec<Ledger>) {
    let (mut disk, mut ledger) = open(folder).unwrap();
    let mut after = vec![ledger.clone()];
    for number in 1..8 {
        let notes = vec![
            Note::NextBal(BallotNumber(number)),
            Note::Outcome(DecreeNumber(number), decree(number)),
        ];
        commit(&mut disk, &mut ledger, notes);
        after.push(ledger.clone());
    }
    (killed(folder), after)
}

#[test]
fn a_changed_byte_of_a_journal_is_detected_unless_it_is_of_the_last_commit() {
    let folder = in_memory();
    let (left, after) = some_commits(folder.path());
    let (last, before_last) = (&after[after.len() - 1], &after[after.len() - 2]);
    let journal = left.path().join(JOURNAL);
    let (redb, whole) = (left.path().join(ledger::FILE), fs::read(&journal).unwrap());
    let file = fs::read(&redb).unwrap();
    let (mut refused, mut missing) = (0, 0);
    // A commit a block.
    let within = |block: usize| (block * 4096..block * 4096 + 300).step_by(7);
    for place in (0..64).chain((1..9).flat_map(within)) {
        let mut changed = whole.clone();
        changed[place] ^= 0x10;
        fs::write(&journal, &changed).unwrap();
        fs::write(&redb, &file).unwrap();
        let read = ledger::read(left.path());
        match open(left.path()) {
            Ok((_, found)) => {
                assert_eq!(read.unwrap().ledger, found, "byte {place}");
                assert!(found == *last || found == *before_last, "byte {place}");
                missing += usize::from(found != *last);
            }
            Err(error) => {
                assert!(matches!(error, LedgerError::Damaged { .. }), "{error}");
                assert!(error.to_string().contains(JOURNAL), "{error}");
                assert!(read.is_err(), "{error}, but a reader accepts it");
                refused += 1;
            }
        }
    }
    assert!(refused > 0 && missing > 0, "{refused}, {missing}");
}

#[test]
fn a_ledger_without_its_own_journal_is_refused() {
    let (folder, other) = (in_memory(), in_memory());
    let (left, after) = some_commits(folder.path());
    let (others, _) = some_commits(other.path());
    let journal = left.path().join(JOURNAL);
    let whole = fs::read(&journal).unwrap();
    let foreign = fs::read(others.path().join(JOURNAL)).unwrap();
    fs::remove_file(&journal).unwrap();
    for wrong in [None, Some(&[][..]), Some(&whole[..9000]), Some(&foreign)] {
        if let Some(bytes) = wrong {
            fs::write(&journal, bytes).unwrap();
        }
        let error = open(left.path()).unwrap_err();
        assert!(matches!(error, LedgerError::Damaged { .. }), "{error}");
        assert!(ledger::read(left.path()).is_err());
    }
    fs::write(&journal, &whole).unwrap();
    assert_eq!(&open(left.path()).unwrap().1, after.last().unwrap());
}

/// A commit that goes to the redb file at once is missed, too, if the file is that of before.
#[test]
fn a_file_that_is_older_than_its_journal_is_refused() {
    let folder = in_memory();
    let (mut disk, mut ledger) = open(folder.path()).unwrap();
    commit(&mut disk, &mut ledger, notes(1, 10));
    let older = killed(folder.path());
    let at_once = vec![Note::Learner(Life(7))];
    commit(&mut disk, &mut ledger, at_once);
    commit(&mut disk, &mut ledger, notes(2, 10));
    let left = killed(folder.path());
    assert_eq!(ledger::read(left.path()).unwrap().ledger, ledger);
    fs::copy(
        older.path().join(ledger::FILE),
        left.path().join(ledger::FILE),
    )
    .unwrap();
    let error = open(left.path()).unwrap_err();
    assert!(error.to_string().contains("later ones can"), "{error}");
}

#[test]
fn a_file_that_does_not_know_its_journal_is_refused() {
    let folder = in_memory();
    let (left, _) = some_commits(folder.path());
    let database = redb::Database::open(left.path().join(ledger::FILE)).unwrap();
    let identity: redb::TableDefinition<'_, &str, &[u8]> = redb::TableDefinition::new("identity");
    let transaction = database.begin_write().unwrap();
    transaction
        .open_table(identity)
        .unwrap()
        .remove("journal")
        .unwrap();
    transaction.commit().unwrap();
    drop(database);
    let before = fs::read(left.path().join(JOURNAL)).unwrap();
    let error = open(left.path()).unwrap_err();
    assert!(error.to_string().contains("does not know it"), "{error}");
    assert_eq!(fs::read(left.path().join(JOURNAL)).unwrap(), before);
}

/// A crash while the journal was made leaves a part of it.
#[test]
fn a_journal_that_was_not_finished_is_made_anew() {
    let folder = in_memory();
    fs::write(folder.path().join(JOURNAL), "synod").unwrap();
    let (left, after) = some_commits(folder.path());
    assert_eq!(&open(left.path()).unwrap().1, after.last().unwrap());
}
