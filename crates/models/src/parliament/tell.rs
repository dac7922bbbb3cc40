//! Legislators, their messages and the 𝓑s told to a person.

use super::Candidate;
use super::claim_view::ClaimView;
use super::history::History;
use super::setting::{Command, Decree, Request, Setting, code};
use crate::bounds::{Bounds, plural};
use crate::figure::{self, ballot_fields};
use crate::kinds::kinds;
use crate::world::{Bounded, Site, timer_name};
use std::fmt::Display;
use synod_math::{Ballot, BallotSet, Priest, PriestSet};
use synod_paper::variables::OrMinusInfinity;
use synod_protocol::Timer;
use synod_protocol::parliament::{DecreeNumber, Input, Message, Slip, Told};
use synod_vocabulary::{Field, Value};
use synod_world::Tell;

kinds! {
    /// The kinds of inputs.
    enum Kind of Input<Command> {
        NextBallot = "Receive NextBallot": Input::Receive { message: Message::NextBallot { .. }, .. },
        LastVote = "Receive LastVote": Input::Receive { message: Message::LastVote { .. }, .. },
        BeginBallot = "Receive BeginBallot": Input::Receive { message: Message::BeginBallot { .. }, .. },
        Voted = "Receive Voted": Input::Receive { message: Message::Voted { .. }, .. },
        Success = "Receive Success": Input::Receive { message: Message::Success { .. }, .. },
        Refused = "Receive Refused": Input::Receive { message: Message::Refused { .. }, .. },
        Present = "Receive Present": Input::Receive { message: Message::Present { .. }, .. },
        Forwarded = "Receive a forwarded request": Input::Receive { message: Message::Forwarded { .. }, .. },
        Declined = "Receive a declined request": Input::Receive { message: Message::Declined { .. }, .. },
        Absence = "the absence timer fires": Input::Timeout(Timer::Absence),
        // Presence is there from the start: no step of a world.
        Round = "the round timer fires": Input::Timeout(Timer::Round | Timer::Presence),
        Proposed = "a client asks": Input::Propose(_),
    }
}

impl Tell<Candidate> for Setting {
    type ClaimView = ClaimView;

    fn claim_view(&self, site: &Site<Candidate>) -> ClaimView {
        ClaimView::of(&site.process, &site.ledger)
    }

    fn input_kinds(&self) -> &'static [&'static str] {
        Kind::NAMES
    }

    fn input_kind(&self, input: &Input<Command>) -> usize {
        Kind::place(input)
    }

    fn node_name(&self, priest: Priest) -> String {
        priest.to_string()
    }

    fn message_name(&self, message: &Message<Command>) -> String {
        message_name(self.bounds(), message)
    }

    fn request_name(&self, request: &Request) -> String {
        decree_name(self.bounds(), &Decree::Request(*request))
    }

    fn timer_name(&self, timer: Timer) -> String {
        timer_name(timer).to_owned()
    }

    fn site_fields(&self, _: Priest, site: &Site<Candidate>) -> Vec<Field> {
        site_fields(self, site)
    }

    fn history_fields(&self, history: &History) -> Vec<Field> {
        ballot_fields(&ballots(self, history)).into()
    }

    fn figure(&self, history: &History) -> Option<String> {
        Some(ballots(self, history).to_string())
    }

    fn drawing(&self, history: &History) -> Option<String> {
        Some(figure::draw(&ballots(self, history)))
    }
}

/// A decree by its name.
fn decree_name(bounds: &Bounds, decree: &Decree) -> String {
    bounds.decree_name(code(decree)).to_owned()
}

/// A message in the paper's words.
fn message_name(bounds: &Bounds, message: &Message<Command>) -> String {
    let named = |decree: &Decree| decree_name(bounds, decree);
    match message {
        Message::NextBallot { number, known } => format!("NextBallot({number}, {known})"),
        Message::LastVote {
            number,
            told,
            missing,
            ..
        } => {
            let told = told.iter().map(|(at, told)| match told {
                Told::Passed(decree) => format!("{at}: {} passed", named(decree)),
                Told::Voted(cast) => format!("{at}: {} in {}", named(&cast.decree), cast.number),
            });
            let missing = missing.iter().map(|at| format!("{at}: missing"));
            let all: Vec<_> = missing.chain(told).collect();
            if all.is_empty() {
                format!("LastVote({number}, no votes)")
            } else {
                format!("LastVote({number}, {})", all.join(", "))
            }
        }
        Message::BeginBallot {
            number,
            at,
            decree,
            quorum,
            passed,
        } => {
            let success = match passed.0 {
                0 => String::new(),
                _ => format!(", Success up to {passed}"),
            };
            let decree = named(decree);
            format!("BeginBallot({number}, {at}: {decree}{success}) to {quorum}")
        }
        Message::Voted { number, at, priest } => format!("Voted({number}, {at}, {priest})"),
        Message::Success { at, decree } => format!("Success({at}: {})", named(decree)),
        Message::Refused { next_bal } => format!("Refused({next_bal})"),
        Message::Present { known, next_bal } => {
            format!("Present({known}, {})", OrMinusInfinity(*next_bal))
        }
        Message::Forwarded { request } => {
            format!("Forwarded({})", named(&Decree::Request(*request)))
        }
        Message::Declined { why, .. } => format!("Declined({why})"),
    }
}

/// A legislator, his ledger, his slip, his law and the timers that are set.
fn site_fields(setting: &Setting, site: &Site<Candidate>) -> Vec<Field> {
    let bounds = setting.bounds();
    let (process, ledger) = (site.process.shipped(), &site.ledger);
    let number = |number| Value::one(OrMinusInfinity(number));
    let at = |at: &DecreeNumber, decree: &Decree| format!("{at}: {}", decree_name(bounds, decree));
    let decrees = ledger
        .decrees
        .iter()
        .map(|(number, decree)| at(number, decree));
    let votes = ledger.votes.iter();
    let votes =
        votes.map(|(number, cast)| format!("{} in {}", at(number, &cast.decree), cast.number));
    let slip = SlipFields::of(bounds, process.slip());
    let waiting = process.waiting().iter();
    let waiting = waiting.map(|&request| decree_name(bounds, &Decree::Request(request)));
    let law = site.process.law();
    let value = law.state.value;
    let value = value.map(|value| setting.values[usize::from(value)].as_str());
    let law = format!(
        "{} after {}",
        value.unwrap_or("nothing"),
        plural(law.through.0, "decree")
    );
    [
        ("decrees", Value::set(decrees)),
        ("votes", Value::set(votes)),
        ("lastTried", number(ledger.last_tried)),
        ("nextBal", number(ledger.next_bal)),
        ("status", Value::one(slip.status)),
        ("prevVotes", Value::Set(slip.prev_votes)),
        ("quorum", Value::set(slip.quorum.iter())),
        ("ballots", Value::Set(slip.polls)),
        ("bound", Value::Set(slip.bound)),
        ("waiting", Value::set(waiting)),
        ("law", Value::One(law)),
        (
            "president",
            Value::one(if process.is_president() { "yes" } else { "no" }),
        ),
        ("timers", Value::set(site.timers().map(timer_name))),
    ]
    .map(|(variable, value)| Field::of(process.me(), variable, value))
    .into()
}

/// A slip of paper in words.
#[derive(Default)]
struct SlipFields {
    status: &'static str,
    prev_votes: Vec<String>,
    quorum: PriestSet,
    polls: Vec<String>,
    bound: Vec<String>,
}

impl SlipFields {
    fn of(bounds: &Bounds, slip: &Slip<Command>) -> Self {
        let at =
            |at: &DecreeNumber, decree: &Decree| format!("{at}: {}", decree_name(bounds, decree));
        match slip {
            Slip::Idle => Self {
                status: "idle",
                ..Self::default()
            },
            Slip::Trying { answers } => {
                let votes = answers.iter().map(|(priest, votes)| {
                    let votes = votes.iter();
                    let votes = votes
                        .map(|(n, cast)| format!("{} in {}", at(n, &cast.decree), cast.number));
                    format!("{priest} ({})", votes.collect::<Vec<_>>().join(", "))
                });
                Self {
                    status: "trying",
                    prev_votes: votes.collect(),
                    ..Self::default()
                }
            }
            Slip::Presiding(office) => {
                let polls = office.polls.iter();
                let polls = polls.map(|(n, poll)| {
                    format!("{} with the votes of {}", at(n, &poll.decree), poll.voters)
                });
                let bound = office.bound.iter().map(|(n, decree)| at(n, decree));
                Self {
                    status: "presiding",
                    quorum: office.quorum,
                    polls: polls.collect(),
                    bound: bound.collect(),
                    ..Self::default()
                }
            }
        }
    }
}

/// The 𝓑s of all decree numbers in one: each decree with its number.
fn ballots(setting: &Setting, history: &History) -> BallotSet<String> {
    let bounds = setting.bounds();
    let ballots = setting.decree_numbers().flat_map(|number| {
        let instance = setting.instance(history, number);
        let ballots = instance.ballots.named(bounds);
        let of = |ballot: &Ballot<String>| ballot.map(|decree| numbered(number, decree));
        ballots.iter().map(of).collect::<Vec<_>>()
    });
    ballots.collect()
}

fn numbered(number: usize, decree: impl Display) -> String {
    format!("{number}: {decree}")
}
