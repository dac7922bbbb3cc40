//! What a parliament may choose: limits, and a variant of §3.1.

use super::variant::Shipped;
use std::sync::Arc;
use synod_math::Quorums;

/// Who legislates, and by which rules.
#[derive(Clone, Debug)]
pub struct Parliament<V = Shipped> {
    /// The legislators, and their majority sets.
    pub quorums: Arc<Quorums>,
    /// Limits.
    pub settings: Settings,
    /// What is made of what §3.1 leaves open.
    pub variant: V,
}

/// Limits keep memory and messages bounded; they may differ between
/// legislators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Settings {
    /// How many decrees a president has voted on at once, counted from the law
    /// on; at least 1, and together with `batch` at most [`REACH`].
    ///
    /// [`REACH`]: crate::horizon::REACH
    pub in_flight: usize,
    /// How many requests wait for a place among those. One past them is
    /// declined.
    pub waiting: usize,
    /// How many decrees are sent at once to one who is behind; at least 1.
    pub batch: usize,
}

impl Settings {
    /// Limits that suit a network of today.
    pub const DEFAULT: Self = Self {
        in_flight: 64,
        waiting: 4096,
        batch: 256,
    };
}

impl Default for Settings {
    fn default() -> Self {
        Self::DEFAULT
    }
}
