//! `Sender` and `Receiver`: whatever a network, crashes and newer files do to a transfer, it ends
//! with the bytes of the file, and no more than a window is ever under way.

use proptest::collection::vec;
use proptest::prelude::*;
use std::time::{Duration, Instant};
use synod_math::Priest;
use synod_node::snapshot::transfer::{Pace, Receiver, Sender, Step, Want};
use synod_node::wire::{FileDigest, SnapshotSummary, Transfer};
use synod_protocol::parliament::DecreeNumber;

const PACE: Pace = Pace {
    chunk: 4,
    window: 16,
    acknowledge: 8,
    ..Pace::DEFAULT
};

/// How often legislators say that they are present, so that a snapshot is offered to one who
/// needs it.
const PRESENCE: Duration = Duration::from_millis(100);

/// How many peers have snapshots.
const PEERS: usize = 2;

/// A snapshot as of decree `through`. In this test, the number tells the bytes.
fn summary(through: u64) -> SnapshotSummary {
    SnapshotSummary {
        through: DecreeNumber(through),
        size: 5 + through * 37 % 150,
        digest: FileDigest([through as u8; 32]),
    }
}

fn bytes(file: &SnapshotSummary) -> Vec<u8> {
    let byte = |at: u64| (at * 7 + file.through.0) as u8;
    (0..file.size).map(byte).collect()
}

/// What happens in the world.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// A message on the way arrives, and stays on the way if it is repeated.
    Arrive {
        which: usize,
        again: bool,
    },
    /// A message on the way is lost.
    Lose {
        which: usize,
    },
    /// Everything on the way from and to a peer is lost.
    Disconnect {
        peer: usize,
    },
    /// There is no room in the queues for a while.
    Room(bool),
    Pass(u64),
    /// A peer takes a newer snapshot, and removes the older one.
    Newer {
        peer: usize,
    },
    /// A peer sees that this node needs a snapshot.
    Offer {
        peer: usize,
    },
    /// A peer is restarted.
    Restart {
        peer: usize,
    },
    /// The receiver is restarted. It has lost so many of the last bytes.
    Crash {
        lost: usize,
    },
}

fn event() -> impl Strategy<Value = Event> {
    let peer = || 0..PEERS;
    prop_oneof![
        8 => (any::<usize>(), any::<bool>())
            .prop_map(|(which, again)| Event::Arrive { which, again }),
        2 => any::<usize>().prop_map(|which| Event::Lose { which }),
        1 => peer().prop_map(|peer| Event::Disconnect { peer }),
        1 => any::<bool>().prop_map(Event::Room),
        2 => (0_u64..3000).prop_map(Event::Pass),
        1 => peer().prop_map(|peer| Event::Newer { peer }),
        3 => peer().prop_map(|peer| Event::Offer { peer }),
        1 => peer().prop_map(|peer| Event::Restart { peer }),
        1 => (0_usize..20).prop_map(|lost| Event::Crash { lost }),
    ]
}

/// A message between the receiver and a peer.
#[derive(Clone, Debug)]
enum OnTheWay {
    To(usize, Transfer),
    From(usize, Transfer),
}

struct Peer {
    newest: u64,
    sender: Option<Sender>,
}

struct World {
    now: Instant,
    peers: [Peer; PEERS],
    receiver: Receiver,
    /// The partial file of the receiver.
    partial: Option<(SnapshotSummary, Vec<u8>)>,
    /// The length of the receiver's law.
    law: DecreeNumber,
    network: Vec<OnTheWay>,
    has_room: bool,
}

fn priest(peer: usize) -> Priest {
    Priest::new(peer).unwrap()
}

impl World {
    fn new() -> Self {
        let peer = |newest| Peer {
            newest,
            sender: None,
        };
        Self {
            now: Instant::now(),
            peers: [peer(1), peer(2)],
            receiver: Receiver::new(PACE),
            partial: None,
            law: DecreeNumber::ZERO,
            network: Vec::new(),
            has_room: true,
        }
    }

    fn newest(&self) -> u64 {
        self.peers.iter().map(|peer| peer.newest).max().unwrap()
    }

    fn happens(&mut self, event: Event) {
        match event {
            Event::Arrive { which, again } if !self.network.is_empty() => {
                let which = which % self.network.len();
                let message = if again {
                    self.network[which].clone()
                } else {
                    self.network.remove(which)
                };
                self.arrives(message);
            }
            Event::Lose { which } if !self.network.is_empty() => {
                self.network.swap_remove(which % self.network.len());
            }
            Event::Arrive { .. } | Event::Lose { .. } => {}
            Event::Disconnect { peer } => self.network.retain(|message| match message {
                OnTheWay::To(of, _) | OnTheWay::From(of, _) => *of != peer,
            }),
            Event::Room(has_room) => self.has_room = has_room,
            Event::Pass(milliseconds) => self.now += Duration::from_millis(milliseconds),
            Event::Newer { peer } => self.peers[peer].newest = self.newest() + 1,
            Event::Offer { peer } => self.offer(peer),
            Event::Restart { peer } => self.peers[peer].sender = None,
            Event::Crash { lost } => self.crash(lost),
        }
        self.speak();
    }

    /// What `TransferService` does when a peer needs a snapshot.
    fn offer(&mut self, peer: usize) {
        let (now, Peer { newest, sender }) = (self.now, &mut self.peers[peer]);
        if self.law.0 >= *newest {
            return;
        }
        let newest = summary(*newest);
        let begin = || Sender::new(newest, PACE, now);
        let sender = sender.get_or_insert_with(begin);
        if sender.is_over(now) || (!sender.is_wanted() && *sender.file() != newest) {
            *sender = begin();
        }
        sender.offer_again(now);
    }

    fn crash(&mut self, lost: usize) {
        self.receiver = match &mut self.partial {
            None => Receiver::new(PACE),
            Some((file, bytes)) => {
                bytes.truncate(bytes.len().saturating_sub(lost));
                Receiver::resume(*file, bytes.len() as u64, PACE, self.now)
            }
        };
    }

    fn arrives(&mut self, message: OnTheWay) {
        match message {
            OnTheWay::To(peer, Transfer::Want { digest, offset }) => {
                let (now, sender) = (self.now, &mut self.peers[peer].sender);
                if !sender
                    .as_mut()
                    .is_some_and(|sender| sender.want(digest, offset, now))
                {
                    self.offer(peer);
                }
            }
            OnTheWay::From(peer, Transfer::Offer(file)) => {
                self.receiver.offer(priest(peer), file, self.law, self.now);
            }
            OnTheWay::From(
                _,
                Transfer::Chunk {
                    digest,
                    offset,
                    bytes,
                },
            ) => {
                if let Some(new) = self.receiver.chunk(digest, offset, bytes.len()) {
                    let (_, partial) = self.partial.as_mut().unwrap();
                    partial.extend_from_slice(&bytes[new.clone()]);
                    self.receiver.added(new.len(), self.now);
                }
            }
            message => panic!("{message:?}"),
        }
        self.keep();
    }

    /// Keeps the partial file that the receiver is at, and uses it if it is complete.
    fn keep(&mut self) {
        let wanted = self.receiver.file().copied();
        if self.partial.as_ref().map(|(file, _)| *file) != wanted {
            self.partial = wanted.map(|file| (file, Vec::new()));
        }
        if self.receiver.complete_from().is_some() {
            let (file, received) = self.partial.take().unwrap();
            assert_eq!(received, bytes(&file));
            self.receiver.ended(true, self.now);
            self.law = self.law.max(file.through);
        }
    }

    /// Everyone sends what there is to send.
    fn speak(&mut self) {
        let now = self.now;
        while let Some(Want { to, digest, offset }) = self.receiver.next(self.law, now) {
            if self.has_room {
                let want = Transfer::Want { digest, offset };
                self.network.push(OnTheWay::To(to.index(), want));
            }
        }
        self.keep();
        for (index, peer) in self.peers.iter_mut().enumerate() {
            let Some(sender) = &mut peer.sender else {
                continue;
            };
            while self.has_room
                && let Some(step) = sender.next(now)
            {
                let file = *sender.file();
                let transfer = match step {
                    Step::Offer => Transfer::Offer(file),
                    Step::Chunk { offset, length } => {
                        assert!((1..=PACE.chunk).contains(&length));
                        let all = bytes(&file);
                        let part = &all[offset as usize..(offset + length) as usize];
                        Transfer::Chunk {
                            digest: file.digest,
                            offset,
                            bytes: part.to_vec().into(),
                        }
                    }
                };
                sender.sent(step, now);
                assert!(sender.outstanding() <= PACE.window);
                self.network.push(OnTheWay::From(index, transfer));
            }
            if sender.is_over(now) {
                peer.sender = None;
            }
        }
        if let Some((file, partial)) = &self.partial {
            assert!(bytes(file).starts_with(partial));
        }
    }

    /// From now on, everything arrives, in order.
    fn calms_down(&mut self) {
        self.has_room = true;
        for _ in 0..1000 {
            if self.law.0 == self.newest() {
                return;
            }
            (0..PEERS).for_each(|peer| self.offer(peer));
            self.speak();
            for message in std::mem::take(&mut self.network) {
                self.arrives(message);
                self.speak();
            }
            self.now += PRESENCE;
        }
        panic!("no snapshot has arrived");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    #[test]
    fn a_transfer_ends_with_the_bytes_of_the_file(events in vec(event(), 0..200)) {
        let mut world = World::new();
        for event in events {
            world.happens(event);
        }
        world.calms_down();
    }
}

/// A sender and a receiver that hear each other at once. Returns how many bytes were sent.
fn exchange(sender: &mut Sender, receiver: &mut Receiver, now: Instant, steps: usize) -> u64 {
    let (law, me, mut sent) = (DecreeNumber::ZERO, priest(0), 0);
    for _ in 0..steps {
        match sender.next(now) {
            Some(step @ Step::Offer) => {
                sender.sent(step, now);
                receiver.offer(me, *sender.file(), law, now);
            }
            Some(step @ Step::Chunk { offset, length }) => {
                sender.sent(step, now);
                sent += length;
                let digest = sender.file().digest;
                if let Some(new) = receiver.chunk(digest, offset, length as usize) {
                    receiver.added(new.len(), now);
                }
            }
            None => {}
        }
        if receiver.complete_from().is_some() {
            receiver.ended(true, now);
        }
        while let Some(want) = receiver.next(law, now) {
            sender.want(want.digest, want.offset, now);
        }
    }
    sent
}

fn large(through: u64, size: u64) -> SnapshotSummary {
    SnapshotSummary {
        size,
        ..summary(through)
    }
}

#[test]
fn nothing_is_sent_twice_without_a_reason() {
    let now = Instant::now();
    let mut sender = Sender::new(large(1, 1001), PACE, now);
    let mut receiver = Receiver::new(PACE);
    assert_eq!(exchange(&mut sender, &mut receiver, now, 400), 1001);
    assert!(sender.is_complete());
}

#[test]
fn a_receiver_that_was_restarted_gets_the_rest() {
    let now = Instant::now();
    let mut sender = Sender::new(large(1, 1001), PACE, now);
    let mut receiver = Receiver::new(PACE);
    exchange(&mut sender, &mut receiver, now, 101);
    let mut receiver = Receiver::resume(*sender.file(), 400, PACE, now);
    // The sender notices by the time that something is lost.
    let later = now + PACE.resend;
    let sent = exchange(&mut sender, &mut receiver, later, 400);
    assert!(sender.is_complete());
    assert_eq!(sent, 1001 - 400);
}

#[test]
fn a_transfer_under_way_is_finished_although_others_offer_newer_files() {
    let now = Instant::now();
    let mut sender = Sender::new(large(1, 1001), PACE, now);
    let mut receiver = Receiver::new(PACE);
    for newer in 2..50 {
        exchange(&mut sender, &mut receiver, now, 4);
        receiver.offer(priest(1), summary(newer), DecreeNumber::ZERO, now);
        assert_eq!(receiver.file(), Some(sender.file()));
    }
    // But not for ever.
    let later = now + PACE.patience;
    receiver.offer(priest(1), summary(50), DecreeNumber::ZERO, later);
    assert_eq!(receiver.file(), Some(&summary(50)));
}

#[test]
fn a_newer_file_of_the_same_sender_takes_the_place_of_the_old_one() {
    let (now, law) = (Instant::now(), DecreeNumber::ZERO);
    let mut receiver = Receiver::new(PACE);
    receiver.offer(priest(0), summary(5), law, now);
    receiver.offer(priest(0), summary(4), law, now);
    assert_eq!(receiver.file(), Some(&summary(5)), "that offer came late");
    receiver.offer(priest(0), summary(6), law, now);
    assert_eq!(receiver.file(), Some(&summary(6)));
}

#[test]
fn a_file_that_is_not_needed_is_refused_or_given_up() {
    let now = Instant::now();
    let mut receiver = Receiver::new(PACE);
    receiver.offer(priest(0), summary(5), DecreeNumber(5), now);
    let refusal = Some(Want {
        to: priest(0),
        digest: summary(5).digest,
        offset: summary(5).size,
    });
    assert_eq!(receiver.next(DecreeNumber(5), now), refusal);
    receiver.offer(priest(0), summary(5), DecreeNumber(4), now);
    assert_eq!(
        receiver.next(DecreeNumber(4), now).map(|want| want.offset),
        Some(0)
    );
    // The law has become as long without it.
    assert_eq!(receiver.next(DecreeNumber(5), now), refusal);
    assert_eq!(receiver.file(), None);
}

#[test]
fn no_other_offer_is_taken_while_a_snapshot_is_used() {
    let now = Instant::now();
    let mut sender = Sender::new(large(1, 9), PACE, now);
    let mut receiver = Receiver::new(PACE);
    exchange(&mut sender, &mut receiver, now, 9);
    receiver.offer(priest(0), summary(2), DecreeNumber::ZERO, now);
    assert_eq!(receiver.file(), None);
    receiver.offer(priest(0), summary(2), DecreeNumber(1), now);
    assert_eq!(receiver.file(), Some(&summary(2)));
}

#[test]
fn an_offer_without_an_answer_is_not_repeated_and_ends() {
    let now = Instant::now();
    let mut sender = Sender::new(summary(1), PACE, now);
    assert_eq!(sender.next(now), Some(Step::Offer));
    sender.sent(Step::Offer, now);
    let later = now + PACE.resend;
    assert_eq!(sender.next(later), None);
    sender.offer_again(later);
    assert_eq!(sender.next(later), Some(Step::Offer));
    sender.sent(Step::Offer, later);
    assert!(!sender.is_over(now + PACE.patience));
    assert!(sender.is_over(later + PACE.patience));
}
