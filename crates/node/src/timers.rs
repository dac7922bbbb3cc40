//! The times of the protocol's timers (§2.4). The protocol says when to set
//! them, this file how long they are.

use std::time::Duration;
use synod_protocol::Timer;

/// How long each timer takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// How often a legislator says that he is present.
    pub presence: Duration,
    /// T: after so long without a word from a higher name, he presides.
    pub absence: Duration,
    /// After so long without any progress a president begins another ballot.
    pub round: Duration,
}

impl Timing {
    /// For a network in which messages and fsyncs take some ten milliseconds
    /// at most.
    pub const DEFAULT: Self = Self {
        presence: Duration::from_millis(100),
        absence: Duration::from_millis(500),
        round: Duration::from_millis(500),
    };

    /// The times of the legislator with the highest name. Nobody outranks him,
    /// but for one who is far ahead of him, of whom he hears in this time: he
    /// need not wait for T. Whoever presided gives way as soon as he hears of
    /// him, so that until he takes the office there is no president.
    #[must_use]
    pub(crate) fn of_the_highest(self) -> Self {
        Self {
            absence: self.absence.min(self.presence * 3 / 2),
            ..self
        }
    }

    /// How long this timer takes.
    pub const fn of(&self, timer: Timer) -> Duration {
        match timer {
            Timer::Presence => self.presence,
            Timer::Absence => self.absence,
            Timer::Round => self.round,
        }
    }
}
