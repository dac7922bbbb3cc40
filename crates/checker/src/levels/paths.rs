//! Shortest paths to states of which only the fingerprint is known.
//!
//! The search keeps no predecessors. To find a path of length d to a state, it
//! is made again from the initial states, while each state that waits carries
//! which state half way it descends from. So those that were seen need no more
//! memory than in the search; those that wait do, and the states half way are
//! kept until the target is found. Then the same is done for the first half,
//! and for the second half from the state half way. In all that takes about as
//! long as the search took, on one thread: so a path is the same in every run.
//!
//! If somebody stops the run meanwhile there is no path, and what was found
//! stands without one.

use super::trail::Trail;
use super::visited::Seen;
use super::{Search, Ways};
use crate::fingerprint::Fingerprint;
use crate::panics::steps_from;
use crate::report::Step;
use stateright::Model;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;

/// A state to be found: how many steps away, and its fingerprint.
pub(super) type Target = (u32, Fingerprint);

/// The fingerprints on the way to each target, both ends included.
type Trails = BTreeMap<Target, Vec<Fingerprint>>;

/// From depths, which count from 1, to steps.
fn wanted_ways(targets: &[(u32, Fingerprint)]) -> impl Iterator<Item = Target> {
    targets.iter().map(|&(depth, target)| (depth - 1, target))
}

impl<M> Search<'_, M>
where
    M: Model + Sync,
    M::State: Clone + Hash + Send + Sync,
{
    /// A shortest path to each state, of which the depth (1 is initial) and the
    /// fingerprint are known. Memory as for the search; time about that of the
    /// search up to the deepest of them, on one thread, and some more.
    pub(crate) fn paths(
        &self,
        targets: &[(u32, Fingerprint)],
        trail: Option<&Trail>,
    ) -> Vec<Vec<Step<M::State, M::Action>>> {
        let initial = self.model.init_states().into_iter();
        let initial = initial.filter(|state| self.model.within_boundary(state));
        let initial: Vec<_> = initial.collect();
        if let Some(trail) = trail {
            let ways = wanted_ways(targets).map(|target| trail.back_from(target));
            return ways.map(|way| self.follow(&initial, &way)).collect();
        }
        let was_stopped = self.stopped().is_some();
        let wanted: Vec<_> = wanted_ways(targets).collect();
        let trails = self.trails(&initial, &wanted, was_stopped);
        let steps = |target| match trails.get(target) {
            Some(trail) => self.follow(&initial, trail),
            None => Vec::new(), // A collision has hidden it.
        };
        wanted.iter().map(steps).collect()
    }

    /// The same, where the fingerprints on the way are known.
    pub(crate) fn along(
        &self,
        targets: &[(u32, Fingerprint)],
        ways: &Ways,
    ) -> Vec<Vec<Step<M::State, M::Action>>> {
        let initial = self.model.init_states().into_iter();
        let initial = initial.filter(|state| self.model.within_boundary(state));
        let initial: Vec<_> = initial.collect();
        let way = |target: &(u32, Fingerprint)| ways.get(target).cloned().unwrap_or_default();
        let steps = |target: &(u32, Fingerprint)| {
            let steps = self.follow(&initial, &way(target));
            // Where a collision has hidden a step there is no path.
            if steps.len() == target.0 as usize {
                steps
            } else {
                Vec::new()
            }
        };
        targets.iter().map(steps).collect()
    }

    /// Ways from some of the states to each target.
    ///
    /// Ends early if the run is stopped, unless it had been before.
    fn trails(&self, from: &[M::State], targets: &[Target], was_stopped: bool) -> Trails {
        let furthest = targets.iter().map(|(steps, _)| *steps).max();
        let half = furthest.unwrap_or(0).div_ceil(2);
        let (near, far): (Vec<_>, Vec<_>) = targets.iter().partition(|(steps, _)| *steps <= half);
        if half == 0 {
            return near
                .into_iter()
                .map(|target: Target| (target, vec![target.1]))
                .collect();
        }
        let mut near: BTreeSet<Target> = near.into_iter().collect();
        if far.is_empty() {
            return self.single_steps(from, &near); // Half of one is one.
        }
        let (half_way, origins) = self.half_way(from, half, &far, was_stopped);
        near.extend(half_way.keys().map(|middle| (half, *middle)));
        let near: Vec<_> = near.into_iter().collect();
        let firsts = self.trails(from, &near, was_stopped);
        let mut trails = firsts.clone();
        for (middle, state) in &half_way {
            let beyond = far
                .iter()
                .filter(|target| origins.get(target) == Some(middle));
            let beyond: Vec<Target> = beyond.map(|(steps, f)| (steps - half, *f)).collect();
            let seconds = self.trails(std::slice::from_ref(state), &beyond, was_stopped);
            let Some(first) = firsts.get(&(half, *middle)) else {
                continue;
            };
            for ((steps, fingerprint), second) in seconds {
                let whole = first.iter().chain(&second[1..]).copied().collect();
                trails.insert((steps + half, fingerprint), whole);
            }
        }
        trails
    }

    /// Ways of at most one step.
    fn single_steps(&self, from: &[M::State], targets: &BTreeSet<Target>) -> Trails {
        let mut trails = Trails::new();
        let mut from: Vec<_> = from.iter().map(|s| (self.hashing.of(s), s)).collect();
        from.sort_unstable_by_key(|(fingerprint, _)| *fingerprint);
        for (here, state) in from {
            if targets.contains(&(0, here)) {
                trails.entry((0, here)).or_insert_with(|| vec![here]);
            }
            for next in self.successors(state) {
                let there = self.hashing.of(&next);
                if targets.contains(&(1, there)) {
                    trails
                        .entry((1, there))
                        .or_insert_with(|| vec![here, there]);
                }
            }
        }
        trails
    }

    /// For each target that is further than half way, the state there that it
    /// descends from.
    fn half_way(
        &self,
        from: &[M::State],
        half: u32,
        far: &[Target],
        was_stopped: bool,
    ) -> (
        BTreeMap<Fingerprint, M::State>,
        BTreeMap<Target, Fingerprint>,
    ) {
        let mut wanted: BTreeSet<Target> = far.iter().copied().collect();
        let mut origins = BTreeMap::new();
        let mut seen = Seen::new(self.hashing.is_wide());
        let mut level = Vec::new();
        for state in from {
            let fingerprint = self.hashing.of(state);
            if seen.is_new(fingerprint) {
                level.push((fingerprint, state.clone(), 0));
            }
        }
        let mut middles: Vec<M::State> = Vec::new();
        let mut steps = 0;
        let may_go_on = || was_stopped || self.stopped().is_none();
        while !wanted.is_empty() && !level.is_empty() && may_go_on() {
            if steps == half {
                middles = level.iter().map(|(_, state, _)| state.clone()).collect();
                for (position, (_, _, origin)) in level.iter_mut().enumerate() {
                    *origin = position as u32;
                }
            }
            steps += 1;
            // In this order the first predecessor is that with the smallest
            // fingerprint: the same path from every search.
            level.sort_unstable_by_key(|(fingerprint, _, _)| *fingerprint);
            let mut next_level = Vec::new();
            for (_, state, origin) in std::mem::take(&mut level) {
                for next in self.successors(&state) {
                    let fingerprint = self.hashing.of(&next);
                    if !seen.is_new(fingerprint) {
                        continue;
                    }
                    if wanted.remove(&(steps, fingerprint)) {
                        origins.insert((steps, fingerprint), origin);
                    }
                    next_level.push((fingerprint, next, origin));
                }
            }
            level = next_level;
        }
        let mut half_way = BTreeMap::new();
        let origins = origins.into_iter().map(|(target, origin)| {
            let middle = &middles[origin as usize];
            let fingerprint = self.hashing.of(middle);
            half_way.insert(fingerprint, middle.clone());
            (target, fingerprint)
        });
        let origins = origins.collect();
        (half_way, origins)
    }

    fn successors(&self, state: &M::State) -> impl Iterator<Item = M::State> + use<M> {
        let steps = steps_from(self.model, state).into_iter();
        steps.map(|(_, next)| next)
    }

    /// Takes the steps that lead from fingerprint to fingerprint.
    fn follow(
        &self,
        initial: &[M::State],
        trail: &[Fingerprint],
    ) -> Vec<Step<M::State, M::Action>> {
        let mut trail = trail.iter();
        let first = trail.next();
        let is_first = |state: &&M::State| Some(&self.hashing.of(*state)) == first;
        let Some(first) = initial.iter().find(is_first) else {
            return Vec::new();
        };
        let mut steps = vec![Step {
            action: None,
            state: first.clone(),
        }];
        for fingerprint in trail {
            let last = &steps[steps.len() - 1].state;
            let next = steps_from(self.model, last).into_iter();
            let mut next = next.filter(|(_, state)| self.hashing.of(state) == *fingerprint);
            let Some((action, state)) = next.next() else {
                return steps;
            };
            steps.push(Step {
                action: Some(action),
                state,
            });
        }
        steps
    }
}
