//! What is claimed of every reachable state of the complete protocol.

use super::Candidate;
use crate::basic::invariants;
use crate::claim::{Claim, claim, ensure};
use crate::properties::{self, Checked, stated};
use crate::world::{State, World};
use synod_paper::invariants as paper;

/// Claims about the shipped processes, and about the history they imply.
pub(super) fn claims(model: &World<Candidate>) -> Vec<Claim<World<Candidate>>> {
    let mut claims = properties::claims(model);
    claims.extend([
        claim!(
            "refines basic",
            "Every output is an action of A.1 that is enabled, and ledger and slip agree (§2.3).",
            refines_basic,
            Some(properties::a_ledger())
        ),
        claim!(
            "ledgers never go back",
            "lastTried, nextBal and prevBal never decrease, and outcome is written once (§2.3).",
            ledgers_never_go_back,
            Some(properties::a_vote())
        ),
        stated!(paper::I1, i1, Some(properties::a_ledger())),
        stated!(paper::I2, i2, Some(properties::a_ballot())),
        stated!(paper::I3, i3, Some(properties::a_vote())),
        stated!(paper::I4, i4, Some(properties::a_ballot())),
        stated!(paper::I5, i5, Some(properties::a_vote())),
        stated!(paper::I6, i6, Some(properties::a_ballot())),
        stated!(paper::I7, i7, Some(properties::a_ledger())),
    ]);
    claims
}

fn refines_basic(model: &World<Candidate>, state: &State) -> Checked {
    ensure!(
        !model.history(state).has_diverged,
        "some step so far is no step of the basic protocol (§2.3)"
    );
    Ok(())
}

fn ledgers_never_go_back(model: &World<Candidate>, state: &State) -> Checked {
    ensure!(
        !model.history(state).went_back,
        "a variable of a ledger has gone back, or the outcome was overwritten"
    );
    Ok(())
}

macro_rules! invariants_of_the_history {
    ($($name:ident)+) => {
        $(
            /// The invariant, of the state of `basic` that the history is in.
            fn $name(model: &World<Candidate>, state: &State) -> Checked {
                if model.history(state).has_diverged {
                    return Ok(()); // There is no such state: "refines basic" says so.
                }
                invariants::$name(model.basic(), &model.history(state).basic)
            }
        )+
    };
}

invariants_of_the_history!(i1 i2 i3 i4 i5 i6 i7);
