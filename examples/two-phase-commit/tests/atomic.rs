//! Two-phase commit is atomic whatever crashes, and blocks while the coordinator is away. A
//! participant that does not wait breaks it.

use synod_harness::{At, Check, ProcessSetup, World, check, ensure};
use two_phase_commit::{COORDINATOR, Entry, Node, Settings};

/// A coordinator and two participants, and one request to commit.
fn world(waits: bool, crashes: u8) -> World<Node> {
    let settings = Settings {
        participants: 2,
        waits,
    };
    let coordinator = ProcessSetup::new(COORDINATOR, settings).asked([()]);
    let participants = [1, 2].map(|id| ProcessSetup::new(id, settings));
    World::of([coordinator].into_iter().chain(participants)).crashing(crashes)
}

/// How many nodes have this on disk.
fn count(at: At<'_, World<Node>>, entry: Entry) -> usize {
    let sites = at.sites();
    sites.filter(|(_, site)| site.ledger == Some(entry)).count()
}

fn atomicity(waits: bool, crashes: u8) -> Check<World<Node>> {
    atomic(world(waits, crashes))
}

/// Explores one state for both that differ only in which participant is which.
fn up_to_symmetry(waits: bool, crashes: u8) -> Check<World<Node>> {
    atomic(world(waits, crashes).interchangeable([1, 2]))
        .up_to_symmetry(|at| at.model.images(at.state))
}

fn atomic(world: World<Node>) -> Check<World<Node>> {
    check(world).always("atomicity", |at| {
        let (committed, aborted) = (count(at, Entry::Committed), count(at, Entry::Aborted));
        ensure!(
            committed == 0 || aborted == 0,
            "nodes that have committed: {committed}, aborted: {aborted}"
        );
        Ok(())
    })
}

#[test]
fn no_node_commits_what_another_aborts() {
    for (crashes, states) in [(0, 82), (1, 249), (2, 444)] {
        atomicity(true, crashes)
            .sometimes("all commit", |at| count(at, Entry::Committed) == 3)
            .sometimes("all abort", |at| count(at, Entry::Aborted) == 3)
            .run()
            .assert_holds()
            .assert_states(states);
    }
}

#[test]
fn participants_that_do_the_same_are_not_told_apart() {
    up_to_symmetry(true, 0)
        .sometimes("all commit", |at| count(at, Entry::Committed) == 3)
        .sometimes("all abort", |at| count(at, Entry::Aborted) == 3)
        .run()
        .assert_holds()
        .assert_states(48)
        .assert_unreduced_states(82);
    up_to_symmetry(false, 0)
        .run()
        .assert_violated("atomicity", 6);
}

/// The coordinator asks participant 1 before 2. If it may crash in between, they are not alike.
#[test]
fn a_coordinator_that_crashes_between_two_messages_tells_participants_apart() {
    let checked = up_to_symmetry(true, 1).run();
    let reason = checked.report().unwrap().reason.as_ref().unwrap();
    let why = "states that differ only in names have different steps";
    assert!(reason.to_string().contains(why), "{reason}");
}

/// The known weakness: a participant that has voted can do nothing without the coordinator.
#[test]
fn a_participant_that_has_voted_waits_for_a_coordinator_that_has_crashed() {
    atomicity(true, 1)
        .sometimes("a participant waits", |at| {
            let has_crashed = at.state.crashes_left == 0;
            has_crashed && at.ledger(COORDINATOR).is_none() && count(at, Entry::Prepared) > 0
        })
        .run()
        .assert_holds();
}

#[test]
fn a_participant_that_does_not_wait_breaks_atomicity() {
    let checked = atomicity(false, 0).run();
    checked.assert_violated("atomicity", 6);
    let counterexample = checked.counterexample().unwrap();
    assert!(
        counterexample.contains("nodes that have committed: 1, aborted: 1"),
        "{counterexample}"
    );
}
