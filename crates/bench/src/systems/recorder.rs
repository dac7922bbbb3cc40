//! Records the latencies, failures and pauses that all clients of a run see.

use crate::failure::Failure;
use hdrhistogram::Histogram;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Records what clients do, from [`begin`](Self::begin) to [`end`](Self::end).
pub(crate) struct LatencyRecorder {
    started: AtomicUsize,
    recording: Mutex<Recording>,
}

/// What happened while it was recorded.
#[derive(Clone)]
pub(crate) struct Recording {
    has_begun: bool,
    /// The latency of every request, from its first attempt on, in microseconds.
    pub latencies: Histogram<u64>,
    /// How many attempts failed.
    pub failures: u64,
    /// Why the last attempt that failed did so, also before the recording began.
    pub last_failure: Option<String>,
    /// When the last request succeeded.
    pub last: Instant,
    /// The longest time in which none succeeded.
    pub pause: Duration,
    /// When that time ended.
    pub pause_end: Instant,
}

impl LatencyRecorder {
    /// A recorder that records nothing yet.
    pub(crate) fn new() -> Result<Self, Failure> {
        let latencies = Histogram::new(3)?;
        let now = Instant::now();
        Ok(Self {
            started: AtomicUsize::new(0),
            recording: Mutex::new(Recording {
                has_begun: false,
                latencies,
                failures: 0,
                last_failure: None,
                last: now,
                pause: Duration::ZERO,
                pause_end: now,
            }),
        })
    }

    /// Begins a recording.
    pub(crate) fn begin(&self) {
        self.recording().begin();
    }

    /// Ends the recording, returns it and begins another, so that nothing is lost between
    /// both.
    pub(crate) fn next(&self) -> Recording {
        let mut recording = self.recording();
        recording.pause_until(Instant::now());
        let ended = recording.clone();
        recording.begin();
        ended
    }

    /// Ends the recording and returns it. A pause may last until now.
    pub(crate) fn end(&self) -> Recording {
        let mut recording = self.recording();
        let now = Instant::now();
        recording.pause_until(now);
        recording.has_begun = false;
        recording.clone()
    }

    /// A copy of the recording so far.
    pub(crate) fn read(&self) -> Recording {
        self.recording().clone()
    }

    /// How many requests have succeeded since the recording began.
    pub(crate) fn count(&self) -> u64 {
        self.recording().latencies.len()
    }

    /// Fails if nothing has succeeded for a minute.
    pub(crate) fn is_served(&self) -> Result<(), Failure> {
        let recording = self.recording();
        if recording.last.elapsed() > Duration::from_secs(60) {
            let why = recording.last_failure.as_deref().unwrap_or_default();
            return Err(format!("no service for a minute: {why}").into());
        }
        Ok(())
    }

    /// How many clients have had an answer.
    pub(crate) fn started(&self) -> usize {
        self.started.load(Ordering::Relaxed)
    }

    /// Why the last attempt that failed did so.
    pub(crate) fn last_failure(&self) -> String {
        self.recording().last_failure.clone().unwrap_or_default()
    }

    /// A request succeeded; `is_first` says whether it is the client's first.
    pub(crate) fn answered(&self, begun: Instant, is_first: bool) {
        if is_first {
            self.started.fetch_add(1, Ordering::Relaxed);
        }
        let mut recording = self.recording();
        // The time is read while the recording is locked, so that times never go back.
        recording.answered(begun, Instant::now());
    }

    /// An attempt failed.
    pub(crate) fn failed(&self, why: &impl ToString) {
        let mut recording = self.recording();
        if recording.has_begun {
            recording.failures += 1;
        }
        recording.last_failure = Some(why.to_string());
    }

    fn recording(&self) -> MutexGuard<'_, Recording> {
        self.recording
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recording {
    fn begin(&mut self) {
        self.has_begun = true;
        self.latencies.reset();
        self.failures = 0;
        self.pause = Duration::ZERO;
        self.pause_end = self.last;
    }

    fn answered(&mut self, begun: Instant, now: Instant) {
        if self.has_begun {
            self.pause_until(now);
            let latency = now.saturating_duration_since(begun).as_micros() as u64;
            // The histogram grows as needed, so this cannot fail.
            let _ = self.latencies.record(latency);
        }
        self.last = now;
    }

    fn pause_until(&mut self, now: Instant) {
        let pause = now.saturating_duration_since(self.last);
        if pause > self.pause {
            self.pause = pause;
            self.pause_end = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_pause_lies_between_two_writes_or_before_the_end() {
        let recorder = LatencyRecorder::new().unwrap();
        let mut recording = recorder.recording();
        let mut now = recording.last;
        let mut write = |recording: &mut Recording, milliseconds| {
            let begun = now;
            now += Duration::from_millis(milliseconds);
            recording.answered(begun, now);
            now
        };
        write(&mut recording, 9000);
        recording.has_begun = true;
        for pause in [10, 700, 20] {
            write(&mut recording, pause);
        }
        assert_eq!(recording.pause, Duration::from_millis(700));
        assert_eq!(
            recording.last - recording.pause_end,
            Duration::from_millis(20)
        );
        assert_eq!(recording.latencies.len(), 3);
        let end = recording.last + Duration::from_millis(800);
        recording.pause_until(end);
        assert_eq!(
            (recording.pause.as_millis(), recording.pause_end),
            (800, end)
        );
    }

    #[test]
    fn failures_are_counted_after_the_recording_has_begun() {
        let recorder = LatencyRecorder::new().unwrap();
        recorder.failed(&"early");
        recorder.begin();
        recorder.failed(&"late");
        assert_eq!(recorder.end().failures, 1);
        assert_eq!(recorder.last_failure(), "late");
    }
}
