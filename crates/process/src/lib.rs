//! The border of a process: what goes in, what comes out, and in which order.
//!
//! A process is deterministic: it takes one [`Input`] at a time and answers with
//! ordered [`Outputs`]. Whoever drives it (a network runner, a checker, a test)
//! carries them out in that order. So one and the same code can be shipped and
//! explored.
//!
//! ```text
//! Input  ─→  Process::handle  ─→  Outputs: Record, Send, SetTimer, CancelTimer, Tell, Did
//! ```
//!
//! What a process sends, records, is asked for, waits for and tells are
//! parameters, so that processes that speak the same language share the types:
//!
//! | parameter | stands for | of a [`Process`] |
//! |---|---|---|
//! | `I` | who processes are | [`Id`](Process::Id) |
//! | `M` | messages | [`Message`](Process::Message) |
//! | `Q` | what a process is asked for | [`Request`](Process::Request) |
//! | `T` | timers | [`Timer`](Process::Timer) |
//! | `R` | what changes the ledger | [`Record`](Process::Record) |
//! | `N` | what it tells whoever drives it | [`News`](Process::News) |
//! | `A` | actions, for traces and proofs | [`Action`](Process::Action) |
//! | `W` | why an input changed nothing | [`Ignored`](Process::Ignored) |
//!
//! [`simulation`] runs a few processes of one kind in one thread, for tests.
//!
//! Absent on purpose: Paxos, clocks, I/O, randomness, threads.

mod outputs;
pub mod simulation;

pub use outputs::{Outputs, records_come_first};

use std::fmt::Debug;
use std::hash::Hash;

/// What can happen to a process.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Input<I, M, Q, T> {
    /// A message arrived. Once, twice or never, late or out of order: all the
    /// same.
    Receive {
        /// Who sent it.
        from: I,
        /// The message.
        message: M,
    },
    /// The time of a timer that was set has passed.
    Timeout(T),
    /// Somebody asks for this. A crash may lose it: the client then asks again.
    Propose(Q),
}

/// One thing that the driver of a process has to do.
///
/// **Record before send.** Outputs are ordered, and the driver must carry them
/// out in this order: a `Record` comes before every `Send` that depends on it,
/// and must be durable when that message leaves. A crash may fall between any
/// two outputs; the process then goes on from its ledger, in which exactly the
/// `Record`s before the crash are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Output<I, M, T, R, N, A> {
    /// Write this to the ledger, durably.
    Record(R),
    /// Send this. It may be lost, duplicated, delayed; never changed.
    Send {
        /// To whom; never the process itself.
        to: I,
        /// What.
        message: M,
    },
    /// Give [`Input::Timeout`] back after the timer's time. A timer that is
    /// set already begins anew.
    SetTimer(T),
    /// The timer is not needed any more: do not give it back.
    CancelTimer(T),
    /// News for whoever drives the process. It comes after every `Record` that
    /// it says something of. A crash may lose it: what the ledger says is not
    /// told again.
    Tell(N),
    /// The process took an action. For traces and proofs: a driver may ignore
    /// it.
    Did(A),
}

/// A deterministic process that a crash can stop between any two outputs.
///
/// The contract: inputs are given one at a time; the outputs of each are carried
/// out in order before those of the next, a `Record` durably before the `Send`s
/// after it (see [`Output`]). After a crash, [`recover`](Process::recover) with
/// the ledger as it was recorded.
///
/// A process that counts what it has heard, durably:
///
/// ```
/// use synod_process::{Input, InputOf, Outputs, OutputsOf, Process};
///
/// #[derive(Clone, Debug, PartialEq, Eq, Hash)]
/// struct Counter {
///     heard: u64,
/// }
///
/// impl Process for Counter {
///     type Id = u8;
///     type Settings = ();
///     type Ledger = u64;
///     type Message = &'static str;
///     type Request = &'static str;
///     type Timer = ();
///     type Record = u64;
///     type News = u64;
///     type Action = ();
///     type Ignored = ();
///
///     fn recover((): &(), _me: u8, heard: u64) -> (Self, OutputsOf<Self>) {
///         (Self { heard }, Outputs::new())
///     }
///
///     fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
///         let mut out = Outputs::new();
///         if let Input::Receive { from, .. } = input {
///             self.heard += 1;
///             out.record(self.heard);
///             out.send(from, "heard");
///         }
///         out
///     }
///
///     fn apply(ledger: &mut u64, record: u64) {
///         *ledger = record;
///     }
/// }
///
/// let (mut counter, _) = Counter::recover(&(), 0, 0);
/// let hello = Input::Receive { from: 1, message: "hello" };
/// let mut ledger = 0;
/// for record in counter.handle(hello).into_records() {
///     Counter::apply(&mut ledger, record);
/// }
/// assert_eq!(Counter::recover(&(), 0, ledger).0, counter);
/// ```
pub trait Process: Sized {
    /// The name of a process.
    type Id: Copy + Ord + Hash + Debug;

    /// What is the same in all lives of a process and is no state of it: who
    /// the others are, limits.
    type Settings;

    /// The durable state: what survives a crash.
    type Ledger;

    /// What processes send each other.
    type Message;

    /// What a client asks a process for.
    type Request;

    /// Their timers. The driver knows the times.
    type Timer: Copy + Ord;

    /// What changes a ledger.
    type Record;

    /// What a process reports to its driver.
    type News;

    /// The actions that they say they took.
    type Action;

    /// Why an input changes nothing.
    type Ignored;

    /// The process `me` with the ledger that it has kept through a crash; with
    /// an empty one, for the first time.
    fn recover(
        settings: &Self::Settings,
        me: Self::Id,
        ledger: Self::Ledger,
    ) -> (Self, OutputsOf<Self>);

    /// Takes one input.
    fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self>;

    /// Writes a record down.
    fn apply(ledger: &mut Self::Ledger, record: Self::Record);
}

/// What can happen to a process of this kind.
pub type InputOf<P> = Input<
    <P as Process>::Id,
    <P as Process>::Message,
    <P as Process>::Request,
    <P as Process>::Timer,
>;

/// One thing that a process of this kind wants done.
pub type OutputOf<P> = Output<
    <P as Process>::Id,
    <P as Process>::Message,
    <P as Process>::Timer,
    <P as Process>::Record,
    <P as Process>::News,
    <P as Process>::Action,
>;

/// What a process of this kind answers to an input.
pub type OutputsOf<P> = Outputs<
    <P as Process>::Id,
    <P as Process>::Message,
    <P as Process>::Timer,
    <P as Process>::Record,
    <P as Process>::News,
    <P as Process>::Action,
    <P as Process>::Ignored,
>;
