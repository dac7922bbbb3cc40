//! The format of each type. The order of variants and fields must not change (see [`super`]).

use super::layout::{Layout, layout, written_as};
use super::{LARGEST_COMMAND, LARGEST_NUMBER, Malformed};
use crate::{Command, Decree, Message, Request};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use synod_math::{BallotNumber, Cast, Priest, PriestSet};
use synod_protocol::parliament::{Declined, DecreeNumber, RequestId, Told};

layout! { enum Message as WrittenMessage {
    NextBallot { number: BallotNumber, known: DecreeNumber },
    LastVote {
        number: BallotNumber,
        above: DecreeNumber,
        told: BTreeMap<DecreeNumber, Told<Command>>,
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
} }

layout! { enum Told<Command> as WrittenTold {
    Passed(decree: Decree),
    Voted(cast: Cast<Decree>),
} }

layout! { enum Decree as WrittenDecree { OliveDay, Request(request: Request) } }

layout! { enum Declined as WrittenDeclined { NoPresident, Full, Superseded } }

layout! { struct Cast<Decree> { number: BallotNumber, decree: Decree } }

layout! { struct Request { id: RequestId, command: Command } }

layout! { struct RequestId { client: u64, sequence: u64 } }

written_as! {
    u64 as u64: |number| number, Ok;
    bool as bool: |is_so| is_so, Ok;
    BallotNumber as u64: |b| b.0, |b| Ok(Self(number(b)?));
    DecreeNumber as u64: |n| n.0, |n| Ok(Self(number(n)?));
    Priest as u8: |p| p.index() as u8, |p| Self::new(p.into()).ok_or(Malformed::Priest(p));
    PriestSet as u64: Self::bits, |bits| Ok(Self::from_bits(bits));
    Command as WrittenCommand: WrittenCommand, |written| small(written.0);
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
pub(super) struct WrittenCommand(#[serde(with = "synod_trace::command::Command")] Command);

/// Refuses a command that no client can have asked for.
fn small(command: Command) -> Result<Command, Malformed> {
    match command.size() {
        large if large > LARGEST_COMMAND => Err(Malformed::TooLarge(large)),
        _ => Ok(command),
    }
}
