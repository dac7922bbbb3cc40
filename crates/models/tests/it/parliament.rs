//! §3 as it ships: the legislator in the world, its reductions, its mutants and its
//! clients, made from lines of run specs.

mod law;
mod linearizability;
mod mutants;
mod partners;
mod reductions;
mod runs;
mod stored;

use stateright::Model;
use synod_models::parliament::Candidate;
use synod_models::world::{State, World};
use synod_specs::parse;
use synod_vocabulary::Describe;

pub type Parliament = World<Candidate>;

/// The parliament of a run spec with these lines. A `;` also ends a line.
pub fn parliament(lines: &str) -> Parliament {
    let lines = lines.replace(';', "\n");
    let text = format!("about = \"A claim.\"\nprotocol = \"parliament\"\n{lines}\n");
    let spec = parse(&text).map_err(|error| error.message).unwrap();
    spec.model().expect("the protocol is parliament")
}

/// The state after the steps with these names.
pub fn after(world: &Parliament, steps: &[&str]) -> State {
    let mut state = world.init_states()[0];
    for name in steps {
        let next = world.next_steps(&state);
        let mut named = next
            .iter()
            .filter(|(action, _)| world.step_name(action) == *name);
        state = named.next().expect(name).1;
        assert!(named.next().is_none(), "{name}");
    }
    state
}
