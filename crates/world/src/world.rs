//! A world: its processes, what may happen to them, and what is claimed of them.

use crate::event::EventOf;
use crate::ids::StepId;
use crate::known::Known;
use crate::lens::{Lens, Plain};
use crate::network::EnvelopeOf;
use crate::node::{Explorable, ProcessSetup};
use crate::reductions::Reductions;
use crate::site::Site;
use crate::state::{MAX_NODES, State};
use std::sync::Arc;
use synod_vocabulary::{Claim, Partner};

/// Whether a state of a world satisfies a condition.
pub(crate) type Condition<P, L, const N: usize> = fn(&World<P, L, N>, &State<N>) -> bool;

/// Makes claims or partners that depend on the finished world: its bounds, its lens.
type OfWorld<P, L, T, const N: usize> = fn(&World<P, L, N>) -> Vec<T>;

/// Processes of type `P` within bounds, seen through a [`Lens`]: a
/// [`stateright::Model`]. A state has room for `N` processes.
///
/// [`World::of`] makes a world, [`World::with_lens`] one with a lens; the methods
/// `crashing`, `reduced`, `bounded` and `claiming` change it. The [crate]'s
/// example checks a world; [`Lens`]'s example looks at its states and steps.
pub struct World<P: Explorable, L: Lens<P> = Plain, const N: usize = MAX_NODES> {
    pub(crate) nodes: Arc<[ProcessSetup<P>]>,
    pub(crate) lens: Arc<L>,
    pub(crate) crashes: u8,
    pub(crate) reductions: Reductions,
    pub(crate) bounds: Option<Condition<P, L, N>>,
    pub(crate) claims: Vec<Claim<Self>>,
    pub(crate) remembered_claims: OfWorld<P, L, Claim<Self>, N>,
    pub(crate) other_partners: OfWorld<P, L, Partner<Self>, N>,
    pub(crate) known: Arc<Known<P, L, N>>,
}

// Not derived: a derived `Clone` would require `L: Clone`.
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
    /// The world of these processes, without crashes, bounds and claims. Shown in the
    /// [crate]'s example.
    ///
    /// # Panics
    /// As [`World::with_lens`].
    pub fn of(nodes: impl IntoIterator<Item = ProcessSetup<P>>) -> Self {
        Self::with_lens(nodes, Plain)
    }
}

impl<P: Explorable, L: Lens<P>, const N: usize> World<P, L, N> {
    /// The world of these processes, seen through a lens. The steps of a state are listed
    /// in the order of the processes. Shown in [`Lens`]'s example.
    ///
    /// # Panics
    /// If there are no processes, more than `N`, or two with the same id.
    pub fn with_lens(nodes: impl IntoIterator<Item = ProcessSetup<P>>, lens: L) -> Self {
        let nodes: Arc<[_]> = nodes.into_iter().collect();
        let count = nodes.len();
        assert!(
            (1..=N).contains(&count),
            "{count} nodes, but a state has room for 1 to {N}: \
             the last type parameter of `World` says for how many"
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

    fn nothing_known(nodes: &[ProcessSetup<P>]) -> Arc<Known<P, L, N>> {
        Arc::new(Known::new(nodes.iter().map(|node| node.id)))
    }

    /// The same world, with at most so many crashes in a run.
    #[must_use]
    pub fn crashing(mut self, crashes: u8) -> Self {
        self.crashes = crashes;
        self.known = Self::nothing_known(&self.nodes);
        self
    }

    /// The same world with these [`Reductions`].
    #[must_use]
    pub fn reduced(mut self, reductions: Reductions) -> Self {
        self.reductions = reductions;
        self.known = Self::nothing_known(&self.nodes);
        self
    }

    /// The same world, without the states for which this does not hold, and without what
    /// is reached only through them.
    #[must_use]
    pub fn bounded(mut self, is_within: Condition<P, L, N>) -> Self {
        self.bounds = Some(is_within);
        self
    }

    /// The same world with one more claim. It is judged in every state.
    #[must_use]
    pub fn claiming(mut self, claim: Claim<Self>) -> Self {
        self.claims.push(claim);
        self
    }

    /// The same world with these claims, listed before those of [`World::claiming`].
    ///
    /// Each of them may depend on the history and on the sites'
    /// [`Tell::ClaimView`](crate::Tell::ClaimView), and on nothing else: its verdict is
    /// computed once for each combination of these, and remembered. A claim that depends
    /// on anything else is for [`World::claiming`].
    #[must_use]
    pub const fn with_remembered_claims(mut self, claims: OfWorld<P, L, Claim<Self>, N>) -> Self {
        self.remembered_claims = claims;
        self
    }

    /// The same world with these partners (`sometimes` properties), beside the partners
    /// that its claims bring.
    #[must_use]
    pub const fn with_other_partners(mut self, partners: OfWorld<P, L, Partner<Self>, N>) -> Self {
        self.other_partners = partners;
        self
    }

    /// The lens.
    pub fn lens(&self) -> &L {
        &self.lens
    }

    /// The ids of the nodes, in their order.
    pub fn ids(&self) -> impl Iterator<Item = P::Id> + '_ {
        self.nodes.iter().map(|node| node.id)
    }

    /// The largest number of crashes in a run.
    pub const fn crashes(&self) -> u8 {
        self.crashes
    }

    /// The reductions.
    pub const fn reductions(&self) -> Reductions {
        self.reductions
    }

    /// The site of a node in a state: its process, ledger and timers.
    ///
    /// # Panics
    /// If no node has this id.
    pub fn site(&self, state: &State<N>, id: P::Id) -> &Site<P> {
        self.known.site(state.sites[self.position(id)])
    }

    /// The sites of all nodes, in their order.
    pub fn sites(&self, state: &State<N>) -> impl Iterator<Item = &Site<P>> {
        let sites = state.sites.into_iter().take(self.nodes.len());
        sites.map(|site| self.known.site(site))
    }

    /// Every message that a node has sent since the beginning, before crashes too, except
    /// heartbeats and messages that a reduction has removed.
    ///
    /// # Panics
    /// If no node has this id.
    pub fn sent(&self, state: &State<N>, id: P::Id) -> impl Iterator<Item = &EnvelopeOf<P>> {
        self.known.messages.iter(state.sent[self.position(id)])
    }

    /// Every message that any node has sent, with the exceptions of [`World::sent`].
    pub fn network(&self, state: &State<N>) -> impl Iterator<Item = &EnvelopeOf<P>> {
        let sent = state.sent.into_iter().take(self.nodes.len());
        sent.flat_map(|sent| self.known.messages.iter(sent))
    }

    /// The history that the lens keeps of the steps that have led to a state.
    pub fn history(&self, state: &State<N>) -> &L::History {
        self.known.history(state.history)
    }

    /// What happens in a step.
    pub fn event(&self, step: StepId) -> &EventOf<P> {
        &self.known.step(step).event
    }

    /// The number of different sites, steps of sites, sets of messages and histories that
    /// exploration has met so far.
    pub fn sizes(&self) -> [usize; 4] {
        self.known.sizes()
    }

    /// The position of a node.
    pub(crate) fn position(&self, id: P::Id) -> usize {
        let position = self.nodes.iter().position(|node| node.id == id);
        position.unwrap_or_else(|| unknown(&id))
    }
}

#[allow(clippy::panic)] // Documented: asking for a node that does not exist.
fn unknown(id: &impl std::fmt::Debug) -> ! {
    panic!("there is no node {id:?}")
}
