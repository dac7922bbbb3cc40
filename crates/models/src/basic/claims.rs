//! The claims about every reachable state of the basic protocol.

use super::{Basic, State};
use crate::messages::Packed;
use crate::properties::{self, never, stated};
use crate::refinement::Broken;
use crate::view::Synod;
use synod_paper::{invariants as paper, partners};
use synod_vocabulary::{Claim, Partner, claim};

pub(super) fn claims(model: &Basic) -> Vec<Claim<Basic>> {
    let mut claims = properties::claims(model);
    let of_a2 = invariants().into_iter().map(|claim| Claim {
        partner: partner(model, claim.name).or(claim.partner),
        ..claim
    });
    claims.extend(of_a2);
    claims.extend([
        claim!(
            "refines preliminary",
            "Every step is a step of the preliminary protocol or none (§2.3).",
            |_, state: &State| state.broken.check(Broken::PRELIMINARY),
            Some(EVERY_STEP_ABOVE)
        ),
        claim!(
            "ledgers never go back",
            "lastTried, nextBal and prevBal never decrease, and outcome is written once (§2.3).",
            |_, state: &State| never(
                state.broken.has(Broken::LEDGERS),
                "the last step took a variable of a ledger back, or overwrote an outcome"
            ),
            Some(properties::a_vote())
        ),
    ]);
    claims
}

macro_rules! of_a2 {
    ($($check:ident $I:ident $partner:ident $meaning:literal;)+) => {
        fn invariants() -> Vec<Claim<Basic>> {
            vec![$(stated!(paper::$I, super::invariants::$check, Some(properties::$partner()))),+]
        }
    };
}

synod_paper::invariants!(of_a2);

/// The partner of an invariant within these bounds (the event that shows that the
/// invariant is put to use), if it is stronger than the one in the list of the paper's
/// invariants.
fn partner(model: &Basic, invariant: &str) -> Option<Partner<Basic>> {
    let several = model.bounds().numbers().len() > 1;
    match invariant {
        "I2" => model.a_priest_may_try_twice().then_some(A_NEW_ATTEMPT),
        "I3" => several.then_some(A_PROMISE_AFTER_A_VOTE),
        "I4" if several => Some(A_CAST_PREV_VOTE),
        "I4" => Some(A_PREV_VOTE),
        "I5" => Some(A_VOTER),
        "I6" => {
            let is_left_out = model.bounds().quorums().len() > 1;
            is_left_out.then(properties::a_quorum_without_everybody)
        }
        "I7" => Some(EVERY_KIND_OF_MESSAGE),
        _ => None,
    }
}

/// Makes partners of packed states from the functions of `synod_paper::partners`.
macro_rules! of_the_paper {
    ($($constant:ident: $name:literal, $happens:ident;)+) => {
        $(
            pub(super) const $constant: Partner<Basic> = Partner {
                name: $name,
                happens: |model, state| partners::$happens(&model.view(state)),
            };
        )+
    };
}

of_the_paper! {
    A_PROMISE_AFTER_A_VOTE: "a priest who has voted promises anew", a_promise_after_a_vote;
    A_PREV_VOTE: "a LastVote is received", a_prev_vote;
    A_CAST_PREV_VOTE: "a LastVote with an earlier vote is received", a_cast_prev_vote;
    A_VOTER: "a Voted is received", a_voter;
    EVERY_KIND_OF_MESSAGE: "every kind of message is sent", every_kind_of_message;
    A_NEW_ATTEMPT: "a priest tries again after a ballot of his own", a_new_attempt;
    A_LOST_SLIP: "a slip is lost", a_lost_slip;
}

const EVERY_STEP_ABOVE: Partner<Basic> = Partner {
    name: "the protocol above takes all its steps",
    happens: |model, state| {
        let above = model.as_preliminary(state);
        let mut sent = model.space.sent(&above.messages);
        // Steps 1 to 5 end with Success, which needs the four other messages.
        let has_succeeded = sent.any(|message| matches!(message, Packed::Success(_)));
        // Step 6 is taken by other priests, if there are any.
        let written = above.outcome.iter().filter(|outcome| !outcome.is_blank());
        has_succeeded && written.count() >= model.bounds.priest_count().min(2)
    },
};
