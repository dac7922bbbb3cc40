//! The storage of a node.

use omnipaxos::ballot_leader_election::Ballot;
use omnipaxos::storage::{Entry, NoSnapshot, StopSign, Storage, StorageOp, StorageResult};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

/// An entry of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Value(pub u64);

impl Entry for Value {
    type Snapshot = NoSnapshot;
}

/// A ballot: its number, and who leads in it.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Round {
    /// The number.
    pub n: u32,
    /// The leader; 0 is none.
    pub leader: u64,
}

impl fmt::Debug for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.n, self.leader)
    }
}

impl From<Ballot> for Round {
    fn from(ballot: Ballot) -> Self {
        Self {
            n: ballot.n,
            leader: ballot.pid,
        }
    }
}

impl From<Round> for Ballot {
    fn from(round: Round) -> Self {
        match round.leader {
            0 => Self::default(),
            leader => Self::with(1, round.n, 0, leader),
        }
    }
}

/// The disk of a node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Disk {
    /// The promised round.
    pub promise: Option<Round>,
    /// The round in which the log was accepted.
    pub accepted: Option<Round>,
    /// The entries.
    pub log: Vec<Value>,
    /// How many of them are decided.
    pub decided: usize,
    /// For the properties, not for OmniPaxos: the longest sequence that was ever decided here.
    pub ever_decided: Vec<Value>,
}

/// A change of the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// These entries, in place of all from an index on, or else at the end.
    Entries(Option<usize>, Vec<Value>),
    /// The promised round.
    Promise(Round),
    /// The round in which the log was accepted.
    Accepted(Round),
    /// How many entries are decided.
    Decided(usize),
}

/// Changes that come to the disk together or not at all.
pub type Write = Vec<Change>;

impl Disk {
    /// The decided sequence.
    pub fn decided(&self) -> &[Value] {
        &self.log[..self.decided.min(self.log.len())]
    }

    pub(crate) fn apply(&mut self, write: Write) {
        for change in write {
            match change {
                Change::Entries(from, entries) => {
                    self.log.truncate(from.unwrap_or(usize::MAX));
                    self.log.extend(entries);
                }
                Change::Promise(round) => self.promise = Some(round),
                Change::Accepted(round) => self.accepted = Some(round),
                Change::Decided(decided) => self.decided = decided,
            }
        }
        if self.decided().len() > self.ever_decided.len() {
            self.ever_decided = self.decided().to_vec();
        }
    }
}

/// A disk that remembers what was written to it. Its clones are the same disk: OmniPaxos has one,
/// and the node another.
#[derive(Clone)]
pub(crate) struct Shelf(Rc<RefCell<(Disk, Vec<Write>)>>);

impl Shelf {
    pub(crate) fn with(disk: Disk) -> Self {
        Self(Rc::new(RefCell::new((disk, Vec::new()))))
    }

    pub(crate) fn disk(&self) -> Disk {
        self.0.borrow().0.clone()
    }

    /// What was written since the last time.
    pub(crate) fn take_writes(&self) -> Vec<Write> {
        std::mem::take(&mut self.0.borrow_mut().1)
    }

    fn write(&self, write: Write) {
        let (disk, writes) = &mut *self.0.borrow_mut();
        disk.apply(write.clone());
        writes.push(write);
    }
}

fn change(op: StorageOp<Value>) -> StorageResult<Change> {
    Ok(match op {
        StorageOp::AppendEntry(entry) => Change::Entries(None, vec![entry]),
        StorageOp::AppendEntries(entries) => Change::Entries(None, entries),
        StorageOp::AppendOnPrefix(from, entries) => Change::Entries(Some(from), entries),
        StorageOp::SetPromise(ballot) => Change::Promise(ballot.into()),
        StorageOp::SetDecidedIndex(decided) => Change::Decided(decided),
        StorageOp::SetAcceptedRound(ballot) => Change::Accepted(ballot.into()),
        _ => return unused(),
    })
}

/// Nobody asks for snapshots, for trimming or for other nodes.
fn unused<T>() -> StorageResult<T> {
    Err("not a part of this example".into())
}

impl Storage<Value> for Shelf {
    fn write_atomically(&mut self, ops: Vec<StorageOp<Value>>) -> StorageResult<()> {
        self.write(ops.into_iter().map(change).collect::<StorageResult<_>>()?);
        Ok(())
    }

    fn append_entry(&mut self, entry: Value) -> StorageResult<()> {
        self.append_entries(vec![entry])
    }

    fn append_entries(&mut self, entries: Vec<Value>) -> StorageResult<()> {
        if !entries.is_empty() {
            self.write(vec![Change::Entries(None, entries)]);
        }
        Ok(())
    }

    fn append_on_prefix(&mut self, from: usize, entries: Vec<Value>) -> StorageResult<()> {
        self.write(vec![Change::Entries(Some(from), entries)]);
        Ok(())
    }

    fn set_promise(&mut self, promise: Ballot) -> StorageResult<()> {
        self.write(vec![Change::Promise(promise.into())]);
        Ok(())
    }

    fn set_decided_idx(&mut self, decided: usize) -> StorageResult<()> {
        self.write(vec![Change::Decided(decided)]);
        Ok(())
    }

    fn get_decided_idx(&self) -> StorageResult<usize> {
        Ok(self.0.borrow().0.decided)
    }

    fn set_accepted_round(&mut self, accepted: Ballot) -> StorageResult<()> {
        self.write(vec![Change::Accepted(accepted.into())]);
        Ok(())
    }

    fn get_accepted_round(&self) -> StorageResult<Option<Ballot>> {
        Ok(self.0.borrow().0.accepted.map(Ballot::from))
    }

    fn get_entries(&self, from: usize, to: usize) -> StorageResult<Vec<Value>> {
        let entries = self.0.borrow().0.log.get(from..to).map(<[_]>::to_vec);
        Ok(entries.unwrap_or_default())
    }

    fn get_log_len(&self) -> StorageResult<usize> {
        Ok(self.0.borrow().0.log.len())
    }

    fn get_suffix(&self, from: usize) -> StorageResult<Vec<Value>> {
        let entries = self.0.borrow().0.log.get(from..).map(<[_]>::to_vec);
        Ok(entries.unwrap_or_default())
    }

    fn get_promise(&self) -> StorageResult<Option<Ballot>> {
        Ok(self.0.borrow().0.promise.map(Ballot::from))
    }

    fn set_stopsign(&mut self, _: Option<StopSign>) -> StorageResult<()> {
        unused()
    }

    fn get_stopsign(&self) -> StorageResult<Option<StopSign>> {
        Ok(None)
    }

    fn trim(&mut self, _: usize) -> StorageResult<()> {
        unused()
    }

    fn set_compacted_idx(&mut self, _: usize) -> StorageResult<()> {
        unused()
    }

    fn get_compacted_idx(&self) -> StorageResult<usize> {
        Ok(0)
    }

    fn set_snapshot(&mut self, _: Option<NoSnapshot>) -> StorageResult<()> {
        unused()
    }

    fn get_snapshot(&self) -> StorageResult<Option<NoSnapshot>> {
        Ok(None)
    }
}
