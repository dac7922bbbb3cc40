//! From a state back to an initial one, across all workers: who has written
//! down from which state it was reached says so, to all. A dataflow of its own,
//! after the search; its rounds are steps back.

use super::part::Part;
use super::search::SharedPart;
use crate::fingerprint::Fingerprint;
use crate::report::Reason;
use serde::{Deserialize, Serialize};
use stateright::Model;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hash::Hash;
use std::rc::Rc;
use timely::container::CapacityContainerBuilder;
use timely::dataflow::channels::pact::Exchange;
use timely::dataflow::operators::generic::operator::Operator;
use timely::dataflow::operators::{Capability, ConnectLoop, Feedback};
use timely::worker::Worker;

/// A state on the way to a target.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Waypoint {
    to: u32,
    /// Which of the targets.
    target: u32,
    depth: u32,
    fingerprint: Fingerprint,
}

/// The target of a waypoint that says that its sender was stopped: then all
/// are.
const STOPPED: u32 = u32::MAX;

/// For each target the fingerprints on the way to it, the initial state's
/// first. Filled as the worker steps.
pub(super) type Ways = Rc<RefCell<Vec<Vec<Fingerprint>>>>;

/// What walks back.
struct Walk<M: Model> {
    shared: SharedPart<M>,
    peers: usize,
    ways: Ways,
    /// Whether all know that the run was stopped.
    has_told: bool,
    rounds: BTreeMap<u32, (Capability<u32>, Vec<Waypoint>)>,
}

/// Builds the dataflow; `targets` are the same for every worker.
pub(super) fn build<M>(
    worker: &mut Worker,
    shared: &SharedPart<M>,
    targets: &[(u32, Fingerprint)],
) -> Ways
where
    M: Model + 'static,
    M::State: Clone + Hash,
{
    let ways: Ways = Rc::new(RefCell::new(vec![Vec::new(); targets.len()]));
    let (index, peers) = (worker.index(), worker.peers());
    worker.dataflow::<u32, _, _>(|scope| {
        let (back, waypoints) = scope.feedback::<Vec<Waypoint>>(1);
        let mut walk = Walk {
            shared: Rc::clone(shared),
            peers,
            ways: Rc::clone(&ways),
            has_told: false,
            rounds: BTreeMap::new(),
        };
        // The first worker sets out, for all.
        let first = targets.iter().enumerate().filter(|_| index == 0);
        let first = first.flat_map(|(target, &(depth, fingerprint))| {
            to_all(peers, target as u32, depth, fingerprint)
        });
        let mut first: Vec<Waypoint> = first.collect();
        let to_each = Exchange::new(|waypoint: &Waypoint| u64::from(waypoint.to));
        let before = waypoints.unary_frontier::<CapacityContainerBuilder<Vec<Waypoint>>, _, _, _>(
            to_each,
            "WalkBack",
            |capability, _| {
                let mut begin = Some(capability);
                move |(input, frontier), output| {
                    if let Some(capability) = begin.take() {
                        output.session(&capability).give_iterator(first.drain(..));
                    }
                    input.for_each(|capability, waypoints| {
                        let Some(capability) = capability.retain_least(output.output_index())
                        else {
                            return;
                        };
                        walk.hear(capability, waypoints);
                    });
                    while let Some((capability, next)) =
                        walk.step(|round| !frontier.less_equal(round))
                    {
                        output.session(&capability).give_iterator(next.into_iter());
                    }
                }
            },
        );
        before.connect_loop(back);
    });
    ways
}

fn to_all(
    peers: usize,
    target: u32,
    depth: u32,
    fingerprint: Fingerprint,
) -> impl Iterator<Item = Waypoint> {
    (0..peers as u32).map(move |to| Waypoint {
        to,
        target,
        depth,
        fingerprint,
    })
}

impl<M> Walk<M>
where
    M: Model,
    M::State: Clone + Hash,
{
    fn hear(&mut self, capability: Capability<u32>, waypoints: &mut Vec<Waypoint>) {
        let round = *capability.time();
        let (_, heard) = self
            .rounds
            .entry(round)
            .or_insert_with(|| (capability, Vec::new()));
        heard.append(waypoints);
    }

    /// A round that is whole: the states from which those of it were reached,
    /// as far as that is written here.
    fn step(
        &mut self,
        is_whole: impl Fn(&u32) -> bool,
    ) -> Option<(Capability<u32>, Vec<Waypoint>)> {
        let (round, _) = self.rounds.first_key_value()?;
        if !is_whole(round) {
            return None;
        }
        let (_, (capability, mut heard)) = self.rounds.pop_first()?;
        // One of each: where parts of a checkpoint were written by different
        // runs, two may have known.
        heard.sort_unstable_by_key(|waypoint| (waypoint.target, waypoint.fingerprint));
        heard.dedup_by_key(|waypoint| waypoint.target);
        let shared = &mut *self.shared.borrow_mut();
        let task = &shared.part.task;
        if heard.iter().any(|waypoint| waypoint.target == STOPPED) {
            task.progress.stop(Reason::NoWayBack);
            self.has_told = true;
            return Some((capability, Vec::new()));
        }
        for waypoint in &heard {
            // The way is walked from its end.
            if let Some(way) = self.ways.borrow_mut().get_mut(waypoint.target as usize) {
                way.insert(0, waypoint.fingerprint);
            }
        }
        if heard.is_empty() || self.has_told {
            return Some((capability, Vec::new()));
        }
        let before = before(&mut shared.part, self.peers, &heard);
        if shared.part.task.limits.goes_on() {
            return Some((capability, before));
        }
        self.has_told = true;
        let nowhere = heard[0].fingerprint;
        let stopped = to_all(self.peers, STOPPED, 0, nowhere);
        Some((capability, stopped.collect()))
    }
}

fn before<M>(part: &mut Part<M>, peers: usize, heard: &[Waypoint]) -> Vec<Waypoint>
where
    M: Model,
    M::State: Clone + Hash,
{
    let mut by_depth: BTreeMap<u32, Vec<&Waypoint>> = BTreeMap::new();
    for waypoint in heard.iter().filter(|waypoint| waypoint.depth > 1) {
        by_depth.entry(waypoint.depth).or_default().push(waypoint);
    }
    let task = std::sync::Arc::clone(&part.task);
    let goes_on = |read| {
        task.progress.retrace(read);
        task.limits.goes_on()
    };
    let mut before = Vec::new();
    for (depth, waypoints) in by_depth {
        let wanted: Vec<_> = waypoints.iter().map(|w| w.fingerprint).collect();
        match part.trail.predecessors(depth, &wanted, goes_on) {
            Ok(found) => {
                for (waypoint, found) in waypoints.iter().zip(found) {
                    let all = found.map(|from| to_all(peers, waypoint.target, depth - 1, from));
                    before.extend(all.into_iter().flatten());
                }
            }
            // The violation stands; there is no way to it.
            Err(_) => task.progress.stop(Reason::NoWayBack),
        }
    }
    before
}
