//! The trait of a process, and its types of inputs and outputs.

use crate::input::Input;
use crate::outputs::{Output, Outputs};
use std::fmt::Debug;
use std::hash::Hash;

/// A deterministic process that a crash can stop between any two outputs.
///
/// The contract with its driver: the driver gives the inputs one at a time, and carries
/// out the outputs of each, in order, before it gives the next; a `Record` is durable
/// before any later `Send` that depends on it (see [`Output`]). After a crash the driver calls
/// [`recover`](Process::recover) with the ledger as it was recorded.
///
/// # Examples
///
/// A process that counts the messages that it has received, durably:
///
/// ```
/// use synod_process::{Input, InputOf, Output, Outputs, OutputsOf, Process};
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
/// for output in counter.handle(hello).outputs {
///     if let Output::Record(record) = output {
///         Counter::apply(&mut ledger, record);
///     }
/// }
/// assert_eq!(Counter::recover(&(), 0, ledger).0, counter);
/// ```
pub trait Process: Sized {
    /// The id of a process.
    type Id: Copy + Ord + Hash + Debug;

    /// Settings that are the same before and after a crash: the ids of the other
    /// processes, limits.
    type Settings;

    /// The durable state: all that survives a crash.
    type Ledger;

    /// The messages between processes.
    type Message;

    /// The requests of clients.
    type Request;

    /// The timers of a process. A timer has no duration here: the driver knows it.
    type Timer: Copy + Ord;

    /// A change of the ledger.
    type Record;

    /// News for the driver.
    type News;

    /// The actions that a process reports, for traces and proofs.
    type Action;

    /// The reasons why an input may change nothing.
    type Ignored;

    /// Starts the process `me`: after a crash with the ledger that it had, the first
    /// time with an empty one. The outputs are carried out before the first input.
    fn recover(
        settings: &Self::Settings,
        me: Self::Id,
        ledger: Self::Ledger,
    ) -> (Self, OutputsOf<Self>);

    /// Takes one input; the driver then carries out the outputs.
    fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self>;

    /// Applies a record to a ledger: what [`Output::Record`] asks of the driver.
    fn apply(ledger: &mut Self::Ledger, record: Self::Record);
}

/// The [`Input`] of processes of type `P`.
pub type InputOf<P> = Input<
    <P as Process>::Id,
    <P as Process>::Message,
    <P as Process>::Request,
    <P as Process>::Timer,
>;

/// The [`Output`] of processes of type `P`.
pub type OutputOf<P> = Output<
    <P as Process>::Id,
    <P as Process>::Message,
    <P as Process>::Timer,
    <P as Process>::Record,
    <P as Process>::News,
    <P as Process>::Action,
>;

/// The [`Outputs`] of processes of type `P`.
pub type OutputsOf<P> = Outputs<
    <P as Process>::Id,
    <P as Process>::Message,
    <P as Process>::Timer,
    <P as Process>::Record,
    <P as Process>::News,
    <P as Process>::Action,
    <P as Process>::Ignored,
>;
