//! The claims about every reachable state of the basic protocol.

use super::{Basic, State};
use crate::numbered::Condition;
use crate::properties::{self, never, stated};
use crate::refinement::Broken;
use crate::view::Synod;
use synod_paper::{invariants as paper, partners};
use synod_vocabulary::{Claim, Partner, claim};

pub(super) fn claims<L>(model: &Basic<L>) -> Vec<Claim<Basic<L>>> {
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
            Some(every_step_above())
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
        fn invariants<L>() -> Vec<Claim<Basic<L>>> {
            vec![$(stated!(paper::$I, super::invariants::$check, Some(properties::$partner()))),+]
        }

        /// The invariant with this name, of a state that is a number.
        fn invariant_of_number(name: &str) -> Option<Condition> {
            $(
                if name == paper::$I.name {
                    return Some(|state| paper::$check(state).is_ok());
                }
            )+
            None
        }
    };
}

synod_paper::invariants!(of_a2);

/// The claim or the partner with this name, of a state that is a number. None if it reads more
/// than the variables of A.1.
pub(super) fn of_number(name: &str) -> Option<Condition> {
    invariant_of_number(name)
        .or_else(|| partner_of_number(name))
        .or_else(|| properties::of_number(name))
}

/// The partner of an invariant within these bounds (the event that shows that the
/// invariant is put to use), if it is stronger than the one in the list of the paper's
/// invariants.
fn partner<L>(model: &Basic<L>, invariant: &str) -> Option<Partner<Basic<L>>> {
    let several = model.bounds().numbers().len() > 1;
    match invariant {
        "I2" => model.a_priest_may_try_twice().then(a_new_attempt),
        "I3" => several.then(a_promise_after_a_vote),
        "I4" if several => Some(a_cast_prev_vote()),
        "I4" => Some(a_prev_vote()),
        "I5" => Some(a_voter()),
        "I6" => {
            let is_left_out = model.bounds().quorums().len() > 1;
            is_left_out.then(properties::a_quorum_without_everybody)
        }
        "I7" => Some(every_kind_of_message()),
        _ => None,
    }
}

/// Makes partners of packed states from the functions of `synod_paper::partners`.
macro_rules! of_the_paper {
    ($($name:literal, $happens:ident;)+) => {
        $(
            pub(super) fn $happens<L>() -> Partner<Basic<L>> {
                Partner {
                    name: $name,
                    happens: |model, state| partners::$happens(&model.view(state)),
                }
            }
        )+

        /// The partner with this name, of a state that is a number.
        fn partner_of_number(name: &str) -> Option<Condition> {
            match name {
                $($name => Some(|state| partners::$happens(state)),)+
                _ => None,
            }
        }
    };
}

of_the_paper! {
    "a priest who has voted promises anew", a_promise_after_a_vote;
    "a LastVote is received", a_prev_vote;
    "a LastVote with an earlier vote is received", a_cast_prev_vote;
    "a Voted is received", a_voter;
    "every kind of message is sent", every_kind_of_message;
    "a priest tries again after a ballot of his own", a_new_attempt;
    "a slip is lost", a_lost_slip;
}

fn every_step_above<L>() -> Partner<Basic<L>> {
    Partner {
        name: "the protocol above takes all its steps",
        happens: |model, state| {
            // Steps 1 to 5 end with an outcome, which needs the four messages before Success.
            // Step 6 is taken by other priests, if there are any.
            let outcomes = state.outcomes();
            let written = outcomes.iter().filter(|outcome| !outcome.is_blank());
            written.count() >= model.codes.bounds.priest_count().min(2)
        },
    }
}
