//! The processes of one decree as Stateright's actors: see [`synod_world::actors`].

use super::Candidate;
use crate::bounds::Decree;
use crate::world::{Actors, ActorsState, Holds, InSetting, World, tries_within};
use stateright::Expectation;
use synod_world::actors::processes;

/// The processes of a [`world`](super::world) as Stateright's actors, without crashes,
/// which Stateright's actors do not have. It serves to compare two harnesses of the same
/// code.
pub fn as_actors(world: &World<Candidate>) -> Actors<Candidate> {
    let (partner, happens): (_, Holds<Candidate>) = if world.bounds().priest_count() > 1 {
        ("two ledgers hold a decree", |_, state| {
            outcomes(state).nth(1).is_some()
        })
    } else {
        ("a ledger holds a decree", |_, state| {
            outcomes(state).next().is_some()
        })
    };
    let consistency: Holds<Candidate> = |_, state| {
        let mut outcomes = outcomes(state);
        let first = outcomes.next();
        outcomes.all(|outcome| Some(outcome) == first)
    };
    world
        .as_actors(|world, state| {
            let ledgers = processes(state).map(|process| process.shipped().basic().ledger());
            tries_within(world.bounds(), ledgers.map(|ledger| ledger.last_tried))
        })
        .property(Expectation::Always, "Consistency", consistency)
        .property(Expectation::Sometimes, partner, happens)
}

fn outcomes(state: &ActorsState<Candidate>) -> impl Iterator<Item = Decree> {
    processes(state).filter_map(|process| process.shipped().basic().ledger().outcome)
}
