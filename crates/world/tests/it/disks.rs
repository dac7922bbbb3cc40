//! What a crash leaves on a disk; and crashes while a process recovers.

use crate::script::{Actor, Request, nodes, set, states};
use stateright::Model;
use std::collections::BTreeSet;
use std::sync::Arc;
use synod_checker::{Extras, Levels, Problem, Progress, Question, Verdict, catch, check};
use synod_vocabulary::Describe;
use synod_world::{Disk, World};

#[allow(clippy::trivially_copy_pass_by_ref)] // As a disk wants it.
const fn is_sync(record: &char) -> bool {
    *record == '!'
}

/// Every record is told of, once it is durable.
#[allow(clippy::unnecessary_wraps, clippy::trivially_copy_pass_by_ref)] // As a disk wants it.
const fn told(record: &char) -> Option<Request> {
    Some(Request::Durable(*record))
}

/// Node 1 writes this when it begins.
fn writes(script: &'static str) -> World<Actor> {
    World::of(nodes(script, ""))
}

/// What a crash may leave once node 1 has begun.
fn disks(world: &World<Actor>) -> BTreeSet<String> {
    let state = world.init_states()[0];
    world.site(&state, 1).disks().cloned().collect()
}

/// What may be on the disk of node 1 in any state. The process writes nothing if it finds
/// anything, so that this is what a crash has left.
fn ledgers(world: &World<Actor>) -> BTreeSet<String> {
    let states = states(world);
    let sites = states.iter().map(|state| world.site(state, 1));
    sites.map(|site| site.ledger.clone()).collect()
}

#[test]
fn a_crash_loses_the_latest_records_since_the_last_sync() {
    assert_eq!(disks(&writes("AC")), set(["AC"]));
    let synced = |script| writes(script).disk(Disk::Synced(is_sync));
    assert_eq!(disks(&synced("AC")), set(["AC", "A", ""]));
    assert_eq!(disks(&synced("AC!DE")), set(["ACDE", "ACD", "AC"]));
    assert_eq!(disks(&synced("AC!")), set(["AC"]));
}

#[test]
fn a_torn_disk_loses_any_of_them() {
    let torn = |script| writes(script).disk(Disk::Torn(is_sync));
    assert_eq!(disks(&torn("AC")), set(["AC", "A", "C", ""]));
    assert_eq!(disks(&torn("A!CD")), set(["ACD", "AC", "AD", "A"]));
}

#[test]
fn what_a_process_was_told_is_durable_survives() {
    let world = writes("AC").disk(Disk::Asynchronous(told));
    assert_eq!(disks(&world), set(["AC", "A", ""]));
    for state in states(&world) {
        let site = world.site(&state, 1);
        let survives = |disk: &String| disk.starts_with(&site.process.heard);
        assert!(site.disks().all(survives));
        let told: &str = &site.process.heard;
        assert!(["", "A", "AC"].contains(&told), "in their order");
    }
    assert_eq!(states(&world).len(), 3);
}

#[test]
fn a_crash_may_fall_into_the_first_start_and_into_every_recovery() {
    let ledgers = |crashes| ledgers(&writes("AC").crashing(crashes));
    assert_eq!(ledgers(0), set(["AC"]));
    // AAC: a crash after A. ACAC: one when it was idle.
    assert_eq!(ledgers(1), set(["AC", "AAC", "ACAC"]));
    let twice = ["AAAC", "AACAC", "ACAAC", "ACACAC"];
    let mut expected = set(["AC", "AAC", "ACAC"]);
    expected.extend(set(twice));
    assert_eq!(ledgers(2), expected);
}

#[test]
fn each_crash_counts() {
    let world = writes("AC").crashing(2);
    for state in states(&world) {
        for (step, next) in world.next_steps(&state) {
            let name = world.step_name(&step);
            let crashes = state.crashes_left - next.crashes_left;
            let words = name.matches("rash").count() + name.matches("again").count();
            assert_eq!(usize::from(crashes), words, "{name}");
        }
    }
}

#[test]
fn a_step_tells_what_the_disk_has_lost() {
    let name = |disk| {
        let world = writes("AC").disk(disk).crashing(1);
        let steps = world.next_steps(&world.init_states()[0]);
        let names = steps.iter().map(|(step, _)| world.step_name(step));
        names.filter(|name| name.starts_with('1')).collect()
    };
    let names: Vec<String> = name(Disk::Synced(is_sync));
    let losses = [
        "",
        ", and lose its last write",
        ", and lose its last 2 writes",
    ];
    assert_eq!(names, losses.map(|loss| format!("1: Crash{loss}")));
    let names: Vec<String> = name(Disk::Torn(is_sync));
    assert_eq!(names.len(), 4);
    assert_eq!(names[3], "1: Crash, and lose some of its writes (choice 3)");
}

/// The process cannot recover from B without A.
#[test]
fn a_disk_from_which_a_process_cannot_recover_is_found_without_a_crash() {
    let verdict = |world: World<Actor>| {
        let progress = Arc::new(Progress::default());
        let problem = Problem::new(world, Extras::default(), Question::default(), &progress);
        let report = check(&problem.unwrap(), &Levels::default()).unwrap();
        let panics = report.property("panic-freedom").is_some();
        assert_eq!(panics, report.verdict == Verdict::Violated);
        report.verdict
    };
    let world = |disk| writes("AB").disk(disk);
    assert_eq!(verdict(world(Disk::Torn(is_sync))), Verdict::Holds);
    let always = |disk| world(disk).always_recovers();
    assert_eq!(verdict(always(Disk::Torn(is_sync))), Verdict::Violated);
    assert_eq!(verdict(always(Disk::Synced(is_sync))), Verdict::Holds);
    // The first start is cut off between B and A.
    let cut_off = writes("BA").always_recovers();
    assert!(catch(|| cut_off.init_states()).is_err());
    // Nothing but panics is added.
    assert_eq!(states(&always(Disk::Synced(is_sync))).len(), 1);
}
