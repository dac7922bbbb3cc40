//! The further conjuncts with which I is inductive. They are ours, not the
//! paper's, and each holds in every reachable state of A.1. They are stated in
//! [`mod@synod_paper::invariants`]; [`Inductive`](super::Inductive) assumes and checks
//! them.

use super::super::invariants::{i8, i9, i10};
use super::super::{Basic, State};
use crate::properties::Checked;

synod_vocabulary::named! {
    /// A conjunct in addition to I1–I7. [`inductive`](super)'s example uses all of them.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Conjunct {
        /// Every priest of a ballot's quorum has promised to cast no vote below it.
        I8 = "I8",
        /// BeginBallot carries the quorum of its ballot.
        I9 = "I9",
        /// A priest who tries or polls has tried a number.
        I10 = "I10",
    }
}

impl Conjunct {
    /// Whether the conjunct holds in a state.
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
