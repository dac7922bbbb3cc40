//! The events of a world.

use synod_process::{InputOf, Process};

/// What happens in a step of a world; `I` is the type of the processes' ids, `Q` that of
/// inputs. [`World::event`](crate::World::event) returns it, as in [`Lens`](crate::Lens)'s
/// example.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Event<I, Q> {
    /// A process takes an input, and all its outputs are carried out.
    Handle(I, Q),
    /// A process takes an input, crashes once this many of its records and sends are
    /// carried out, and recovers.
    CrashAfter(usize, I, Q),
    /// A process crashes while it is idle, and recovers.
    Crash(I),
}

/// The [`Event`] of processes of type `P`.
pub type EventOf<P> = Event<<P as Process>::Id, InputOf<P>>;
