//! §3.2.1, Ordering: if a decree was passed before another one was proposed, it has the lower number.
//!
//! Of the parliament in general this is not so. The legislator that ships does two things more, which
//! are guards here. Its ballots with one number have one quorum, at all decree numbers. And it votes in
//! ascending order: in a ballot at a decree number only if, at every lower one, it knows the outcome or
//! has voted in this ballot. So below a number that is passed every number is passed, and who proposes
//! a decree there comes too late: another one has been passed there.
//!
//! Every step here is one of the parliament, so that its invariant may be assumed.
//!
//! ```
//! use synod_proof::targets::{Target, parliament};
//!
//! let parliament = Target::named("parliament").unwrap();
//! let names: Vec<_> = parliament.obligations().iter().map(|each| each.name()).collect();
//! assert!(names.contains(&"Late, Theorem 1 ⇒ Ordering".to_owned()));
//! assert_eq!(parliament::ordering::system().invariant.len(), 18 + 3);
//! ```

use super::Instances;
use crate::obligation::{Obligation, inductive};
use crate::rigid::blank;
use crate::symbols;
use crate::system::{Action, Guard, Hint, Named, System, becomes};
use crate::targets::math::{claimed, theorem_1};
use crate::term::{Decree, Formula, Number, Place, Priest, Set, Sorted, any, exists, for_all};
use crate::variables::{ballots, has_voted, is_successful, last_tried, outcome, prev_bal};

symbols! {
    rigid {
        /// The first decree number is below the second.
        is_lower "isLower" (m: Place, n: Place) -> Formula;
    }
    state {
        /// The decree was proposed at this number for the first time when one had been passed at a
        /// higher number.
        late "late" (n: Place, d: Decree) -> Formula;
    }
}

/// The parliament with votes in ascending order, with its invariant.
pub fn system() -> System {
    with(&mut Instances::default())
}

/// Everything that is proved of it, beside what is proved of the parliament.
pub(super) fn obligations() -> Vec<Obligation> {
    let mut instances = Instances::default();
    let system = with(&mut instances);
    let is_new = |obligation: &Obligation| NEW.contains(&obligation.claims);
    let mut obligations: Vec<_> = inductive(&system).into_iter().filter(is_new).collect();
    let no_gaps = Named::new("NoGaps", no_gaps(&mut instances));
    for obligation in &mut obligations {
        if (obligation.from, obligation.claims) == ("Start Polling", "Late") {
            obligation.assumed.push(no_gaps.clone());
        }
    }
    let assumed = system.assuming(&["I6.B1", "I6.majority", "OneQuorum", "Ascending"]);
    obligations.push(claimed(
        "B1, OneQuorum, Ascending",
        "NoGaps",
        assumed,
        no_gaps.holds,
    ));
    let mut assumed = system.assuming(&["Late"]);
    assumed.push(Named::new("Theorem.1", instances.everywhere(theorem_1())));
    let claim = ordering(&mut instances);
    obligations.push(claimed("Late, Theorem 1", "Ordering", assumed, claim));
    obligations
}

/// The conjuncts that the parliament does not have.
const NEW: [&str; 3] = ["OneQuorum", "Ascending", "Late"];

fn with(instances: &mut Instances) -> System {
    let mut system = super::with(instances);
    system.axioms.extend(order_of_decree_numbers());
    system.init = system.init & for_all(|n: Place, d: Decree| !late(n, d));
    for action in &mut system.actions {
        match action.name {
            "Start Polling" => begin_with_one_quorum(instances, action),
            "Receive BeginBallot" => vote_in_ascending_order(instances, action),
            _ => {}
        }
    }
    system.invariant.extend([
        Named::new("OneQuorum", one_quorum(instances)),
        Named::new("Ascending", ascending(instances)),
        Named::new("Late", late_is_too_late(instances)),
    ]);
    system.hints.extend_from_slice(HINTS);
    system
}

const HINTS: &[Hint] = &[
    Hint::usually("OneQuorum", &["OneQuorum"]),
    Hint::after(
        "Start Polling",
        "OneQuorum",
        &["OneQuorum", "I6.B1", "I2", "I10"],
    ),
    Hint::usually("Ascending", &["Ascending"]),
    Hint::after(
        "Receive BeginBallot",
        "Ascending",
        &["TypeOK", "I1", "I3", "Ascending"],
    ),
    Hint::usually("Late", &["Late"]),
    Hint::after("Start Polling", "Late", &["TypeOK", "Late"]),
];

/// Decree numbers are ordered: of two, one is lower.
fn order_of_decree_numbers() -> [Named; 3] {
    [
        Named::new("numbers.irreflexive", for_all(|n: Place| !is_lower(n, n))),
        Named::new(
            "numbers.transitive",
            for_all(|l: Place, m: Place, n: Place| {
                (is_lower(l, m) & is_lower(m, n)).implies(is_lower(l, n))
            }),
        ),
        Named::new(
            "numbers.total",
            for_all(|m: Place, n: Place| any([is_lower(m, n), m.is(n), is_lower(n, m)])),
        ),
    ]
}

/// The formula of A.1, at this decree number.
fn at(instances: &mut Instances, formula: Formula, place: Place) -> Formula {
    Formula::of(instances.at(formula.term(), place.term()))
}

/// A decree is passed at this number.
fn is_passed(instances: &mut Instances, place: Place) -> Formula {
    let passed = exists(|b: Number, d: Decree, set: Set| is_successful(b, d, set));
    at(instances, passed, place)
}

/// Start Polling: the quorum of a ballot number is the same at all decree numbers. It is noted if
/// the decree comes late.
fn begin_with_one_quorum(instances: &mut Instances, action: &mut Action) {
    let [p, set, d] = [0, 1, 2].map(|place| action.parameters[place]);
    let (p, set, d) = (Priest::of(p), Set::of(set), Decree::of(d));
    let n = place_of(action);
    let is_quorum = for_all(|m: Place, e: Decree, other: Set| {
        at(instances, ballots(last_tried(p), e, other), m).implies(other.is(set))
    });
    action.guards.push(Guard::new(
        "ballot lastTried has the quorum Q at other decree numbers, too",
        is_quorum,
    ));
    let none = for_all(|b: Number, other: Set| !ballots(b, d, other));
    let is_first = at(instances, none, n);
    let one_is_passed_above = exists(|m: Place| is_lower(n, m) & is_passed(instances, m));
    let is_late = late(n, d) | (is_first & one_is_passed_above);
    action.updates.push(becomes(late(n, d), is_late));
}

/// Receive BeginBallot: at every lower decree number, the priest knows the outcome or has voted in
/// this ballot. (The legislator looks down from n to the first number at which he has voted in it: when
/// he did, he looked at those below.)
fn vote_in_ascending_order(instances: &mut Instances, action: &mut Action) {
    let (p, b) = (
        Priest::of(action.parameters[0]),
        Number::of(action.parameters[1]),
    );
    let n = place_of(action);
    let is_settled = for_all(|m: Place| {
        let knows_or_voted = any([outcome(p).is_not(blank()), prev_bal(p).is(b)]);
        is_lower(m, n).implies(at(instances, knows_or_voted, m))
    });
    action.guards.push(Guard::new(
        "he knows the outcome or has voted in ballot b at every lower decree number",
        is_settled,
    ));
}

/// The decree number of an action of one: its last parameter.
fn place_of(action: &Action) -> Place {
    match action.parameters.last() {
        Some(place) => Place::of(*place),
        None => unreachable!("an action of one decree number has it as its last parameter"),
    }
}

/// Ballots with the same number have the same quorum.
fn one_quorum(instances: &mut Instances) -> Formula {
    for_all(
        |m: Place, n: Place, b: Number, d: Decree, set: Set, e: Decree, other: Set| {
            let here = at(instances, ballots(b, d, set), n);
            let there = at(instances, ballots(b, e, other), m);
            (here & there).implies(set.is(other))
        },
    )
}

/// Who has voted in a ballot at a number has voted in it at each lower one at which nothing is
/// passed.
fn ascending(instances: &mut Instances) -> Formula {
    for_all(
        |m: Place, n: Place, b: Number, d: Decree, set: Set, q: Priest| {
            let voted = at(instances, has_voted(b, d, set, q), n);
            let voted_in_it =
                exists(|e: Decree, other: Set| ballots(b, e, other) & has_voted(b, e, other, q));
            let is_settled = is_passed(instances, m) | at(instances, voted_in_it, m);
            (voted & is_lower(m, n)).implies(is_settled)
        },
    )
}

/// Where a decree comes late, another one is passed.
fn late_is_too_late(instances: &mut Instances) -> Formula {
    for_all(|n: Place, d: Decree| {
        let another =
            exists(|b: Number, e: Decree, set: Set| e.is_not(d) & is_successful(b, e, set));
        late(n, d).implies(at(instances, another, n))
    })
}

/// Below a number that is passed, every number is passed.
fn no_gaps(instances: &mut Instances) -> Formula {
    for_all(|m: Place, n: Place| {
        let above = is_passed(instances, n);
        (is_lower(m, n) & above).implies(is_passed(instances, m))
    })
}

/// §3.2.1: what comes late is not passed.
fn ordering(instances: &mut Instances) -> Formula {
    for_all(|n: Place, d: Decree| {
        let passed = exists(|b: Number, set: Set| is_successful(b, d, set));
        late(n, d).implies(!at(instances, passed, n))
    })
}
