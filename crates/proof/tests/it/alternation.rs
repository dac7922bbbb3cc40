//! Which targets are decidable, by the graph of quantifier alternation.

use synod_proof::alternation::Alternation;
use synod_proof::obligation::{Obligation, inductive};
use synod_proof::system::System;
use synod_proof::targets::{TARGETS, Target, paxos, stratified};
use synod_proof::term::Sort;

/// The graph of all obligations together.
fn of_all(obligations: &[Obligation]) -> Alternation {
    let graphs = obligations.iter().map(Alternation::of);
    graphs.fold(Alternation::default(), |all, one| all.and(&one))
}

fn of_invariant(system: &System) -> Alternation {
    of_all(&inductive(system))
}

#[test]
fn the_stratified_invariant_has_no_circle_even_all_obligations_together() {
    let all = of_invariant(&stratified::system());
    assert_eq!(all.cycle(), None, "{all}");
    let expected = "Number → Priest, Number → PriestSet, Decree → Priest, Decree → PriestSet, \
                    PriestSet → Priest";
    assert_eq!(all.to_string(), expected);
}

#[test]
fn its_consistency_is_decidable_and_most_of_its_refinement_is_not() {
    let obligations = Target::named("stratified").unwrap().obligations();
    let is_decidable = |obligation: &&Obligation| Alternation::of(obligation).cycle().is_none();
    let (yes, no): (Vec<_>, Vec<_>) = obligations.iter().partition(is_decidable);
    assert_eq!((yes.len(), no.len()), (32, 3));
    assert!(yes.iter().any(|it| it.claims == "Consistency"));
    assert!(no.iter().all(|it| it.claims == "the same step, stratified"));
}

/// maxBal is a function from acceptors to ballots, and an acceptor of a set of acceptors depends on
/// that set, which depends on a ballot.
#[test]
fn the_published_specification_has_circles() {
    let cycle = of_invariant(&paxos::system()).cycle().unwrap();
    assert_eq!(cycle, [Sort::Priest, Sort::Decree]);
}

#[test]
fn every_other_target_has_an_obligation_with_a_circle() {
    for target in TARGETS {
        let obligations = target.obligations();
        let mut graphs = obligations.iter().map(Alternation::of);
        assert!(
            graphs.any(|graph| graph.cycle().is_some()),
            "{}",
            target.name
        );
    }
}
