//! Fewer states: one of those that differ only in names, and no longer than they are needed.

use crate::features::run_alone;
use crate::panic_of;
use stateright::Model;
use std::time::Duration;
use synod_checker::Verdict;
use synod_harness::{
    At, Check, Input, InputOf, Outputs, OutputsOf, Process, ProcessSetup, Renamed, Renaming,
    Undescribed, World, check, check_model, ensure,
};

/// Three counters that do the same, each up to this count.
#[derive(Clone, Copy)]
struct Counters {
    most: u8,
    /// Whether the first one stops earlier.
    first_stops: bool,
}

const ALIKE: Counters = Counters {
    most: 3,
    first_stops: false,
};

impl Model for Counters {
    type State = [u8; 3];
    type Action = usize;

    fn init_states(&self) -> Vec<[u8; 3]> {
        vec![[0; 3]]
    }

    fn actions(&self, counts: &[u8; 3], actions: &mut Vec<usize>) {
        let most = |counter| self.most - u8::from(self.first_stops && counter == 0);
        actions.extend((0..3).filter(|&counter| counts[counter] < most(counter)));
    }

    fn next_state(&self, counts: &[u8; 3], counter: usize) -> Option<[u8; 3]> {
        let mut next = *counts;
        next[counter] += 1;
        Some(next)
    }
}

type Counting = Undescribed<Counters>;

fn all_names(at: At<'_, Counting>) -> Vec<[u8; 3]> {
    let [a, b, c] = *at.state;
    vec![[a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]]
}

fn height(at: At<'_, Counting>) -> u32 {
    at.state.iter().map(|&count| u32::from(count)).sum()
}

fn up_to_symmetry(counters: Counters) -> Check<Counting> {
    check_model(counters).up_to_symmetry(all_names)
}

/// No two counters have reached both of these.
fn never_at_once(check: Check<Counting>, one: u8, other: u8) -> Check<Counting> {
    check.always("not at once", move |at| {
        let has = |count| at.state.contains(&count);
        ensure!(!has(one) || !has(other), "{:?}", at.state);
        Ok(())
    })
}

#[test]
fn the_states_for_which_others_stand_add_up_to_all_states() {
    check_model(ALIKE).run().assert_holds().assert_states(64);
    let checked = up_to_symmetry(ALIKE).run();
    let checked = checked.assert_holds();
    checked.assert_states(20).assert_unreduced_states(64);
    assert!(checked.json().contains(r#""unreduced_states":64"#));
    let said = panic_of(|| {
        checked.assert_states(64);
    });
    assert_eq!(said, "20 states up to symmetry (64 in all), not 64");
    let said = panic_of(|| {
        checked.assert_unreduced_states(20);
    });
    assert_eq!(said, "20 states up to symmetry (64 in all), not 20 in all");
}

#[test]
fn every_engine_and_fingerprint_finds_the_same_up_to_symmetry() {
    for check in [
        up_to_symmetry(ALIKE).threads(2),
        up_to_symmetry(ALIKE).wide_fingerprints(),
        up_to_symmetry(ALIKE).rank(height),
    ] {
        let checked = check.run();
        let checked = checked.assert_holds();
        checked.assert_states(20).assert_unreduced_states(64);
    }
}

/// From one state to the next one counter has gone up, whatever state of its orbit was explored.
#[test]
fn a_counterexample_is_as_short_and_has_the_names_of_its_path() {
    let whole = never_at_once(check_model(ALIKE), 1, 3).run();
    whole.assert_violated("not at once", 4);
    let checked = never_at_once(up_to_symmetry(ALIKE).rank(height), 1, 3).run();
    checked.assert_violated("not at once", 4);
    let told = checked.counterexample().unwrap();
    let lines: Vec<_> = told.lines().filter(|line| line.contains(" → ")).collect();
    assert_eq!(lines.len(), 4, "{told}");
    let mut before = "[0, 0, 0]".to_owned();
    for line in lines {
        let (from, to) = line.trim().split_once(" → ").unwrap();
        assert_eq!(from, format!("state: {before}"), "{told}");
        before = to.to_owned();
    }
}

#[test]
fn names_that_make_a_difference_are_refused_with_what_differs() {
    let first_stops = Counters {
        first_stops: true,
        ..ALIKE
    };
    for (check, why) in [
        (
            up_to_symmetry(first_stops),
            "states that differ only in names have different steps",
        ),
        (
            up_to_symmetry(ALIKE).within(|at| at.state[0] < 2),
            "states that differ only in names have different steps",
        ),
        (
            up_to_symmetry(ALIKE).sometimes("the first is ahead", |at| at.state[0] > at.state[1]),
            "\"the first is ahead\" tells states apart that differ only in names",
        ),
        (
            // To name them round in one direction, and not back.
            check_model(ALIKE).up_to_symmetry(|at| {
                let [a, b, c] = *at.state;
                vec![[b, c, a]]
            }),
            "the representative is not the same for all states of an orbit",
        ),
    ] {
        let said = panic_of(|| {
            check.threads(1).run().assert_holds();
        });
        assert!(said.starts_with("inconclusive after "), "{said}");
        assert!(said.contains(why), "{said}");
    }
}

#[test]
fn a_rank_that_a_step_does_not_make_larger_is_refused() {
    check_model(ALIKE).rank(height).run().assert_states(64);
    let said = panic_of(|| {
        let check = check_model(ALIKE).rank(|at| u32::from(at.state[0]));
        check.run().assert_holds();
    });
    assert!(
        said.contains("a step does not make the rank of the state larger"),
        "{said}"
    );
}

/// The name of the test below, as its own process sees it.
const REPLAYED: &str = "fewer::a_run_up_to_symmetry_that_a_replay_takes";

/// Fails if it is asked to. Not a test of its own: the next one runs it.
#[test]
fn a_run_up_to_symmetry_that_a_replay_takes() {
    let most = if std::env::var_os("RULE").is_some() {
        3
    } else {
        9
    };
    let checked = never_at_once(up_to_symmetry(ALIKE).rank(height), 1, most).run();
    checked.assert_holds();
}

#[test]
fn a_run_that_was_found_up_to_symmetry_is_taken_again_with_its_names() {
    let rule = ("RULE", "left out");
    let (passes, said) = run_alone(REPLAYED, &[rule]);
    assert!(!passes, "{said}");
    let command = said.lines().find(|line| line.contains("SYNOD_REPLAY="));
    let file = command.unwrap().trim().split(['=', ' ']).nth(1).unwrap();
    let (passes, said) = run_alone(REPLAYED, &[rule, ("SYNOD_REPLAY", file)]);
    assert!(!passes, "{said}");
    assert!(
        said.contains("not at once is violated after 4 steps"),
        "{said}"
    );
}

/// Follows whoever asks first; or whoever asks and has the larger number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Follower {
    me: u8,
    looks_at_numbers: bool,
    leader: Option<u8>,
}

impl Process for Follower {
    type Id = u8;
    type Settings = bool;
    type Ledger = Option<u8>;
    type Message = ();
    type Request = ();
    type Timer = ();
    type Record = u8;
    type News = ();
    type Action = ();
    type Ignored = ();

    fn recover(&looks: &bool, me: u8, leader: Option<u8>) -> (Self, OutputsOf<Self>) {
        let follower = Self {
            me,
            looks_at_numbers: looks,
            leader,
        };
        (follower, Outputs::new())
    }

    fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
        let mut out = Outputs::new();
        match input {
            Input::Propose(()) => {
                let others = (1..=3).filter(|&other| other != self.me);
                others.for_each(|other| out.send(other, ()));
            }
            Input::Receive { from, .. } => {
                let is_wanted = !self.looks_at_numbers || from > self.me;
                if self.leader.is_none() && is_wanted {
                    self.leader = Some(from);
                    out.record(from);
                }
            }
            Input::Timeout(()) => {}
        }
        out
    }

    fn apply(leader: &mut Option<u8>, follows: u8) {
        *leader = Some(follows);
    }
}

impl Renamed for Follower {
    fn renamed(&self, rename: Renaming<'_, u8>) -> Self {
        Self {
            me: rename(self.me),
            leader: self.leader.map(rename),
            ..*self
        }
    }

    fn renamed_ledger(leader: &Option<u8>, rename: Renaming<'_, u8>) -> Option<u8> {
        leader.map(rename)
    }

    fn renamed_message((): &(), _: Renaming<'_, u8>) {}

    fn renamed_request((): &(), _: Renaming<'_, u8>) {}

    fn renamed_timer((): (), _: Renaming<'_, u8>) {}
}

/// Without crashes: one between two sends would tell apart to whom was sent first.
fn followers(looks_at_numbers: bool) -> World<Follower> {
    let followers = [1, 2, 3].map(|id| ProcessSetup::new(id, looks_at_numbers).asked([()]));
    World::of(followers)
}

fn up_to_names(looks_at_numbers: bool) -> Check<World<Follower>> {
    check(followers(looks_at_numbers).interchangeable([1, 2, 3]))
        .up_to_symmetry(|at| at.model.images(at.state))
}

#[test]
fn a_world_makes_the_images_of_its_states_itself() {
    let whole = check(followers(false)).run();
    let states = whole.assert_holds().report().unwrap().states;
    for check in [up_to_names(false), up_to_names(false).workers(2, None)] {
        let checked = check.run();
        checked.assert_holds().assert_unreduced_states(states);
        assert!(checked.report().unwrap().states * 2 < states);
    }
}

#[test]
fn processes_that_compare_their_names_are_refused() {
    let said = panic_of(|| {
        up_to_names(true).run().assert_holds();
    });
    let why = "states that differ only in names have different steps";
    assert!(
        said.starts_with("inconclusive after ") && said.contains(why),
        "{said}"
    );
}

#[test]
fn an_order_of_sends_that_a_crash_shows_is_refused() {
    let world = followers(false).crashing(1).interchangeable([1, 2, 3]);
    let said = panic_of(|| {
        let check = check(world).up_to_symmetry(|at| at.model.images(at.state));
        check.run().assert_holds();
    });
    let why = "states that differ only in names have different steps";
    assert!(said.contains(why), "{said}");
}

#[test]
fn a_check_up_to_symmetry_goes_on_from_its_checkpoint_and_not_from_another() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("checkpoint");
    let states = up_to_names(false).run().report().unwrap().states;
    let check = || up_to_names(false).checkpoint(&file, Duration::ZERO);
    let begun = check().max_states(states / 2).run();
    assert_eq!(begun.report().unwrap().verdict, Verdict::Inconclusive);
    let whole = synod_harness::check(followers(false)).checkpoint(&file, Duration::ZERO);
    let said = panic_of(|| {
        whole.run().assert_holds();
    });
    assert!(said.contains("not checked: "), "{said}");
    check().run().assert_holds().assert_states(states);
}
