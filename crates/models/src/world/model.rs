//! The world as Stateright explores it.

use super::network::SentId;
use super::steps::{HistoryId, InputId, Reaction, SiteId, Step};
use super::stored::Origin;
use super::{Process, State, StepId, World};
use crate::bounds::MAX_PRIESTS;
use crate::figure;
use stateright::{Model, Path, Property};
use synod_vocabulary::{Describe, claim::properties};

impl<P: Process> Model for World<P> {
    type State = State;
    type Action = StepId;

    fn init_states(&self) -> Vec<State> {
        let mut sites = [SiteId::default(); MAX_PRIESTS];
        // Where there is no priest it stays the default in every process,
        // whatever number the empty set has there.
        let mut sent = [SentId::default(); MAX_PRIESTS];
        for p in self.bounds.priests() {
            sites[p.index()] = self.intern_site(p, self.begin(p), Origin::Nothing);
            sent[p.index()] = self.intern_sent(Vec::new());
        }
        let history = self.intern_history(P::History::default());
        vec![self.state(sites, sent, history, self.crashes)]
    }

    fn actions(&self, state: &State, actions: &mut Vec<StepId>) {
        let may_crash = state.crashes_left > 0;
        self.inputs(state, |site, input| {
            if let Some(reaction) = self.reaction(site, input) {
                if may_crash {
                    actions.extend(reaction.crashed.iter());
                }
                let is_step = |&step: &StepId| {
                    !reaction.leaves_the_site || self.is_step(state, reaction, step)
                };
                actions.extend(reaction.handled.filter(is_step));
            }
        });
        if may_crash {
            let sites = self.bounds.priests().map(|p| state.sites[p.index()]);
            actions.extend(sites.map(|site| self.crash(site)));
        }
    }

    fn next_state(&self, last_state: &State, action: StepId) -> Option<State> {
        let step = self.known.step(action);
        let (mut sites, mut sent) = (last_state.sites, last_state.sent);
        let by = step.by.index();
        sites[by] = step.after;
        sent[by] = self.union(sent[by], step.sends);
        if self.reductions.useless_messages {
            self.forget_messages(&sites, &mut sent, step.by);
        }
        let history = self.advance(last_state.history, action);
        let crashes_left = last_state.crashes_left - u8::from(step.deeds.crashed);
        let next = self.state(sites, sent, history, crashes_left);
        // What is sent again may be forgotten again: nothing has changed.
        (next != *last_state).then_some(next)
    }

    fn within_boundary(&self, state: &State) -> bool {
        !P::is_outside(self.history(state))
    }

    fn format_action(&self, action: &StepId) -> String {
        self.step_name(action)
    }

    fn as_svg(&self, path: Path<State, StepId>) -> Option<String> {
        Some(figure::draw(&self.named_ballots(path.last_state())))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties(&self.claims(), &P::other_partners(self))
    }
}

impl<P: Process> World<P> {
    /// Whether a step that leaves the site as it is changes anything else.
    fn is_step(&self, state: &State, reaction: &Reaction, step: StepId) -> bool {
        let Step { by, sends, .. } = self.known.step(step);
        let sent = state.sent[by.index()];
        self.union(sent, *sends) != sent
            || (reaction.is_seen && self.advance(state.history, step) != state.history)
    }

    /// Every input that a process could take now, with the site that takes it:
    /// of each priest the timers that are set, what he may be asked for and the
    /// presence of the others, and then the messages.
    pub(super) fn inputs(&self, state: &State, mut visit: impl FnMut(SiteId, InputId)) {
        let site = |p: synod_math::Priest| state.sites[p.index()];
        let others = |p| self.bounds.priests().filter(move |&q| q != p);
        for p in self.bounds.priests() {
            let from_nobody = self.known.facts(site(p)).from_nobody.iter();
            from_nobody.for_each(|&input| visit(site(p), input));
            for q in others(p) {
                let presence = self.known.facts(site(q)).presence.iter();
                presence.for_each(|&input| visit(site(p), input));
            }
        }
        for p in self.bounds.priests() {
            for q in others(p) {
                let sent = &self.known.messages.facts(state.sent[q.index()]).outbox;
                let sent = sent[p.index()].iter();
                sent.for_each(|&input| visit(site(p), input));
            }
        }
    }

    /// The state that these numbers stand for.
    pub(super) fn state(
        &self,
        sites: [SiteId; MAX_PRIESTS],
        sent: [SentId; MAX_PRIESTS],
        history: HistoryId,
        crashes_left: u8,
    ) -> State {
        let digests = self.bounds.priests().map(|p| {
            let (site, sent) = (sites[p.index()], sent[p.index()]);
            let of_site = self.known.facts(site).digest;
            of_site.wrapping_add(self.known.messages.facts(sent).digest)
        });
        let of_history = self.known.history_digest(history);
        let sum = digests.fold(of_history, u128::wrapping_add);
        State {
            digest: [sum as u64, (sum >> 64) as u64],
            sites,
            sent,
            history,
            crashes_left,
        }
    }
}
