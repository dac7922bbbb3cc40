//! The loop that raft-rs asks for is safe whatever crashes, and each wrong one is not.

#![allow(clippy::unwrap_used)] // Tests.

use raft_rs_loop::{Election, Loop, Node, ReadIndex, Request, Role, Settings, State};
use std::collections::BTreeSet;
use synod_harness::{
    At, Check, Input, Observed, Observing, ProcessSetup, Replay, Witness, World, check, ensure,
};

/// The bounds of a check.
#[derive(Clone, Copy)]
struct Bounds {
    /// How many of the three nodes may become leader.
    leaders: u64,
    terms: u64,
    /// The length of the logs. A leader begins with an entry.
    entries: usize,
    crashes: u8,
    /// What is asked of the first node, once.
    request: Option<fn() -> Request>,
}

/// Two nodes compete in one term, and one of the three may crash.
const AN_ELECTION: Bounds = Bounds {
    leaders: 2,
    terms: 1,
    entries: 2,
    crashes: 1,
    request: None,
};

/// A leader has a request, and one of the three may crash.
const A_WRITE: Bounds = Bounds {
    leaders: 1,
    request: Some(|| Request::Write(b"x".to_vec())),
    ..AN_ELECTION
};

/// Without a crash: the bounds in which every entry can be followed.
const NO_CRASH: Bounds = Bounds {
    crashes: 0,
    ..A_WRITE
};

/// The first node is asked to read, and another may lead in its place.
const A_READ: Bounds = Bounds {
    terms: 2,
    entries: 1,
    crashes: 0,
    request: Some(|| Request::Read),
    ..AN_ELECTION
};

type Raft = Replay<Node>;

/// An entry: its term and its data.
type Entry = (u64, Vec<u8>);

/// What has happened so far, as far as the properties look at it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct History {
    /// The term and the node of every leader there ever was.
    leaders: BTreeSet<(u64, u64)>,
    /// Each entry that a node ever took for committed, and in which term it did.
    committed: Vec<(Entry, u64)>,
    /// How many entries were committed when the read was asked for.
    asked: Option<usize>,
    /// How many of them the answer has.
    read: Option<usize>,
}

type Follow = fn(&History, &Observed<'_, Raft>) -> History;

fn follow(before: &History, step: &Observed<'_, Raft>) -> History {
    let mut after = before.clone();
    let node = step.after.process.key();
    if let Some(Input::Propose(Request::Read)) = step.deeds.input {
        after.asked.get_or_insert(before.committed.len());
    }
    for ReadIndex(index) in &step.deeds.news {
        after.read.get_or_insert(*index as usize);
    }
    if node.role == Role::Leader {
        after.leaders.insert((node.term, step.by));
    }
    let known = after.committed.len();
    let newly = node.log[..node.committed as usize].iter().skip(known);
    after
        .committed
        .extend(newly.map(|entry| (entry.clone(), node.term)));
    after
}

type Cluster = World<Raft, Observing<History, Follow>>;

fn cluster(order: Loop, bounds: Bounds) -> Cluster {
    let settings = Settings {
        nodes: vec![1, 2, 3],
        order,
    };
    let nodes = (1..=3).map(|id| ProcessSetup::<Raft>::new(id, settings.clone()));
    let nodes = nodes.map(|node| match node.id() {
        1 => node.asked(bounds.request.map(|request| request())),
        other if other <= bounds.leaders => node,
        _ => node.without_timer(Election),
    });
    let world = World::<Raft>::of(nodes).crashing(bounds.crashes);
    world.observing(follow as Follow)
}

/// The properties of Raft's paper, and that a read has everything that was committed when it
/// was asked for.
fn safe(world: Cluster, bounds: Bounds) -> Check<Cluster> {
    check(world)
        .within(move |at| nodes(at).all(|node| is_within(node, bounds)))
        .always("election safety", |at| {
            let leaders = &at.history().leaders;
            let terms: BTreeSet<_> = leaders.iter().map(|(term, _)| term).collect();
            ensure!(terms.len() == leaders.len(), "(term, leader): {leaders:?}");
            Ok(())
        })
        .always("log matching", log_matching)
        .always("leader completeness", leader_completeness)
        .always("state machine safety", |at| {
            for node in nodes(at) {
                let committed = &node.log[..node.committed as usize];
                let all = at.history().committed.iter().map(|(entry, _)| entry);
                ensure!(committed.iter().eq(all.take(committed.len())), "{node:?}");
            }
            Ok(())
        })
        .always("linearizable reads", |at| {
            let History { asked, read, .. } = at.history();
            let is_stale = asked.zip(*read).is_some_and(|(asked, read)| read < asked);
            ensure!(!is_stale, "{asked:?} were committed, {read:?} were read");
            Ok(())
        })
}

fn nodes(at: At<'_, Cluster>) -> impl Iterator<Item = &State> {
    at.processes().map(|(_, node)| node.key())
}

fn is_within(node: &State, bounds: Bounds) -> bool {
    node.term <= bounds.terms && node.log.len() <= bounds.entries
}

/// If two logs have an entry of one term at one place, they are equal up to there.
fn log_matching(at: At<'_, Cluster>) -> Result<(), Witness> {
    for one in nodes(at) {
        for other in nodes(at) {
            let mut both = one.log.iter().zip(&other.log);
            let last = both.rposition(|(one, other)| one.0 == other.0);
            let through = last.map_or(0, |place| place + 1);
            let are_equal = one.log[..through] == other.log[..through];
            ensure!(are_equal, "{:?} and {:?}", one.log, other.log);
        }
    }
    Ok(())
}

/// A leader has every entry that was committed in an earlier term.
fn leader_completeness(at: At<'_, Cluster>) -> Result<(), Witness> {
    for leader in nodes(at).filter(|node| node.role == Role::Leader) {
        for (place, (entry, term)) in at.history().committed.iter().enumerate() {
            let has_it = leader.log.get(place) == Some(entry);
            ensure!(has_it || *term >= leader.term, "{entry:?} in {leader:?}");
        }
    }
    Ok(())
}

#[test]
fn the_right_loop_is_safe() {
    let check = safe(cluster(Loop::Right, AN_ELECTION), AN_ELECTION);
    let check = check.sometimes("a node leads", |at| !at.history().leaders.is_empty());
    check.run().assert_holds().assert_states(73_088);
    // Where no crash is explored, every disk that one could leave is tried all the same.
    let check = safe(cluster(Loop::Right, NO_CRASH).always_recovers(), NO_CRASH);
    let check = check.sometimes("a request is committed by all", |at| {
        nodes(at).all(|node| node.committed == 2)
    });
    check.run().assert_holds().assert_states(358_835);
}

#[test]
#[ignore = "takes half a minute"]
fn the_right_loop_is_safe_in_larger_bounds() {
    let two_terms = Bounds {
        terms: 2,
        crashes: 0,
        ..AN_ELECTION
    };
    for (bounds, states) in [(A_WRITE, 5_924_115), (two_terms, 4_997_886)] {
        let checked = safe(cluster(Loop::Right, bounds), bounds).run();
        checked.assert_holds().assert_states(states);
    }
}

#[test]
#[ignore = "takes minutes"]
fn reads_of_the_right_loop_are_linearizable() {
    let check = safe(cluster(Loop::Right, A_READ), A_READ);
    let check = check.sometimes("a committed entry is read", |at| {
        at.history().read.is_some_and(|read| read > 0)
    });
    check.run().assert_holds().assert_states(58_761_388);
}

#[test]
fn each_wrong_loop_has_a_shortest_run_that_goes_wrong() {
    for (order, bounds, property, steps) in [
        (Loop::VoteNotWritten, AN_ELECTION, "election safety", 7),
        (Loop::TermNotWritten, AN_ELECTION, "election safety", 7),
        (Loop::TermNotWritten, A_WRITE, "log matching", 9),
        (Loop::TermNotWritten, A_WRITE, "state machine safety", 11),
        (Loop::SendsFirst, AN_ELECTION, "election safety", 6),
        (Loop::EntriesNotWritten, A_WRITE, "panic-freedom", 5),
        (Loop::HardStateFirst, A_WRITE, "panic-freedom", 11),
        (Loop::ApplyFirst, A_WRITE, "panic-freedom", 5),
        (Loop::ReadsAlone, A_READ, "linearizable reads", 9),
    ] {
        let check = safe(cluster(order, bounds), bounds).until_violated(property);
        check.run().assert_violated(property, steps);
    }
}

/// A fault that people ship: the node panics when it begins again, and will always do so.
#[test]
fn a_loop_that_leaves_a_disk_from_which_a_node_cannot_begin_is_found_without_a_crash() {
    for (order, steps, why) in [
        (
            Loop::EntriesNotWritten,
            5,
            "panic: hs.commit 1 is out of range [0, 0]",
        ),
        (
            Loop::HardStateFirst,
            11,
            "panic: hs.commit 2 is out of range [0, 1]",
        ),
        (Loop::ApplyFirst, 5, "panic: applied(1) is out of range"),
    ] {
        let checked = safe(cluster(order, NO_CRASH).always_recovers(), NO_CRASH).run();
        checked.assert_violated("panic-freedom", steps);
        let told = checked.counterexample().unwrap();
        for part in [why, ", and crash after "] {
            assert!(told.contains(part), "{told}");
        }
    }
}
