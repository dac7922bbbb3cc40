//! A line of a trace: its fields, and what it says.

use super::SCHEMA;
use super::words::DecreeWords;
use crate::config::Identity;
use crate::{Action, Decree, Ledger};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use synod_math::{BallotNumber, Cast, Priest, PriestSet, Vote};
use synod_protocol::output::Action as Of;
use synod_protocol::parliament::DecreeNumber;

/// The name of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // As in A.1; Recover and Learn From Votes are not.
pub enum Name {
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
    #[serde(rename = "Learn From Votes")]
    LearnFromVotes,
}

/// The fields of a line, in the order in which they are written.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line<'a> {
    line: u64,
    node: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<u64>,
    action: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    schema: Option<u32>,
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    cluster: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    legislators: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_tried: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next_bal: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    known: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ballot: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    priest: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    above: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    quorum: Option<Vec<u64>>,
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    decree: Option<DecreeWords<'a>>,
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    votes: Option<Vec<(u64, u64, DecreeWords<'a>)>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    passed: Option<Vec<u64>>,
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    decrees: Option<Vec<(u64, DecreeWords<'a>)>>,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Counts the lines of a life.
    pub line: u64,
    /// Who acts.
    pub node: Priest,
    /// What he does.
    pub deed: Deed,
}

/// What a line tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
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

impl<'a> Line<'a> {
    const fn named(action: Name) -> Self {
        Self {
            line: 0,
            node: 0,
            at: None,
            action,
            schema: None,
            cluster: None,
            legislators: None,
            last_tried: None,
            next_bal: None,
            known: None,
            ballot: None,
            priest: None,
            above: None,
            quorum: None,
            decree: None,
            votes: None,
            passed: None,
            decrees: None,
        }
    }

    pub(super) fn numbered(self, line: u64, node: u64) -> Self {
        Self { line, node, ..self }
    }

    pub(super) fn recover(identity: &'a Identity, ledger: &'a Ledger) -> Self {
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

    pub(super) fn of(action: &'a Action) -> Self {
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
            Action::LearnFromVotes(at) => Self {
                at: Some(at.0),
                ..Self::named(Name::LearnFromVotes)
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
        };
        Self {
            ballot: ballot.map(|number| number.0),
            decree: decree.map(DecreeWords::from),
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

fn votes(votes: &BTreeMap<DecreeNumber, Cast<Decree>>) -> Vec<(u64, u64, DecreeWords<'_>)> {
    let votes = votes.iter();
    votes
        .map(|(at, cast)| (at.0, cast.number.0, (&cast.decree).into()))
        .collect()
}

/// Why a line says nothing.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// It is no line of a trace.
    #[error("not a line of a trace: {0}")]
    Json(#[from] serde_json::Error),
    /// Something is missing in it.
    #[error("a line of {action:?} without `{field}`")]
    Lacks {
        /// Of which action.
        action: Name,
        /// What.
        field: &'static str,
    },
    /// It is of another version.
    #[error("schema {0}; this program reads and writes {SCHEMA}")]
    Schema(u32),
    /// There is no such legislator.
    #[error("there is no legislator {0}")]
    Nobody(u64),
}

/// What the bytes of a line say, without its newline.
///
/// # Errors
///
/// If they say nothing.
pub fn read(bytes: &[u8]) -> Result<Entry, Unreadable> {
    let line: Line<'_> = serde_json::from_slice(bytes)?;
    Ok(Entry {
        line: line.line,
        node: priest(line.node)?,
        deed: line.deed()?,
    })
}

impl Line<'_> {
    fn deed(self) -> Result<Deed, Unreadable> {
        let action = self.action;
        let lacks = |field| Unreadable::Lacks { action, field };
        let ballot = || self.ballot.map(BallotNumber).ok_or(lacks("ballot"));
        let at = || self.at.map(DecreeNumber).ok_or(lacks("at"));
        let above = || self.above.map(DecreeNumber).ok_or(lacks("above"));
        let other = || self.priest.ok_or(lacks("priest")).and_then(priest);
        let quorum = || {
            let members = self.quorum.as_deref().ok_or(lacks("quorum"))?;
            members.iter().map(|&member| priest(member)).collect()
        };
        Ok(Deed::Did(match action {
            Name::Recover => return self.recovered(),
            Name::TryNewBallot => Action::Everywhere(Of::TryNewBallot(ballot()?)),
            Name::SendNextBallot => Action::Everywhere(Of::SendNextBallot),
            Name::ReceiveNextBallot => Action::Everywhere(Of::ReceiveNextBallot(ballot()?)),
            Name::SendLastVote => Action::SendLastVote { above: above()? },
            Name::ReceiveLastVote => Action::ReceiveLastVote {
                number: ballot()?,
                priest: other()?,
                above: above()?,
                votes: Arc::new(casts(self.votes.ok_or(lacks("votes"))?)),
                passed: {
                    let passed = self.passed.ok_or(lacks("passed"))?;
                    passed.into_iter().map(DecreeNumber).collect()
                },
            },
            Name::LearnFromVotes => Action::LearnFromVotes(at()?),
            _ => {
                let (at, instance) = (at()?, (ballot(), other(), quorum()));
                let decree = self.decree.map(Decree::from).ok_or(lacks("decree"));
                Action::At(at, in_instance(action, instance, decree)?)
            }
        }))
    }

    fn recovered(self) -> Result<Deed, Unreadable> {
        let lacks = |field| Unreadable::Lacks {
            action: Name::Recover,
            field,
        };
        match self.schema.ok_or(lacks("schema"))? {
            SCHEMA => {}
            other => return Err(Unreadable::Schema(other)),
        }
        let decrees = self.decrees.ok_or(lacks("decrees"))?.into_iter();
        Ok(Deed::Recover(Box::new(Recovered {
            identity: Identity {
                cluster: self.cluster.ok_or(lacks("cluster"))?.into_owned(),
                me: priest(self.node)?,
                legislators: self.legislators.ok_or(lacks("legislators"))? as usize,
            },
            ledger: Ledger {
                last_tried: self.last_tried.map(BallotNumber),
                next_bal: self.next_bal.map(BallotNumber),
                votes: casts(self.votes.ok_or(lacks("votes"))?),
                decrees: decrees
                    .map(|(at, decree)| (DecreeNumber(at), decree.into()))
                    .collect(),
            },
            known: self.known.map(DecreeNumber).ok_or(lacks("known"))?,
        })))
    }
}

type Fields = (
    Result<BallotNumber, Unreadable>,
    Result<Priest, Unreadable>,
    Result<PriestSet, Unreadable>,
);

fn in_instance(
    action: Name,
    (ballot, priest, quorum): Fields,
    decree: Result<Decree, Unreadable>,
) -> Result<Of<Decree>, Unreadable> {
    Ok(match action {
        Name::StartPolling => Of::StartPolling(quorum?, decree?),
        Name::ReceiveBeginBallot => Of::ReceiveBeginBallot(ballot?, decree?, quorum?),
        Name::ReceiveVoted => Of::ReceiveVoted(ballot?, priest?),
        Name::ReceiveSuccess => Of::ReceiveSuccess(decree?),
        Name::SendBeginBallot => Of::SendBeginBallot,
        Name::SendVoted => Of::SendVoted,
        Name::SendSuccess => Of::SendSuccess,
        Name::Succeed => Of::Succeed,
        // Named without a decree number, which is not looked for.
        _ => {
            return Err(Unreadable::Lacks {
                action,
                field: "at",
            });
        }
    })
}

fn priest(counted_from_1: u64) -> Result<Priest, Unreadable> {
    let index = counted_from_1.checked_sub(1);
    let index = index.and_then(|index| usize::try_from(index).ok());
    index
        .and_then(Priest::new)
        .ok_or(Unreadable::Nobody(counted_from_1))
}

fn casts<'a>(
    votes: impl IntoIterator<Item = (u64, u64, DecreeWords<'a>)>,
) -> BTreeMap<DecreeNumber, Cast<Decree>> {
    let votes = votes.into_iter();
    let cast = |(at, number, decree): (u64, u64, DecreeWords<'_>)| {
        let number = BallotNumber(number);
        let decree = decree.into();
        (DecreeNumber(at), Cast { number, decree })
    };
    votes.map(cast).collect()
}
