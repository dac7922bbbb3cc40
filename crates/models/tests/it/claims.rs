//! Claims are not vacuous: each is broken by some mutant, has a partner
//! that is reached, and has a witness exactly if it fails.

use crate::explore::{basic, bounds, levels, mutant, preliminary, shortest_violation};
use stateright::{Expectation, Model};
use std::collections::BTreeSet;
use synod_models::basic::Basic;
use synod_models::basic::mutants::MUTANTS;
use synod_vocabulary::Describe;

#[test]
fn every_claim_about_basic_is_broken_by_some_mutant() {
    let mut unbroken: BTreeSet<_> = basic(bounds(2, &[1, 2], 1, 2))
        .claims()
        .iter()
        .map(|claim| claim.name)
        .collect();
    for name in [
        "two decrees in one ballot",
        "prevBal forgotten with the slip",
        "ballot numbers reused after losing the slip",
        "quorums need not intersect",
    ] {
        let model = mutant(name, bounds(2, &[1, 2], 1, 2));
        let states = levels(&model);
        unbroken.retain(|claim| {
            let holds = model.property(claim).condition;
            states.iter().flatten().all(|state| holds(&model, state))
        });
    }
    assert_eq!(unbroken, BTreeSet::new());
}

/// The bounds here are small; a mutant that needs larger ones has a run spec.
#[test]
fn every_mutant_breaks_a_claim_with_two_ballots_if_it_needs_no_third() {
    for candidate in MUTANTS {
        let is_broken = [bounds(2, &[1, 2], 1, 2), bounds(2, &[1], 2, 2)]
            .into_iter()
            .any(|bounds| {
                let model = mutant(candidate.name, bounds);
                let states = levels(&model);
                model.claims().iter().any(|claim| {
                    let mut states = states.iter().flatten();
                    !states.all(|state| (claim.holds)(&model, state))
                })
            });
        assert_eq!(
            is_broken, !candidate.needs_three_ballots,
            "{}",
            candidate.name
        );
    }
}

#[test]
fn the_paper_holds_and_every_partner_is_reached_for_every_small_bounds() {
    for priests in 1..=3 {
        for (tryers, attempts) in [(1, 1), (2, 1), (1, 2)] {
            for decrees in 1..=2 {
                if tryers > priests || (priests == 3 && tryers * attempts > 1) {
                    continue; // Not enough priests; or too large, and in specs/.
                }
                let tryers: Vec<_> = (1..=tryers).collect();
                for forgetful in [false, true] {
                    let bounds = bounds(priests, &tryers, attempts, decrees);
                    holds(&preliminary(bounds.clone()));
                    holds(&Basic::new(bounds, forgetful).unwrap());
                }
            }
        }
    }
}

fn holds<M>(model: &M)
where
    M: Describe,
    M::State: Clone + Eq + std::hash::Hash,
{
    let states = levels(model);
    for property in model.properties() {
        let is_met = |state| (property.condition)(model, state);
        let mut states = states.iter().flatten();
        let (is_right, what) = match property.expectation {
            Expectation::Always => (states.all(is_met), "fails"),
            _ => (states.any(is_met), "never happens"),
        };
        assert!(is_right, "{} {what}", property.name);
    }
}

#[test]
fn every_claim_has_a_partner_among_the_properties() {
    let model = basic(bounds(3, &[1, 2], 1, 2));
    let properties = model.properties();
    for claim in model.claims() {
        let name = claim
            .partner
            .expect("two ballots put every claim to use")
            .name;
        let partner = properties.iter().find(|p| p.name == name);
        let partner = partner.expect("a partner is a property");
        assert_eq!(partner.expectation, Expectation::Sometimes);
    }
}

#[test]
fn a_witness_is_given_exactly_if_a_claim_fails() {
    let model = mutant("two decrees in one ballot", bounds(2, &[1], 1, 2));
    for state in levels(&model).iter().flatten() {
        for claim in model.claims() {
            let witness = model.witness(claim.name, state);
            assert_eq!(witness.is_none(), (claim.holds)(&model, state));
        }
    }
}

#[test]
fn the_shortest_violations_of_a_mutant_are_those_of_its_run_spec() {
    let model = mutant("two decrees in one ballot", bounds(2, &[1, 2], 1, 2));
    assert_eq!(shortest_violation(&model, "B1"), Some(10));
    assert_eq!(shortest_violation(&model, "Consistency"), Some(35));
    assert_eq!(shortest_violation(&model, "B2"), None);
}
