//! The format of each type. The order of variants and fields must not change (see [`super`]).

use super::layout::{Layout, layout, written_as};
use super::{LARGEST_COMMAND, LARGEST_NUMBER, Malformed, encode};
use crate::{Answer, Decree, Map, Message, Request, Response, SharedCommand};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use synod_math::{BallotNumber, Cast, Priest, PriestSet};
use synod_protocol::parliament::{Declined, DecreeNumber, Law, LawEntry, Life, RequestId, Told};
use synod_protocol::state_machine::map::{Bytes, Entry};

layout! { enum Message as WrittenMessage {
    NextBallot { number: BallotNumber, known: DecreeNumber, life: Option<Life> },
    LastVote {
        number: BallotNumber,
        life: Option<Life>,
        above: DecreeNumber,
        through: Option<DecreeNumber>,
        told: BTreeMap<DecreeNumber, Told<SharedCommand>>,
        missing: Vec<DecreeNumber>
    },
    BeginBallot {
        number: BallotNumber,
        at: DecreeNumber,
        decree: Decree,
        quorum: PriestSet,
        passed: DecreeNumber
    },
    Voted { number: BallotNumber, at: DecreeNumber, priest: Priest },
    Success { at: DecreeNumber, decree: Decree },
    Refused { next_bal: BallotNumber },
    Present { known: DecreeNumber, next_bal: Option<BallotNumber> },
    Forwarded { request: Request },
    Declined { id: RequestId, why: Declined },
    NextPart { number: BallotNumber, above: DecreeNumber, life: Option<Life> },
    Snapshot { law: Law<Map> },
    Lost { life: Life, known: DecreeNumber },
    Largest { life: Life, number: Option<BallotNumber> },
    Readmit { life: Life, bound: Option<BallotNumber> },
    Readmitted { life: Life, number: BallotNumber, through: DecreeNumber },
} }

/// The layout of an entry of a law: those of the map, of which later versions have more, among the others.
#[derive(Serialize, Deserialize)]
pub(super) enum WrittenLawEntry {
    Value(<(Bytes, Bytes) as Layout>::Written),
    Answer(<Answer as Layout>::Written),
    Watched(<(Bytes, u64) as Layout>::Written),
    LastWatch(u64),
    Deadline(<(Bytes, u64) as Layout>::Written),
    Time(u64),
}

impl Layout for LawEntry<Map> {
    type Written = WrittenLawEntry;

    fn write(self) -> WrittenLawEntry {
        match self {
            Self::State(Entry::Value(key, value)) => WrittenLawEntry::Value((key, value).write()),
            Self::State(Entry::Watched(key, number)) => {
                WrittenLawEntry::Watched((key, number).write())
            }
            Self::State(Entry::LastWatch(number)) => WrittenLawEntry::LastWatch(number),
            Self::State(Entry::Deadline(key, at)) => WrittenLawEntry::Deadline((key, at).write()),
            Self::State(Entry::Time(now)) => WrittenLawEntry::Time(now),
            Self::Answer(answer) => WrittenLawEntry::Answer(answer.write()),
        }
    }

    fn read(written: WrittenLawEntry) -> Result<Self, Malformed> {
        Ok(match written {
            WrittenLawEntry::Value(written) => {
                let (key, value) = <(Bytes, Bytes)>::read(written)?;
                Self::State(Entry::Value(key, value))
            }
            WrittenLawEntry::Watched(written) => {
                let (key, number) = <(Bytes, u64)>::read(written)?;
                Self::State(Entry::Watched(key, number))
            }
            WrittenLawEntry::LastWatch(number) => Self::State(Entry::LastWatch(number)),
            WrittenLawEntry::Deadline(written) => {
                let (key, at) = <(Bytes, u64)>::read(written)?;
                Self::State(Entry::Deadline(key, at))
            }
            WrittenLawEntry::Time(now) => Self::State(Entry::Time(now)),
            WrittenLawEntry::Answer(written) => Self::Answer(Layout::read(written)?),
        })
    }
}

layout! { enum Response as WrittenResponse {
    Value(value: Option<Bytes>),
    Set(is_set: bool),
    Deleted(is_deleted: bool),
    Number(number: i64),
    NotANumber,
    Overflow,
    Values(values: Vec<Option<Bytes>>),
    Keys { keys: Vec<Bytes>, are_all: bool },
    Watched(numbers: Vec<u64>),
    Many(responses: Arc<[Response]>),
    Changed,
    TooLarge,
} }

/// The response to one of many commands, which is not to many itself, as bytes of its own: what is read
/// comes from outside, so responses in responses in responses would have no end.
#[derive(Serialize, Deserialize)]
pub(super) struct WrittenStep(#[serde(with = "serde_bytes")] Vec<u8>);

impl Layout for Arc<[Response]> {
    type Written = Vec<WrittenStep>;

    fn write(self) -> Vec<WrittenStep> {
        let write = |response: &Response| WrittenStep(encode(response.clone()));
        self.iter().map(write).collect()
    }

    fn read(written: Vec<WrittenStep>) -> Result<Self, Malformed> {
        written.into_iter().map(read_step).collect()
    }
}

fn read_step(WrittenStep(bytes): WrittenStep) -> Result<Response, Malformed> {
    match postcard::take_from_bytes(&bytes)? {
        (WrittenResponse::Many(_), _) => Err(Malformed::Nested),
        (written, []) => Response::read(written),
        (_, rest) => Err(Malformed::TooLong(rest.len())),
    }
}

layout! { struct Answer { id: RequestId, number: DecreeNumber, response: Response } }

layout! { enum Told<SharedCommand> as WrittenTold {
    Passed(decree: Decree),
    Voted(cast: Cast<Decree>),
} }

layout! { enum Decree as WrittenDecree { OliveDay, Request(request: Request) } }

layout! { enum Declined as WrittenDeclined { NoPresident, Full, Superseded } }

layout! { struct Cast<Decree> { number: BallotNumber, decree: Decree } }

layout! { struct Request { id: RequestId, command: SharedCommand } }

layout! { struct RequestId { client: u64, sequence: u64 } }

written_as! {
    u64 as u64: |number| number, Ok;
    i64 as i64: |number| number, Ok;
    bool as bool: |is_so| is_so, Ok;
    Bytes as serde_bytes::ByteBuf: |bytes| serde_bytes::ByteBuf::from(&*bytes), |bytes| Ok(bytes.into_vec().into());
    BallotNumber as u64: |b| b.0, |b| Ok(Self(number(b)?));
    DecreeNumber as u64: |n| n.0, |n| Ok(Self(number(n)?));
    Life as u64: |life| life.0, |life| Ok(Self(life));
    Priest as u8: |p| p.index() as u8, |p| Self::new(p.into()).ok_or(Malformed::Priest(p));
    PriestSet as u64: Self::bits, |bits| Ok(Self::from_bits(bits));
    SharedCommand as WrittenCommand: WrittenCommand, |written| small(written.0);
}

/// A law is written as its number and its entries.
impl Layout for Law<Map> {
    type Written = (u64, Vec<WrittenLawEntry>);

    fn write(self) -> Self::Written {
        let entries = self.entries().map(Layout::write);
        (self.through().write(), entries.collect())
    }

    fn read((through, entries): Self::Written) -> Result<Self, Malformed> {
        let entries: Result<Vec<_>, _> = entries.into_iter().map(LawEntry::read).collect();
        Ok(Self::restore(DecreeNumber::read(through)?, entries?))
    }
}

/// Refuses a number that no legislator can have used.
pub(super) fn number(number: u64) -> Result<u64, Malformed> {
    if number > LARGEST_NUMBER {
        return Err(Malformed::Number(number));
    }
    Ok(number)
}

/// A command, in the same form as in traces.
#[derive(Serialize, Deserialize)]
pub(super) struct WrittenCommand(#[serde(with = "shared")] SharedCommand);

mod shared {
    use crate::SharedCommand;
    use serde::{Deserializer, Serializer};
    use synod_trace::command::Command;

    pub(super) fn serialize<S: Serializer>(
        command: &SharedCommand,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        Command::serialize(command, serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<SharedCommand, D::Error> {
        Command::deserialize(deserializer).map(SharedCommand::new)
    }
}

/// Refuses a command that no client can have asked for.
fn small(command: SharedCommand) -> Result<SharedCommand, Malformed> {
    match command.size() {
        large if large > LARGEST_COMMAND => Err(Malformed::TooLarge(large)),
        _ => Ok(command),
    }
}
