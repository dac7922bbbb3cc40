//! The actions of A.1, one function each, and Lose Slip (a crash that loses the volatile
//! state).
//!
//! Each function returns the state after the action, or `None` if the action is not
//! enabled. It may also return the same state, if the action changes nothing; the model
//! drops such steps. The functions are the entries of [`PAPER`], whose protocol
//! [`Basic`](super::Basic)'s example checks. The same actions without bounds are in
//! [`synod_paper::basic`].

use super::{Action, Codes, State, Status};
use crate::ballots::BallotKey;
use crate::bounds::{Decree, Rank};
use crate::messages::PackedVote;
use synod_math::{Priest, PriestSet};

/// A protocol as a table with one function for each action of A.1.
///
/// A mutant is this table with one entry replaced, so that the functions of the paper's
/// protocol have no switches for mutants.
#[derive(Clone, Copy)]
pub(super) struct Actions {
    pub(super) try_new_ballot: fn(&Codes, &State, Priest, Rank) -> Option<State>,
    pub(super) send_next_ballot: fn(&Codes, &State, Priest) -> Option<State>,
    pub(super) receive_next_ballot: fn(&Codes, &State, Priest, Rank) -> Option<State>,
    pub(super) send_last_vote: fn(&Codes, &State, Priest) -> Option<State>,
    pub(super) receive_last_vote: fn(&Codes, &State, Rank, PackedVote) -> Option<State>,
    pub(super) start_polling: fn(&Codes, &State, Priest, PriestSet, Decree) -> Option<State>,
    pub(super) send_begin_ballot: fn(&Codes, &State, Priest) -> Option<State>,
    pub(super) receive_begin_ballot: fn(&Codes, &State, Priest, BallotKey) -> Option<State>,
    pub(super) send_voted: fn(&Codes, &State, Priest) -> Option<State>,
    pub(super) receive_voted: fn(&Codes, &State, Rank, Priest) -> Option<State>,
    pub(super) succeed: fn(&Codes, &State, Priest) -> Option<State>,
    pub(super) send_success: fn(&Codes, &State, Priest) -> Option<State>,
    pub(super) receive_success: fn(&Codes, &State, Priest, Decree) -> Option<State>,
    pub(super) lose_slip: fn(&Codes, &State, Priest) -> Option<State>,
}

/// The protocol of the paper.
pub(super) const PAPER: Actions = Actions {
    try_new_ballot,
    send_next_ballot,
    receive_next_ballot,
    send_last_vote,
    receive_last_vote,
    start_polling,
    send_begin_ballot,
    receive_begin_ballot,
    send_voted,
    receive_voted,
    succeed,
    send_success,
    receive_success,
    lose_slip,
};

impl Actions {
    /// The state after an action, if its guard allows it; it may be the same state.
    #[inline]
    pub(super) fn take(&self, codes: &Codes, state: &State, action: Action) -> Option<State> {
        match action {
            Action::TryNewBallot(p, b) => (self.try_new_ballot)(codes, state, p, b),
            Action::SendNextBallot(p) => (self.send_next_ballot)(codes, state, p),
            Action::ReceiveNextBallot(q, b) => (self.receive_next_ballot)(codes, state, q, b),
            Action::SendLastVote(q) => (self.send_last_vote)(codes, state, q),
            Action::ReceiveLastVote(b, v) => (self.receive_last_vote)(codes, state, b, v),
            Action::StartPolling(p, q, d) => (self.start_polling)(codes, state, p, q, d),
            Action::SendBeginBallot(p) => (self.send_begin_ballot)(codes, state, p),
            Action::ReceiveBeginBallot(q, b) => (self.receive_begin_ballot)(codes, state, q, b),
            Action::SendVoted(q) => (self.send_voted)(codes, state, q),
            Action::ReceiveVoted(b, q) => (self.receive_voted)(codes, state, b, q),
            Action::Succeed(p) => (self.succeed)(codes, state, p),
            Action::SendSuccess(p) => (self.send_success)(codes, state, p),
            Action::ReceiveSuccess(q, d) => (self.receive_success)(codes, state, q, d),
            Action::LoseSlip(p) => (self.lose_slip)(codes, state, p),
        }
    }
}

/// A condition of a guard, for use with `?`: `None` if it does not hold.
pub(super) fn ensure(holds: bool) -> Option<()> {
    holds.then_some(())
}

/// Try New Ballot. Always enabled, for a number b > lastTried that p owns.
pub(super) fn try_new_ballot(_: &Codes, state: &State, p: Priest, number: Rank) -> Option<State> {
    ensure(number > state.of(p).last_tried)?;
    Some(state.with(p, |legislator| {
        *legislator = legislator.with_new_slip(Status::Trying);
        legislator.last_tried = number;
    }))
}

/// Send NextBallot. Enabled while trying.
pub(super) fn send_next_ballot(codes: &Codes, state: &State, p: Priest) -> Option<State> {
    ensure(state.of(p).status == Status::Trying)?;
    let message = codes.space.next_ballot(state.of(p).last_tried);
    Some(sent(state, message))
}

/// Receive NextBallot(b). If b ≥ nextBal, then nextBal becomes b.
pub(super) fn receive_next_ballot(
    _: &Codes,
    state: &State,
    q: Priest,
    number: Rank,
) -> Option<State> {
    ensure(number >= state.of(q).next_bal)?;
    Some(state.with(q, |legislator| legislator.next_bal = number))
}

/// Send LastVote. Enabled if nextBal > prevBal.
pub(super) fn send_last_vote(codes: &Codes, state: &State, q: Priest) -> Option<State> {
    let legislator = state.of(q);
    ensure(legislator.next_bal > legislator.prev_bal)?;
    let vote = PackedVote {
        priest: q,
        number: legislator.prev_bal,
        decree: legislator.prev_dec,
    };
    let message = codes.space.last_vote(legislator.next_bal, vote);
    Some(sent(state, message))
}

/// Receive LastVote(b, v). If b = lastTried and p is trying: prevVotes ∪= {v}.
pub(super) fn receive_last_vote(
    codes: &Codes,
    state: &State,
    number: Rank,
    vote: PackedVote,
) -> Option<State> {
    let p = codes.bounds.owner(number)?;
    ensure(number == state.of(p).last_tried)?;
    with_vote(codes, state, p, vote)
}

/// If p is trying: prevVotes ∪= {v}.
pub(super) fn with_vote(
    codes: &Codes,
    state: &State,
    p: Priest,
    vote: PackedVote,
) -> Option<State> {
    ensure(state.of(p).status == Status::Trying)?;
    let prev_votes = codes.votes.insert(state.of(p).prev_votes, vote);
    Some(state.with(p, |legislator| legislator.prev_votes = prev_votes))
}

/// Start Polling Q. Enabled while trying if Q is a majority set and every
/// priest of Q has a vote in prevVotes; the decree is that of the largest vote
/// in prevVotes, or any decree if that vote is null.
pub(super) fn start_polling(
    codes: &Codes,
    state: &State,
    p: Priest,
    quorum: PriestSet,
    decree: Decree,
) -> Option<State> {
    let votes = codes.votes.iter(state.of(p).prev_votes);
    ensure(largest_allows(votes, decree))?;
    begin(codes, state, p, quorum, decree)
}

/// Whether the largest of the votes is for the decree, or null. If B1 does not hold
/// there may be several largest votes; then one of them for the decree is enough.
pub(super) fn largest_allows(
    votes: impl Iterator<Item = PackedVote> + Clone,
    decree: Decree,
) -> bool {
    let largest = votes.clone().map(|vote| vote.number).max();
    votes
        .filter(|vote| Some(vote.number) == largest)
        .any(|vote| vote.number.is_none() || vote.decree == decree)
}

/// Start Polling Q without the condition on the decree.
pub(super) fn begin(
    codes: &Codes,
    state: &State,
    p: Priest,
    quorum: PriestSet,
    decree: Decree,
) -> Option<State> {
    let legislator = state.of(p);
    let answered = codes.votes.priests(legislator.prev_votes);
    ensure(legislator.status == Status::Trying && quorum.is_subset(answered))?;
    Some(polling(state, p, quorum, decree))
}

/// p polls the quorum on the decree, and the ballot is added to 𝓑.
pub(super) fn polling(state: &State, p: Priest, quorum: PriestSet, decree: Decree) -> State {
    let mut next = state.with(p, |legislator| {
        legislator.status = Status::Polling;
        legislator.quorum = quorum.bits() as u8;
        legislator.voters = 0;
        legislator.decree = decree;
    });
    let number = state.of(p).last_tried;
    next.ballots.begin(BallotKey::new(number, decree, quorum));
    next
}

/// Send BeginBallot. Enabled while polling.
pub(super) fn send_begin_ballot(codes: &Codes, state: &State, p: Priest) -> Option<State> {
    let legislator = state.of(p);
    ensure(legislator.status == Status::Polling)?;
    let (number, decree) = (legislator.last_tried, legislator.decree);
    let ballot = BallotKey::new(number, decree, legislator.quorum());
    Some(sent(state, codes.space.begin_ballot(ballot)))
}

/// Receive BeginBallot(b, d). If b = nextBal > prevBal, then q votes.
pub(super) fn receive_begin_ballot(
    _: &Codes,
    state: &State,
    q: Priest,
    ballot: BallotKey,
) -> Option<State> {
    let legislator = state.of(q);
    ensure(ballot.number == legislator.next_bal && ballot.number > legislator.prev_bal)?;
    Some(voted(state, q, ballot))
}

/// q votes in the ballot, which sets prevBal, prevDec and B_vot.
pub(super) fn voted(state: &State, q: Priest, ballot: BallotKey) -> State {
    let mut next = state.with(q, |legislator| {
        legislator.prev_bal = ballot.number;
        legislator.prev_dec = ballot.decree;
    });
    next.ballots.vote(ballot, q);
    next
}

/// Send Voted. Enabled if prevBal ≠ −∞.
pub(super) fn send_voted(codes: &Codes, state: &State, q: Priest) -> Option<State> {
    let number = state.of(q).prev_bal;
    ensure(!number.is_none())?;
    Some(sent(state, codes.space.voted(number, q)))
}

/// Receive Voted(b, q). If b = lastTried and p is polling: voters ∪= {q}.
pub(super) fn receive_voted(
    codes: &Codes,
    state: &State,
    number: Rank,
    q: Priest,
) -> Option<State> {
    let p = codes.bounds.owner(number)?;
    ensure(number == state.of(p).last_tried)?;
    with_voter(state, p, q)
}

/// If p is polling: voters ∪= {q}.
pub(super) fn with_voter(state: &State, p: Priest, q: Priest) -> Option<State> {
    ensure(state.of(p).status == Status::Polling)?;
    let voters = state.of(p).voters().with(q);
    Some(state.with(p, |legislator| legislator.voters = voters.bits() as u8))
}

/// Succeed. Enabled while polling if quorum ⊆ voters and outcome is BLANK.
pub(super) fn succeed(_: &Codes, state: &State, p: Priest) -> Option<State> {
    let legislator = state.of(p);
    ensure(legislator.quorum().is_subset(legislator.voters()))?;
    with_outcome(state, p)
}

/// Succeed without the condition on the votes.
pub(super) fn with_outcome(state: &State, p: Priest) -> Option<State> {
    let legislator = state.of(p);
    ensure(legislator.status == Status::Polling && legislator.outcome.is_blank())?;
    Some(state.with_outcome(p, legislator.decree))
}

/// Send Success. Enabled if outcome ≠ BLANK.
pub(super) fn send_success(codes: &Codes, state: &State, p: Priest) -> Option<State> {
    let outcome = state.of(p).outcome;
    ensure(!outcome.is_blank())?;
    Some(sent(state, codes.space.success(outcome)))
}

/// Receive Success(d). If outcome is BLANK, it becomes d.
pub(super) fn receive_success(
    _: &Codes,
    state: &State,
    q: Priest,
    decree: Decree,
) -> Option<State> {
    ensure(state.of(q).outcome.is_blank())?;
    Some(state.with_outcome(q, decree))
}

/// Lose Slip. Enabled unless idle, if priests are forgetful: p becomes idle and
/// the rest of his slip is void.
pub(super) fn lose_slip(_: &Codes, state: &State, p: Priest) -> Option<State> {
    ensure(state.of(p).status != Status::Idle)?;
    Some(state.with(p, |lost| *lost = lost.with_new_slip(Status::Idle)))
}

fn sent(state: &State, message: usize) -> State {
    let mut next = *state;
    next.messages.insert(message);
    next
}
