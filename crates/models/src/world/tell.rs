//! The world told to a person.

use super::{Event, Process, State, StepId, World};
use crate::bounds::{Bounds, Decree};
use crate::claim::Claim;
use crate::narrate::{Field, Narrate, Tell, Value, ballot_fields};
use std::collections::{BTreeMap, BTreeSet};
use synod_math::{BallotNumber, BallotSet, PriestSet};
use synod_protocol::{Input, Ledger, Message, Slip, Timer};

/// The inputs of a process, and crashes.
const KINDS: [&str; 11] = [
    "Receive NextBallot",
    "Receive LastVote",
    "Receive BeginBallot",
    "Receive Voted",
    "Receive Success",
    "Receive Refused",
    "Receive Present",
    "the absence timer fires",
    "the round timer fires",
    "crash between two outputs",
    "crash while idle",
];

const fn input_kind(input: &Input<Decree>) -> usize {
    match input {
        Input::Receive { message, .. } => match message {
            Message::NextBallot { .. } => 0,
            Message::LastVote { .. } => 1,
            Message::BeginBallot { .. } => 2,
            Message::Voted { .. } => 3,
            Message::Success { .. } => 4,
            Message::Refused { .. } => 5,
            Message::Present { .. } => 6,
        },
        Input::Timeout(Timer::Absence) => 7,
        // Proposals and presence are there from the start: no steps of a world.
        Input::Timeout(Timer::Round | Timer::Presence) | Input::Propose(_) => 8,
    }
}

impl<P: Process> Tell for World<P> {
    fn fields(&self, state: &State) -> Vec<Field> {
        let sent = self.network(state).collect::<BTreeSet<_>>();
        let network = sent.into_iter().map(|envelope| {
            let message = named(&self.bounds, &envelope.message);
            format!("{message} from {} to {}", envelope.from, envelope.to)
        });
        let of_all = |variable, value| Field {
            variable,
            priest: None,
            value,
        };
        self.bounds
            .priests()
            .flat_map(|p| {
                let site = self.site(state, p);
                let timers: Vec<_> = site.timers.iter().collect();
                site_fields(&self.bounds, &site.process, &site.ledger, &timers)
            })
            .chain(ballot_fields(&self.figure(state)))
            .chain([
                of_all("network", Value::Set(network.collect())),
                of_all("crashes left", Value::One(state.crashes_left.to_string())),
            ])
            .collect()
    }

    fn kinds(&self) -> Vec<String> {
        let names = KINDS.iter();
        let allowed = names.take(KINDS.len() - if self.crashes > 0 { 0 } else { 2 });
        allowed.map(|&name| name.to_owned()).collect()
    }

    fn kind(&self, action: &StepId) -> usize {
        match self.event(*action) {
            Event::Handle(_, input) => input_kind(input),
            Event::CrashAfter(..) => 9,
            Event::Crash(_) => 10,
        }
    }

    fn step_name(&self, action: &StepId) -> String {
        match self.event(*action) {
            Event::Handle(p, input) => format!("{p}: {}", input_name(&self.bounds, input)),
            Event::CrashAfter(cut, p, input) => format!(
                "{p}: {}, and crash after {cut} of its outputs",
                input_name(&self.bounds, input)
            ),
            Event::Crash(p) => format!("{p}: Crash"),
        }
    }
}

impl<P: Process> Narrate for World<P> {
    fn claims(&self) -> Vec<Claim<Self>> {
        super::remember::remembered(crate::complete::claims(self))
    }

    fn figure(&self, state: &State) -> BallotSet<String> {
        self.history(state).basic.ballots.named(&self.bounds)
    }
}

/// An input in the paper's words.
pub(crate) fn input_name(bounds: &Bounds, input: &Input<Decree>) -> String {
    match input {
        Input::Receive { from, message } => {
            format!("Receive {} from {from}", named(bounds, message))
        }
        Input::Timeout(timer) => format!("the {} timer fires", timer_name(*timer)),
        Input::Propose(decree) => format!("Propose {}", bounds.decree_name(*decree)),
    }
}

/// A message with the names of its decrees.
pub(crate) fn named(bounds: &Bounds, message: &Message<Decree>) -> Message<String> {
    message.map(|decree| bounds.decree_name(*decree).to_owned())
}

/// A process, its ledger and the timers that are set.
pub(crate) fn site_fields<P: Process>(
    bounds: &Bounds,
    process: &P,
    ledger: &Ledger<Decree>,
    timers: &[Timer],
) -> [Field; 12] {
    let number = |number: Option<BallotNumber>| {
        Value::One(number.map_or_else(|| "−∞".to_owned(), |number| number.to_string()))
    };
    let decree = |decree: Option<Decree>| {
        let decree = decree.unwrap_or(Decree::BLANK);
        Value::One(bounds.decree_name(decree).to_owned())
    };
    let priests = |set: PriestSet| Value::Set(set.iter().map(|q| q.to_string()).collect());
    let slip = process.basic().slip();
    let (status, votes, quorum, voters, on) = match slip {
        Slip::Idle => ("idle", None, PriestSet::EMPTY, PriestSet::EMPTY, None),
        Slip::Trying { prev_votes } => {
            let nobody = PriestSet::EMPTY;
            ("trying", Some(prev_votes), nobody, nobody, None)
        }
        Slip::Polling {
            prev_votes,
            quorum,
            voters,
            decree,
        } => ("polling", Some(prev_votes), *quorum, *voters, Some(*decree)),
    };
    let votes = votes.into_iter().flat_map(BTreeMap::values);
    let name = |decree: &Decree| bounds.decree_name(*decree).to_owned();
    let votes = votes.map(|vote| vote.map(name).to_string());
    let president = if process.is_president() { "yes" } else { "no" };
    let p = process.basic().me();
    let timers = timers.iter().map(|timer| timer_name(*timer));
    [
        ("outcome", decree(ledger.outcome)),
        ("lastTried", number(ledger.last_tried)),
        ("prevBal", number(ledger.prev_bal())),
        ("prevDec", decree(ledger.prev_vote.map(|cast| cast.decree))),
        ("nextBal", number(ledger.next_bal)),
        ("status", Value::One(status.to_owned())),
        ("prevVotes", Value::Set(votes.collect())),
        ("quorum", priests(quorum)),
        ("voters", priests(voters)),
        ("decree", decree(on)),
        ("president", Value::One(president.to_owned())),
        ("timers", Value::Set(timers.map(str::to_owned).collect())),
    ]
    .map(|(variable, value)| Field {
        variable,
        priest: Some(p),
        value,
    })
}

/// A timer in a word.
pub(crate) const fn timer_name(timer: Timer) -> &'static str {
    match timer {
        Timer::Presence => "presence",
        Timer::Absence => "absence",
        Timer::Round => "round",
    }
}
