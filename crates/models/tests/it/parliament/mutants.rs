//! The claims that each mutant breaks within small bounds, and those that no mutant
//! breaks.

use super::{Parliament, parliament};
use stateright::{Expectation, Model};
use std::collections::{BTreeMap, HashSet};
use synod_models::world::State;
use synod_vocabulary::Describe;

/// The claims that fail within `steps` steps, with the number of steps after which they
/// fail.
fn refuted(world: &Parliament, steps: usize) -> BTreeMap<&'static str, usize> {
    let mut refuted = BTreeMap::new();
    let mut level = world.init_states();
    let mut seen: HashSet<State> = level.iter().copied().collect();
    let mut properties = world.properties();
    properties.retain(|property| matches!(property.expectation, Expectation::Always));
    for depth in 0..=steps {
        for property in &properties {
            let holds = |state| (property.condition)(world, state);
            if !level.iter().all(holds) {
                refuted.entry(property.name).or_insert(depth);
            }
        }
        let next = level.iter().flat_map(|state| world.next_states(state));
        let next = next.filter(|next| world.within_boundary(next) && seen.insert(*next));
        level = next.collect();
    }
    refuted
}

/// A mutant, the lines of a run spec that show it, and the claims that it breaks there,
/// with the length of the shortest run.
type Broken = (&'static str, &'static str, &'static [(&'static str, usize)]);

/// Mutants, and the claims that they break. (Each mutant also has a run spec, which shows
/// that it breaks a claim.)
const BROKEN: [Broken; 8] = [
    (
        "a gap is skipped",
        "tryers = [1, 2]; asked = [1, 1]; order = \"any\"; requests = [\"write a\", \"write b\"]",
        &[("Validity", 9), ("refines basic", 9)],
    ),
    (
        "a gap is filled with a new decree",
        "tryers = [1, 2]; asked = [1, 1, 2]; order = \"any\"; numbers = 2; \
         requests = [\"write a\", \"write b\", \"write c\"]",
        &[("Ordering", 11), ("refines basic", 10)],
    ),
    (
        "new decrees proposed before the answers of a majority",
        "tryers = [1, 2]; requests = [\"write a\", \"write b\"]",
        &[("B3", 4), ("refines ballots", 4), ("refines basic", 1)],
    ),
    (
        "LastVote leaves out a number",
        "tryers = [1, 2]; linearizability = true; requests = [\"write a\", \"read\"]",
        &[
            ("B3", 8),
            ("Consistency", 12),
            ("Theorem 1", 10),
            ("laws are prefixes", 12),
            ("linearizable", 12),
            ("refines ballots", 8),
            ("refines basic", 7),
            ("refines consensus", 10),
        ],
    ),
    (
        "LastVote omits a decree of the ledger",
        "tryers = [1, 2]; requests = [\"write a\", \"write b\"]",
        &[("B3", 10), ("refines ballots", 10), ("refines basic", 9)],
    ),
    (
        "the president proposes at a number ≤ n",
        "tryers = [1, 2]; requests = [\"write a\", \"write b\"]",
        &[("B3", 8), ("refines ballots", 8), ("refines basic", 4)],
    ),
    (
        "a retried request is passed twice",
        "tryers = [1]; numbers = 2; requests = [\"write a\"]",
        &[("no request is taken up twice", 5)],
    ),
    (
        "the law applied past a gap",
        "tryers = [1]; asked = [1, 1]; order = \"any\"; requests = [\"write a\", \"write b\"]",
        &[("the law is the decrees in order", 7)],
    ),
];

#[test]
fn a_mutant_breaks_these_claims_and_no_other_before() {
    for (mutant, lines, broken) in BROKEN {
        let world = parliament(&format!("priests = 3; {lines}; mutant = \"{mutant}\""));
        let steps = broken.iter().map(|(_, length)| *length).max().unwrap();
        let broken: BTreeMap<_, _> = broken.iter().copied().collect();
        assert_eq!(refuted(&world, steps), broken, "{mutant}");
    }
}

/// The names of the invariants of A.2, in their order.
fn invariants() -> Vec<&'static str> {
    macro_rules! names {
        ($($check:ident $I:ident $partner:ident $meaning:literal;)+) => {
            vec![$(stringify!($I)),+]
        };
    }
    synod_paper::invariants!(names)
}

/// None of these mutants breaks the remaining claims. I1–I7 say nothing once a step was
/// not a step of A.1, which is the first effect of most mutants. B1 and B2 hold because a
/// ballot's number and quorum are chosen only once, in code that no mutant changes.
#[test]
fn no_mutant_breaks_the_other_claims() {
    let world = parliament(
        "priests = 3; tryers = [1, 2]; linearizability = true; \
         requests = [\"write a\", \"read\"]",
    );
    let broken: HashSet<_> = BROKEN
        .iter()
        .flat_map(|(_, _, broken)| broken.iter().map(|(name, _)| *name))
        .collect();
    let claims = world.claims().into_iter().map(|claim| claim.name);
    let unbroken: Vec<_> = claims.filter(|name| !broken.contains(name)).collect();
    let others = [
        "B1",
        "B2",
        "ledgers never go back",
        "no number is passed over",
    ];
    let expected: Vec<_> = others.into_iter().chain(invariants()).collect();
    assert_eq!(unbroken, expected);
}
