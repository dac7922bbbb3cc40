//! What is claimed of every reachable state of the basic protocol.

use super::{Basic, State, Status};
use crate::invariants::{i1, i2, i3, i4, i5, i6, i7};
use crate::messages::Packed;
use crate::properties::{self, Synod};
use crate::refinement::Broken;
use synod_vocabulary::{Claim, Partner, Witness, claim, ensure};

pub(super) fn claims(model: &Basic) -> Vec<Claim<Basic>> {
    let ballots = model.bounds().numbers().len();
    let several = |more, one| if ballots > 1 { more } else { one };
    let quorums = if model.bounds().quorums().len() > 1 {
        properties::a_quorum_without_everybody()
    } else {
        properties::a_ballot()
    };
    let begun_again = if model.somebody_may_try_twice() {
        A_NEW_ATTEMPT
    } else {
        properties::a_ballot()
    };
    let mut claims = properties::claims(model);
    claims.extend([
        claim!(
            "I1",
            "An outcome is the decree of a successful ballot (A.2).",
            i1,
            Some(properties::a_ledger())
        ),
        claim!(
            "I2",
            "A priest's ballots are his own and not above his lastTried (A.2).",
            i2,
            Some(begun_again)
        ),
        claim!(
            "I3",
            "(prevBal, prevDec) is a priest's largest vote, and prevBal ≤ nextBal (A.2).",
            i3,
            Some(several(A_PROMISE_AFTER_A_VOTE, properties::a_vote()))
        ),
        claim!(
            "I4",
            "prevVotes are the largest votes below lastTried, and stay so (A.2).",
            i4,
            Some(several(A_CAST_PREV_VOTE, A_PREV_VOTE))
        ),
        claim!(
            "I5",
            "A priest who polls does so for a ballot of 𝓑 (A.2).",
            i5,
            Some(A_VOTER)
        ),
        claim!(
            "I6",
            "B1–B3 hold, and every quorum is a majority set (A.2).",
            i6,
            Some(quorums)
        ),
        claim!(
            "I7",
            "Every message tells the truth about ledgers and ballots (A.2).",
            i7,
            Some(EVERY_KIND_OF_MESSAGE)
        ),
        claim!(
            "refines preliminary",
            "Every step is a step of the preliminary protocol or none (§2.3).",
            refines_preliminary,
            Some(EVERY_STEP_ABOVE)
        ),
        claim!(
            "ledgers never go back",
            "lastTried, nextBal and prevBal never decrease, and outcome is written once (§2.3).",
            ledgers_never_go_back,
            Some(properties::a_vote())
        ),
    ]);
    claims
}

fn refines_preliminary(_: &Basic, state: &State) -> Result<(), Witness> {
    state.broken.check(Broken::PRELIMINARY)
}

fn ledgers_never_go_back(_: &Basic, state: &State) -> Result<(), Witness> {
    ensure!(
        !state.broken.has(Broken::LEDGERS),
        "the last step took a variable of a ledger back, or overwrote an outcome"
    );
    Ok(())
}

fn some_legislator(
    model: &Basic,
    mut has: impl FnMut(&super::Legislator) -> bool,
    state: &State,
) -> bool {
    model.bounds.priests().any(|priest| has(state.of(priest)))
}

const A_PROMISE_AFTER_A_VOTE: Partner<Basic> = Partner {
    name: "a priest who has voted promises anew",
    happens: |model, state| {
        let promised = |l: &super::Legislator| !l.prev_bal.is_none() && l.prev_bal < l.next_bal;
        some_legislator(model, promised, state)
    },
};

const A_PREV_VOTE: Partner<Basic> = Partner {
    name: "a LastVote is received",
    happens: |model, state| some_legislator(model, |l| !l.prev_votes.is_empty(), state),
};

const A_CAST_PREV_VOTE: Partner<Basic> = Partner {
    name: "a LastVote with an earlier vote is received",
    happens: |model, state| {
        let has_cast = |l: &super::Legislator| {
            let mut votes = model.votes.iter(l.prev_votes);
            votes.any(|vote| !vote.number.is_none())
        };
        some_legislator(model, has_cast, state)
    },
};

const A_VOTER: Partner<Basic> = Partner {
    name: "a Voted is received",
    happens: |model, state| some_legislator(model, |l| !l.voters().is_empty(), state),
};

const EVERY_KIND_OF_MESSAGE: Partner<Basic> = Partner {
    name: "every kind of message is sent",
    happens: |model, state| {
        let is_kind: [fn(Packed) -> bool; 5] = [
            |message| matches!(message, Packed::NextBallot(..)),
            |message| matches!(message, Packed::LastVote(..)),
            |message| matches!(message, Packed::BeginBallot(..)),
            |message| matches!(message, Packed::Voted(..)),
            |message| matches!(message, Packed::Success(..)),
        ];
        let sent = || state.messages.iter().map(|bit| model.space.message(bit));
        is_kind.iter().all(|is_kind| sent().any(is_kind))
    },
};

const A_NEW_ATTEMPT: Partner<Basic> = Partner {
    name: "a priest tries again after a ballot of his own",
    happens: |model, state| {
        model.bounds.priests().any(|priest| {
            let is_own = |number| model.bounds.owner(number) == Some(priest);
            let mut ballots = state.ballots.iter();
            state.of(priest).status == Status::Trying && ballots.any(|(b, _)| is_own(b.number))
        })
    },
};

const EVERY_STEP_ABOVE: Partner<Basic> = Partner {
    name: "the protocol above takes all its steps",
    happens: |model, state| {
        let above = model.as_preliminary(state);
        let mut sent = above.messages.iter().map(|bit| model.space.message(bit));
        // Steps 1 to 5 end with Success, which needs the four other messages.
        let has_succeeded = sent.any(|message| matches!(message, Packed::Success(_)));
        // Step 6 is for the others, if there are any.
        let written = above.outcome.iter().filter(|outcome| !outcome.is_blank());
        has_succeeded && written.count() >= model.bounds.priest_count().min(2)
    },
};

pub(super) const A_LOST_SLIP: Partner<Basic> = Partner {
    name: "a slip is lost",
    happens: |model, state| {
        let lost = |l: &super::Legislator| l.status == Status::Idle && !l.last_tried.is_none();
        some_legislator(model, lost, state)
    },
};
