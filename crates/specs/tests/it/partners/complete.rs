//! The partners of the complete protocol.

use crate::reached::{asked, consistency_says_nothing, differ, search, weights};
use synod_math::PriestSet;
use synod_models::bounds::{Bounds, BoundsError};
use synod_models::complete::{self, Candidate};
use synod_models::properties::conditional_partners;
use synod_models::view::Synod;
use synod_models::world::World;
use synod_vocabulary::Partner;

fn all_bounds() -> Vec<(Bounds, u8)> {
    let mut all = Vec::new();
    for (priests, most_attempts) in [(1, 3), (2, 3), (3, 2)] {
        for tryers in PriestSet::first(priests).non_empty_subsets() {
            let tryers: Vec<_> = tryers.iter().map(|p| p.index() + 1).collect();
            for attempts in 1..=most_attempts {
                for decrees in [&["a"][..], &["a", "b"]] {
                    let decrees: Vec<_> = decrees.iter().map(ToString::to_string).collect();
                    let bounds = Bounds::new(priests, &tryers, attempts, &decrees).unwrap();
                    let weighted = |weights: Vec<u32>| bounds.clone().with_weights(&weights);
                    let bounds = weights(priests).into_iter().map(weighted);
                    let bounds = bounds.map(Result::unwrap);
                    all.extend(bounds.flat_map(|bounds| [(bounds.clone(), 0), (bounds, 1)]));
                }
            }
        }
    }
    all
}

const DECREES_DIFFER: Partner<World<Candidate>> = Partner {
    name: "two ballots have different decrees",
    happens: |world, state| differ(std::iter::once(world.ballots(state))),
};

#[test]
fn partners_are_asked_for_where_the_bounds_let_them_happen() {
    let (mut wrong, mut decided, mut too_large) = (Vec::new(), 0, 0);
    for (bounds, crashes) in all_bounds() {
        let world = match complete::world(bounds.clone(), None, crashes) {
            Err(BoundsError::Unproposed { .. }) => continue,
            world => world.unwrap(),
        };
        let asked = asked(&world);
        let is_asked = |name| asked.iter().any(|partner| partner.name == name);
        let others = conditional_partners().into_iter();
        let others = others.filter(|other| !is_asked(other.name));
        let mut partners: Vec<_> = asked.iter().copied().chain(others).collect();
        partners.push(DECREES_DIFFER);
        let mut found = search(&world, &partners, 40_000);
        partners.pop();
        let decrees_differ = found.reached.pop() == Some(true);
        let may_differ = world.may_begin_two_ballots() && !consistency_says_nothing(&world);
        if decrees_differ != may_differ && (decrees_differ || found.is_complete) {
            wrong.push(format!(
                "decrees differ: {decrees_differ}, {bounds:?}, {crashes} crashes"
            ));
        }
        if !found.is_complete && !found.reached.iter().all(|&is_reached| is_reached) {
            too_large += 1;
            continue;
        }
        decided += 1;
        for (partner, reached) in partners.iter().zip(found.reached) {
            let asked = is_asked(partner.name);
            if asked != reached {
                let (name, quorums) = (partner.name, bounds.quorums());
                let numbers = bounds.numbers();
                wrong.push(format!(
                    "{name}: asked {asked}, {numbers:?} of {quorums:?}, {crashes} crashes"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        decided > 3 * too_large,
        "{decided} decided, {too_large} too large"
    );
}
