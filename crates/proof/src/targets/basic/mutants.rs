//! Mutants of the repaired protocol, each with one rule dropped, and the steps at which their
//! invariant breaks: exactly these obligations are refuted, and all others are proved.
//!
//! Those of `synod_models` have the same names there.

use super::actions::{self, Reads};
use super::repaired;
use crate::rigid::{at_most, below, blank, each_of, is_in, is_majority, minus_infinity};
use crate::system::{Action, Guard, System, Update, add, becomes};
use crate::term::{Decree, Number, Priest, Set, Sorted, for_all};
use crate::variables::{
    begin_ballot, decree, has_answered, is_polling, is_trying, last_tried, last_vote, next_bal,
    outcome, prev_bal, prev_dec, prev_votes, quorum, voters,
};

/// A variant of the repaired protocol whose invariant is not inductive.
#[derive(Debug)]
pub struct Mutant {
    /// The name.
    pub name: &'static str,
    /// The action that is another one; none if it is not an action that differs.
    pub action: Option<&'static str>,
    system: fn() -> System,
    /// The conjuncts that break, each by this action.
    pub breaks: &'static [(&'static str, &'static str)],
}

impl Mutant {
    /// The system. It has the invariant of the repaired protocol, and no hints: what is enough
    /// for a rule is not enough without it.
    pub fn system(&self) -> System {
        (self.system)().without_hints()
    }
}

fn with(action: Action) -> System {
    repaired().with_action(action)
}

/// The action of the repaired protocol with other guards or updates.
fn changed(name: &str, change: impl FnOnce(&mut Action)) -> System {
    let mut system = repaired();
    let action = system.actions.iter_mut().find(|action| action.name == name);
    if let Some(action) = action {
        change(action);
    }
    system
}

/// All mutants.
pub const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "A.1 as printed",
        action: Some("Start Polling"),
        system: || with(actions::start_polling(Reads::AllVotes)),
        breaks: &[("Start Polling", "I6.B3")],
    },
    Mutant {
        name: "quorums need not intersect",
        action: None,
        system: || {
            let mut system = repaired();
            system
                .axioms
                .retain(|axiom| axiom.name != "majorities.intersect");
            system
        },
        breaks: &[("Start Polling", "I6.B2")],
    },
    Mutant {
        name: "any set is a quorum",
        action: Some("Start Polling"),
        system: || without("Start Polling", "Q is a majority set"),
        breaks: &[("Start Polling", "I6.B2"), ("Start Polling", "I6.majority")],
    },
    Mutant {
        name: "MaxVote takes the smallest",
        action: Some("Start Polling"),
        system: || with(smallest_vote()),
        breaks: &[("Start Polling", "I6.B3")],
    },
    Mutant {
        name: "Start Polling ignores prevVotes",
        action: Some("Start Polling"),
        system: || with(any_decree()),
        breaks: &[("Start Polling", "I6.B3")],
    },
    Mutant {
        name: "vote although b < nextBal",
        action: Some("Receive BeginBallot"),
        system: || with(vote_below_next_bal()),
        breaks: &[
            ("Receive BeginBallot", "I4"),
            ("Receive BeginBallot", "I6.B3"),
            ("Receive BeginBallot", "I7.LastVote"),
        ],
    },
    Mutant {
        name: "LastVote sent without the promise",
        action: Some("Send LastVote"),
        system: || with(no_promise()),
        breaks: &[
            ("Send LastVote", "I4"),
            ("Send LastVote", "I7.LastVote"),
            ("Send LastVote", "I8"),
        ],
    },
    Mutant {
        name: "nextBal forgotten with the slip",
        action: Some("Lose Slip"),
        system: || {
            changed("Lose Slip", |action| {
                action.guards.clear();
                forget(action, |p| vec![becomes(next_bal(p), prev_bal(p))]);
            })
        },
        breaks: &[
            ("Lose Slip", "I4"),
            ("Lose Slip", "I7.LastVote"),
            ("Lose Slip", "I8"),
        ],
    },
    Mutant {
        name: "prevBal forgotten with the slip",
        action: Some("Lose Slip"),
        system: || {
            changed("Lose Slip", |action| {
                action.guards.clear();
                forget(action, |p| {
                    vec![
                        becomes(prev_bal(p), minus_infinity()),
                        becomes(prev_dec(p), blank()),
                    ]
                });
            })
        },
        breaks: &[("Lose Slip", "I3")],
    },
    Mutant {
        name: "ballot numbers reused after losing the slip",
        action: Some("Lose Slip"),
        system: || {
            changed("Lose Slip", |action| {
                action.guards.clear();
                forget(action, |p| vec![becomes(last_tried(p), minus_infinity())]);
            })
        },
        breaks: &[("Lose Slip", "I2"), ("Lose Slip", "I7.NextBallot")],
    },
    Mutant {
        name: "Succeed with one vote short of the quorum",
        action: Some("Succeed"),
        system: || with(one_vote_short()),
        breaks: &[("Succeed", "I1")],
    },
    Mutant {
        name: "LastVote from another ballot accepted",
        action: Some("Receive LastVote"),
        system: || without("Receive LastVote", "b = lastTried"),
        breaks: &[("Receive LastVote", "I4")],
    },
    Mutant {
        name: "Voted from another ballot counted",
        action: Some("Receive Voted"),
        system: || without("Receive Voted", "b = lastTried"),
        breaks: &[("Receive Voted", "I5")],
    },
    Mutant {
        name: "two decrees in one ballot",
        action: Some("Start Polling"),
        system: || with(polls_again()),
        breaks: &[("Start Polling", "I6.B1")],
    },
];

fn without(action: &str, guard: &str) -> System {
    changed(action, |action| action.guards.retain(|it| it.name != guard))
}

/// More is lost with the slip.
fn forget(action: &mut Action, more: impl FnOnce(Priest) -> Vec<Update>) {
    action
        .updates
        .extend(more(Priest::of(action.parameters[0])));
}

/// The decree of the smallest vote that is not null.
fn smallest_vote() -> Action {
    Action::new(
        "Start Polling",
        |p: Priest, set: Set, d: Decree, q0: Priest, b0: Number, e0: Decree| {
            let is_smallest = for_all(|q: Priest, b: Number, e: Decree| {
                let is_read = is_in(q, set) & prev_votes(p, q, b, e);
                is_read.implies(b.is(minus_infinity()) | at_most(b0, b))
            });
            let no_vote = for_all(|q: Priest, b: Number, e: Decree| {
                (is_in(q, set) & prev_votes(p, q, b, e)).implies(b.is(minus_infinity()))
            });
            let is_free = b0.is(minus_infinity()) & no_vote & d.is_not(blank());
            let is_bound = b0.is_not(minus_infinity()) & is_smallest & d.is(e0);
            let mut guards = asked(p, set);
            guards.push(Guard::new(
                "v ∈ prevVotes",
                is_in(q0, set) & prev_votes(p, q0, b0, e0),
            ));
            guards.push(Guard::new(
                "d = v_dec of the smallest v",
                is_free | is_bound,
            ));
            (guards, actions::poll(p, set, d))
        },
    )
}

/// The guards of Start Polling but for the decree.
fn asked(p: Priest, set: Set) -> Vec<Guard> {
    vec![
        Guard::new("status = trying", is_trying(p)),
        Guard::new("Q is a majority set", is_majority(set)),
        Guard::new(
            "Q ⊆ {v_pst : v ∈ prevVotes}",
            each_of(set, |q| has_answered(p, q)),
        ),
    ]
}

fn any_decree() -> Action {
    Action::new("Start Polling", |p: Priest, set: Set, d: Decree| {
        let mut guards = asked(p, set);
        guards.push(Guard::new("d is a decree", d.is_not(blank())));
        (guards, actions::poll(p, set, d))
    })
}

fn vote_below_next_bal() -> Action {
    Action::new(
        "Receive BeginBallot",
        |p: Priest, b: Number, d: Decree, set: Set| {
            let guards = vec![
                Guard::new("BeginBallot(b, d) was sent", begin_ballot(b, d, set)),
                Guard::new("p ∈ B_qrm", is_in(p, set)),
                Guard::new("b > prevBal", below(prev_bal(p), b)),
            ];
            (guards, actions::vote(p, b, d, set))
        },
    )
}

fn no_promise() -> Action {
    Action::new("Send LastVote", |p: Priest| {
        let is_due = below(prev_bal(p), next_bal(p));
        let message = last_vote(next_bal(p), p, prev_bal(p), prev_dec(p));
        let updates = vec![add(message), becomes(next_bal(p), prev_bal(p))];
        (vec![Guard::new("nextBal > prevBal", is_due)], updates)
    })
}

fn one_vote_short() -> Action {
    Action::new("Succeed", |p: Priest, missing: Priest| {
        let has_voted = |q: Priest| q.is_not(missing).implies(voters(p, q));
        let guards = vec![
            Guard::new("status = polling", is_polling(p)),
            Guard::new("quorum ⊆ voters but for one", each_of(quorum(p), has_voted)),
            Guard::new("outcome = BLANK", outcome(p).is(blank())),
        ];
        (guards, vec![becomes(outcome(p), decree(p))])
    })
}

/// The ballot may begin again while its owner polls, with the same quorum.
fn polls_again() -> Action {
    Action::new(
        "Start Polling",
        |p: Priest, set: Set, d: Decree, q0: Priest, b0: Number, e0: Decree| {
            let is_again = is_polling(p) & quorum(p).is(set);
            let is_largest = for_all(|q: Priest, b: Number, e: Decree| {
                (is_in(q, set) & prev_votes(p, q, b, e)).implies(at_most(b, b0))
            });
            let is_free = b0.is(minus_infinity()) & d.is_not(blank());
            let is_bound = b0.is_not(minus_infinity()) & d.is(e0);
            let mut guards = asked(p, set);
            guards[0] = Guard::new(
                "status = trying, or the same ballot",
                is_trying(p) | is_again,
            );
            guards.push(Guard::new(
                "v ∈ prevVotes",
                is_in(q0, set) & prev_votes(p, q0, b0, e0),
            ));
            guards.push(Guard::new("v is the largest", is_largest));
            guards.push(Guard::new("d = v_dec, or v is null", is_free | is_bound));
            (guards, actions::poll(p, set, d))
        },
    )
}
