//! A line of a trace: its fields, and what it says.

use crate::decree::DecreeJson;
use crate::{Action, Decree, Ledger};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use synod_math::{BallotNumber, Cast, Priest, Vote};
use synod_protocol::output::Action as Of;
use synod_protocol::parliament::DecreeNumber;

/// The version of every line. It changes when a field goes or changes its
/// meaning, not when one is added.
pub const SCHEMA: u32 = 1;

/// The name of an action.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // As in A.1; Recover, Lose Slip and Learn From Votes are not.
pub enum Name {
    #[default]
    Recover,
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
    pub(crate) known: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ballot: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) priest: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) above: Option<u64>,
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
}

/// Which legislator of which parliament this is. It is written into the ledger,
/// because a ledger in other hands breaks every promise in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The name of the cluster.
    pub cluster: String,
    /// Who this is; users count from 1.
    pub me: Priest,
    /// How many legislators there are. Ballot numbers are dealt out among
    /// them (b mod n), so that it cannot change.
    pub legislators: usize,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Counts the lines of a life.
    pub line: u64,
    /// Who acts.
    pub node: Priest,
    /// What he does.
    pub event: Event,
}

/// What a line tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A life of the process begins.
    Recover(Box<Recovered>),
    /// An action.
    Did(Action),
}

/// Who recovered, and what his ledger held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// Whose ledger it is.
    pub identity: Identity,
    /// The ledger, but for the decrees of the law.
    pub ledger: Ledger,
    /// How many decrees were law.
    pub known: DecreeNumber,
}

impl Recovered {
    /// Whether the outcome at a number is in the ledger.
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

    pub(crate) fn numbered(self, line: u64, node: u64) -> Self {
        Self {
            count: line,
            node,
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
            known: Some(known.0),
            votes: Some(votes(&ledger.votes)),
            decrees: Some(beyond.map(|(at, decree)| (at.0, decree.into())).collect()),
            ..Self::named(Name::Recover)
        }
    }

    pub(crate) fn of(action: &'a Action) -> Self {
        match action {
            Action::Everywhere(action) => Self::in_instance(action),
            Action::At(at, action) => Self {
                at: Some(at.0),
                ..Self::in_instance(action)
            },
            Action::SendLastVote { above } => Self {
                above: Some(above.0),
                ..Self::named(Name::SendLastVote)
            },
            Action::ReceiveLastVote {
                number,
                priest,
                above,
                votes: told,
                passed,
            } => Self {
                ballot: Some(number.0),
                priest: Some(counted_from_1(*priest)),
                above: Some(above.0),
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

    /// Of one number alone, which no legislator names.
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
