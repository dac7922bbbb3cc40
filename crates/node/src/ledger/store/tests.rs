//! A redb file that cannot be written in the background.

use super::super::IDENTITY;
use super::super::entry::Kind;
use super::*;
use crate::ledger_identity::Life;
use redb::backends::InMemoryBackend;
use redb::{ReadableDatabase, StorageBackend};
use std::sync::atomic::AtomicUsize;

/// Storage of which one operation that writes fails, and none before or after it.
#[derive(Clone, Debug)]
struct FailsOnce {
    storage: Arc<InMemoryBackend>,
    /// How many operations it still carries out before that.
    left: Arc<AtomicUsize>,
    /// Whether the operation panics, and returns no error.
    panics: bool,
}

impl FailsOnce {
    fn new(panics: bool) -> Self {
        Self {
            storage: Arc::default(),
            left: Arc::new(AtomicUsize::new(usize::MAX)),
            panics,
        }
    }

    fn operation(&self) -> io::Result<()> {
        if self.left.fetch_sub(1, Relaxed) > 0 {
            return Ok(());
        }
        assert!(!self.panics, "this operation is the one that panics");
        Err(io::Error::other("this operation is the one that fails"))
    }

    /// Opens a copy of the file, as the next process would that starts with it.
    fn reopened(&self) -> Database {
        let mut bytes = vec![0; self.storage.len().unwrap() as usize];
        self.storage.read(0, &mut bytes).unwrap();
        let copy = InMemoryBackend::new();
        copy.set_len(bytes.len() as u64).unwrap();
        copy.write(0, &bytes).unwrap();
        Database::builder().create_with_backend(copy).unwrap()
    }
}

impl StorageBackend for FailsOnce {
    fn len(&self) -> io::Result<u64> {
        self.storage.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.storage.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.operation()?;
        self.storage.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.operation()?;
        self.storage.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.operation()?;
        self.storage.write(offset, data)
    }
}

fn vote(number: u64) -> Vec<Entry> {
    vec![Entry {
        kind: Kind::Vote,
        number,
        bytes: vec![7; 10_000],
    }]
}

/// A commit that no journal has.
fn direct(unsaved: &Unsaved) -> Direct<'_> {
    Direct {
        sequence: 3,
        notes: Vec::new(),
        snapshot: None,
        unsaved,
    }
}

const UNSAVED: Unsaved = Unsaved {
    met: Vec::new(),
    loss: None,
    life: (
        1,
        Life {
            nonce: 1,
            commits: 1,
        },
    ),
    replacing: None,
};

fn empty(storage: FailsOnce) -> Database {
    let database = Database::builder().create_with_backend(storage).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(IDENTITY).unwrap();
    transaction.open_table(PROMISES).unwrap();
    transaction.open_table(VOTES).unwrap();
    transaction.commit().unwrap();
    database
}

/// The sequence number of the last commit that a file has, and how many votes it has.
fn found(database: &Database) -> (u64, u64) {
    let transaction = database.begin_read().unwrap();
    let promises = transaction.open_table(PROMISES).unwrap();
    let applied = promises.get(APPLIED).unwrap().map(|it| it.value());
    let votes = transaction.open_table(VOTES).unwrap();
    (
        applied.unwrap_or_default(),
        votes.iter().unwrap().count() as u64,
    )
}

/// The thread brings one commit to the file, and the operation after so many fails. Whether one did.
fn one_fails(after: usize, panics: bool) -> bool {
    let storage = FailsOnce::new(panics);
    let database = empty(storage.clone());
    let store = Arc::new(Store::new(database, Cut::at(0), 0));
    store.add(vote(1), 1);
    storage.left.store(after, Relaxed);
    let applier = Applier::start(&store).unwrap();
    applier.wake();
    drop(applier);
    // The counter has gone below 0.
    let left = storage.left.swap(usize::MAX, Relaxed);
    let has_failed = left > after;
    if has_failed {
        assert!(store.applied().is_err(), "the next commit is not told");
        store.add(vote(2), 2);
        assert!(store.apply().is_err());
        assert!(store.commit(direct(&UNSAVED)).is_err());
        let left = storage.left.load(Relaxed);
        assert_eq!(left, usize::MAX, "the file was written");
    } else {
        assert_eq!(store.applied().unwrap(), 1);
    }
    if has_failed && panics {
        // redb would panic once more.
        std::mem::forget(store);
    } else {
        drop(store);
    }
    let (applied, votes) = found(&storage.reopened());
    assert_eq!(applied, votes, "half a commit is in the file");
    assert!(has_failed || applied == 1);
    has_failed
}

#[test]
fn whichever_operation_fails_in_the_background_the_next_commit_is_told_and_no_more_is_written() {
    for panics in [false, true] {
        let all = (0..1000).position(|after| !one_fails(after, panics));
        assert!(all.is_some_and(|all| all > 3), "{all:?} operations");
    }
}
