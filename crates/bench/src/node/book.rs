//! What the clients have done, all of them together.

use super::failure::Failure;
use hdrhistogram::Histogram;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// The clients write into it while it is open.
pub struct Book {
    started: AtomicUsize,
    page: Mutex<Page>,
}

/// What was written while it was open.
#[derive(Clone)]
pub struct Page {
    is_open: bool,
    /// Of every write, from its first attempt on, in microseconds.
    pub latencies: Histogram<u64>,
    /// How many attempts failed.
    pub failures: u64,
    /// Why the last of them did, ever.
    pub last_failure: Option<String>,
    /// When something was written last.
    pub last: Instant,
    /// The longest time without a write.
    pub pause: Duration,
    /// When it ended.
    pub pause_end: Instant,
}

impl Book {
    /// A closed book.
    pub fn new() -> Result<Self, String> {
        let latencies = Histogram::new(3).map_err(|error| error.to_string())?;
        let now = Instant::now();
        Ok(Self {
            started: AtomicUsize::new(0),
            page: Mutex::new(Page {
                is_open: false,
                latencies,
                failures: 0,
                last_failure: None,
                last: now,
                pause: Duration::ZERO,
                pause_end: now,
            }),
        })
    }

    /// Opens it at an empty page.
    pub fn open(&self) {
        let mut page = self.page();
        page.is_open = true;
        page.latencies.reset();
        page.failures = 0;
        page.pause = Duration::ZERO;
        page.pause_end = page.last;
    }

    /// Closes it: what is in it. A pause may last until now.
    pub fn close(&self) -> Page {
        let mut page = self.page();
        let now = Instant::now();
        page.pause_until(now);
        page.is_open = false;
        page.clone()
    }

    /// What is in it by now.
    pub fn read(&self) -> Page {
        self.page().clone()
    }

    /// How many clients have written something.
    pub fn started(&self) -> usize {
        self.started.load(Ordering::Relaxed)
    }

    /// Why an attempt failed, the last one that did.
    pub fn last_failure(&self) -> String {
        self.page().last_failure.clone().unwrap_or_default()
    }

    /// Something is written, for the first time by this client or not.
    pub fn wrote(&self, begun: Instant, is_first: bool) {
        if is_first {
            self.started.fetch_add(1, Ordering::Relaxed);
        }
        let mut page = self.page();
        // With the page in hand, that times never go back.
        page.wrote(begun, Instant::now());
    }

    /// An attempt failed.
    pub fn failed(&self, Failure(why): Failure) {
        let mut page = self.page();
        if page.is_open {
            page.failures += 1;
        }
        page.last_failure = Some(why);
    }

    fn page(&self) -> MutexGuard<'_, Page> {
        self.page.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Page {
    fn wrote(&mut self, begun: Instant, now: Instant) {
        if self.is_open {
            self.pause_until(now);
            let latency = now.saturating_duration_since(begun).as_micros() as u64;
            // The histogram grows with what it is given.
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
        let book = Book::new().unwrap();
        let mut page = book.page();
        let mut now = page.last;
        let mut write = |page: &mut Page, milliseconds| {
            let begun = now;
            now += Duration::from_millis(milliseconds);
            page.wrote(begun, now);
            now
        };
        write(&mut page, 9000);
        page.is_open = true;
        for pause in [10, 700, 20] {
            write(&mut page, pause);
        }
        assert_eq!(page.pause, Duration::from_millis(700));
        assert_eq!(page.last - page.pause_end, Duration::from_millis(20));
        assert_eq!(page.latencies.len(), 3);
        let end = page.last + Duration::from_millis(800);
        page.pause_until(end);
        assert_eq!((page.pause.as_millis(), page.pause_end), (800, end));
    }

    #[test]
    fn failures_count_while_it_is_open() {
        let book = Book::new().unwrap();
        book.failed(Failure("early".to_owned()));
        book.open();
        book.failed(Failure("late".to_owned()));
        assert_eq!(book.close().failures, 1);
        assert_eq!(book.last_failure(), "late");
    }
}
