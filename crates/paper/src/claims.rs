//! The claims about every state of every protocol of the synod: §1.2 and §2.1.
//!
//! A claim is a function of the [`Ledgers`] of a state. It returns a [`Witness`] if it
//! does not hold: a sentence that names the priests, ballots or messages at fault. For
//! each claim there is a [`Statement`], its name and its meaning in words.
//!
//! ```
//! use synod_math::Quorums;
//! use synod_paper::{basic::State, claims};
//!
//! let mut state = State::new(Quorums::majority(3).unwrap());
//! assert_eq!(claims::consistency(&state), Ok(()));
//!
//! state.legislators[0].outcome = Some("olives");
//! state.legislators[1].outcome = Some("wine");
//! let witness = claims::consistency(&state).unwrap_err();
//! let sentence = "the ledger of Α holds olives, that of Β holds wine";
//! assert_eq!(witness.to_string(), sentence);
//! ```
//!
//! The claims about the variables of A.1 are in [`mod@crate::invariants`].

use crate::variables::Ledgers;
use std::fmt;
use synod_math::conditions::{self, Offence};
use synod_math::{Ballot, theorems};

/// Why a claim does not hold: a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness(pub String);

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The result of a claim for a state: Ok, or the witness if it does not hold.
pub type Checked = Result<(), Witness>;

/// Returns a [`Witness`] with a formatted sentence unless the condition holds.
macro_rules! ensure {
    ($condition:expr, $($sentence:tt)+) => {
        if !$condition {
            return Err($crate::claims::Witness(format!($($sentence)+)));
        }
    };
}
pub(crate) use ensure;

/// A claim's name and its meaning in words, for reports. Each function of this module
/// that is a claim has one, for instance [`CONSISTENCY`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The name of the claim.
    pub name: &'static str,
    /// The claim as a sentence, with the section of the paper.
    pub meaning: &'static str,
}

/// Makes a [`Statement`] of each entry. An entry is the function that checks the claim,
/// the constant to define, the name and the meaning.
macro_rules! statements {
    ($($check:ident $CLAIM:ident $name:expr, $meaning:literal;)+) => {
        $(
            #[doc = concat!(
                "The name and the meaning of [`",
                stringify!($check), "`](fn@", stringify!($check), ")."
            )]
            pub const $CLAIM: $crate::claims::Statement = $crate::claims::Statement {
                name: $name,
                meaning: $meaning,
            };
        )+
    };
}
pub(crate) use statements;

statements! {
    consistency CONSISTENCY "Consistency", "No two ledgers hold contradictory decrees (§1.2).";
    validity VALIDITY "Validity", "A ledger holds only a decree that was proposed and passed (§1.2).";
    b1 B1 "B1", "Different ballots have different numbers (§2.1).";
    b2 B2 "B2", "The quorums of any two ballots intersect (§2.1).";
    b3 B3 "B3", "A ballot has the decree of the latest earlier vote of its quorum (§2.1).";
    theorem_1 THEOREM_1 "Theorem 1", "Any two successful ballots have the same decree (§2.1).";
}

/// Consistency: no two ledgers hold contradictory decrees.
///
/// # Errors
/// The two priests whose ledgers hold contradictory decrees.
pub fn consistency<V: Ledgers>(v: &V) -> Checked {
    let mut written = v
        .priests()
        .iter()
        .filter_map(|p| v.outcome(p).map(|outcome| (p, outcome)));
    let Some((first, decree)) = written.next() else {
        return Ok(());
    };
    for (other, outcome) in written {
        ensure!(
            outcome == decree,
            "the ledger of {first} holds {}, that of {other} holds {}",
            v.name(&decree),
            v.name(&outcome),
        );
    }
    Ok(())
}

/// Validity: a ballot is only on a proposed decree, and a ledger holds a decree
/// only if it was passed; that is, if a successful ballot on it has a majority set as
/// its quorum.
///
/// # Errors
/// The ballot at fault, or the priest and the decree in his ledger.
pub fn validity<V: Ledgers>(v: &V) -> Checked {
    let ballots = v.ballots();
    for ballot in ballots.iter() {
        ensure!(
            v.is_proposed(ballot.decree()),
            "ballot {} is on a decree that no priest proposed",
            ballot.number()
        );
    }
    for p in v.priests().iter() {
        let Some(outcome) = v.outcome(p) else {
            continue;
        };
        ensure!(
            is_passed(v, &ballots, &outcome),
            "the ledger of {p} holds {}, which no successful ballot of a majority set passed",
            v.name(&outcome),
        );
    }
    Ok(())
}

/// Whether a successful ballot whose quorum is a majority set has passed the decree. A
/// part of [`validity`].
pub fn is_passed<V: Ledgers>(v: &V, ballots: &[Ballot<V::Decree>], decree: &V::Decree) -> bool {
    ballots.iter().any(|ballot| {
        ballot.decree() == decree && ballot.is_successful() && v.is_quorum(ballot.quorum())
    })
}

/// B1(𝓑).
///
/// # Errors
/// The ballots that have the same number.
pub fn b1<V: Ledgers>(v: &V) -> Checked {
    named(v, conditions::b1(&v.ballots()))
}

/// B2(𝓑).
///
/// # Errors
/// The ballots whose quorums do not intersect.
pub fn b2<V: Ledgers>(v: &V) -> Checked {
    named(v, conditions::b2(&v.ballots()))
}

/// B3(𝓑).
///
/// # Errors
/// The ballot, and the vote whose decree it should have.
pub fn b3<V: Ledgers>(v: &V) -> Checked {
    named(v, conditions::b3(&v.ballots()))
}

/// The result with a witness in which decrees have their names.
pub(crate) fn named<V: Ledgers>(v: &V, result: Result<(), Offence<V::Decree>>) -> Checked {
    result.map_err(|offence| Witness(offence.map(|decree| v.name(decree)).to_string()))
}

/// The conclusion of Theorem 1: any two successful ballots have the same decree.
///
/// # Errors
/// Two successful ballots with different decrees.
pub fn theorem_1<V: Ledgers>(v: &V) -> Checked {
    theorems::successful_ballots_agree(&v.ballots()).map_err(|(a, b)| {
        let name = |ballot: &Ballot<V::Decree>| ballot.map(|decree| v.name(decree));
        Witness(format!("{} and {} are both successful", name(&a), name(&b)))
    })
}
