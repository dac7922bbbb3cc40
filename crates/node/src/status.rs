//! What a node shows of itself: a view, after each batch of inputs.

use crate::Legislator;
use crate::ledger_identity::LedgerId;
use crate::rollback::{Refusal, RollbackDetector};
use std::fmt;
use std::time::Duration;
use synod_math::{BallotNumber, Priest};
use synod_protocol::parliament::{DecreeNumber, Slip};
use tokio::time::Instant;

/// How a legislator does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// The identity of his ledger.
    pub ledger: LedgerId,
    /// Why he may not take part, if he may not.
    pub refusal: Option<Refusal>,
    /// Whether he considers himself president.
    pub is_president: bool,
    /// Whom he takes for president, if anybody.
    pub president: Option<Priest>,
    /// lastTried.
    pub last_tried: Option<BallotNumber>,
    /// nextBal.
    pub next_bal: Option<BallotNumber>,
    /// How many decrees are law.
    pub law: DecreeNumber,
    /// How many keys have a value.
    pub keys: usize,
    /// How many decrees he has voted on now.
    pub in_flight: usize,
    /// How many requests wait for a place among them.
    pub waiting: usize,
    /// What is heard of the others.
    pub contact: Contact,
}

/// What is heard of the others. A node that is stuck hears nobody, itself
/// neither: times are those of the last batch of inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// When a majority, of this node and the others that it has a connection
    /// to, was last heard.
    pub majority: Option<Instant>,
    /// When the president was last heard.
    pub president: Option<Instant>,
    /// Whether the law here is as far as theirs.
    pub lag: Lag,
}

/// How the law of a node compares with what others say of theirs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lag {
    /// It was not as far since the start, or since this node was away.
    #[default]
    Behind,
    /// It was, and lacks something since then.
    Since(Instant),
    /// It is as far.
    None,
}

impl Status {
    /// How he does now, but for the others. O(1).
    pub fn of(legislator: &Legislator, detector: &RollbackDetector) -> Self {
        let (ledger, refusal) = (legislator.ledger(), detector.refusal());
        Self {
            ledger: detector.ledger(),
            refusal,
            is_president: legislator.is_president() && refusal.is_none(),
            president: legislator.president().filter(|_| refusal.is_none()),
            last_tried: ledger.last_tried,
            next_bal: ledger.next_bal,
            law: legislator.law().through(),
            keys: legislator.law().state().len(),
            in_flight: match legislator.slip() {
                Slip::Presiding(office) => office.polls.len(),
                Slip::Idle | Slip::Trying { .. } => 0,
            },
            waiting: legislator.waiting().len(),
            contact: Contact::default(),
        }
    }

    /// What he considers himself.
    pub const fn role(&self) -> &'static str {
        if self.is_president {
            "president"
        } else {
            "legislator"
        }
    }

    /// Why this node cannot serve clients now, in words; nothing if it can.
    /// `absence` is T: the protocol takes those for absent who were not heard for
    /// so long.
    pub fn hindrances(&self, absence: Duration, now: Instant) -> Vec<String> {
        if let Some(refusal) = self.refusal {
            return vec![refusal.to_string()];
        }
        let contact = &self.contact;
        let mut all = Vec::new();
        let silence = |heard: Option<Instant>| silence(heard, absence, now);
        if let Some(silence) = silence(contact.majority) {
            all.push(format!("no majority of legislators was heard {silence}"));
        }
        match self.president {
            None => all.push("no president is known".to_owned()),
            Some(president) => {
                if let Some(silence) = silence(contact.president) {
                    let id = president.index() + 1;
                    all.push(format!(
                        "legislator {id}, taken for president, was not heard {silence}"
                    ));
                }
            }
        }
        if !contact.lag.is_caught_up(absence, now) {
            all.push(contact.lag.to_string());
        }
        all
    }
}

impl Lag {
    /// Whether the law lacks nothing but what may still be under way.
    pub(crate) fn is_caught_up(self, absence: Duration, now: Instant) -> bool {
        match self {
            Self::Behind => false,
            Self::Since(since) => now.duration_since(since) <= absence,
            Self::None => true,
        }
    }
}

impl fmt::Display for Lag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Behind => "the law here is not yet known to be as far as those of a majority",
            Self::Since(_) => "the law here lacks decrees that others have",
            Self::None => "the law here is as far as those of the others",
        })
    }
}

/// For how long somebody was not heard, if that is longer than T.
fn silence(heard: Option<Instant>, absence: Duration, now: Instant) -> Option<String> {
    match heard.map(|heard| now.duration_since(heard)) {
        None => Some("yet".to_owned()),
        Some(time) if time > absence => Some(format!("for {} ms", time.as_millis())),
        Some(_) => None,
    }
}
