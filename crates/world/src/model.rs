//! The world as a Stateright model.

use crate::ids::{SentId, SiteId, StepId};
use crate::known::Origin;
use crate::lens::Lens;
use crate::node::Explorable;
use crate::state::State;
use crate::world::World;
use stateright::{Model, Path, Property};
use synod_vocabulary::{Describe, claim::properties};

impl<P: Explorable, L: Lens<P>, const N: usize> Model for World<P, L, N> {
    type State = State<N>;
    type Action = StepId;

    fn init_states(&self) -> Vec<State<N>> {
        let mut sites = [SiteId::default(); N];
        // A position without a node keeps the default, so that it is the same in every
        // process of a run, whatever number the empty set has in each.
        let mut sent = [SentId::default(); N];
        for p in 0..self.nodes.len() {
            let (site, deeds) = self.begin(p);
            sites[p] = self.intern_site(p, site, Origin::Nothing);
            sent[p] = self.known.messages.intern(deeds.sent);
        }
        let history = self.intern_history(L::History::default());
        vec![self.state(sites, sent, history, self.crashes)]
    }

    fn actions(&self, state: &State<N>, actions: &mut Vec<StepId>) {
        let may_crash = state.crashes_left > 0;
        self.inputs(state, |site, facts, inputs| {
            for &input in inputs {
                let Some(reaction) = self.reaction(site, facts, input) else {
                    continue;
                };
                if may_crash {
                    actions.extend(self.crashed(site, input, reaction));
                }
                let is_step = |&step: &StepId| {
                    !reaction.leaves_the_site || self.is_step(state, reaction, step)
                };
                actions.extend(reaction.handled.filter(is_step));
            }
        });
        if may_crash {
            let sites = state.sites[..self.nodes.len()].iter();
            actions.extend(sites.map(|&site| self.crash(site)));
        }
    }

    fn next_state(&self, last_state: &State<N>, action: StepId) -> Option<State<N>> {
        let step = self.known.step(action);
        let (mut sites, mut sent) = (last_state.sites, last_state.sent);
        let by = step.by;
        sites[by] = step.after;
        sent[by] = self.known.messages.union(sent[by], step.sends);
        if self.reductions.useless_messages {
            self.forget_messages(&sites, &mut sent, by);
        }
        let history = self.advance(last_state.history, action);
        let crashes_left = last_state.crashes_left - u8::from(step.deeds.crashed);
        let next = self.state(sites, sent, history, crashes_left);
        // If the step only sends a useless message once more, the message is removed once
        // more, and the state stays the same.
        (next != *last_state).then_some(next)
    }

    fn within_boundary(&self, state: &State<N>) -> bool {
        let is_within = self.bounds.is_none_or(|is_within| is_within(self, state));
        is_within && !self.lens.is_outside(self.history(state))
    }

    fn format_action(&self, action: &StepId) -> String {
        self.step_name(action)
    }

    fn as_svg(&self, path: Path<State<N>, StepId>) -> Option<String> {
        self.lens.drawing(self.history(path.last_state()))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties(&self.claims(), &(self.other_partners)(self))
    }
}
