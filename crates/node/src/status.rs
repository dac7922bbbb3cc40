//! [`Status`]: what a node shows of itself, as of the last batch of inputs.
//!
//! [`Handle::status`](crate::handle::Handle::status) returns it; INFO, `/health` and the metrics
//! show it.

use crate::Legislator;
use crate::ledger_identity::LedgerId;
use crate::rollback::{Refusal, RollbackDetector};
use crate::snapshot::transfer::UnderWay;
use crate::stage::Stage;
use crate::wire::SnapshotSummary;
use std::fmt;
use std::time::Duration;
use synod_math::{BallotNumber, Priest};
use synod_protocol::parliament::{DecreeNumber, Slip};
use synod_protocol::state_machine::StateMachine as _;
use tokio::time::Instant;

/// The state of a legislator, as a view for users.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// What the node does before it takes part; `None` once it does. Until then, it has no law
    /// and nothing below is known.
    pub starting: Option<Stage>,
    /// The identity of his ledger.
    pub ledger: LedgerId,
    /// How many lost ledgers it replaces.
    pub replaced: usize,
    /// Why he may not take part; `None` if he may.
    pub refusal: Option<Refusal>,
    /// Whether he considers himself president.
    pub is_president: bool,
    /// The legislator that he takes for president, if he knows one.
    pub president: Option<Priest>,
    /// lastTried.
    pub last_tried: Option<BallotNumber>,
    /// nextBal.
    pub next_bal: Option<BallotNumber>,
    /// How many decrees are law.
    pub law: DecreeNumber,
    /// How many keys have a value.
    pub keys: usize,
    /// How many of them expire.
    pub expiring: usize,
    /// How many bytes the keys and values have together.
    pub bytes: usize,
    /// How many decrees the ledger keeps. A snapshot stands for the others.
    pub decrees_kept: usize,
    /// The snapshots.
    pub snapshots: SnapshotStatus,
    /// How many decrees are in flight: a president's ballots that are not passed yet.
    pub in_flight: usize,
    /// How many requests wait until fewer decrees are in flight.
    pub waiting: usize,
    /// When other legislators were last heard.
    pub contact: Contact,
}

/// When other legislators were last heard: [`Status::contact`]. A node that is stuck does not
/// update these times, so that it does not look healthy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// When a majority was last heard. Only this node and peers that it has a connection to
    /// count. `None` if that never happened.
    pub majority: Option<Instant>,
    /// When the president was last heard; `None` if that never happened.
    pub president: Option<Instant>,
    /// Whether the law here is as long as those of the others.
    pub lag: Lag,
    /// How many decrees the law lacks that the longest law of a legislator has that was heard within T.
    pub behind: u64,
}

/// The snapshots of a node (§3.3.2): [`Status::snapshots`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SnapshotStatus {
    /// The snapshot in the ledger, which stands for the decrees up to its number.
    pub in_ledger: Option<SnapshotSummary>,
    /// The number of the snapshot that is being written.
    pub writing: Option<DecreeNumber>,
    /// The snapshots that are sent to peers, or received.
    pub transfers: UnderWay,
}

/// How the length of a node's law compares with what other legislators tell of theirs:
/// [`Contact::lag`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lag {
    /// It has not been as long as those of a majority since the start, or since this node was
    /// last without a majority.
    #[default]
    Behind,
    /// It was, and lacks decrees since this time.
    Since(Instant),
    /// It is as long as those of a majority.
    None,
}

impl Status {
    /// The present status of a legislator. [`Status::contact`] and [`Status::snapshots`] are left empty.
    /// O(1).
    pub fn of(legislator: &Legislator, detector: &RollbackDetector) -> Self {
        let (ledger, refusal) = (legislator.ledger(), detector.refusal());
        Self {
            starting: None,
            ledger: detector.ledger(),
            replaced: detector.replaced(),
            refusal,
            is_president: legislator.is_president() && refusal.is_none(),
            president: legislator.president().filter(|_| refusal.is_none()),
            last_tried: ledger.last_tried,
            next_bal: ledger.next_bal,
            law: legislator.law().through(),
            keys: legislator.law().state().len(),
            expiring: legislator.law().state().expiring(),
            bytes: legislator.law().state().state_size(),
            decrees_kept: ledger.decrees.len(),
            snapshots: SnapshotStatus::default(),
            in_flight: match legislator.slip() {
                Slip::Presiding(office) => office.polls.len(),
                Slip::Idle | Slip::Trying { .. } => 0,
            },
            waiting: legislator.waiting().len(),
            contact: Contact::default(),
        }
    }

    /// The status of a node that does not take part yet.
    pub fn starting(stage: Stage) -> Self {
        Self {
            starting: Some(stage),
            ..Self::default()
        }
    }

    /// `"president"` if he considers himself president, `"starting"` while the node starts, else
    /// `"legislator"`.
    pub const fn role(&self) -> &'static str {
        if self.starting.is_some() {
            "starting"
        } else if self.is_president {
            "president"
        } else {
            "legislator"
        }
    }

    /// The reasons why this node cannot serve clients now, in words; empty if it can.
    /// `absence` is T: the protocol takes a legislator for absent that was not heard for longer.
    pub fn hindrances(&self, absence: Duration, now: Instant) -> Vec<String> {
        if let Some(stage) = self.starting {
            return vec![format!("the node is starting: {stage}")];
        }
        if let Some(refusal) = self.refusal {
            return vec![refusal.to_string()];
        }
        let contact = &self.contact;
        let mut all = Vec::new();
        let silence = |heard: Option<Instant>| silence(heard, absence, now);
        if let Some(silence) = silence(contact.majority) {
            all.push(format!(
                "no message has come from a majority of legislators {silence}"
            ));
        }
        match self.president {
            None => all.push("no president is known".to_owned()),
            Some(president) => {
                if let Some(silence) = silence(contact.president) {
                    let id = president.index() + 1;
                    all.push(format!(
                        "no message has come from legislator {id}, taken for president, {silence}"
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
    /// Whether the law lacks at most decrees that may still be on their way, because they have
    /// been missing for no longer than `absence`.
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
            Self::Behind => "the law here is not yet known to be as long as those of a majority",
            Self::Since(_) => "the law here lacks decrees that other legislators have",
            Self::None => "the law here is as long as those of the others",
        })
    }
}

/// For how long nothing was heard, in words, if that is longer than T.
fn silence(heard: Option<Instant>, absence: Duration, now: Instant) -> Option<String> {
    match heard.map(|heard| now.duration_since(heard)) {
        None => Some("yet".to_owned()),
        Some(time) if time > absence => Some(format!("for {} ms", time.as_millis())),
        Some(_) => None,
    }
}
