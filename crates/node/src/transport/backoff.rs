//! How long to wait before dialing again: longer each time, and not all nodes
//! at the same time.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

const SHORTEST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(1);

/// The next wait.
#[derive(Debug)]
pub(super) struct Backoff {
    next: Duration,
}

impl Backoff {
    pub(super) const fn new() -> Self {
        Self { next: SHORTEST }
    }

    /// How long to wait now: by chance between a half and all of what doubles
    /// each time.
    pub(super) fn next(&mut self) -> Duration {
        let whole = self.next;
        self.next = (whole * 2).min(LONGEST);
        // The keys of a `RandomState` are random: enough for this.
        let chance = RandomState::new().hash_one(()) % 1024;
        whole / 2 + whole / 2 * chance as u32 / 1024
    }

    /// A connection lasted so long. If that was not long, whoever broke it will
    /// break the next as well.
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
    fn waits_grow_to_the_longest_and_begin_anew_after_a_connection() {
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
