//! Numbers that stand for the parts of states: see
//! [`Interner`](crate::interner::Interner).

/// The number of a site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SiteId(pub(crate) u32);

/// The number of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct InputId(pub(crate) u32);

/// The number of a message with its sender and addressee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct EnvelopeId(pub(crate) u32);

/// The number of a set of messages, all of the same sender.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct SentId(pub(crate) u32);

/// The number of a history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct HistoryId(pub(crate) u32);

/// The number of what tells whether messages are of use to a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct ReductionViewId(pub(crate) u32);

/// The number of what claims see of a site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct ClaimViewId(pub(crate) u32);

/// A step of the world, by its number: see [`World::event`](crate::World::event).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StepId(pub(crate) u32);
