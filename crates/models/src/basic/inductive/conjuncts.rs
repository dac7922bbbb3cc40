//! What I lacks to be inductive: further conjuncts. They are ours, not the
//! paper's, and each holds in every reachable state of A.1.

use super::super::{Basic, State, Status};
use crate::messages::Packed;
use crate::properties::Synod;
use synod_vocabulary::{Witness, ensure};

type Checked = Result<(), Witness>;

/// A conjunct beside I1–I7.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conjunct {
    /// See [`i8()`].
    I8,
    /// See [`i9`].
    I9,
    /// See [`i10`].
    I10,
}

impl Conjunct {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::I8, Self::I9, Self::I10];

    /// Its name, in run specs and results.
    pub const fn name(self) -> &'static str {
        match self {
            Self::I8 => "I8",
            Self::I9 => "I9",
            Self::I10 => "I10",
        }
    }

    /// Whether it holds.
    ///
    /// # Errors
    /// The priest, ballot or message at fault.
    pub fn check(self, model: &Basic, state: &State) -> Checked {
        match self {
            Self::I8 => i8(model, state),
            Self::I9 => i9(model, state),
            Self::I10 => i10(model, state),
        }
    }
}

/// I8, 𝓑 and nextBal: ∀ B ∈ 𝓑, q ∈ B_qrm: nextBal\[q\] ≥ B_bal.
///
/// Whoever is in the quorum of a ballot has promised to cast no vote below it.
/// I4 says so while the ballot's priest polls. When he has gone on to another
/// ballot, or has lost his slip, nothing in I does: a priest of the quorum
/// could vote in an earlier ballot, and B3 would break.
///
/// # Errors
/// The ballot and the priest.
pub fn i8(model: &Basic, state: &State) -> Checked {
    for (ballot, _) in state.ballots.iter() {
        for q in ballot.quorum().iter() {
            let next_bal = state.of(q).next_bal;
            ensure!(
                next_bal >= ballot.number,
                "{q} is in the quorum of ballot {}, but his nextBal is {}",
                model.bounds().number_name(ballot.number),
                model.bounds().number_name(next_bal),
            );
        }
    }
    Ok(())
}

/// I9, 𝓜: BeginBallot(b, d) carries the quorum of the ballot.
///
/// The paper's message has a number and a decree; here it also carries the
/// quorum, by which it finds its ballot. With another quorum it would find none.
///
/// # Errors
/// The message.
pub fn i9(model: &Basic, state: &State) -> Checked {
    for message in model.messages(state) {
        if let Packed::BeginBallot(key) = message {
            ensure!(
                state.ballots.iter().any(|(ballot, _)| ballot == key),
                "{} was sent to {}, and no ballot has that quorum",
                model.named_message(message),
                key.quorum(),
            );
        }
    }
    Ok(())
}

/// I10(p), status: status ≠ idle ⇒ lastTried ≠ −∞.
///
/// Who tries or polls does so for a ballot. In I2, owner(−∞) is anybody's
/// guess; if a priest could try −∞, he would begin a ballot with that number.
///
/// # Errors
/// The priest.
pub fn i10(model: &Basic, state: &State) -> Checked {
    for p in model.bounds().priests() {
        let legislator = state.of(p);
        ensure!(
            legislator.status == Status::Idle || !legislator.last_tried.is_none(),
            "{p} is {}, but has tried no number",
            legislator.status,
        );
    }
    Ok(())
}
