//! What must hold in every model of the synod, whatever its grain: Consistency
//! and Validity (§1.2), B1–B3 and Theorem 1 (§2.1), the refinements of ballots
//! and of consensus. Each is a function of the ledgers and 𝓑.

use crate::ballots::{Ballots, Unpacked};
use crate::bounds::{Bounds, Decree, MAX_PRIESTS};
use crate::refinement::Broken;
use stateright::Model;
use synod_math::conditions::{self, Offence};
use synod_math::{Priest, max_vote_of, theorems};
use synod_vocabulary::{Claim, Partner, Witness, claim, ensure};

/// A model whose states have ledgers and a set of ballots 𝓑.
pub trait Synod: Model {
    /// The bounds of the model.
    fn bounds(&self) -> &Bounds;

    /// The outcome in each priest's ledger; BLANK beyond the last priest.
    fn outcomes(&self, state: &Self::State) -> [Decree; MAX_PRIESTS];

    /// 𝓑.
    fn ballots<'a>(&'a self, state: &'a Self::State) -> &'a Ballots;

    /// Which refinements the last step broke.
    fn broken(&self, state: &Self::State) -> Broken;

    /// Whether these bounds let two ballots begin. If not, B1–B3 and Theorem 1
    /// say nothing.
    fn may_begin_two_ballots(&self) -> bool {
        self.bounds().numbers().len() > 1
    }

    /// Whether they let two ballots begin that have different quorums.
    fn may_begin_with_two_quorums(&self) -> bool {
        self.may_begin_two_ballots() && self.bounds().quorums().len() > 1
    }

    /// 𝓑 as `synod_math` takes it.
    fn unpack(&self, state: &Self::State) -> Unpacked {
        self.ballots(state).unpack(self.bounds())
    }
}

/// The claims that every model of the synod makes.
pub fn claims<M: Synod>(model: &M) -> Vec<Claim<M>> {
    let bounds = model.bounds();
    let has_two_ballots = model.may_begin_two_ballots();
    let with_two_ballots = |partner| has_two_ballots.then_some(partner);
    let quorums_differ = if model.may_begin_with_two_quorums() {
        two_quorums()
    } else {
        two_ballots()
    };
    let ledgers = if bounds.priest_count() > 1 {
        two_ledgers()
    } else {
        a_ledger()
    };
    vec![
        claim!(
            "Consistency",
            "No two ledgers hold contradictory decrees (§1.2).",
            consistency,
            Some(ledgers)
        ),
        claim!(
            "Validity",
            "A ledger holds only a decree that was proposed and passed (§1.2).",
            validity,
            Some(a_ledger())
        ),
        claim!(
            "B1",
            "Different ballots have different numbers (§2.1).",
            b1,
            with_two_ballots(two_ballots())
        ),
        claim!(
            "B2",
            "The quorums of any two ballots intersect (§2.1).",
            b2,
            with_two_ballots(quorums_differ)
        ),
        claim!(
            "B3",
            "A ballot has the decree of the latest earlier vote of its quorum (§2.1).",
            b3,
            with_two_ballots(a_bound_ballot())
        ),
        claim!(
            "Theorem 1",
            "Any two successful ballots have the same decree (§2.1).",
            theorem_1,
            with_two_ballots(two_successes())
        ),
        claim!(
            "refines ballots",
            "A step that changes 𝓑 begins a ballot or adds a vote, and keeps B1–B3 (§2.1).",
            refines_ballots,
            Some(a_vote())
        ),
        claim!(
            "refines consensus",
            "A step leaves what is chosen, or chooses the first decree (§1.2).",
            refines_consensus,
            Some(if has_two_ballots {
                two_successes()
            } else {
                a_success()
            })
        ),
    ]
}

type Checked = Result<(), Witness>;

/// Consistency: no two ledgers hold contradictory decrees. Witness: the two
/// priests whose ledgers do.
pub(crate) fn consistency<M: Synod>(model: &M, state: &M::State) -> Checked {
    let mut written = ledgers(model, state).filter(|(_, outcome)| !outcome.is_blank());
    let Some((first, decree)) = written.next() else {
        return Ok(());
    };
    for (other, outcome) in written {
        ensure!(
            outcome == decree,
            "the ledger of {first} holds {}, that of {other} holds {}",
            model.bounds().decree_name(decree),
            model.bounds().decree_name(outcome),
        );
    }
    Ok(())
}

/// Validity: only proposed decrees are on ballots, and a ledger holds a decree
/// only if it was passed, that is, only if a ballot on it whose quorum is a
/// majority set is successful. Witness: the ballot, or the priest and the
/// decree. (Within a bounded model nobody can put another decree on a ballot:
/// the first half is a check of the model.)
pub(crate) fn validity<M: Synod>(model: &M, state: &M::State) -> Checked {
    let (bounds, ballots) = (model.bounds(), model.unpack(state));
    for ballot in ballots.iter() {
        ensure!(
            bounds
                .decrees()
                .any(|proposed| proposed == *ballot.decree()),
            "ballot {} is on a decree nobody proposed",
            ballot.number()
        );
    }
    for (priest, outcome) in ledgers(model, state) {
        let is_passed = ballots.iter().any(|ballot| {
            let has_majority = bounds.is_majority(ballot.quorum());
            *ballot.decree() == outcome && ballot.is_successful() && has_majority
        });
        ensure!(
            outcome.is_blank() || is_passed,
            "the ledger of {priest} holds {}, which no successful ballot of a majority set passed",
            bounds.decree_name(outcome),
        );
    }
    Ok(())
}

fn ledgers<M: Synod>(model: &M, state: &M::State) -> impl Iterator<Item = (Priest, Decree)> {
    model.bounds().priests().zip(model.outcomes(state))
}

/// B1, of 𝓑.
pub(crate) fn b1<M: Synod>(model: &M, state: &M::State) -> Checked {
    named(model, conditions::b1(&model.unpack(state)))
}

/// B2, of 𝓑.
pub(crate) fn b2<M: Synod>(model: &M, state: &M::State) -> Checked {
    named(model, conditions::b2(&model.unpack(state)))
}

/// B3, of 𝓑.
pub(crate) fn b3<M: Synod>(model: &M, state: &M::State) -> Checked {
    named(model, conditions::b3(&model.unpack(state)))
}

/// B1–B3, with the names of the decrees in the witness.
///
/// # Errors
/// The ballots that offend the first of them that does not hold.
pub fn conditions<M: Synod>(model: &M, state: &M::State) -> Result<(), Witness> {
    named(model, conditions::all(&model.unpack(state)))
}

fn named<M: Synod>(model: &M, result: Result<(), Offence<Decree>>) -> Checked {
    result.map_err(|offence| {
        let named = offence.map(|decree| model.bounds().decree_name(*decree));
        Witness(named.to_string())
    })
}

/// Theorem 1, its conclusion. Witness: the two successful ballots.
pub(crate) fn theorem_1<M: Synod>(model: &M, state: &M::State) -> Checked {
    theorems::successful_ballots_agree(&model.unpack(state)).map_err(|(a, b)| {
        let (a, b) = (model.bounds().named(&a), model.bounds().named(&b));
        Witness(format!("{a} and {b} are both successful"))
    })
}

fn refines_ballots<M: Synod>(model: &M, state: &M::State) -> Checked {
    model.broken(state).check(Broken::BALLOTS)
}

fn refines_consensus<M: Synod>(model: &M, state: &M::State) -> Checked {
    model.broken(state).check(Broken::CONSENSUS)
}

/// Some ledger holds a decree.
pub fn a_ledger<M: Synod>() -> Partner<M> {
    Partner {
        name: "a ledger holds a decree",
        happens: |model, state| ledgers_written(model, state) >= 1,
    }
}

pub(crate) fn two_ledgers<M: Synod>() -> Partner<M> {
    Partner {
        name: "two ledgers hold a decree",
        happens: |model, state| ledgers_written(model, state) >= 2,
    }
}

fn ledgers_written<M: Synod>(model: &M, state: &M::State) -> usize {
    let outcomes = model.outcomes(state);
    outcomes
        .iter()
        .filter(|outcome| !outcome.is_blank())
        .count()
}

/// 𝓑 is not ∅.
pub fn a_ballot<M: Synod>() -> Partner<M> {
    Partner {
        name: "a ballot begins",
        happens: |model, state| model.ballots(state).iter().next().is_some(),
    }
}

/// Every partner of a claim that some bounds do not let happen. They should be
/// asked for exactly where they happen, which tests show.
pub fn conditional_partners<M: Synod>() -> [Partner<M>; 4] {
    [
        two_ballots(),
        a_bound_ballot(),
        two_successes(),
        two_quorums(),
    ]
}

pub(crate) fn two_ballots<M: Synod>() -> Partner<M> {
    Partner {
        name: "two ballots begin",
        happens: |model, state| model.ballots(state).iter().nth(1).is_some(),
    }
}

/// Some ballot's quorum leaves somebody out.
pub fn a_quorum_without_everybody<M: Synod>() -> Partner<M> {
    Partner {
        name: "a ballot's quorum leaves somebody out",
        happens: |model, state| {
            let everybody = model.bounds().all_priests();
            let mut ballots = model.ballots(state).iter();
            ballots.any(|(key, _)| key.quorum() != everybody)
        },
    }
}

pub(crate) fn two_quorums<M: Synod>() -> Partner<M> {
    Partner {
        name: "two ballots have different quorums",
        happens: |model, state| {
            let mut quorums = model.ballots(state).iter().map(|(key, _)| key.quorum());
            let first = quorums.next();
            quorums.any(|other| Some(other) != first)
        },
    }
}

/// B3 asks for something.
pub(crate) fn a_bound_ballot<M: Synod>() -> Partner<M> {
    Partner {
        name: "an earlier vote binds a ballot",
        happens: |model, state| {
            let ballots = model.unpack(state);
            ballots.iter().any(|ballot| {
                max_vote_of(Some(ballot.number()), ballot.quorum(), &ballots)
                    .is_some_and(|vote| vote.cast.is_some())
            })
        },
    }
}

/// Some priest votes.
pub fn a_vote<M: Synod>() -> Partner<M> {
    Partner {
        name: "a priest votes",
        happens: |model, state| {
            let mut ballots = model.ballots(state).iter();
            ballots.any(|(_, voters)| !voters.is_empty())
        },
    }
}

fn a_success<M: Synod>() -> Partner<M> {
    Partner {
        name: "a decree is passed",
        happens: |model, state| model.ballots(state).successful().next().is_some(),
    }
}

pub(crate) fn two_successes<M: Synod>() -> Partner<M> {
    Partner {
        name: "two ballots are successful",
        happens: |model, state| model.ballots(state).successful().nth(1).is_some(),
    }
}
