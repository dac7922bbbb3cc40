//! The description of a world for people: its states, steps and claims in words.

use crate::event::{Event, EventOf};
use crate::ids::{SiteId, StepId};
use crate::lens::Lens;
use crate::node::Explorable;
use crate::state::State;
use crate::world::World;
use std::collections::BTreeSet;
use synod_process::{Input, InputOf};
use synod_vocabulary::{Claim, Describe, Field, Figure, Value};

/// The kinds of crashes; they are listed after the kinds of inputs.
const CRASH_KINDS: [&str; 2] = ["crash between two outputs", "crash while idle"];

impl<P: Explorable, L: Lens<P>, const N: usize> Describe for World<P, L, N> {
    fn fields(&self, state: &State<N>) -> Vec<Field> {
        let sent = self.network(state).collect::<BTreeSet<_>>();
        let network = sent.into_iter().map(|envelope| {
            let message = self.lens.message_name(&envelope.message);
            let [from, to] = [envelope.from, envelope.to].map(|id| self.lens.node_name(id));
            format!("{message} from {from} to {to}")
        });
        let sites = self.ids().zip(self.sites(state));
        sites
            .flat_map(|(id, site)| self.lens.site_fields(id, site))
            .chain(self.lens.history_fields(self.history(state)))
            .chain([
                Field::of_all("network", Value::set(network)),
                Field::of_all("crashes left", Value::one(state.crashes_left)),
            ])
            .collect()
    }

    fn kinds(&self) -> Vec<String> {
        let crashes = CRASH_KINDS.iter().filter(|_| self.crashes > 0);
        let names = self.lens.input_kinds().iter().chain(crashes);
        names.map(|&name| name.to_owned()).collect()
    }

    fn made_of(&self) -> Vec<(&'static str, usize)> {
        let parts = ["sites", "steps of sites", "sets of messages", "histories"];
        parts.into_iter().zip(self.sizes()).collect()
    }

    fn kind(&self, action: &StepId) -> usize {
        let inputs = self.lens.input_kinds().len();
        match self.event(*action) {
            Event::Handle(_, input) => self.lens.input_kind(input),
            Event::CrashAfter(..) => inputs,
            Event::Crash(_) => inputs + 1,
        }
    }

    fn try_steps(&self, state: &State<N>, tell: &mut dyn FnMut(String)) {
        let may_crash = state.crashes_left > 0;
        let mut try_event = |site: SiteId, event: EventOf<P>| {
            tell(self.event_name(&event));
            self.after(site, &event);
        };
        self.inputs(state, |site, facts, inputs| {
            let id = self.nodes[facts.me].id;
            for &input in inputs {
                let input = self.known.messages.input(input);
                try_event(site, Event::Handle(id, input.clone()));
                let cuts = || self.cuts(self.known.site(site), input).into_iter();
                for cut in may_crash.then(cuts).into_iter().flatten() {
                    try_event(site, Event::CrashAfter(cut, id, input.clone()));
                }
            }
        });
        for (&site, node) in state.sites.iter().zip(&*self.nodes) {
            if may_crash {
                try_event(site, Event::Crash(node.id));
            }
        }
    }

    fn step_name(&self, action: &StepId) -> String {
        self.event_name(self.event(*action))
    }

    fn claims(&self) -> Vec<Claim<Self>> {
        self.all_claims()
    }

    fn figure(&self, state: &State<N>) -> Option<Figure> {
        self.lens.figure(self.history(state))
    }
}

impl<P: Explorable, L: Lens<P>, const N: usize> World<P, L, N> {
    /// An event in words.
    fn event_name(&self, event: &EventOf<P>) -> String {
        let node = |id: &P::Id| self.lens.node_name(*id);
        match event {
            Event::Handle(id, input) => format!("{}: {}", node(id), self.input_name(input)),
            Event::CrashAfter(cut, id, input) => {
                let (node, input) = (node(id), self.input_name(input));
                format!("{node}: {input}, and crash after {cut} of its outputs")
            }
            Event::Crash(id) => format!("{}: Crash", node(id)),
        }
    }

    /// An input in words.
    pub(crate) fn input_name(&self, input: &InputOf<P>) -> String {
        let lens = &self.lens;
        match input {
            Input::Receive { from, message } => {
                let (message, from) = (lens.message_name(message), lens.node_name(*from));
                format!("Receive {message} from {from}")
            }
            Input::Timeout(timer) => format!("the {} timer fires", lens.timer_name(*timer)),
            Input::Propose(request) => format!("Propose {}", lens.request_name(request)),
        }
    }
}
