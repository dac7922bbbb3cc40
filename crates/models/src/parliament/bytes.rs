//! Messages and requests of a parliament as bytes.

use super::setting::{Command, Decree, Request};
use crate::bytes::Bytes;
use synod_math::{BallotNumber, Cast};
use synod_protocol::parliament::{Declined, DecreeNumber, Message, RequestId, Told};

impl Bytes for DecreeNumber {
    fn write(&self, bytes: &mut Vec<u8>) {
        self.0.write(bytes);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        u64::read(bytes).map(Self)
    }
}

impl Bytes for RequestId {
    fn write(&self, bytes: &mut Vec<u8>) {
        (self.client, self.sequence).write(bytes);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let (client, sequence) = Bytes::read(bytes)?;
        Some(Self { client, sequence })
    }
}

impl Bytes for Command {
    fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Read => 0_u8.write(bytes),
            Self::Write(value) => (1_u8, *value).write(bytes),
            Self::CompareAndSet { expected, new } => {
                2_u8.write(bytes);
                expected.write(bytes);
                new.write(bytes);
            }
        }
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        Some(match u8::read(bytes)? {
            0 => Self::Read,
            1 => Self::Write(Bytes::read(bytes)?),
            2 => Self::CompareAndSet {
                expected: Bytes::read(bytes)?,
                new: Bytes::read(bytes)?,
            },
            _ => return None,
        })
    }
}

impl Bytes for Request {
    fn write(&self, bytes: &mut Vec<u8>) {
        self.id.write(bytes);
        self.command.write(bytes);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        Some(Self {
            id: Bytes::read(bytes)?,
            command: Bytes::read(bytes)?,
        })
    }
}

impl Bytes for Decree {
    fn write(&self, bytes: &mut Vec<u8>) {
        let request = match self {
            Self::OliveDay => None,
            Self::Request(request) => Some(*request),
        };
        request.write(bytes);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let request = Bytes::read(bytes)?;
        Some(match request {
            None => Self::OliveDay,
            Some(request) => Self::Request(request),
        })
    }
}

impl Bytes for Told<Command> {
    fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Passed(decree) => {
                0_u8.write(bytes);
                decree.write(bytes);
            }
            Self::Voted(cast) => {
                (1_u8, cast.number).write(bytes);
                cast.decree.write(bytes);
            }
        }
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        Some(match u8::read(bytes)? {
            0 => Self::Passed(Bytes::read(bytes)?),
            1 => Self::Voted(Cast {
                number: BallotNumber::read(bytes)?,
                decree: Bytes::read(bytes)?,
            }),
            _ => return None,
        })
    }
}

impl Bytes for Declined {
    fn write(&self, bytes: &mut Vec<u8>) {
        let code = match self {
            Self::NoPresident => 0_u8,
            Self::Full => 1,
            Self::Superseded => 2,
        };
        code.write(bytes);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        Some(match u8::read(bytes)? {
            0 => Self::NoPresident,
            1 => Self::Full,
            2 => Self::Superseded,
            _ => return None,
        })
    }
}

impl Bytes for Message<Command> {
    fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::NextBallot { number, known } => {
                (0_u8, *number).write(bytes);
                known.write(bytes);
            }
            Self::LastVote {
                number,
                above,
                told,
                missing,
            } => {
                (1_u8, *number).write(bytes);
                above.write(bytes);
                told.write(bytes);
                missing.write(bytes);
            }
            Self::BeginBallot {
                number,
                at,
                decree,
                quorum,
                passed,
            } => {
                (2_u8, *number).write(bytes);
                (*at, *decree).write(bytes);
                (*quorum, *passed).write(bytes);
            }
            Self::Voted { number, at, priest } => {
                (3_u8, *number).write(bytes);
                (*at, *priest).write(bytes);
            }
            Self::Success { at, decree } => {
                (4_u8, *at).write(bytes);
                decree.write(bytes);
            }
            Self::Refused { next_bal } => (5_u8, *next_bal).write(bytes),
            Self::Present { known, next_bal } => {
                (6_u8, *known).write(bytes);
                next_bal.write(bytes);
            }
            Self::Forwarded { request } => (7_u8, *request).write(bytes),
            Self::Declined { id, why } => {
                (8_u8, *id).write(bytes);
                why.write(bytes);
            }
        }
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        Some(match u8::read(bytes)? {
            0 => Self::NextBallot {
                number: Bytes::read(bytes)?,
                known: Bytes::read(bytes)?,
            },
            1 => Self::LastVote {
                number: Bytes::read(bytes)?,
                above: Bytes::read(bytes)?,
                told: Bytes::read(bytes)?,
                missing: Bytes::read(bytes)?,
            },
            2 => Self::BeginBallot {
                number: Bytes::read(bytes)?,
                at: Bytes::read(bytes)?,
                decree: Bytes::read(bytes)?,
                quorum: Bytes::read(bytes)?,
                passed: Bytes::read(bytes)?,
            },
            3 => Self::Voted {
                number: Bytes::read(bytes)?,
                at: Bytes::read(bytes)?,
                priest: Bytes::read(bytes)?,
            },
            4 => Self::Success {
                at: Bytes::read(bytes)?,
                decree: Bytes::read(bytes)?,
            },
            5 => Self::Refused {
                next_bal: Bytes::read(bytes)?,
            },
            6 => Self::Present {
                known: Bytes::read(bytes)?,
                next_bal: Bytes::read(bytes)?,
            },
            7 => Self::Forwarded {
                request: Bytes::read(bytes)?,
            },
            8 => Self::Declined {
                id: Bytes::read(bytes)?,
                why: Bytes::read(bytes)?,
            },
            _ => return None,
        })
    }
}
