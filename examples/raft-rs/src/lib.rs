//! raft-rs, unmodified, and the loop around it that every user writes: take what is ready,
//! write to disk, send. [`Loop`] says in which order. `tests/loops.rs` checks each order.

#![allow(clippy::expect_used, reason = "each has its reason in the text")]

use protobuf::Message as _;
use raft::eraftpb::{Entry, HardState, Message};
use raft::storage::MemStorage;
use raft::{Config, RawNode, Ready, StateRole};
use std::fmt;
use synod_harness::{Input, InputOf, Keyed, Outputs, OutputsOf, Process};

/// The order in which the loop writes and sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loop {
    /// As the documentation of raft-rs asks: entries, then the hard state, and only then the
    /// messages that depend on them and what is committed.
    Right,
    /// The vote is not written.
    VoteNotWritten,
    /// The term is not written.
    TermNotWritten,
    /// The messages are sent before anything is written.
    SendsFirst,
    /// Entries are not written.
    EntriesNotWritten,
    /// The hard state, which counts the committed entries, is written before the entries.
    HardStateFirst,
    /// Committed entries are applied before it is written that they are committed.
    ApplyFirst,
    /// A leader answers a read at once, and does not ask whether it still leads.
    ReadsAlone,
}

/// The cluster, and the loop.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The ids of all nodes.
    pub nodes: Vec<u64>,
    /// The order in which the loop writes and sends.
    pub order: Loop,
}

/// A message as bytes: raft's own type can be neither hashed nor ordered.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wire(Vec<u8>);

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = Message::parse_from_bytes(&self.0).map_err(|_| fmt::Error)?;
        write!(f, "{:?} in term {}", message.get_msg_type(), message.term)?;
        match message.entries.len() {
            0 if message.reject => f.write_str(" (no)"),
            0 => Ok(()),
            entries => write!(f, " with {entries} entries"),
        }
    }
}

/// The disk of a node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Disk {
    /// Term and data of each entry; the index of the first is 1.
    pub log: Vec<(u64, Vec<u8>)>,
    /// Term, vote and commit index.
    pub hard_state: (u64, u64, u64),
    /// How many entries the state machine has applied. It is written with what they change.
    pub applied: u64,
}

/// A write to the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// The entries from an index on, in place of those that are there.
    Entries(u64, Vec<(u64, Vec<u8>)>),
    /// Term, vote and commit index.
    HardState(u64, u64, u64),
    /// The commit index.
    Commit(u64),
    /// What the entries up to this index change, and the index.
    Applied(u64),
}

/// What a client asks of a node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Request {
    /// To add this to the log.
    Write(Vec<u8>),
    /// To read what is committed.
    Read,
}

/// A read may be answered once the entries up to this index are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadIndex(pub u64);

/// The election timeout: raft's own ticks are random, so the checker decides when it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Election;

/// A node of raft-rs with its loop.
pub struct Node {
    raw: RawNode<MemStorage>,
    order: Loop,
}

/// All that decides what a node does. Its `Debug` is short, for counterexamples.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct State {
    /// The term.
    pub term: u64,
    /// The vote in it; 0 is none.
    pub vote: u64,
    /// Follower, candidate or leader.
    pub role: Role,
    /// The number of committed entries.
    pub committed: u64,
    /// Term and data of each entry.
    pub log: Vec<(u64, Vec<u8>)>,
    /// Votes received, and the progress of the others.
    rest: String,
}

/// A role, as raft-rs names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // The names say it.
pub enum Role {
    Follower,
    Candidate,
    Leader,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            role,
            term,
            vote,
            committed,
            log,
            ..
        } = self;
        write!(f, "{role:?} in term {term}")?;
        if *vote > 0 {
            write!(f, ", voted for {vote}")?;
        }
        let terms: Vec<_> = log.iter().map(|(term, _)| term).collect();
        write!(f, ", entries of terms {terms:?}, {committed} committed")
    }
}

impl Process for Node {
    type Id = u64;
    type Settings = Settings;
    type Ledger = Disk;
    type Message = Wire;
    type Request = Request;
    type Timer = Election;
    type Record = Write;
    type News = ReadIndex;
    type Action = ();
    type Ignored = ();

    fn recover(settings: &Settings, me: u64, disk: Disk) -> (Self, OutputsOf<Self>) {
        let storage = MemStorage::new_with_conf_state((settings.nodes.clone(), Vec::new()));
        let entries = (1..).zip(disk.log).map(entry).collect::<Vec<_>>();
        let (term, vote, commit) = disk.hard_state;
        let hard_state = HardState {
            term,
            vote,
            commit,
            ..HardState::default()
        };
        storage.wl().append(&entries).expect("a log without gaps");
        storage.wl().set_hardstate(hard_state);
        let config = Config {
            applied: disk.applied,
            ..Config::new(me)
        };
        let logger = slog::Logger::root(slog::Discard, slog::o!());
        let raw = RawNode::new(&config, storage, &logger).expect("a valid configuration");
        let mut out = Outputs::new();
        out.set_timer(Election);
        (
            Self {
                raw,
                order: settings.order,
            },
            out,
        )
    }

    fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
        let mut out = Outputs::new();
        // What raft refuses (a proposal without a leader, for example) changes nothing.
        let _ = match input {
            Input::Receive {
                message: Wire(bytes),
                ..
            } => {
                let message = Message::parse_from_bytes(&bytes).expect("written by a node");
                self.raw.step(message)
            }
            Input::Timeout(Election) => {
                out.set_timer(Election);
                self.raw.campaign()
            }
            Input::Propose(Request::Write(data)) => self.raw.propose(Vec::new(), data),
            Input::Propose(Request::Read) => {
                self.read(&mut out);
                Ok(())
            }
        };
        while self.raw.has_ready() {
            let ready = self.raw.ready();
            self.work(ready, &mut out);
        }
        out
    }

    fn apply(disk: &mut Disk, write: Write) {
        match write {
            Write::Entries(from, entries) => {
                disk.log.truncate(from as usize - 1);
                disk.log.extend(entries);
            }
            Write::HardState(term, vote, commit) => disk.hard_state = (term, vote, commit),
            Write::Commit(commit) => disk.hard_state.2 = commit,
            Write::Applied(applied) => disk.applied = applied,
        }
    }
}

impl Node {
    /// One turn of the loop.
    fn work(&mut self, mut ready: Ready, out: &mut OutputsOf<Self>) {
        let committed = ready.take_committed_entries();
        if self.order == Loop::ApplyFirst {
            apply(&committed, out);
        }
        for read in ready.take_read_states() {
            out.tell(ReadIndex(read.index));
        }
        send(ready.take_messages(), out);
        if self.order == Loop::SendsFirst {
            send(ready.take_persisted_messages(), out);
        }
        if self.order == Loop::HardStateFirst {
            self.write_hard_state(&ready, out);
        }
        let entries = ready.take_entries();
        if let Some(first) = entries.first() {
            if self.order != Loop::EntriesNotWritten {
                out.record(Write::Entries(
                    first.index,
                    entries.iter().map(content).collect(),
                ));
            }
            self.raw
                .mut_store()
                .wl()
                .append(&entries)
                .expect("a log without gaps");
        }
        if self.order != Loop::HardStateFirst {
            self.write_hard_state(&ready, out);
        }
        send(ready.take_persisted_messages(), out);
        if self.order != Loop::ApplyFirst {
            apply(&committed, out);
        }
        let mut light = self.raw.advance(ready);
        let committed = light.take_committed_entries();
        if self.order == Loop::ApplyFirst {
            apply(&committed, out);
        }
        if let Some(commit) = light.commit_index() {
            out.record(Write::Commit(commit));
            self.raw.mut_store().wl().mut_hard_state().commit = commit;
        }
        if self.order != Loop::ApplyFirst {
            apply(&committed, out);
        }
        send(light.take_messages(), out);
        self.raw.advance_apply();
    }

    fn read(&mut self, out: &mut OutputsOf<Self>) {
        if self.order != Loop::ReadsAlone {
            self.raw.read_index(b"a read".to_vec());
        } else if self.raw.raft.state == StateRole::Leader {
            out.tell(ReadIndex(self.raw.raft.raft_log.committed));
        }
    }

    fn write_hard_state(&mut self, ready: &Ready, out: &mut OutputsOf<Self>) {
        let Some(hard_state) = ready.hs() else {
            return;
        };
        let (mut term, mut vote) = (hard_state.term, hard_state.vote);
        match self.order {
            Loop::VoteNotWritten => vote = 0,
            Loop::TermNotWritten => (term, vote) = (0, 0),
            _ => {}
        }
        out.record(Write::HardState(term, vote, hard_state.commit));
        self.raw.mut_store().wl().set_hardstate(hard_state.clone());
    }
}

impl Keyed for Node {
    type Key = State;

    fn key(&self) -> State {
        let raft = &self.raw.raft;
        let mut votes: Vec<_> = raft.prs().votes().iter().collect();
        votes.sort();
        let mut progress: Vec<_> = raft.prs().iter().collect();
        progress.sort_by_key(|(id, _)| **id);
        let reads = raft.read_only.read_index_queue.iter().map(|context| {
            let status = raft.read_only.pending_read_index.get(context);
            status.map(|read| {
                let mut acks: Vec<_> = read.acks.iter().collect();
                acks.sort();
                (read.req.from, read.index, acks)
            })
        });
        State {
            term: raft.term,
            vote: raft.vote,
            role: match raft.state {
                StateRole::Leader => Role::Leader,
                StateRole::Follower => Role::Follower,
                StateRole::Candidate | StateRole::PreCandidate => Role::Candidate,
            },
            committed: raft.raft_log.committed,
            log: raft.raft_log.all_entries().iter().map(content).collect(),
            rest: format!(
                "leader {}, votes {votes:?}, {progress:?}, reads {:?}",
                raft.leader_id,
                reads.collect::<Vec<_>>()
            ),
        }
    }
}

fn apply(committed: &[Entry], out: &mut OutputsOf<Node>) {
    if let Some(last) = committed.last() {
        out.record(Write::Applied(last.index));
    }
}

fn send(messages: Vec<Message>, out: &mut OutputsOf<Node>) {
    for message in messages {
        out.send(
            message.to,
            Wire(message.write_to_bytes().expect("to memory")),
        );
    }
}

fn content(entry: &Entry) -> (u64, Vec<u8>) {
    (entry.term, entry.data.to_vec())
}

fn entry((index, (term, data)): (u64, (u64, Vec<u8>))) -> Entry {
    let mut entry = Entry {
        index,
        term,
        ..Entry::default()
    };
    entry.data = data.into();
    entry
}
