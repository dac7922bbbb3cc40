//! Claims whose verdicts are remembered. The verdicts depend only on the history and on
//! views of the sites. Many states share the same history and views, so each verdict is
//! computed once for all of them.

use crate::ids::ClaimViewId;
use crate::lens::Lens;
use crate::node::Explorable;
use crate::state::State;
use crate::world::{Condition, World};
use std::cell::Cell;
use synod_vocabulary::Claim;

/// The last answer of [`World::verdicts`]. The claims of one state are judged one after
/// the other, so that most answers are the last one.
#[derive(Clone, Copy, Default)]
struct Last {
    /// The serial number of the world; 0 is none.
    world: u64,
    /// The digest of the state.
    state: [u64; 2],
    verdicts: u64,
}

thread_local! {
    static LAST: Cell<Last> = const { Cell::new(Last { world: 0, state: [0; 2], verdicts: 0 }) };
}

impl<P: Explorable, L: Lens<P>, const N: usize> World<P, L, N> {
    /// Which of the remembered claims hold in a state, as bits.
    fn verdicts(&self, state: &State<N>) -> u64 {
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

    fn remembered_verdicts(&self, state: &State<N>) -> u64 {
        let mut views = [ClaimViewId::default(); N];
        for (view, &site) in views.iter_mut().zip(&state.sites[..self.nodes.len()]) {
            *view = self.known.facts(site).claim_view;
        }
        let key = (state.history, views);
        if let Some(verdicts) = self.known.verdicts.get(&key) {
            return *verdicts;
        }
        let claims = (self.remembered_claims)(self);
        let bits = claims.iter().take(REMEMBERED).enumerate();
        let verdicts = bits.fold(0, |bits, (position, claim)| {
            bits | u64::from((claim.holds)(self, state)) << position
        });
        self.known.verdicts.insert(key, verdicts);
        verdicts
    }

    /// All claims. Of the claims that can be remembered, the first [`REMEMBERED`] are.
    pub(crate) fn all_claims(&self) -> Vec<Claim<Self>> {
        let mut claims = (self.remembered_claims)(self);
        for (claim, holds) in claims.iter_mut().zip(by_position()) {
            claim.holds = holds;
        }
        claims.extend(self.claims.iter().copied());
        claims
    }
}

/// The largest number of claims whose verdicts are remembered. All other claims are
/// judged in every state.
const REMEMBERED: usize = 32;

/// Conditions that read the verdict of the claim at a position. There is one function for
/// each position, because Stateright's conditions are plain functions, not closures.
fn by_position<P: Explorable, L: Lens<P>, const N: usize>() -> [Condition<P, L, N>; REMEMBERED] {
    macro_rules! holds {
        ($($position:literal)+) => {
            [$(|model, state| model.verdicts(state) & (1 << $position) != 0,)+]
        };
    }
    holds!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31)
}
