//! The legislators and their clients as Stateright's actors: see [`synod_world::actors`].

use super::claim_view::{self, ClaimView};
use super::reach::Reach;
use super::{Candidate, partners};
use crate::world::{Actors, ActorsState, Holds, InSetting, World, tries_within};
use stateright::Expectation::{Always, Sometimes};
use std::sync::Arc;
use synod_math::Priest;
use synod_world::actors::processes;

type Parliament = Actors<Candidate>;
type State = ActorsState<Candidate>;

/// The legislators of a [`world`](super::world) and their clients as Stateright's actors,
/// without reductions, and without crashes, which Stateright's actors do not have. It
/// serves to compare two harnesses of the same code.
pub fn as_actors(world: &World<Candidate>) -> Parliament {
    let claims: [(_, Holds<Candidate>); 3] = [
        ("Consistency", |model, state| {
            claim_view::consistency(model.cfg.bounds(), &views(state)).is_ok()
        }),
        ("the law is the decrees in order", |_, state| {
            claim_view::laws_are_the_decrees(&views(state)).is_ok()
        }),
        ("laws are prefixes", |_, state| {
            claim_view::laws_are_prefixes(&views(state)).is_ok()
        }),
    ];
    let parliament = world.as_actors(is_within);
    let parliament = claims.into_iter().fold(parliament, |model, (name, holds)| {
        model.property(Always, name, holds)
    });
    with_partners(world, parliament)
}

/// Adds the events that happen in some state, if the bounds allow them.
fn with_partners(world: &World<Candidate>, mut parliament: Parliament) -> Parliament {
    let reach = Reach::of(world);
    let partners: [(_, _, Holds<Candidate>); 4] = [
        (true, "a ledger holds a decree", |_, state| {
            ledgers_with_a_decree(state) > 0
        }),
        (
            reach.two_legislators(),
            "two ledgers hold a decree",
            |_, state| ledgers_with_a_decree(state) > 1,
        ),
        (reach.two_decrees(), "two decrees are law", |_, state| {
            processes(state).any(|process| process.shipped().law().through().0 > 1)
        }),
        (
            reach.two_presidents(),
            "two presidents compete",
            |_, state| processes(state).filter(|&p| partners::presides(p)).count() > 1,
        ),
    ];
    for (_, name, happens) in partners
        .into_iter()
        .filter(|(is_reachable, ..)| *is_reachable)
    {
        parliament = parliament.property(Sometimes, name, happens);
    }
    parliament
}

/// The views of all legislators. All their records are durable, since there are no
/// crashes.
fn views(state: &State) -> Vec<(Priest, ClaimView)> {
    let of = |process: &Candidate| {
        let shipped = process.shipped();
        (shipped.me(), ClaimView::of(process, shipped.ledger()))
    };
    processes(state).map(of).collect()
}

fn ledgers_with_a_decree(state: &State) -> usize {
    let holds = |process: &&Candidate| !process.shipped().ledger().decrees.is_empty();
    processes(state).filter(holds).count()
}

/// Whether no ballot number and no decree number beyond the bounds was tried.
fn is_within(world: &Arc<World<Candidate>>, state: &State) -> bool {
    let numbers = world.setting().numbers as u64;
    let largest = processes(state).filter_map(largest_number);
    let tried = processes(state).map(|process| process.shipped().ledger().last_tried);
    tries_within(world.bounds(), tried) && largest.max().is_none_or(|largest| largest <= numbers)
}

/// The largest decree number at which a legislator has a ballot or knows a decree. (A
/// decree may pass in the step that begins its ballot.)
fn largest_number(process: &Candidate) -> Option<u64> {
    let shipped = process.shipped();
    let known = shipped.ledger().decrees.keys().next_back();
    let office = shipped.slip().presiding();
    let voted_on = office.and_then(|office| office.polls.keys().next_back());
    known.max(voted_on).map(|at| at.0)
}
