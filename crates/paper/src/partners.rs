//! The partners of claims: events that happen in some reachable state if a claim is put
//! to use. If the partner of a claim never happens, the claim holds vacuously.
//!
//! Each function says whether the event has happened in a state (or how often):
//!
//! ```
//! use synod_math::Quorums;
//! use synod_paper::{basic::State, claims, partners};
//!
//! let mut state = State::new(Quorums::majority(3).unwrap());
//! // Consistency says nothing until two ledgers hold a decree.
//! assert_eq!(claims::consistency(&state), Ok(()));
//! assert_eq!(partners::ledgers_written(&state), 0);
//!
//! state.legislators[0].outcome = Some("olives");
//! state.legislators[2].outcome = Some("olives");
//! assert_eq!(partners::ledgers_written(&state), 2);
//! ```
//!
//! The claims are in [`crate::claims`] and [`mod@crate::invariants`].

use crate::invariants::some_priest;
use crate::message::Message;
use crate::variables::{Ledgers, Messages, Status, Variables};
use synod_math::max_vote_of;

/// The number of ledgers that hold a decree.
pub fn ledgers_written<V: Ledgers>(v: &V) -> usize {
    let written = v.priests().iter().filter(|&p| v.outcome(p).is_some());
    written.count()
}

/// 𝓑 has at least `count` ballots.
pub fn ballots_begin<V: Ledgers>(v: &V, count: usize) -> bool {
    v.ballots().len() >= count
}

/// Some ballot's quorum leaves a priest out.
pub fn a_quorum_leaves_somebody_out<V: Ledgers>(v: &V) -> bool {
    let all = v.priests();
    let ballots = v.ballots();
    ballots.iter().any(|ballot| ballot.quorum() != all)
}

/// Two ballots have different quorums.
pub fn two_quorums<V: Ledgers>(v: &V) -> bool {
    let ballots = v.ballots();
    let mut pairs = ballots.windows(2);
    pairs.any(|pair| pair[0].quorum() != pair[1].quorum())
}

/// An earlier vote binds the decree of a ballot, so that B3 restricts it.
pub fn a_bound_ballot<V: Ledgers>(v: &V) -> bool {
    let ballots = v.ballots();
    ballots.iter().any(|ballot| {
        max_vote_of(Some(ballot.number()), ballot.quorum(), &ballots)
            .is_some_and(|vote| vote.cast.is_some())
    })
}

/// Some priest votes.
pub fn a_vote<V: Ledgers>(v: &V) -> bool {
    let ballots = v.ballots();
    ballots.iter().any(|ballot| !ballot.voters().is_empty())
}

/// At least `count` ballots are successful.
pub fn ballots_succeed<V: Ledgers>(v: &V, count: usize) -> bool {
    let ballots = v.ballots();
    let successful = ballots.iter().filter(|ballot| ballot.is_successful());
    successful.take(count).count() == count
}

/// A priest who has voted makes a promise for a later ballot.
pub fn a_promise_after_a_vote<V: Variables>(v: &V) -> bool {
    some_priest(v, |p| {
        v.prev_vote(p)
            .is_some_and(|cast| Some(cast.number) < v.next_bal(p))
    })
}

/// A LastVote is received.
pub fn a_prev_vote<V: Variables>(v: &V) -> bool {
    some_priest(v, |p| v.prev_votes(p).next().is_some())
}

/// A LastVote with an earlier vote is received.
pub fn a_cast_prev_vote<V: Variables>(v: &V) -> bool {
    some_priest(v, |p| v.prev_votes(p).any(|vote| vote.cast.is_some()))
}

/// A Voted is received.
pub fn a_voter<V: Variables>(v: &V) -> bool {
    some_priest(v, |p| v.poll(p).is_some_and(|poll| !poll.voters.is_empty()))
}

/// Every kind of message is sent.
pub fn every_kind_of_message<V: Messages>(v: &V) -> bool {
    let mut kinds = [false; 5];
    for message in v.messages() {
        kinds[match message {
            Message::NextBallot(..) => 0,
            Message::LastVote(..) => 1,
            Message::BeginBallot(..) => 2,
            Message::Voted(..) => 3,
            Message::Success(..) => 4,
        }] = true;
    }
    kinds == [true; 5]
}

/// A priest tries again after a ballot of his own.
pub fn a_new_attempt<V: Variables>(v: &V) -> bool {
    let ballots = v.ballots();
    some_priest(v, |p| {
        let mut own = ballots.iter();
        v.status(p) == Status::Trying && own.any(|ballot| v.owner(ballot.number()) == Some(p))
    })
}

/// A slip is lost: an idle priest has tried a number.
pub fn a_lost_slip<V: Variables>(v: &V) -> bool {
    some_priest(v, |p| {
        v.status(p) == Status::Idle && v.last_tried(p).is_some()
    })
}
