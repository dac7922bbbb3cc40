//! The format: what is written of each type.

use super::layout::{Layout, layout};
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

/// A number that somebody can have dealt out.
pub(super) fn number(number: u64) -> Result<u64, Malformed> {
    if number > LARGEST_NUMBER {
        return Err(Malformed::Number(number));
    }
    Ok(number)
}

impl Layout for BallotNumber {
    type Written = u64;

    fn write(self) -> u64 {
        self.0
    }

    fn read(written: u64) -> Result<Self, Malformed> {
        number(written).map(Self)
    }
}

impl Layout for DecreeNumber {
    type Written = u64;

    fn write(self) -> u64 {
        self.0
    }

    fn read(written: u64) -> Result<Self, Malformed> {
        number(written).map(Self)
    }
}

impl Layout for Priest {
    type Written = u8;

    fn write(self) -> u8 {
        self.index() as u8
    }

    fn read(written: u8) -> Result<Self, Malformed> {
        Self::new(written.into()).ok_or(Malformed::Priest(written))
    }
}

impl Layout for PriestSet {
    type Written = u64;

    fn write(self) -> u64 {
        self.bits()
    }

    fn read(written: u64) -> Result<Self, Malformed> {
        Ok(Self::from_bits(written))
    }
}

/// A command, as it is in traces too.
#[derive(Serialize, Deserialize)]
pub(super) struct WrittenCommand(#[serde(with = "synod_trace::command::Command")] Command);

impl Layout for Command {
    type Written = WrittenCommand;

    fn write(self) -> WrittenCommand {
        WrittenCommand(self)
    }

    fn read(WrittenCommand(command): WrittenCommand) -> Result<Self, Malformed> {
        match command.size() {
            large if large > LARGEST_COMMAND => Err(Malformed::TooLarge(large)),
            _ => Ok(command),
        }
    }
}
