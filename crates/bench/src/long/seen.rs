//! What clients saw in some time.

use crate::systems::recorder::Recording;
use serde_json::{Value, json};
use std::time::Duration;

/// What clients saw in some time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    pub requests: u64,
    pub per_second: f64,
    /// Latencies, in milliseconds.
    pub p50: f64,
    pub p99: f64,
    /// The longest time in which no request succeeded, in milliseconds. It may have begun
    /// before.
    pub pause: f64,
    pub failures: u64,
}

impl Seen {
    /// Of recordings that follow one another and took so long together. None if there are
    /// none.
    #[allow(clippy::cast_precision_loss)] // Figures to read.
    pub(super) fn of<'a>(
        recordings: impl IntoIterator<Item = &'a Recording>,
        elapsed: Duration,
    ) -> Option<Self> {
        let mut recordings = recordings.into_iter();
        let first = recordings.next()?;
        let mut latencies = first.latencies.clone();
        let (mut pause, mut failures) = (first.pause, first.failures);
        for recording in recordings {
            // Histograms that grow as needed can always be added.
            let _ = latencies.add(&recording.latencies);
            pause = pause.max(recording.pause);
            failures += recording.failures;
        }
        let at = |quantile| latencies.value_at_quantile(quantile) as f64 / 1e3;
        Some(Self {
            requests: latencies.len(),
            per_second: latencies.len() as f64 / elapsed.as_secs_f64(),
            p50: at(0.5),
            p99: at(0.99),
            pause: pause.as_secs_f64() * 1e3,
            failures,
        })
    }

    /// As JSON.
    pub(super) fn json(&self) -> Value {
        json!({
            "requests": self.requests,
            "per_second": self.per_second,
            "p50_ms": self.p50,
            "p99_ms": self.p99,
            "pause_ms": self.pause,
            "failures": self.failures,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::systems::recorder::LatencyRecorder;
    use tokio::time::Instant;

    #[test]
    fn recordings_one_after_the_other_count_as_one() {
        let recorder = LatencyRecorder::new().unwrap();
        recorder.begin();
        let mut recordings = Vec::new();
        for requests in [3, 1] {
            for _ in 0..requests {
                recorder.answered(Instant::now(), false);
            }
            recorder.failed(&"once");
            recordings.push(recorder.next());
        }
        assert_eq!(recorder.count(), 0);
        let seen = Seen::of(&recordings, Duration::from_secs(2)).unwrap();
        assert_eq!((seen.requests, seen.failures), (4, 2));
        assert!((seen.per_second - 2.0).abs() < 1e-9);
        let longest = recordings[0].pause.max(recordings[1].pause);
        assert!((seen.pause - longest.as_secs_f64() * 1e3).abs() < 1e-9);
        assert!(Seen::of([], Duration::from_secs(1)).is_none());
    }
}
