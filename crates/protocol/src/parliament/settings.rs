//! What a parliament may choose: limits, and two variants of §3.1.

use std::sync::Arc;
use synod_math::Quorums;

/// Who legislates, and by which rules.
#[derive(Clone, Debug)]
pub struct Parliament {
    /// The legislators, and their majority sets.
    pub quorums: Arc<Quorums>,
    /// Limits and variants.
    pub settings: Settings,
}

/// Limits keep memory and messages bounded; they may differ between
/// legislators. The variants may not.
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
    /// Who hears of a vote.
    pub voted_to: VotedTo,
    /// In which order a legislator votes.
    pub order: Order,
}

impl Settings {
    /// Limits that suit a network of today, and the variants that keep most
    /// promises.
    pub const DEFAULT: Self = Self {
        in_flight: 64,
        waiting: 4096,
        batch: 256,
        voted_to: VotedTo::President,
        order: Order::Ascending,
    };
}

impl Default for Settings {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Who hears of a vote (§3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VotedTo {
    /// The president: 3Δ from request to law, about two messages for each
    /// legislator and decree.
    President,
    /// Everybody: 2Δ for who is in the quorum, about n messages for each.
    Everybody,
}

/// In which order a legislator votes in the ballots of one president, which
/// are many at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Order {
    /// In any, as in the paper. A later president may find gaps, and a decree
    /// that was proposed after another was passed may get the lower number
    /// (§3.2.1 asks for the opposite): by a president who had lost his office
    /// without knowing, at a number that his successor had not yet passed.
    Any,
    /// By number: a BeginBallot that comes before that of a lower number is
    /// ignored, and comes again with the next ballot. Whatever is passed, all
    /// below it is passed; there are no gaps, and Ordering holds.
    Ascending,
}
