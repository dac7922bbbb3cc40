//! The claims about every reachable state of the complete protocol.

use super::Candidate;
use crate::basic::invariants;
use crate::properties::{self, Checked, never, stated};
use crate::world::{InSetting, State, World};
use synod_paper::invariants as paper;
use synod_vocabulary::{Claim, claim};

/// The claims about the shipped processes, and about the history of their actions.
pub(super) fn claims(model: &World<Candidate>) -> Vec<Claim<World<Candidate>>> {
    let mut claims = properties::claims(model);
    claims.extend([
        claim!(
            "refines basic",
            "Every output is an action of A.1 that is enabled, and ledger and slip agree (§2.3).",
            |model: &World<Candidate>, state| never(
                model.history(state).past.has_diverged,
                "some step so far is not a step of the basic protocol (§2.3)"
            ),
            Some(properties::a_ledger())
        ),
        claim!(
            "ledgers never go back",
            "lastTried, nextBal and prevBal never decrease, and outcome is written once (§2.3).",
            |model: &World<Candidate>, state| never(
                model.history(state).past.went_back,
                "a variable of a ledger has gone back, or the outcome was overwritten"
            ),
            Some(properties::a_vote())
        ),
    ]);
    claims.extend(invariants_of_the_history());
    claims
}

macro_rules! of_the_history {
    ($($check:ident $I:ident $partner:ident $meaning:literal;)+) => {
        fn invariants_of_the_history() -> Vec<Claim<World<Candidate>>> {
            vec![$(stated!(paper::$I, $check, Some(properties::$partner()))),+]
        }

        $(
            /// The invariant, for the state of `basic` in the history.
            fn $check(model: &World<Candidate>, state: &State) -> Checked {
                if model.history(state).past.has_diverged {
                    return Ok(()); // There is no such state; "refines basic" is violated.
                }
                invariants::$check(&model.setting().basic, &model.history(state).basic)
            }
        )+
    };
}

synod_paper::invariants!(of_the_history);
