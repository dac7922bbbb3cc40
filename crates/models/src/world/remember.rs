//! Claims whose verdict is remembered. What the claims of a world say depends
//! on the history and on the faces of the sites, and few of them make up many
//! states.

use super::steps::FaceId;
use super::{Process, State, World};
use crate::bounds::MAX_PRIESTS;
use std::cell::Cell;
use synod_vocabulary::Claim;

/// The claims of a state are asked for one after the other: what was answered
/// last.
#[derive(Clone, Copy, Default)]
struct Last {
    /// Which world it was; 0 is none.
    world: u64,
    /// Which state it was, by its digest.
    state: [u64; 2],
    verdicts: u64,
}

thread_local! {
    static LAST: Cell<Last> = const { Cell::new(Last { world: 0, state: [0; 2], verdicts: 0 }) };
}

impl<P: Process> World<P> {
    /// Which of the claims hold in a state, as bits.
    fn verdicts(&self, state: &State) -> u64 {
        let world = self.known.serial;
        let last = LAST.get();
        if (last.world, last.state) == (world, state.digest) {
            return last.verdicts;
        }
        let verdicts = self.remembered_verdicts(state);
        LAST.set(Last {
            world,
            state: state.digest,
            verdicts,
        });
        verdicts
    }

    fn remembered_verdicts(&self, state: &State) -> u64 {
        let mut faces = [FaceId::default(); MAX_PRIESTS];
        for p in self.bounds.priests() {
            faces[p.index()] = self.known.facts(state.sites[p.index()]).face;
        }
        let key = (state.history, faces);
        if let Some(verdicts) = self.known.verdicts.get(&key) {
            return *verdicts;
        }
        let claims = P::claims(self).into_iter().enumerate();
        let verdicts = claims.fold(0, |bits, (position, claim)| {
            bits | u64::from((claim.holds)(self, state)) << position
        });
        self.known.verdicts.insert(key, verdicts);
        verdicts
    }
}

/// The same claims, each of which is judged once for a history and faces.
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
fn by_position<P: Process>() -> [Holds<P>; 32] {
    macro_rules! holds {
        ($($position:literal)+) => {
            [$(|model, state| model.verdicts(state) & (1 << $position) != 0,)+]
        };
    }
    holds!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31)
}
