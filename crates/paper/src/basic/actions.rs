//! The guards and effects of the actions, in the order of A.1. The guard of an action is
//! a function whose name begins with `enabled`; the function without it is the effect.
//!
//! A guard checks 𝓜, to which other priests can add messages, after everything else. The
//! steps of other priests cannot change the conditions before it. An effect is defined
//! whether or not its guard holds, so that an audit knows 𝓑 even if a priest broke
//! the rules. If a number that the effect needs is −∞, the effect changes nothing.
//!
//! Begin with [`enabled`] and [`take`], which the example of [`basic`](super) calls.
//! [`may_count`], [`may_begin`] and [`may_vote`] are parts of guards that an audit asks
//! by themselves.

use super::{Action, Guard};
use crate::message::Message;
use crate::variables::{Assign, Ledgers, Poll, Status, Variables};
use synod_math::{BallotNumber, Cast, Priest, PriestSet, Vote};

type Decree<V> = <V as Ledgers>::Decree;
type Enabled<V> = Result<(), Guard<Decree<V>>>;

/// Whether priest `p` may take an action.
///
/// # Errors
/// The guard that forbids the action.
pub fn enabled<V: Variables>(v: &V, p: Priest, action: &Action<V::Decree>) -> Enabled<V> {
    match action {
        Action::TryNewBallot(b) => enabled_try_new_ballot(v, p, *b),
        Action::SendNextBallot => enabled_send_next_ballot(v, p),
        Action::ReceiveNextBallot(b) => enabled_receive_next_ballot(v, p, *b),
        Action::SendLastVote => enabled_send_last_vote(v, p),
        Action::ReceiveLastVote(b, vote) => enabled_receive_last_vote(v, p, *b, vote),
        Action::StartPolling(quorum, d) => enabled_start_polling(v, p, *quorum, d),
        Action::SendBeginBallot => enabled_send_begin_ballot(v, p),
        Action::ReceiveBeginBallot(b, d, quorum) => {
            enabled_receive_begin_ballot(v, p, *b, d, *quorum)
        }
        Action::SendVoted => enabled_send_voted(v, p),
        Action::ReceiveVoted(b, q) => enabled_receive_voted(v, p, *b, *q),
        Action::Succeed => enabled_succeed(v, p),
        Action::SendSuccess => enabled_send_success(v, p),
        Action::ReceiveSuccess(d) => enabled_receive_success(v, p, d),
        Action::LoseSlip => enabled_lose_slip(v, p),
        Action::LearnFromVotes => enabled_learn_from_votes(v, p),
    }
}

/// The effect of an action of priest `p`, whether or not the action is enabled.
pub fn take<V: Assign>(v: &mut V, p: Priest, action: &Action<V::Decree>) {
    match action {
        Action::TryNewBallot(b) => try_new_ballot(v, p, *b),
        Action::SendNextBallot => send_next_ballot(v, p),
        Action::ReceiveNextBallot(b) => receive_next_ballot(v, p, *b),
        Action::SendLastVote => send_last_vote(v, p),
        Action::ReceiveLastVote(_, vote) => receive_last_vote(v, p, vote),
        Action::StartPolling(quorum, d) => start_polling(v, p, *quorum, d),
        Action::SendBeginBallot => send_begin_ballot(v, p),
        Action::ReceiveBeginBallot(b, d, quorum) => receive_begin_ballot(v, p, *b, d, *quorum),
        Action::SendVoted => send_voted(v, p),
        Action::ReceiveVoted(_, q) => receive_voted(v, p, *q),
        Action::Succeed => succeed(v, p),
        Action::SendSuccess => send_success(v, p),
        Action::ReceiveSuccess(d) => receive_success(v, p, d),
        Action::LoseSlip => lose_slip(v, p),
        Action::LearnFromVotes => learn_from_votes(v, p),
    }
}

/// Ok if the condition holds; otherwise the guard that forbids the action.
pub(crate) fn ensure<G>(holds: bool, otherwise: impl FnOnce() -> G) -> Result<(), G> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

fn ensure_status<V: Variables>(v: &V, p: Priest, status: Status) -> Enabled<V> {
    ensure(v.status(p) == status, || Guard::Status(status))
}

fn ensure_last_tried<V: Variables>(v: &V, p: Priest, b: BallotNumber) -> Enabled<V> {
    let last_tried = v.last_tried(p);
    ensure(last_tried == Some(b), || Guard::LastTried(last_tried))
}

fn ensure_blank<V: Variables>(v: &V, p: Priest) -> Enabled<V> {
    ensure(v.outcome(p).is_none(), || Guard::OutcomeKnown)
}

fn ensure_sent<V: Variables>(v: &V, message: Message<V::Decree>) -> Enabled<V> {
    ensure(v.has_sent(&message), || Guard::NotSent(message))
}

fn prev_bal<V: Variables>(v: &V, p: Priest) -> Option<BallotNumber> {
    v.prev_vote(p).map(|cast| cast.number)
}

/// Try New Ballot. Always enabled, for a number b > lastTried that p owns.
fn enabled_try_new_ballot<V: Variables>(v: &V, p: Priest, b: BallotNumber) -> Enabled<V> {
    let (last_tried, owner) = (v.last_tried(p), v.owner(b));
    ensure(last_tried < Some(b), || Guard::LastTriedAlready(last_tried))?;
    ensure(owner == Some(p), || Guard::NotOwned(b, owner))
}

/// lastTried := b; status := trying; prevVotes := ∅.
fn try_new_ballot<V: Assign>(v: &mut V, p: Priest, b: BallotNumber) {
    v.set_last_tried(p, b);
    v.set_trying(p);
}

/// Send NextBallot. Enabled while trying.
fn enabled_send_next_ballot<V: Variables>(v: &V, p: Priest) -> Enabled<V> {
    ensure_status(v, p, Status::Trying)
}

/// Send NextBallot(lastTried) to any priest.
fn send_next_ballot<V: Assign>(v: &mut V, p: Priest) {
    if let Some(b) = v.last_tried(p) {
        v.send(p, Message::NextBallot(b));
    }
}

/// Receive NextBallot(b). A.1 allows it always; with b < nextBal it would change nothing,
/// so it is not enabled then.
fn enabled_receive_next_ballot<V: Variables>(v: &V, p: Priest, b: BallotNumber) -> Enabled<V> {
    let next_bal = v.next_bal(p);
    ensure(next_bal <= Some(b), || Guard::NextBal(next_bal))?;
    ensure_sent(v, Message::NextBallot(b))
}

/// nextBal := b.
fn receive_next_ballot<V: Assign>(v: &mut V, p: Priest, b: BallotNumber) {
    v.set_next_bal(p, b);
}

/// Send LastVote. Enabled if nextBal > prevBal.
fn enabled_send_last_vote<V: Variables>(v: &V, p: Priest) -> Enabled<V> {
    let (next_bal, prev_bal) = (v.next_bal(p), prev_bal(v, p));
    ensure(next_bal.is_some(), || Guard::NextBal(None))?;
    ensure(next_bal > prev_bal, || Guard::PrevBal(prev_bal))
}

/// Send LastVote(nextBal, (p, prevBal, prevDec)) to owner(nextBal).
fn send_last_vote<V: Assign>(v: &mut V, p: Priest) {
    if let Some(b) = v.next_bal(p) {
        let cast = v.prev_vote(p);
        v.send(p, Message::LastVote(b, Vote { priest: p, cast }));
    }
}

/// Receive LastVote(b, v). Enabled if b = lastTried while trying.
fn enabled_receive_last_vote<V: Variables>(
    v: &V,
    p: Priest,
    b: BallotNumber,
    vote: &Vote<V::Decree>,
) -> Enabled<V> {
    may_count(v, p, b)?;
    ensure_sent(v, Message::LastVote(b, vote.clone()))
}

/// Whether priest `p` may count a LastVote(b, ·), if it was sent: b = lastTried while
/// trying.
///
/// # Errors
/// [`Guard::LastTried`] or [`Guard::Status`].
pub fn may_count<V: Variables>(v: &V, p: Priest, b: BallotNumber) -> Enabled<V> {
    ensure_last_tried(v, p, b)?;
    ensure_status(v, p, Status::Trying)
}

/// prevVotes ∪= {v}.
fn receive_last_vote<V: Assign>(v: &mut V, p: Priest, vote: &Vote<V::Decree>) {
    v.add_prev_vote(p, vote.clone());
}

/// Start Polling Q. Enabled while trying if Q is a majority set, every priest of Q has a
/// vote in prevVotes, and prevVotes allow the decree.
fn enabled_start_polling<V: Variables>(
    v: &V,
    p: Priest,
    quorum: PriestSet,
    d: &V::Decree,
) -> Enabled<V> {
    ensure_status(v, p, Status::Trying)?;
    ensure(v.is_quorum(quorum), || Guard::NoMajority(quorum))?;
    let prev_votes: Vec<_> = v.prev_votes(p).collect();
    may_begin(&prev_votes, quorum, d)
}

/// Whether a ballot may begin with this quorum and this decree after these
/// LastVotes: Q ⊆ {v_pst : v ∈ prevVotes}, and the decree is that of the largest
/// v ∈ prevVotes, or any decree if that vote is null. (If B1 does not hold there may
/// be several largest votes; then the decree of any of them is allowed.)
///
/// # Errors
/// [`Guard::Answered`] or [`Guard::LargestVote`].
pub fn may_begin<D: Clone + Eq>(
    prev_votes: &[Vote<D>],
    quorum: PriestSet,
    decree: &D,
) -> Result<(), Guard<D>> {
    let answered: PriestSet = prev_votes.iter().map(|vote| vote.priest).collect();
    ensure(quorum.is_subset(answered), || Guard::Answered(answered))?;
    let cast = || prev_votes.iter().filter_map(|vote| vote.cast.as_ref());
    let Some(largest) = cast().max_by_key(|cast| cast.number) else {
        return Ok(());
    };
    let mut allowed = cast().filter(|cast| cast.number == largest.number);
    ensure(allowed.any(|cast| cast.decree == *decree), || {
        Guard::LargestVote(largest.clone())
    })
}

/// status := polling; quorum := Q; voters := ∅; decree := d;
/// 𝓑 ∪= {(lastTried, d, Q, ∅)}.
fn start_polling<V: Assign>(v: &mut V, p: Priest, quorum: PriestSet, d: &V::Decree) {
    let Some(b) = v.last_tried(p) else { return };
    v.begin_ballot(p, b, d.clone(), quorum);
    v.set_polling(
        p,
        Poll {
            quorum,
            voters: PriestSet::EMPTY,
            decree: d.clone(),
        },
    );
}

/// Send BeginBallot. Enabled while polling.
fn enabled_send_begin_ballot<V: Variables>(v: &V, p: Priest) -> Enabled<V> {
    ensure_status(v, p, Status::Polling)
}

/// Send BeginBallot(lastTried, decree) to any priest of quorum.
fn send_begin_ballot<V: Assign>(v: &mut V, p: Priest) {
    if let (Some(b), Some(poll)) = (v.last_tried(p), v.poll(p)) {
        v.send(p, Message::BeginBallot(b, poll.decree, poll.quorum));
    }
}

/// Receive BeginBallot(b, d). Enabled if b = nextBal > prevBal.
fn enabled_receive_begin_ballot<V: Variables>(
    v: &V,
    p: Priest,
    b: BallotNumber,
    d: &V::Decree,
    quorum: PriestSet,
) -> Enabled<V> {
    may_vote(v, p, b)?;
    ensure(quorum.contains(p), || Guard::NotInQuorum(quorum))?;
    ensure_sent(v, Message::BeginBallot(b, d.clone(), quorum))
}

/// Whether priest `p` may vote in the ballot with this number, if a BeginBallot asks him
/// to: b = nextBal > prevBal.
///
/// # Errors
/// [`Guard::NextBal`] or [`Guard::PrevBal`].
pub fn may_vote<V: Variables>(v: &V, p: Priest, b: BallotNumber) -> Enabled<V> {
    let (next_bal, prev_bal) = (v.next_bal(p), prev_bal(v, p));
    ensure(next_bal == Some(b), || Guard::NextBal(next_bal))?;
    ensure(prev_bal < Some(b), || Guard::PrevBal(prev_bal))
}

/// prevBal := b; prevDec := d; B_vot ∪= {p} for the ballot (b, d, Q).
fn receive_begin_ballot<V: Assign>(
    v: &mut V,
    p: Priest,
    b: BallotNumber,
    d: &V::Decree,
    quorum: PriestSet,
) {
    v.add_vote(p, b, d.clone(), quorum);
    let decree = d.clone();
    v.set_prev_vote(p, Cast { number: b, decree });
}

/// Send Voted. Enabled if prevBal ≠ −∞.
fn enabled_send_voted<V: Variables>(v: &V, p: Priest) -> Enabled<V> {
    ensure(v.prev_vote(p).is_some(), || Guard::NotVoted)
}

/// Send Voted(prevBal, p) to owner(prevBal).
fn send_voted<V: Assign>(v: &mut V, p: Priest) {
    if let Some(b) = prev_bal(v, p) {
        v.send(p, Message::Voted(b, p));
    }
}

/// Receive Voted(b, q). Enabled if b = lastTried while polling.
fn enabled_receive_voted<V: Variables>(v: &V, p: Priest, b: BallotNumber, q: Priest) -> Enabled<V> {
    ensure_last_tried(v, p, b)?;
    ensure_status(v, p, Status::Polling)?;
    ensure_sent(v, Message::Voted(b, q))
}

/// voters ∪= {q}.
fn receive_voted<V: Assign>(v: &mut V, p: Priest, q: Priest) {
    v.add_voter(p, q);
}

/// Succeed. Enabled while polling if quorum ⊆ voters and outcome = BLANK.
fn enabled_succeed<V: Variables>(v: &V, p: Priest) -> Enabled<V> {
    ensure_blank(v, p)?;
    let poll = v.poll(p).ok_or(Guard::Status(Status::Polling))?;
    ensure(poll.quorum.is_subset(poll.voters), || Guard::Voters {
        quorum: poll.quorum,
        voters: poll.voters,
    })
}

/// outcome := decree.
fn succeed<V: Assign>(v: &mut V, p: Priest) {
    if let Some(poll) = v.poll(p) {
        v.set_outcome(p, poll.decree);
    }
}

/// Send Success. Enabled if outcome ≠ BLANK.
fn enabled_send_success<V: Variables>(v: &V, p: Priest) -> Enabled<V> {
    ensure(v.outcome(p).is_some(), || Guard::OutcomeBlank)
}

/// Send Success(outcome) to any priest.
fn send_success<V: Assign>(v: &mut V, p: Priest) {
    if let Some(d) = v.outcome(p) {
        v.send(p, Message::Success(d));
    }
}

/// Receive Success(d). Enabled if outcome = BLANK.
fn enabled_receive_success<V: Variables>(v: &V, p: Priest, d: &V::Decree) -> Enabled<V> {
    ensure_blank(v, p)?;
    ensure_sent(v, Message::Success(d.clone()))
}

/// outcome := d.
fn receive_success<V: Assign>(v: &mut V, p: Priest, d: &V::Decree) {
    v.set_outcome(p, d.clone());
}

/// Lose Slip, not in A.1. Enabled unless idle.
fn enabled_lose_slip<V: Variables>(v: &V, p: Priest) -> Enabled<V> {
    ensure(v.status(p) != Status::Idle, || Guard::Idle)
}

/// status := idle, and the rest of the slip is void.
fn lose_slip<V: Assign>(v: &mut V, p: Priest) {
    v.set_idle(p);
}

/// Learn From Votes, not in A.1 (§3.1). Enabled if outcome = BLANK and the whole
/// quorum of the ballot in which p voted last has sent Voted.
fn enabled_learn_from_votes<V: Variables>(v: &V, p: Priest) -> Enabled<V> {
    ensure_blank(v, p)?;
    let Cast { number, decree } = v.prev_vote(p).ok_or(Guard::NotVoted)?;
    let ballots = v.ballots();
    let of_vote = ballots
        .iter()
        .filter(|ballot| (ballot.number(), ballot.decree()) == (number, &decree));
    let has_voted = |q: &Priest| v.has_sent(&Message::Voted(number, *q));
    let missing = of_vote.map(|ballot| -> PriestSet {
        let quorum = ballot.quorum().iter();
        quorum.filter(|q| !has_voted(q)).collect()
    });
    // If B1 holds, there is at most one ballot with this number.
    match missing.min_by_key(|missing| missing.len()) {
        Some(PriestSet::EMPTY) => Ok(()),
        Some(missing) => Err(Guard::NotAllVoted(number, missing)),
        None => Err(Guard::NotVoted),
    }
}

/// outcome := prevDec.
fn learn_from_votes<V: Assign>(v: &mut V, p: Priest) {
    if let Some(cast) = v.prev_vote(p) {
        v.set_outcome(p, cast.decree);
    }
}
