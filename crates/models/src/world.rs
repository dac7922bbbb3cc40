//! The shipped code under the checker: processes that crash and come back, and
//! a network that loses, delays, duplicates and reorders.
//!
//! - **Messages** sent form a set that never shrinks; any of them may arrive at
//!   any time, or never.
//! - **Timers** have no time: one that is set may fire at any moment. What
//!   bounds a run are the ballot numbers.
//! - **Crashes**: within a budget for the whole run, a process may crash
//!   between any two of its outputs. What it recorded before, and nothing else,
//!   is what it goes on from; what it sent before is on its way.
//! - **Presence**: telling the others regularly that one is present changes
//!   nothing in who tells, and adds to a set from which nothing has to arrive.
//!   So it is taken as done from the start, and again when the outcome is
//!   known: every behaviour in which it happens later is among these.
//!
//! The state also holds a history: the state of the model `basic` that the
//! actions of A.1 lead to, which the processes name as they take them. Each is
//! replayed there ([`history`]): that is the refinement, step by step.

pub mod history;
mod model;
mod tell;

use crate::basic::Basic;
use crate::bounds::{Bounds, BoundsError, Decree};
use history::History;
use std::hash::Hash;
use std::sync::Arc;
use synod_math::{Priest, Quorums};
use synod_protocol::{Input, Ledger, Message, Outputs, Timer, basic};

/// A process that can live in a [`World`]: the shipped one, or a mutant of it.
pub trait Process: Clone + Eq + Hash + Send + Sync + 'static {
    /// What tells one kind of process from another.
    type Kind: Clone + Send + Sync + 'static;

    /// The process with the ledger that it has kept.
    fn recover(
        kind: &Self::Kind,
        me: Priest,
        quorums: &Arc<Quorums>,
        ledger: Ledger<Decree>,
    ) -> (Self, Outputs<Decree>);

    /// Takes one input.
    fn handle(&mut self, input: Input<Decree>) -> Outputs<Decree>;

    /// The priest of §2.3 within.
    fn basic(&self) -> &basic::Basic<Decree>;

    /// Whether it considers itself president.
    fn is_president(&self) -> bool;
}

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Envelope {
    /// The addressee.
    pub to: Priest,
    /// The sender.
    pub from: Priest,
    /// The message.
    pub message: Message<Decree>,
}

/// The timers that are set, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Timers(u8);

impl Timers {
    const ALL: [Timer; 3] = [Timer::Presence, Timer::Absence, Timer::Round];

    fn set(&mut self, timer: Timer) {
        self.0 |= 1 << timer as u8;
    }

    fn cancel(&mut self, timer: Timer) {
        self.0 &= !(1 << timer as u8);
    }

    fn iter(self) -> impl Iterator<Item = Timer> {
        let is_set = move |timer: &Timer| self.0 & (1 << *timer as u8) != 0;
        Self::ALL.into_iter().filter(is_set)
    }
}

/// A process, what it has on disk, and its timers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Site<P> {
    /// The process, slip and all.
    pub process: P,
    /// The durable ledger.
    pub ledger: Ledger<Decree>,
    timers: Timers,
}

/// A state of the world. O(priests + messages) in size.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State<P> {
    /// One for each priest.
    pub sites: Vec<Site<P>>,
    /// Every message sent, sorted.
    pub network: Vec<Envelope>,
    /// Crashes that may still happen.
    pub crashes_left: u8,
    /// What has happened, in terms of the basic protocol.
    pub history: History,
}

impl<P> State<P> {
    /// The site of a priest.
    pub fn of(&self, priest: Priest) -> &Site<P> {
        &self.sites[priest.index()]
    }

    fn send(&mut self, envelope: Envelope) {
        if let Err(position) = self.network.binary_search(&envelope) {
            self.network.insert(position, envelope);
        }
    }
}

/// A step of the world.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// A process takes an input, and all its outputs are carried out.
    Handle(Priest, Input<Decree>),
    /// A process takes an input, and crashes when this many of its records and
    /// sends are carried out.
    CrashAfter(usize, Priest, Input<Decree>),
    /// A process crashes while it does nothing.
    Crash(Priest),
}

/// Processes of one kind within bounds.
#[derive(Clone)]
pub struct World<P: Process> {
    bounds: Bounds,
    kind: P::Kind,
    quorums: Arc<Quorums>,
    presidents: Vec<Priest>,
    crashes: u8,
    basic: Basic,
}

impl<P: Process> World<P> {
    /// The world of these processes: the tryers of the bounds may become
    /// president, each priest wants a decree passed (the first wants the first
    /// decree, and so on in turn), and there are at most so many crashes.
    ///
    /// # Errors
    /// [`BoundsError::Room`] if the history needs larger states.
    pub fn new(bounds: Bounds, kind: P::Kind, crashes: u8) -> Result<Self, BoundsError> {
        let owners = bounds.ranks().filter_map(|rank| bounds.owner(rank));
        let mut presidents: Vec<_> = owners.collect();
        presidents.sort();
        presidents.dedup();
        Ok(Self {
            quorums: Arc::new(bounds.quorum_system().clone()),
            presidents,
            kind,
            crashes,
            basic: Basic::new(bounds.clone(), crashes > 0)?,
            bounds,
        })
    }

    /// The model of §2.3 in which the history takes place.
    pub const fn basic(&self) -> &Basic {
        &self.basic
    }

    /// How many crashes there may be in a run.
    pub const fn crashes(&self) -> u8 {
        self.crashes
    }

    /// What a priest wants passed.
    fn proposal(&self, priest: Priest) -> Decree {
        let decrees = self.bounds.decrees().count();
        Decree((priest.index() % decrees) as u8 + 1)
    }
}
