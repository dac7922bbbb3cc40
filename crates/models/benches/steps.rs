//! What a state costs: its successors, and judging it. `cargo bench -p synod-models`.

#![allow(clippy::unwrap_used)] // Bounds that fit.

use divan::{Bencher, black_box};
use stateright::Model;
use synod_models::basic::Basic;
use synod_models::bounds::Bounds;
use synod_models::complete::Candidate;
use synod_models::narrate::Narrate;
use synod_models::paxos::Paxos;
use synod_models::preliminary::Preliminary;
use synod_models::world::World;

fn main() {
    divan::main();
}

fn decrees() -> [String; 2] {
    ["a", "b"].map(str::to_owned)
}

fn bounds() -> Bounds {
    Bounds::new(3, &[1, 2], 1, &decrees()).unwrap()
}

/// A state some steps from the initial one: always the middle choice.
fn state_in_the_middle<M: Model>(model: &M) -> M::State {
    let mut state = model.init_states().remove(0);
    for _ in 0..14 {
        let mut next = model.next_states(&state);
        next.retain(|next| model.within_boundary(next));
        if next.is_empty() {
            break;
        }
        let middle = next.len() / 2;
        state = next.swap_remove(middle);
    }
    state
}

fn successors<M: Model>(bencher: Bencher<'_, '_>, model: &M) {
    let state = state_in_the_middle(model);
    let mut actions = Vec::new();
    bencher.bench_local(|| {
        model.actions(black_box(&state), &mut actions);
        let next = actions
            .drain(..)
            .filter_map(|action| model.next_state(&state, action));
        next.count()
    });
}

fn claims<M: Narrate>(bencher: Bencher<'_, '_>, model: &M) {
    let state = state_in_the_middle(model);
    let claims = model.claims();
    bencher.bench_local(|| {
        claims
            .iter()
            .all(|claim| (claim.holds)(model, black_box(&state)))
    });
}

mod preliminary {
    use super::{Bencher, Preliminary, bounds};

    fn model() -> Preliminary {
        Preliminary::new(bounds()).unwrap()
    }

    #[divan::bench]
    fn successors(bencher: Bencher<'_, '_>) {
        super::successors(bencher, &model());
    }

    #[divan::bench]
    fn claims(bencher: Bencher<'_, '_>) {
        super::claims(bencher, &model());
    }
}

mod basic {
    use super::{Basic, Bencher, bounds};

    fn model() -> Basic {
        Basic::new(bounds(), false).unwrap()
    }

    /// With the refinement of each step.
    #[divan::bench]
    fn successors(bencher: Bencher<'_, '_>) {
        super::successors(bencher, &model());
    }

    #[divan::bench]
    fn claims(bencher: Bencher<'_, '_>) {
        super::claims(bencher, &model());
    }
}

mod complete {
    use super::{Bencher, Candidate, World, bounds};

    fn model() -> World<Candidate> {
        World::new(bounds(), None, 1).unwrap()
    }

    #[divan::bench]
    fn successors(bencher: Bencher<'_, '_>) {
        super::successors(bencher, &model());
    }

    #[divan::bench]
    fn claims(bencher: Bencher<'_, '_>) {
        super::claims(bencher, &model());
    }
}

mod paxos {
    use super::{Bencher, Paxos, decrees};

    fn model() -> Paxos {
        Paxos::new(3, 4, &decrees()).unwrap()
    }

    #[divan::bench]
    fn successors(bencher: Bencher<'_, '_>) {
        super::successors(bencher, &model());
    }

    #[divan::bench]
    fn claims(bencher: Bencher<'_, '_>) {
        super::claims(bencher, &model());
    }
}
