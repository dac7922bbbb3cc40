//! `synod_node::ledger`: what was committed is there, whatever happens, and
//! what is not whole is never taken for an empty ledger.

use crate::audit::cluster::{identity, in_memory};
use proptest::prelude::*;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use synod_math::{BallotNumber, Cast};
use synod_node::ledger::{self, DiskLedger, LedgerError};
use synod_node::{Command, Decree, Ledger, Note, Request};
use synod_protocol::parliament::{DecreeNumber, RequestId};

fn decree(number: u64) -> Decree {
    if number.is_multiple_of(7) {
        return Decree::OliveDay;
    }
    Decree::Request(Request {
        id: RequestId {
            client: number % 5,
            sequence: number,
        },
        command: Command::Delete {
            key: vec![number as u8; (number % 50) as usize],
        },
    })
}

fn note() -> impl Strategy<Value = Note> {
    let (at, number, of) = (1..20u64, 0..50u64, 0..1000u64);
    prop_oneof![
        number
            .clone()
            .prop_map(|b| Note::LastTried(BallotNumber(b))),
        number.clone().prop_map(|b| Note::NextBal(BallotNumber(b))),
        (at.clone(), number, of.clone()).prop_map(|(at, b, of)| {
            let (number, decree) = (BallotNumber(b), decree(of));
            Note::PrevVote(DecreeNumber(at), Cast { number, decree })
        }),
        (at, of).prop_map(|(at, of)| Note::Outcome(DecreeNumber(at), decree(of))),
    ]
}

/// A ledger with a few hundred decrees, closed; and what is in it.
fn some_ledger(folder: &Path) -> Ledger {
    let (mut disk, mut ledger) = DiskLedger::open(folder, &identity(0, 3)).unwrap();
    for batch in 0..10 {
        let outcomes = (1..=40).map(|of| batch * 40 + of);
        let mut notes: Vec<_> = outcomes
            .map(|at| Note::Outcome(DecreeNumber(at), decree(at)))
            .collect();
        notes.push(Note::NextBal(BallotNumber(batch)));
        notes.iter().cloned().for_each(|note| ledger.record(note));
        disk.commit(notes).unwrap();
    }
    ledger
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// It cannot be opened, the error names the file, and the file is as it was.
fn is_refused_as_damaged(folder: &Path) -> LedgerError {
    let file = folder.join(ledger::FILE);
    let before = fs::read(&file).ok();
    let error = DiskLedger::open(folder, &identity(0, 3)).unwrap_err();
    assert!(error.to_string().contains(ledger::FILE), "{error}");
    assert_eq!(fs::read(&file).ok(), before, "the file was touched");
    error
}

#[test]
fn a_new_ledger_is_nobody_elses() {
    let folder = in_memory();
    let folder = folder.path().join("new");
    let (disk, ledger) = DiskLedger::open(&folder, &identity(0, 3)).unwrap();
    assert_eq!(ledger, Ledger::new());
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(disk.file()), 0o600);
}

#[test]
fn a_ledger_has_one_pen() {
    let folder = in_memory();
    let first = DiskLedger::open(folder.path(), &identity(0, 3)).unwrap();
    let second = DiskLedger::open(folder.path(), &identity(0, 3)).unwrap_err();
    assert!(matches!(second, LedgerError::InUse { .. }), "{second}");
    drop(first);
    DiskLedger::open(folder.path(), &identity(0, 3)).unwrap();
}

#[test]
fn a_folder_that_is_open_to_others_is_refused() {
    let folder = in_memory();
    for open in [0o750, 0o701, 0o777] {
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(open)).unwrap();
        let error = DiskLedger::open(folder.path(), &identity(0, 3)).unwrap_err();
        assert!(matches!(error, LedgerError::OpenToOthers { .. }), "{error}");
    }
}

#[test]
fn the_ledger_of_somebody_else_is_refused() {
    let folder = in_memory();
    some_ledger(folder.path());
    let mut other_cluster = identity(0, 3);
    other_cluster.cluster = "elsewhere".to_owned();
    for other in [identity(1, 3), identity(0, 5), other_cluster] {
        let error = DiskLedger::open(folder.path(), &other).unwrap_err();
        assert!(matches!(error, LedgerError::Foreign { .. }), "{error}");
    }
    DiskLedger::open(folder.path(), &identity(0, 3)).unwrap();
}

#[test]
fn a_ledger_that_is_lost_is_not_an_empty_one() {
    let folder = in_memory();
    some_ledger(folder.path());
    let file = folder.path().join(ledger::FILE);
    fs::remove_file(&file).unwrap();
    let error = is_refused_as_damaged(folder.path());
    assert!(matches!(error, LedgerError::Damaged { .. }), "{error}");
    assert!(!file.exists());
    fs::write(&file, []).unwrap();
    is_refused_as_damaged(folder.path());
}

#[test]
fn a_ledger_that_was_cut_off_is_refused() {
    let folder = in_memory();
    some_ledger(folder.path());
    let file = folder.path().join(ledger::FILE);
    let whole = fs::read(&file).unwrap();
    for length in (0..whole.len())
        .step_by(4096)
        .chain([1, 100, 4095, whole.len() - 1])
    {
        fs::write(&file, &whole[..length]).unwrap();
        is_refused_as_damaged(folder.path());
        assert!(
            ledger::read(folder.path()).is_err(),
            "read, cut to {length}"
        );
    }
}

#[test]
fn a_changed_byte_is_noticed_or_changes_nothing() {
    let folder = in_memory();
    let ledger = some_ledger(folder.path());
    let file = folder.path().join(ledger::FILE);
    let whole = fs::read(&file).unwrap();
    let mut refused = 0;
    for page in 0..whole.len() / 4096 {
        for within in [0, 7, 64, 190, 700, 2048, 4090] {
            let mut changed = whole.clone();
            changed[page * 4096 + within] ^= 0x10;
            fs::write(&file, &changed).unwrap();
            let read = ledger::read(folder.path());
            match &read {
                Ok((_, found)) => assert_eq!(*found, ledger, "page {page}, byte {within}"),
                Err(error) => assert!(error.to_string().contains(ledger::FILE), "{error}"),
            }
            match DiskLedger::open(folder.path(), &identity(0, 3)) {
                Ok((_, found)) => assert_eq!(found, ledger, "page {page}, byte {within}"),
                Err(error) => {
                    assert!(read.is_err(), "{error}, and who only reads believes it");
                    refused += 1;
                    assert!(error.to_string().contains(ledger::FILE), "{error}");
                }
            }
        }
    }
    assert!(refused > 10, "{refused} refused");
}

#[test]
fn pages_of_nonsense_are_refused_by_whoever_reads_them() {
    let folder = in_memory();
    let ledger = some_ledger(folder.path());
    let file = folder.path().join(ledger::FILE);
    let whole = fs::read(&file).unwrap();
    for page in 1..whole.len() / 4096 {
        for nonsense in [
            [0; 64],
            [0xFF; 64],
            std::array::from_fn(|i| (i as u8).wrapping_mul(37)),
        ] {
            let mut changed = whole.clone();
            let bytes = changed[page * 4096..][..4096].chunks_exact_mut(64);
            bytes.for_each(|bytes| bytes.copy_from_slice(&nonsense));
            fs::write(&file, &changed).unwrap();
            if let Ok((_, found)) = ledger::read(folder.path()) {
                assert_eq!(found, ledger, "page {page}");
            }
        }
    }
}

#[test]
fn what_is_no_file_is_no_ledger() {
    let folder = in_memory();
    let nothing = ledger::read(folder.path()).unwrap_err();
    assert!(
        nothing.to_string().starts_with("there is no ledger in"),
        "{nothing}"
    );
    fs::create_dir(folder.path().join(ledger::FILE)).unwrap();
    let no_file = ledger::read(folder.path()).unwrap_err();
    assert!(no_file.to_string().contains("it is no file"), "{no_file}");
}

#[test]
fn a_reader_sees_a_ledger_that_was_while_another_writes() {
    let folder = in_memory();
    let (mut disk, _) = DiskLedger::open(folder.path(), &identity(0, 3)).unwrap();
    disk.show().unwrap();
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let (mut reads, mut last) = (0, 0);
            while last < 200 {
                let (_, ledger) = ledger::read(folder.path()).unwrap();
                let known = ledger.known().0;
                assert!(known >= last, "{known} after {last}");
                assert_eq!(known as usize, ledger.decrees.len());
                (reads, last) = (reads + 1, known);
            }
            reads
        });
        for at in 1..=200 {
            let at = DecreeNumber(at);
            disk.commit(vec![Note::Outcome(at, decree(at.0))]).unwrap();
        }
        assert!(reader.join().unwrap() > 1);
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_committed_is_there(batches in prop::collection::vec(prop::collection::vec(note(), 1..8), 0..12)) {
        let (folder, copied) = (in_memory(), in_memory());
        let (mut disk, mut ledger) = DiskLedger::open(folder.path(), &identity(0, 3)).unwrap();
        for notes in batches {
            notes.iter().cloned().for_each(|note| ledger.record(note));
            disk.commit(notes).unwrap();
        }
        // As a killed process leaves it: nobody closed the file.
        fs::copy(disk.file(), copied.path().join(ledger::FILE)).unwrap();
        prop_assert_eq!(&ledger::read(copied.path()).unwrap().1, &ledger);
        let (_, killed) = DiskLedger::open(copied.path(), &identity(0, 3)).unwrap();
        prop_assert_eq!(&killed, &ledger);
        drop(disk);
        prop_assert_eq!(&ledger::read(folder.path()).unwrap().1, &ledger);
        let (_, reopened) = DiskLedger::open(folder.path(), &identity(0, 3)).unwrap();
        prop_assert_eq!(&reopened, &ledger);
    }
}
