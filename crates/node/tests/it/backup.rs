//! `synod_node::backup`: a backup has the whole law, and a restore makes a new cluster or changes
//! nothing.

use crate::common::{identity, in_memory};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use synod_math::{BallotNumber, Cast};
use synod_node::backup::{self, BackupError};
use synod_node::ledger::{self, DiskLedger, KeptSnapshot, LedgerError, LedgerReader};
use synod_node::snapshot::{self, SnapshotHeader};
use synod_node::{Command, Decree, Ledger, Map, Note, Request, wire};
use synod_protocol::parliament::{DecreeNumber, Law, RequestId};
use synod_protocol::state_machine::map::Condition;

fn decree(at: u64) -> Decree {
    if at.is_multiple_of(7) {
        return Decree::OliveDay;
    }
    let (client, sequence) = (at % 5, at);
    let command = Command::Set {
        key: format!("key {}", at % 10).into_bytes(),
        value: at.to_string().into_bytes(),
        condition: Condition::Always,
    };
    let id = RequestId { client, sequence };
    Decree::Request(Request {
        id,
        command: command.into(),
    })
}

fn outcomes(numbers: impl Iterator<Item = u64>) -> Vec<Note> {
    let outcome = |at| Note::Outcome(DecreeNumber(at), decree(at));
    numbers.map(outcome).collect()
}

/// The law after so many decrees.
fn law(through: u64) -> Law<Map> {
    let mut law = Law::default();
    (1..=through).for_each(|at| _ = law.pass(&decree(at)));
    law
}

/// A ledger with promises, a vote, and so many decrees that are law.
fn some_ledger(folder: &Path, decrees: u64) -> DiskLedger {
    let (mut disk, _) = DiskLedger::open(folder, &identity(0, 3)).unwrap();
    let mut notes = outcomes(1..=decrees);
    let cast = Cast {
        number: BallotNumber(3),
        decree: Decree::OliveDay,
    };
    notes.extend([
        Note::LastTried(BallotNumber(3)),
        Note::NextBal(BallotNumber(6)),
        Note::PrevVote(DecreeNumber(decrees + 1), cast),
        // Beyond a gap: not law.
        Note::Outcome(DecreeNumber(decrees + 3), decree(1)),
    ]);
    disk.commit(notes).unwrap();
    disk.serve_readers().unwrap();
    disk
}

/// Takes a snapshot, as the node does.
fn take_snapshot(disk: &mut DiskLedger, through: u64, cut: u64) {
    let (folder, law) = (disk.file().parent().unwrap(), law(through));
    // The detector knows the decrees since the ledger was opened.
    let law_digest = disk.detector().law_digest(DecreeNumber(through)).unwrap();
    let header = SnapshotHeader {
        cluster: "paxos".to_owned(),
        legislators: 3,
        through: law.through(),
        law_digest,
    };
    let entries = law.entries().map(wire::encode_law_entry);
    let summary = snapshot::write(folder, &header, entries).unwrap();
    disk.refer_to(KeptSnapshot {
        summary,
        law_digest,
    });
    let notes = vec![Note::Snapshot(law), Note::Cut(DecreeNumber(cut))];
    disk.commit(notes).unwrap();
}

/// Opens a ledger that was just closed. Its last reader may still have it open for a moment.
fn reopen(folder: &Path) -> DiskLedger {
    loop {
        match DiskLedger::open(folder, &identity(0, 3)) {
            Err(LedgerError::InUse { .. }) => std::thread::yield_now(),
            opened => {
                let (disk, _) = opened.unwrap();
                disk.serve_readers().unwrap();
                return disk;
            }
        }
    }
}

/// The law in a backup.
pub(crate) fn read(file: &Path) -> Law<Map> {
    let reader = snapshot::SnapshotReader::open(file).unwrap();
    let through = reader.header.through;
    let restore = |entries: &mut dyn Iterator<Item = _>| Law::restore(through, entries);
    reader.read(wire::decode_law_entry, restore).unwrap().1
}

/// A folder with a backup of cluster `paxos` up to this decree.
fn with_backup(decrees: u64) -> (tempfile::TempDir, PathBuf) {
    let folder = in_memory();
    drop(some_ledger(&folder.path().join("node"), decrees));
    let file = folder.path().join("backup");
    backup::make(&folder.path().join("node"), &file).unwrap();
    (folder, file)
}

/// The names of all files and folders below.
fn all_below(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(all_below(&path));
        }
        all.push(path);
    }
    all.sort();
    all
}

#[test]
fn a_backup_has_the_law_as_of_the_last_commit_whether_the_node_runs_or_not() {
    let folder = in_memory();
    let node = folder.path().join("node");
    let file = |name: &str| folder.path().join(name);
    let disk = some_ledger(&node, 100);
    let running = backup::make(&node, &file("running")).unwrap();
    drop(disk);
    let closed = backup::make(&node, &file("closed")).unwrap();
    assert_eq!(running, closed);
    assert_eq!(read(&file("running")), law(100));
    assert_eq!((closed.keys, closed.clients), (10, 5));
    assert_eq!(closed.header.cluster, "paxos");
    let metadata = fs::metadata(file("closed")).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    assert_eq!(metadata.len(), closed.summary.size);
}

#[test]
fn a_backup_is_the_same_whatever_was_cut_off() {
    let folder = in_memory();
    let (whole, cut) = (folder.path().join("whole"), folder.path().join("cut"));
    drop(some_ledger(&whole, 100));
    drop(some_ledger(&cut, 100));
    let expected = backup::make(&whole, &folder.path().join("of the whole")).unwrap();
    for (through, to) in [(40, 0), (60, 50), (100, 100)] {
        let mut disk = reopen(&cut);
        take_snapshot(&mut disk, through, to);
        let name = format!("cut at {to}");
        let running = backup::make(&cut, &folder.path().join(&name)).unwrap();
        assert_eq!(running, expected, "{name}");
        // The digest is the one that nodes compare.
        drop(disk);
        let digest = reopen(&cut).detector().law_digest(DecreeNumber(100));
        assert_eq!(digest, Some(expected.header.law_digest), "{name}");
    }
}

#[test]
fn a_backup_overwrites_nothing_and_leaves_nothing_if_it_fails() {
    let (folder, file) = with_backup(10);
    let node = folder.path().join("node");
    let before = all_below(folder.path());
    let error = backup::make(&node, &file).unwrap_err();
    assert!(matches!(error, BackupError::Exists { .. }), "{error}");
    let error = backup::make(&node, &node.join("backup")).unwrap_err();
    assert!(matches!(error, BackupError::Within { .. }), "{error}");
    let nothing = backup::make(&folder.path().join("nothing"), &folder.path().join("new"));
    assert!(nothing.unwrap_err().to_string().contains("no ledger"));
    fs::write(node.join(ledger::FILE), "damage").unwrap();
    let error = backup::make(&node, &folder.path().join("new")).unwrap_err();
    assert!(error.to_string().contains("damaged"), "{error}");
    assert_eq!(all_below(folder.path()), before);
}

#[test]
fn a_restore_makes_new_ledgers_that_begin_with_the_law() {
    for decrees in [0, 100] {
        let (folder, file) = with_backup(decrees);
        let folders = [1, 2].map(|number| folder.path().join(format!("new/{number}")));
        let restored = backup::restore(&file, "delphi", 2, &folders).unwrap();
        assert_eq!(restored, backup::verify(&file).unwrap());
        let heads = folders.each_ref().map(|folder| {
            let mut reader = LedgerReader::open(folder).unwrap();
            assert!(reader.next().is_none());
            reader.head
        });
        let [one, two] = &heads;
        assert_eq!(one.snapshot, two.snapshot);
        let ids = heads.each_ref().map(|head| head.metadata.history.ledger);
        assert_ne!(ids[0], ids[1]);
        for (index, head) in heads.iter().enumerate() {
            let owner = &head.recovered.identity;
            assert_eq!((owner.cluster.as_str(), owner.legislators), ("delphi", 2));
            assert_eq!(owner.me.index(), index);
            let (disk, ledger) = DiskLedger::open(&folders[index], owner).unwrap();
            let mut expected = Ledger::new();
            expected.record(Note::Snapshot(law(decrees)));
            expected.record(Note::Cut(DecreeNumber(decrees)));
            assert_eq!(ledger, expected, "no promises, no votes");
            let digest = disk.detector().law_digest(DecreeNumber(decrees));
            let known = (decrees > 0).then_some(restored.header.law_digest);
            assert_eq!(digest, known);
        }
        // A backup of the restored cluster has the same law.
        let again = backup::make(&folders[0], &folder.path().join("again")).unwrap();
        assert_eq!(again.header.law_digest, restored.header.law_digest);
        assert_eq!(read(&folder.path().join("again")), law(decrees));
    }
}

#[test]
fn an_empty_folder_is_used() {
    let (folder, file) = with_backup(10);
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    let folders = [empty.clone()];
    let error = backup::restore(&file, "delphi", 1, &folders).unwrap_err();
    assert!(error.to_string().contains("open to other users"), "{error}");
    fs::set_permissions(&empty, fs::Permissions::from_mode(0o700)).unwrap();
    backup::restore(&file, "delphi", 1, &folders).unwrap();
    assert!(empty.join(ledger::FILE).exists());
}

#[test]
fn a_refused_restore_changes_nothing() {
    let (folder, file) = with_backup(10);
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("full")).unwrap();
    fs::write(path("full/file"), "").unwrap();
    std::os::unix::fs::symlink("elsewhere", path("link")).unwrap();
    let running = some_ledger(&path("running"), 3);
    let mut damaged = fs::read(&file).unwrap();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    fs::write(path("damaged"), damaged).unwrap();
    let mut other = fs::read(&file).unwrap();
    other[8..12].copy_from_slice(&(snapshot::VERSION + 1).to_le_bytes());
    fs::write(path("of another version"), other).unwrap();
    let before = all_below(folder.path());
    for (from, cluster, to, complaint) in [
        ("backup", "delphi", vec!["new", "node"], "there is a ledger"),
        (
            "backup",
            "delphi",
            vec!["running", "new"],
            "there is a ledger",
        ),
        ("backup", "delphi", vec!["new", "full"], "is not empty"),
        ("backup", "delphi", vec!["new", "link"], "symbolic link"),
        ("backup", "delphi", vec!["new", "backup"], "Not a directory"),
        ("backup", "delphi", vec!["new", "new/"], "named twice"),
        ("backup", "delphi", vec!["new", "new/2"], "new/2 is in "),
        (
            "backup",
            "delphi",
            vec!["new/1/2", "new/1"],
            "new/1/2 is in ",
        ),
        ("backup", "delphi", vec!["new"], "2 are needed, 1 named"),
        (
            "backup",
            "paxos",
            vec!["new", "new-2"],
            "promised and voted",
        ),
        (
            "damaged",
            "delphi",
            vec!["new", "new-2"],
            "is damaged: at byte",
        ),
        (
            "node/ledger.redb",
            "delphi",
            vec!["new", "new-2"],
            "is damaged",
        ),
        ("nothing", "delphi", vec!["new", "new-2"], "No such file"),
        (
            "of another version",
            "delphi",
            vec!["new", "new-2"],
            "versions 1 to 2",
        ),
        // The second folder is used only when the first one was made.
        (
            "backup",
            "delphi",
            vec!["new", "node/../new"],
            "there is a ledger",
        ),
    ] {
        let to: Vec<_> = to.into_iter().map(path).collect();
        let error = backup::restore(&path(from), cluster, 2, &to).unwrap_err();
        assert!(error.to_string().contains(complaint), "{error}");
        assert_eq!(all_below(folder.path()), before, "{error}");
    }
    let none = backup::restore(&file, "delphi", 0, &[]).unwrap_err();
    assert!(matches!(none, BackupError::Folders { .. }), "{none}");
    drop(running);
}
