//! Each action of A.1: its guards, as sentences, and its effect.

use crate::common::{Run, b, null, priest, set, vote};
use synod_math::Cast;
use synod_paper::Message;
use synod_paper::basic::{Action, Guard, Slip};
use synod_paper::variables::{Status, Variables};

/// Ballot 3 of Α on `olives`, with the quorum {Α Β}, has begun; no priest has voted.
fn begun() -> Run {
    let mut run = Run::new();
    run.tries(0, 3).promises(0, 3).promises(1, 3).begins(
        0,
        3,
        &[null(0), null(1)],
        (&[0, 1], "olives"),
    );
    run
}

#[test]
fn try_new_ballot_needs_a_larger_number_that_the_priest_owns() {
    let mut run = Run::new();
    let other = run.guard(0, Action::TryNewBallot(b(1)));
    assert_eq!(other, Guard::NotOwned(b(1), Some(priest(1))));
    assert_eq!(other.to_string(), "ballot 1 belongs to Β");
    run.take(0, Action::TryNewBallot(b(3)));
    assert_eq!(run.0.last_tried(priest(0)), Some(b(3)));
    assert_eq!(run.0.status(priest(0)), Status::Trying);
    let again = run.guard(0, Action::TryNewBallot(b(3)));
    assert_eq!(again.to_string(), "lastTried is 3 already");
}

#[test]
fn try_new_ballot_clears_the_slip_of_the_previous_ballot() {
    let mut run = begun();
    run.take(0, Action::TryNewBallot(b(6)));
    let prev_votes = std::collections::BTreeSet::new();
    assert_eq!(run.0.of(priest(0)).slip, Slip::Trying { prev_votes });
}

#[test]
fn next_ballot_is_sent_while_trying() {
    let mut run = Run::new();
    let idle = run.guard(0, Action::SendNextBallot);
    assert_eq!(idle.to_string(), "status is not trying");
    run.tries(0, 0);
    assert!(run.0.has_sent(&Message::NextBallot(b(0))));
    assert_eq!(
        begun().guard(0, Action::SendNextBallot),
        Guard::Status(Status::Trying)
    );
}

#[test]
fn next_ballot_is_received_if_it_was_sent_and_is_not_below_next_bal() {
    let mut run = Run::new();
    let unsent = run.guard(1, Action::ReceiveNextBallot(b(3)));
    assert!(unsent.depends_on_others());
    assert_eq!(unsent.to_string(), "NextBallot(3) was not sent");
    run.tries(0, 0).tries(0, 3).promises(1, 3);
    assert_eq!(run.0.next_bal(priest(1)), Some(b(3)));
    let below = run.guard(1, Action::ReceiveNextBallot(b(0)));
    assert!(!below.depends_on_others());
    assert_eq!(below.to_string(), "nextBal is 3");
}

#[test]
fn last_vote_is_sent_after_a_promise_above_prev_bal_and_carries_the_last_vote() {
    let mut run = begun();
    let mut idle = Run::new();
    let nothing = idle.guard(1, Action::SendLastVote);
    assert_eq!(nothing.to_string(), "nextBal is −∞");
    idle.tries(0, 3).take(1, Action::ReceiveNextBallot(b(3)));
    run.votes(1, 3, (&[0, 1], "olives"));
    let voted = run.guard(1, Action::SendLastVote);
    assert_eq!(voted.to_string(), "prevBal is 3");
    run.tries(2, 5).promises(1, 5);
    let last_vote = vote(1, 3, "olives");
    assert!(run.0.has_sent(&Message::LastVote(b(5), last_vote)));
}

#[test]
fn last_vote_is_received_while_trying_its_number() {
    let mut run = Run::new();
    run.tries(0, 3).promises(1, 3);
    let other = run.guard(2, Action::ReceiveLastVote(b(3), null(1)));
    assert_eq!(other.to_string(), "lastTried is −∞");
    let unsent = run.guard(0, Action::ReceiveLastVote(b(3), null(2)));
    assert_eq!(unsent.to_string(), "Γ sent no LastVote(3, ·)");
    run.take(0, Action::ReceiveLastVote(b(3), null(1)));
    assert!(run.0.prev_votes(priest(0)).eq([null(1)]));
    let late = begun().guard(0, Action::ReceiveLastVote(b(3), null(1)));
    assert_eq!(late.to_string(), "status is not trying");
}

#[test]
fn polling_starts_with_a_majority_set_that_has_answered() {
    let mut run = Run::new();
    run.tries(0, 3).promises(0, 3);
    run.take(0, Action::ReceiveLastVote(b(3), null(0)));
    let alone = run.guard(0, Action::StartPolling(set(&[0]), "olives"));
    assert_eq!(alone.to_string(), "{Α} is no majority set");
    let unanswered = run.guard(0, Action::StartPolling(set(&[0, 1]), "olives"));
    assert_eq!(unanswered.to_string(), "prevVotes has votes of {Α} only");
}

#[test]
fn polling_starts_on_the_decree_of_the_largest_vote() {
    let mut run = begun();
    run.votes(1, 3, (&[0, 1], "olives"));
    run.tries(2, 5).promises(1, 5).promises(2, 5);
    for answer in [vote(1, 3, "olives"), null(2)] {
        run.take(2, Action::ReceiveLastVote(b(5), answer));
    }
    let bound = run.guard(2, Action::StartPolling(set(&[1, 2]), "wine"));
    assert_eq!(
        bound.to_string(),
        "the largest vote in prevVotes is for another decree: olives, in ballot 3"
    );
    run.take(2, Action::StartPolling(set(&[1, 2]), "olives"));
    let poll = run.0.poll(priest(2)).unwrap();
    assert_eq!((poll.quorum, poll.decree), (set(&[1, 2]), "olives"));
}

#[test]
fn begin_ballot_is_sent_while_polling_and_received_by_its_quorum() {
    let mut run = begun();
    assert_eq!(
        Run::new().guard(0, Action::SendBeginBallot).to_string(),
        "status is not polling"
    );
    run.take(2, Action::ReceiveNextBallot(b(3)));
    let ballot = |quorum: &[usize]| Action::ReceiveBeginBallot(b(3), "olives", set(quorum));
    let outside = run.guard(2, ballot(&[0, 1]));
    assert_eq!(outside.to_string(), "he is not in the quorum {Α Β}");
    let other = run.guard(2, ballot(&[0, 2]));
    assert_eq!(
        other.to_string(),
        "BeginBallot(3, ·) with this decree and quorum was not sent"
    );
    run.take(1, ballot(&[0, 1]));
    let cast = Cast {
        number: b(3),
        decree: "olives",
    };
    assert_eq!(run.0.prev_vote(priest(1)), Some(cast));
    assert_eq!(run.guard(1, ballot(&[0, 1])), Guard::PrevBal(Some(b(3))));
}

#[test]
fn a_vote_is_cast_only_if_the_number_is_next_bal() {
    let mut run = begun();
    run.tries(2, 5).promises(1, 5);
    let promised = run.guard(1, Action::ReceiveBeginBallot(b(3), "olives", set(&[0, 1])));
    assert_eq!(promised.to_string(), "nextBal is 5");
}

#[test]
fn voted_is_sent_after_a_vote_and_received_while_polling() {
    let mut run = begun();
    assert_eq!(
        run.guard(1, Action::SendVoted).to_string(),
        "he has not voted"
    );
    let unsent = run.guard(0, Action::ReceiveVoted(b(3), priest(1)));
    assert_eq!(unsent.to_string(), "Voted(3, ·) was not sent by {Β}");
    run.votes(1, 3, (&[0, 1], "olives"));
    run.take(0, Action::ReceiveVoted(b(3), priest(1)));
    assert_eq!(run.0.poll(priest(0)).unwrap().voters, set(&[1]));
    let other = run.guard(2, Action::ReceiveVoted(b(3), priest(1)));
    assert_eq!(other, Guard::LastTried(None));
}

#[test]
fn an_outcome_is_written_once_and_sent_by_success() {
    let mut run = begun();
    assert_eq!(
        run.guard(0, Action::Succeed).to_string(),
        "the quorum is {Α Β}, but voters is ∅"
    );
    assert_eq!(
        run.guard(0, Action::SendSuccess).to_string(),
        "outcome is BLANK"
    );
    let unsent = run.guard(2, Action::ReceiveSuccess("olives"));
    assert_eq!(unsent.to_string(), "Success with this decree was not sent");
    for voter in [0, 1] {
        run.votes(voter, 3, (&[0, 1], "olives"));
        run.take(0, Action::ReceiveVoted(b(3), priest(voter)));
    }
    run.take(0, Action::Succeed).take(0, Action::SendSuccess);
    run.take(2, Action::ReceiveSuccess("olives"));
    assert_eq!(run.0.of(priest(2)).outcome, Some("olives"));
    let known = run.guard(0, Action::Succeed);
    assert_eq!(known.to_string(), "outcome is not BLANK");
}

#[test]
fn a_slip_is_lost_and_the_ledger_stays() {
    let mut run = begun();
    let ledger = run.0.of(priest(0)).clone();
    run.take(0, Action::LoseSlip);
    let lost = run.0.of(priest(0));
    assert_eq!(lost.slip, Slip::Idle);
    assert_eq!(lost.last_tried, ledger.last_tried);
    assert_eq!(run.guard(0, Action::LoseSlip).to_string(), "status is idle");
}

#[test]
fn a_voter_learns_the_outcome_when_the_whole_quorum_has_voted() {
    let mut run = begun();
    assert_eq!(run.guard(1, Action::LearnFromVotes), Guard::NotVoted);
    run.votes(1, 3, (&[0, 1], "olives"));
    let missing = run.guard(1, Action::LearnFromVotes);
    assert!(missing.depends_on_others());
    assert_eq!(missing.to_string(), "Voted(3, ·) was not sent by {Α}");
    run.votes(0, 3, (&[0, 1], "olives"));
    run.take(1, Action::LearnFromVotes);
    assert_eq!(run.0.of(priest(1)).outcome, Some("olives"));
}
