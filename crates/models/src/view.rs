//! A packed state as the paper sees it: what its claims read.

use crate::ballots::Ballots;
use crate::bounds::{Bounds, Decree};
use crate::refinement::Broken;
use stateright::Model;
use std::ops::Deref;
use synod_math::{Ballot, BallotSet, Priest, PriestSet};
use synod_paper::variables::Ledgers;

/// A model whose states have ledgers and a set of ballots 𝓑.
pub trait Synod: Model + Sized {
    /// The bounds of the model.
    fn bounds(&self) -> &Bounds;

    /// The outcome in a priest's ledger.
    fn outcome(&self, state: &Self::State, p: Priest) -> Decree;

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

    /// 𝓑, with the names of the decrees: it prints as Figure 1.
    fn named_ballots(&self, state: &Self::State) -> BallotSet<String> {
        self.ballots(state).named(self.bounds())
    }

    /// The state as the claims of the paper read it.
    fn view<'a>(&'a self, state: &'a Self::State) -> View<'a, Self> {
        View { model: self, state }
    }
}

/// [`Synod`] of a model whose states have 𝓑 and the marks in a field each: where
/// its bounds are, and where the outcome of a priest.
macro_rules! synod {
    ($Model:ty: $($bounds:ident).+, |$state:ident, $p:ident| $outcome:expr) => {
        impl $crate::view::Synod for $Model {
            fn bounds(&self) -> &$crate::bounds::Bounds {
                &self.$($bounds).+
            }

            fn outcome(&self, $state: &State, $p: synod_math::Priest) -> $crate::bounds::Decree {
                $outcome
            }

            fn ballots<'a>(&'a self, state: &'a State) -> &'a $crate::ballots::Ballots {
                &state.ballots
            }

            fn broken(&self, state: &State) -> $crate::refinement::Broken {
                state.broken
            }
        }
    };
}
pub(crate) use synod;

/// A state, and the model that gives its codes a meaning. Nothing is copied but
/// 𝓑, where it is asked for.
pub struct View<'a, M: Synod> {
    /// The model.
    pub(crate) model: &'a M,
    /// The state.
    pub(crate) state: &'a M::State,
}

impl<M: Synod> Ledgers for View<'_, M> {
    type Decree = Decree;

    fn priests(&self) -> PriestSet {
        self.model.bounds().all_priests()
    }

    fn is_quorum(&self, set: PriestSet) -> bool {
        self.model.bounds().is_majority(set)
    }

    fn outcome(&self, p: Priest) -> Option<Decree> {
        self.model.outcome(self.state, p).written()
    }

    fn ballots(&self) -> impl Deref<Target = [Ballot<Decree>]> {
        self.model.ballots(self.state).unpack(self.model.bounds())
    }

    fn is_proposed(&self, decree: &Decree) -> bool {
        self.model.bounds().is_proposed(*decree)
    }

    fn name(&self, decree: &Decree) -> String {
        self.model.bounds().decree_name(*decree).to_owned()
    }
}
