//! A line of a trace: the fields of its JSON object, and the [`Entry`] that it
//! stands for.
//!
//! [`Identity`] and [`Recovered`] belong to the first line of a life. Lines are
//! written by [`Trace`](crate::Trace) and read by [`Reader`](crate::Reader); the
//! [example of the crate](crate#example) shows both.

use crate::decree::DecreeJson;
use crate::{Action, Decree, Ledger, SharedCommand};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use synod_math::{BallotNumber, Cast, Priest, PriestSet, Vote};
use synod_protocol::output::Action as Of;
use synod_protocol::parliament::{DecreeNumber, Slip};

/// The version of the format of lines. It changes when a field is removed or changes
/// its meaning, not when a field is added.
pub const SCHEMA: u32 = 1;

/// The name of an action, as it stands in the field `action`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // The names of A.1, and Recover, Continue, Lose Slip, Learn From Votes and snapshots.
pub enum Name {
    #[default]
    Recover,
    Continue,
    #[serde(rename = "Try New Ballot")]
    TryNewBallot,
    #[serde(rename = "Send NextBallot")]
    SendNextBallot,
    #[serde(rename = "Receive NextBallot")]
    ReceiveNextBallot,
    #[serde(rename = "Send LastVote")]
    SendLastVote,
    #[serde(rename = "Receive LastVote")]
    ReceiveLastVote,
    #[serde(rename = "Start Polling")]
    StartPolling,
    #[serde(rename = "Send BeginBallot")]
    SendBeginBallot,
    #[serde(rename = "Receive BeginBallot")]
    ReceiveBeginBallot,
    #[serde(rename = "Send Voted")]
    SendVoted,
    #[serde(rename = "Receive Voted")]
    ReceiveVoted,
    Succeed,
    #[serde(rename = "Send Success")]
    SendSuccess,
    #[serde(rename = "Receive Success")]
    ReceiveSuccess,
    #[serde(rename = "Lose Slip")]
    LoseSlip,
    #[serde(rename = "Learn From Votes")]
    LearnFromVotes,
    #[serde(rename = "Send Snapshot")]
    SendSnapshot,
    #[serde(rename = "Receive Snapshot")]
    ReceiveSnapshot,
}

/// The fields of a line, in the order in which they are written.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line<'a> {
    #[serde(rename = "line")]
    pub(crate) count: u64,
    pub(crate) node: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<u64>,
    pub(crate) action: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) schema: Option<u32>,
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    pub(crate) cluster: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) legislators: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) last_tried: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) next_bal: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) life: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) learner: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) known: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ballot: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) priest: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) above: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) through: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) quorum: Option<Vec<u64>>,
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    pub(crate) decree: Option<DecreeJson<'a>>,
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    pub(crate) votes: Option<Vec<(u64, u64, DecreeJson<'a>)>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) passed: Option<Vec<u64>>,
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    pub(crate) decrees: Option<Vec<(u64, DecreeJson<'a>)>>,
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    pub(crate) polls: Option<Vec<(u64, DecreeJson<'a>, Vec<u64>)>>,
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    pub(crate) bound: Option<Vec<(u64, DecreeJson<'a>)>>,
}

/// Which legislator of which cluster a process is. It is also written into the
/// ledger: a process that took over the ledger of another legislator would break
/// the promises in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The name of the cluster.
    pub cluster: String,
    /// This legislator. Files and messages for users count legislators from 1.
    pub me: Priest,
    /// The number n of legislators. It cannot change, because it determines the
    /// owner of each ballot number (b mod n).
    pub legislators: usize,
}

/// A line, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The number of the line within its life, from 1.
    pub line: u64,
    /// The legislator that acts.
    pub node: Priest,
    /// The start of a life, or an action.
    pub event: Event,
}

/// The content of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A life of the process begins.
    Recover(Box<Recovered>),
    /// A life goes on in a new file.
    Continue(Box<Continued>),
    /// The legislator took an action.
    Did(Action),
}

/// The legislator that recovered, and the content of its ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// The owner of the ledger.
    pub identity: Identity,
    /// The ledger without the decrees of the law (those at or below `known`).
    pub ledger: Ledger,
    /// The number of the last decree of the law: all decrees up to it are known.
    pub known: DecreeNumber,
}

/// Where a legislator stands at the beginning of a file: an audit can begin there if the
/// earlier files are gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Continued {
    /// The legislator, and the content of its ledger.
    pub recovered: Recovered,
    /// The slip of a president; `None` if the slip is idle.
    pub presided: Option<Presided>,
}

/// The slip of a president.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presided {
    /// quorum.
    pub quorum: PriestSet,
    /// decree and voters, at the numbers at which status is polling and outcome is BLANK.
    pub polls: BTreeMap<DecreeNumber, (Decree, PriestSet)>,
    /// The decrees that prevVotes demand (B3), at other numbers.
    pub bound: BTreeMap<DecreeNumber, Decree>,
}

impl Recovered {
    /// Whether the ledger holds the outcome at a decree number. O(log decrees).
    pub fn has_passed(&self, at: DecreeNumber) -> bool {
        at <= self.known || self.ledger.decrees.contains_key(&at)
    }
}

impl<'a> Line<'a> {
    fn named(action: Name) -> Self {
        Self {
            action,
            ..Self::default()
        }
    }

    pub(crate) fn numbered(self, line: u64, node: Priest) -> Self {
        Self {
            count: line,
            node: counted_from_1(node),
            ..self
        }
    }

    pub(crate) fn recover(identity: &'a Identity, ledger: &'a Ledger) -> Self {
        let known = ledger.known();
        let beyond = ledger.decrees.range(known.next()..);
        Self {
            schema: Some(SCHEMA),
            cluster: Some(Cow::Borrowed(&identity.cluster)),
            legislators: Some(identity.legislators as u64),
            last_tried: ledger.last_tried.map(|number| number.0),
            next_bal: ledger.next_bal.map(|number| number.0),
            life: ledger.life.map(|life| life.0),
            learner: ledger.is_learner.then_some(true),
            known: Some(known.0),
            votes: Some(votes(&ledger.votes)),
            decrees: Some(beyond.map(|(at, decree)| (at.0, decree.into())).collect()),
            ..Self::named(Name::Recover)
        }
    }

    /// A line that says where a legislator stands who is not trying a ballot.
    pub(crate) fn continues(
        identity: &'a Identity,
        ledger: &'a Ledger,
        slip: &'a Slip<SharedCommand>,
    ) -> Self {
        let office = slip.presiding();
        let polls = office.map(|office| {
            let polls = office.polls.iter();
            let voters = |voters: PriestSet| voters.iter().map(counted_from_1).collect();
            polls
                .map(|(at, poll)| (at.0, (&poll.decree).into(), voters(poll.voters)))
                .collect()
        });
        let bound = office.map(|office| {
            let bound = office.bound.iter();
            bound.map(|(at, decree)| (at.0, decree.into())).collect()
        });
        Self {
            action: Name::Continue,
            quorum: office.map(|office| office.quorum.iter().map(counted_from_1).collect()),
            polls,
            bound,
            ..Self::recover(identity, ledger)
        }
    }

    pub(crate) fn of(action: &'a Action) -> Self {
        match action {
            Action::Everywhere(action) => Self::in_instance(action),
            Action::At(at, action) => Self {
                at: Some(at.0),
                ..Self::in_instance(action)
            },
            Action::SendLastVote { above, through } => Self {
                above: Some(above.0),
                through: through.map(|at| at.0),
                ..Self::named(Name::SendLastVote)
            },
            Action::SendSnapshot { through } => Self {
                through: Some(through.0),
                ..Self::named(Name::SendSnapshot)
            },
            Action::ReceiveSnapshot { through } => Self {
                through: Some(through.0),
                ..Self::named(Name::ReceiveSnapshot)
            },
            Action::ReceiveLastVote {
                number,
                priest,
                above,
                through,
                votes: told,
                passed,
            } => Self {
                ballot: Some(number.0),
                priest: Some(counted_from_1(*priest)),
                above: Some(above.0),
                through: through.map(|at| at.0),
                votes: Some(votes(told)),
                passed: Some(passed.iter().map(|at| at.0).collect()),
                ..Self::named(Name::ReceiveLastVote)
            },
        }
    }

    fn in_instance(action: &'a Of<Decree>) -> Self {
        let (name, ballot, decree, quorum) = match action {
            Of::TryNewBallot(b) => (Name::TryNewBallot, Some(b), None, None),
            Of::SendNextBallot => (Name::SendNextBallot, None, None, None),
            Of::ReceiveNextBallot(b) => (Name::ReceiveNextBallot, Some(b), None, None),
            Of::SendLastVote => (Name::SendLastVote, None, None, None),
            Of::ReceiveLastVote(b, vote) => return Self::last_vote(*b, vote),
            Of::StartPolling(q, d) => (Name::StartPolling, None, Some(d), Some(q)),
            Of::SendBeginBallot => (Name::SendBeginBallot, None, None, None),
            Of::ReceiveBeginBallot(b, d, q) => {
                (Name::ReceiveBeginBallot, Some(b), Some(d), Some(q))
            }
            Of::SendVoted => (Name::SendVoted, None, None, None),
            Of::ReceiveVoted(b, q) => {
                return Self {
                    ballot: Some(b.0),
                    priest: Some(counted_from_1(*q)),
                    ..Self::named(Name::ReceiveVoted)
                };
            }
            Of::Succeed => (Name::Succeed, None, None, None),
            Of::SendSuccess => (Name::SendSuccess, None, None, None),
            Of::ReceiveSuccess(d) => (Name::ReceiveSuccess, None, Some(d), None),
            Of::LoseSlip => (Name::LoseSlip, None, None, None),
            Of::LearnFromVotes => (Name::LearnFromVotes, None, None, None),
        };
        Self {
            ballot: ballot.map(|number| number.0),
            decree: decree.map(DecreeJson::from),
            quorum: quorum.map(|quorum| quorum.iter().map(counted_from_1).collect()),
            ..Self::named(name)
        }
    }

    /// Receive LastVote of a single instance. A legislator never traces it: it names
    /// [`Action::ReceiveLastVote`], which covers all decree numbers.
    fn last_vote(number: BallotNumber, vote: &'a Vote<Decree>) -> Self {
        let cast = vote.cast.iter();
        Self {
            ballot: Some(number.0),
            priest: Some(counted_from_1(vote.priest)),
            votes: Some(
                cast.map(|cast| (0, cast.number.0, (&cast.decree).into()))
                    .collect(),
            ),
            ..Self::named(Name::ReceiveLastVote)
        }
    }
}

const fn counted_from_1(priest: Priest) -> u64 {
    priest.index() as u64 + 1
}

fn votes(votes: &BTreeMap<DecreeNumber, Cast<Decree>>) -> Vec<(u64, u64, DecreeJson<'_>)> {
    let votes = votes.iter();
    votes
        .map(|(at, cast)| (at.0, cast.number.0, (&cast.decree).into()))
        .collect()
}
