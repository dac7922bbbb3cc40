//! What is heard of the others: of whom lately, and whether the law here is as
//! far as theirs. For readiness, and for who need not wait out T when another
//! leaves: the protocol decides nothing by it.

use crate::Message;
use crate::status::{Contact, Lag};
use std::collections::BTreeMap;
use std::time::Duration;
use synod_math::Priest;
use synod_protocol::parliament::DecreeNumber;
use tokio::time::Instant;

/// Who was heard when.
#[derive(Debug)]
pub(crate) struct Hearing {
    /// When each was last heard, and how far its law goes, if it has said so
    /// since it was last absent.
    heard: BTreeMap<Priest, (Instant, Option<DecreeNumber>)>,
    /// How many of the others make a majority with this one.
    needed: usize,
    /// T: who was not heard for so long is taken for absent.
    absence: Duration,
    lag: Lag,
}

impl Hearing {
    /// Nobody was heard yet, among so many legislators.
    pub(crate) const fn new(legislators: usize, absence: Duration) -> Self {
        Self {
            heard: BTreeMap::new(),
            needed: legislators / 2,
            absence,
            lag: Lag::Behind,
        }
    }

    /// A message has come.
    pub(crate) fn hear(&mut self, from: Priest, message: &Message, now: Instant) {
        if !self.is_majority_present(now) {
            // Much may have been passed without this one.
            self.lag = Lag::Behind;
        }
        let before = if self.is_present(from, now) {
            self.heard.get(&from).and_then(|(_, law)| *law)
        } else {
            None
        };
        let law = match message {
            Message::Present { known, .. } => Some(*known),
            _ => before,
        };
        self.heard.insert(from, (now, law));
    }

    /// One has said that it leaves.
    pub(crate) fn forget(&mut self, other: Priest) {
        self.heard.remove(&other);
    }

    /// Whether one with a higher name than this was heard within T.
    pub(crate) fn hears_of_higher(&self, than: Priest, now: Instant) -> bool {
        let mut higher = self.heard.keys().filter(|other| **other > than);
        higher.any(|other| self.is_present(*other, now))
    }

    /// Whether this one was heard within T.
    fn is_present(&self, other: Priest, now: Instant) -> bool {
        let heard = self.heard.get(&other);
        heard.is_some_and(|(last, _)| now.duration_since(*last) <= self.absence)
    }

    /// What there is to show, the law here being so long. `reaches` says whether
    /// there is a connection to another as well.
    pub(crate) fn show(
        &mut self,
        law: DecreeNumber,
        president: Option<Priest>,
        me: Priest,
        reaches: impl Fn(Priest) -> bool,
        now: Instant,
    ) -> Contact {
        self.compare(law, now);
        let met = || self.heard.iter().filter(|(other, _)| reaches(**other));
        let mut times: Vec<_> = met().map(|(_, (last, _))| *last).collect();
        times.sort_unstable_by(|one, other| other.cmp(one));
        let of = |who: Priest| met().find(|(other, _)| **other == who);
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
        }
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
    const BEHIND: &str = "the law here is not yet known to be as far as those of a majority";

    fn priest(number: usize) -> Priest {
        Priest::new(number - 1).unwrap()
    }

    fn present(known: u64) -> Message {
        Message::Present {
            known: DecreeNumber(known),
            next_bal: None,
        }
    }

    /// Legislator 1 of three, with a law of 10 decrees and 3 for president.
    struct One {
        hearing: Hearing,
        law: DecreeNumber,
        now: Instant,
    }

    impl One {
        fn new() -> Self {
            Self {
                hearing: Hearing::new(3, T),
                law: DecreeNumber(10),
                now: Instant::now(),
            }
        }

        fn hears(&mut self, from: usize, known: u64) {
            self.hearing.hear(priest(from), &present(known), self.now);
        }

        fn lacks(&mut self) -> String {
            let president = Some(priest(3));
            let all = |_| true;
            let contact = self
                .hearing
                .show(self.law, president, priest(1), all, self.now);
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
                .contains("no majority of legislators was heard yet")
        );
        one.hears(2, 10);
        assert!(one.lacks().starts_with("legislator 3"), "{}", one.lacks());
        one.hears(3, 10);
        assert_eq!(one.lacks(), "");
        one.now += T;
        assert_eq!(one.lacks(), "");
        one.now += Duration::from_millis(1);
        one.hears(2, 10);
        assert_eq!(
            one.lacks(),
            "legislator 3, taken for president, was not heard for 501 ms"
        );
        one.now += T + T;
        assert!(
            one.lacks()
                .starts_with("no majority of legislators was heard for 1000 ms")
        );
    }

    #[test]
    fn a_node_is_not_ready_before_it_has_caught_up() {
        let mut one = One::new();
        one.hears(3, 300);
        assert_eq!(one.lacks(), BEHIND);
        one.law = DecreeNumber(299);
        assert_eq!(one.lacks(), BEHIND);
        one.law = DecreeNumber(300);
        assert_eq!(one.lacks(), "");
        // What was passed a moment ago may be on its way, and not for ever.
        one.hears(3, 301);
        assert_eq!(one.lacks(), "");
        one.now += T;
        one.hears(3, 301);
        one.now += Duration::from_millis(1);
        assert_eq!(one.lacks(), "the law here lacks decrees that others have");
    }

    #[test]
    fn a_node_is_not_ready_before_a_majority_has_said_how_far_its_law_goes() {
        let mut one = One::new();
        let refused = Message::Refused {
            next_bal: BallotNumber(1),
        };
        one.hearing.hear(priest(3), &refused, one.now);
        assert_eq!(one.lacks(), BEHIND);
        one.hears(3, 10);
        assert_eq!(one.lacks(), "");
        // It went on while nothing was heard of it.
        one.now += 2 * T;
        one.hearing.hear(priest(3), &refused, one.now);
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
