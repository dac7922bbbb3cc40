//! The settings of a parliament: its legislators, limits, and a variant of §3.1. The example of
//! [`Legislator`](super::Legislator) makes them.

use super::variant::Shipped;
use std::sync::Arc;
use synod_math::Quorums;

/// The settings of a parliament, which are those of each of its legislators.
#[derive(Clone, Debug)]
pub struct Parliament<V = Shipped> {
    /// The legislators, and their majority sets.
    pub quorums: Arc<Quorums>,
    /// Limits.
    pub settings: Settings,
    /// The choices that §3.1 leaves open.
    pub variant: V,
}

/// The limits that keep memory and messages bounded; they may differ between legislators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Settings {
    /// How far beyond his law a president begins ballots, in decree numbers; at least 1. Its sum with
    /// `batch` is at most [`REACH`].
    ///
    /// [`REACH`]: crate::horizon::REACH
    pub in_flight: usize,
    /// How many requests may wait until a ballot can be begun on them. Further requests are declined.
    pub waiting: usize,
    /// How many decrees are sent at a time to a legislator who is behind; at least 1.
    pub batch: usize,
    /// How large the decrees of one message, of one batch, or in flight are together; one decree may
    /// always be. Sizes are those of
    /// [`StateMachine::size`](crate::state_machine::StateMachine::size).
    pub size: usize,
    /// How large the waiting requests are together.
    pub waiting_size: usize,
    /// How large the decrees are together that pass after a snapshot before the next one is taken: this,
    /// or as much as the state if that is more
    /// ([`StateMachine::state_size`](crate::state_machine::StateMachine::state_size)). None if no snapshots are
    /// taken.
    pub snapshot: Option<usize>,
    /// How large the decrees are together that stay in the ledger when a snapshot stands for them: a
    /// legislator who is only a little behind is sent decrees, and not the snapshot.
    pub kept: usize,
}

impl Settings {
    /// Limits that suit today's networks.
    pub const DEFAULT: Self = Self {
        in_flight: 64,
        waiting: 4096,
        batch: 256,
        size: 4 << 20,
        waiting_size: 1 << 26,
        snapshot: None,
        kept: 1 << 20,
    };
}

impl Default for Settings {
    fn default() -> Self {
        Self::DEFAULT
    }
}
