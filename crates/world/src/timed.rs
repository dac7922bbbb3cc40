//! Worlds in which time passes: from the instant T_el on, messages arrive within Δ and timers
//! fire when they are due. It tells how long it takes until everybody has what he should have.
//!
//! A [`Timed`] world is a second model of the processes of a [`World`], over the same tables. What
//! the world may do, with its bounds, crashes and losses, is what may have happened *before*
//! T_el. *From* T_el on:
//!
//! - **Who is present** stays. The others take no part any more.
//! - **Time is discrete.** Δ is a number of ticks ([`Timing::delta`]). Everything that happens
//!   between two ticks happens at one instant, in any order: what a process does takes no time.
//! - **Messages** that one of those present sends to another arrive after 0 to Δ, once or more
//!   ([`Timing::repeats`]). A message from before T_el arrives by T_el + Δ, any number of times, or
//!   never.
//! - **Timers** run as long as [`Timing::timers`] says, and fire at that very instant, after the
//!   messages that have to arrive at the process by then. One that was set before T_el may have
//!   run for any part of its time. A timer of which nothing is said never fires.
//! - **Nobody crashes**, and clients ask for something at T_el only ([`Instant::asked`]).
//!
//! A run ends as soon as everybody present is done ([`Start::is_done`]). The worst case is the
//! latest instant at which a run ends. Every tick is a step of its own, and the kind of that step
//! has the instant in its name ([`synod_vocabulary::time`]); so the worst case is the latest
//! instant to which a step leads. Where who is done may cease to be ([`Start::goes_on`]), runs go on
//! for ever, and the worst case is the latest instant at which somebody is not done. From the
//! [horizon](Timing::horizon) on the time is not counted, and everybody has to be done for good.
//!
//! What was sent before T_el is on its way as often as it helps to delay: of two states in which
//! the processes are the same, the one with more on its way allows every run of the other, since
//! nothing of it need arrive. So only that one is explored.

mod inbox;
mod known;
mod model;
mod starts;
mod stored;
mod tell;

pub use model::{Moment, Pass};

use crate::event::EventOf;
use crate::lens::{Lens, Plain};
use crate::network::EnvelopeOf;
use crate::node::Explorable;
use crate::site::Site;
use crate::state::{MAX_NODES, State};
use crate::world::World;
use inbox::Way;
use known::Known;
use std::sync::{Arc, OnceLock};
use synod_process::Process;
use synod_vocabulary::time::Elapsed;

/// The name of the property of [`Timed::ending_at`].
pub const LONGEST: &str = "the longest run ends";

/// How time passes in a [`Timed`] world. Lengths of time are in ticks.
#[derive(Clone, Debug)]
pub struct Timing<I, T> {
    /// Δ: the longest time that a message takes.
    pub delta: u8,
    /// Who is present from T_el on.
    pub present: Vec<I>,
    /// How long each timer runs. One that is not listed never fires.
    pub timers: Vec<(T, u8)>,
    /// Whether a message may arrive more than once.
    pub repeats: bool,
    /// Whether messages that one process sends to another from T_el on arrive in the order in which
    /// they were sent. Messages are not repeated then.
    pub in_order: bool,
    /// The last instant that is explored, counted from T_el.
    pub horizon: u8,
}

impl<I, T> Timing<I, T> {
    const fn way(&self) -> Way {
        match (self.repeats, self.in_order) {
            (true, _) => Way::Repeated,
            (false, true) => Way::InOrder,
            (false, false) => Way::Once,
        }
    }
}

/// The [`Timing`] of processes of type `P`.
pub type TimingOf<P> = Timing<<P as Process>::Id, <P as Process>::Timer>;

/// What happens at T_el, beside what the world before it left.
pub struct Instant<P: Process> {
    /// Timers that are due, whatever [`Timing::timers`] says of them.
    pub due: Vec<(P::Id, P::Timer)>,
    /// What clients ask for at T_el. A process takes it after the timers that are due then.
    pub asked: Vec<(P::Id, P::Request)>,
    /// Messages that may be on their way, beside those of the world before.
    pub late: Vec<EnvelopeOf<P>>,
}

impl<P: Process> Instant<P> {
    /// An instant at which nothing happens.
    pub const NOTHING: Self = Self {
        due: Vec::new(),
        asked: Vec::new(),
        late: Vec::new(),
    };
}

/// Where a [`Timed`] world begins, and where its runs end.
pub struct Start<P: Explorable, L: Lens<P> = Plain, const N: usize = MAX_NODES> {
    /// Whether this may happen before T_el.
    pub may_precede: fn(&World<P, L, N>, &EventOf<P>) -> bool,
    /// Whether T_el may be in this state of the world before it; then what happens at T_el.
    pub begins: Begins<P, L, N>,
    /// Whether a process is done.
    pub is_done: IsDone<P, L, N>,
    /// Whether runs go on when everybody present is done, since somebody may cease to be.
    pub goes_on: bool,
    /// Whether a message from this process is stale at a site: from now on, whatever else happens
    /// first, its arrival changes nothing and makes the process send nothing to anybody who is
    /// present. Stale messages are taken off their way. `|_, _, _, _, _| false` leaves every message
    /// on it.
    pub is_stale: IsStale<P, L, N>,
}

/// Whether a process is done: see [`Start::is_done`].
pub type IsDone<P, L, const N: usize> = fn(&World<P, L, N>, &TimingOf<P>, &Site<P>) -> bool;

/// What happens at T_el, if it may be in this state: see [`Start::begins`].
pub type Begins<P, L, const N: usize> =
    fn(&World<P, L, N>, &TimingOf<P>, &State<N>) -> Option<Instant<P>>;

/// Whether a message is stale: see [`Start::is_stale`].
pub type IsStale<P, L, const N: usize> = fn(
    &World<P, L, N>,
    &TimingOf<P>,
    &Site<P>,
    <P as Process>::Id,
    &<P as Process>::Message,
) -> bool;

// Not derived: a derived `Clone` would require `P: Clone` and `L: Clone`.
impl<P: Explorable, L: Lens<P>, const N: usize> Clone for Start<P, L, N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: Explorable, L: Lens<P>, const N: usize> Copy for Start<P, L, N> {}

/// The processes of a [`World`] from an instant T_el on, with messages and timers that keep their
/// times: a [`stateright::Model`]. The [module](self) says what may happen.
///
/// # Examples
///
/// Node 1 asks node 2 and asks again when a timer fires. Its first question may be lost, since it
/// was asked before T_el:
///
/// ```
/// # use stateright::{Checker, Model};
/// use synod_process::{Input, InputOf, Outputs, OutputsOf, Process};
/// use synod_vocabulary::Describe;
/// use synod_world::timed::{Instant, Start, Timed, Timing};
/// use synod_world::{Plain, ProcessSetup, World};
///
/// #[derive(Clone, Debug, PartialEq, Eq, Hash)]
/// struct Asker {
///     me: u64,
///     is_done: bool,
/// }
///
/// impl Process for Asker {
///     type Id = u64;
/// #   type Settings = ();
/// #   type Ledger = ();
///     type Message = &'static str;
/// #   type Request = ();
///     type Timer = &'static str;
/// #   type Record = ();
/// #   type News = ();
/// #   type Action = ();
/// #   type Ignored = ();
///     // …
///     fn recover((): &(), me: u64, (): ()) -> (Self, OutputsOf<Self>) {
///         let mut out = Outputs::new();
///         if me == 1 {
///             out.send(2, "question");
///             out.set_timer("again");
///         }
///         (Self { me, is_done: me == 2 }, out)
///     }
///
///     fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
///         let mut out = Outputs::new();
///         match input {
///             Input::Timeout(timer) => {
///                 out.send(2, "question");
///                 out.set_timer(timer);
///             }
///             Input::Receive { from, .. } if self.me == 2 => out.send(from, "answer"),
///             _ => self.is_done = true,
///         }
///         out
///     }
/// #   fn apply((): &mut (), (): ()) {}
/// }
///
/// let world = World::of([1, 2].map(|id| ProcessSetup::<Asker>::new(id, ())));
/// let timing = Timing {
///     delta: 1,
///     present: vec![1, 2],
///     timers: vec![("again", 3)],
///     repeats: true,
///     in_order: false,
///     horizon: 9,
/// };
/// let timed = Timed::new(world, timing, Start {
///     may_precede: |_, _| false,
///     begins: |_, _, _| Some(Instant::NOTHING),
///     is_done: |_, _, site| site.process.is_done,
///     goes_on: false,
///     is_stale: |_, _, _, _, _| false,
/// });
/// let mut latest = 0;
/// let mut waiting = timed.init_states();
/// while let Some(moment) = waiting.pop() {
///     latest = latest.max(moment.elapsed());
///     waiting.extend(timed.next_states(&moment));
/// }
/// assert_eq!(latest, 5); // The timer runs for 3Δ, and a question and its answer take 2Δ.
/// ```
pub struct Timed<P: Explorable, L: Lens<P> = Plain, const N: usize = MAX_NODES> {
    world: World<P, L, N>,
    timing: TimingOf<P>,
    start: Start<P, L, N>,
    /// The positions of those who are present.
    present: Vec<usize>,
    known: Arc<Known<P>>,
    starts: Arc<OnceLock<Vec<Moment<N>>>>,
    /// The instant at which the run ends that is asked for.
    longest: Option<u8>,
}

// Not derived, as that of `Start`.
impl<P: Explorable, L: Lens<P>, const N: usize> Clone for Timed<P, L, N> {
    fn clone(&self) -> Self {
        Self {
            world: self.world.clone(),
            timing: self.timing.clone(),
            start: self.start,
            present: self.present.clone(),
            known: Arc::clone(&self.known),
            starts: Arc::clone(&self.starts),
            longest: self.longest,
        }
    }
}

impl<P: Explorable, L: Lens<P>, const N: usize> Timed<P, L, N> {
    /// The world from T_el on.
    ///
    /// # Panics
    /// If Δ or a timer has no length, since then infinitely much could happen at one instant; if
    /// somebody who is present is not one of the processes; or if messages are repeated and in order.
    pub fn new(world: World<P, L, N>, timing: TimingOf<P>, start: Start<P, L, N>) -> Self {
        let lengths = timing.timers.iter().map(|&(_, length)| length);
        let is_long = lengths.chain([timing.delta]).all(|length| length > 0);
        assert!(is_long, "Δ and every timer take at least a tick");
        let is_one_network = !(timing.repeats && timing.in_order);
        assert!(is_one_network, "messages that are repeated have no order");
        let mut present: Vec<_> = timing
            .present
            .iter()
            .map(|&id| world.position(id))
            .collect();
        present.sort_unstable();
        present.dedup();
        Self {
            world,
            timing,
            start,
            present,
            known: Arc::new(Known::new()),
            starts: Arc::new(OnceLock::new()),
            longest: None,
        }
    }

    /// The same world with one more property, [`LONGEST`]: that it happens that a run ends at this
    /// instant. A search for an example of it tells such a run.
    #[must_use]
    pub fn ending_at(self, worst: Elapsed) -> Self {
        let ticks = 0..=self.timing.horizon;
        let longest = ticks
            .into_iter()
            .find(|&ticks| self.elapsed(ticks) == worst);
        Self { longest, ..self }
    }

    /// The same world with every message on its way, stale or not: it has more states, and the same worst
    /// case.
    #[must_use]
    pub fn with_stale_messages(self) -> Self {
        let start = Start {
            is_stale: |_, _, _, _, _| false,
            ..self.start
        };
        Self { start, ..self }
    }

    /// The time of so many ticks.
    fn elapsed(&self, ticks: u8) -> Elapsed {
        Elapsed::new(ticks.into(), self.timing.delta.into())
    }

    /// The world before T_el.
    pub const fn world(&self) -> &World<P, L, N> {
        &self.world
    }

    /// How time passes.
    pub const fn timing(&self) -> &TimingOf<P> {
        &self.timing
    }

    /// How long a timer runs; none if it never fires.
    fn length(&self, timer: P::Timer) -> Option<u8> {
        let timers = &self.timing.timers;
        let of_timer = timers.iter().find(|(listed, _)| *listed == timer);
        of_timer.map(|&(_, length)| length)
    }
}
