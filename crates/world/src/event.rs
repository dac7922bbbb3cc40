//! The events of a world.

use synod_process::{InputOf, Process};

/// What happens in a step of a world; `I` is the type of the processes' ids, `Q` that of
/// inputs. [`World::event`](crate::World::event) returns it, as in [`Lens`](crate::Lens)'s
/// example.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Event<I, Q> {
    /// A process takes an input, and all its outputs are carried out.
    Handle(I, Q),
    /// A process takes an input, if there is one, crashes, and recovers. It may crash again
    /// while it recovers.
    Crash {
        /// The process.
        id: I,
        /// The input that it was taking; none if it was idle.
        during: Option<Q>,
        /// The crash, and those that followed it at once.
        cuts: Vec<Cut>,
    },
    /// The session between two processes ends.
    Break(I, I),
}

/// Where a crash cuts a process off: a part of [`Event::Crash`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cut {
    /// How many of its records and sends were carried out: of an input, for the first crash of
    /// an event, and else of its recovery and the requests that come at once.
    pub effects: usize,
    /// Which of the disks that were possible it left: see [`Disk`](crate::Disk). 0 is the one
    /// with every record. None if the process lost its ledger: see
    /// [`World::losing`](crate::World::losing).
    pub disk: Option<usize>,
}

/// The [`Event`] of processes of type `P`.
pub type EventOf<P> = Event<<P as Process>::Id, InputOf<P>>;
