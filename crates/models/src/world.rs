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
//!
//! A state is small, because it holds numbers: of the [`Site`] of each priest,
//! which is the process with its ledger, its timers and all it ever sent, and
//! of the history. There are few sites and histories and many states: fewer
//! than 2,000 of each make up the 93,281 states of three priests and two
//! presidents, which a test counts. So the shipped code runs once for each pair of a
//! site and an input, and what followed is looked up from then on.

pub mod history;
mod interner;
mod model;
mod remember;
mod site;
mod steps;
mod stored;
mod tell;

use crate::basic::Basic;
use crate::bounds::{Bounds, BoundsError, Decree, MAX_PRIESTS};
use history::History;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use steps::{HistoryId, Known, SiteId};
use synod_math::{Priest, Quorums};
use synod_protocol::{Input, Ledger, Message, Outputs, basic};

pub use site::Site;
pub use steps::StepId;
pub(crate) use tell::{input_name, named, site_fields};

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

/// A state of the world; [`World::site`] and [`World::history`] say what the
/// numbers in it stand for. Layout: 48 bytes, `Copy`, without pointers.
///
/// Its hash is that of a digest of what it stands for, the same in every run:
/// the sum of 128-bit digests of the sites and the history. The numbers are
/// not: they depend on which thread comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    digest: [u64; 2],
    sites: [SiteId; MAX_PRIESTS],
    history: HistoryId,
    /// Crashes that may still happen.
    pub crashes_left: u8,
}

impl Hash for State {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u64(self.digest[0]);
        hasher.write_u64(self.digest[1]);
        hasher.write_u8(self.crashes_left);
    }
}

/// What a step of the world is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Event {
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
    known: Arc<Known<P>>,
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
            known: Arc::new(Known::nothing()),
        })
    }

    /// The model of §2.3 in which the history takes place.
    pub const fn basic(&self) -> &Basic {
        &self.basic
    }

    /// The kind of its processes.
    pub const fn kind(&self) -> &P::Kind {
        &self.kind
    }

    /// How many crashes there may be in a run.
    pub const fn crashes(&self) -> u8 {
        self.crashes
    }

    /// The site of a priest.
    pub fn site(&self, state: &State, priest: Priest) -> &Site<P> {
        self.known.site(state.sites[priest.index()])
    }

    /// The sites of all priests, in their order.
    pub fn sites(&self, state: &State) -> impl Iterator<Item = &Site<P>> {
        let state = *state;
        self.bounds.priests().map(move |p| self.site(&state, p))
    }

    /// Every message sent.
    pub fn network(&self, state: &State) -> impl Iterator<Item = &Envelope> {
        self.sites(state).flat_map(|site| &site.sent)
    }

    /// What has happened, in terms of the basic protocol.
    pub fn history(&self, state: &State) -> &History {
        self.known.history(state.history)
    }

    /// What a step is.
    pub fn event(&self, step: StepId) -> &Event {
        &self.known.step(step).event
    }

    /// How many different sites, histories and steps of sites were met so far
    /// in all the states that were explored.
    pub fn sizes(&self) -> [usize; 3] {
        self.known.sizes()
    }

    /// What a priest wants passed.
    fn proposal(&self, priest: Priest) -> Decree {
        let decrees = self.bounds.decrees().count();
        Decree((priest.index() % decrees) as u8 + 1)
    }
}
