//! The world told to a person.

use super::{Event, InputOf, Process, State, StepId, World};
use crate::bounds::Bounds;
use crate::claim::Claim;
use crate::narrate::{Field, Narrate, Tell, Value};
use std::collections::BTreeSet;
use synod_math::BallotSet;
use synod_process::Input;
use synod_protocol::Timer;

/// Crashes, whose kinds come after those of the inputs.
const CRASH_KINDS: [&str; 2] = ["crash between two outputs", "crash while idle"];

impl<P: Process> Tell for World<P> {
    fn fields(&self, state: &State) -> Vec<Field> {
        let sent = self.network(state).collect::<BTreeSet<_>>();
        let network = sent.into_iter().map(|envelope| {
            let message = P::message_name(&self.bounds, &envelope.message);
            format!("{message} from {} to {}", envelope.from, envelope.to)
        });
        let of_all = |variable, value| Field {
            variable,
            priest: None,
            value,
        };
        self.bounds
            .priests()
            .flat_map(|p| P::site_fields(self, p, self.site(state, p)))
            .chain(P::history_fields(self, state))
            .chain([
                of_all("network", Value::Set(network.collect())),
                of_all("crashes left", Value::One(state.crashes_left.to_string())),
            ])
            .collect()
    }

    fn kinds(&self) -> Vec<String> {
        let crashes = CRASH_KINDS.iter().filter(|_| self.crashes > 0);
        let names = P::INPUT_KINDS.iter().chain(crashes);
        names.map(|&name| name.to_owned()).collect()
    }

    fn made_of(&self) -> Vec<(&'static str, usize)> {
        let parts = ["sites", "steps of sites", "sets of messages", "histories"];
        parts.into_iter().zip(self.sizes()).collect()
    }

    fn kind(&self, action: &StepId) -> usize {
        match self.event(*action) {
            Event::Handle(_, input) => P::input_kind(input),
            Event::CrashAfter(..) => P::INPUT_KINDS.len(),
            Event::Crash(_) => P::INPUT_KINDS.len() + 1,
        }
    }

    fn try_steps(&self, state: &State, tell: &mut dyn FnMut(String)) {
        self.inputs(state, |site, input| {
            let name = input_name::<P>(&self.bounds, self.known.input(input));
            tell(format!("{}: {name}", self.known.facts(site).me));
            self.reaction(site, input);
        });
    }

    fn step_name(&self, action: &StepId) -> String {
        let name = |input| input_name::<P>(&self.bounds, input);
        match self.event(*action) {
            Event::Handle(p, input) => format!("{p}: {}", name(input)),
            Event::CrashAfter(cut, p, input) => {
                format!("{p}: {}, and crash after {cut} of its outputs", name(input))
            }
            Event::Crash(p) => format!("{p}: Crash"),
        }
    }
}

impl<P: Process> Narrate for World<P> {
    fn claims(&self) -> Vec<Claim<Self>> {
        super::remember::remembered(P::claims(self))
    }

    fn figure(&self, state: &State) -> BallotSet<String> {
        P::figure(self, state)
    }
}

/// An input in the paper's words.
pub(crate) fn input_name<P: Process>(bounds: &Bounds, input: &InputOf<P>) -> String {
    match input {
        Input::Receive { from, message } => {
            format!("Receive {} from {from}", P::message_name(bounds, message))
        }
        Input::Timeout(timer) => format!("the {} timer fires", timer_name(*timer)),
        Input::Propose(request) => format!("Propose {}", P::request_name(bounds, request)),
    }
}

/// A timer in a word.
pub(crate) const fn timer_name(timer: Timer) -> &'static str {
    match timer {
        Timer::Presence => "presence",
        Timer::Absence => "absence",
        Timer::Round => "round",
    }
}
