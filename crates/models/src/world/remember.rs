//! Claims whose verdict is remembered. What the claims of a world say depends
//! on the history and on the outcomes in the ledgers, and few pairs of them
//! make up many states.

use super::{Process, State, World};
use crate::claim::Claim;
use crate::properties::Synod;

impl<P: Process> World<P> {
    /// Which of the claims hold in a state, as bits.
    fn verdicts(&self, state: &State) -> u64 {
        let outcomes = self.outcomes(state).into_iter();
        let outcomes = outcomes.fold(0, |bits, decree| bits << 4 | u32::from(decree.0));
        let key = (state.history, outcomes);
        if let Some(verdicts) = self.known.verdicts.get(&key) {
            return *verdicts;
        }
        let claims = crate::complete::claims(self).into_iter().enumerate();
        let verdicts = claims.fold(0, |bits, (position, claim)| {
            bits | u64::from((claim.holds)(self, state)) << position
        });
        self.known.verdicts.insert(key, verdicts);
        verdicts
    }
}

/// The same claims, each of which is judged once for a history and outcomes.
pub(super) fn remembered<P: Process>(claims: Vec<Claim<World<P>>>) -> Vec<Claim<World<P>>> {
    let by_position = by_position::<P>();
    assert!(claims.len() <= by_position.len(), "none is left out");
    let claims = claims.into_iter().zip(by_position);
    claims
        .map(|(claim, holds)| Claim { holds, ..claim })
        .collect()
}

type Holds<P> = fn(&World<P>, &State) -> bool;

/// Stateright's conditions are plain functions: one for each position.
fn by_position<P: Process>() -> [Holds<P>; 20] {
    macro_rules! holds {
        ($($position:literal)+) => {
            [$(|model, state| model.verdicts(state) & (1 << $position) != 0,)+]
        };
    }
    holds!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19)
}
