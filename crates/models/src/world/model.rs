//! The world as Stateright explores it.

use super::history::History;
use super::steps::{InputId, SiteId};
use super::{Process, State, StepId, World};
use crate::bounds::MAX_PRIESTS;
use crate::claim::properties;
use crate::narrate::{Narrate, Tell};
use crate::svg;
use stateright::{Model, Path, Property};

impl<P: Process> Model for World<P> {
    type State = State;
    type Action = StepId;

    fn init_states(&self) -> Vec<State> {
        let mut sites = [SiteId::default(); MAX_PRIESTS];
        for p in self.bounds.priests() {
            sites[p.index()] = self.intern_site(p, self.birth(p).begin());
        }
        let mut state = State {
            digest: [0; 2],
            sites,
            history: self.known.intern_history(History::default()),
            crashes_left: self.crashes,
        };
        state.digest = self.digest(&state);
        vec![state]
    }

    fn actions(&self, state: &State, actions: &mut Vec<StepId>) {
        let may_crash = state.crashes_left > 0;
        self.inputs(state, |site, input| {
            if let Some(reaction) = self.reaction(site, input) {
                if may_crash {
                    actions.extend(reaction.crashed.iter());
                }
                actions.extend(reaction.handled);
            }
        });
        if may_crash {
            let sites = self.bounds.priests().map(|p| state.sites[p.index()]);
            actions.extend(sites.map(|site| self.crash(site)));
        }
    }

    fn next_state(&self, last_state: &State, action: StepId) -> Option<State> {
        let step = self.known.step(action);
        let mut next = *last_state;
        next.sites[step.by.index()] = step.after;
        next.history = self.advance(last_state.history, action);
        next.crashes_left -= u8::from(step.deeds.crashed);
        next.digest = self.digest(&next);
        Some(next)
    }

    fn within_boundary(&self, state: &State) -> bool {
        !self.history(state).is_outside
    }

    fn format_action(&self, action: &StepId) -> String {
        self.step_name(action)
    }

    fn as_svg(&self, path: Path<State, StepId>) -> Option<String> {
        Some(svg::draw(&self.figure(path.last_state())))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties(&self.claims(), &self.other_partners())
    }
}

impl<P: Process> World<P> {
    /// Every input that a process could take now, with the site that takes it:
    /// of each priest the timers that are set and the presence of the others,
    /// and then the messages.
    fn inputs(&self, state: &State, mut visit: impl FnMut(SiteId, InputId)) {
        let site = |p: synod_math::Priest| state.sites[p.index()];
        let others = |p| self.bounds.priests().filter(move |&q| q != p);
        for p in self.bounds.priests() {
            let timers = self.known.facts(site(p)).timers.iter();
            timers.for_each(|&input| visit(site(p), input));
            for q in others(p) {
                let presence = self.known.facts(site(q)).presence.iter();
                presence.for_each(|&input| visit(site(p), input));
            }
        }
        for p in self.bounds.priests() {
            for q in others(p) {
                let sent = self.known.facts(site(q)).outbox[p.index()].iter();
                sent.for_each(|&input| visit(site(p), input));
            }
        }
    }

    fn digest(&self, state: &State) -> [u64; 2] {
        let sites = self.bounds.priests().map(|p| state.sites[p.index()]);
        let sites = sites.map(|site| self.known.facts(site).digest);
        let history = self.known.history_digest(state.history);
        let sum = sites.fold(history, u128::wrapping_add);
        [sum as u64, (sum >> 64) as u64]
    }
}
