//! The backtrace: the path from a violating state back to an initial one, across all
//! workers. The worker that owns a state knows its predecessor, and sends it to all. The
//! backtrace is a dataflow of its own, after the search; each round is a step back.

use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;
use synod_checker::fingerprint::Fingerprint;
use synod_checker::report::Reason;
use timely::container::CapacityContainerBuilder;
use timely::dataflow::channels::pact::Exchange;
use timely::dataflow::operators::generic::operator::Operator;
use timely::dataflow::operators::{Capability, ConnectLoop, Feedback};
use timely::worker::Worker;

/// Asks for the predecessor of a state on the path to a target.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Query {
    to: u32,
    /// The number of the target.
    target: u32,
    depth: u32,
    fingerprint: Fingerprint,
}

/// The `target` of a query whose sender was stopped. All workers stop then.
const STOPPED: u32 = u32::MAX;

/// For each target the fingerprints on the path to it, that of the initial state first.
/// The paths grow while the worker steps.
pub(super) type GrowingPaths = Rc<RefCell<Vec<Vec<Fingerprint>>>>;

/// A worker whose search has ended, of whatever model.
pub(super) trait Searched {
    /// The predecessors of states at a depth, as far as the worker owns the states.
    ///
    /// # Errors
    /// The predecessors could not be read.
    fn predecessors(&self, depth: u32, of: &[Fingerprint]) -> io::Result<Vec<Option<Fingerprint>>>;
    /// Stops the run, for this reason.
    fn stop(&self, reason: Reason);
    /// Whether the run was not stopped.
    fn goes_on(&self) -> bool;
}

/// The operator of the backtrace.
struct Backtrace {
    searched: Rc<dyn Searched>,
    peers: usize,
    paths: GrowingPaths,
    /// Whether all workers were told that the run was stopped.
    has_told_stop: bool,
    /// The queries of each round that is not complete yet.
    rounds: BTreeMap<u32, (Capability<u32>, Vec<Query>)>,
}

/// Builds the dataflow of a worker. `targets` are the same for every worker.
pub(super) fn build(
    worker: &mut Worker,
    searched: Rc<dyn Searched>,
    targets: &[(u32, Fingerprint)],
) -> GrowingPaths {
    let paths: GrowingPaths = Rc::new(RefCell::new(vec![Vec::new(); targets.len()]));
    let (index, peers) = (worker.index(), worker.peers());
    worker.dataflow::<u32, _, _>(|scope| {
        let (back, queries) = scope.feedback::<Vec<Query>>(1);
        let mut backtrace = Backtrace {
            searched,
            peers,
            paths: Rc::clone(&paths),
            has_told_stop: false,
            rounds: BTreeMap::new(),
        };
        // The first worker sends the first queries, one for each target, to all workers.
        let first = targets.iter().enumerate().filter(|_| index == 0);
        let first = first.flat_map(|(target, &(depth, fingerprint))| {
            to_all(peers, target as u32, depth, fingerprint)
        });
        let mut first: Vec<Query> = first.collect();
        let to_each = Exchange::new(|query: &Query| u64::from(query.to));
        let next_queries = queries.unary_frontier::<CapacityContainerBuilder<Vec<Query>>, _, _, _>(
            to_each,
            "Backtrace",
            |capability, _| {
                let mut begin = Some(capability);
                move |(input, frontier), output| {
                    if let Some(capability) = begin.take() {
                        output.session(&capability).give_iterator(first.drain(..));
                    }
                    input.for_each(|capability, queries| {
                        let Some(capability) = capability.retain_least(output.output_index())
                        else {
                            return;
                        };
                        backtrace.receive(capability, queries);
                    });
                    while let Some((capability, next)) =
                        backtrace.step(|round| !frontier.less_equal(round))
                    {
                        output.session(&capability).give_iterator(next.into_iter());
                    }
                }
            },
        );
        next_queries.connect_loop(back);
    });
    paths
}

fn to_all(
    peers: usize,
    target: u32,
    depth: u32,
    fingerprint: Fingerprint,
) -> impl Iterator<Item = Query> {
    (0..peers as u32).map(move |to| Query {
        to,
        target,
        depth,
        fingerprint,
    })
}

impl Backtrace {
    fn receive(&mut self, capability: Capability<u32>, queries: &mut Vec<Query>) {
        let round = *capability.time();
        let (_, received) = self
            .rounds
            .entry(round)
            .or_insert_with(|| (capability, Vec::new()));
        received.append(queries);
    }

    /// Takes the first round, if it is complete; returns the queries of the next round: for
    /// the predecessors that this worker knows.
    fn step(&mut self, is_whole: impl Fn(&u32) -> bool) -> Option<(Capability<u32>, Vec<Query>)> {
        let (round, _) = self.rounds.first_key_value()?;
        if !is_whole(round) {
            return None;
        }
        let (_, (capability, mut received)) = self.rounds.pop_first()?;
        // One query for each target: if the parts of a checkpoint were written by different
        // runs, two workers may have known a predecessor.
        received.sort_unstable_by_key(|query| (query.target, query.fingerprint));
        received.dedup_by_key(|query| query.target);
        if received.iter().any(|query| query.target == STOPPED) {
            self.searched.stop(Reason::PredecessorsUnreadable);
            self.has_told_stop = true;
            return Some((capability, Vec::new()));
        }
        for query in &received {
            // The backtrace begins at the end of the path.
            if let Some(path) = self.paths.borrow_mut().get_mut(query.target as usize) {
                path.insert(0, query.fingerprint);
            }
        }
        if received.is_empty() || self.has_told_stop {
            return Some((capability, Vec::new()));
        }
        let next = next_queries(&*self.searched, self.peers, &received);
        if self.searched.goes_on() {
            return Some((capability, next));
        }
        self.has_told_stop = true;
        let unused = received[0].fingerprint;
        let stopped = to_all(self.peers, STOPPED, 0, unused);
        Some((capability, stopped.collect()))
    }
}

/// The queries for the predecessors of these states, as far as this worker knows them.
fn next_queries(searched: &dyn Searched, peers: usize, received: &[Query]) -> Vec<Query> {
    let mut by_depth: BTreeMap<u32, Vec<&Query>> = BTreeMap::new();
    for query in received.iter().filter(|query| query.depth > 1) {
        by_depth.entry(query.depth).or_default().push(query);
    }
    let mut next = Vec::new();
    for (depth, queries) in by_depth {
        let wanted: Vec<_> = queries.iter().map(|w| w.fingerprint).collect();
        match searched.predecessors(depth, &wanted) {
            Ok(found) => {
                for (query, found) in queries.iter().zip(found) {
                    let all = found.map(|from| to_all(peers, query.target, depth - 1, from));
                    next.extend(all.into_iter().flatten());
                }
            }
            // The violation remains; its path is not found.
            Err(_) => searched.stop(Reason::PredecessorsUnreadable),
        }
    }
    next
}
