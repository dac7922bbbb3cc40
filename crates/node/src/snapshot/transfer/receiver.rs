//! [`Receiver`]: the side that lacks the file.

use super::{Pace, TransferProgress};
use crate::wire::{FileDigest, SnapshotSummary};
use std::ops::Range;
use std::time::Instant;
use synod_math::Priest;
use synod_protocol::parliament::DecreeNumber;

/// An answer to send to a peer. [`Receiver::next`] returns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Want {
    /// The peer.
    pub to: Priest,
    /// The digest of the file.
    pub digest: FileDigest,
    /// How many bytes of the file are here, or its size if it is not needed.
    pub offset: u64,
}

/// Receives one snapshot at a time, from any peer.
#[derive(Clone, Debug)]
pub struct Receiver {
    pace: Pace,
    state: State,
    /// The peers that offer files which are not needed.
    not_needed: Vec<Want>,
}

#[derive(Clone, Debug)]
enum State {
    Idle,
    Receiving(Receiving),
    /// A complete file is being used, or one could not be; no offer is taken before the law has
    /// this length, or this time has come.
    Pausing(DecreeNumber, Instant),
}

#[derive(Clone, Debug)]
struct Receiving {
    file: SnapshotSummary,
    /// The peer that has offered the file last; `None` after a restart.
    from: Option<Priest>,
    /// How many bytes have arrived, without a gap.
    received: u64,
    /// How many of them the peer was told of last; `None` if it waits for an answer.
    told: Option<u64>,
    /// When the last bytes arrived, or the transfer began.
    progress: Instant,
    /// When a Want was sent last.
    asked: Instant,
}

impl Receiver {
    /// Nothing is received yet.
    pub const fn new(pace: Pace) -> Self {
        Self {
            pace,
            state: State::Idle,
            not_needed: Vec::new(),
        }
    }

    /// Continues after a restart with the part of a file that is here.
    pub const fn resume(file: SnapshotSummary, received: u64, pace: Pace, now: Instant) -> Self {
        let mut receiver = Self::new(pace);
        receiver.state = State::Receiving(Receiving::new(file, None, received, now));
        receiver
    }

    /// The file that is being received.
    pub const fn file(&self) -> Option<&SnapshotSummary> {
        match &self.state {
            State::Receiving(receiving) => Some(&receiving.file),
            _ => None,
        }
    }

    /// How far it has come.
    pub const fn progress(&self) -> Option<TransferProgress> {
        match &self.state {
            State::Receiving(receiving) => Some(TransferProgress {
                peer: receiving.from,
                file: receiving.file,
                received: receiving.received,
            }),
            _ => None,
        }
    }

    /// The peer that has sent the file, if the whole file has arrived. Then
    /// [`ended`](Self::ended) is to be called. After a restart, the peer is known with the next
    /// offer only.
    pub fn complete_from(&self) -> Option<Priest> {
        match &self.state {
            State::Receiving(Receiving {
                file,
                from,
                received,
                ..
            }) => from.filter(|_| *received == file.size),
            _ => None,
        }
    }

    /// Takes an offer. `law` is the length of the law here. After it, [`file`](Self::file) is
    /// what is received: if it has changed, the part of the old file is to be removed.
    pub fn offer(&mut self, from: Priest, file: SnapshotSummary, law: DecreeNumber, now: Instant) {
        self.heed_law(law, now);
        if file.through <= law {
            self.refuse(from, &file);
            return;
        }
        match &mut self.state {
            State::Pausing(..) => {}
            State::Receiving(receiving) if receiving.file == file => {
                if receiving.from == Some(from) || receiving.is_stalled(&self.pace, now) {
                    receiving.from = Some(from);
                    receiving.told = None;
                }
            }
            State::Receiving(receiving) if !receiving.gives_way(from, &file, &self.pace, now) => {}
            State::Idle | State::Receiving(_) => {
                self.state = State::Receiving(Receiving::new(file, Some(from), 0, now));
            }
        }
    }

    /// Takes a chunk. Returns which of its bytes are to be added to the file, at its end; then
    /// [`added`](Self::added) is to be called.
    pub fn chunk(
        &mut self,
        digest: FileDigest,
        offset: u64,
        length: usize,
    ) -> Option<Range<usize>> {
        let State::Receiving(receiving) = &mut self.state else {
            return None;
        };
        let end = offset.checked_add(length as u64)?;
        let is_next = offset <= receiving.received && receiving.received < end;
        if digest != receiving.file.digest || !is_next || end > receiving.file.size {
            return None;
        }
        let start = usize::try_from(receiving.received - offset).ok()?;
        Some(start..length)
    }

    /// Notes that so many bytes were added to the file.
    pub const fn added(&mut self, length: usize, now: Instant) {
        if let State::Receiving(receiving) = &mut self.state {
            receiving.received += length as u64;
            receiving.progress = now;
        }
    }

    /// The next answer to send; `None` if there is none. An answer counts as sent.
    pub fn next(&mut self, law: DecreeNumber, now: Instant) -> Option<Want> {
        self.heed_law(law, now);
        if let Some(want) = self.not_needed.pop() {
            return Some(want);
        }
        let State::Receiving(receiving) = &mut self.state else {
            return None;
        };
        receiving.next(&self.pace, now)
    }

    /// Notes that the file was received whole, or could not be written, or is not what was
    /// offered. If it is here (`is_here`), the peer is told so; no offer is taken before the law
    /// is as long as the snapshot. Otherwise none is taken for a while. Both end after
    /// [`Pace::patience`].
    pub fn ended(&mut self, is_here: bool, now: Instant) {
        let State::Receiving(Receiving { file, from, .. }) = self.state else {
            return;
        };
        let mut law = DecreeNumber(u64::MAX);
        if is_here {
            law = file.through;
            if let Some(from) = from {
                self.refuse(from, &file);
            }
        }
        self.state = State::Pausing(law, now + self.pace.patience);
    }

    /// Whether [`next`](Self::next) may have an answer later although nothing arrives.
    pub const fn is_receiving(&self) -> bool {
        matches!(self.state, State::Receiving(_))
    }

    /// Ends a pause that is over, and the transfer of a file that is not needed any more.
    fn heed_law(&mut self, law: DecreeNumber, now: Instant) {
        match self.state {
            State::Pausing(length, end) if law >= length || now >= end => self.state = State::Idle,
            State::Receiving(Receiving { file, from, .. }) if file.through <= law => {
                if let Some(from) = from {
                    self.refuse(from, &file);
                }
                self.state = State::Idle;
            }
            _ => {}
        }
    }

    /// Tells a peer that its file is not needed.
    fn refuse(&mut self, to: Priest, file: &SnapshotSummary) {
        self.not_needed.retain(|want| want.to != to);
        self.not_needed.push(Want {
            to,
            digest: file.digest,
            offset: file.size,
        });
    }
}

impl Receiving {
    const fn new(file: SnapshotSummary, from: Option<Priest>, received: u64, now: Instant) -> Self {
        Self {
            file,
            from,
            received,
            told: None,
            progress: now,
            asked: now,
        }
    }

    /// Whether nothing has arrived for a while, so that the file may come from another peer.
    fn is_stalled(&self, pace: &Pace, now: Instant) -> bool {
        self.from.is_none() || now.duration_since(self.progress) >= pace.resend
    }

    /// Whether another file, which this peer offers, takes the place of this one. The peer that
    /// sends this file offers another one only if it does not have this one any more: unless
    /// that is an older file, whose offer may come late.
    fn gives_way(&self, from: Priest, file: &SnapshotSummary, pace: &Pace, now: Instant) -> bool {
        let is_replaced = self.from == Some(from) && file.through > self.file.through;
        is_replaced || now.duration_since(self.progress) >= pace.patience
    }

    fn next(&mut self, pace: &Pace, now: Instant) -> Option<Want> {
        let to = self.from?;
        let is_due = match self.told {
            None => true,
            Some(told) => self.received - told >= pace.acknowledge,
        };
        let waits = now.duration_since(self.progress) < pace.patience;
        let is_late = waits && now.duration_since(self.asked) >= pace.resend;
        if self.received == self.file.size || !(is_due || is_late) {
            return None;
        }
        self.told = Some(self.received);
        self.asked = now;
        Some(Want {
            to,
            digest: self.file.digest,
            offset: self.received,
        })
    }
}
