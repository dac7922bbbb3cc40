//! What a step of a world is.

use synod_process::{InputOf, Process};

/// What a step of the world is, `I` being the type of who processes are, and
/// `Q` that of inputs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Event<I, Q> {
    /// A process takes an input, and all its outputs are carried out.
    Handle(I, Q),
    /// A process takes an input, and crashes when this many of its records and
    /// sends are carried out.
    CrashAfter(usize, I, Q),
    /// A process crashes while it does nothing.
    Crash(I),
}

/// What a step is where processes are of this kind.
pub type EventOf<P> = Event<<P as Process>::Id, InputOf<P>>;
