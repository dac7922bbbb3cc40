//! The time that a state takes: to compute its successors, and to check its claims. Run by
//! `cargo bench -p synod-models`.

#![allow(clippy::unwrap_used)] // These bounds fit.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use stateright::Model;
use synod_models::basic::Basic;
use synod_models::bounds::Bounds;
use synod_models::complete::{self, Candidate};
use synod_models::parliament::plan::Plan;
use synod_models::parliament::setting::Commands;
use synod_models::parliament::synced::Synced;
use synod_models::parliament::{self, Candidate as Legislator};
use synod_models::paxos::Paxos;
use synod_models::preliminary::Preliminary;
use synod_models::world::World;
use synod_protocol::parliament::{Chosen, Settings};
use synod_vocabulary::{Describe, Structure};
use synod_world::reductions::Reductions;

fn main() {
    divan::main();
}

fn decrees() -> [String; 2] {
    ["a", "b"].map(str::to_owned)
}

fn bounds() -> Bounds {
    Bounds::new(3, &[1, 2], 1, &decrees()).unwrap()
}

/// A state at most 14 steps from the initial one. Each step is the middle one of those that
/// are possible.
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

/// A model within bounds that are like those of the run specs.
trait Example: Describe {
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
        complete::world(bounds(), None, 1).unwrap()
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
            losses: 0,
            mutant: None,
            synced: Synced::default(),
            reductions: Reductions::ALL,
        };
        parliament::world(&bounds, &plan).unwrap()
    }
}

impl Example for Paxos {
    fn example() -> Self {
        Self::new(3, 4, &decrees()).unwrap()
    }
}

/// For `Basic` this includes the check that each step refines the preliminary protocol.
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

/// The states that a search would hold: some of each level of `paxos`, as it holds them.
fn held_states(model: &Paxos) -> Vec<<Paxos as Structure>::Held> {
    let form = model.form();
    let hold = |state| (form.hold)(model, state);
    let mut level: Vec<_> = model.init_states().into_iter().map(hold).collect();
    let (mut states, mut steps) = (Vec::new(), Vec::new());
    while !level.is_empty() {
        for held in &level {
            form.steps.unwrap()(model, held, &mut steps);
        }
        let mut next: Vec<_> = steps.drain(..).map(|(_, next)| next).collect();
        next.sort_unstable();
        next.dedup();
        states.append(&mut level);
        let every = next.len().div_ceil(200).max(1);
        level = next.into_iter().step_by(every).collect();
    }
    states
}

/// The steps of held states, by transition.
#[divan::bench(args = [4, 6, 7, 8])]
fn steps_of_held_states(bencher: Bencher<'_, '_>, ballots: usize) {
    let model = Paxos::new(3, ballots, &decrees()).unwrap();
    let states = held_states(&model);
    let steps_of = model.form().steps.unwrap();
    let mut steps = Vec::new();
    for held in &states {
        steps_of(&model, held, &mut steps);
    }
    let transitions = ItemsCount::new(steps.len());
    bencher.counter(transitions).bench_local(|| {
        for held in black_box(&states) {
            steps.clear();
            steps_of(&model, held, &mut steps);
            black_box(&steps);
        }
    });
}

/// The representatives of held states, by state.
#[divan::bench(args = [4, 6, 7, 8])]
fn representatives(bencher: Bencher<'_, '_>, ballots: usize) {
    let model = Paxos::new(3, ballots, &decrees()).unwrap().with_symmetry();
    let states = held_states(&model);
    let symmetry = model.form().symmetry.unwrap();
    let all = ItemsCount::new(states.len());
    bencher.counter(all).bench_local(|| {
        for held in black_box(&states) {
            black_box((symmetry.representative)(&model, held));
        }
    });
}
