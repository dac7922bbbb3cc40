//! The simplest exhaustive search there is: level by level, whole states in a
//! hash set. No fingerprints, so its counts are exact.

use stateright::Model;
use std::collections::HashSet;
use std::hash::Hash;
use synod_models::basic::Basic;
use synod_models::basic::mutants::Mutant;
use synod_models::bounds::Bounds;
use synod_models::preliminary::Preliminary;

/// The reachable states, level by level.
pub fn levels<M>(model: &M) -> Vec<Vec<M::State>>
where
    M: Model,
    M::State: Clone + Eq + Hash,
{
    let mut level = model.init_states();
    let mut seen: HashSet<M::State> = level.iter().cloned().collect();
    let mut levels = Vec::new();
    while !level.is_empty() {
        let mut next = Vec::new();
        for successor in level.iter().flat_map(|state| model.next_states(state)) {
            if model.within_boundary(&successor) && seen.insert(successor.clone()) {
                next.push(successor);
            }
        }
        levels.push(std::mem::replace(&mut level, next));
    }
    levels
}

/// The number of reachable states and the depth.
pub fn count<M>(model: &M) -> (usize, usize)
where
    M: Model,
    M::State: Clone + Eq + Hash,
{
    let levels = levels(model);
    (levels.iter().map(Vec::len).sum(), levels.len())
}

/// The length of the shortest path to a state in which the property fails.
pub fn shortest_violation<M>(model: &M, name: &'static str) -> Option<usize>
where
    M: Model,
    M::State: Clone + Eq + Hash,
{
    let property = model.property(name);
    let holds = |state: &M::State| (property.condition)(model, state);
    levels(model)
        .iter()
        .position(|level| !level.iter().all(holds))
}

pub fn bounds(priests: usize, tryers: &[usize], attempts: usize, decrees: usize) -> Bounds {
    let names = ["a".to_owned(), "b".to_owned(), "c".to_owned()];
    Bounds::new(priests, tryers, attempts, &names[..decrees]).unwrap()
}

pub fn preliminary(bounds: Bounds) -> Preliminary {
    Preliminary::new(bounds).unwrap()
}

pub fn basic(bounds: Bounds) -> Basic {
    Basic::new(bounds, false).unwrap()
}

pub fn mutant(name: &str, bounds: Bounds) -> Basic {
    let mutant = Mutant::named(name).unwrap();
    mutant.model(bounds, mutant.needs_forgetful).unwrap()
}
