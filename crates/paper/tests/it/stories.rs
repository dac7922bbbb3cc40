//! Whole runs of the basic protocol.

use crate::common::{Run, b, null, priest, set, vote};
use synod_paper::basic::Action;
use synod_paper::{claims, invariants, partners};

#[test]
fn a_ballot_passes() {
    let mut run = Run::new();
    run.tries(0, 0).promises(0, 0).promises(1, 0);
    run.begins(0, 0, &[null(0), null(1)], (&[0, 1], "olives"));
    for voter in [0, 1] {
        run.votes(voter, 0, (&[0, 1], "olives"));
        run.take(0, Action::ReceiveVoted(b(0), priest(voter)));
    }
    run.take(0, Action::Succeed).take(0, Action::SendSuccess);
    run.take(1, Action::ReceiveSuccess("olives"));
    run.take(2, Action::ReceiveSuccess("olives"));
    assert_eq!(partners::ledgers_written(&run.0), 3);
    assert!(partners::every_kind_of_message(&run.0));
    assert!(partners::ballots_succeed(&run.0, 1));
    assert!(!partners::ballots_succeed(&run.0, 2));
    assert!(claims::consistency(&run.0).is_ok());
}

/// Start Polling reads all of prevVotes, but B3 is about the votes of the quorum: a vote
/// from outside the quorum binds the ballot to the wrong decree.
#[test]
fn a_1_as_printed_breaks_b3_with_three_ballots() {
    let mut run = Run::new();
    run.tries(1, 1).promises(0, 1).promises(1, 1);
    run.begins(1, 1, &[null(0), null(1)], (&[0, 1], "olives"));
    run.votes(0, 1, (&[0, 1], "olives"));
    run.tries(2, 2).promises(1, 2).promises(2, 2);
    run.begins(2, 2, &[null(1), null(2)], (&[1, 2], "wine"));
    run.votes(2, 2, (&[1, 2], "wine"));
    assert!(invariants::i6(&run.0).is_ok());

    run.tries(0, 3).promises(0, 3).promises(1, 3).promises(2, 3);
    let answers = [vote(0, 1, "olives"), null(1), vote(2, 2, "wine")];
    run.begins(0, 3, &answers, (&[0, 1], "wine"));
    let witness = invariants::i6(&run.0).unwrap_err();
    assert_eq!(
        witness.to_string(),
        "ballot 3 (decree wine, quorum {Α Β}, voters ∅) does not carry the decree of \
         (Α, 1, olives), the latest earlier vote of its quorum"
    );
    assert_eq!(claims::b3(&run.0), Err(witness));
    assert!(claims::consistency(&run.0).is_ok());
    assert!(partners::a_cast_prev_vote(&run.0));
    assert!(partners::two_quorums(&run.0));
}

/// In this state, which no run reaches, each of these claims fails with a witness.
#[test]
fn witnesses_name_the_priests_or_ballots_at_fault() {
    let mut run = Run::new();
    let state = &mut run.0;
    state.legislators[0].outcome = Some("olives");
    state.legislators[1].outcome = Some("wine");
    state.legislators[2].last_tried = Some(b(1));
    state.ballots.insert((b(0), "olives", set(&[0])), set(&[0]));
    state.ballots.insert((b(1), "wine", set(&[1])), set(&[1]));
    let witnesses: Vec<_> = [
        claims::consistency(state),
        claims::validity(state),
        claims::b2(state),
        claims::theorem_1(state),
        invariants::i2(state),
        invariants::i3(state),
        invariants::i8(state),
    ]
    .map(|checked| checked.unwrap_err().to_string())
    .to_vec();
    assert_eq!(
        witnesses,
        [
            "the ledger of Α holds olives, that of Β holds wine",
            "the ledger of Α holds olives, which no successful ballot of a majority set passed",
            "the quorums of ballot 0 (decree olives, quorum {Α}, voters {Α}) and \
             ballot 1 (decree wine, quorum {Β}, voters {Β}) do not intersect",
            "ballot 0 (decree olives, quorum {Α}, voters {Α}) and \
             ballot 1 (decree wine, quorum {Β}, voters {Β}) are both successful",
            "ballot 0 of Α has begun, but he is idle and his lastTried is −∞",
            "the ledger of Α has null_Α for his last vote, but his largest vote is (Α, 0, olives)",
            "Α is in the quorum of ballot 0, but his nextBal is −∞",
        ]
    );
    assert!(invariants::i1(state).is_ok());
    assert!(claims::b1(state).is_ok());
}
