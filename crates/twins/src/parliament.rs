//! States of `Parliament.tla`: the ledgers, slips and timers, the messages on their way, and the
//! history: a state of `Basic.tla` for each decree number.

use crate::twin::{Names, Twin, message_of, number, priest, priests};
use crate::value::Value;
use std::collections::BTreeMap;
use synod_math::{Cast, Priest};
use synod_models::bounds;
use synod_models::parliament::history::History;
use synod_models::parliament::setting::{Command, Decree, Machine, code, position};
use synod_models::parliament::{Candidate, legislator::Legislator};
use synod_models::refinement::Broken;
use synod_models::world::{Envelope, InSetting, Site, State, World};
use synod_protocol::parliament::ledger::{Poll, Presiding, Votes};
use synod_protocol::parliament::{DecreeNumber, Ledger, Message, RequestId, Slip, Told};

impl Twin for World<Candidate> {
    fn twin_state(&self, state: &State) -> Value {
        let names = Names(self.bounds());
        let of_each = |value: &dyn Fn(&Site<Candidate>) -> Value| {
            names.of_priests(|p| value(self.site(state, p)))
        };
        let history = self.history(state);
        let sent = self.messages(state).map(|sent| envelope(names, sent));
        let mut variables = vec![
            ("ledgers", of_each(&|site| ledger(names, &site.ledger))),
            ("slips", of_each(&|site| slip(names, process(site).slip()))),
            ("isPresident", of_each(&is_president)),
            ("waiting", of_each(&|site| waiting(names, process(site)))),
            ("timers", of_each(&timers)),
            ("sent", Value::set(sent)),
            ("crashesLeft", Value::Integer(state.crashes_left.into())),
            ("paper", paper(self, history)),
            ("late", late(self, history)),
            (
                "crashedBeforeSending",
                Value::Boolean(history.past.crashed_before_sending),
            ),
        ];
        if has_gone_wrong(history) {
            variables.push(("hasGoneWrong", Value::Boolean(true)));
        }
        Value::record(variables)
    }
}

/// Whether the history records something that a correct parliament never does. The twin has no
/// variable for it, so such a state is equal to no state of the twin.
fn has_gone_wrong(history: &History) -> bool {
    history.past.has_diverged
        || history.past.went_back
        || history.past.is_outside
        || history.passed_over
        || history.taken_up_twice
        || history.law_out_of_order
        || history.asked_in_vain
        || history.broken != Broken::NOTHING
}

const fn process(site: &Site<Candidate>) -> &Legislator {
    site.process.shipped()
}

fn is_president(site: &Site<Candidate>) -> Value {
    Value::Boolean(process(site).is_president())
}

fn timers(site: &Site<Candidate>) -> Value {
    let names = site.timers().map(|timer| format!("{timer:?}"));
    Value::set(names.map(Value::text))
}

fn waiting(names: Names<'_>, legislator: &Legislator) -> Value {
    let requests = legislator.waiting().iter();
    Value::tuple(requests.map(|request| of_request(names, request.id)))
}

/// The state of `Basic` at each decree number.
fn paper(world: &World<Candidate>, history: &History) -> Value {
    let setting = world.setting();
    let instances = (1..=setting.numbers).map(|n| setting.instance(history, n));
    Value::tuple(instances.map(|instance| setting.basic.twin_state(instance)))
}

/// For each decree number, the decrees that were proposed there too late.
fn late(world: &World<Candidate>, history: &History) -> Value {
    let bounds = world.bounds();
    let late = history.late.iter().take(world.setting().numbers);
    Value::tuple(late.map(|bits| {
        let decrees = bounds.decrees().filter(|decree| bits & 1 << decree.0 != 0);
        Value::set(decrees.map(|decree| Names(bounds).decree(decree)))
    }))
}

fn ledger(names: Names<'_>, ledger: &Ledger<Machine>) -> Value {
    let mut fields = vec![
        ("lastTried", number(ledger.last_tried)),
        ("nextBal", number(ledger.next_bal)),
        ("votes", votes(names, &ledger.votes)),
        ("decrees", decrees(names, &ledger.decrees)),
    ];
    if ledger.is_learner || ledger.life.is_some() || ledger.snapshot.through() > DecreeNumber::ZERO
    {
        fields.push(BEYOND_THE_GRAIN);
    }
    Value::record(fields)
}

fn slip(names: Names<'_>, slip: &Slip<Command>) -> Value {
    let none = Value::set([]);
    match slip {
        Slip::Idle => slip_of("idle", none, None),
        Slip::Trying { answers, parts } => {
            let answers = answers.iter().map(|(q, of_priest)| {
                Value::record([("pst", priest(*q)), ("votes", votes(names, of_priest))])
            });
            let slip = slip_of("trying", Value::set(answers), None);
            if parts.is_empty() {
                slip
            } else {
                Value::record([BEYOND_THE_GRAIN])
            }
        }
        Slip::Presiding(office) => slip_of("presiding", none, Some((names, office))),
    }
}

/// A slip; what a legislator who does not preside has not written is void.
fn slip_of(
    status: &str,
    answers: Value,
    office: Option<(Names<'_>, &Presiding<Command>)>,
) -> Value {
    let none = || Value::set([]);
    let [quorum, polls, bound] = office.map_or_else(
        || [none(), none(), none()],
        |(names, office)| {
            let polls = office.polls.iter().map(|(at, of)| poll(names, *at, of));
            let bound = decrees(names, &office.bound);
            [priests(office.quorum), Value::set(polls), bound]
        },
    );
    let [last_bound, next] = office.map_or([DecreeNumber::ZERO; 2], |(_, office)| {
        [office.last_bound, office.next]
    });
    let is_succeeded = office.is_some_and(|(_, office)| office.is_succeeded);
    Value::record([
        ("status", Value::text(status)),
        ("answers", answers),
        ("quorum", quorum),
        ("polls", polls),
        ("bound", bound),
        ("lastBound", place(last_bound)),
        ("next", place(next)),
        ("isSucceeded", Value::Boolean(is_succeeded)),
    ])
}

fn poll(names: Names<'_>, at: DecreeNumber, poll: &Poll<Command>) -> Value {
    Value::record([
        ("num", place(at)),
        ("dec", decree(names, &poll.decree)),
        ("voters", priests(poll.voters)),
    ])
}

/// A decree number.
#[allow(clippy::cast_possible_wrap)] // Decree numbers are small.
const fn place(at: DecreeNumber) -> Value {
    Value::Integer(at.0 as i64)
}

fn decree(names: Names<'_>, decree: &Decree) -> Value {
    names.decree(code(decree))
}

/// The request with this id: its name, as that of the decree which grants it.
fn of_request(names: Names<'_>, id: RequestId) -> Value {
    // The first decree is the olive day.
    names.decree(bounds::Decree(position(id) as u8 + 2))
}

fn decrees(names: Names<'_>, decrees: &BTreeMap<DecreeNumber, Decree>) -> Value {
    Value::set(
        decrees
            .iter()
            .map(|(at, passed)| passed_at(names, *at, passed)),
    )
}

fn passed_at(names: Names<'_>, at: DecreeNumber, passed: &Decree) -> Value {
    Value::record([("num", place(at)), ("dec", decree(names, passed))])
}

fn votes(names: Names<'_>, votes: &Votes<Command>) -> Value {
    Value::set(votes.iter().map(|(at, cast)| vote_at(names, *at, cast)))
}

fn vote_at(names: Names<'_>, at: DecreeNumber, cast: &Cast<Decree>) -> Value {
    Value::record([
        ("num", place(at)),
        ("bal", number(Some(cast.number))),
        ("dec", decree(names, &cast.decree)),
    ])
}

fn envelope(names: Names<'_>, sent: &Envelope<Priest, Message<Machine>>) -> Value {
    Value::record([
        ("from", priest(sent.from)),
        ("to", priest(sent.to)),
        ("message", message(names, &sent.message)),
    ])
}

/// A field that no state of the twin has: the state is beyond what the twin describes, and so it is
/// equal to none of its states.
const BEYOND_THE_GRAIN: (&str, Value) = ("beyondTheGrain", Value::Boolean(true));

fn message(names: Names<'_>, message: &Message<Machine>) -> Value {
    let bal = |b| ("bal", number(Some(b)));
    let dec = |of: &Decree| ("dec", decree(names, of));
    let num = |at| ("num", place(at));
    match message {
        Message::NextBallot {
            number,
            known,
            life: None,
        } => message_of("NextBallot", [bal(*number), ("known", place(*known))]),
        Message::LastVote {
            number,
            life: None,
            above,
            through: None,
            told,
            missing,
        } => {
            let (passed, votes) = told_in(names, told);
            let missing = missing.iter().map(|at| place(*at));
            let fields = [
                bal(*number),
                ("above", place(*above)),
                ("passed", passed),
                ("votes", votes),
                ("missing", Value::set(missing)),
            ];
            message_of("LastVote", fields)
        }
        Message::BeginBallot {
            number,
            at,
            decree,
            quorum,
            passed,
        } => {
            let qrm = ("qrm", priests(*quorum));
            let passed = ("passed", place(*passed));
            message_of(
                "BeginBallot",
                [bal(*number), num(*at), dec(decree), qrm, passed],
            )
        }
        Message::Voted {
            number,
            at,
            priest: q,
        } => message_of("Voted", [bal(*number), num(*at), ("pst", priest(*q))]),
        Message::Success { at, decree } => message_of("Success", [num(*at), dec(decree)]),
        Message::Refused { next_bal } => message_of("Refused", [bal(*next_bal)]),
        Message::Forwarded { request } => {
            message_of("Forwarded", [("dec", of_request(names, request.id))])
        }
        Message::Declined { id, why } => {
            let why = ("why", Value::text(format!("{why:?}")));
            message_of("Declined", [("dec", of_request(names, *id)), why])
        }
        _ => message_of("Other", [BEYOND_THE_GRAIN]),
    }
}

/// What a LastVote tells: the decrees that are passed, and the votes.
fn told_in(names: Names<'_>, told: &BTreeMap<DecreeNumber, Told<Command>>) -> (Value, Value) {
    let passed = told.iter().filter_map(|(at, told)| match told {
        Told::Passed(decree) => Some(passed_at(names, *at, decree)),
        Told::Voted(_) => None,
    });
    let votes = told.iter().filter_map(|(at, told)| match told {
        Told::Passed(_) => None,
        Told::Voted(cast) => Some(vote_at(names, *at, cast)),
    });
    (Value::set(passed), Value::set(votes))
}
