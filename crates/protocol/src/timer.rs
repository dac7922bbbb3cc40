//! The timers of both processes (§2.4).

/// A timer of the complete protocol (§2.4). A process sets and cancels it as an output; its driver
/// knows how long it runs, and gives it back as the input
/// [`Timeout`](synod_process::Input::Timeout). [`Complete`](crate::Complete)'s example uses one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// It is time to tell the other priests that this one is present. Must be shorter than
    /// `Absence`.
    Presence,
    /// T: no priest with a higher name has been heard of for this long.
    Absence,
    /// Too few have answered NextBallot, or voted, in the time that a round should take: a message and
    /// its answer. For one decree it begins anew when the president starts polling; in the parliament,
    /// with each decree that is passed.
    Round,
    /// The snapshot that the legislator has taken is durable. How long this takes depends on the disk,
    /// and not on a clock.
    Snapshot,
}
