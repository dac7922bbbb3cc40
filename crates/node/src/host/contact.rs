//! [`PeerActivity`]: when each peer was last heard, and whether the law here is as long as
//! theirs.
//!
//! Two decisions depend on it: whether the node reports itself ready, and whether it need not
//! wait out T after a farewell. No decision of the protocol does.

use crate::Message;
use crate::config::SETTINGS;
use crate::described::PeerGauges;
use crate::status::{Contact, Lag};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};
use synod_math::Priest;
use synod_protocol::parliament::DecreeNumber;
use tokio::time::Instant;

/// How many decrees may be on their way without a legislator being behind.
const FAR_BEHIND: u64 = SETTINGS.in_flight as u64;

/// When each peer was last heard, and the length of its law.
#[derive(Debug)]
pub(crate) struct PeerActivity {
    /// When each peer was last heard; and the length of its law, if it has told it since it
    /// was last absent.
    heard: BTreeMap<Priest, (Instant, Option<DecreeNumber>)>,
    /// What the metrics show of each peer.
    shown: BTreeMap<Priest, PeerGauges>,
    /// How many peers make a majority together with this legislator.
    needed: usize,
    /// T: a peer that was not heard for longer counts as absent.
    absence: Duration,
    lag: Lag,
}

impl PeerActivity {
    /// No peer was heard yet. `legislators` counts this one too.
    pub(crate) const fn new(legislators: usize, absence: Duration) -> Self {
        Self {
            heard: BTreeMap::new(),
            shown: BTreeMap::new(),
            needed: legislators / 2,
            absence,
            lag: Lag::Behind,
        }
    }

    /// Records that a message has arrived.
    pub(crate) fn record(&mut self, from: Priest, message: &Message, now: Instant) {
        if !self.is_majority_present(now) {
            // Many decrees may have been passed without this legislator.
            self.lag = Lag::Behind;
        }
        let before = if self.is_present(from, now) {
            self.heard.get(&from).and_then(|(_, law)| *law)
        } else {
            None
        };
        let law = match message {
            Message::Present { known, .. } => {
                let shown = self.shown.entry(from);
                shown
                    .or_insert_with(|| PeerGauges::of(from))
                    .set(known.0, SystemTime::now());
                Some(*known)
            }
            _ => before,
        };
        self.heard.insert(from, (now, law));
    }

    /// Counts a peer as absent from now on.
    pub(crate) fn forget(&mut self, other: Priest) {
        self.heard.remove(&other);
    }

    /// Whether a peer with a higher name than `than` was heard within T.
    pub(crate) fn is_higher_present(&self, than: Priest, now: Instant) -> bool {
        let mut higher = self.heard.keys().filter(|other| **other > than);
        higher.any(|other| self.is_present(*other, now))
    }

    /// Whether a peer who is present has many more decrees than a law of this length.
    pub(crate) fn is_far_behind(&self, law: DecreeNumber, now: Instant) -> bool {
        let mut longer = self.heard.iter().filter(|(_, (_, known))| {
            known.is_some_and(|known| known.0 > law.0.saturating_add(FAR_BEHIND))
        });
        longer.any(|(peer, _)| self.is_present(*peer, now))
    }

    /// Whether a peer was heard within T.
    fn is_present(&self, other: Priest, now: Instant) -> bool {
        let heard = self.heard.get(&other);
        heard.is_some_and(|(last, _)| now.duration_since(*last) <= self.absence)
    }

    /// The contact with the peers, for the status. `law` is the length of the law here.
    /// `is_connected` says whether this node has a connection to a peer: a peer that is heard
    /// but cannot be reached does not count.
    pub(crate) fn contact(
        &mut self,
        law: DecreeNumber,
        president: Option<Priest>,
        me: Priest,
        is_connected: impl Fn(Priest) -> bool,
        now: Instant,
    ) -> Contact {
        self.compare(law, now);
        let connected = || self.heard.iter().filter(|(peer, _)| is_connected(**peer));
        let mut times: Vec<_> = connected().map(|(_, (last, _))| *last).collect();
        times.sort_unstable_by(|one, other| other.cmp(one));
        let of = |who: Priest| connected().find(|(peer, _)| **peer == who);
        Contact {
            majority: match self.needed.checked_sub(1) {
                None => Some(now),
                Some(last) => times.get(last).copied(),
            },
            president: match president {
                Some(president) if president == me => Some(now),
                president => president.and_then(of).map(|(_, (last, _))| *last),
            },
            lag: self.lag,
            behind: self.longest_law(now).0.saturating_sub(law.0),
        }
    }

    /// The length of the longest law of a peer who is present.
    fn longest_law(&self, now: Instant) -> DecreeNumber {
        let present = self.heard.iter();
        let present = present.filter(|(peer, _)| self.is_present(**peer, now));
        let laws = present.filter_map(|(_, (_, law))| *law);
        laws.max().unwrap_or_default()
    }

    fn compare(&mut self, law: DecreeNumber, now: Instant) {
        let present = self.heard.iter();
        let present = present.filter(|(other, _)| self.is_present(**other, now));
        let laws: Vec<_> = present.filter_map(|(_, (_, law))| *law).collect();
        let lacks_something = laws.iter().any(|other| *other > law);
        self.lag = match self.lag {
            _ if !lacks_something && laws.len() >= self.needed => Lag::None,
            Lag::None if lacks_something => Lag::Since(now),
            lag => lag,
        };
    }

    fn is_majority_present(&self, now: Instant) -> bool {
        let present = self
            .heard
            .keys()
            .filter(|other| self.is_present(**other, now));
        present.count() >= self.needed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::Status;
    use synod_math::BallotNumber;

    const T: Duration = Duration::from_millis(500);
    const BEHIND: &str = "the law here is not yet known to be as long as those of a majority";

    fn priest(number: usize) -> Priest {
        Priest::new(number - 1).unwrap()
    }

    fn present(known: u64) -> Message {
        Message::Present {
            known: DecreeNumber(known),
            next_bal: None,
        }
    }

    /// Legislator 1 of three. It has a law of 10 decrees and takes legislator 3 for president.
    struct One {
        activity: PeerActivity,
        law: DecreeNumber,
        now: Instant,
    }

    impl One {
        fn new() -> Self {
            Self {
                activity: PeerActivity::new(3, T),
                law: DecreeNumber(10),
                now: Instant::now(),
            }
        }

        fn hears(&mut self, from: usize, known: u64) {
            self.activity
                .record(priest(from), &present(known), self.now);
        }

        fn contact(&mut self) -> Contact {
            let (president, all) = (Some(priest(3)), |_| true);
            let activity = &mut self.activity;
            activity.contact(self.law, president, priest(1), all, self.now)
        }

        fn lacks(&mut self) -> String {
            let president = Some(priest(3));
            let contact = self.contact();
            let status = Status {
                president,
                contact,
                ..Status::default()
            };
            status.hindrances(T, self.now).join("; ")
        }
    }

    #[test]
    fn a_node_is_ready_while_a_majority_and_the_president_are_heard() {
        let mut one = One::new();
        assert!(
            one.lacks()
                .contains("no message has come from a majority of legislators yet")
        );
        one.hears(2, 10);
        assert!(
            one.lacks()
                .starts_with("no message has come from legislator 3"),
            "{}",
            one.lacks()
        );
        one.hears(3, 10);
        assert_eq!(one.lacks(), "");
        one.now += T;
        assert_eq!(one.lacks(), "");
        one.now += Duration::from_millis(1);
        one.hears(2, 10);
        assert_eq!(
            one.lacks(),
            "no message has come from legislator 3, taken for president, for 501 ms"
        );
        one.now += T + T;
        assert!(
            one.lacks()
                .starts_with("no message has come from a majority of legislators for 1000 ms")
        );
    }

    #[test]
    fn a_node_is_not_ready_before_it_has_caught_up() {
        let mut one = One::new();
        one.hears(3, 300);
        assert_eq!(one.lacks(), BEHIND);
        one.law = DecreeNumber(299);
        assert_eq!(one.lacks(), BEHIND);
        assert_eq!(one.contact().behind, 1);
        one.law = DecreeNumber(300);
        assert_eq!(one.lacks(), "");
        // A decree that was passed a moment ago may still be on its way, but not for longer than T.
        one.hears(3, 301);
        assert_eq!(one.lacks(), "");
        one.now += T;
        one.hears(3, 301);
        one.now += Duration::from_millis(1);
        assert_eq!(
            one.lacks(),
            "the law here lacks decrees that other legislators have"
        );
    }

    #[test]
    fn a_node_is_not_ready_before_a_majority_has_told_the_length_of_its_law() {
        let mut one = One::new();
        let refused = Message::Refused {
            next_bal: BallotNumber(1),
        };
        one.activity.record(priest(3), &refused, one.now);
        assert_eq!(one.lacks(), BEHIND);
        one.hears(3, 10);
        assert_eq!(one.lacks(), "");
        // The law of legislator 3 may have grown while nothing was heard of it.
        one.now += 2 * T;
        one.activity.record(priest(3), &refused, one.now);
        assert_eq!(one.lacks(), BEHIND);
        one.hears(3, 10);
        assert_eq!(one.lacks(), "");
    }

    #[test]
    fn a_node_that_was_away_is_not_ready_before_it_has_caught_up() {
        let mut one = One::new();
        one.hears(3, 10);
        assert_eq!(one.lacks(), "");
        one.now += 2 * T;
        one.hears(3, 50);
        assert_eq!(one.lacks(), BEHIND);
        one.law = DecreeNumber(50);
        assert_eq!(one.lacks(), "");
    }
}
