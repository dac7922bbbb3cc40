//! The trait of a model that can be compared with its twin, and the functions with which
//! the models write their states in the variables and values of the TLA+ modules.

use crate::value::Value;
use std::hash::Hash;
use synod_math::{BallotNumber, Priest, PriestSet};
use synod_models::ballots::Ballots;
use synod_models::bounds::{Bounds, Decree, Rank};
use synod_models::messages::{Packed, PackedVote};
use synod_vocabulary::Describe;

/// A model that has a twin in `tla/`.
pub(crate) trait Twin: Describe<State: Clone + Eq + Hash, Action: Clone> {
    /// A state as a value of the twin: a record with one field for each variable of the
    /// module.
    fn twin_state(&self, state: &Self::State) -> Value;
}

/// The number that the twins use for −∞, which TLA+ does not have.
const MINUS_INFINITY: i64 = -1;

/// A ballot number. −∞ is −1.
#[allow(clippy::cast_possible_wrap)] // Ballot numbers are small.
pub(crate) fn number(number: Option<BallotNumber>) -> Value {
    Value::Integer(number.map_or(MINUS_INFINITY, |number| number.0 as i64))
}

/// A priest: a number, counted from 1.
#[allow(clippy::cast_possible_wrap)] // A priest is one of 64.
pub(crate) fn priest(priest: Priest) -> Value {
    Value::Integer(priest.index() as i64 + 1)
}

/// A set of priests.
pub(crate) fn priests(set: PriestSet) -> Value {
    Value::set(set.iter().map(priest))
}

/// Translates the codes of a model into the values of its twin.
#[derive(Clone, Copy)]
pub(crate) struct Names<'a>(pub &'a Bounds);

impl Names<'_> {
    /// A ballot number. −∞ is −1.
    pub(crate) fn number(self, rank: Rank) -> Value {
        number(self.0.number(rank))
    }

    /// A decree. BLANK is the string "BLANK".
    pub(crate) fn decree(self, decree: Decree) -> Value {
        Value::text(self.0.decree_name(decree))
    }

    /// A function on the priests.
    pub(crate) fn of_priests(self, value: impl Fn(Priest) -> Value) -> Value {
        Value::tuple(self.0.priests().map(value))
    }

    /// A vote.
    pub(crate) fn vote(self, vote: PackedVote) -> Value {
        Value::record([
            ("pst", priest(vote.priest)),
            ("bal", self.number(vote.number)),
            ("dec", self.decree(vote.decree)),
        ])
    }

    /// 𝓑.
    pub(crate) fn ballots(self, ballots: &Ballots) -> Value {
        Value::set(ballots.iter().map(|(key, voters)| {
            Value::record([
                ("bal", self.number(key.number)),
                ("dec", self.decree(key.decree)),
                ("qrm", priests(key.quorum())),
                ("vot", priests(voters)),
            ])
        }))
    }

    /// An element of 𝓜.
    pub(crate) fn message(self, message: Packed) -> Value {
        let (kind, fields) = match message {
            Packed::NextBallot(b) => ("NextBallot", vec![("bal", self.number(b))]),
            Packed::LastVote(b, vote) => (
                "LastVote",
                vec![("bal", self.number(b)), ("vote", self.vote(vote))],
            ),
            Packed::BeginBallot(key) => (
                "BeginBallot",
                vec![
                    ("bal", self.number(key.number)),
                    ("dec", self.decree(key.decree)),
                    ("qrm", priests(key.quorum())),
                ],
            ),
            Packed::Voted(b, q) => ("Voted", vec![("bal", self.number(b)), ("pst", priest(q))]),
            Packed::Success(d) => ("Success", vec![("dec", self.decree(d))]),
        };
        message_of(kind, fields)
    }
}

/// A message: a record whose field `type` is the kind of the message.
pub(crate) fn message_of<'a>(
    kind: &str,
    fields: impl IntoIterator<Item = (&'a str, Value)>,
) -> Value {
    let kind = ("type", Value::text(kind));
    Value::record(fields.into_iter().chain([kind]))
}
