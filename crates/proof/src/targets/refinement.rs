//! basic ⊑ preliminary ⊑ ballots ⊑ consensus: each step of the lower protocol is a step of the
//! upper one, or changes nothing there. The mappings are those of `tla/Basic.tla` and
//! `tla/Preliminary.tla`.
//!
//! ```
//! use synod_proof::targets::refinement;
//!
//! let names: Vec<_> = refinement::obligations().iter().map(|each| each.name()).collect();
//! assert!(names.contains(&"Start Polling ⇒ Step 3".to_owned()));
//! ```

use super::{basic, preliminary};
use crate::obligation::{Obligation, assumptions, inductive};
use crate::refinement::Mapping;
use crate::rigid::{blank, is_majority, minus_infinity};
use crate::system::{Action, Guard, Hint, Named, System, add};
use crate::term::{Decree, Formula, Number, Priest, Set, Sorted, Symbol, Term, exists, for_all};
use crate::variables::{
    self, ballots, decree, has_voted, is_busy, is_successful, last_tried, last_vote, next_bal,
    next_ballot, outcome, prev_bal, prev_dec, prev_votes, quorum,
};

/// All of the chain.
pub fn obligations() -> Vec<Obligation> {
    let basic = basic_with_messages();
    let mut obligations: Vec<_> = inductive(&basic)
        .into_iter()
        .filter(|obligation| SENT.contains(&obligation.claims))
        .collect();
    obligations.extend(basic_to_preliminary(&basic));
    obligations.extend(preliminary_to_ballots());
    obligations.extend(ballots_to_consensus());
    obligations
}

/// The conjuncts that the refinement needs beside I1–I10: what was received was sent.
const SENT: [&str; 3] = ["Sent.nextBal", "Sent.LastVote", "Sent.prevVotes"];

const HINTS: &[Hint] = &[
    Hint::after(
        "Send LastVote",
        "Sent.LastVote",
        &["Sent.nextBal", "Sent.LastVote"],
    ),
    Hint::after("Send LastVote", "Step 2", &["I3", "Sent.nextBal"]),
];

fn basic_with_messages() -> System {
    let mut system = basic::repaired().without_hints();
    let next_bal_was_sent =
        for_all(|p: Priest| next_bal(p).is(minus_infinity()) | next_ballot(next_bal(p)));
    let was_asked_for = for_all(|b: Number, q: Priest, c: Number, d: Decree| {
        last_vote(b, q, c, d).implies(next_ballot(b))
    });
    let prev_votes_were_sent = for_all(|p: Priest, q: Priest, c: Number, d: Decree| {
        let is_used = is_busy(p) & prev_votes(p, q, c, d);
        is_used.implies(last_vote(last_tried(p), q, c, d))
    });
    system.hints = HINTS.to_vec();
    let formulas = [next_bal_was_sent, was_asked_for, prev_votes_were_sent];
    let named = SENT.into_iter().zip(formulas);
    system
        .invariant
        .extend(named.map(|(name, holds)| Named::new(name, holds)));
    system
}

/// The variables of the preliminary protocol.
fn above_basic() -> Vec<&'static Symbol> {
    let names = [
        "outcome",
        "ballots",
        "hasVoted",
        "NextBallot",
        "LastVote",
        "BeginBallot",
        "Voted",
        "Success",
    ];
    let shared = variables::SYMBOLS
        .iter()
        .filter(|symbol| names.contains(&symbol.name));
    shared.chain(preliminary::SYMBOLS).copied().collect()
}

/// A number counts as tried when its NextBallot is sent, and the messages of a ballot, a vote and
/// an outcome count as sent as soon as the ballot, vote or outcome exists.
fn basic_below_preliminary() -> Mapping {
    Mapping::default()
        .with("tried", |a| next_ballot(Number::of(a[0])).term())
        .with("BeginBallot", |a| {
            ballots(Number::of(a[0]), Decree::of(a[1]), Set::of(a[2])).term()
        })
        .with("Voted", |a| {
            let (b, q) = (Number::of(a[0]), Priest::of(a[1]));
            exists(|d: Decree, set: Set| has_voted(b, d, set, q)).term()
        })
        .with("Success", |a| {
            let d = Decree::of(a[0]);
            (d.is_not(blank()) & exists(|p: Priest| outcome(p).is(d))).term()
        })
}

fn basic_to_preliminary(basic: &System) -> Vec<Obligation> {
    let (mapping, symbols) = (basic_below_preliminary(), above_basic());
    let above = preliminary::system();
    let step = |action: &Action| {
        let p = Priest::of(action.parameters[0]);
        let (b, d, set) = (last_tried(p).term(), decree(p).term(), quorum(p).term());
        let of = |index: usize| action.parameters[index];
        let by = p.term();
        let last = [next_bal(p).term(), prev_bal(p).term(), prev_dec(p).term()];
        let (place, values) = match action.name {
            "Send NextBallot" => (0, vec![by, b]),
            "Send LastVote" => (1, [&[by][..], &last].concat()),
            "Start Polling" => (2, vec![by, b, of(1), of(2), of(3), of(4), of(5)]),
            "Receive BeginBallot" => (3, vec![by, of(1), of(2), of(3), of(2), of(3)]),
            "Succeed" => (4, vec![by, b, d, set]),
            "Receive Success" => (5, vec![by, of(1)]),
            _ => return None,
        };
        Some((&above.actions[place], values))
    };
    let obligation = |action: &Action| {
        let no_step = mapping.no_step(&symbols);
        match step(action) {
            None => refined(basic, action, "no step", no_step),
            Some((upper, values)) => {
                let taken = mapping.step(&symbols, upper, &values);
                // What was sent or written already is not sent again.
                let claim = match action.name {
                    "Send NextBallot" => taken | no_step,
                    _ => taken,
                };
                refined(basic, action, upper.name, claim)
            }
        }
    };
    basic.actions.iter().map(obligation).collect()
}

/// A step of an action, from a state in which the invariant holds, is what is claimed.
pub(super) fn refined(
    system: &System,
    action: &Action,
    claims: &'static str,
    claim: Formula,
) -> Obligation {
    let mut assumed = system.axioms.clone();
    assumed.extend(assumptions(system, action.name, claims));
    Obligation {
        from: action.name,
        claims,
        assumed,
        step: Some(action.clone()),
        claim,
    }
}

/// The steps of `tla/Ballots.tla`. That B1–B3 hold after them is proved of the preliminary
/// protocol itself.
fn steps_of_ballots() -> [Action; 2] {
    let begin = Action::new("Begin", |b: Number, d: Decree, set: Set| {
        let is_new = for_all(|e: Decree, other: Set| !ballots(b, e, other));
        let guards = vec![
            Guard::new("no ballot b has begun", is_new),
            Guard::new("Q is a majority set", is_majority(set)),
        ];
        (guards, vec![add(ballots(b, d, set))])
    });
    let cast = Action::new("Cast", |q: Priest, b: Number, d: Decree, set: Set| {
        let guards = vec![
            Guard::new("ballot b has begun", ballots(b, d, set)),
            Guard::new("q has not voted in it", !has_voted(b, d, set, q)),
        ];
        (guards, vec![add(has_voted(b, d, set, q))])
    });
    [begin, cast]
}

fn preliminary_to_ballots() -> Vec<Obligation> {
    let (system, mapping) = (preliminary::system(), Mapping::default());
    let names = ["ballots", "hasVoted"];
    let symbols = variables::SYMBOLS
        .iter()
        .filter(|symbol| names.contains(&symbol.name));
    let symbols: Vec<_> = symbols.copied().collect();
    let [begin, cast] = steps_of_ballots();
    let obligation = |action: &Action| {
        let of = |places: &[usize]| -> Vec<Term> {
            places
                .iter()
                .map(|place| action.parameters[*place])
                .collect()
        };
        match action.name {
            "Step 3" => {
                // Its parameters are p, b, Q, d.
                let taken = mapping.step(&symbols, &begin, &of(&[1, 3, 2]));
                refined(&system, action, "Begin", taken)
            }
            "Step 4" => {
                let taken = mapping.step(&symbols, &cast, &of(&[0, 1, 4, 5]));
                refined(&system, action, "Cast", taken)
            }
            _ => refined(&system, action, "no step", mapping.no_step(&symbols)),
        }
    };
    system.actions.iter().map(obligation).collect()
}

/// What is chosen stays chosen, and there is one at most: that is Theorem 1, after each step.
fn ballots_to_consensus() -> Vec<Obligation> {
    let stays = for_all(|b: Number, d: Decree, set: Set| {
        is_successful(b, d, set).implies(is_successful(b, d, set).next())
    });
    let mut system = preliminary::system();
    system.invariant.clear();
    let actions = steps_of_ballots();
    let stays = actions
        .iter()
        .map(|action| refined(&system, action, "the chosen stays", stays));
    stays.collect()
}
