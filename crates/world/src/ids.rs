//! Types of numbers, one for each [`Interner`](crate::interner::Interner) that gives
//! them.

/// The number of a site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SiteId(pub(crate) u32);

/// The number of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct InputId(pub(crate) u32);

/// The number of a letter: a message with its sender and addressee, or the border between two
/// sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct LetterId(pub(crate) u32);

/// The number of a list of letters, all of the same sender.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct SentId(pub(crate) u32);

/// The number of a history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct HistoryId(pub(crate) u32);

/// The number of a [`Reduce::ReductionView`](crate::Reduce::ReductionView) of a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct ReductionViewId(pub(crate) u32);

/// The number of a [`Tell::ClaimView`](crate::Tell::ClaimView).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct ClaimViewId(pub(crate) u32);

/// A step: the action type of a [`World`](crate::World).
/// [`World::event`](crate::World::event) tells what happens in it, as in
/// [`Lens`](crate::Lens)'s example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StepId {
    pub(crate) number: u32,
    /// The position of the node that has sent what arrives.
    pub(crate) sender: u8,
    /// How many borders of sessions are before what arrives.
    pub(crate) borders: u8,
    /// How many crashes the step has that leave a disk.
    pub(crate) crashes: u8,
    /// How many crashes the step has that lose the ledger.
    pub(crate) losses: u8,
}
