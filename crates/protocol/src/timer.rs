//! When to act (§2.4).

/// The timers of the complete protocol (§2.4). The driver knows their times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// Tell the others that this priest is present. Shorter than `Absence`.
    Presence,
    /// T: nobody with a higher name has been heard of for this long.
    Absence,
    /// The time that a round needs: the ballot under way has not come to its
    /// end.
    Round,
}
