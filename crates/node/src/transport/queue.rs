//! What waits for a peer: frames one after the other, bounded in number and in
//! bytes. The driver puts them in and never waits; the task of the peer takes
//! all at once, so that a batch is one write.

use super::frame;
use bytes::BytesMut;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// How much may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueBounds {
    /// How many frames.
    pub frames: usize,
    /// How many bytes; no less than the longest frame.
    pub bytes: usize,
    /// For how long, while the peer is not connected: who comes back is not
    /// interested in what was said long ago, and what matters is said again.
    pub age: Duration,
}

impl QueueBounds {
    /// For a peer: the longest frame, and half as much again.
    pub const DEFAULT: Self = Self {
        frames: 8192,
        bytes: frame::LARGEST + frame::LARGEST / 2,
        age: Duration::from_secs(2),
    };
}

/// Frames that wait for a peer.
#[derive(Debug)]
pub struct Queue {
    bounds: QueueBounds,
    waiting: Mutex<QueuedFrames>,
    news: Notify,
}

#[derive(Debug, Default)]
struct QueuedFrames {
    bytes: BytesMut,
    frames: usize,
    /// When the first of them came.
    since: Option<Instant>,
    is_connected: bool,
    /// Those that were taken last are not written yet.
    is_writing: bool,
}

impl QueuedFrames {
    /// Forgets what waits if it is too old. How many frames that were.
    fn forget_old(&mut self, now: Instant, age: Duration) -> usize {
        let is_old = |since| now.duration_since(since) > age;
        if self.is_connected || !self.since.is_some_and(is_old) {
            return 0;
        }
        self.since = None;
        self.bytes.clear();
        std::mem::take(&mut self.frames)
    }
}

impl Queue {
    /// Nothing waits.
    pub fn new(bounds: QueueBounds) -> Self {
        Self {
            bounds,
            waiting: Mutex::default(),
            news: Notify::new(),
        }
    }

    /// Puts frames in, each of which ends at one of `ends`: those that fit, from
    /// the first on. What does not is dropped, and what is too old. How many were.
    /// O(bytes), and no waiting beyond the moment that somebody takes.
    pub fn put(&self, mut new: BytesMut, ends: &[usize], now: Instant) -> usize {
        let mut waiting = self.lock();
        let too_old = waiting.forget_old(now, self.bounds.age);
        let bytes = self.bounds.bytes - waiting.bytes.len();
        let fit = ends.iter().take(self.bounds.frames - waiting.frames);
        let fit = fit.take_while(|end| **end <= bytes).count();
        if let Some(last) = ends[..fit].last() {
            new.truncate(*last);
            waiting.since.get_or_insert(now);
            waiting.frames += fit;
            if waiting.bytes.is_empty() {
                waiting.bytes = new;
            } else {
                waiting.bytes.extend_from_slice(&new);
            }
            self.news.notify_one();
        }
        too_old + ends.len() - fit
    }

    /// All that waits, and how many frames that is; waits for the first. If it
    /// is cancelled nothing is lost.
    pub async fn take(&self) -> (BytesMut, usize) {
        loop {
            {
                let mut waiting = self.lock();
                // Whoever comes for more has written what it took.
                waiting.is_writing = waiting.frames > 0;
                if waiting.is_writing {
                    waiting.since = None;
                    return (waiting.bytes.split(), std::mem::take(&mut waiting.frames));
                }
            }
            self.news.notified().await;
        }
    }

    /// The peer is connected, or is no longer. How many frames that waited for
    /// it are too old by now, and dropped.
    pub(crate) fn set_connected(&self, is_connected: bool, now: Instant) -> usize {
        let mut waiting = self.lock();
        let dropped = waiting.forget_old(now, self.bounds.age);
        waiting.is_connected = is_connected;
        waiting.is_writing = false;
        // What waited while it was connected waits for the next from now on.
        if waiting.frames > 0 {
            waiting.since = Some(now);
        }
        dropped
    }

    /// Whether the peer is connected, and not all is written that there is for
    /// it.
    pub(crate) fn is_busy(&self) -> bool {
        let waiting = self.lock();
        waiting.is_connected && (waiting.frames > 0 || waiting.is_writing)
    }

    /// Whether the peer is connected.
    pub(crate) fn is_connected(&self) -> bool {
        self.lock().is_connected
    }

    // Whoever panics while he holds it leaves nothing half done that matters.
    fn lock(&self) -> MutexGuard<'_, QueuedFrames> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::BufMut;

    const BOUNDS: QueueBounds = QueueBounds {
        frames: 3,
        bytes: 40,
        age: Duration::from_secs(2),
    };

    fn framed(bodies: &[&[u8]]) -> (BytesMut, Vec<usize>) {
        let mut frames = BytesMut::new();
        let ends = bodies.iter().map(|body| {
            frame::append(&mut frames, usize::MAX, |bytes| bytes.put_slice(body)).unwrap();
            frames.len()
        });
        let ends = ends.collect();
        (frames, ends)
    }

    fn frames(bodies: &[&[u8]]) -> BytesMut {
        framed(bodies).0
    }

    fn put(queue: &Queue, bodies: &[&[u8]], now: Instant) -> usize {
        let (frames, ends) = framed(bodies);
        queue.put(frames, &ends, now)
    }

    async fn taken(queue: &Queue) -> (BytesMut, usize) {
        let time = Duration::from_secs(10);
        tokio::time::timeout(time, queue.take()).await.unwrap()
    }

    #[tokio::test]
    async fn the_newest_are_dropped_where_too_many_wait() {
        let (queue, now) = (Queue::new(BOUNDS), Instant::now());
        assert_eq!(put(&queue, &[b"1", b"2"], now), 0);
        assert_eq!(put(&queue, &[b"3", b"4", b"5"], now), 2);
        assert_eq!(taken(&queue).await, (frames(&[b"1", b"2", b"3"]), 3));
        assert_eq!(put(&queue, &[b"6"], now), 0);
        assert_eq!(taken(&queue).await, (frames(&[b"6"]), 1));
    }

    #[tokio::test]
    async fn the_newest_are_dropped_where_too_much_waits() {
        let (queue, now) = (Queue::new(BOUNDS), Instant::now());
        let (large, small) = ([0; 30].as_slice(), [0; 2].as_slice());
        assert_eq!(put(&queue, &[large, large, small], now), 2);
        assert_eq!(put(&queue, &[small], now), 0);
        assert_eq!(taken(&queue).await, (frames(&[large, small]), 2));
    }

    #[tokio::test]
    async fn what_waited_too_long_for_a_peer_that_was_away_is_dropped() {
        let (queue, now) = (Queue::new(BOUNDS), Instant::now());
        let later = now + BOUNDS.age * 2;
        assert_eq!(put(&queue, &[b"1", b"2"], now), 0);
        assert_eq!(put(&queue, &[b"3"], later), 2);
        assert_eq!(queue.set_connected(true, later), 0);
        assert_eq!(taken(&queue).await, (frames(&[b"3"]), 1));
        // One that is only slow gets everything.
        assert_eq!(put(&queue, &[b"4"], later), 0);
        assert_eq!(put(&queue, &[b"5"], later + BOUNDS.age * 2), 0);
        assert_eq!(taken(&queue).await, (frames(&[b"4", b"5"]), 2));
    }
}
