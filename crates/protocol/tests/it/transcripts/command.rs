//! The commands of a transcript.

use crate::parliament::{Parliament, priest};
use synod_math::{Priest, Quorums};
use synod_protocol::Timer;

pub(super) enum Command {
    Convene(Quorums),
    Propose(Priest, char),
    TimeOut(Priest, Timer),
    Deliver(Which),
    Drop(Which),
    Duplicate(usize),
    Crash(Priest),
    CrashAfter(Priest, usize),
    Recover(Priest),
    Show,
}

/// Which letters in flight.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    Oldest,
    Number(usize),
    All,
}

impl Command {
    pub(super) fn parse(line: &str) -> Result<Self, String> {
        let words: Vec<_> = line.split_whitespace().collect();
        let command = match words[..] {
            ["priests", count] => Self::Convene(majority(count)?),
            ["weights", ref weights @ ..] => Self::Convene(weighted(weights)?),
            ["propose", who, decree] => Self::Propose(named(who)?, letter(decree)?),
            ["timeout", who, timer] => Self::TimeOut(named(who)?, timed(timer)?),
            ["deliver"] => Self::Deliver(Which::Oldest),
            ["deliver", "all"] => Self::Deliver(Which::All),
            ["deliver", which] => Self::Deliver(Which::Number(number(which)?)),
            ["drop", "all"] => Self::Drop(Which::All),
            ["drop", which] => Self::Drop(Which::Number(number(which)?)),
            ["duplicate", which] => Self::Duplicate(number(which)?),
            ["crash", who] => Self::Crash(named(who)?),
            ["crash", who, "after", outputs] => Self::CrashAfter(named(who)?, number(outputs)?),
            ["recover", who] => Self::Recover(named(who)?),
            ["show"] => Self::Show,
            _ => return Err(format!("unknown command `{line}`")),
        };
        Ok(command)
    }

    /// Checks that the priests and letters that the command names exist.
    pub(super) fn is_possible(&self, parliament: &Parliament) -> Result<(), String> {
        match *self {
            Self::Convene(_) | Self::Show | Self::Drop(Which::All) => Ok(()),
            Self::TimeOut(who, timer) => {
                exists(parliament, who)?;
                let is_set = parliament.has_set(who, timer);
                is_set
                    .then_some(())
                    .ok_or(format!("{who} has not set {timer:?}"))
            }
            Self::Propose(who, _)
            | Self::Crash(who)
            | Self::CrashAfter(who, _)
            | Self::Recover(who) => exists(parliament, who),
            Self::Deliver(Which::Number(number))
            | Self::Drop(Which::Number(number))
            | Self::Duplicate(number) => {
                let mut numbers = parliament.letters().map(|(number, _)| number);
                let found = numbers.any(|other| other == number);
                found
                    .then_some(())
                    .ok_or(format!("no letter {number} in flight"))
            }
            Self::Deliver(_) | Self::Drop(Which::Oldest) => {
                let some = parliament.letters().next();
                some.map(|_| ()).ok_or("no letter in flight".to_owned())
            }
        }
    }
}

fn exists(parliament: &Parliament, who: Priest) -> Result<(), String> {
    let found = parliament.all().any(|priest| priest == who);
    found.then_some(()).ok_or(format!("no priest `{who}`"))
}

fn majority(count: &str) -> Result<Quorums, String> {
    Quorums::majority(number(count)?).map_err(|error| error.to_string())
}

fn weighted(weights: &[&str]) -> Result<Quorums, String> {
    let weights: Result<_, _> = weights.iter().map(|weight| number(weight)).collect();
    Quorums::weighted(weights?).map_err(|error| error.to_string())
}

fn named(name: &str) -> Result<Priest, String> {
    let mut priests = (0..Priest::LIMIT).map(priest);
    let found = priests.find(|priest| priest.to_string() == name);
    found.ok_or(format!("no priest `{name}`"))
}

fn timed(name: &str) -> Result<Timer, String> {
    match name {
        "presence" => Ok(Timer::Presence),
        "absence" => Ok(Timer::Absence),
        "round" => Ok(Timer::Round),
        _ => Err(format!("no timer `{name}`")),
    }
}

fn letter(decree: &str) -> Result<char, String> {
    decree
        .parse()
        .map_err(|_| format!("a decree is one letter, not `{decree}`"))
}

fn number<N: std::str::FromStr>(word: &str) -> Result<N, String> {
    word.parse()
        .map_err(|_| format!("`{word}` is not a number"))
}
