//! §2.1: the Lemma, Theorem 1 and Theorem 2.
//!
//! Ballot numbers need not be well-ordered in first-order logic, so the Lemma itself is no
//! obligation. Its step is: if a ballot contradicts the Lemma and no smaller one does, then
//! there is a contradiction. That there is a smallest, and that a set of votes has a largest,
//! is the one argument outside of the solver: 𝓑 is finite.
//!
//! ```
//! use synod_proof::targets::math;
//!
//! let names: Vec<_> = math::obligations().iter().map(|each| each.name()).collect();
//! assert!(names.contains(&"Theorem 2 ⇒ B3".to_owned()));
//! ```

use crate::obligation::{Obligation, kept};
use crate::rigid::{at_most, axioms, below, blank, intersect, is_in, minus_infinity};
use crate::system::{Action, Guard, Named, System, add};
use crate::term::{Decree, Formula, Number, Priest, Set, Sorted, any, exists, for_all, yes};
use crate::variables::{ballots, has_voted, is_successful, is_vote};

/// Votes are cast in ballots of 𝓑, which have numbers and decrees.
pub fn ballots_are_ballots() -> Named {
    let has_ballot = for_all(|b: Number, d: Decree, set: Set, q: Priest| {
        has_voted(b, d, set, q).implies(ballots(b, d, set))
    });
    let has_values = for_all(|b: Number, d: Decree, set: Set| {
        ballots(b, d, set).implies(b.is_not(minus_infinity()) & d.is_not(blank()))
    });
    Named::new("Ballots", has_ballot & has_values)
}

/// B1: different ballots have different numbers.
pub fn b1() -> Formula {
    for_all(|b: Number, d: Decree, set: Set, e: Decree, other: Set| {
        (ballots(b, d, set) & ballots(b, e, other)).implies(d.is(e) & set.is(other))
    })
}

/// B2: the quorums of any two ballots intersect.
pub fn b2() -> Formula {
    for_all(
        |b: Number, d: Decree, set: Set, c: Number, e: Decree, other: Set| {
            (ballots(b, d, set) & ballots(c, e, other)).implies(intersect(set, other))
        },
    )
}

/// B3: the decree of a ballot is that of the latest earlier vote of its quorum.
pub fn b3() -> Formula {
    for_all(
        |b: Number, d: Decree, set: Set, c: Number, e: Decree, q: Priest| {
            let is_earlier = below(c, b) & is_in(q, set) & is_vote(q, c, e);
            let is_latest = is_latest_of(set, b, c);
            (ballots(b, d, set) & is_earlier & is_latest).implies(d.is(e))
        },
    )
}

/// No priest of the set has voted below b and above c.
fn is_latest_of(set: Set, b: Number, c: Number) -> Formula {
    for_all(|a: Number, e: Decree, q: Priest| {
        (is_in(q, set) & is_vote(q, a, e) & below(a, b)).implies(at_most(a, c))
    })
}

/// B1, B2 and B3.
fn conditions() -> Vec<Named> {
    vec![
        Named::new("B1", b1()),
        Named::new("B2", b2()),
        Named::new("B3", b3()),
    ]
}

/// The conclusion of the Lemma.
pub fn lemma() -> Formula {
    for_all(
        |b: Number, d: Decree, set: Set, c: Number, e: Decree, other: Set| {
            let is_later = ballots(c, e, other) & below(b, c);
            (is_successful(b, d, set) & is_later).implies(e.is(d))
        },
    )
}

/// The conclusion of Theorem 1.
pub fn theorem_1() -> Formula {
    for_all(
        |b: Number, d: Decree, set: Set, c: Number, e: Decree, other: Set| {
            (is_successful(b, d, set) & is_successful(c, e, other)).implies(e.is(d))
        },
    )
}

/// The Lemma for a ballot such that all smaller ones obey it.
fn lemma_step() -> Formula {
    for_all(
        |b: Number, d: Decree, set: Set, c: Number, e: Decree, other: Set| {
            let is_later = ballots(c, e, other) & below(b, c);
            let smaller_obey = for_all(|a: Number, f: Decree, third: Set| {
                (ballots(a, f, third) & below(b, a) & below(a, c)).implies(f.is(d))
            });
            let premises =
                is_successful(b, d, set) & is_later & smaller_obey & has_latest(other, c);
            premises.implies(e.is(d))
        },
    )
}

/// Among the votes of the set below the number, if there are any, one is the latest.
fn has_latest(set: Set, c: Number) -> Formula {
    let is_earlier =
        |b: Number, e: Decree, q: Priest| is_in(q, set) & is_vote(q, b, e) & below(b, c);
    let some = exists(is_earlier);
    let latest =
        exists(|b: Number, e: Decree, q: Priest| is_earlier(b, e, q) & is_latest_of(set, c, b));
    some.implies(latest)
}

/// Theorem 2 as a step: a ballot is added in which its whole quorum votes. Its number is above
/// all, its quorum meets all, and its decree is that of MaxVote(b, Q, 𝓑).
fn theorem_2() -> Action {
    Action::new(
        "Theorem 2",
        |q: Priest, b: Number, d: Decree, set: Set, c: Number| {
            let is_above = for_all(|a: Number, e: Decree, other: Set| {
                ballots(a, e, other).implies(below(a, b) & intersect(set, other))
            });
            let is_free =
                for_all(|p: Priest, a: Number, e: Decree| !(is_in(p, set) & is_vote(p, a, e)));
            let is_max_vote = is_vote(q, c, d) & is_latest_of(set, b, c);
            let guards = vec![
                Guard::new("b is above all numbers, and Q meets all quorums", is_above),
                Guard::new("q ∈ Q", is_in(q, set)),
                Guard::new("b is a number", b.is_not(minus_infinity())),
                Guard::new("d is a decree", d.is_not(blank())),
                Guard::new("d = MaxVote(b, Q, 𝓑)", any([is_free, is_max_vote])),
            ];
            let votes = crate::system::becomes_everywhere(|p: Priest| {
                let place = has_voted(b, d, set, p);
                (place, place | is_in(p, set))
            });
            (guards, vec![add(ballots(b, d, set)), votes])
        },
    )
}

/// The set of ballots of Theorem 2, as a transition system.
///
/// ```
/// use synod_proof::targets::math;
///
/// assert_eq!(math::system().actions[0].name, "Theorem 2");
/// ```
pub fn system() -> System {
    let mut invariant = vec![ballots_are_ballots()];
    invariant.extend(conditions());
    System {
        axioms: axioms(),
        init: yes(),
        actions: vec![theorem_2()],
        invariant,
        hints: vec![],
    }
}

/// The step of the Lemma, Theorem 1 from the Lemma, Theorem 2.
pub fn obligations() -> Vec<Obligation> {
    let mut of_lemma = axioms();
    of_lemma.push(ballots_are_ballots());
    of_lemma.extend(conditions());
    let mut of_theorem = axioms();
    of_theorem.push(Named::new("B1", b1()));
    of_theorem.push(Named::new("Lemma", lemma()));
    let mut obligations = vec![
        claimed("B1, B2, B3", "Lemma, its step", of_lemma, lemma_step()),
        claimed("B1, Lemma", "Theorem 1", of_theorem, theorem_1()),
    ];
    let system = system();
    for action in &system.actions {
        let conjuncts = system.invariant.iter();
        obligations.extend(conjuncts.map(|conjunct| kept(&system, action, conjunct)));
    }
    obligations
}

/// A claim about one state.
pub(crate) fn claimed(
    from: &'static str,
    claims: &'static str,
    assumed: Vec<Named>,
    claim: Formula,
) -> Obligation {
    Obligation {
        from,
        claims,
        assumed,
        step: None,
        claim,
    }
}
