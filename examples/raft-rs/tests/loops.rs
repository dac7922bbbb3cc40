//! The loop that raft-rs asks for is safe whatever crashes, and each wrong one is not.

#![allow(clippy::unwrap_used)] // Tests.

use raft_rs_loop::{Election, Loop, Node, Role, Settings, State};
use std::collections::BTreeSet;
use synod_harness::{Check, ProcessSetup, Replay, World, check, ensure};

/// The bounds of a check.
struct Bounds {
    /// How many of the three nodes may become leader.
    leaders: u64,
    terms: u64,
    crashes: u8,
    /// Requests to the first node.
    requests: usize,
}

/// Two nodes compete in one term, and one of the three may crash.
const AN_ELECTION: Bounds = Bounds {
    leaders: 2,
    terms: 1,
    crashes: 1,
    requests: 0,
};

/// A leader has a request, and one of the three may crash.
const A_REQUEST: Bounds = Bounds {
    leaders: 1,
    requests: 1,
    ..AN_ELECTION
};

fn cluster(order: Loop, bounds: &Bounds) -> Check<World<Replay<Node>>> {
    let settings = Settings {
        nodes: vec![1, 2, 3],
        order,
    };
    let nodes = (1..=3).map(|id| ProcessSetup::<Replay<Node>>::new(id, settings.clone()));
    let nodes = nodes.map(|node| match node.id() {
        1 => node.asked([b"x".to_vec()].into_iter().take(bounds.requests)),
        other if other <= bounds.leaders => node,
        _ => node.without_timer(Election),
    });
    let world = World::<Replay<Node>>::of(nodes).crashing(bounds.crashes);
    let world = match bounds.terms {
        1 => world.bounded(|world, state| {
            let mut sites = world.sites(state);
            sites.all(|site| is_within(site.process.key(), 1))
        }),
        _ => world.bounded(|world, state| {
            let mut sites = world.sites(state);
            sites.all(|site| is_within(site.process.key(), 2))
        }),
    };
    check(world)
        .always("election safety", |at| {
            let leaders = at.processes().map(|(_, node)| node.key());
            let leaders = leaders.filter(|node| node.role == Role::Leader);
            let terms: Vec<_> = leaders.map(|node| node.term).collect();
            let distinct: BTreeSet<_> = terms.iter().collect();
            ensure!(
                distinct.len() == terms.len(),
                "leaders in the terms {terms:?}"
            );
            Ok(())
        })
        .always("state machine safety", |at| {
            let committed = |(_, node): (u64, &Replay<Node>)| {
                let node = node.key().clone();
                node.log[..node.committed as usize].to_vec()
            };
            let logs: Vec<_> = at.processes().map(committed).collect();
            let longest = logs.iter().max_by_key(|log| log.len());
            for log in &logs {
                ensure!(
                    longest.is_some_and(|all| all.starts_with(log)),
                    "committed: {logs:?}"
                );
            }
            Ok(())
        })
}

/// The first terms, and logs of two entries: the one with which a leader begins, and a request.
fn is_within(node: &State, terms: u64) -> bool {
    node.term <= terms && node.log.len() <= 2
}

/// Without a crash: the bounds in which every entry can be followed.
const NO_CRASH: Bounds = Bounds {
    crashes: 0,
    ..A_REQUEST
};

#[test]
fn the_right_loop_is_safe() {
    let check = cluster(Loop::Right, &AN_ELECTION);
    let check = check.sometimes("a node leads", |at| {
        at.processes()
            .any(|(_, node)| node.key().role == Role::Leader)
    });
    check.run().assert_holds().assert_states(68_468);
    let check = cluster(Loop::Right, &NO_CRASH);
    let check = check.sometimes("a request is committed by all", |at| {
        at.processes().all(|(_, node)| node.key().committed == 2)
    });
    check.run().assert_holds().assert_states(358_835);
}

#[test]
#[ignore = "takes half a minute"]
fn the_right_loop_is_safe_in_larger_bounds() {
    let a_crash = cluster(Loop::Right, &A_REQUEST);
    a_crash.run().assert_holds().assert_states(5_582_067);
    let two_terms = Bounds {
        terms: 2,
        crashes: 0,
        ..AN_ELECTION
    };
    let two_terms = cluster(Loop::Right, &two_terms);
    two_terms.run().assert_holds().assert_states(4_906_366);
}

#[test]
fn each_wrong_loop_has_a_shortest_run_that_goes_wrong() {
    for (order, bounds, property, steps) in [
        (Loop::VoteNotWritten, AN_ELECTION, "election safety", 7),
        (Loop::TermNotWritten, AN_ELECTION, "election safety", 7),
        (Loop::TermNotWritten, A_REQUEST, "state machine safety", 11),
        (Loop::SendsFirst, AN_ELECTION, "election safety", 6),
        (Loop::EntriesNotWritten, A_REQUEST, "panic-freedom", 6),
        (Loop::HardStateFirst, A_REQUEST, "panic-freedom", 11),
    ] {
        let checked = cluster(order, &bounds).run();
        checked.assert_violated(property, steps);
    }
}

/// A fault that people ship: the node panics when it begins again, and will always do so.
#[test]
fn a_hard_state_that_is_written_first_makes_a_node_that_cannot_begin_again() {
    let checked = cluster(Loop::HardStateFirst, &A_REQUEST).run();
    let told = checked.counterexample().unwrap();
    for part in [
        "panic: hs.commit 2 is out of range [0, 1]",
        " with 1 entries from 1, and crash after 1 of its outputs\n",
    ] {
        assert!(told.contains(part), "{told}");
    }
}
