//! What I lacks to be inductive: further conjuncts. They are ours, not the
//! paper's, and each holds in every reachable state of A.1. They are stated in
//! [`mod@synod_paper::invariants`].

use super::super::invariants::{i8, i9, i10};
use super::super::{Basic, State};
use crate::properties::Checked;

synod_vocabulary::named! {
    /// A conjunct beside I1–I7.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Conjunct {
        /// Whoever is in a ballot's quorum has promised to cast no vote below it.
        I8 = "I8",
        /// BeginBallot carries the quorum of its ballot.
        I9 = "I9",
        /// Who tries or polls does so for a number.
        I10 = "I10",
    }
}

impl Conjunct {
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
