//! `synod_node::ledger`: what was committed can be read after any crash, and a damaged or missing
//! ledger is never taken for an empty one.

mod journal;
mod snapshots;

use crate::common::{identity, in_memory};
use proptest::prelude::*;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use synod_math::{BallotNumber, Cast};
use synod_node::ledger::{self, DiskLedger, LedgerError};
use synod_node::ledger_identity::LedgerId;
use synod_node::rollback::{LedgerMetadata, RollbackDetector};
use synod_node::{Command, Decree, Ledger, Note, Request};
use synod_protocol::parliament::{DecreeNumber, Life, RequestId};

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
        }
        .into(),
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
        (at, of.clone()).prop_map(|(at, of)| Note::Outcome(DecreeNumber(at), decree(of))),
        of.clone().prop_map(|life| Note::Learner(Life(life))),
        of.prop_map(|b| Note::Readmitted(BallotNumber(b))),
    ]
}

/// Makes a ledger with a few hundred decrees, and closes it. Returns its contents.
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

/// Asserts that the ledger cannot be opened, that the error names the file, and that the file is not
/// changed.
fn is_refused_as_damaged(folder: &Path) -> LedgerError {
    let file = folder.join(ledger::FILE);
    let before = fs::read(&file).ok();
    let error = DiskLedger::open(folder, &identity(0, 3)).unwrap_err();
    assert!(error.to_string().contains(ledger::FILE), "{error}");
    assert_eq!(fs::read(&file).ok(), before, "the file was changed");
    error
}

#[test]
fn only_its_owner_has_access_to_a_new_ledger() {
    let folder = in_memory();
    let folder = folder.path().join("new");
    let (disk, ledger) = DiskLedger::open(&folder, &identity(0, 3)).unwrap();
    assert_eq!(ledger, Ledger::new());
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(disk.file()), 0o600);
}

#[test]
fn a_ledger_is_open_in_one_process_only() {
    let folder = in_memory();
    let first = DiskLedger::open(folder.path(), &identity(0, 3)).unwrap();
    let second = DiskLedger::open(folder.path(), &identity(0, 3)).unwrap_err();
    assert!(matches!(second, LedgerError::InUse { .. }), "{second}");
    drop(first);
    DiskLedger::open(folder.path(), &identity(0, 3)).unwrap();
}

#[test]
fn a_folder_that_is_open_to_other_users_is_refused() {
    let folder = in_memory();
    for open in [0o750, 0o701, 0o777] {
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(open)).unwrap();
        let error = DiskLedger::open(folder.path(), &identity(0, 3)).unwrap_err();
        assert!(matches!(error, LedgerError::OpenToOthers { .. }), "{error}");
    }
}

#[test]
fn the_ledger_of_another_legislator_is_refused() {
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
fn a_lost_ledger_is_not_replaced_by_an_empty_one() {
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
            "a ledger that was cut to {length} bytes can be read"
        );
    }
}

#[test]
fn a_changed_byte_is_detected_or_harmless() {
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
                Ok(found) => assert_eq!(found.ledger, ledger, "page {page}, byte {within}"),
                Err(error) => assert!(error.to_string().contains(ledger::FILE), "{error}"),
            }
            match DiskLedger::open(folder.path(), &identity(0, 3)) {
                Ok((_, found)) => assert_eq!(found, ledger, "page {page}, byte {within}"),
                Err(error) => {
                    assert!(read.is_err(), "{error}, but a reader accepts the file");
                    refused += 1;
                    assert!(error.to_string().contains(ledger::FILE), "{error}");
                }
            }
        }
    }
    assert!(refused > 10, "{refused} refused");
}

/// A random number, the same in each run.
fn random(state: &mut u64) -> u64 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1);
    *state >> 33
}

/// A ledger with decrees, promises and votes, and a peer that has seen it.
struct Seen {
    /// The file as a killed process leaves it.
    killed: Vec<u8>,
    /// The file as a process leaves it that closes the ledger.
    closed: Vec<u8>,
    id: LedgerId,
    /// The contents.
    ledger: Ledger,
    /// The contents before the last commit.
    before: Ledger,
    peer: RollbackDetector,
}

fn seen(folder: &Path) -> Seen {
    some_ledger(folder);
    let (mut disk, mut ledger) = DiskLedger::open(folder, &identity(0, 3)).unwrap();
    let mut before = ledger.clone();
    for at in 401..450 {
        let cast = Cast {
            number: BallotNumber(9),
            decree: decree(at),
        };
        let note = Note::PrevVote(DecreeNumber(at), cast);
        before = ledger.clone();
        ledger.record(note.clone());
        disk.commit(vec![note]).unwrap();
    }
    let (one, other) = (identity(0, 3).me, identity(1, 3).me);
    let peer = RollbackDetector::new(&identity(1, 3), LedgerMetadata::new().unwrap());
    let said = disk.detector().introduce(other);
    peer.hear(one, &said, None).unwrap();
    let (id, file) = (disk.detector().ledger(), disk.file().to_owned());
    let killed = fs::read(&file).unwrap();
    drop(disk);
    Seen {
        killed,
        closed: fs::read(file).unwrap(),
        id,
        ledger,
        before,
        peer,
    }
}

impl Seen {
    /// Replaces the ledger's file by these bytes. Returns whether they are refused. If they are not,
    /// asserts that no entry is missing, with one exception: the last commit of a killed process may
    /// be missing, because it looks like a commit that the kill has interrupted. Then the peer that
    /// has seen that commit reports the loss.
    fn refuses(&self, folder: &Path, bytes: &[u8], was_killed: bool, what: &str) -> bool {
        let file = folder.join(ledger::FILE);
        fs::write(&file, bytes).unwrap();
        let is_short = |found: &Ledger| was_killed && *found == self.before;
        let read = ledger::read(folder);
        match &read {
            Ok(found) => {
                let found = &found.ledger;
                assert!(*found == self.ledger || is_short(found), "{what}");
            }
            Err(error) => assert!(error.to_string().contains(ledger::FILE), "{error}"),
        }
        match DiskLedger::open(folder, &identity(0, 3)) {
            Ok((disk, found)) => {
                assert_eq!(disk.detector().ledger(), self.id, "{what}");
                let said = self.peer.introduce(identity(0, 3).me);
                disk.detector().meet(identity(1, 3).me, &said);
                let is_whole = disk.detector().refusal().is_none();
                assert!(is_whole || is_short(&found), "{what}");
                assert!(
                    !is_whole || found == self.ledger,
                    "{what}: a vote is forgotten"
                );
                false
            }
            Err(error) => {
                assert!(read.is_err(), "{what}: {error}, but a reader accepts it");
                assert_eq!(fs::read(&file).unwrap(), bytes, "{what}: it was changed");
                true
            }
        }
    }
}

#[test]
fn flipped_bits_are_refused_or_harmless_and_cuts_are_refused() {
    let folder = in_memory();
    let seen = seen(folder.path());
    let (mut refused, mut state) = ([0, 0], 16);
    for (whole, was_killed) in [(&seen.killed, true), (&seen.closed, false)] {
        for part in 0..100 {
            // A random place in each of a hundred parts of the file.
            let place = (part * whole.len() + random(&mut state) as usize % whole.len()) / 100;
            let bit = random(&mut state) % 8;
            let mut changed = whole.clone();
            changed[place] ^= 1 << bit;
            let what = format!("bit {bit} of byte {place} of {}", whole.len());
            refused[0] += usize::from(seen.refuses(folder.path(), &changed, was_killed, &what));
        }
    }
    for cut in 0..25 {
        let was_killed = cut % 2 == 0;
        let whole = if was_killed {
            &seen.killed
        } else {
            &seen.closed
        };
        let length = random(&mut state) as usize % whole.len();
        let what = format!("cut to {length} of {}", whole.len());
        let cut = &whole[..length];
        refused[1] += usize::from(seen.refuses(folder.path(), cut, was_killed, &what));
    }
    assert!(refused[0] > 10 && refused[1] == 25, "{refused:?} refused");
}

#[test]
fn a_kill_at_the_first_start_leaves_no_ledger_or_a_complete_one_with_its_marker() {
    let folder = in_memory();
    let (marker, unfinished) = (
        folder.path().join("synod"),
        folder.path().join("ledger.unfinished"),
    );
    let file = folder.path().join(ledger::FILE);
    // The process was killed before the ledger got its final name.
    fs::write(&unfinished, b"begun").unwrap();
    fs::write(&marker, []).unwrap();
    DiskLedger::open(folder.path(), &identity(0, 3)).unwrap();
    assert!(!unfinished.exists());
    // A missing marker is made again.
    fs::remove_file(&marker).unwrap();
    DiskLedger::open(folder.path(), &identity(0, 3)).unwrap();
    assert!(marker.exists());
    fs::remove_file(&file).unwrap();
    is_refused_as_damaged(folder.path());
    // Without the marker, what is left of the ledger says that there was one.
    fs::remove_file(&marker).unwrap();
    is_refused_as_damaged(folder.path());
    assert!(!file.exists());
    fs::rename(
        folder.path().join(ledger::JOURNAL),
        folder.path().join("snapshot-7-0.synod"),
    )
    .unwrap();
    is_refused_as_damaged(folder.path());
    assert!(folder.path().join("snapshot-7-0.synod").exists());
}

#[test]
fn a_ledger_keeps_its_identity_and_no_two_ledgers_have_the_same() {
    let id = |folder: &Path| {
        let (disk, _) = DiskLedger::open(folder, &identity(0, 3)).unwrap();
        disk.detector().ledger()
    };
    let (one, other) = (in_memory(), in_memory());
    let first = id(one.path());
    assert_eq!(id(one.path()), first);
    assert_ne!(id(other.path()), first);
}

#[test]
fn a_ledger_of_the_first_format_gets_an_identity() {
    let folder = in_memory();
    let ledger = some_ledger(folder.path());
    let old = redb::Database::open(folder.path().join(ledger::FILE)).unwrap();
    let transaction = old.begin_write().unwrap();
    let bytes: redb::TableDefinition<'_, &str, &[u8]> = redb::TableDefinition::new("identity");
    {
        let mut table = transaction.open_table(bytes).unwrap();
        table
            .insert("format", 1_u64.to_le_bytes().as_slice())
            .unwrap();
        table.remove("ledger").unwrap();
    }
    for new in ["lives", "accepted", "met"] {
        let handle = transaction.list_tables().unwrap();
        let mut handle = handle.filter(|table| redb::TableHandle::name(table) == new);
        transaction.delete_table(handle.next().unwrap()).unwrap();
    }
    transaction.commit().unwrap();
    drop(old);
    assert_eq!(ledger::read(folder.path()).unwrap().ledger, ledger);
    let (disk, found) = DiskLedger::open(folder.path(), &identity(0, 3)).unwrap();
    assert_eq!(found, ledger);
    let id = disk.detector().ledger();
    drop(disk);
    let (disk, found) = DiskLedger::open(folder.path(), &identity(0, 3)).unwrap();
    assert_eq!((disk.detector().ledger(), found), (id, ledger));
}

#[test]
fn a_reader_refuses_overwritten_pages() {
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
            if let Ok(found) = ledger::read(folder.path()) {
                assert_eq!(found.ledger, ledger, "page {page}");
            }
        }
    }
}

#[test]
fn a_missing_file_and_a_folder_in_its_place_are_not_ledgers() {
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
fn a_reader_of_a_running_node_sees_the_ledger_as_of_some_commit() {
    let folder = in_memory();
    let (mut disk, _) = DiskLedger::open(folder.path(), &identity(0, 3)).unwrap();
    disk.serve_readers().unwrap();
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let (mut reads, mut last) = (0, 0);
            while reads < 20 || last < 200 {
                let ledger = ledger::read(folder.path()).unwrap().ledger;
                let known = ledger.known().0;
                assert!(known >= last, "{known} after {last}");
                assert_eq!(known as usize, ledger.decrees.len());
                (reads, last) = (reads + 1, known);
            }
        });
        for at in 1.. {
            let at = DecreeNumber(at);
            disk.commit(vec![Note::Outcome(at, decree(at.0))]).unwrap();
            if at.0 >= 200 && reader.is_finished() {
                break;
            }
        }
    });
    let mark = disk.detector().introduce(identity(1, 3).me).own;
    let shown = ledger::read(folder.path()).unwrap().metadata;
    assert_eq!(shown.history.mark(), mark);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn committed_notes_are_read_after_a_kill_and_after_a_close(batches in prop::collection::vec(prop::collection::vec(note(), 1..8), 0..12)) {
        let (folder, copied) = (in_memory(), in_memory());
        let (mut disk, mut ledger) = DiskLedger::open(folder.path(), &identity(0, 3)).unwrap();
        for notes in batches {
            notes.iter().cloned().for_each(|note| ledger.record(note));
            disk.commit(notes).unwrap();
        }
        // A copy of the open files is what a killed process leaves.
        for file in [ledger::FILE, ledger::JOURNAL] {
            fs::copy(folder.path().join(file), copied.path().join(file)).unwrap();
        }
        prop_assert_eq!(&ledger::read(copied.path()).unwrap().ledger, &ledger);
        let (_, killed) = DiskLedger::open(copied.path(), &identity(0, 3)).unwrap();
        prop_assert_eq!(&killed, &ledger);
        drop(disk);
        prop_assert_eq!(&ledger::read(folder.path()).unwrap().ledger, &ledger);
        let (_, reopened) = DiskLedger::open(folder.path(), &identity(0, 3)).unwrap();
        prop_assert_eq!(&reopened, &ledger);
    }
}
