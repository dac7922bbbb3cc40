//! Names and descriptions of legislators, their messages and the 𝓑s, for reports.

use super::Candidate;
use super::claim_view::ClaimView;
use super::history::History;
use super::setting::{Command, Decree, Machine, Request, Setting, code};
use super::{objection, tables};
use crate::bounds::Bounds;
use crate::figure::{self, ballot_fields};
use crate::kinds::kinds;
use crate::world::{Bounded, Observed, Site, TIMERS, ignored_name, in_parts, timer_name};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::Arc;
use synod_math::{Ballot, BallotSet, Cast, Priest, PriestSet};
use synod_paper::variables::OrMinusInfinity;
use synod_protocol::parliament::ledger::Votes;
use synod_protocol::parliament::{DecreeNumber, Input, Message, Slip, Told};
use synod_protocol::{Ignored, Timer};
use synod_vocabulary::{Field, Figure, Table, Value};
use synod_world::Tell;

kinds! {
    /// The kinds of inputs.
    enum Kind of Input<Machine> {
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
        // The world takes presence as given; it is not a step.
        Round = "the round timer fires": Input::Timeout(Timer::Round | Timer::Presence),
        Proposed = "a client asks": Input::Propose(_),
        // Only where snapshots are taken.
        Snapshot = "Receive Snapshot": Input::Receive { message: Message::Snapshot { .. }, .. },
        Durable = "the snapshot is durable": Input::Timeout(Timer::Snapshot),
        // Only where messages are small.
        NextPart = "Receive NextPart": Input::Receive { message: Message::NextPart { .. }, .. },
        // Only where ledgers are lost.
        Lost = "Receive Lost": Input::Receive { message: Message::Lost { .. }, .. },
        Largest = "Receive Largest": Input::Receive { message: Message::Largest { .. }, .. },
        Readmit = "Receive Readmit": Input::Receive { message: Message::Readmit { .. }, .. },
        Readmitted = "Receive Readmitted": Input::Receive { message: Message::Readmitted { .. }, .. },
    }
}

impl Tell<Candidate> for Setting {
    type ClaimView = ClaimView;

    fn claim_view(&self, site: &Site<Candidate>) -> ClaimView {
        ClaimView::of(&site.process, &site.ledger)
    }

    fn input_kinds(&self) -> &'static [&'static str] {
        let last = if self.losses > 0 {
            Kind::Readmitted
        } else if self.settings.size < self.numbers {
            Kind::NextPart
        } else if self.settings.snapshot.is_some() {
            Kind::Durable
        } else {
            Kind::Proposed
        };
        &Kind::NAMES[..=last as usize]
    }

    fn input_kind(&self, input: &Input<Machine>) -> usize {
        Kind::place(input)
    }

    fn node_name(&self, priest: Priest) -> String {
        priest.to_string()
    }

    fn message_name(&self, message: &Message<Machine>) -> String {
        message_name(Names(self.bounds()), message)
    }

    fn request_name(&self, request: &Request) -> String {
        Names(self.bounds()).request(request).to_owned()
    }

    fn timer_name(&self, timer: Timer) -> String {
        timer_name(timer).to_owned()
    }

    fn timers(&self) -> Vec<Timer> {
        let snapshots = usize::from(self.settings.snapshot.is_some());
        TIMERS[..2 + snapshots].to_vec()
    }

    fn ignored_name(&self, why: &Ignored) -> Option<String> {
        Some(ignored_name(*why).to_owned())
    }

    fn site_fields(&self, _: Priest, site: &Site<Candidate>) -> Vec<Field> {
        site_fields(self, site)
    }

    fn history_fields(&self, history: &History) -> Vec<Field> {
        ballot_fields(&ballots(self, history)).into()
    }

    fn figure(&self, history: &History) -> Option<Figure> {
        let instances: Vec<_> = self
            .decree_numbers()
            .map(|number| {
                let ballots = self.instance(history, number).ballots;
                (Some(number.to_string()), ballots.named(self.bounds()))
            })
            .collect();
        let drawing = ballots(self, history).to_string();
        Some(figure::of_instances(drawing, &instances))
    }

    fn tables(&self, history: &History, sites: &[&Site<Candidate>]) -> Vec<Table> {
        tables::tables(self, history, sites)
    }

    fn objection(&self, history: &History, step: &Observed<'_, Candidate>) -> Option<String> {
        objection::objection(self, history, step)
    }

    fn drawing(&self, history: &History) -> Option<String> {
        Some(figure::draw(&ballots(self, history)))
    }
}

/// The names of decrees, requests and votes.
#[derive(Clone, Copy)]
struct Names<'a>(&'a Bounds);

impl<'a> Names<'a> {
    fn decree(self, decree: &Decree) -> &'a str {
        self.0.decree_name(code(decree))
    }

    fn request(self, request: &Request) -> &'a str {
        self.decree(&Decree::Request(*request))
    }

    fn at(self, (at, decree): (&DecreeNumber, &Decree)) -> String {
        format!("{at}: {}", self.decree(decree))
    }

    fn vote(self, (at, cast): (&DecreeNumber, &Cast<Decree>)) -> String {
        format!("{} in {}", self.at((at, &cast.decree)), cast.number)
    }
}

/// The name of a message, in the paper's words.
fn message_name(names: Names<'_>, message: &Message<Machine>) -> String {
    match message {
        Message::NextBallot { number, known, .. } => format!("NextBallot({number}, {known})"),
        Message::LastVote {
            number,
            through,
            told,
            missing,
            ..
        } => {
            let told = told.iter().map(|(at, told)| match told {
                Told::Passed(decree) => format!("{} passed", names.at((at, decree))),
                Told::Voted(cast) => names.vote((at, cast)),
            });
            let missing = missing.iter().map(|at| format!("{at}: missing"));
            let more = through.map(|through| format!("more above {through}"));
            let all: Vec<_> = missing.chain(told).chain(more).collect();
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
            let decree = names.at((at, decree));
            format!("BeginBallot({number}, {decree}{success}) to {quorum}")
        }
        Message::Voted { number, at, priest } => format!("Voted({number}, {at}, {priest})"),
        Message::Success { at, decree } => format!("Success({})", names.at((at, decree))),
        Message::NextPart { number, above, .. } => format!("NextPart({number}, {above})"),
        Message::Snapshot { law } => format!("Snapshot({})", law.through()),
        Message::Lost { known, .. } => format!("Lost({known})"),
        Message::Largest { number, .. } => format!("Largest({})", OrMinusInfinity(*number)),
        Message::Readmit { bound, .. } => format!("Readmit({})", OrMinusInfinity(*bound)),
        Message::Readmitted {
            number, through, ..
        } => format!("Readmitted({number}, {through})"),
        Message::Refused { next_bal } => format!("Refused({next_bal})"),
        Message::Present { known, next_bal } => {
            format!("Present({known}, {})", OrMinusInfinity(*next_bal))
        }
        Message::Forwarded { request } => format!("Forwarded({})", names.request(request)),
        Message::Declined { why, .. } => format!("Declined({why})"),
    }
}

/// The fields of a legislator: his ledger, his slip, his law and his running timers.
fn site_fields(setting: &Setting, site: &Site<Candidate>) -> Vec<Field> {
    let names = Names(setting.bounds());
    let (process, ledger) = (site.process.shipped(), &site.ledger);
    let number = |number| Value::one(OrMinusInfinity(number));
    let decrees = ledger.decrees.iter().map(|held| names.at(held));
    let votes = ledger.votes.iter().map(|vote| names.vote(vote));
    let (status, prev_votes) = match process.slip() {
        Slip::Idle => ("idle", Vec::new()),
        Slip::Trying { answers, parts } => ("trying", prev_votes(names, answers, parts)),
        Slip::Presiding(_) => ("presiding", Vec::new()),
    };
    let office = process.slip().presiding();
    let quorum = office.map_or(PriestSet::EMPTY, |office| office.quorum);
    let polls = office.into_iter().flat_map(|office| &office.polls);
    let polls = polls.map(|(at, poll)| {
        let polled = names.at((at, &poll.decree));
        format!("{polled} with the votes of {}", poll.voters)
    });
    let bound = office.into_iter().flat_map(|office| &office.bound);
    let waiting = process.waiting().iter();
    let law = tables::law_name(setting, site);
    let is_president = process.is_president();
    let learner = (setting.losses > 0).then(|| {
        let is_learner = if process.is_learner() { "yes" } else { "no" };
        ("learner", Value::one(is_learner))
    });
    let snapshot = setting.settings.snapshot.map(|_| {
        let through = ledger.snapshot.through();
        ("snapshot", Value::one(format!("through {through}")))
    });
    let on_the_ledger = [
        ("decrees", Value::set(decrees)),
        ("votes", Value::set(votes)),
        ("lastTried", number(ledger.last_tried)),
        ("nextBal", number(ledger.next_bal)),
    ];
    let on_the_slip = [
        ("status", Value::one(status)),
        ("prevVotes", Value::set(prev_votes)),
        ("quorum", Value::set(quorum.iter())),
        ("ballots", Value::set(polls)),
        ("bound", Value::set(bound.map(|bound| names.at(bound)))),
        (
            "waiting",
            Value::set(waiting.map(|request| names.request(request))),
        ),
        ("law", Value::One(law)),
        (
            "president",
            Value::one(if is_president { "yes" } else { "no" }),
        ),
        ("timers", Value::set(site.timers().map(timer_name))),
    ];
    let pending = process.pending_snapshot().map(|law| {
        let through = law.through();
        ("pendingSnapshot", Value::one(format!("through {through}")))
    });
    let on_the_ledger = on_the_ledger.into_iter().chain(snapshot).chain(learner);
    in_parts(
        process.me(),
        on_the_ledger,
        on_the_slip.into_iter().chain(pending),
    )
}

/// The answers to a NextBallot: from whom, and the votes in them.
fn prev_votes(
    names: Names<'_>,
    answers: &BTreeMap<Priest, Arc<Votes<Command>>>,
    parts: &BTreeMap<Priest, (DecreeNumber, Votes<Command>)>,
) -> Vec<String> {
    let named =
        |votes: &Votes<Command>| -> Vec<_> { votes.iter().map(|vote| names.vote(vote)).collect() };
    let whole = answers
        .iter()
        .map(|(priest, votes)| format!("{priest} ({})", named(votes).join(", ")));
    let parts = parts.iter().map(|(priest, (through, votes))| {
        let mut all = named(votes);
        all.push(format!("more above {through}"));
        format!("{priest} ({})", all.join(", "))
    });
    whole.chain(parts).collect()
}

/// The 𝓑s of all decree numbers in one set: each decree has its number in front.
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
