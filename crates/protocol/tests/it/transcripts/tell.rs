//! The text of a transcript.

use crate::parliament::{End, Parliament, Step};
use std::fmt::Display;
use synod_math::{Priest, Vote};
use synod_protocol::{Action, Ledger, Note, Output, Slip};

/// Every output of a step in order, one on each line.
pub(super) fn step(step: &Step) -> String {
    let mut next_letter = step.first_letter;
    let mut lines: Vec<_> = step
        .outputs
        .iter()
        .map(|told| output(step.who, told, &mut next_letter))
        .collect();
    lines.extend(step.ignored.map(|why| format!("ignored: {why:?}")));
    match step.end {
        End::Crashed => lines.push(format!("{} crashes", step.who)),
        End::Absent => lines.push(format!("{} is not there", step.who)),
        End::Done if lines.is_empty() => lines.push("nothing".to_owned()),
        End::Done => {}
    }
    indented(&lines.join("\n"))
}

fn output(priest: Priest, output: &Output<char>, next_letter: &mut usize) -> String {
    match output {
        Output::Record(note) => format!("{priest} records {}", noted(note)),
        Output::Send { to, message } => {
            let number = *next_letter;
            *next_letter += 1;
            format!("{priest} sends {number}: {priest}→{to} {message}")
        }
        Output::SetTimer(timer) => format!("{priest} sets {timer:?}"),
        Output::CancelTimer(timer) => format!("{priest} cancels {timer:?}"),
        Output::Tell(decree) => format!("{priest} has decided {decree}"),
        Output::Did(action) => format!("{priest} did {}", done(action)),
    }
}

fn noted(note: &Note<char>) -> String {
    match note {
        Note::LastTried(number) => format!("lastTried = {number}"),
        Note::NextBal(number) => format!("nextBal = {number}"),
        Note::PrevVote(cast) => format!("prevBal = {}, prevDec = {}", cast.number, cast.decree),
        Note::Outcome(decree) => format!("outcome = {decree}"),
    }
}

/// An action as text, with arguments that its own text leaves out.
fn done(action: &Action<char>) -> String {
    match action {
        Action::ReceiveLastVote(number, vote) => format!("Receive LastVote({number}, {vote})"),
        Action::ReceiveBeginBallot(_, _, quorum) => format!("{action} to {quorum}"),
        _ => action.to_string(),
    }
}

pub(super) fn in_flight(parliament: &Parliament) -> String {
    let numbers = parliament.in_flight_numbers();
    if numbers.is_empty() {
        return "in flight: nothing\n".to_owned();
    }
    let letters: Vec<_> = numbers
        .iter()
        .map(|&number| format!("{number}: {}", parliament.letter(number)))
        .collect();
    format!("in flight:\n{}", indented(&letters.join("\n")))
}

/// Every ledger and slip, and 𝓑.
pub(super) fn all(parliament: &Parliament) -> String {
    let priests: Vec<_> = parliament.all().map(|p| one(parliament, p)).collect();
    let ballots = parliament.ballots().to_string();
    indented(&priests.join("\n")) + &indented(&ballots)
}

fn one(parliament: &Parliament, priest: Priest) -> String {
    let known = ledger(priest, parliament.durable(priest));
    match parliament.process(priest) {
        None => format!("{priest}: {known}; absent"),
        Some(process) => {
            let office = if process.is_president() {
                ", president"
            } else {
                ""
            };
            format!(
                "{priest}: {known}; {}{office}",
                slip(process.basic().slip())
            )
        }
    }
}

fn ledger(priest: Priest, ledger: &Ledger<char>) -> String {
    let cast = ledger.prev_vote;
    format!(
        "outcome {}, lastTried {}, vote {}, nextBal {}",
        or(ledger.outcome, "BLANK"),
        or(ledger.last_tried, "−∞"),
        Vote { priest, cast },
        or(ledger.next_bal, "−∞"),
    )
}

fn or(value: Option<impl Display>, none: &str) -> String {
    value.map_or(none.to_owned(), |value| value.to_string())
}

fn slip(slip: &Slip<char>) -> String {
    match slip {
        Slip::Idle => "idle".to_owned(),
        Slip::Trying { prev_votes } => {
            let votes: Vec<_> = prev_votes.values().map(Vote::to_string).collect();
            format!("trying, prevVotes {{{}}}", votes.join(" "))
        }
        Slip::Polling {
            quorum,
            voters,
            decree,
            ..
        } => {
            format!("polling {quorum} on {decree}, voters {voters}")
        }
    }
}

fn indented(text: &str) -> String {
    let lines = text.lines().map(|line| format!("  {line}\n"));
    lines.collect()
}
