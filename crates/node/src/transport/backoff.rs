//! [`Backoff`]: how long to wait before dialing again. The time doubles with each attempt, and has
//! jitter, so that nodes do not dial at the same time.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

const SHORTEST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(1);

/// The state of the backoff of one peer.
#[derive(Debug)]
pub(super) struct Backoff {
    next: Duration,
}

impl Backoff {
    pub(super) const fn new() -> Self {
        Self { next: SHORTEST }
    }

    /// How long to wait now: a random time between half and all of a time that doubles each time.
    pub(super) fn next(&mut self) -> Duration {
        let whole = self.next;
        self.next = (whole * 2).min(LONGEST);
        // The keys of a `RandomState` are random, which is random enough for jitter.
        let chance = RandomState::new().hash_one(()) % 1024;
        whole / 2 + whole / 2 * chance as u32 / 1024
    }

    /// Starts over from the shortest wait, if a connection has lasted long enough. A connection that
    /// broke soon will probably break soon again, so that the wait goes on growing.
    pub(super) fn was_connected(&mut self, time: Duration) {
        if time >= LONGEST {
            self.next = SHORTEST;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_longest_and_start_over_after_a_long_connection() {
        let mut backoff = Backoff::new();
        let mut whole = SHORTEST;
        for _ in 0..10 {
            let wait = backoff.next();
            assert!((whole / 2..=whole).contains(&wait), "{wait:?} of {whole:?}");
            whole = (whole * 2).min(LONGEST);
        }
        backoff.was_connected(Duration::ZERO);
        assert!(backoff.next() >= LONGEST / 2);
        backoff.was_connected(LONGEST);
        assert!(backoff.next() <= SHORTEST);
    }
}
