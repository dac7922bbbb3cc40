//! The shipped code under the checker: processes that crash and come back, and
//! a network that loses, delays, duplicates and reorders. Which protocol they
//! speak is a parameter: see [`Process`].
//!
//! - **Messages** sent form a set that never shrinks; any of them may arrive at
//!   any time, or never.
//! - **Timers** have no time: one that is set may fire at any moment. What
//!   bounds a run are the ballot numbers.
//! - **Requests**: what somebody wants is asked for as soon as a process begins,
//!   and again when it comes back; or at any time, as often as it may be.
//! - **Crashes**: within a budget for the whole run, a process may crash
//!   between any two of its outputs. What it recorded before, and nothing else,
//!   is what it goes on from; what it sent before is on its way.
//! - **Presence**: telling the others regularly that one is present changes
//!   nothing in who tells, and adds to a set from which nothing has to arrive.
//!   So it is taken as done from the start, and again when the outcome is
//!   known: every behaviour in which it happens later is among these.
//!
//! The state also holds a history: what has happened, in terms of a model of
//! the paper, to which the processes' deeds are mapped one after the other. That
//! is the refinement, step by step; which model it is, and how, is up to the
//! protocol: see [`complete::history`](crate::complete::history).
//!
//! A state is small, because it holds numbers: of the [`Site`] of each priest,
//! which is the process with its ledger and its timers, of the set of messages
//! that he has sent, and of the history. There are few of these and many
//! states: fewer than 2,000 of each make up the 93,281 states of three priests
//! and two presidents of `complete`, which a test counts. So the shipped code
//! runs once for each pair of a site and an input, and what followed is looked
//! up from then on.
//!
//! What else may be left out, and why, is in [`reductions`]. Without crashes
//! the same processes are there as [`actors`] too.

pub mod actors;
pub(crate) mod interner;
mod model;
mod network;
mod process;
mod reactions;
pub mod reductions;
mod remember;
mod site;
mod steps;
mod stored;
mod tell;

use crate::bounds::{Bounds, MAX_PRIESTS};
use network::SentId;
use reductions::Reductions;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use steps::{HistoryId, Known, SiteId};
use synod_math::{Priest, Quorums};

pub use process::{InputOf, OutputOf, OutputsOf, Process};
pub use site::{Deeds, Site};
pub use steps::StepId;
pub(crate) use steps::digest;
pub(crate) use tell::{input_name, timer_name};

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Envelope<M> {
    /// The addressee.
    pub to: Priest,
    /// The sender.
    pub from: Priest,
    /// The message.
    pub message: M,
}

/// A state of the world; [`World::site`] and [`World::history`] say what the
/// numbers in it stand for. Layout: 64 bytes, `Copy`, without pointers.
///
/// Its hash is that of a digest of what it stands for, the same in every run:
/// the sum of 128-bit digests of the sites and the history. The numbers are
/// not: they depend on which thread comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    digest: [u64; 2],
    sites: [SiteId; MAX_PRIESTS],
    sent: [SentId; MAX_PRIESTS],
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

/// What a step of the world is, `I` being the type of inputs: [`InputOf`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Event<I> {
    /// A process takes an input, and all its outputs are carried out.
    Handle(Priest, I),
    /// A process takes an input, and crashes when this many of its records and
    /// sends are carried out.
    CrashAfter(usize, Priest, I),
    /// A process crashes while it does nothing.
    Crash(Priest),
}

/// Processes of one protocol within bounds.
#[derive(Clone)]
pub struct World<P: Process> {
    bounds: Bounds,
    setting: P::Setting,
    quorums: Arc<Quorums>,
    presidents: Vec<Priest>,
    crashes: u8,
    reductions: Reductions,
    known: Arc<Known<P>>,
}

impl<P: Process> World<P> {
    /// The world of these processes: the tryers of the bounds may become
    /// president, each priest is asked for what the protocol says, and there
    /// are at most so many crashes.
    pub fn with(bounds: Bounds, setting: P::Setting, crashes: u8) -> Self {
        let owners = bounds.ranks().filter_map(|rank| bounds.owner(rank));
        let mut presidents: Vec<_> = owners.collect();
        presidents.sort();
        presidents.dedup();
        Self {
            quorums: Arc::new(bounds.quorum_system().clone()),
            presidents,
            setting,
            crashes,
            reductions: Reductions::default(),
            bounds,
            known: Arc::new(Known::nothing()),
        }
    }

    /// Its bounds.
    pub const fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// What is the same for all its states, beside the bounds.
    pub const fn setting(&self) -> &P::Setting {
        &self.setting
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

    /// Every message that a priest has sent in all his lives, but for those that
    /// were forgotten.
    pub fn sent(
        &self,
        state: &State,
        priest: Priest,
    ) -> impl Iterator<Item = &Envelope<P::Message>> {
        self.known.messages.iter(state.sent[priest.index()])
    }

    /// Every message sent, but for those that were forgotten.
    pub fn network(&self, state: &State) -> impl Iterator<Item = &Envelope<P::Message>> {
        let state = *state;
        let all = self.bounds.priests();
        all.flat_map(move |p| self.known.messages.iter(state.sent[p.index()]))
    }

    /// What has happened, in terms of a model of the paper.
    pub fn history(&self, state: &State) -> &P::History {
        self.known.history(state.history)
    }

    /// What a step is.
    pub fn event(&self, step: StepId) -> &Event<InputOf<P>> {
        &self.known.step(step).event
    }

    /// How many different sites, steps of sites, sets of messages and histories
    /// were met so far in all the states that were explored.
    pub fn sizes(&self) -> [usize; 4] {
        self.known.sizes()
    }
}
