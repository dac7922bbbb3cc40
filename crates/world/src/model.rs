//! The world as a Stateright model.

use crate::ids::{SentId, SiteId, StepId};
use crate::known::Origin;
use crate::lens::Lens;
use crate::lives::losses;
use crate::network::Network;
use crate::node::Explorable;
use crate::state::State;
use crate::world::World;
use stateright::{Model, Path, Property};
use synod_vocabulary::{Describe, claim::properties};

impl<P: Explorable, L: Lens<P>, const N: usize> Model for World<P, L, N> {
    type State = State<N>;
    type Action = StepId;

    fn init_states(&self) -> Vec<State<N>> {
        assert!(
            self.breaks == 0 || self.network == Network::Fifo,
            "only `Network::Fifo` has sessions that break"
        );
        // A position without a node keeps the default, so that it is the same in every
        // process of a run, whatever number the empty list has in each.
        let nothing = ([SiteId::default(); N], [SentId::default(); N], [0; 2]);
        let mut begun = vec![nothing];
        for p in 0..self.nodes.len() {
            let before = std::mem::take(&mut begun);
            self.beginnings(p, &mut |cuts| {
                let losses = losses(&cuts);
                let crashes = cuts.len() - losses;
                let (site, deeds) = self.begin(p, &cuts);
                let site = self.intern_site(p, site, Origin::Beginning(cuts));
                let sends = self.known.messages.intern(deeds.sent);
                for &(mut sites, mut sent, [crashed, lost]) in &before {
                    (sites[p], sent[p]) = (site, sends);
                    begun.push((sites, sent, [crashed + crashes, lost + losses]));
                }
            });
        }
        let history = self.intern_history(L::History::default());
        let within = |&(_, _, [crashes, losses]): &(_, _, [usize; 2])| {
            crashes <= usize::from(self.crashes) && losses <= usize::from(self.losses)
        };
        let states = begun.into_iter().filter(within);
        let states = states.map(|(sites, sent, [crashes, losses])| {
            let crashes_left = self.crashes - crashes as u8;
            let losses_left = self.losses - losses as u8;
            let left = [crashes_left, self.breaks, losses_left];
            self.state(sites, sent, history, left)
        });
        states.collect()
    }

    fn actions(&self, state: &State<N>, actions: &mut Vec<StepId>) {
        let tried = self.tried_in(state);
        let may_crash =
            |step: &StepId| step.crashes <= state.crashes_left && step.losses <= state.losses_left;
        self.inputs(state, |site, facts, inputs, sender, borders| {
            for (place, &input) in inputs.iter().enumerate() {
                let Some(reaction) = self.reaction(site, facts, input) else {
                    continue;
                };
                let borders = borders.get(place).copied().unwrap_or(0);
                let arriving = |step: StepId| StepId {
                    sender,
                    borders,
                    ..step
                };
                for kind in tried.clone() {
                    let crashed = self.crashed(site, input, reaction, kind).iter().copied();
                    actions.extend(crashed.filter(may_crash).map(arriving));
                }
                let is_step = |&step: &StepId| {
                    let mut idle = reaction.idle.iter();
                    idle.all(|idle| self.is_step(state, facts.me, idle, step))
                };
                actions.extend(reaction.handled.map(arriving).filter(is_step));
            }
        });
        let sites = state.sites[..self.nodes.len()].iter();
        for kind in tried {
            let crashes = sites
                .clone()
                .flat_map(|&site| self.idle_crashes(site, kind));
            actions.extend(crashes.copied().filter(may_crash));
        }
        if state.breaks_left > 0 {
            actions.extend(sites.flat_map(|&site| self.breaks(site)));
        }
    }

    fn next_state(&self, last_state: &State<N>, action: StepId) -> Option<State<N>> {
        let step = self.known.step(action);
        let mut sent = last_state.sent;
        self.deliver(&mut sent, action, step);
        if self.reductions.useless_messages {
            self.forget_messages(last_state, step, &mut sent);
        }
        let history = self.advance(last_state.history, action);
        let crashes_left = last_state.crashes_left - action.crashes;
        let is_break = step.breaks_with.is_some();
        let breaks_left = last_state.breaks_left - u8::from(is_break);
        let losses_left = last_state.losses_left - action.losses;
        let left = [crashes_left, breaks_left, losses_left];
        // If the step only sends a useless message once more, the message is removed once
        // more, and the state stays the same. To break a session that has just been broken
        // changes nothing either.
        let site_stays = step.before == step.after && action.crashes + action.losses == 0;
        let stays = is_break || (site_stays && history == last_state.history);
        if stays && sent == last_state.sent {
            return None;
        }
        Some(self.state_after(last_state, step, sent, history, left))
    }

    fn within_boundary(&self, state: &State<N>) -> bool {
        let is_within = self.bounds.is_none_or(|is_within| is_within(self, state));
        is_within && !self.known.history_facts(state.history).is_outside
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
