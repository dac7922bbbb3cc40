//! A world: its processes, what may happen to them, and what is claimed of them.

use crate::disk::Disk;
use crate::event::EventOf;
use crate::ids::StepId;
use crate::known::Known;
use crate::lens::{Lens, Plain};
use crate::network::{EnvelopeOf, Network};
use crate::node::{Explorable, ProcessSetup};
use crate::reductions::Reductions;
use crate::renaming::Interchangeable;
use crate::site::Site;
use crate::state::{MAX_NODES, State};
use std::sync::Arc;
use synod_process::Process;
use synod_vocabulary::{Claim, Partner};

/// Whether a state of a world satisfies a condition.
pub(crate) type Condition<P, L, const N: usize> = fn(&World<P, L, N>, &State<N>) -> bool;

/// Makes claims or partners that depend on the finished world: its bounds, its lens.
type OfWorld<P, L, T, const N: usize> = fn(&World<P, L, N>) -> Vec<T>;

/// Whether a timer that is set may fire in a state of a world.
type Firing<P, L, const N: usize> =
    fn(&World<P, L, N>, &State<N>, <P as Process>::Id, <P as Process>::Timer) -> bool;

/// The ledger from which a process with these settings recovers when it has lost its own.
type Lost<P> = fn(&<P as Process>::Settings, <P as Process>::Id) -> <P as Process>::Ledger;

/// Processes of type `P` within bounds, seen through a [`Lens`]: a
/// [`stateright::Model`]. A state has room for `N` processes.
///
/// [`World::of`] makes a world, [`World::with_lens`] one with a lens; the methods that return
/// `Self` change it. The [crate]'s
/// example checks a world; [`Lens`]'s example looks at its states and steps.
pub struct World<P: Explorable, L: Lens<P> = Plain, const N: usize = MAX_NODES> {
    pub(crate) nodes: Arc<[ProcessSetup<P>]>,
    pub(crate) lens: Arc<L>,
    pub(crate) network: Network,
    pub(crate) disk: Disk<P>,
    pub(crate) crashes: u8,
    pub(crate) breaks: u8,
    pub(crate) losses: u8,
    pub(crate) lost: Lost<P>,
    pub(crate) always_recovers: bool,
    pub(crate) firing: Option<Firing<P, L, N>>,
    pub(crate) reductions: Reductions,
    pub(crate) interchangeable: Option<Arc<Interchangeable<P, L>>>,
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
            interchangeable: self.interchangeable.clone(),
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
            known: Arc::new(Known::new(Arc::clone(&nodes), Network::default())),
            nodes,
            lens: Arc::new(lens),
            network: Network::default(),
            disk: Disk::Durable,
            crashes: 0,
            breaks: 0,
            losses: 0,
            lost: |_, _| P::Ledger::default(),
            always_recovers: false,
            firing: None,
            reductions: Reductions::default(),
            interchangeable: None,
            bounds: None,
            claims: Vec::new(),
            remembered_claims: |_| Vec::new(),
            other_partners: |_| Vec::new(),
        }
    }

    /// The same world, seen through another lens.
    pub(crate) fn through<M: Lens<P>>(self, lens: M) -> World<P, M, N> {
        let is_bare = self.bounds.is_none() && self.firing.is_none() && self.claims.is_empty();
        assert!(
            is_bare && self.interchangeable.is_none(),
            "`observing` and `refining` come before claims, bounds, conditions on timers and \
             interchangeable processes"
        );
        World {
            known: Arc::new(Known::new(Arc::clone(&self.nodes), self.network)),
            network: self.network,
            disk: self.disk,
            crashes: self.crashes,
            breaks: self.breaks,
            losses: self.losses,
            lost: self.lost,
            always_recovers: self.always_recovers,
            firing: None,
            reductions: self.reductions,
            interchangeable: None,
            bounds: None,
            claims: Vec::new(),
            remembered_claims: |_| Vec::new(),
            other_partners: |_| Vec::new(),
            nodes: self.nodes,
            lens: Arc::new(lens),
        }
    }

    /// The same world, of which nothing is known yet: after a change of what may happen.
    pub(crate) fn changed(mut self) -> Self {
        self.known = Arc::new(Known::new(Arc::clone(&self.nodes), self.network));
        self
    }

    /// The same world, with at most so many crashes in a run. Those that fall into the first
    /// start of a process come before all that the others send.
    #[must_use]
    pub fn crashing(mut self, crashes: u8) -> Self {
        self.crashes = crashes;
        self.changed()
    }

    /// The same world, in which at most so many times in a run a process crashes and loses its
    /// ledger: all of it, also what was synced, at every moment at which it may crash. It then
    /// recovers from the ledger that the function gives, and what it has sent stays sent.
    /// Crashes of [`World::crashing`] are counted apart.
    ///
    /// The empty ledger stands for a disk that is lost without a trace. A process that can tell
    /// that it had a ledger, from a mark that is kept elsewhere, recovers from a ledger that
    /// says so. A history is told of the loss: [`Deeds::lost`](crate::Deeds::lost).
    ///
    /// ```
    /// # use synod_process::{Input, InputOf, Outputs, OutputsOf, Process};
    /// use stateright::{Checker, Model};
    /// use synod_vocabulary::{claim, ensure};
    /// use synod_world::{ProcessSetup, World};
    ///
    /// /// Votes once, for whoever asks first, and has the vote in its ledger.
    /// #[derive(Clone, Debug, PartialEq, Eq, Hash)]
    /// struct Voter(Ledger);
    ///
    /// #[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
    /// enum Ledger {
    ///     #[default]
    ///     Blank,
    ///     Voted,
    ///     /// Nobody knows whether it has voted.
    ///     Lost,
    /// }
    ///
    /// impl Process for Voter {
    /// #     type Id = u64;
    /// #     type Settings = ();
    ///     type Ledger = Ledger;
    /// #     type Message = &'static str;
    /// #     type Request = &'static str;
    /// #     type Timer = ();
    /// #     type Record = ();
    /// #     type News = ();
    /// #     type Action = ();
    /// #     type Ignored = ();
    ///     // …
    /// #     fn recover((): &(), _: u64, ledger: Ledger) -> (Self, OutputsOf<Self>) {
    /// #         (Self(ledger), Outputs::new())
    /// #     }
    ///     fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
    ///         let mut out = Outputs::new();
    ///         if let (Input::Propose(candidate), Ledger::Blank) = (input, &self.0) {
    ///             self.0 = Ledger::Voted;
    ///             out.record(());
    ///             out.send(2, candidate);
    ///         }
    ///         out
    ///     }
    ///
    ///     fn apply(ledger: &mut Ledger, (): ()) {
    ///         *ledger = Ledger::Voted;
    ///     }
    /// }
    ///
    /// let world = || {
    ///     let voter = ProcessSetup::<Voter>::new(1, ()).asked(["Α", "Β"]);
    ///     World::<_>::of([voter, ProcessSetup::new(2, ())]).claiming(claim!(
    ///         "one vote",
    ///         "No voter votes twice.",
    ///         |world, state| {
    ///             ensure!(world.messages(state).count() < 2, "two votes");
    ///             Ok(())
    ///         },
    ///         None
    ///     ))
    /// };
    /// let holds = |world: World<Voter>| world.checker().spawn_bfs().join().discovery("one vote").is_none();
    /// assert!(holds(world().crashing(2)));
    /// assert!(!holds(world().losing(1, |_, _| Ledger::Blank)));
    /// assert!(holds(world().losing(2, |_, _| Ledger::Lost)));
    /// ```
    ///
    /// # Panics
    /// If useless messages are left out ([`World::reduced`]): a message is useless because of
    /// what a ledger says.
    #[must_use]
    pub fn losing(mut self, losses: u8, lost: Lost<P>) -> Self {
        self.losses = losses;
        self.lost = lost;
        self.assert_reductions_fit();
        self.changed()
    }

    /// The same world with this network. [`Network`] has an example.
    ///
    /// # Panics
    /// If useless messages are left out ([`World::reduced`]): the argument for that is one
    /// about a network that repeats messages, and so are heartbeats that are taken as sent. And
    /// if weaker crashes are left out of [`Network::Reliable`], where a message that was sent must
    /// arrive before any later one.
    #[must_use]
    pub fn network(mut self, network: Network) -> Self {
        self.network = network;
        self.assert_reductions_fit();
        self.changed()
    }

    /// The same world, in which the session between two processes ends at most so many times
    /// in a run, at any time. Only [`Network::Fifo`] has sessions: with another network, the
    /// initial states cannot be made, and a check says why. A partition is two such ends: what
    /// is sent between them may be lost.
    #[must_use]
    pub fn breaking_sessions(mut self, breaks: u8) -> Self {
        self.breaks = breaks;
        self.changed()
    }

    /// The same world with this disk. [`Disk`] has an example.
    #[must_use]
    pub fn disk(mut self, disk: Disk<P>) -> Self {
        self.disk = disk;
        self.changed()
    }

    /// The same world, in which a process that could not recover from a crash panics, even
    /// where no crash is left: after every step, and between every two effects of it, the
    /// process is started from each disk that a crash would leave; so is one that crashes while
    /// it begins or recovers. So a process that can be
    /// left with such a disk is found without the states that come after crashes.
    #[must_use]
    pub fn always_recovers(mut self) -> Self {
        self.always_recovers = true;
        self.changed()
    }

    /// The same world, in which a timer that is set fires only in states for which this holds.
    #[must_use]
    pub fn firing(mut self, may_fire: Firing<P, L, N>) -> Self {
        self.firing = Some(may_fire);
        self
    }

    /// The same world with these [`Reductions`].
    ///
    /// # Panics
    /// As [`World::network`] and [`World::losing`].
    #[must_use]
    pub fn reduced(mut self, reductions: Reductions) -> Self {
        self.reductions = reductions;
        self.assert_reductions_fit();
        self.changed()
    }

    fn assert_reductions_fit(&self) {
        assert!(
            self.network == Network::Duplicating || !self.reductions.useless_messages,
            "useless messages can be left out only of a network that repeats messages"
        );
        assert!(
            self.losses == 0 || !self.reductions.useless_messages,
            "useless messages can be left out only if no ledger is lost: one that has lost its \
             ledger may use them"
        );
        assert!(
            self.network != Network::Reliable || !self.reductions.weaker_crashes,
            "no crash is the weaker one on a network where each message that was sent arrives"
        );
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

    /// Every message of a node that may still arrive, except heartbeats and messages that a
    /// reduction has removed. On a network that repeats messages these are all that it has
    /// sent since the beginning, before crashes too.
    ///
    /// # Panics
    /// If no node has this id.
    pub fn sent(&self, state: &State<N>, id: P::Id) -> impl Iterator<Item = &EnvelopeOf<P>> {
        self.known.messages.iter(state.sent[self.position(id)])
    }

    /// Every message that may still arrive, as [`World::sent`] has them.
    pub fn messages(&self, state: &State<N>) -> impl Iterator<Item = &EnvelopeOf<P>> {
        let sent = state.sent.into_iter().take(self.nodes.len());
        sent.flat_map(|sent| self.known.messages.iter(sent))
    }

    /// The history that the lens keeps of the steps that have led to a state.
    pub fn history(&self, state: &State<N>) -> &L::History {
        self.known.history(state.history)
    }

    /// What happens in a step.
    pub fn event(&self, step: StepId) -> &EventOf<P> {
        &self.known.step(step).story.event
    }

    /// Whether no step is possible in a state. Where a network repeats messages, that is
    /// so if no message, timer or request changes anything any more.
    pub fn is_at_rest(&self, state: &State<N>) -> bool {
        let mut actions = Vec::new();
        stateright::Model::actions(self, state, &mut actions);
        actions.is_empty()
    }

    /// The number of different sites, steps of sites, lists of messages and histories that
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
