//! Any process under a checker: processes that crash and come back, and a network
//! that loses, delays, duplicates and reorders. Which process it is, is a
//! parameter: see [`synod_process::Process`].
//!
//! - **Messages** sent form a set that never shrinks; any of them may arrive at
//!   any time, or never.
//! - **Timers** have no time: one that is set may fire at any moment. What
//!   bounds a run are the process itself and [`World::bounded`].
//! - **Requests** are made as soon as a process begins, and again when it comes
//!   back; or at any time, as often as it may be: see [`Node`].
//! - **Crashes**: within a budget for the whole run, a process may crash
//!   between any two of its outputs. What it recorded before, and nothing else,
//!   is what it goes on from; what it sent before is on its way. What it does
//!   when it comes back is done at once, and no crash falls in between.
//! - **Heartbeats** may be taken as sent: see [`reductions`].
//!
//! Nothing but the process is needed. Here a node tells another what it has
//! counted *before* it has recorded it; a crash in between makes it tell
//! something else with the same number:
//!
//! ```
//! use stateright::{Checker, Model};
//! use synod_process::{Input, InputOf, Outputs, OutputsOf, Process};
//! use synod_vocabulary::{claim, ensure};
//! use synod_world::{Node, World};
//!
//! #[derive(Clone, Debug, PartialEq, Eq, Hash)]
//! struct Counter {
//!     count: u8,
//! }
//!
//! impl Process for Counter {
//!     type Id = u64;
//!     type Settings = ();
//!     type Ledger = u8;
//!     type Message = (u8, char);
//!     type Request = char;
//!     type Timer = ();
//!     type Record = u8;
//!     type News = ();
//!     type Action = ();
//!     type Ignored = ();
//!
//!     fn recover((): &(), _me: u64, count: u8) -> (Self, OutputsOf<Self>) {
//!         (Self { count }, Outputs::new())
//!     }
//!
//!     fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
//!         let mut out = Outputs::new();
//!         if let Input::Propose(what) = input {
//!             self.count += 1;
//!             out.send(2, (self.count, what)); // Before the record: wrong.
//!             out.record(self.count);
//!         }
//!         out
//!     }
//!
//!     fn apply(ledger: &mut u8, count: u8) {
//!         *ledger = count;
//!     }
//! }
//!
//! let world = World::<Counter>::of([Node::new(1, ()).asked(['a', 'b']), Node::new(2, ())])
//!     .crashing(1)
//!     .bounded(|world, state| world.site(state, 1).process.count < 3)
//!     .claiming(claim!(
//!         "numbers are unique",
//!         "No two messages have the same number.",
//!         |world, state| {
//!             let mut numbers: Vec<_> = world.network(state).map(|sent| sent.message.0).collect();
//!             numbers.sort();
//!             ensure!(numbers.is_sorted_by(|one, next| one < next), "of {numbers:?}");
//!             Ok(())
//!         },
//!         None
//!     ));
//! let checker = world.checker().spawn_bfs().join();
//! let counterexample = checker.discovery("numbers are unique").unwrap();
//! assert_eq!(counterexample.into_actions().len(), 2);
//! ```
//!
//! A [`Lens`] adds what cannot be seen in a state alone: a history of what has
//! happened, so that steps can be judged, what may be left out, and names.
//!
//! A state is small, because it holds numbers: of the [`Site`] of each node,
//! which is the process with its ledger and its timers, of the set of messages
//! that it has sent, and of the history. There are few of these and many states.
//! So the process runs once for each pair of a site and an input, and what
//! followed is looked up from then on.
//!
//! | file | what |
//! |---|---|
//! | `node` | who lives in a world, and what is asked of whom |
//! | [`lens`] | histories, reductions, names: each with defaults |
//! | `site`, `lives` | one process: outputs carried out, crashes |
//! | `network` | sets of messages |
//! | [`mod@digest`], `ids`, [`interner`], `known`, `reactions`, `steps` | parts by number, and what follows from them, found once |
//! | `model`, `remember`, `tell` | the world as a model, what it claims, and how it is told |
//! | [`reductions`] | what may be left out, and why |
//! | [`stored`] | states as bytes |
//! | [`actors`] | the same processes as Stateright's actors |
//!
//! Absent on purpose: Paxos, searches, terminals.

pub mod actors;
pub mod digest;
mod ids;
pub mod interner;
mod known;
pub mod lens;
mod lives;
mod model;
mod network;
mod node;
mod reactions;
pub mod reductions;
mod remember;
mod site;
mod steps;
pub mod stored;
mod tell;

use ids::{HistoryId, SentId, SiteId};
use known::Known;
use reductions::Reductions;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use synod_process::{InputOf, Process};
use synod_vocabulary::{Claim, Partner};

pub use ids::StepId;
pub use lens::{Lens, Observe, Observed, Plain, Reduce, Tell};
pub use network::{Envelope, EnvelopeOf};
pub use node::{Explorable, Item, Node, Shared};
pub use site::{Deeds, Site};
pub use stored::Persist;

/// A state has room for this many nodes, unless its type says otherwise.
pub const MAX_NODES: usize = 5;

/// A state of a world of at most `N` nodes; [`World::site`] and
/// [`World::history`] say what the numbers in it stand for. Layout: `Copy`,
/// without pointers, 64 bytes for 5 nodes.
///
/// Its hash is that of a digest of what it stands for, the same in every run:
/// the sum of 128-bit digests of the sites and the history. The numbers are
/// not: they depend on which thread comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State<const N: usize = MAX_NODES> {
    digest: [u64; 2],
    sites: [SiteId; N],
    sent: [SentId; N],
    history: HistoryId,
    /// Crashes that may still happen.
    pub crashes_left: u8,
}

impl<const N: usize> Hash for State<N> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u64(self.digest[0]);
        hasher.write_u64(self.digest[1]);
        hasher.write_u8(self.crashes_left);
    }
}

/// What a step of the world is, `I` being the type of who processes are, and
/// `Q` that of inputs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Event<I, Q> {
    /// A process takes an input, and all its outputs are carried out.
    Handle(I, Q),
    /// A process takes an input, and crashes when this many of its records and
    /// sends are carried out.
    CrashAfter(usize, I, Q),
    /// A process crashes while it does nothing.
    Crash(I),
}

/// What a step is where processes are of this kind.
pub type EventOf<P> = Event<<P as Process>::Id, InputOf<P>>;

/// Whether a state of a world satisfies a condition.
type Condition<P, L, const N: usize> = fn(&World<P, L, N>, &State<N>) -> bool;

/// What makes things of a world that depend on all else that is said of it.
type OfWorld<P, L, T, const N: usize> = fn(&World<P, L, N>) -> Vec<T>;

/// Processes of one kind within bounds, seen through a lens. A state has room
/// for `N` of them.
pub struct World<P: Explorable, L: Lens<P> = Plain, const N: usize = MAX_NODES> {
    nodes: Arc<[Node<P>]>,
    lens: Arc<L>,
    crashes: u8,
    reductions: Reductions,
    bounds: Option<Condition<P, L, N>>,
    claims: Vec<Claim<Self>>,
    remembered_claims: OfWorld<P, L, Claim<Self>, N>,
    other_partners: OfWorld<P, L, Partner<Self>, N>,
    known: Arc<Known<P, L, N>>,
}

// Not derived: that would ask for `L: Clone`.
impl<P: Explorable, L: Lens<P>, const N: usize> Clone for World<P, L, N> {
    fn clone(&self) -> Self {
        Self {
            nodes: Arc::clone(&self.nodes),
            lens: Arc::clone(&self.lens),
            claims: self.claims.clone(),
            known: Arc::clone(&self.known),
            ..*self
        }
    }
}

impl<P: Explorable> World<P> {
    /// The world of these processes, of whom nothing else is said: no crashes,
    /// no claims.
    ///
    /// # Panics
    /// As [`World::with_lens`].
    pub fn of(nodes: impl IntoIterator<Item = Node<P>>) -> Self {
        Self::with_lens(nodes, Plain)
    }
}

impl<P: Explorable, L: Lens<P>, const N: usize> World<P, L, N> {
    /// The world of these processes, seen through a lens; the steps of a state
    /// are listed in their order.
    ///
    /// # Panics
    /// If there are none, more than `N`, or two of the same id.
    pub fn with_lens(nodes: impl IntoIterator<Item = Node<P>>, lens: L) -> Self {
        let nodes: Arc<[_]> = nodes.into_iter().collect();
        let count = nodes.len();
        assert!(
            (1..=N).contains(&count),
            "{count} nodes, but a state has room for 1 to {N}: \
             the last parameter of `World` says for how many"
        );
        for (position, node) in nodes.iter().enumerate() {
            let is_new = nodes[..position].iter().all(|other| other.id != node.id);
            assert!(is_new, "there are two nodes {:?}", node.id);
        }
        Self {
            known: Self::nothing_known(&nodes),
            nodes,
            lens: Arc::new(lens),
            crashes: 0,
            reductions: Reductions::default(),
            bounds: None,
            claims: Vec::new(),
            remembered_claims: |_| Vec::new(),
            other_partners: |_| Vec::new(),
        }
    }

    fn nothing_known(nodes: &[Node<P>]) -> Arc<Known<P, L, N>> {
        Arc::new(Known::nothing(nodes.iter().map(|node| node.id)))
    }

    /// The same world, with so many crashes in a run at most.
    #[must_use]
    pub fn crashing(mut self, crashes: u8) -> Self {
        self.crashes = crashes;
        self.known = Self::nothing_known(&self.nodes);
        self
    }

    /// The same world with what can be left out left out.
    #[must_use]
    pub fn reduced(mut self, reductions: Reductions) -> Self {
        self.reductions = reductions;
        self.known = Self::nothing_known(&self.nodes);
        self
    }

    /// The same world without the states that are not within these bounds, and
    /// what follows from them.
    #[must_use]
    pub fn bounded(mut self, is_within: Condition<P, L, N>) -> Self {
        self.bounds = Some(is_within);
        self
    }

    /// The same world, of which this is claimed too: it is judged in every
    /// state.
    #[must_use]
    pub fn claiming(mut self, claim: Claim<Self>) -> Self {
        self.claims.push(claim);
        self
    }

    /// The same world, of which these are claimed, before what is claimed
    /// otherwise. They look at the history, and of the sites at the
    /// [`Tell::ClaimView`] only: so each is judged once for both. A claim that
    /// looks at anything else is for [`World::claiming`].
    #[must_use]
    pub const fn with_remembered_claims(mut self, claims: OfWorld<P, L, Claim<Self>, N>) -> Self {
        self.remembered_claims = claims;
        self
    }

    /// The same world, in which these happen too, beside the partners of what
    /// is claimed.
    #[must_use]
    pub const fn with_other_partners(mut self, partners: OfWorld<P, L, Partner<Self>, N>) -> Self {
        self.other_partners = partners;
        self
    }

    /// What it is seen through.
    pub fn lens(&self) -> &L {
        &self.lens
    }

    /// Who lives in it, in their order.
    pub fn ids(&self) -> impl Iterator<Item = P::Id> + '_ {
        self.nodes.iter().map(|node| node.id)
    }

    /// How many crashes there may be in a run.
    pub const fn crashes(&self) -> u8 {
        self.crashes
    }

    /// What is left out.
    pub const fn reductions(&self) -> Reductions {
        self.reductions
    }

    /// The site of a node.
    ///
    /// # Panics
    /// If nobody has this id.
    pub fn site(&self, state: &State<N>, id: P::Id) -> &Site<P> {
        self.known.site(state.sites[self.position(id)])
    }

    /// The sites of all nodes, in their order.
    pub fn sites(&self, state: &State<N>) -> impl Iterator<Item = &Site<P>> {
        let sites = state.sites.into_iter().take(self.nodes.len());
        sites.map(|site| self.known.site(site))
    }

    /// Every message that a node has sent in all its lives, but for those that
    /// were forgotten.
    ///
    /// # Panics
    /// If nobody has this id.
    pub fn sent(&self, state: &State<N>, id: P::Id) -> impl Iterator<Item = &EnvelopeOf<P>> {
        self.known.messages.iter(state.sent[self.position(id)])
    }

    /// Every message sent, but for those that were forgotten.
    pub fn network(&self, state: &State<N>) -> impl Iterator<Item = &EnvelopeOf<P>> {
        let sent = state.sent.into_iter().take(self.nodes.len());
        sent.flat_map(|sent| self.known.messages.iter(sent))
    }

    /// What has happened, as the lens has it.
    pub fn history(&self, state: &State<N>) -> &L::History {
        self.known.history(state.history)
    }

    /// What a step is.
    pub fn event(&self, step: StepId) -> &EventOf<P> {
        &self.known.step(step).event
    }

    /// How many different sites, steps of sites, sets of messages and histories
    /// were met so far in all the states that were explored.
    pub fn sizes(&self) -> [usize; 4] {
        self.known.sizes()
    }

    /// The position of a node.
    fn position(&self, id: P::Id) -> usize {
        let position = self.nodes.iter().position(|node| node.id == id);
        position.unwrap_or_else(|| unknown(&id))
    }
}

#[allow(clippy::panic)] // Documented: asking for a node that does not exist.
fn unknown(id: &impl std::fmt::Debug) -> ! {
    panic!("there is no node {id:?}")
}
