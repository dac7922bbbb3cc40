//! [`Timing`]: how long the timers of the protocol take (§2.4). The protocol decides when to
//! set a timer, and the node for how long. Safety depends on none of these times.

use std::time::Duration;
use synod_protocol::Timer;

/// How long each timer takes.
///
/// ```
/// use std::time::Duration;
/// use synod_node::timers::Timing;
/// use synod_protocol::Timer;
///
/// let slow = Timing { absence: Duration::from_secs(2), ..Timing::DEFAULT };
/// assert_eq!(slow.of(Timer::Absence), Some(Duration::from_secs(2)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// How often a legislator says that he is present (heartbeat).
    pub presence: Duration,
    /// T: a legislator presides after this time without a message from a legislator with a
    /// higher name (failure-detector timeout).
    pub absence: Duration,
    /// A president begins another ballot after this time without progress.
    pub round: Duration,
}

impl Timing {
    /// For a network in which messages and fsyncs take at most about ten milliseconds.
    pub const DEFAULT: Self = Self {
        presence: Duration::from_millis(100),
        absence: Duration::from_millis(500),
        round: Duration::from_millis(500),
    };

    /// The times of the legislator with the highest name. He need not wait for T, because no
    /// legislator outranks him, except one that is far ahead of him, which he hears of within
    /// this shorter time. The shorter, the better: the old president gives way as soon as he
    /// hears from him, and until he presides himself there is no president.
    #[must_use]
    pub(crate) fn of_the_highest(self) -> Self {
        Self {
            absence: self.absence.min(self.presence * 3 / 2),
            ..self
        }
    }

    /// How long this timer takes; `None` for that of a snapshot, which ends when it is durable.
    pub const fn of(&self, timer: Timer) -> Option<Duration> {
        match timer {
            Timer::Presence => Some(self.presence),
            Timer::Absence => Some(self.absence),
            Timer::Round => Some(self.round),
            Timer::Snapshot => None,
        }
    }
}
