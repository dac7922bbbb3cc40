//! The legislator that Synod ships, and a driver that does not write all that it is told to.
//! `tests/parliament.rs` checks both.

use std::fmt;
use synod_math::Priest;
use synod_process::{InputOf, OutputsOf, Process};
use synod_protocol::Timer;
use synod_protocol::parliament::{Ledger, Legislator, Note, Parliament, Request, Slip};
use synod_protocol::state_machine::register::{Command, Register};

/// The legislator that ships, with a register as its state machine.
pub type Node = Legislator<Register<char>>;

/// A legislator in the hands of a driver.
pub trait Driven:
    Process<
        Id = Priest,
        Settings = Parliament,
        Ledger = Ledger<Register<char>>,
        Request = Request<Command<char>>,
        Timer = Timer,
    >
{
    /// The legislator.
    fn legislator(&self) -> &Node;
}

impl Driven for Node {
    fn legislator(&self) -> &Node {
        self
    }
}

/// A legislator whose driver does not write the promises to disk, or not the votes. This shows
/// when the legislator recovers after a crash.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Forgetful<const PROMISES: bool>(Node);

// Short, for counterexamples.
impl<const PROMISES: bool> fmt::Debug for Forgetful<PROMISES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0.slip() {
            Slip::Idle => "idle",
            Slip::Trying { .. } => "trying",
            Slip::Presiding(_) => "presiding",
        })?;
        write!(f, ", law through {}", self.0.law().through())
    }
}

impl<const PROMISES: bool> Driven for Forgetful<PROMISES> {
    fn legislator(&self) -> &Node {
        &self.0
    }
}

impl<const PROMISES: bool> Process for Forgetful<PROMISES> {
    type Id = Priest;
    type Settings = Parliament;
    type Ledger = Ledger<Register<char>>;
    type Message = <Node as Process>::Message;
    type Request = Request<Command<char>>;
    type Timer = Timer;
    type Record = Note<Register<char>>;
    type News = <Node as Process>::News;
    type Action = <Node as Process>::Action;
    type Ignored = <Node as Process>::Ignored;

    fn recover(all: &Parliament, me: Priest, disk: Self::Ledger) -> (Self, OutputsOf<Self>) {
        let (node, out) = Node::recover(all, me, disk);
        (Self(node), out)
    }

    fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
        self.0.handle(input)
    }

    fn apply(disk: &mut Self::Ledger, note: Self::Record) {
        match note {
            Note::NextBal(_) if PROMISES => {}
            Note::PrevVote(..) if !PROMISES => {}
            note => Node::apply(disk, note),
        }
    }
}
