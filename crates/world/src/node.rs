//! The nodes of a world: each a process with its settings and the requests to it.

use std::fmt::Debug;
use std::hash::Hash;
use synod_process::Process;

/// Types whose values threads can share; implemented for all of them. A part of
/// [`Explorable`] and of [`Lens`](crate::Lens).
pub trait Shared: Send + Sync + 'static {}

impl<T: Send + Sync + 'static> Shared for T {}

/// Types of what goes into a process or comes out of it: the values can be kept and
/// compared; implemented for all of them. A part of [`Explorable`].
///
/// `Ord` only decides the order in which steps are listed. A type without `Ord` or
/// `Hash`, such as many generated from protobuf, can be wrapped as its bytes.
pub trait Item: Shared + Clone + Debug + Ord + Hash {}

impl<T: Shared + Clone + Debug + Ord + Hash> Item for T {}

/// A process that a [`World`](crate::World) can explore: its parts can be kept, compared
/// and shared between threads. Implemented for every such [`Process`], so nothing has to
/// be written for it; the process in the [crate]'s example is one.
pub trait Explorable:
    Process<
        Id: Shared,
        Settings: Shared,
        Ledger: Shared + Clone + Debug + Default + Eq + Hash,
        Message: Item,
        Request: Item,
        Timer: Item,
        Record: Clone,
        News: Shared,
        Action: Shared,
    > + Shared
    + Clone
    + Debug
    + Eq
    + Hash
{
}

impl<P> Explorable for P where
    P: Process<
            Id: Shared,
            Settings: Shared,
            Ledger: Shared + Clone + Debug + Default + Eq + Hash,
            Message: Item,
            Request: Item,
            Timer: Item,
            Record: Clone,
            News: Shared,
            Action: Shared,
        > + Shared
        + Clone
        + Debug
        + Eq
        + Hash
{
}

/// One process of a world, its settings, and its inputs from outside: requests and
/// timers.
///
/// # Examples
///
/// ```
/// # use synod_process::{InputOf, Outputs, OutputsOf, Process};
/// # struct Counter;
/// # impl Process for Counter {
/// #     type Id = u64;
/// #     type Settings = ();
/// #     type Ledger = ();
/// #     type Message = ();
/// #     type Request = char;
/// #     type Timer = &'static str;
/// #     type Record = ();
/// #     type News = ();
/// #     type Action = ();
/// #     type Ignored = ();
/// #     fn recover((): &(), _: u64, (): ()) -> (Self, OutputsOf<Self>) {
/// #         (Self, Outputs::new())
/// #     }
/// #     fn handle(&mut self, _: InputOf<Self>) -> OutputsOf<Self> {
/// #         Outputs::new()
/// #     }
/// #     fn apply((): &mut (), (): ()) {}
/// # }
/// use synod_world::ProcessSetup;
///
/// // `Counter` is a process with ids of type u64 and settings of type ().
/// let node = ProcessSetup::<Counter>::new(1, ())
///     .asked_at_once(['a']) // When it begins, and after each crash.
///     .asked(['b', 'c']) // At any time, any number of times.
///     .without_timer("resend");
/// assert_eq!(node.id(), 1);
/// ```
pub struct ProcessSetup<P: Process> {
    pub(crate) id: P::Id,
    pub(crate) settings: P::Settings,
    pub(crate) asked_at_once: Vec<P::Request>,
    pub(crate) asked: Vec<P::Request>,
    pub(crate) timers_off: Vec<P::Timer>,
    pub(crate) told_of_sessions: Option<fn(P::Id) -> P::Request>,
}

impl<P: Process> ProcessSetup<P> {
    /// A process without requests, all of whose timers may fire.
    pub const fn new(id: P::Id, settings: P::Settings) -> Self {
        Self {
            id,
            settings,
            asked_at_once: Vec::new(),
            asked: Vec::new(),
            timers_off: Vec::new(),
            told_of_sessions: None,
        }
    }

    /// The id of the process.
    pub const fn id(&self) -> P::Id {
        self.id
    }

    /// Clients make these requests as soon as the process begins, and again after each
    /// crash, before anything else happens.
    #[must_use]
    pub fn asked_at_once(mut self, requests: impl IntoIterator<Item = P::Request>) -> Self {
        self.asked_at_once.extend(requests);
        self
    }

    /// Clients may make each of these requests at any time, any number of times. Each
    /// time it is a step of its own.
    #[must_use]
    pub fn asked(mut self, requests: impl IntoIterator<Item = P::Request>) -> Self {
        self.asked.extend(requests);
        self
    }

    /// This timer never fires at this process.
    #[must_use]
    pub fn without_timer(mut self, timer: P::Timer) -> Self {
        self.timers_off.push(timer);
        self
    }

    /// The process takes this request when a session with another process has ended and a new
    /// one begins ([`Network::Fifo`](crate::Network::Fifo)); the argument is the id of the
    /// other. A process that has itself crashed is not told: all its sessions are new. No
    /// client may make such a request. Sessions that follow each other, and in which nothing was
    /// sent, are one.
    #[must_use]
    pub fn told_of_sessions(mut self, request: fn(P::Id) -> P::Request) -> Self {
        self.told_of_sessions = Some(request);
        self
    }
}

impl<P: Explorable> ProcessSetup<P> {
    /// Whether a timer that is set may fire at this process.
    pub(crate) fn may_fire(&self, timer: P::Timer) -> bool {
        !self.timers_off.contains(&timer)
    }
}
