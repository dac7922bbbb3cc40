//! The variables of packed states, in the form that the paper's claims read:
//! [`View`] implements the traits of [`synod_paper::variables`].

use crate::ballots::Ballots;
use crate::bounds::{Bounds, Decree};
use crate::refinement::Broken;
use stateright::Model;
use std::ops::Deref;
use synod_math::{Ballot, BallotSet, Priest, PriestSet};
use synod_paper::variables::Ledgers;

/// A model whose states have ledgers and a set of ballots 𝓑.
///
/// ```
/// use stateright::Model;
/// use synod_models::{bounds::Bounds, preliminary::Preliminary, view::Synod};
///
/// let bounds = Bounds::new(3, &[1], 1, &["olives"].map(String::from))?;
/// let model = Preliminary::new(bounds)?;
/// let state = &model.init_states()[0];
/// assert_eq!(model.named_ballots(state).to_string(), "no ballots");
/// assert_eq!(synod_paper::claims::consistency(&model.view(state)), Ok(()));
/// # Ok::<(), synod_models::bounds::BoundsError>(())
/// ```
pub trait Synod: Model + Sized {
    /// The bounds of the model.
    fn bounds(&self) -> &Bounds;

    /// The outcome in a priest's ledger.
    fn outcome(&self, state: &Self::State, p: Priest) -> Decree;

    /// 𝓑.
    fn ballots<'a>(&'a self, state: &'a Self::State) -> &'a Ballots;

    /// The refinements that the last step broke.
    fn broken(&self, state: &Self::State) -> Broken;

    /// Whether two ballots may begin within the bounds. If not, B1–B3 and Theorem 1
    /// hold vacuously.
    fn may_begin_two_ballots(&self) -> bool {
        self.bounds().numbers().len() > 1
    }

    /// Whether two ballots with different quorums may begin within the bounds.
    fn may_begin_with_two_quorums(&self) -> bool {
        self.may_begin_two_ballots() && self.bounds().quorums().len() > 1
    }

    /// Whether two decrees may be proposed within the bounds. If not, Consistency, B3 and
    /// Theorem 1 hold vacuously.
    fn may_propose_two_decrees(&self) -> bool {
        self.bounds().decrees().count() > 1
    }

    /// 𝓑 with the names of the decrees; it prints as Figure 1.
    fn named_ballots(&self, state: &Self::State) -> BallotSet<String> {
        self.ballots(state).named(self.bounds())
    }

    /// The state in the form that the paper's claims read.
    fn view<'a>(&'a self, state: &'a Self::State) -> View<'a, Self> {
        View { model: self, state }
    }
}

/// Implements [`Synod`] for a model whose states have the fields `ballots` and `broken`.
/// Its arguments are the path to the bounds, and an expression for the outcome of a priest.
macro_rules! synod {
    ($Model:ty $(, $L:ident)?: $($bounds:ident).+, |$state:ident, $p:ident| $outcome:expr) => {
        impl$(<$L>)? $crate::view::Synod for $Model {
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

/// A state, and the model that gives its codes a meaning, made by [`Synod::view`]. Only 𝓑
/// is copied, when it is read.
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
