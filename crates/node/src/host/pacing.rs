//! [`Pacing`]: flow control of the decrees that are sent to a peer who lacks them.
//!
//! A legislator answers each Present of a peer who is behind with a batch of decrees. It does not know
//! which of them are on their way already. Here it is known: the peer's next Present acknowledges
//! them. Decrees leave in the order of their numbers, each once, and those that are not acknowledged yet
//! are no larger than a window. So a peer who reads slowly, or has stopped, takes no memory, and no time
//! from the others; and new decrees do not keep him from those that he lacks. What is left out is like a
//! message that the network has lost: the protocol sends it again.

use crate::{Map, Message};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;
use synod_math::Priest;
use synod_protocol::parliament::DecreeNumber;
use tokio::time::Instant;

/// How many bytes of decrees are on their way to a peer at most; one decree may always be.
const WINDOW: usize = 4 << 20;

/// After this time without an acknowledgement everything that was sent counts as lost.
const PATIENCE: Duration = Duration::from_secs(1);

/// What is on its way to each peer who has told how far his law goes.
#[derive(Debug, Default)]
pub(crate) struct Pacing(BTreeMap<Priest, Window>);

#[derive(Debug)]
struct Window {
    /// The peer's law has all decrees up to this one.
    known: DecreeNumber,
    /// The sizes of the decrees after it that are on their way.
    sent: VecDeque<usize>,
    /// The size of all of them.
    size: usize,
    /// When the peer has last acknowledged one, or the first of them was sent.
    since: Instant,
}

impl Pacing {
    /// Whether a message to a peer is sent now. Only decrees that are passed are ever left out.
    pub(crate) fn admits(&mut self, to: Priest, message: &Message, now: Instant) -> bool {
        let (Message::Success { at, decree }, Some(window)) = (message, self.0.get_mut(&to)) else {
            return true;
        };
        window.admits(*at, decree.size::<Map>(), now)
    }

    /// A peer tells that its law has all decrees up to `known`.
    pub(crate) fn acknowledge(&mut self, from: Priest, known: DecreeNumber, now: Instant) {
        let window = self
            .0
            .entry(from)
            .or_insert_with(|| Window::after(known, now));
        let further = known.0.checked_sub(window.known.0);
        match further.map(|further| usize::try_from(further).unwrap_or(usize::MAX)) {
            Some(0) => {}
            Some(further) if further < window.sent.len() => {
                window.size -= window.sent.drain(..further).sum::<usize>();
                window.known = known;
                window.since = now;
            }
            // He knows more than was sent from here, or less than he did: his ledger was lost.
            _ => *window = Window::after(known, now),
        }
    }
}

impl Window {
    const fn after(known: DecreeNumber, now: Instant) -> Self {
        Self {
            known,
            sent: VecDeque::new(),
            size: 0,
            since: now,
        }
    }

    fn admits(&mut self, at: DecreeNumber, size: usize, now: Instant) -> bool {
        if self.sent.is_empty() || now.duration_since(self.since) > PATIENCE {
            *self = Self::after(self.known, now);
        }
        let next = self.known.0 + self.sent.len() as u64 + 1;
        let has_room = self.sent.is_empty() || self.size + size <= WINDOW;
        let is_sent = at.0 == next && has_room;
        if is_sent {
            self.sent.push_back(size);
            self.size += size;
        }
        is_sent
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Command, Decree, Request};
    use synod_protocol::parliament::RequestId;

    fn success(at: u64, size: usize) -> Message {
        let id = RequestId {
            client: 1,
            sequence: at,
        };
        let key = vec![0; size];
        let command = Command::Get { key };
        let decree = Decree::Request(Request { id, command });
        let at = DecreeNumber(at);
        Message::Success { at, decree }
    }

    /// The pacing towards two peers who know no decree.
    fn pacing(now: Instant) -> (Pacing, [Priest; 2]) {
        let (mut pacing, peers) = (Pacing::default(), [1, 2].map(|i| Priest::new(i).unwrap()));
        for peer in peers {
            pacing.acknowledge(peer, DecreeNumber::ZERO, now);
        }
        (pacing, peers)
    }

    #[test]
    fn a_decree_that_is_on_its_way_is_not_sent_again() {
        let now = Instant::now();
        let (mut pacing, [slow, _]) = pacing(now);
        assert!(pacing.admits(slow, &success(1, 10), now));
        assert!(!pacing.admits(slow, &success(1, 10), now));
        assert!(pacing.admits(slow, &success(2, 10), now));
        pacing.acknowledge(slow, DecreeNumber(1), now);
        assert!(!pacing.admits(slow, &success(2, 10), now));
    }

    #[test]
    fn no_more_than_a_window_is_on_its_way() {
        let now = Instant::now();
        let (mut pacing, [slow, other]) = pacing(now);
        let large = WINDOW / 3;
        let sent = (1..=10).filter(|at| pacing.admits(slow, &success(*at, large), now));
        assert_eq!(sent.count(), 2);
        pacing.acknowledge(slow, DecreeNumber(1), now);
        assert!(pacing.admits(slow, &success(3, large), now));
        assert!(!pacing.admits(slow, &success(4, large), now));
        // Another peer has a window of its own.
        assert!(pacing.admits(other, &success(1, large), now));
    }

    #[test]
    fn a_decree_larger_than_the_window_is_sent_alone() {
        let now = Instant::now();
        let (mut pacing, [slow, _]) = pacing(now);
        assert!(pacing.admits(slow, &success(1, WINDOW * 2), now));
        assert!(!pacing.admits(slow, &success(2, 10), now));
    }

    #[test]
    fn what_is_not_acknowledged_for_long_is_sent_again() {
        let now = Instant::now();
        let (mut pacing, [slow, _]) = pacing(now);
        assert!(pacing.admits(slow, &success(1, 10), now));
        let later = now + PATIENCE * 2;
        assert!(pacing.admits(slow, &success(1, 10), later));
    }

    #[test]
    fn other_messages_are_always_sent() {
        let now = Instant::now();
        let (mut pacing, [slow, _]) = pacing(now);
        let known = DecreeNumber(1);
        let present = Message::Present {
            known,
            next_bal: None,
        };
        for _ in 0..10_000 {
            assert!(pacing.admits(slow, &present, now));
        }
    }

    #[test]
    fn new_decrees_do_not_keep_a_peer_from_those_that_it_lacks() {
        let now = Instant::now();
        let (mut pacing, [slow, _]) = pacing(now);
        assert!((500..600).all(|at| !pacing.admits(slow, &success(at, 10), now)));
        assert!((1..100).all(|at| pacing.admits(slow, &success(at, 10), now)));
    }

    #[test]
    fn a_peer_who_has_lost_his_ledger_is_sent_everything_again() {
        let now = Instant::now();
        let (mut pacing, [slow, _]) = pacing(now);
        pacing.acknowledge(slow, DecreeNumber(7), now);
        assert!(pacing.admits(slow, &success(8, 10), now));
        pacing.acknowledge(slow, DecreeNumber(2), now);
        assert!(pacing.admits(slow, &success(3, 10), now));
    }
}
