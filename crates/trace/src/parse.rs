//! Decodes one line of a trace. A whole file is read with
//! [`Reader`](crate::Reader), which uses this module.

use crate::decree::DecreeJson;
use crate::line::{Continued, Entry, Event, Identity, Line, Name, Presided, Recovered, SCHEMA};
use crate::{Action, Decree, Ledger};
use std::collections::BTreeMap;
use std::sync::Arc;
use synod_math::{BallotNumber, Cast, Priest, PriestSet};
use synod_protocol::output::Action as Of;
use synod_protocol::parliament::{DecreeNumber, Life};

/// Why bytes are not a line of a trace.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// They are not a JSON object with the fields of a line.
    #[error("not a line of a trace: {0}")]
    Json(#[from] serde_json::Error),
    /// A field is missing that the line's action requires.
    #[error("a line of {action:?} without `{field}`")]
    Lacks {
        /// The action of the line.
        action: Name,
        /// The missing field.
        field: &'static str,
    },
    /// The trace was written in another version of the format.
    #[error("schema {0}; this program reads and writes {SCHEMA}")]
    Schema(u32),
    /// A number that stands for no legislator: 0, or more than a set of priests holds.
    #[error("there is no legislator {0}")]
    Nobody(u64),
}

/// Decodes the bytes of a line, without its newline.
///
/// ```
/// use synod_trace::{Action, Event, parse::parse};
///
/// let entry = parse(br#"{"line":2,"node":1,"action":"Send LastVote","above":7}"#)?;
/// assert_eq!((entry.line, entry.node.index()), (2, 0));
/// assert!(matches!(entry.event, Event::Did(Action::SendLastVote { .. })));
/// # Ok::<(), synod_trace::ParseError>(())
/// ```
///
/// # Errors
///
/// The bytes are not a line of a trace.
pub fn parse(bytes: &[u8]) -> Result<Entry, ParseError> {
    let line: Line<'_> = serde_json::from_slice(bytes)?;
    Ok(Entry {
        line: line.count,
        node: priest(line.node)?,
        event: line.event()?,
    })
}

impl Line<'_> {
    fn event(self) -> Result<Event, ParseError> {
        let action = self.action;
        let lacks = |field| ParseError::Lacks { action, field };
        let ballot = || self.ballot.map(BallotNumber).ok_or(lacks("ballot"));
        let at = || self.at.map(DecreeNumber).ok_or(lacks("at"));
        let above = || self.above.map(DecreeNumber).ok_or(lacks("above"));
        let through = || self.through.map(DecreeNumber).ok_or(lacks("through"));
        let other = || self.priest.ok_or(lacks("priest")).and_then(priest);
        let quorum = || {
            let members = self.quorum.as_deref().ok_or(lacks("quorum"))?;
            set(members)
        };
        Ok(Event::Did(match action {
            Name::Recover => {
                let recovered = self.recovered()?;
                return Ok(Event::Recover(Box::new(recovered)));
            }
            Name::Continue => return self.continued(),
            Name::TryNewBallot => Action::Everywhere(Of::TryNewBallot(ballot()?)),
            Name::SendNextBallot => Action::Everywhere(Of::SendNextBallot),
            Name::ReceiveNextBallot => Action::Everywhere(Of::ReceiveNextBallot(ballot()?)),
            Name::SendLastVote => Action::SendLastVote {
                above: above()?,
                through: through().ok(),
            },
            Name::SendSnapshot => Action::SendSnapshot {
                through: through()?,
            },
            Name::ReceiveSnapshot => Action::ReceiveSnapshot {
                through: through()?,
            },
            Name::ReceiveLastVote => Action::ReceiveLastVote {
                number: ballot()?,
                priest: other()?,
                above: above()?,
                through: through().ok(),
                votes: Arc::new(casts(self.votes.ok_or(lacks("votes"))?)),
                passed: {
                    let passed = self.passed.ok_or(lacks("passed"))?;
                    passed.into_iter().map(DecreeNumber).collect()
                },
            },
            _ => {
                let (at, instance) = (at()?, (ballot(), other(), quorum()));
                let decree = self.decree.map(Decree::from).ok_or(lacks("decree"));
                Action::At(at, in_instance(action, instance, decree)?)
            }
        }))
    }

    fn continued(mut self) -> Result<Event, ParseError> {
        let quorum = self.quorum.take();
        let polls = self.polls.take().unwrap_or_default().into_iter();
        let bound = self.bound.take().unwrap_or_default().into_iter();
        let polls = polls
            .map(|(at, decree, voters)| Ok((DecreeNumber(at), (decree.into(), set(&voters)?))));
        let polls = polls.collect::<Result<_, ParseError>>()?;
        let presided = match quorum {
            None => None,
            Some(quorum) => Some(Presided {
                quorum: set(&quorum)?,
                polls,
                bound: bound
                    .map(|(at, decree)| (DecreeNumber(at), decree.into()))
                    .collect(),
            }),
        };
        Ok(Event::Continue(Box::new(Continued {
            recovered: self.recovered()?,
            presided,
        })))
    }

    fn recovered(self) -> Result<Recovered, ParseError> {
        let action = self.action;
        let lacks = |field| ParseError::Lacks { action, field };
        match self.schema.ok_or(lacks("schema"))? {
            SCHEMA => {}
            other => return Err(ParseError::Schema(other)),
        }
        let decrees = self.decrees.ok_or(lacks("decrees"))?.into_iter();
        Ok(Recovered {
            identity: Identity {
                cluster: self.cluster.ok_or(lacks("cluster"))?.into_owned(),
                me: priest(self.node)?,
                legislators: self.legislators.ok_or(lacks("legislators"))? as usize,
            },
            ledger: Ledger {
                last_tried: self.last_tried.map(BallotNumber),
                next_bal: self.next_bal.map(BallotNumber),
                life: self.life.map(Life),
                is_learner: self.learner.unwrap_or_default(),
                votes: casts(self.votes.ok_or(lacks("votes"))?),
                decrees: decrees
                    .map(|(at, decree)| (DecreeNumber(at), decree.into()))
                    .collect(),
                ..Ledger::new()
            },
            known: self.known.map(DecreeNumber).ok_or(lacks("known"))?,
        })
    }
}

type Fields = (
    Result<BallotNumber, ParseError>,
    Result<Priest, ParseError>,
    Result<PriestSet, ParseError>,
);

fn in_instance(
    action: Name,
    (ballot, priest, quorum): Fields,
    decree: Result<Decree, ParseError>,
) -> Result<Of<Decree>, ParseError> {
    Ok(match action {
        Name::StartPolling => Of::StartPolling(quorum?, decree?),
        Name::ReceiveBeginBallot => Of::ReceiveBeginBallot(ballot?, decree?, quorum?),
        Name::ReceiveVoted => Of::ReceiveVoted(ballot?, priest?),
        Name::ReceiveSuccess => Of::ReceiveSuccess(decree?),
        Name::SendBeginBallot => Of::SendBeginBallot,
        Name::SendVoted => Of::SendVoted,
        Name::SendSuccess => Of::SendSuccess,
        Name::Succeed => Of::Succeed,
        Name::LoseSlip => Of::LoseSlip,
        Name::LearnFromVotes => Of::LearnFromVotes,
        // The other actions are decoded by the caller: they have no decree number.
        _ => {
            return Err(ParseError::Lacks {
                action,
                field: "at",
            });
        }
    })
}

fn set(members: &[u64]) -> Result<PriestSet, ParseError> {
    members.iter().map(|&member| priest(member)).collect()
}

fn priest(counted_from_1: u64) -> Result<Priest, ParseError> {
    let index = counted_from_1.checked_sub(1);
    let index = index.and_then(|index| usize::try_from(index).ok());
    index
        .and_then(Priest::new)
        .ok_or(ParseError::Nobody(counted_from_1))
}

fn casts<'a>(
    votes: impl IntoIterator<Item = (u64, u64, DecreeJson<'a>)>,
) -> BTreeMap<DecreeNumber, Cast<Decree>> {
    let votes = votes.into_iter();
    let cast = |(at, number, decree): (u64, u64, DecreeJson<'_>)| {
        let number = BallotNumber(number);
        let decree = decree.into();
        (DecreeNumber(at), Cast { number, decree })
    };
    votes.map(cast).collect()
}
