//! A simple exhaustive search for the tests: level by level, with whole states in a hash
//! set. It uses no fingerprints, so its counts are exact.

use stateright::{Expectation, Model, Property};
use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};
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

/// The result of a search that keeps no states.
pub struct Reached<T> {
    /// The results of `look` for all reached states.
    pub seen: HashSet<T>,
    /// For each property, by its name, whether it holds in every state (`always`) or in
    /// some state (`sometimes`).
    pub verdicts: BTreeMap<&'static str, bool>,
}

/// Visits every reachable state within the boundary. It keeps only a hash of 64 bits of
/// each state, for states that are too large to be kept.
pub fn reached<M, T>(model: &M, look: impl Fn(&M::State) -> T) -> Reached<T>
where
    M: Model,
    M::State: Hash,
    T: Eq + Hash,
{
    let build = BuildHasherDefault::<DefaultHasher>::default();
    let properties = model.properties();
    let begun = |property: &Property<M>| (property.name, !is_decided_by(true, property));
    let mut reached = Reached {
        seen: HashSet::new(),
        verdicts: properties.iter().map(begun).collect(),
    };
    let mut open = model.init_states();
    let mut known: HashSet<u64> = open.iter().map(|state| build.hash_one(state)).collect();
    while let Some(state) = open.pop() {
        for property in &properties {
            let holds = (property.condition)(model, &state);
            if is_decided_by(holds, property) {
                reached.verdicts.insert(property.name, holds);
            }
        }
        reached.seen.insert(look(&state));
        let next = model.next_states(&state).into_iter();
        let within = next.filter(|next| model.within_boundary(next));
        open.extend(within.filter(|next| known.insert(build.hash_one(next))));
    }
    reached
}

/// Whether one state decides a property: a state in which it does not hold refutes an
/// `always` property; a state in which it holds proves a `sometimes` property.
fn is_decided_by<M: Model>(holds: bool, property: &Property<M>) -> bool {
    match property.expectation {
        Expectation::Always => !holds,
        Expectation::Sometimes => holds,
        Expectation::Eventually => unreachable!("no model has such a property"),
    }
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
