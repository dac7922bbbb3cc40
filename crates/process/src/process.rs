//! A process, and the types that follow from which one it is.

use crate::input::Input;
use crate::outputs::{Output, Outputs};
use std::fmt::Debug;
use std::hash::Hash;

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
