//! What a state costs: its successors, and judging it. `cargo bench -p synod-models`.

#![allow(clippy::unwrap_used)] // Bounds that fit.

use divan::{Bencher, black_box};
use stateright::Model;
use synod_models::basic::Basic;
use synod_models::bounds::Bounds;
use synod_models::complete::Candidate;
use synod_models::narrate::Narrate;
use synod_models::parliament::Candidate as Legislator;
use synod_models::parliament::setting::{Commands, Plan};
use synod_models::paxos::Paxos;
use synod_models::preliminary::Preliminary;
use synod_models::world::World;
use synod_models::world::reductions::Reductions;
use synod_protocol::parliament::{Chosen, Settings};

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

/// A model within bounds like those of the run specs.
trait Example: Narrate {
    fn example() -> Self;
}

impl Example for Preliminary {
    fn example() -> Self {
        Self::new(bounds()).unwrap()
    }
}

impl Example for Basic {
    fn example() -> Self {
        Self::new(bounds(), false).unwrap()
    }
}

impl Example for World<Candidate> {
    fn example() -> Self {
        Self::new(bounds(), None, 1).unwrap()
    }
}

impl Example for World<Legislator> {
    fn example() -> Self {
        let commands = Commands::parse(&["write a", "read"].map(str::to_owned)).unwrap();
        let bounds = Bounds::new(3, &[1, 2], 1, &commands.decrees()).unwrap();
        let plan = Plan {
            commands,
            asked: None,
            retries: false,
            numbers: 2,
            settings: Settings::DEFAULT,
            variant: Chosen::SHIPPED,
            remembers_clients: false,
            crashes: 1,
            mutant: None,
            reductions: Reductions::ALL,
        };
        Self::parliament(bounds, &plan).unwrap()
    }
}

impl Example for Paxos {
    fn example() -> Self {
        Self::new(3, 4, &decrees()).unwrap()
    }
}

/// Of `Basic` with the refinement of each step.
#[divan::bench(types = [Preliminary, Basic, World<Candidate>, World<Legislator>, Paxos])]
fn successors<M: Example>(bencher: Bencher<'_, '_>) {
    let model = M::example();
    let state = state_in_the_middle(&model);
    let mut actions = Vec::new();
    bencher.bench_local(|| {
        model.actions(black_box(&state), &mut actions);
        let next = actions.drain(..);
        next.filter_map(|action| model.next_state(&state, action))
            .count()
    });
}

#[divan::bench(types = [Preliminary, Basic, World<Candidate>, World<Legislator>, Paxos])]
fn claims<M: Example>(bencher: Bencher<'_, '_>) {
    let model = M::example();
    let state = state_in_the_middle(&model);
    let claims = model.claims();
    bencher.bench_local(|| {
        let mut claims = claims.iter();
        claims.all(|claim| (claim.holds)(&model, black_box(&state)))
    });
}
