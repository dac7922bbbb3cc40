//! The states at T_el: those that the world before it can reach.

use super::Timed;
use super::inbox::Parcel;
use super::known::Stand;
use super::model::Moment;
use crate::ids::InputId;
use crate::lens::Lens;
use crate::node::Explorable;
use crate::state::State;
use stateright::Model;
use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use synod_process::Input;

/// The stands of those who are present, and what is on its way to each.
type Parts = (Vec<u32>, Vec<BTreeSet<InputId>>);

impl<P: Explorable, L: Lens<P>, const N: usize> Timed<P, L, N> {
    /// The moments at T_el.
    pub(super) fn starts(&self) -> &[Moment<N>] {
        self.starts.get_or_init(|| self.compute_starts())
    }

    fn compute_starts(&self) -> Vec<Moment<N>> {
        // By the stands: what is on its way, in each of the states that have them.
        let mut begun: BTreeMap<Vec<u32>, Vec<Vec<BTreeSet<InputId>>>> = BTreeMap::new();
        self.each_state_before(|state| {
            let Some(due) = (self.start.begins)(&self.world, &self.timing, state) else {
                return;
            };
            for (stands, ways) in self.parts(state, &due) {
                let others = begun.entry(stands).or_default();
                if !others.iter().any(|other| is_part_of(&ways, other)) {
                    others.retain(|other| !is_part_of(other, &ways));
                    others.push(ways);
                }
            }
        });
        let moments = begun.into_iter().flat_map(|(stands, ways)| {
            let moments = ways.into_iter();
            moments.map(move |ways| self.start_of(&stands, &ways))
        });
        moments.collect()
    }

    /// Visits every state of the world before T_el.
    fn each_state_before(&self, mut visit: impl FnMut(&State<N>)) {
        let world = &self.world;
        let begins = world.init_states().into_iter();
        let begins = begins.filter(|state| world.within_boundary(state));
        let mut waiting: VecDeque<_> = begins.collect();
        let mut seen: HashSet<_> = waiting.iter().copied().collect();
        let mut steps = Vec::new();
        while let Some(state) = waiting.pop_front() {
            visit(&state);
            world.actions(&state, &mut steps);
            for step in steps.drain(..) {
                if !(self.start.may_precede)(world, world.event(step)) {
                    continue;
                }
                let next = world.next_state(&state, step);
                let next = next.filter(|next| world.within_boundary(next));
                waiting.extend(next.filter(|next| seen.insert(*next)));
            }
        }
    }

    /// What T_el finds in a state: the timers that run have any part of their time left.
    fn parts(&self, state: &State<N>, due: &[(P::Id, P::Timer)]) -> Vec<Parts> {
        let mut all = vec![Vec::new()];
        for &p in &self.present {
            let stands = self.stands_of(state, p, due);
            let with = |begun: Vec<u32>| {
                stands
                    .iter()
                    .map(move |&stand| [&begun[..], &[stand]].concat())
                    .collect::<Vec<_>>()
            };
            all = all.into_iter().flat_map(with).collect();
        }
        let ways = self.present.iter().map(|&p| self.on_its_way_to(state, p));
        let ways: Vec<_> = ways.collect();
        all.into_iter()
            .map(|stands| (stands, ways.clone()))
            .collect()
    }

    fn stands_of(&self, state: &State<N>, p: usize, due: &[(P::Id, P::Timer)]) -> Vec<u32> {
        let id = state.sites[p];
        let site = self.world.known.site(id);
        let mut clocks = vec![Vec::new()];
        for timer in site.timers() {
            let lefts = if due.contains(&(site.id, timer)) {
                0..=0
            } else if let Some(length) = self.length(timer) {
                0..=length
            } else {
                continue;
            };
            let with = |begun: Vec<(P::Timer, u8)>| {
                let lefts = lefts.clone();
                lefts.map(move |left| [&begun[..], &[(timer, left)]].concat())
            };
            clocks = clocks.into_iter().flat_map(with).collect();
        }
        let stands = clocks.into_iter().map(|clocks| {
            self.intern_stand(Stand {
                site: id,
                clocks: clocks.into(),
            })
        });
        stands.collect()
    }

    /// The messages to a process that were sent before.
    fn on_its_way_to(&self, state: &State<N>, p: usize) -> BTreeSet<InputId> {
        let messages = &self.world.known.messages;
        let all = state.sent.iter().take(self.world.nodes.len());
        let all = all.flat_map(|&sent| messages.iter(sent));
        let to_him = all.filter(|envelope| envelope.to == self.world.nodes[p].id);
        let inputs = to_him.map(|envelope| {
            messages.intern_input(Input::Receive {
                from: envelope.from,
                message: envelope.message.clone(),
            })
        });
        inputs.collect()
    }

    fn start_of(&self, stands: &[u32], ways: &[BTreeSet<InputId>]) -> Moment<N> {
        let mut moment = Self::nowhere();
        for ((&p, &stand), way) in self.present.iter().zip(stands).zip(ways) {
            let fresh = way.iter().filter(|&&input| !self.is_stale(stand, input));
            let parcels = fresh.map(|&input| Parcel {
                input,
                left: self.timing.delta,
                must: false,
            });
            moment.stands[p] = stand;
            moment.inboxes[p] = self.intern_inbox(parcels.collect());
        }
        self.digested(moment)
    }
}

fn is_part_of(ways: &[BTreeSet<InputId>], of: &[BTreeSet<InputId>]) -> bool {
    let mut pairs = ways.iter().zip(of);
    pairs.all(|(way, of)| way.is_subset(of))
}
