//! The processes of one decree as actors of Stateright's: see
//! [`actors`](crate::world::actors).

use super::Candidate;
use crate::bounds::Decree;
use crate::world::World;
use crate::world::actors::{Actors, ActorsState, Holds, processes, tries_within};
use stateright::Expectation;

impl World<Candidate> {
    /// The same processes as Stateright's actors. Without the crashes, which
    /// are not for actors.
    pub fn as_actors(&self) -> Actors<Candidate> {
        let (partner, happens): (_, Holds<Candidate>) = if self.bounds().priest_count() > 1 {
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
        self.actors(tries_within)
            .property(Expectation::Always, "Consistency", consistency)
            .property(Expectation::Sometimes, partner, happens)
    }
}

fn outcomes(state: &ActorsState<Candidate>) -> impl Iterator<Item = Decree> {
    processes(state).filter_map(|process| process.shipped().basic().ledger().outcome)
}
