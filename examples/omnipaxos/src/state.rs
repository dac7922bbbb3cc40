//! All that decides what a node does. OmniPaxos shows only a part of it, so the rest is followed
//! from outside: from what a node was given, and from what it wrote and said.

use crate::disk::{Disk, Round, Shelf, Value};
use crate::wire::Wire;
use crate::{Node, Request};
use omnipaxos::OmniPaxos;
use omnipaxos::messages::Message;
use omnipaxos::messages::ballot_leader_election::{BLEMessage, HeartbeatMsg};
use omnipaxos::messages::sequence_paxos::PaxosMsg;
use omnipaxos::util::SequenceNumber;
use std::collections::BTreeMap;
use std::fmt;
use synod_harness::{Input, InputOf};

/// All that decides what a node does. Its `Debug` is short, for counterexamples.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct State {
    me: u64,
    /// What the node has on disk.
    pub disk: Disk,
    /// Follower or leader.
    pub role: Role,
    /// How far the promised round has come.
    pub phase: Phase,
    /// Entries that wait until there is somebody to send them to.
    pub waiting: Vec<Value>,
    /// The promise that a follower repeats until it is answered.
    promise: Option<Wire>,
    /// The last of the leader's messages that a follower has taken: session and counter.
    taken: (u64, u64),
    /// The Prepare of a leader, and the promises until there were enough.
    campaign: Vec<Wire>,
    /// What a leader knows of each peer: whether it has promised, and the last message to it.
    peers: BTreeMap<u64, (Standing, (u64, u64))>,
    /// How many entries each has accepted, as the leader knows.
    accepted: Vec<usize>,
    /// What the node says in a heartbeat.
    heartbeat: Option<Wire>,
    /// The number of the running round of heartbeats, and the answers to it.
    round: u32,
    answers: Vec<Wire>,
}

/// A role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // The names say it.
pub enum Role {
    Follower,
    Leader,
}

/// A phase, as OmniPaxos names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // The names say it.
pub enum Phase {
    None,
    Recover,
    Prepare,
    Accept,
}

/// What a leader knows of a peer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
enum Standing {
    #[default]
    Unknown,
    Promised,
    Lost,
}

impl State {
    pub(crate) fn at_the_beginning(me: u64, disk: Disk) -> Self {
        Self {
            me,
            phase: match disk.promise {
                Some(_) => Phase::Recover,
                None => Phase::None,
            },
            disk,
            role: Role::Follower,
            waiting: Vec::new(),
            promise: None,
            taken: (0, 0),
            campaign: Vec::new(),
            peers: BTreeMap::new(),
            accepted: Vec::new(),
            heartbeat: None,
            round: 0,
            answers: Vec::new(),
        }
    }

    /// How often a leader has synchronized the log of a peer.
    pub fn sessions(&self) -> u64 {
        let sessions = self.peers.values().map(|(_, (session, _))| *session);
        sessions.max().unwrap_or_default()
    }

    /// The number of the running round of heartbeats.
    pub fn heartbeats(&self) -> u32 {
        self.round
    }

    /// The promised round.
    pub fn promised(&self) -> Round {
        self.disk.promise.unwrap_or_default()
    }

    /// The state after an input, if there was one, and after what the node then wrote and said.
    pub(crate) fn follow(
        &mut self,
        omni: &OmniPaxos<Value, Shelf>,
        disk: Disk,
        input: Option<&InputOf<Node>>,
        said: &[Message<Value>],
        heartbeat: &Message<Value>,
    ) {
        let is_quiet = disk == self.disk && said.is_empty();
        let is_new_round = disk.promise != self.disk.promise;
        self.disk = disk;
        if is_new_round {
            self.begin_round();
        }
        match input {
            Some(Input::Receive { message, .. }) => self.receive(message, is_quiet),
            Some(Input::Propose(Request::Append(value))) if is_quiet => self.waiting.push(*value),
            _ => {}
        }
        for message in said {
            self.say(message);
        }
        let is_accepting = omni
            .get_current_leader()
            .is_some_and(|(_, accepts)| accepts);
        if is_accepting && self.phase != Phase::Accept {
            self.phase = Phase::Accept;
            self.waiting.clear();
            self.promise = None;
        }
        self.accepted = match self.role {
            Role::Leader => omni.get_ui_states().cluster_state.accepted_indexes,
            Role::Follower => Vec::new(),
        };
        self.heartbeat = Some(Wire::of(heartbeat));
    }

    /// A larger round is promised: whatever belongs to an earlier one has no effect any more,
    /// except the disk and the entries that wait.
    fn begin_round(&mut self) {
        self.promise = None;
        self.taken = (0, 0);
        self.campaign.clear();
        self.peers.clear();
        if self.promised().leader == self.me {
            (self.role, self.phase) = (Role::Leader, Phase::Prepare);
        } else {
            self.role = Role::Follower;
        }
    }

    fn receive(&mut self, wire: &Wire, is_quiet: bool) {
        let message = match wire.open() {
            Message::SequencePaxos(message) => message,
            Message::BLE(message) => {
                if let HeartbeatMsg::Reply(reply) = message.msg
                    && reply.round == self.round
                {
                    self.answers.push(wire.clone());
                    self.answers.sort();
                }
                return;
            }
        };
        let (promised, from) = (self.promised(), message.from);
        match (self.role, message.msg) {
            (_, PaxosMsg::ProposalForward(entries)) if is_quiet => self.waiting.extend(entries),
            (Role::Leader, PaxosMsg::Promise(promise)) if promised == promise.n.into() => {
                self.peer(from).0 = Standing::Promised;
                if self.phase == Phase::Prepare {
                    self.campaign.push(wire.clone());
                }
            }
            (Role::Leader, PaxosMsg::NotAccepted(no)) if promised < no.n.into() => {
                self.peer(from).0 = Standing::Lost;
            }
            (Role::Leader, PaxosMsg::PrepareReq(ask)) if promised >= ask.n.into() => {
                self.peer(from).0 = Standing::Unknown;
            }
            (Role::Follower, PaxosMsg::AcceptSync(sync))
                if promised == sync.n.into() && self.phase == Phase::Prepare =>
            {
                self.taken = (sync.seq_num.session, sync.seq_num.counter);
            }
            (Role::Follower, PaxosMsg::AcceptDecide(accept)) if promised == accept.n.into() => {
                self.take(accept.seq_num);
            }
            (Role::Follower, PaxosMsg::Decide(decide)) if promised == decide.n.into() => {
                self.take(decide.seq_num);
            }
            _ => {}
        }
    }

    fn peer(&mut self, peer: u64) -> &mut (Standing, (u64, u64)) {
        self.peers.entry(peer).or_default()
    }

    /// A follower takes the leader's messages in order.
    fn take(&mut self, number: SequenceNumber) {
        let (session, counter) = self.taken;
        let next = (session, counter + 1);
        if self.phase == Phase::Accept && next == (number.session, number.counter) {
            self.taken = next;
        }
    }

    fn say(&mut self, message: &Message<Value>) {
        let wire = Wire::of(message);
        let Message::SequencePaxos(message) = message else {
            return self.beat(message);
        };
        let to = message.to;
        let number = match &message.msg {
            PaxosMsg::Promise(_) => {
                self.phase = Phase::Prepare;
                self.promise = Some(wire);
                return;
            }
            PaxosMsg::PrepareReq(_) => {
                if to == self.promised().leader {
                    self.phase = Phase::Recover;
                    self.promise = None;
                    self.taken = (0, 0);
                }
                return;
            }
            PaxosMsg::Prepare(_) => {
                if self.campaign.is_empty() {
                    self.campaign.push(wire);
                }
                return;
            }
            PaxosMsg::AcceptSync(sync) => sync.seq_num,
            PaxosMsg::AcceptDecide(accept) => accept.seq_num,
            PaxosMsg::Decide(decide) => decide.seq_num,
            _ => return,
        };
        self.peer(to).1 = (number.session, number.counter);
    }

    /// A new round of heartbeats begins: answers to earlier ones do not count.
    fn beat(&mut self, message: &Message<Value>) {
        if let Message::BLE(BLEMessage {
            msg: HeartbeatMsg::Request(request),
            ..
        }) = message
            && request.round != self.round
        {
            self.round = request.round;
            self.answers.clear();
        }
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (role, phase, round) = (self.role, self.phase, self.promised());
        write!(f, "{role:?} in round {round:?}, phase {phase:?}")
    }
}
