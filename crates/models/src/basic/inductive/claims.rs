//! The claims of the model [`Inductive`], about the states before and after steps.

use super::super::invariants;
use super::super::{Kind, State};
use super::{Conjunct, Inductive};
use crate::properties::{self, Checked, stated};
use crate::refinement::Broken;
use crate::view::Synod;
use stateright::Model;
use synod_paper::claims as paper;
use synod_paper::invariants::{I8, I9, I10};
use synod_vocabulary::{Claim, Describe, Partner, claim, ensure};

/// I with its conjuncts, and the claims that the paper concludes from I.
pub(super) fn claims(model: &Inductive) -> Vec<Claim<Inductive>> {
    let bounds = model.bounds();
    let two_decrees = model.may_propose_two_decrees();
    let ledgers = two_decrees.then(|| properties::ledgers(bounds));
    let successes = two_decrees && bounds.numbers().len() > 1;
    let successes = successes.then(properties::two_successes);
    let mut claims = of_i(model);
    claims.extend([
        stated!(paper::THEOREM_1, properties::theorem_1, successes),
        stated!(paper::CONSISTENCY, properties::consistency, ledgers),
        stated!(
            paper::VALIDITY,
            properties::validity,
            Some(properties::a_ledger())
        ),
    ]);
    claims
}

/// Makes a claim of a function about [`Basic`](crate::basic::Basic). Such functions suppose numbers, not −∞;
/// so the claim says nothing about a state that is not type-correct. The claim "types"
/// is violated there.
macro_rules! of_basic {
    ($statement:expr, $check:path, $partner:expr) => {{
        fn check(model: &Inductive, state: &State) -> Checked {
            if types(model, state).is_err() {
                return Ok(());
            }
            $check(&model.basic, state)
        }
        stated!($statement, check, Some($partner))
    }};
}

macro_rules! of_a2 {
    ($($check:ident $I:ident $partner:ident $meaning:literal;)+) => {
        fn invariants() -> Vec<Claim<Inductive>> {
            vec![$(of_basic!(synod_paper::invariants::$I, invariants::$check, properties::$partner())),+]
        }
    };
}

synod_paper::invariants!(of_a2);

/// The action of A.1 that comes closest to breaking an invariant. The partner of the
/// invariant is that this action is enabled.
fn action(model: &Inductive, invariant: &str) -> Option<Kind> {
    Some(match invariant {
        // If there is only one priest, he cannot receive a Success: he has sent it, so
        // his outcome is not BLANK.
        "I1" if model.bounds().priest_count() > 1 => Kind::ReceiveSuccess,
        "I1" => Kind::Succeed,
        "I2" => Kind::TryNewBallot,
        "I3" => Kind::ReceiveBeginBallot,
        "I4" => Kind::ReceiveLastVote,
        "I5" => Kind::ReceiveVoted,
        "I6" => Kind::StartPolling,
        "I7" => Kind::SendLastVote,
        _ => return None,
    })
}

/// Type-correctness, I, and the further conjuncts of the model.
pub(super) fn of_i(model: &Inductive) -> Vec<Claim<Inductive>> {
    let mut claims = vec![claim!(
        "types",
        "Ballots and messages have numbers, not −∞.",
        types,
        Some(enabled_to(Kind::SendNextBallot))
    )];
    claims.extend(invariants().into_iter().map(|claim| Claim {
        partner: match action(model, claim.name) {
            Some(action) => Some(enabled_to(action)),
            None => claim.partner,
        },
        meaning: match claim.name {
            "I7" => I7_IS_KEPT,
            _ => claim.meaning,
        },
        ..claim
    }));
    let conjuncts = [
        of_basic!(I8, invariants::i8, enabled_to(Kind::StartPolling)),
        of_basic!(I9, invariants::i9, enabled_to(Kind::SendBeginBallot)),
        of_basic!(I10, invariants::i10, enabled_to(Kind::TryNewBallot)),
    ];
    let is_assumed = |claim: &Claim<Inductive>| {
        let mut all = Conjunct::ALL.into_iter();
        all.any(|conjunct| conjunct.name() == claim.name && model.assumes(conjunct))
    };
    claims.extend(conjuncts.into_iter().filter(is_assumed));
    claims
}

/// The meaning of I7 here: steps keep it.
const I7_IS_KEPT: &str = "Every message that was sent is true, and stays true (A.2).";

pub(super) fn types(_: &Inductive, state: &State) -> Checked {
    ensure!(
        !state.broken.has(Broken::TYPES),
        "NextBallot(−∞) is not a message"
    );
    let mut ballots = state.ballots.iter();
    ensure!(
        ballots.all(|(ballot, _)| !ballot.number.is_none()),
        "a ballot has the number −∞"
    );
    Ok(())
}

/// The partners that belong to no claim: those of claims that hold vacuously since only one
/// decree may be proposed, and the actions.
pub(super) fn others(model: &Inductive) -> Vec<Partner<Inductive>> {
    let mut others = properties::partners_of_one_decree(model);
    others.extend(enabled(model));
    others
}

/// Every action of A.1 is enabled in some state, except Receive Success if there is only
/// one priest.
fn enabled(model: &Inductive) -> Vec<Partner<Inductive>> {
    let is_alone = model.bounds().priest_count() == 1;
    let all = Kind::ALL.iter().take(model.kinds().len());
    all.filter(|&&kind| kind != Kind::ReceiveSuccess || !is_alone)
        .map(|&kind| enabled_to(kind))
        .collect()
}

macro_rules! enabled {
    ($($Variant:ident: $name:literal,)+) => {
        /// The event that an action is enabled.
        const fn enabled_to(act: Kind) -> Partner<Inductive> {
            match act {
                $(Kind::$Variant => Partner {
                    name: $name,
                    happens: is_enabled::<{ Kind::$Variant as usize }>,
                },)+
            }
        }
    };
}

enabled! {
    TryNewBallot: "Try New Ballot is enabled",
    SendNextBallot: "Send NextBallot is enabled",
    ReceiveNextBallot: "Receive NextBallot is enabled",
    SendLastVote: "Send LastVote is enabled",
    ReceiveLastVote: "Receive LastVote is enabled",
    StartPolling: "Start Polling is enabled",
    SendBeginBallot: "Send BeginBallot is enabled",
    ReceiveBeginBallot: "Receive BeginBallot is enabled",
    SendVoted: "Send Voted is enabled",
    ReceiveVoted: "Receive Voted is enabled",
    Succeed: "Succeed is enabled",
    SendSuccess: "Send Success is enabled",
    ReceiveSuccess: "Receive Success is enabled",
    LoseSlip: "Lose Slip is enabled",
}

fn is_enabled<const KIND: usize>(model: &Inductive, state: &State) -> bool {
    let mut actions = Vec::new();
    Model::actions(&model.basic, state, &mut actions);
    let mut of_kind = actions.into_iter().filter(|a| model.kind(a) == KIND);
    of_kind.any(|action| model.step(state, action).is_some())
}
