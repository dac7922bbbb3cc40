//! Reductions leave out states, but do not change the verdicts about a world.

use super::{Parliament, parliament};
use crate::explore::levels;
use stateright::{Expectation, Model};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use synod_models::parliament::Candidate;
use synod_models::parliament::claim_view::ClaimView;
use synod_process::Process;
use synod_world::Tell;
use synod_world::reductions::Reductions;

const USELESS: Reductions = Reductions {
    useless_messages: true,
    weaker_crashes: false,
};
const WEAKER: Reductions = Reductions {
    useless_messages: false,
    weaker_crashes: true,
};

/// The results of exploring a whole world.
#[derive(PartialEq, Eq)]
pub(super) struct Found {
    /// The claims that do not hold, with the length of the shortest counterexample.
    pub(super) violated: BTreeMap<&'static str, usize>,
    /// The partners that happen in some state.
    pub(super) reached: BTreeSet<&'static str>,
    /// The durable ledgers of all legislators, in each state.
    ledgers: HashSet<Vec<<Candidate as Process>::Ledger>>,
    /// The decrees and laws of all legislators, in each state.
    views: HashSet<Vec<ClaimView>>,
}

/// Explores a world. Returns the number of states and the results.
pub(super) fn explored(world: &Parliament) -> (usize, Found) {
    let mut found = Found {
        violated: BTreeMap::new(),
        reached: BTreeSet::new(),
        ledgers: HashSet::new(),
        views: HashSet::new(),
    };
    let (levels, properties) = (levels(world), world.properties());
    for (depth, level) in levels.iter().enumerate() {
        for state in level {
            for property in &properties {
                let is_met = (property.condition)(world, state);
                match property.expectation {
                    Expectation::Always if !is_met => {
                        found.violated.entry(property.name).or_insert(depth);
                    }
                    Expectation::Sometimes if is_met => {
                        found.reached.insert(property.name);
                    }
                    _ => {}
                }
            }
            let sites = || world.sites(state);
            let ledgers = sites().map(|site| site.ledger.clone()).collect();
            found.ledgers.insert(ledgers);
            let views = sites().map(|site| world.lens().claim_view(site));
            found.views.insert(views.collect());
        }
    }
    (levels.iter().map(Vec::len).sum(), found)
}

pub(super) fn partners(world: &Parliament) -> BTreeSet<&'static str> {
    let properties = world.properties().into_iter();
    let partners =
        properties.filter(|property| matches!(property.expectation, Expectation::Sometimes));
    partners.map(|property| property.name).collect()
}

/// Checks that with each reduction the verdicts are the same, and the required partners
/// are reached; that the same decrees are known by the same legislators, with the
/// same laws; and that the ledgers are equal.
fn nothing_changes(lines: &str) {
    let full = parliament(lines);
    let (all, in_full) = explored(&full);
    assert_eq!(in_full.reached, partners(&full), "{lines}");
    assert!(in_full.views.len() > 2, "{lines}");
    for reductions in [USELESS, WEAKER, Reductions::ALL] {
        let reduced = full.clone().reduced(reductions);
        let (fewer, found) = explored(&reduced);
        let what = format!("{lines}: {reductions:?}, {fewer} of {all} states");
        let has_less = reductions.useless_messages || full.crashes() > 0;
        assert_eq!(fewer < all, has_less, "{what}");
        assert_eq!(found.violated, in_full.violated, "{what}");
        let required = partners(&reduced);
        assert!(required.is_subset(&in_full.reached), "{what}");
        assert_eq!(found.reached, required, "{what}");
        assert!(found.views == in_full.views, "{what}");
        assert!(found.ledgers == in_full.ledgers, "{what}");
    }
}

#[test]
fn with_two_legislators() {
    nothing_changes("priests = 2; tryers = [1, 2]; requests = [\"write a\", \"write b\"]");
    nothing_changes("priests = 2; tryers = [1]; attempts = 2; requests = [\"write a\"]");
    nothing_changes(
        "priests = 2; tryers = [1, 2]; in_flight = 1; requests = [\"write a\", \"write b\"]",
    );
}

#[test]
fn with_two_legislators_who_crash() {
    nothing_changes("priests = 2; tryers = [1, 2]; crashes = 1; requests = [\"write a\"]");
    nothing_changes(
        "priests = 2; tryers = [1]; crashes = 2; requests = [\"write a\", \"write b\"]",
    );
    nothing_changes(
        "priests = 2; tryers = [1]; attempts = 2; crashes = 1; requests = [\"write a\"]",
    );
}

#[test]
fn with_three_legislators() {
    nothing_changes("priests = 3; tryers = [1]; requests = [\"write a\", \"write b\"]");
    nothing_changes(
        "priests = 3; tryers = [1]; asked = [1, 1]; order = \"any\"; \
         requests = [\"write a\", \"write b\"]",
    );
    nothing_changes("priests = 3; tryers = [1, 2]; requests = [\"write a\"]");
}

#[test]
fn with_three_legislators_who_crash() {
    nothing_changes(
        "priests = 3; tryers = [1]; crashes = 1; requests = [\"write a\", \"write b\"]",
    );
    nothing_changes(
        "priests = 3; tryers = [1]; crashes = 1; order = \"any\"; asked = [1, 1]; \
         requests = [\"write a\", \"write b\"]",
    );
}

#[test]
fn with_voted_to_everybody() {
    nothing_changes(
        "priests = 3; tryers = [1]; voted_to = \"everybody\"; \
         requests = [\"write a\", \"write b\"]",
    );
    nothing_changes(
        "priests = 2; tryers = [1, 2]; voted_to = \"everybody\"; crashes = 1; \
         requests = [\"write a\"]",
    );
}

#[test]
fn with_a_history_of_clients() {
    nothing_changes(
        "priests = 2; tryers = [1, 2]; linearizability = true; retries = true; numbers = 1; \
         requests = [\"write a\", \"read\"]",
    );
    nothing_changes(
        "priests = 3; tryers = [1]; linearizability = true; requests = [\"write a\", \"read\"]",
    );
}
