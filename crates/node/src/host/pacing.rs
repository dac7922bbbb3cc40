//! [`Pacing`]: flow control of the decrees that are sent to a peer who lacks them.
//!
//! A legislator answers each Present of a peer who is behind with a batch of decrees. It does not know
//! which of them are on their way already. Here it is known: the peer's next Present acknowledges
//! them. Decrees leave in the order of their numbers, each once, and those that are not acknowledged yet
//! are no larger than a window. So a peer who reads slowly, or has stopped, takes no memory, and no time
//! from the others; and new decrees do not keep him from those that he lacks. What is left out is like a
//! message that the network has lost: the protocol sends it again.
//!
//! One batch for each Present is too slow if many decrees pass in the time that a Present and its answer
//! take. So as soon as there is room in the window of a peer who is far behind, he is sent what
//! follows ([`Pacing::room`]).

use crate::config::SETTINGS;
use crate::{Ledger, Map, Message};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;
use synod_math::Priest;
use synod_protocol::parliament::DecreeNumber;
use tokio::time::Instant;

/// How many bytes of decrees are on their way to a peer at most; one decree may always be.
const WINDOW: usize = 16 << 20;

/// How many decrees are on their way at most because there is room for them: fewer than the frames that
/// may wait for a peer (`QueueBounds` of the transport).
const MOST: usize = 4096;

/// A peer is far behind who lacks more than twice the decrees that may be in flight: half of them may
/// have passed while his Present was on its way.
const FAR_BEHIND: usize = 2 * SETTINGS.in_flight;

/// Or, if they are large, twice the size that may be in flight.
const FAR_BEHIND_SIZE: usize = 2 * SETTINGS.size;

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
    /// Whether he was far behind when he has last told how far his law goes.
    is_behind: bool,
}

/// Room for decrees on the way to a peer who is far behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Room {
    /// The peer.
    pub to: Priest,
    /// He has all decrees up to this one, or they are on their way.
    pub after: DecreeNumber,
    /// For how many batches there is room; at least one.
    pub batches: usize,
}

impl Pacing {
    /// Whether a message to a peer is sent now. Only decrees that are passed are ever left out.
    pub(crate) fn admits(&mut self, to: Priest, message: &Message, now: Instant) -> bool {
        let (Message::Success { at, decree }, Some(window)) = (message, self.0.get_mut(&to)) else {
            return true;
        };
        window.admits(*at, decree.size::<Map>(), now)
    }

    /// Where there is room now.
    pub(crate) fn room(&self, now: Instant) -> Vec<Room> {
        let room = |(&to, window): (&Priest, &Window)| window.room(to, now);
        self.0.iter().filter_map(room).collect()
    }

    /// Whether a peer is far behind, and tells that he comes further.
    pub(crate) fn is_catching_up(&self, now: Instant) -> bool {
        let mut windows = self.0.values();
        windows.any(|window| window.is_catching_up(now))
    }

    /// A peer tells that its law has all decrees up to `known`. Returns whether he is far behind.
    pub(crate) fn acknowledge(
        &mut self,
        from: Priest,
        known: DecreeNumber,
        ledger: &Ledger,
        now: Instant,
    ) -> bool {
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
        window.is_behind = is_far_behind(ledger, known);
        window.is_behind
    }
}

/// Whether someone who knows the decrees up to `known` is far behind. O([`FAR_BEHIND`]).
fn is_far_behind(ledger: &Ledger, known: DecreeNumber) -> bool {
    let lacking = ledger.last_known().0.saturating_sub(known.0);
    if lacking > FAR_BEHIND as u64 || ledger.is_cut_after(known) {
        return true;
    }
    let later = ledger.decrees.range(known.next()..);
    let size: usize = later.map(|(_, decree)| decree.size::<Map>()).sum();
    size > FAR_BEHIND_SIZE
}

impl Window {
    const fn after(known: DecreeNumber, now: Instant) -> Self {
        Self {
            known,
            sent: VecDeque::new(),
            size: 0,
            since: now,
            is_behind: false,
        }
    }

    fn is_catching_up(&self, now: Instant) -> bool {
        self.is_behind && !self.sent.is_empty() && now.duration_since(self.since) <= PATIENCE
    }

    /// Only if the protocol has begun to send decrees. A batch is sent if there is room for a whole one.
    fn room(&self, to: Priest, now: Instant) -> Option<Room> {
        let by_size = WINDOW.saturating_sub(self.size) / SETTINGS.size;
        let by_number = MOST.saturating_sub(self.sent.len()) / SETTINGS.batch;
        let batches = by_size.min(by_number);
        let after = DecreeNumber(self.known.0 + self.sent.len() as u64);
        (batches > 0 && self.is_catching_up(now)).then_some(Room { to, after, batches })
    }

    fn admits(&mut self, at: DecreeNumber, size: usize, now: Instant) -> bool {
        if self.sent.is_empty() || now.duration_since(self.since) > PATIENCE {
            let is_behind = self.is_behind;
            *self = Self::after(self.known, now);
            self.is_behind = is_behind;
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
        let command = Command::Get { key }.into();
        let decree = Decree::Request(Request { id, command });
        let at = DecreeNumber(at);
        Message::Success { at, decree }
    }

    /// A ledger with decrees of this size.
    fn ledger(law: DecreeNumber, size: usize) -> Ledger {
        let mut ledger = Ledger::new();
        for at in 1..=law.0 {
            let Message::Success { at, decree } = success(at, size) else {
                unreachable!()
            };
            ledger.decrees.insert(at, decree);
        }
        ledger
    }

    /// The pacing towards two peers who know no decree.
    fn pacing(now: Instant) -> (Pacing, [Priest; 2]) {
        let (mut pacing, peers) = (Pacing::default(), [1, 2].map(|i| Priest::new(i).unwrap()));
        for peer in peers {
            pacing.acknowledge(peer, DecreeNumber::ZERO, &Ledger::new(), now);
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
        pacing.acknowledge(slow, DecreeNumber(1), &Ledger::new(), now);
        assert!(!pacing.admits(slow, &success(2, 10), now));
    }

    #[test]
    fn no_more_than_a_window_is_on_its_way() {
        let now = Instant::now();
        let (mut pacing, [slow, other]) = pacing(now);
        let large = WINDOW / 3;
        let sent = (1..=10).filter(|at| pacing.admits(slow, &success(*at, large), now));
        assert_eq!(sent.count(), 2);
        pacing.acknowledge(slow, DecreeNumber(1), &Ledger::new(), now);
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
    fn a_peer_who_is_far_behind_is_sent_what_there_is_room_for() {
        let now = Instant::now();
        let (mut pacing, [slow, other]) = pacing(now);
        let law = DecreeNumber(7000);
        let ledger = ledger(law, 1);
        assert!(pacing.acknowledge(slow, DecreeNumber(10), &ledger, now));
        assert!(!pacing.acknowledge(other, DecreeNumber(law.0 - 1), &ledger, now));
        assert!(pacing.room(now).is_empty(), "the protocol has sent nothing");
        assert!(pacing.admits(slow, &success(11, 10), now));
        assert!(pacing.admits(other, &success(law.0, 10), now));
        let (to, after, batches) = (slow, DecreeNumber(11), (MOST - 1) / SETTINGS.batch);
        // By their size: no more than a batch of large ones may be added to small ones.
        let batches = batches.min(WINDOW / SETTINGS.size - 1);
        assert_eq!(pacing.room(now), [Room { to, after, batches }]);
        assert!((12..6000).all(|at| pacing.admits(slow, &success(at, 10), now)));
        assert!(pacing.room(now).is_empty(), "too many are on their way");
        let later = now + PATIENCE * 2;
        pacing.acknowledge(slow, DecreeNumber(5990 - 1024), &ledger, later);
        assert_eq!(pacing.room(later)[0].after, DecreeNumber(5999));
        assert!(pacing.room(later + PATIENCE * 2).is_empty(), "he is silent");
        pacing.acknowledge(slow, law, &ledger, later);
        assert!(pacing.room(later).is_empty());
    }

    #[test]
    fn a_peer_who_lacks_few_but_large_decrees_is_far_behind() {
        let now = Instant::now();
        let (mut pacing, [slow, _]) = pacing(now);
        let ledger = ledger(DecreeNumber(100), WINDOW / 10);
        assert!(pacing.acknowledge(slow, DecreeNumber(10), &ledger, now));
        assert!(!pacing.acknowledge(slow, DecreeNumber(99), &ledger, now));
    }

    #[test]
    fn a_peer_who_has_lost_his_ledger_is_sent_everything_again() {
        let now = Instant::now();
        let (mut pacing, [slow, _]) = pacing(now);
        pacing.acknowledge(slow, DecreeNumber(7), &Ledger::new(), now);
        assert!(pacing.admits(slow, &success(8, 10), now));
        pacing.acknowledge(slow, DecreeNumber(2), &Ledger::new(), now);
        assert!(pacing.admits(slow, &success(3, 10), now));
    }
}
