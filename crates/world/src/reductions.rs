//! Reductions: what a world may leave out so that fewer states are left, and
//! why no verdict changes. Each is an option; a world without options has none,
//! and a test compares the same instances with and without them.
//!
//! **Useless messages** ([`Reductions::useless_messages`]). A message is useless
//! if its addressee will never do anything with it any more within the bounds,
//! whatever happens: a Success for who has that decree in his ledger, a Voted
//! for a ballot that is over. The lens says which they are
//! ([`Reduce::is_useless`](crate::Reduce::is_useless)); it may say so only for
//! good. Two states that
//! differ in useless messages alone have the same futures, so one of them is
//! enough: each step is followed by forgetting. The history forgets such
//! messages too ([`Reduce::forget`](crate::Reduce::forget)). Where the lens were wrong, a message
//! would be received that the history does not have, and "refines basic" would
//! not hold.
//!
//! **Weaker crashes** ([`Reductions::weaker_crashes`]). Of the outputs of an
//! input, a crash may cut off the last. One that falls before a Send leaves the
//! same ledger as one that falls after it, and a message less; messages may be
//! lost, so whatever follows the former follows the latter too: up to messages
//! that nobody ever receives, it passes the same ledgers, laws and ballots. So
//! only the crashes right before a Record, and after all outputs, are explored.
//! Claims on messages say something of each message there is: with more of them
//! they say more. What is not seen is that a crash falls between a Record and a
//! Send: that partner is not asked for.
//!
//! **Heartbeats** ([`Reduce::heartbeats`](crate::Reduce::heartbeats), of every
//! world whose lens has them). Telling the others regularly that one is present
//! changes nothing in who tells, and adds to a set from which nothing has to
//! arrive. So it is taken as done from the start, and again whenever the ledger
//! makes it say something else: every behaviour in which it happens later is
//! among these.
//!
//! Mutants break the rules that these arguments rest on: not for them.

/// What is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reductions {
    /// Messages that nobody can use any more.
    pub useless_messages: bool,
    /// Crashes that leave less than others.
    pub weaker_crashes: bool,
}

impl Reductions {
    /// All of them.
    pub const ALL: Self = Self {
        useless_messages: true,
        weaker_crashes: true,
    };
}
