//! The actions, in the order of A.1, and Lose Slip.

use crate::rigid::{
    at_most, below, blank, each_of, is_in, is_majority, minus_infinity, nobody, owner,
};
use crate::system::{Action, Guard, Update, add, becomes, clear};
use crate::term::{Decree, Formula, Number, Priest, Set, Sorted, any, for_all, no, yes};
use crate::variables::{
    ballots, begin_ballot, decree, has_answered, has_voted, is_busy, is_polling, is_trying,
    last_tried, last_vote, next_bal, next_ballot, outcome, prev_bal, prev_dec, prev_votes, quorum,
    success, voted, voters,
};

/// Which votes Start Polling Q reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// All of prevVotes, as printed.
    AllVotes,
    /// Those of priests of Q, the repair.
    VotesOfQuorum,
}

pub(super) fn all(reads: Reads) -> Vec<Action> {
    vec![
        try_new_ballot(),
        send_next_ballot(),
        receive_next_ballot(),
        send_last_vote(),
        receive_last_vote(),
        start_polling(reads),
        send_begin_ballot(),
        receive_begin_ballot(),
        send_voted(),
        receive_voted(),
        succeed(),
        send_success(),
        receive_success(),
        lose_slip(),
    ]
}

fn guard(name: &'static str, holds: Formula) -> Guard {
    Guard::new(name, holds)
}

/// The slip is void but for the status.
fn void_slip(p: Priest, is_now_trying: Formula) -> Vec<Update> {
    vec![
        becomes(is_trying(p), is_now_trying),
        becomes(is_polling(p), no()),
        clear(|q: Priest, b: Number, d: Decree| prev_votes(p, q, b, d)),
        becomes(quorum(p), nobody()),
        clear(|q: Priest| voters(p, q)),
        becomes(decree(p), blank()),
    ]
}

fn try_new_ballot() -> Action {
    Action::new("Try New Ballot", |p: Priest, b: Number| {
        let guards = vec![
            guard("owner(b) = p", owner(b).is(p)),
            guard("b > lastTried", below(last_tried(p), b)),
        ];
        let mut updates = vec![becomes(last_tried(p), b)];
        updates.extend(void_slip(p, yes()));
        (guards, updates)
    })
}

fn send_next_ballot() -> Action {
    Action::new("Send NextBallot", |p: Priest| {
        let guards = vec![guard("status = trying", is_trying(p))];
        (guards, vec![add(next_ballot(last_tried(p)))])
    })
}

fn receive_next_ballot() -> Action {
    Action::new("Receive NextBallot", |p: Priest, b: Number| {
        let guards = vec![
            guard("NextBallot(b) was sent", next_ballot(b)),
            guard("b ≥ nextBal", at_most(next_bal(p), b)),
        ];
        (guards, vec![becomes(next_bal(p), b)])
    })
}

fn send_last_vote() -> Action {
    Action::new("Send LastVote", |p: Priest| {
        let guards = vec![guard("nextBal > prevBal", below(prev_bal(p), next_bal(p)))];
        let message = last_vote(next_bal(p), p, prev_bal(p), prev_dec(p));
        (guards, vec![add(message)])
    })
}

fn receive_last_vote() -> Action {
    Action::new(
        "Receive LastVote",
        |p: Priest, b: Number, q: Priest, c: Number, d: Decree| {
            let guards = vec![
                guard("LastVote(b, v) was sent", last_vote(b, q, c, d)),
                guard("owner(b) = p", owner(b).is(p)),
                guard("b = lastTried", b.is(last_tried(p))),
                guard("status = trying", is_trying(p)),
            ];
            (guards, vec![add(prev_votes(p, q, c, d))])
        },
    )
}

/// The largest vote that is read is that of q0 in ballot b0 on e0. If b0 is −∞, any decree is
/// allowed.
pub(super) fn start_polling(reads: Reads) -> Action {
    Action::new(
        "Start Polling",
        |p: Priest, set: Set, d: Decree, q0: Priest, b0: Number, e0: Decree| {
            let is_read = |q: Priest| match reads {
                Reads::AllVotes => yes(),
                Reads::VotesOfQuorum => is_in(q, set),
            };
            let is_largest = for_all(|q: Priest, b: Number, e: Decree| {
                (is_read(q) & prev_votes(p, q, b, e)).implies(at_most(b, b0))
            });
            let is_free = b0.is(minus_infinity()) & d.is_not(blank());
            let is_bound = b0.is_not(minus_infinity()) & d.is(e0);
            let guards = vec![
                guard("status = trying", is_trying(p)),
                guard("Q is a majority set", is_majority(set)),
                guard(
                    "Q ⊆ {v_pst : v ∈ prevVotes}",
                    each_of(set, |q| has_answered(p, q)),
                ),
                guard("v ∈ prevVotes", is_read(q0) & prev_votes(p, q0, b0, e0)),
                guard("v is the largest", is_largest),
                guard("d = v_dec, or v is null", any([is_free, is_bound])),
            ];
            (guards, poll(p, set, d))
        },
    )
}

/// The ballot lastTried begins, with this quorum and decree.
pub(in crate::targets) fn poll(p: Priest, set: Set, d: Decree) -> Vec<Update> {
    vec![
        becomes(is_trying(p), no()),
        becomes(is_polling(p), yes()),
        becomes(quorum(p), set),
        clear(|q: Priest| voters(p, q)),
        becomes(decree(p), d),
        add(ballots(last_tried(p), d, set)),
    ]
}

fn send_begin_ballot() -> Action {
    Action::new("Send BeginBallot", |p: Priest| {
        let guards = vec![guard("status = polling", is_polling(p))];
        let message = begin_ballot(last_tried(p), decree(p), quorum(p));
        (guards, vec![add(message)])
    })
}

fn receive_begin_ballot() -> Action {
    Action::new(
        "Receive BeginBallot",
        |p: Priest, b: Number, d: Decree, set: Set| {
            let guards = vec![
                guard("BeginBallot(b, d) was sent", begin_ballot(b, d, set)),
                guard("p ∈ B_qrm", is_in(p, set)),
                guard("b = nextBal", b.is(next_bal(p))),
                guard("nextBal > prevBal", below(prev_bal(p), next_bal(p))),
            ];
            (guards, vote(p, b, d, set))
        },
    )
}

/// The priest votes in this ballot. A vote in a ballot that is not in 𝓑 would not be in 𝓑
/// either.
pub(super) fn vote(p: Priest, b: Number, d: Decree, set: Set) -> Vec<Update> {
    let place = has_voted(b, d, set, p);
    vec![
        becomes(prev_bal(p), b),
        becomes(prev_dec(p), d),
        becomes(place, place | ballots(b, d, set)),
    ]
}

fn send_voted() -> Action {
    Action::new("Send Voted", |p: Priest| {
        let has_voted = prev_bal(p).is_not(minus_infinity());
        let guards = vec![guard("prevBal ≠ −∞", has_voted)];
        (guards, vec![add(voted(prev_bal(p), p))])
    })
}

fn receive_voted() -> Action {
    Action::new("Receive Voted", |p: Priest, b: Number, q: Priest| {
        let guards = vec![
            guard("Voted(b, q) was sent", voted(b, q)),
            guard("owner(b) = p", owner(b).is(p)),
            guard("b = lastTried", b.is(last_tried(p))),
            guard("status = polling", is_polling(p)),
        ];
        (guards, vec![add(voters(p, q))])
    })
}

fn succeed() -> Action {
    Action::new("Succeed", |p: Priest| {
        let guards = vec![
            guard("status = polling", is_polling(p)),
            guard("quorum ⊆ voters", each_of(quorum(p), |q| voters(p, q))),
            guard("outcome = BLANK", outcome(p).is(blank())),
        ];
        (guards, vec![becomes(outcome(p), decree(p))])
    })
}

fn send_success() -> Action {
    Action::new("Send Success", |p: Priest| {
        let guards = vec![guard("outcome ≠ BLANK", outcome(p).is_not(blank()))];
        (guards, vec![add(success(outcome(p)))])
    })
}

fn receive_success() -> Action {
    Action::new("Receive Success", |p: Priest, d: Decree| {
        let guards = vec![
            guard("Success(d) was sent", success(d)),
            guard("outcome = BLANK", outcome(p).is(blank())),
        ];
        (guards, vec![becomes(outcome(p), d)])
    })
}

fn lose_slip() -> Action {
    Action::new("Lose Slip", |p: Priest| {
        (vec![guard("status ≠ idle", is_busy(p))], void_slip(p, no()))
    })
}
