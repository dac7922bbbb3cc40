//! Processes that can be neither cloned nor compared.

use std::fmt;
use std::hash::{Hash, Hasher};
use synod_process::{InputOf, OutputsOf, Process};

/// A process that says what it is: two processes with the same id and equal keys answer every
/// input alike, now and later. The key holds all that decides an answer, and need not be more.
///
/// A key that leaves something out makes the check miss states, so a check with such a key
/// proves nothing.
pub trait Keyed: Process {
    /// A value on which all answers of a process depend.
    type Key: Clone + fmt::Debug + Eq + Hash;

    /// The key of the process as it is.
    fn key(&self) -> Self::Key;
}

/// A process that is run again whenever it is needed: it is kept as what it had on disk when it
/// began and the inputs since then. So `N` may hold what can be neither cloned nor compared nor
/// sent to another thread: handles, closures, a library's own types.
///
/// An input takes O(inputs since the process began) time. A [`World`](synod_world::World) runs
/// a process once for each input in each situation, and goes on from the first that had a key,
/// so that this is seldom felt. It compares the answers of others that have the same key.
///
/// ```
/// use synod_harness::{Input, InputOf, Keyed, Outputs, OutputsOf, Process, ProcessSetup, Replay, World, check};
///
/// /// Calls back when it is asked. A boxed closure has neither `Clone` nor `Hash`.
/// struct Caller {
///     calls: u8,
///     call: Box<dyn Fn(u8) -> u8>,
/// }
///
/// impl Process for Caller {
///     type Id = u8;
///     type Settings = ();
///     type Ledger = ();
///     type Message = u8;
///     type Request = ();
///     type Timer = ();
///     type Record = ();
///     type News = ();
///     type Action = ();
///     type Ignored = ();
///
///     fn recover((): &(), _: u8, (): ()) -> (Self, OutputsOf<Self>) {
///         (Self { calls: 0, call: Box::new(|calls| 2 * calls) }, Outputs::new())
///     }
///
///     fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
///         let mut out = Outputs::new();
///         if let (Input::Propose(()), 0..3) = (input, self.calls) {
///             self.calls += 1;
///             out.send(2, (self.call)(self.calls));
///         }
///         out
///     }
///
///     fn apply((): &mut (), (): ()) {}
/// }
///
/// impl Keyed for Caller {
///     type Key = u8;
///
///     fn key(&self) -> u8 {
///         self.calls
///     }
/// }
///
/// let nodes = [ProcessSetup::<Replay<Caller>>::new(1, ()).asked([()]), ProcessSetup::new(2, ())];
/// check(World::<Replay<Caller>>::of(nodes))
///     .sometimes("6 is sent", |at| at.messages().any(|sent| sent.message == 6))
///     .run()
///     .assert_holds()
///     .assert_states(4);
/// ```
pub struct Replay<N: Keyed> {
    settings: N::Settings,
    me: N::Id,
    /// The disk at the moment when the process began.
    boot: N::Ledger,
    /// The inputs since then, in order.
    inputs: Vec<InputOf<N>>,
    key: N::Key,
}

impl<N: Keyed> Replay<N> {
    /// The key of the process as it is.
    pub const fn key(&self) -> &N::Key {
        &self.key
    }
}

impl<N> Process for Replay<N>
where
    N: Keyed<Settings: Clone, Ledger: Clone, Message: Clone, Request: Clone>,
{
    type Id = N::Id;
    type Settings = N::Settings;
    type Ledger = N::Ledger;
    type Message = N::Message;
    type Request = N::Request;
    type Timer = N::Timer;
    type Record = N::Record;
    type News = N::News;
    type Action = N::Action;
    type Ignored = N::Ignored;

    fn recover(settings: &N::Settings, me: N::Id, boot: N::Ledger) -> (Self, OutputsOf<Self>) {
        let (process, outputs) = N::recover(settings, me, boot.clone());
        let replay = Self {
            settings: settings.clone(),
            me,
            boot,
            inputs: Vec::new(),
            key: process.key(),
        };
        (replay, outputs)
    }

    fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
        let (mut process, _) = N::recover(&self.settings, self.me, self.boot.clone());
        for input in &self.inputs {
            process.handle(input.clone());
        }
        let outputs = process.handle(input.clone());
        self.inputs.push(input);
        self.key = process.key();
        outputs
    }

    fn apply(ledger: &mut N::Ledger, record: N::Record) {
        N::apply(ledger, record);
    }
}

// These are not derived, since derived ones would ask the same of `N`, and because processes
// with different inputs are equal if their keys are.

impl<N> Clone for Replay<N>
where
    N: Keyed<Settings: Clone, Ledger: Clone, Message: Clone, Request: Clone>,
{
    fn clone(&self) -> Self {
        Self {
            settings: self.settings.clone(),
            me: self.me,
            boot: self.boot.clone(),
            inputs: self.inputs.clone(),
            key: self.key.clone(),
        }
    }
}

impl<N: Keyed> PartialEq for Replay<N> {
    fn eq(&self, other: &Self) -> bool {
        self.me == other.me && self.key == other.key
    }
}

impl<N: Keyed> Eq for Replay<N> {}

impl<N: Keyed> Hash for Replay<N> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.me.hash(hasher);
        self.key.hash(hasher);
    }
}

impl<N: Keyed> fmt::Debug for Replay<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.key.fmt(f)
    }
}
