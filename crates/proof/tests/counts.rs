//! With sorts fixed to small bounds, the states that satisfy the invariant are as many as those
//! that `inductive` enumerates from the packed model.

#![allow(clippy::unwrap_used, missing_docs)]

use std::path::{Path, PathBuf};
use synod_proof::finite::{Universe, count};
use synod_proof::targets::basic;
use synod_proof::variables::SYMBOLS;

/// The number of states that a run spec of `specs/basic/inductive` expects.
fn expected(spec: &str) -> u64 {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap();
    let path: PathBuf = root
        .join("specs/basic/inductive")
        .join(spec)
        .with_extension("toml");
    let text = std::fs::read_to_string(path).unwrap();
    let states = text
        .lines()
        .find_map(|line| line.strip_prefix("states"))
        .unwrap();
    states
        .trim_start_matches([' ', '='])
        .trim()
        .parse()
        .unwrap()
}

fn compare(spec: &str, universe: &Universe) {
    let invariant: Vec<_> = basic::repaired()
        .invariant
        .iter()
        .map(|it| it.holds)
        .collect();
    assert_eq!(
        count(universe, SYMBOLS, &invariant),
        expected(spec),
        "{spec}"
    );
}

#[test]
fn one_priest_has_as_many_states() {
    let one = |numbers, decrees| Universe::of_majorities(1, numbers, decrees);
    compare("I-is-inductive-for-one-priest", &one(&[0], 1));
    compare(
        "I-is-inductive-for-one-priest-who-loses-his-slip",
        &one(&[0], 2),
    );
    compare(
        "I-is-inductive-for-two-attempts-at-one-decree",
        &one(&[0, 1], 1),
    );
    compare("I-is-inductive-for-two-attempts", &one(&[0, 1], 2));
}

#[test]
fn two_priests_have_as_many_states() {
    let two = |decrees| Universe::of_majorities(2, &[0], decrees);
    compare("I-is-inductive-for-two-priests-who-lose-slips", &two(1));
    compare("I-is-inductive-for-two-priests", &two(2));
    compare(
        "I-is-inductive-for-two-quorums",
        &Universe::weighted(&[2, 1], &[0], 1),
    );
}
