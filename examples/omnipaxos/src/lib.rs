//! OmniPaxos, unmodified, as a process: every write to its storage is a record, its outgoing
//! messages are sent after each input, and what decides its answers is the [`State`].
//! `tests/sequence.rs` checks it.

#![allow(clippy::expect_used, reason = "each has its reason in the text")]

mod disk;
mod state;
mod wire;

pub use disk::{Change, Disk, Round, Value, Write};
pub use state::{Phase, Role, State};
pub use wire::Wire;

use disk::Shelf;
use omnipaxos::messages::Message;
use omnipaxos::messages::ballot_leader_election::{BLEMessage, HeartbeatMsg, HeartbeatRequest};
use omnipaxos::{ClusterConfig, OmniPaxos, OmniPaxosConfig, ServerConfig};
use synod_harness::{Input, InputOf, Keyed, Outputs, OutputsOf, Process};

/// The cluster.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The ids of all nodes.
    pub nodes: Vec<u64>,
    /// Whether nodes elect a leader by heartbeats. Otherwise these are neither sent nor
    /// received, and whoever wants to lead tries.
    pub heartbeats: bool,
    /// What the storage does with writes that must come to the disk together.
    pub storage: Storage,
}

/// What the storage of a node does with `write_atomically`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// As OmniPaxos asks: all come to the disk, or none.
    Atomic,
    /// One after the other, which is wrong.
    InParts,
}

/// What a node is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Request {
    /// A client appends an entry to the log.
    Append(Value),
    /// The network has a new session with this peer: what was under way in the old one is lost.
    NewSession(u64),
}

/// The times at which a node acts by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// The clock of OmniPaxos: a round of heartbeats is over, and messages are sent again.
    Tick,
    /// The user makes this node try to lead.
    Lead,
}

/// A node of OmniPaxos with its storage.
pub struct Node {
    omni: OmniPaxos<Value, Shelf>,
    shelf: Shelf,
    settings: Settings,
    state: State,
}

/// A peer that does not exist: it asks a node for its heartbeat, which changes nothing.
const NOBODY: u64 = 0;

impl Process for Node {
    type Id = u64;
    type Settings = Settings;
    type Ledger = Disk;
    type Message = Wire;
    type Request = Request;
    type Timer = Timer;
    type Record = Write;
    type News = ();
    type Action = ();
    type Ignored = ();

    fn recover(settings: &Settings, me: u64, disk: Disk) -> (Self, OutputsOf<Self>) {
        let config = OmniPaxosConfig {
            cluster_config: ClusterConfig {
                configuration_id: 1,
                nodes: settings.nodes.clone(),
                flexible_quorum: None,
            },
            server_config: ServerConfig {
                pid: me,
                // One tick is one round of everything, so the clock is no part of the state.
                election_tick_timeout: 1,
                resend_message_tick_timeout: 1,
                flush_batch_tick_timeout: 1,
                buffer_size: 1,
                ..ServerConfig::default()
            },
        };
        let state = State::at_the_beginning(me, disk.clone());
        let shelf = Shelf::with(disk);
        let omni = config.build(shelf.clone()).expect("a valid configuration");
        let mut node = Self {
            omni,
            shelf,
            settings: settings.clone(),
            state,
        };
        let mut out = Outputs::new();
        out.set_timer(Timer::Tick);
        out.set_timer(Timer::Lead);
        node.carry_out(None, &mut out);
        (node, out)
    }

    fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
        let mut out = Outputs::new();
        match &input {
            Input::Receive { message, .. } => self.omni.handle_incoming(message.open()),
            Input::Timeout(Timer::Tick) => self.omni.tick(),
            Input::Timeout(Timer::Lead) => self.omni.try_become_leader(),
            // It is refused only during a change of the configuration.
            Input::Propose(Request::Append(value)) => {
                self.omni.append(*value).expect("no change of the nodes");
            }
            Input::Propose(Request::NewSession(peer)) => self.omni.reconnected(*peer),
        }
        if let Input::Timeout(timer) = input {
            out.set_timer(timer);
        }
        self.carry_out(Some(&input), &mut out);
        out
    }

    fn apply(disk: &mut Disk, write: Write) {
        disk.apply(write);
    }
}

impl Node {
    /// What OmniPaxos has written, and then what it has to say.
    fn carry_out(&mut self, input: Option<&InputOf<Self>>, out: &mut OutputsOf<Self>) {
        let ask = HeartbeatMsg::Request(HeartbeatRequest { round: 0 });
        self.omni.handle_incoming(Message::BLE(BLEMessage {
            from: NOBODY,
            to: self.omni.get_pid(),
            msg: ask,
        }));
        let mut messages = Vec::new();
        self.omni.take_outgoing_messages(&mut messages);
        let heartbeat = messages.pop().expect("the heartbeat that was asked for");
        if !self.settings.heartbeats {
            messages.retain(|message| matches!(message, Message::SequencePaxos(_)));
        }
        let (omni, disk) = (&self.omni, self.shelf.disk());
        self.state.follow(omni, disk, input, &messages, &heartbeat);
        for write in self.shelf.take_writes() {
            match self.settings.storage {
                Storage::Atomic => out.record(write),
                Storage::InParts => {
                    for change in write {
                        out.record(vec![change]);
                    }
                }
            }
        }
        for message in &messages {
            out.send(message.get_receiver(), Wire::of(message));
        }
    }
}

impl Keyed for Node {
    type Key = State;

    fn key(&self) -> State {
        self.state.clone()
    }
}
