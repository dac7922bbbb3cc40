//! A lens that is not of the crate's models. It tests what the world offers and `complete`
//! does not use: requests at any time, and steps that change only the history.

use crate::explore::{bounds, levels};
use stateright::Model;
use std::collections::HashSet;
use std::sync::Arc;
use synod_models::bounds::{Bounds, Decree};
use synod_models::bytes::AsBytes;
use synod_models::complete::Candidate;
use synod_models::world::{Deeds, Event, Observed, State};
use synod_process::Input;
use synod_protocol::Action;
use synod_vocabulary::{Describe, Stored};
use synod_world::{Observe, Persist, ProcessSetup, Reduce, Tell, World};

/// The lens of a world in which the shipped process may be asked for any decree at any
/// time. The history is the set of decrees that were asked for, as bits; bit 0 says that a
/// number beyond the bounds was tried.
struct Asked(Bounds);

impl Observe<Candidate> for Asked {
    type History = u8;

    fn observe(&self, from: &u8, step: &Observed<'_, Candidate>) -> u8 {
        let asked_for = match step.deeds.input {
            Some(Input::Propose(decree)) => 1 << decree.0,
            _ => 0,
        };
        let numbers = self.0.numbers();
        let is_beyond = step.deeds.actions.iter().any(|action| {
            matches!(action, Action::TryNewBallot(number) if Some(number) > numbers.last())
        });
        from | asked_for | u8::from(is_beyond)
    }

    fn is_seen(&self, deeds: &Deeds<Candidate>) -> bool {
        matches!(deeds.input, Some(Input::Propose(_)))
    }

    fn is_outside(&self, history: &u8) -> bool {
        history & 1 == 1
    }
}

impl Reduce<Candidate> for Asked {
    type ReductionView = ();
}

impl Tell<Candidate> for Asked {
    type ClaimView = ();

    fn request_name(&self, decree: &Decree) -> String {
        self.0.decree_name(*decree).to_owned()
    }
}

impl Persist<Candidate> for Asked {
    type Codec = AsBytes;
}

fn asked() -> World<Candidate, Asked> {
    let bounds = bounds(2, &[2], 1, 2);
    let quorums = Arc::new(bounds.quorum_system().clone());
    let nodes = bounds.priests().map(|p| {
        let settings = (Arc::clone(&quorums), None);
        ProcessSetup::new(p, settings).asked(bounds.decrees())
    });
    World::with_lens(nodes.collect::<Vec<_>>(), Asked(bounds)).crashing(1)
}

/// The first proposal is noted on the slip. A second one changes nothing there, but it
/// changes the history, once.
#[test]
fn a_request_that_changes_only_the_history_is_a_step() {
    let world = asked();
    let states: HashSet<State> = levels(&world).into_iter().flatten().collect();
    let mut only_in_history = 0;
    for state in &states {
        let asked_for =
            |&step: &_| matches!(world.event(step), Event::Handle(_, Input::Propose(_)));
        let mut steps = Vec::new();
        world.actions(state, &mut steps);
        for step in steps.into_iter().filter(asked_for) {
            let next = world.next_state(state, step).unwrap();
            assert_ne!(next, *state, "{}", world.step_name(&step));
            if world.sites(&next).eq(world.sites(state)) {
                assert_ne!(world.history(&next), world.history(state));
                only_in_history += 1;
            }
        }
    }
    assert!(only_in_history > 10, "{only_in_history}");
}

#[test]
fn a_request_has_a_name_and_a_kind() {
    let world = asked();
    let [state] = world.init_states().try_into().ok().unwrap();
    let mut steps = Vec::new();
    world.actions(&state, &mut steps);
    let requests = steps.iter().filter(|step| world.kind(step) == 2);
    let names: Vec<_> = requests.map(|step| world.step_name(step)).collect();
    assert_eq!(
        names,
        [
            "Priest(0): Propose a",
            "Priest(0): Propose b",
            "Priest(1): Propose a",
            "Priest(1): Propose b"
        ]
    );
    assert_eq!(world.kinds().len(), 5);
}

#[test]
fn a_world_of_another_lens_is_read_back_too() {
    let old = asked();
    let states: Vec<_> = levels(&old).into_iter().flatten().collect();
    let mut context = Vec::new();
    old.write_context(&mut Vec::new(), &mut context);
    let (new, mut dictionary) = (asked(), Vec::new());
    assert!(new.read_context(&mut dictionary, &context));
    for state in &states {
        let mut bytes = Vec::new();
        old.write_state(state, &mut bytes);
        let read = new.read_state(&dictionary, &mut &bytes[..]).unwrap();
        assert_eq!(read, *state);
        assert_eq!(new.history(&read), old.history(state));
    }
}
