//! The world told to a person.

use super::{Action, Process, State, World};
use crate::bounds::Decree;
use crate::claim::Claim;
use crate::narrate::{Field, Narrate, Value, ballot_fields};
use crate::properties::Synod;
use synod_math::{BallotNumber, BallotSet, Priest, PriestSet};
use synod_protocol::{Input, Message, Slip, Timer};

impl<P: Process> Narrate for World<P> {
    fn claims(&self) -> Vec<Claim<Self>> {
        crate::complete::claims(self)
    }

    fn fields(&self, state: &State<P>) -> Vec<Field> {
        let network = state.network.iter().map(|envelope| {
            let message = self.named(&envelope.message);
            format!("{message} from {} to {}", envelope.from, envelope.to)
        });
        let of_all = |variable, value| Field {
            variable,
            priest: None,
            value,
        };
        self.bounds
            .priests()
            .flat_map(|p| self.site_fields(state, p))
            .chain(ballot_fields(&self.figure(state)))
            .chain([
                of_all("network", Value::Set(network.collect())),
                of_all("crashes left", Value::One(state.crashes_left.to_string())),
            ])
            .collect()
    }

    fn figure(&self, state: &State<P>) -> BallotSet<String> {
        state.history.basic.ballots.named(&self.bounds)
    }

    fn step_name(&self, action: &Action) -> String {
        match action {
            Action::Handle(p, input) => format!("{p}: {}", self.input_name(input)),
            Action::CrashAfter(cut, p, input) => format!(
                "{p}: {}, and crash after {cut} of its outputs",
                self.input_name(input)
            ),
            Action::Crash(p) => format!("{p}: Crash"),
        }
    }
}

impl<P: Process> World<P> {
    fn input_name(&self, input: &Input<Decree>) -> String {
        match input {
            Input::Receive { from, message } => {
                format!("Receive {} from {from}", self.named(message))
            }
            Input::Timeout(Timer::Presence) => "the presence timer fires".to_owned(),
            Input::Timeout(Timer::Absence) => "the absence timer fires".to_owned(),
            Input::Timeout(Timer::Round) => "the round timer fires".to_owned(),
            Input::Propose(decree) => format!("Propose {}", self.bounds().decree_name(*decree)),
        }
    }

    fn named(&self, message: &Message<Decree>) -> Message<String> {
        message.map(|decree| self.bounds.decree_name(*decree).to_owned())
    }

    fn site_fields(&self, state: &State<P>, p: Priest) -> [Field; 12] {
        let site = state.of(p);
        let ledger = &site.ledger;
        let number = |number: Option<BallotNumber>| {
            Value::One(number.map_or_else(|| "−∞".to_owned(), |number| number.to_string()))
        };
        let decree = |decree: Option<Decree>| {
            let decree = decree.unwrap_or(Decree::BLANK);
            Value::One(self.bounds.decree_name(decree).to_owned())
        };
        let priests = |set: PriestSet| Value::Set(set.iter().map(|q| q.to_string()).collect());
        let slip = site.process.basic().slip();
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
        let votes = votes
            .into_iter()
            .flat_map(std::collections::BTreeMap::values);
        let name = |decree: &Decree| self.bounds.decree_name(*decree).to_owned();
        let votes = votes.map(|vote| vote.map(name).to_string());
        let president = if site.process.is_president() {
            "yes"
        } else {
            "no"
        };
        let timers = site.timers.iter().map(|timer| match timer {
            Timer::Presence => "presence",
            Timer::Absence => "absence",
            Timer::Round => "round",
        });
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
}
