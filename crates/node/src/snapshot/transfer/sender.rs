//! [`Sender`]: the side that has the file.

use super::Pace;
use crate::wire::{FileDigest, SnapshotSummary};
use std::time::Instant;

/// What a sender has to send now. [`Sender::next`] returns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The offer of the file.
    Offer,
    /// These bytes of the file, as one chunk.
    Chunk {
        /// Where in the file they begin.
        offset: u64,
        /// How many they are.
        length: u64,
    },
}

/// The transfer of a file to one peer.
#[derive(Clone, Debug)]
pub struct Sender {
    pace: Pace,
    file: SnapshotSummary,
    /// How many bytes the peer has, and how many were sent; `None` until the peer has answered
    /// the last offer.
    window: Option<Window>,
    /// When the file was offered last, or is to be offered.
    offered: Offered,
    /// When the transfer made progress; at first, when it began.
    progress: Instant,
    /// Whether the peer has ever answered.
    is_wanted: bool,
    /// Whether a part of the file was sent.
    has_sent: bool,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    /// How many bytes the peer has acknowledged.
    acknowledged: u64,
    /// How many bytes were sent, from the beginning of the file. At most the window of the pace
    /// more than are acknowledged.
    sent: u64,
}

#[derive(Clone, Copy, Debug)]
enum Offered {
    Due,
    At(Instant),
}

impl Sender {
    /// Begins a transfer.
    pub const fn new(file: SnapshotSummary, pace: Pace, now: Instant) -> Self {
        Self {
            pace,
            file,
            window: None,
            offered: Offered::Due,
            progress: now,
            is_wanted: false,
            has_sent: false,
        }
    }

    /// The file that is sent.
    pub const fn file(&self) -> &SnapshotSummary {
        &self.file
    }

    /// Offers a file that the peer has not answered for once more, unless this was done a moment
    /// ago. To be called whenever the peer is seen to need a snapshot: as long as it has never
    /// answered, the sender does not repeat the offer by itself.
    pub fn offer_again(&mut self, now: Instant) {
        if self.window.is_none() && self.is_offer_old(now) {
            self.offered = Offered::Due;
            if !self.is_wanted {
                self.progress = now;
            }
        }
    }

    /// Whether the peer has ever answered an offer.
    pub const fn is_wanted(&self) -> bool {
        self.is_wanted
    }

    /// Takes a Want of the peer. Returns whether it is about this file.
    pub fn want(&mut self, digest: FileDigest, offset: u64, now: Instant) -> bool {
        if digest != self.file.digest || offset > self.file.size {
            return false;
        }
        match &mut self.window {
            // An old Want that comes late, or a peer that has lost what it had: then it answers
            // the next offer with less.
            Some(window) if offset <= window.acknowledged => return true,
            Some(window) => {
                window.acknowledged = offset;
                window.sent = window.sent.max(offset);
            }
            None => {
                self.window = Some(Window {
                    acknowledged: offset,
                    sent: offset,
                });
            }
        }
        self.is_wanted = true;
        self.progress = now;
        true
    }

    /// What to send now; `None` if there is nothing. If it is sent, [`sent`](Self::sent) must be
    /// called.
    pub fn next(&mut self, now: Instant) -> Option<Step> {
        if self.is_complete() {
            return None;
        }
        if self.window.is_some() && now.duration_since(self.progress) >= self.pace.resend {
            self.window = None;
            self.offered = Offered::Due;
        }
        let Some(window) = self.window else {
            let is_due = match self.offered {
                Offered::Due => true,
                Offered::At(_) => self.is_wanted && self.is_offer_old(now),
            };
            return is_due.then_some(Step::Offer);
        };
        let end = (window.acknowledged + self.pace.window).min(self.file.size);
        let length = end.saturating_sub(window.sent).min(self.pace.chunk);
        (length > 0).then_some(Step::Chunk {
            offset: window.sent,
            length,
        })
    }

    /// Notes that this step, which [`next`](Self::next) has returned, was sent.
    pub const fn sent(&mut self, step: Step, now: Instant) {
        match (step, &mut self.window) {
            (Step::Offer, _) => self.offered = Offered::At(now),
            (Step::Chunk { offset, length }, Some(window)) => {
                window.sent = offset + length;
                self.has_sent = true;
            }
            (Step::Chunk { .. }, None) => {}
        }
    }

    /// How many bytes were sent and are not acknowledged.
    pub const fn outstanding(&self) -> u64 {
        match self.window {
            Some(window) => window.sent - window.acknowledged,
            None => 0,
        }
    }

    /// How many bytes the peer has acknowledged.
    pub const fn acknowledged(&self) -> u64 {
        match self.window {
            Some(window) => window.acknowledged,
            None => 0,
        }
    }

    /// Whether the peer has the whole file, and a part of it from here.
    pub fn has_delivered(&self) -> bool {
        self.has_sent && self.is_complete()
    }

    /// Whether the peer has the whole file, or does not need it.
    pub fn is_complete(&self) -> bool {
        let window = self.window;
        window.is_some_and(|window| window.acknowledged == self.file.size)
    }

    /// Whether the transfer is over: it is complete, or has made no progress for too long.
    pub fn is_over(&self, now: Instant) -> bool {
        self.is_complete() || now.duration_since(self.progress) >= self.pace.patience
    }

    fn is_offer_old(&self, now: Instant) -> bool {
        match self.offered {
            Offered::Due => false,
            Offered::At(time) => now.duration_since(time) >= self.pace.resend,
        }
    }
}
