//! The queue of frames that wait for a peer, bounded in number and in bytes. The driver puts frames
//! in and never waits. The task that writes to the peer takes all of them at once, so that a batch
//! is one write.
//!
//! Frames of transfers (see [`crate::snapshot::transfer`]) wait apart from the others, with a bound
//! of their own, and go one with each batch, after the other frames: a transfer takes no room of
//! messages, and delays them by one chunk at most.

use super::frame;
use bytes::BytesMut;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// How much may wait for a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueBounds {
    /// How many frames.
    pub frames: usize,
    /// How many bytes. At least the size of the longest frame.
    pub bytes: usize,
    /// How long frames wait while the peer is not connected. Older messages are useless to a peer
    /// that returns: legislators repeat what matters.
    pub age: Duration,
    /// How many bytes of transfers. At least the window of a transfer, with its frames.
    pub transfers: usize,
}

impl QueueBounds {
    /// The bounds in use: 8,192 frames, seven times the longest frame in bytes, 2 s; and 1.125 MiB of
    /// transfers. A legislator has less than that on its way to a peer who reads: a part of a LastVote,
    /// the decrees in flight, and a window of those that the peer lacks.
    pub const DEFAULT: Self = Self {
        frames: 8192,
        bytes: 7 * frame::LARGEST,
        age: Duration::from_secs(2),
        transfers: (1 << 20) + (128 << 10),
    };
}

/// The frames that wait for a peer.
#[derive(Debug)]
pub(crate) struct Queue {
    bounds: QueueBounds,
    waiting: Mutex<QueuedFrames>,
    /// Notified when frames were put in.
    has_frames: Notify,
}

#[derive(Debug, Default)]
struct QueuedFrames {
    bytes: BytesMut,
    frames: usize,
    transfers: VecDeque<BytesMut>,
    /// How many bytes `transfers` has.
    transfer_bytes: usize,
    /// When the first of these frames was put in.
    since: Option<Instant>,
    is_connected: bool,
    /// Whether the frames that were taken last may not be written yet.
    is_writing: bool,
}

impl QueuedFrames {
    /// Drops all frames if they are too old. Returns how many were dropped.
    fn drop_old(&mut self, now: Instant, age: Duration) -> usize {
        let is_old = |since| now.duration_since(since) > age;
        if self.is_connected || !self.since.is_some_and(is_old) {
            return 0;
        }
        self.since = None;
        self.bytes.clear();
        std::mem::take(&mut self.frames)
    }

    /// Takes all frames of messages, then one of a transfer, and their number.
    fn take(&mut self) -> (BytesMut, usize) {
        self.since = None;
        let (mut bytes, mut frames) = (self.bytes.split(), std::mem::take(&mut self.frames));
        if let Some(frame) = self.transfers.pop_front() {
            self.transfer_bytes -= frame.len();
            frames += 1;
            bytes.unsplit(frame);
        }
        (bytes, frames)
    }
}

impl Queue {
    /// An empty queue.
    pub(crate) fn new(bounds: QueueBounds) -> Self {
        Self {
            bounds,
            waiting: Mutex::default(),
            has_frames: Notify::new(),
        }
    }

    /// Puts frames in; each ends at one of `ends`. Drops waiting frames that are too old, and those
    /// of the new frames that do not fit, from the first that does not. Returns how many frames were
    /// dropped. O(bytes); waits only for the lock, which is held briefly.
    pub(crate) fn put(&self, mut new: BytesMut, ends: &[usize], now: Instant) -> usize {
        let mut waiting = self.lock();
        let too_old = waiting.drop_old(now, self.bounds.age);
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
            self.has_frames.notify_one();
        }
        too_old + ends.len() - fit
    }

    /// Puts a frame of a transfer in, if the peer is connected and there is room. Returns whether it
    /// was put in.
    pub(crate) fn put_transfer(&self, frame: BytesMut) -> bool {
        let mut waiting = self.lock();
        let bytes = waiting.transfer_bytes + frame.len();
        if !waiting.is_connected || bytes > self.bounds.transfers {
            return false;
        }
        waiting.transfer_bytes = bytes;
        waiting.transfers.push_back(frame);
        self.has_frames.notify_one();
        true
    }

    /// Takes the frames of a batch, and their number. Waits until there is one. Cancelling the future loses
    /// nothing.
    pub(crate) async fn take(&self) -> (BytesMut, usize) {
        loop {
            {
                let mut waiting = self.lock();
                // The writer asks for more only after it has written the frames that it took last.
                waiting.is_writing = waiting.frames > 0 || !waiting.transfers.is_empty();
                if waiting.is_writing {
                    return waiting.take();
                }
            }
            self.has_frames.notified().await;
        }
    }

    /// Notes that the peer is connected, or is not any more. Drops frames that are too old by now,
    /// and returns their number.
    pub(crate) fn set_connected(&self, is_connected: bool, now: Instant) -> usize {
        let mut waiting = self.lock();
        let dropped = waiting.drop_old(now, self.bounds.age);
        waiting.is_connected = is_connected;
        waiting.is_writing = false;
        // A transfer goes on from what the peer has when it connects again.
        waiting.transfers.clear();
        waiting.transfer_bytes = 0;
        // The age of frames counts from now: time while the peer was connected does not count.
        if waiting.frames > 0 {
            waiting.since = Some(now);
        }
        dropped
    }

    /// Whether the peer is connected and some frames for it are not written yet.
    pub(crate) fn is_busy(&self) -> bool {
        let waiting = self.lock();
        waiting.is_connected && (waiting.frames > 0 || waiting.is_writing)
    }

    /// Whether the peer is connected.
    pub(crate) fn is_connected(&self) -> bool {
        self.lock().is_connected
    }

    // A panic while the lock is held leaves no harmful partial change.
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
        transfers: 20,
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
    async fn the_newest_frames_are_dropped_when_too_many_wait() {
        let (queue, now) = (Queue::new(BOUNDS), Instant::now());
        assert_eq!(put(&queue, &[b"1", b"2"], now), 0);
        assert_eq!(put(&queue, &[b"3", b"4", b"5"], now), 2);
        assert_eq!(taken(&queue).await, (frames(&[b"1", b"2", b"3"]), 3));
        assert_eq!(put(&queue, &[b"6"], now), 0);
        assert_eq!(taken(&queue).await, (frames(&[b"6"]), 1));
    }

    #[tokio::test]
    async fn the_newest_frames_are_dropped_when_too_many_bytes_wait() {
        let (queue, now) = (Queue::new(BOUNDS), Instant::now());
        let (large, small) = ([0; 30].as_slice(), [0; 2].as_slice());
        assert_eq!(put(&queue, &[large, large, small], now), 2);
        assert_eq!(put(&queue, &[small], now), 0);
        assert_eq!(taken(&queue).await, (frames(&[large, small]), 2));
    }

    #[tokio::test]
    async fn a_transfer_takes_no_room_of_messages_and_goes_after_them() {
        let (queue, now) = (Queue::new(BOUNDS), Instant::now());
        let part = |body: &[u8]| frames(&[body]);
        assert!(!queue.put_transfer(part(b"1")), "the peer is not connected");
        queue.set_connected(true, now);
        assert!(queue.put_transfer(part(b"chunk")));
        assert!(queue.put_transfer(part(b"again")));
        assert!(!queue.put_transfer(part(b"")), "20 bytes may wait");
        let large = [0; 30].as_slice();
        assert_eq!(put(&queue, &[large], now), 0);
        assert_eq!(taken(&queue).await, (frames(&[large, b"chunk"]), 2));
        assert_eq!(taken(&queue).await, (frames(&[b"again"]), 1));
        assert!(queue.put_transfer(part(b"lost")));
        queue.set_connected(false, now);
        queue.set_connected(true, now);
        assert_eq!(put(&queue, &[b"2"], now), 0);
        assert_eq!(taken(&queue).await, (frames(&[b"2"]), 1));
    }

    #[tokio::test]
    async fn frames_that_waited_too_long_for_an_absent_peer_are_dropped() {
        let (queue, now) = (Queue::new(BOUNDS), Instant::now());
        let later = now + BOUNDS.age * 2;
        assert_eq!(put(&queue, &[b"1", b"2"], now), 0);
        assert_eq!(put(&queue, &[b"3"], later), 2);
        assert_eq!(queue.set_connected(true, later), 0);
        assert_eq!(taken(&queue).await, (frames(&[b"3"]), 1));
        // A peer that is connected but slow gets all frames.
        assert_eq!(put(&queue, &[b"4"], later), 0);
        assert_eq!(put(&queue, &[b"5"], later + BOUNDS.age * 2), 0);
        assert_eq!(taken(&queue).await, (frames(&[b"4", b"5"]), 2));
    }
}
