//! The claims about every model of the synod, from §2.2 to the shipped code: Consistency
//! and Validity (§1.2), B1–B3 and Theorem 1 (§2.1), the refinements of ballots
//! and of consensus. They are asked of any model that is a [`Synod`].
//!
//! The claims are stated in [`synod_paper::claims`], and their partners (the events that
//! show that a claim is put to use) in [`synod_paper::partners`]. This module applies them
//! to packed states.
//!
//! ```
//! use synod_models::{bounds::Bounds, preliminary::Preliminary, properties};
//!
//! let bounds = Bounds::new(3, &[1], 1, &["olives"].map(String::from))?;
//! let claims = properties::claims(&Preliminary::new(bounds)?);
//! assert_eq!(claims[0].name, "Consistency");
//! # Ok::<(), synod_models::bounds::BoundsError>(())
//! ```

use crate::bounds::Bounds;
use crate::numbered::Condition;
use crate::partners::either;
use crate::refinement::Broken;
use crate::view::Synod;
use synod_paper::{claims as paper, partners};
use synod_vocabulary::{Claim, Partner, Witness, claim, ensure};

pub(crate) type Checked = Result<(), Witness>;

/// Makes a claim of the paper's statement, its check on packed states and its partner.
macro_rules! stated {
    ($statement:expr, $check:path, $partner:expr) => {
        synod_vocabulary::Claim {
            name: $statement.name,
            meaning: $statement.meaning,
            holds: |model, state| $check(model, state).is_ok(),
            check: $check,
            partner: $partner,
        }
    };
}
pub(crate) use stated;

/// Converts the result of the paper's claim to the type that this crate's claims return.
pub(crate) fn checked(checked: paper::Checked) -> Checked {
    checked.map_err(|paper::Witness(why)| Witness(why))
}

/// The claim that something has never happened.
///
/// # Errors
/// The sentence `why`, if it has happened.
pub(crate) fn never(happened: bool, why: &str) -> Checked {
    ensure!(!happened, "{why}");
    Ok(())
}

/// The claims that every model of the synod makes.
pub fn claims<M: Synod>(model: &M) -> Vec<Claim<M>> {
    let bounds = model.bounds();
    let has_two_ballots = model.may_begin_two_ballots();
    let has_two_decrees = model.may_propose_two_decrees();
    let with_two_ballots = |partner| has_two_ballots.then_some(partner);
    let with_two_of_both = |partner| (has_two_ballots && has_two_decrees).then_some(partner);
    let quorums_differ = model.may_begin_with_two_quorums();
    let quorums = either(quorums_differ, two_quorums(), two_ballots());
    vec![
        stated!(
            paper::CONSISTENCY,
            consistency,
            has_two_decrees.then(|| ledgers(bounds))
        ),
        stated!(paper::VALIDITY, validity, Some(a_ledger())),
        stated!(paper::B1, b1, with_two_ballots(two_ballots())),
        stated!(paper::B2, b2, with_two_ballots(quorums)),
        stated!(paper::B3, b3, with_two_of_both(a_bound_ballot())),
        stated!(
            paper::THEOREM_1,
            theorem_1,
            with_two_of_both(two_successes())
        ),
        claim!(
            "refines ballots",
            "A step that changes 𝓑 begins a ballot or adds a vote, and keeps B1–B3 (§2.1).",
            |model, state| model.broken(state).check(Broken::BALLOTS),
            Some(a_vote())
        ),
        claim!(
            "refines consensus",
            "A step leaves what is chosen, or chooses the first decree (§1.2).",
            |model, state| model.broken(state).check(Broken::CONSENSUS),
            Some(either(
                has_two_ballots && has_two_decrees,
                two_successes(),
                a_success()
            ))
        ),
    ]
}

/// The partners of the claims that hold vacuously since only one decree may be proposed: the
/// events happen nevertheless, and belong to no claim. None if two decrees may be proposed.
pub(crate) fn partners_of_one_decree<M: Synod>(model: &M) -> Vec<Partner<M>> {
    if model.may_propose_two_decrees() {
        return Vec::new();
    }
    let mut partners = vec![ledgers(model.bounds())];
    if model.may_begin_two_ballots() {
        partners.extend([a_bound_ballot(), two_successes()]);
    }
    partners
}

/// The partner of Consistency.
pub(crate) fn ledgers<M: Synod>(bounds: &Bounds) -> Partner<M> {
    either(bounds.priest_count() > 1, two_ledgers(), a_ledger())
}

/// Applies the claims of the paper to packed states.
macro_rules! of_the_paper {
    ($($name:ident $CLAIM:ident)+) => {
        $(
            pub(crate) fn $name<M: Synod>(model: &M, state: &M::State) -> Checked {
                checked(paper::$name(&model.view(state)))
            }
        )+

        /// The claim with this name, of a state that is a number.
        fn claim_of_number(name: &str) -> Option<Condition> {
            $(
                if name == paper::$CLAIM.name {
                    return Some(|state| paper::$name(state).is_ok());
                }
            )+
            None
        }
    };
}

of_the_paper! {
    consistency CONSISTENCY
    validity VALIDITY
    b1 B1
    b2 B2
    b3 B3
    theorem_1 THEOREM_1
}

/// The claim or the partner with this name, of a state that is a number. None if it is not
/// about ledgers and 𝓑.
pub(crate) fn of_number(name: &str) -> Option<Condition> {
    claim_of_number(name).or_else(|| partner_of_number(name))
}

/// Makes partners of packed states from the functions of `synod_paper::partners`.
macro_rules! put_to_use {
    ($($(#[$doc:meta])+ $name:ident: $title:literal, |$view:ident| $happens:expr;)+) => {
        $(
            $(#[$doc])+
            pub fn $name<M: Synod>() -> Partner<M> {
                Partner {
                    name: $title,
                    happens: |model, state| {
                        let $view = &model.view(state);
                        $happens
                    },
                }
            }
        )+

        /// The partner with this name, of a state that is a number.
        fn partner_of_number(name: &str) -> Option<Condition> {
            $(
                if name == $title {
                    return Some(|$view| $happens);
                }
            )+
            None
        }
    };
}

put_to_use! {
    /// Some ledger holds a decree.
    a_ledger: "a ledger holds a decree", |v| partners::ledgers_written(v) >= 1;
    /// Two ledgers hold a decree.
    two_ledgers: "two ledgers hold a decree", |v| partners::ledgers_written(v) >= 2;
    /// 𝓑 is not ∅.
    a_ballot: "a ballot begins", |v| partners::ballots_begin(v, 1);
    /// 𝓑 has two ballots.
    two_ballots: "two ballots begin", |v| partners::ballots_begin(v, 2);
    /// Some ballot's quorum leaves a priest out.
    a_quorum_without_everybody: "a ballot's quorum leaves somebody out",
        |v| partners::a_quorum_leaves_somebody_out(v);
    /// Two ballots have different quorums.
    two_quorums: "two ballots have different quorums", |v| partners::two_quorums(v);
    /// An earlier vote binds a ballot, so that B3 restricts it.
    a_bound_ballot: "an earlier vote binds a ballot", |v| partners::a_bound_ballot(v);
    /// Some priest votes.
    a_vote: "a priest votes", |v| partners::a_vote(v);
    /// Some ballot is successful.
    a_success: "a decree is passed", |v| partners::ballots_succeed(v, 1);
    /// Two ballots are successful.
    two_successes: "two ballots are successful", |v| partners::ballots_succeed(v, 2);
}

/// Every partner of a claim that is impossible within some bounds. Tests use the list to
/// show that a partner is required exactly where it happens.
pub fn conditional_partners<M: Synod>() -> [Partner<M>; 4] {
    [
        two_ballots(),
        a_bound_ballot(),
        two_successes(),
        two_quorums(),
    ]
}
