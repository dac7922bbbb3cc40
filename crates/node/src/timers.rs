//! The times of the protocol's timers (§2.4). The protocol says when to set
//! them, this file how long they are.

use std::time::Duration;
use synod_protocol::Timer;
use tokio::time::Instant;

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
    pub fn of_the_highest(self) -> Self {
        Self {
            absence: self.absence.min(self.presence * 3 / 2),
            ..self
        }
    }

    const fn of(&self, timer: Timer) -> Duration {
        match timer {
            Timer::Presence => self.presence,
            Timer::Absence => self.absence,
            Timer::Round => self.round,
        }
    }
}

const ALL: [Timer; 3] = [Timer::Presence, Timer::Absence, Timer::Round];

/// Which timers are set, and when they are over. Three words.
#[derive(Debug)]
pub struct Timers {
    timing: Timing,
    ends: [Option<Instant>; ALL.len()],
}

impl Timers {
    /// None is set.
    pub const fn new(timing: Timing) -> Self {
        Self {
            timing,
            ends: [None; ALL.len()],
        }
    }

    /// Sets a timer, anew if it was set.
    pub fn set(&mut self, timer: Timer, now: Instant) {
        self.ends[timer as usize] = Some(now + self.timing.of(timer));
    }

    /// Whoever waits for this timer waits no more.
    pub const fn cancel(&mut self, timer: Timer) {
        self.ends[timer as usize] = None;
    }

    /// When the next one is over; `None` if none is set.
    pub fn next_end(&self) -> Option<Instant> {
        self.ends.iter().flatten().min().copied()
    }

    /// A timer that is over: it is not set any more.
    pub fn take_due(&mut self, now: Instant) -> Option<Timer> {
        let is_due = |timer: &Timer| self.ends[*timer as usize].is_some_and(|end| end <= now);
        let due = ALL.into_iter().find(is_due)?;
        self.cancel(due);
        Some(due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timer_is_due_once_and_when_its_time_has_passed() {
        let (start, mut timers) = (Instant::now(), Timers::new(Timing::DEFAULT));
        timers.set(Timer::Absence, start);
        timers.set(Timer::Presence, start);
        assert_eq!(timers.next_end(), Some(start + Timing::DEFAULT.presence));
        assert_eq!(timers.take_due(start), None);
        let later = start + Timing::DEFAULT.absence;
        let due: Vec<_> = std::iter::from_fn(|| timers.take_due(later)).collect();
        assert_eq!(due, [Timer::Presence, Timer::Absence]);
        assert_eq!(timers.next_end(), None);
    }

    #[test]
    fn a_timer_that_is_set_again_begins_anew_and_one_that_is_cancelled_is_never_due() {
        let (start, mut timers) = (Instant::now(), Timers::new(Timing::DEFAULT));
        timers.set(Timer::Round, start);
        let middle = start + Timing::DEFAULT.round / 2;
        timers.set(Timer::Round, middle);
        assert_eq!(timers.take_due(start + Timing::DEFAULT.round), None);
        timers.cancel(Timer::Round);
        assert_eq!(timers.take_due(middle + Timing::DEFAULT.round), None);
    }
}
