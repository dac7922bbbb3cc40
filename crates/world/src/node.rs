//! Who lives in a world: which process, with which settings, asked for what.

use std::fmt::Debug;
use std::hash::Hash;
use synod_process::Process;

/// What threads can share.
pub trait Shared: Send + Sync + 'static {}

impl<T: Send + Sync + 'static> Shared for T {}

/// What goes into a process or comes out of it: it can be kept and compared. Its
/// order is that in which steps are listed, nothing else. A type of which this
/// is not true, such as many that protobuf makes, can be wrapped as its bytes.
pub trait Item: Shared + Clone + Debug + Ord + Hash {}

impl<T: Shared + Clone + Debug + Ord + Hash> Item for T {}

/// A process that can be explored: its parts can be kept, compared and shared
/// between threads. Implemented for all that are.
pub trait Explorable:
    Process<
        Id: Shared,
        Settings: Shared,
        Ledger: Shared + Clone + Debug + Default + Eq + Hash,
        Message: Item,
        Request: Item,
        Timer: Item,
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
            News: Shared,
            Action: Shared,
        > + Shared
        + Clone
        + Debug
        + Eq
        + Hash
{
}

/// One process of a world, and what goes into it from outside.
pub struct ProcessSetup<P: Process> {
    pub(crate) id: P::Id,
    pub(crate) settings: P::Settings,
    pub(crate) asked_at_once: Vec<P::Request>,
    pub(crate) asked: Vec<P::Request>,
    pub(crate) timers_off: Vec<P::Timer>,
}

impl<P: Process> ProcessSetup<P> {
    /// A process that nobody asks for anything, and all of whose timers may
    /// fire.
    pub const fn new(id: P::Id, settings: P::Settings) -> Self {
        Self {
            id,
            settings,
            asked_at_once: Vec::new(),
            asked: Vec::new(),
            timers_off: Vec::new(),
        }
    }

    /// Who the process is.
    pub const fn id(&self) -> P::Id {
        self.id
    }

    /// The process is asked for these as soon as it begins, and again whenever
    /// it comes back, before anything else happens.
    #[must_use]
    pub fn asked_at_once(mut self, requests: impl IntoIterator<Item = P::Request>) -> Self {
        self.asked_at_once.extend(requests);
        self
    }

    /// The process may be asked for each of these at any time, any number of
    /// times: each request is a step of its own.
    #[must_use]
    pub fn asked(mut self, requests: impl IntoIterator<Item = P::Request>) -> Self {
        self.asked.extend(requests);
        self
    }

    /// This timer never fires here.
    #[must_use]
    pub fn without_timer(mut self, timer: P::Timer) -> Self {
        self.timers_off.push(timer);
        self
    }
}

impl<P: Explorable> ProcessSetup<P> {
    /// Whether a timer that is set may fire here.
    pub(crate) fn may_fire(&self, timer: P::Timer) -> bool {
        !self.timers_off.contains(&timer)
    }
}
