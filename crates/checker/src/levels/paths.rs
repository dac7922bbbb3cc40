//! Shortest paths to states of which only the fingerprint is known.
//!
//! The search keeps no predecessors. To find a path of d steps to a state, the search is
//! repeated from the initial states, and each state of the frontier carries its ancestor
//! at half the distance. So the visited set needs no more memory than in the search; the
//! frontier needs more, and the states half way are kept until the target is found. Then
//! the same is done for the first half of the path, and from the state half way for the
//! second half. All of this takes about as long as the search took, on one thread. It runs
//! on one thread so that the path is the same in every run.
//!
//! All limits of the run apply. If one of them ends this search, there is no path, and the
//! violation is reported without a counterexample.

use super::Search;
use super::transitions::Transitions;
use crate::fingerprint::Fingerprint;
use crate::kernel::frontier::CHUNK;
use crate::kernel::path::{Path, follow_all, initial_states};
use crate::kernel::visited::Visited;
use crate::panics;
use stateright::Model;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;

/// A state to be found: its distance in steps, and its fingerprint.
pub(super) type Target = (u32, Fingerprint);

/// The fingerprints on the path to each target, both ends included.
type Paths = BTreeMap<Target, Vec<Fingerprint>>;

impl<M> Search<'_, M>
where
    M: Model + Send + Sync,
    M::State: Clone + Hash + Send + Sync,
{
    /// A shortest path to each target, given by its depth (1 for initial states) and its
    /// fingerprint. A path is empty if a collision has hidden it, or a limit was reached.
    /// Needs the memory of the search, and somewhat more than the time of a search on one
    /// thread up to the deepest target.
    pub(super) fn paths(
        &self,
        targets: &[(u32, Fingerprint)],
        predecessors: Option<&Transitions>,
    ) -> Vec<Path<M>> {
        if targets.is_empty() {
            return Vec::new();
        }
        // From depths, which count from 1, to steps.
        let targets = targets.iter().map(|&(depth, target)| (depth - 1, target));
        let targets: Vec<Target> = targets.collect();
        let mut paths: Paths = match predecessors {
            Some(known) => {
                let paths = targets
                    .iter()
                    .map(|&target| (target, known.path_to(target)));
                paths.collect()
            }
            None => self.search_paths(&initial_states(self.problem), &targets),
        };
        for target in &targets {
            paths.entry(*target).or_default();
        }
        let paths = targets.iter().map(|target| &paths[target][..]);
        follow_all(self.problem, &|state| self.fingerprint(state), paths)
    }

    /// Shortest paths to the targets, each from one of the states `from`. Some are missing
    /// if the run is stopped meanwhile.
    fn search_paths(&self, from: &[M::State], targets: &[Target]) -> Paths {
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
            return self.single_steps(from, &near); // No target is further than one step.
        }
        let (half_way, origins) = self.half_way(from, half, &far);
        near.extend(half_way.keys().map(|middle| (half, *middle)));
        let near: Vec<_> = near.into_iter().collect();
        let firsts = self.search_paths(from, &near);
        let mut paths = firsts.clone();
        for (middle, state) in &half_way {
            let beyond = far
                .iter()
                .filter(|target| origins.get(target) == Some(middle));
            let beyond: Vec<Target> = beyond.map(|(steps, f)| (steps - half, *f)).collect();
            let seconds = self.search_paths(std::slice::from_ref(state), &beyond);
            let Some(first) = firsts.get(&(half, *middle)) else {
                continue;
            };
            for ((steps, fingerprint), second) in seconds {
                let whole = first.iter().chain(&second[1..]).copied().collect();
                paths.insert((steps + half, fingerprint), whole);
            }
        }
        paths
    }

    /// Paths of at most one step.
    fn single_steps(&self, from: &[M::State], targets: &BTreeSet<Target>) -> Paths {
        let mut paths = Paths::new();
        let mut from: Vec<_> = from.iter().map(|s| (self.fingerprint(s), s)).collect();
        from.sort_unstable_by_key(|(fingerprint, _)| *fingerprint);
        for (here, state) in from {
            if !self.problem.limits.goes_on() {
                break;
            }
            self.problem.progress.retrace(1);
            if targets.contains(&(0, here)) {
                paths.entry((0, here)).or_insert_with(|| vec![here]);
            }
            for next in self.successors(state) {
                let there = self.fingerprint(&next);
                if targets.contains(&(1, there)) {
                    paths.entry((1, there)).or_insert_with(|| vec![here, there]);
                }
            }
        }
        paths
    }

    /// For each target beyond half way its ancestor at `half` steps. Returns these
    /// ancestors by fingerprint, and for each target the fingerprint of its ancestor.
    fn half_way(
        &self,
        from: &[M::State],
        half: u32,
        far: &[Target],
    ) -> (
        BTreeMap<Fingerprint, M::State>,
        BTreeMap<Target, Fingerprint>,
    ) {
        let mut wanted: BTreeSet<Target> = far.iter().copied().collect();
        let mut origins = BTreeMap::new();
        let bits = self.problem.fingerprint_bits(self.options.hashing);
        let mut seen = Visited::new(bits);
        let mut level = Vec::new();
        for state in from {
            let fingerprint = self.fingerprint(state);
            if seen.is_new_of((fingerprint, self.problem.rank(state))) {
                level.push((fingerprint, state.clone(), 0));
            }
        }
        let mut middles: Vec<M::State> = Vec::new();
        let mut steps = 0;
        while !wanted.is_empty() && !level.is_empty() && self.problem.limits.goes_on() {
            if steps == half {
                middles = level.iter().map(|(_, state, _)| state.clone()).collect();
                for (position, (_, _, origin)) in level.iter_mut().enumerate() {
                    *origin = position as u32;
                }
            }
            steps += 1;
            // In this order a state is first reached from the predecessor with the
            // smallest fingerprint, so every search finds the same path.
            let mut order: Vec<_> = (0..level.len()).collect();
            order.sort_unstable_by_key(|&at| level[at].0);
            let (mut next_level, mut least) = (Vec::new(), u32::MAX);
            for (count, at) in order.into_iter().enumerate() {
                let (_, state, origin) = &level[at];
                if count % CHUNK == 0 {
                    let waiting = level.len() + next_level.len();
                    self.keep_within_memory::<(Fingerprint, M::State, u32)>(&seen, waiting);
                }
                if !self.problem.limits.goes_on() {
                    break;
                }
                self.problem.progress.retrace(1);
                for next in self.successors(state) {
                    let (fingerprint, rank) = (self.fingerprint(&next), self.problem.rank(&next));
                    if !seen.is_new_of((fingerprint, rank)) {
                        continue;
                    }
                    least = least.min(rank);
                    if wanted.remove(&(steps, fingerprint)) {
                        origins.insert((steps, fingerprint), *origin);
                    }
                    next_level.push((fingerprint, next, *origin));
                }
            }
            level = next_level;
            if self.problem.extras.rank.is_some() {
                seen.forget_through(least); // As the search does.
            }
        }
        let mut half_way = BTreeMap::new();
        let origins = origins.into_iter().map(|(target, origin)| {
            let middle = &middles[origin as usize];
            let fingerprint = self.fingerprint(middle);
            half_way.insert(fingerprint, middle.clone());
            (target, fingerprint)
        });
        let origins = origins.collect();
        (half_way, origins)
    }

    /// Stops the run if the fingerprints and a frontier of `waiting` values of type `T`
    /// exceed the memory limit.
    fn keep_within_memory<T>(&self, seen: &Visited, waiting: usize) {
        let needed = seen.bytes() + (waiting * size_of::<T>()) as u64;
        if let Some(memory) = &self.options.memory {
            memory.suffices(self.problem, needed);
        }
    }

    pub(super) fn fingerprint(&self, state: &M::State) -> Fingerprint {
        self.problem.fingerprint(self.options.hashing, state)
    }

    /// The states after the steps from a state. If a step panics, those before it.
    fn successors(&self, state: &M::State) -> Vec<M::State> {
        let model = self.problem.model();
        if let Some(steps) = self.problem.extras.steps {
            let mut successors = Vec::new();
            let _ = panics::catch(|| steps(model, state, &mut successors));
            return successors.into_iter().map(|(_, next)| next).collect();
        }
        let mut successors = Vec::new();
        let _ = panics::catch(|| {
            let mut actions = Vec::new();
            model.actions(state, &mut actions);
            for action in actions {
                let next = model.next_state(state, action);
                successors.extend(next.filter(|next| model.within_boundary(next)));
            }
        });
        successors
    }
}
