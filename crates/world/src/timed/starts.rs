//! The states at T_el: those that the world before it can reach.

use super::inbox::Parcel;
use super::known::Stand;
use super::model::Moment;
use super::{Instant, Timed};
use crate::ids::InputId;
use crate::lens::Lens;
use crate::node::Explorable;
use crate::state::State;
use stateright::Model;
use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use synod_process::Input;

/// A set of inputs for each of those who are present.
type Ways = Vec<BTreeSet<InputId>>;

/// What has to be equal in two beginnings that are compared: the stands of those who are present, and
/// what each is asked for.
type Fixed = (Vec<u32>, Ways);

impl<P: Explorable, L: Lens<P>, const N: usize> Timed<P, L, N> {
    /// The moments at T_el.
    pub(super) fn starts(&self) -> &[Moment<N>] {
        self.starts.get_or_init(|| self.compute_starts())
    }

    fn compute_starts(&self) -> Vec<Moment<N>> {
        // What is on its way, in each of the states in which the rest is equal.
        let mut begun: BTreeMap<Fixed, Vec<Ways>> = BTreeMap::new();
        self.each_state_before(|state| {
            let Some(instant) = (self.start.begins)(&self.world, &self.timing, state) else {
                return;
            };
            let ways = self.of_each(|p| self.on_its_way_to(state, &instant, p));
            for fixed in self.fixed_parts(state, &instant) {
                let others = begun.entry(fixed).or_default();
                if !others.iter().any(|other| is_part_of(&ways, other)) {
                    others.retain(|other| !is_part_of(other, &ways));
                    others.push(ways.clone());
                }
            }
        });
        let moments = begun.into_iter().flat_map(|(fixed, ways)| {
            let moments = ways.into_iter();
            moments.map(move |ways| self.start_of(&fixed, &ways))
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

    /// What T_el finds in a state, except what is on its way: the timers that run have any part of their
    /// time left.
    fn fixed_parts(&self, state: &State<N>, instant: &Instant<P>) -> Vec<Fixed> {
        let mut all = vec![Vec::new()];
        for &p in &self.present {
            let stands = self.stands_of(state, p, &instant.due);
            let with = |begun: Vec<u32>| {
                stands
                    .iter()
                    .map(move |&stand| [&begun[..], &[stand]].concat())
                    .collect::<Vec<_>>()
            };
            all = all.into_iter().flat_map(with).collect();
        }
        let asked = self.of_each(|p| self.asked_of(instant, p));
        all.into_iter()
            .map(|stands| (stands, asked.clone()))
            .collect()
    }

    fn of_each<T>(&self, of: impl Fn(usize) -> T) -> Vec<T> {
        self.present.iter().map(|&p| of(p)).collect()
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
    fn on_its_way_to(&self, state: &State<N>, instant: &Instant<P>, p: usize) -> BTreeSet<InputId> {
        let (id, messages) = (self.world.nodes[p].id, &self.world.known.messages);
        let all = state.sent.iter().take(self.world.nodes.len());
        let all = all.flat_map(|&sent| messages.iter(sent));
        let sent = all.filter(|envelope| envelope.to == id);
        let sent = sent.map(|envelope| (envelope.from, envelope.message.clone()));
        let late = instant.late.iter().filter(|late| late.to == id);
        let late = late.map(|envelope| (envelope.from, envelope.message.clone()));
        let inputs = sent
            .chain(late)
            .map(|(from, message)| Input::Receive { from, message });
        inputs.map(|input| messages.intern_input(input)).collect()
    }

    /// What clients ask a process for.
    fn asked_of(&self, instant: &Instant<P>, p: usize) -> BTreeSet<InputId> {
        let (id, messages) = (self.world.nodes[p].id, &self.world.known.messages);
        let asked = instant.asked.iter().filter(|(of, _)| *of == id);
        let inputs = asked.map(|(_, request)| Input::Propose(request.clone()));
        inputs.map(|input| messages.intern_input(input)).collect()
    }

    fn start_of(&self, (stands, asked): &Fixed, ways: &[BTreeSet<InputId>]) -> Moment<N> {
        let mut moment = Self::nowhere();
        let of_each = self.present.iter().zip(stands).zip(asked).zip(ways);
        for (((&p, &stand), asked), way) in of_each {
            let asked = asked.iter().map(|&input| Parcel {
                input,
                left: 0,
                must: true,
            });
            let fresh = way.iter().filter(|&&input| !self.is_stale(stand, input));
            let fresh = fresh.map(|&input| Parcel {
                input,
                left: self.timing.delta,
                must: false,
            });
            moment.stands[p] = stand;
            moment.inboxes[p] = self.intern_inbox(asked.chain(fresh).collect());
        }
        self.digested(moment)
    }
}

fn is_part_of(ways: &[BTreeSet<InputId>], of: &[BTreeSet<InputId>]) -> bool {
    let mut pairs = ways.iter().zip(of);
    pairs.all(|(way, of)| way.is_subset(of))
}
