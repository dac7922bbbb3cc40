//! Between the format and the protocol's own types.

use super::types;
use super::{LARGEST_COMMAND, LARGEST_NUMBER, Malformed};
use synod_math::{BallotNumber, Priest, PriestSet};
use synod_protocol::parliament::{self, DecreeNumber, Request, Told};

fn number(number: u64) -> Result<u64, Malformed> {
    if number > LARGEST_NUMBER {
        return Err(Malformed::Number(number));
    }
    Ok(number)
}

fn ballot(of: u64) -> Result<BallotNumber, Malformed> {
    number(of).map(BallotNumber)
}

fn at(of: u64) -> Result<DecreeNumber, Malformed> {
    number(of).map(DecreeNumber)
}

/// The number of a decree that there is: they count from 1, and 0 stands for
/// none where somebody says how many he knows.
fn decree_at(of: u64) -> Result<DecreeNumber, Malformed> {
    if of == 0 {
        return Err(Malformed::NoDecree);
    }
    at(of)
}

impl From<crate::Message> for types::Message {
    fn from(message: crate::Message) -> Self {
        use parliament::Message as From;
        match message {
            From::NextBallot { number, known } => Self::NextBallot {
                number: number.0,
                known: known.0,
            },
            From::LastVote {
                number,
                above,
                told,
                missing,
            } => Self::LastVote {
                number: number.0,
                above: above.0,
                told: told
                    .into_iter()
                    .map(|(at, told)| (at.0, told.into()))
                    .collect(),
                missing: missing.into_iter().map(|at| at.0).collect(),
            },
            From::BeginBallot {
                number,
                at,
                decree,
                quorum,
                passed,
            } => Self::BeginBallot {
                number: number.0,
                at: at.0,
                decree: decree.into(),
                quorum: quorum.bits(),
                passed: passed.0,
            },
            From::Voted { number, at, priest } => Self::Voted {
                number: number.0,
                at: at.0,
                priest: priest.index() as u8,
            },
            From::Success { at, decree } => Self::Success {
                at: at.0,
                decree: decree.into(),
            },
            From::Refused { next_bal } => Self::Refused {
                next_bal: next_bal.0,
            },
            From::Present { known, next_bal } => Self::Present {
                known: known.0,
                next_bal: next_bal.map(|number| number.0),
            },
            From::Forwarded { request } => Self::Forwarded {
                request: request.into(),
            },
            From::Declined { id, why } => Self::Declined { id, why },
        }
    }
}

impl TryFrom<types::Message> for crate::Message {
    type Error = Malformed;

    fn try_from(message: types::Message) -> Result<Self, Malformed> {
        use types::Message as From;
        Ok(match message {
            From::NextBallot { number, known } => Self::NextBallot {
                number: ballot(number)?,
                known: at(known)?,
            },
            From::LastVote {
                number,
                above,
                told,
                missing,
            } => Self::LastVote {
                number: ballot(number)?,
                above: at(above)?,
                told: told
                    .into_iter()
                    .map(|(of, told)| Ok((decree_at(of)?, told.try_into()?)))
                    .collect::<Result<_, Malformed>>()?,
                missing: missing
                    .into_iter()
                    .map(decree_at)
                    .collect::<Result<_, _>>()?,
            },
            From::BeginBallot {
                number,
                at: of,
                decree,
                quorum,
                passed,
            } => Self::BeginBallot {
                number: ballot(number)?,
                at: decree_at(of)?,
                decree: decree.try_into()?,
                quorum: PriestSet::from_bits(quorum),
                passed: at(passed)?,
            },
            From::Voted {
                number,
                at: of,
                priest,
            } => Self::Voted {
                number: ballot(number)?,
                at: decree_at(of)?,
                priest: Priest::new(usize::from(priest)).ok_or(Malformed::Priest(priest))?,
            },
            From::Success { at: of, decree } => Self::Success {
                at: decree_at(of)?,
                decree: decree.try_into()?,
            },
            From::Refused { next_bal } => Self::Refused {
                next_bal: ballot(next_bal)?,
            },
            From::Present { known, next_bal } => Self::Present {
                known: at(known)?,
                next_bal: next_bal.map(ballot).transpose()?,
            },
            From::Forwarded { request } => Self::Forwarded {
                request: request.try_into()?,
            },
            From::Declined { id, why } => Self::Declined { id, why },
        })
    }
}

impl From<Told<crate::Command>> for types::Told {
    fn from(told: Told<crate::Command>) -> Self {
        match told {
            Told::Passed(decree) => Self::Passed(decree.into()),
            Told::Voted(cast) => Self::Voted(cast.into()),
        }
    }
}

impl TryFrom<types::Told> for Told<crate::Command> {
    type Error = Malformed;

    fn try_from(told: types::Told) -> Result<Self, Malformed> {
        Ok(match told {
            types::Told::Passed(decree) => Self::Passed(decree.try_into()?),
            types::Told::Voted(cast) => Self::Voted(cast.try_into()?),
        })
    }
}

impl From<synod_math::Cast<crate::Decree>> for types::Cast {
    fn from(cast: synod_math::Cast<crate::Decree>) -> Self {
        Self {
            number: cast.number.0,
            decree: cast.decree.into(),
        }
    }
}

impl TryFrom<types::Cast> for synod_math::Cast<crate::Decree> {
    type Error = Malformed;

    fn try_from(cast: types::Cast) -> Result<Self, Malformed> {
        Ok(Self {
            number: ballot(cast.number)?,
            decree: cast.decree.try_into()?,
        })
    }
}

impl From<crate::Decree> for types::Decree {
    fn from(decree: crate::Decree) -> Self {
        match decree {
            parliament::Decree::OliveDay => Self::OliveDay,
            parliament::Decree::Request(request) => Self::Request(request.into()),
        }
    }
}

impl TryFrom<types::Decree> for crate::Decree {
    type Error = Malformed;

    fn try_from(decree: types::Decree) -> Result<Self, Malformed> {
        Ok(match decree {
            types::Decree::OliveDay => Self::OliveDay,
            types::Decree::Request(request) => Self::Request(request.try_into()?),
        })
    }
}

impl From<crate::Request> for types::Request {
    fn from(request: crate::Request) -> Self {
        let Request { id, command } = request;
        Self { id, command }
    }
}

impl TryFrom<types::Request> for crate::Request {
    type Error = Malformed;

    fn try_from(request: types::Request) -> Result<Self, Malformed> {
        let types::Request { id, command } = request;
        match command.size() {
            large if large > LARGEST_COMMAND => Err(Malformed::TooLarge(large)),
            _ => Ok(Self { id, command }),
        }
    }
}
