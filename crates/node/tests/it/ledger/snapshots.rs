//! Snapshots and cuts: the ledger is read again as it was, after any commit.

use super::decree;
use crate::common::{identity, in_memory};
use proptest::prelude::*;
use redb::{ReadableDatabase as _, ReadableTableMetadata as _, TableDefinition};
use std::fs;
use std::path::Path;
use synod_node::ledger::{self, DiskLedger, KeptSnapshot, LedgerError};
use synod_node::snapshot::{self, SnapshotHeader};
use synod_node::{Ledger, Map, Note, wire};
use synod_protocol::parliament::{DecreeNumber, Law};
use tempfile::TempDir;

/// A ledger on disk, and what it should be.
struct Pair {
    folder: TempDir,
    disk: DiskLedger,
    ledger: Ledger,
}

impl Pair {
    fn open(folder: TempDir) -> Self {
        let (disk, ledger) = DiskLedger::open(folder.path(), &identity(0, 3)).unwrap();
        Self {
            folder,
            disk,
            ledger,
        }
    }

    /// Closes the ledger. Returns its folder and what it should be.
    fn close(self) -> (TempDir, Ledger) {
        (self.folder, self.ledger)
    }

    fn commit(&mut self, notes: Vec<Note>) {
        let recorded = notes.iter().cloned();
        recorded.for_each(|note| self.ledger.record(note));
        self.disk.commit(notes).unwrap();
    }

    /// Commits so many further decrees.
    fn pass(&mut self, count: u64) {
        let last = self.ledger.last_known().0;
        let numbers = last + 1..=last + count;
        let notes = numbers.map(|at| Note::Outcome(DecreeNumber(at), decree(at)));
        self.commit(notes.collect());
    }

    /// The law up to a number, whose decrees are in the ledger.
    fn law(&self, through: u64) -> Law<Map> {
        let mut law = self.ledger.snapshot.clone();
        while law.through().0 < through {
            law.pass(&self.ledger.decrees[&law.through().next()]);
        }
        law
    }

    /// Records a snapshot, and cuts the decrees up to a number off.
    fn record(&mut self, law: Law<Map>, cut: u64) {
        self.disk.refer_to(write(self.folder.path(), &law));
        self.commit(vec![Note::Snapshot(law), Note::Cut(DecreeNumber(cut))]);
    }

    /// Takes a snapshot up to a number.
    fn take(&mut self, through: u64, cut: u64) {
        self.record(self.law(through), cut);
    }

    /// Records a snapshot of a law that is longer than the one here.
    fn install(&mut self, through: u64) {
        let entries = self.ledger.snapshot.entries();
        let law = Law::restore(DecreeNumber(through), entries);
        self.record(law, through);
    }

    /// Closes and opens the ledger. It is the same.
    fn reopen(self) -> Self {
        let kept = self.disk.snapshot().copied();
        let (folder, ledger) = self.close();
        // A reader does not read the law of the snapshot.
        let read = ledger::read(folder.path()).unwrap();
        let shown = Ledger {
            snapshot: Law::default(),
            ..ledger.clone()
        };
        assert_eq!((read.ledger, read.snapshot), (shown, kept));
        let again = Self::open(folder);
        assert_eq!(again.ledger, ledger);
        again
    }

    /// Kills the node, which leaves a copy of its open files, and opens the ledger. It is the same.
    fn kill(self) -> Self {
        let copy = in_memory();
        for entry in fs::read_dir(self.folder.path()).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
        }
        let (_folder, ledger) = self.close();
        let again = Self::open(copy);
        assert_eq!(again.ledger, ledger);
        again
    }

    fn file(&self) -> &Path {
        self.disk.file()
    }
}

/// Makes the file of a snapshot.
fn write(folder: &Path, law: &Law<Map>) -> KeptSnapshot {
    let header = SnapshotHeader {
        cluster: "paxos".to_owned(),
        legislators: 3,
        through: law.through(),
        law_digest: law.through().0 + 1,
    };
    let entries = law.entries().map(wire::encode_law_entry);
    KeptSnapshot {
        summary: snapshot::write(folder, &header, entries).unwrap(),
        law_digest: header.law_digest,
    }
}

/// How many decrees are in the file, those that are cut off included.
fn decrees_in(file: &Path) -> u64 {
    let copied = in_memory();
    let copy = copied.path().join("copy");
    fs::copy(file, &copy).unwrap();
    let database = redb::Database::open(copy).unwrap();
    let decrees: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("decrees");
    let transaction = database.begin_read().unwrap();
    transaction.open_table(decrees).unwrap().len().unwrap()
}

#[test]
fn a_snapshot_stands_for_the_decrees_that_are_cut_off() {
    let mut pair = Pair::open(in_memory());
    pair.pass(500);
    pair.take(400, 350);
    let mut pair = pair.reopen();
    assert_eq!(pair.ledger.snapshot.through(), DecreeNumber(400));
    assert_eq!(pair.ledger.decrees.len(), 150);
    // Decrees between the law here and the next snapshot are not known.
    pair.install(9000);
    let mut pair = pair.reopen();
    assert!(pair.ledger.decrees.is_empty());
    pair.pass(3);
    let pair = pair.reopen();
    assert_eq!(pair.ledger.known(), DecreeNumber(9003));
}

#[test]
fn laws_are_compared_from_the_snapshot_on() {
    let mut pair = Pair::open(in_memory());
    pair.pass(50);
    pair.take(40, 30);
    let digest = |pair: &Pair, at| pair.disk.detector().law_digest(DecreeNumber(at));
    assert_eq!((digest(&pair, 39), digest(&pair, 40)), (None, Some(41)));
    let pair = pair.reopen();
    assert_eq!((digest(&pair, 39), digest(&pair, 40)), (None, Some(41)));
    assert!(digest(&pair, 50).is_some());
    assert_eq!(digest(&pair, 51), None);
}

#[test]
fn each_commit_to_the_file_removes_some_of_the_decrees_that_are_cut_off_and_the_start_the_others() {
    let mut pair = Pair::open(in_memory());
    pair.pass(1000);
    let mut pair = pair.reopen();
    pair.take(900, 900);
    assert_eq!(decrees_in(pair.file()), 1000 - 64);
    // These are in the journal, until the file is written for another reason.
    pair.pass(10);
    assert_eq!(decrees_in(pair.file()), 1000 - 64);
    pair.take(901, 900);
    assert_eq!(decrees_in(pair.file()), 1000 - 64 + 10 - (64 + 20));
    let mut through = 901;
    while pair.disk.has_remains() {
        pair.pass(10);
        through += 1;
        pair.take(through, 900);
    }
    assert_eq!(decrees_in(pair.file()), pair.ledger.known().0 - 900);
    pair.pass(400);
    let mut pair = pair.reopen();
    pair.take(1300, 1200);
    assert!(pair.disk.has_remains());
    let pair = pair.reopen();
    assert_eq!(decrees_in(pair.file()), pair.ledger.known().0 - 1200);
}

#[test]
fn a_node_at_rest_removes_the_decrees_that_are_cut_off_little_by_little() {
    let mut pair = Pair::open(in_memory());
    pair.pass(1000);
    let mut pair = pair.reopen();
    pair.take(900, 900);
    let mut left = decrees_in(pair.file());
    while pair.disk.has_remains() {
        pair.commit(Vec::new());
        let now = decrees_in(pair.file());
        assert!(now < left && left - now < 400);
        left = now;
    }
    assert_eq!(left, 100);
    pair.reopen();
}

#[test]
fn a_snapshot_whose_file_is_not_known_is_not_recorded() {
    let mut pair = Pair::open(in_memory());
    pair.pass(10);
    let (law, other) = (pair.law(10), pair.law(9));
    let notes = vec![Note::Snapshot(law), Note::Cut(DecreeNumber(10))];
    let is_refused = |disk: &mut DiskLedger| {
        let error = disk.commit(notes.clone()).unwrap_err();
        assert!(matches!(error, LedgerError::NoSnapshot { .. }), "{error}");
    };
    is_refused(&mut pair.disk);
    pair.disk.refer_to(write(pair.folder.path(), &other));
    is_refused(&mut pair.disk);
    pair.reopen();
}

#[test]
fn a_ledger_without_the_snapshot_to_which_it_refers_is_refused() {
    let mut pair = Pair::open(in_memory());
    pair.pass(10);
    pair.take(10, 10);
    let kept = *pair.disk.snapshot().unwrap();
    let (folder, _) = pair.close();
    let file = snapshot::file_in(folder.path(), &kept.summary);
    let whole = fs::read(&file).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    // Another snapshot, which is whole in itself.
    let elsewhere = in_memory();
    let another = write(elsewhere.path(), &Law::restore(DecreeNumber(10), []));
    let another = fs::read(snapshot::file_in(elsewhere.path(), &another.summary)).unwrap();
    for wrong in [None, Some(flipped), Some(another)] {
        match wrong {
            None => fs::remove_file(&file).unwrap(),
            Some(bytes) => fs::write(&file, bytes).unwrap(),
        }
        let error = DiskLedger::open(folder.path(), &identity(0, 3)).unwrap_err();
        assert!(error.to_string().contains("snapshot-10-"), "{error}");
    }
    fs::write(&file, whole).unwrap();
    Pair::open(folder);
}

#[test]
fn files_of_other_snapshots_are_removed_at_the_start() {
    let mut pair = Pair::open(in_memory());
    pair.pass(20);
    pair.take(10, 5);
    pair.take(20, 15);
    // The process was killed before the note of this one was committed.
    write(pair.folder.path(), &Law::restore(DecreeNumber(30), []));
    let pair = pair.reopen();
    let names = fs::read_dir(pair.folder.path()).unwrap();
    let paths = names.map(|entry| entry.unwrap().path());
    let kept: Vec<_> = paths
        .filter(|path| path.to_str().unwrap().contains("snapshot"))
        .collect();
    let summary = &pair.disk.snapshot().unwrap().summary;
    assert_eq!(kept, [snapshot::file_in(pair.folder.path(), summary)]);
}

/// Ledgers of the formats before snapshots, before transactions, and before parts of values.
#[test]
fn a_ledger_of_an_older_format_is_read() {
    for format in [2_u64, 3, 4] {
        let mut pair = Pair::open(in_memory());
        pair.pass(5);
        let (folder, ledger) = pair.close();
        let old = redb::Database::open(folder.path().join(ledger::FILE)).unwrap();
        let transaction = old.begin_write().unwrap();
        let identity: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("identity");
        let mut table = transaction.open_table(identity).unwrap();
        let written = format.to_le_bytes();
        table.insert("format", written.as_slice()).unwrap();
        drop(table);
        transaction.commit().unwrap();
        drop(old);
        assert_eq!(ledger::read(folder.path()).unwrap().ledger, ledger);
        let mut pair = Pair::open(folder);
        assert_eq!(pair.ledger, ledger);
        pair.take(5, 5);
        pair.reopen();
    }
}

/// What happens to a ledger, in numbers that are taken modulo what is possible.
#[derive(Clone, Debug)]
enum Step {
    Pass(u64),
    Take(u64, u64),
    Install(u64),
    Kill,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (1..200_u64).prop_map(Step::Pass),
        (0..1000_u64, 0..1000_u64).prop_map(|(through, cut)| Step::Take(through, cut)),
        (1..300_u64).prop_map(Step::Install),
        Just(Step::Kill),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn snapshots_and_cuts_are_read_after_a_kill_and_after_a_close(steps in prop::collection::vec(step(), 1..12)) {
        let mut pair = Pair::open(in_memory());
        for step in steps {
            let (first, last) = (pair.ledger.snapshot.through().0, pair.ledger.last_known().0);
            match step {
                Step::Pass(count) => pair.pass(count),
                Step::Take(..) if first == last => {}
                Step::Take(through, cut) => {
                    let through = first + 1 + through % (last - first);
                    pair.take(through, cut % (through + 1));
                }
                Step::Install(beyond) => pair.install(last + beyond),
                Step::Kill => pair = pair.kill(),
            }
        }
        pair.reopen();
    }
}
