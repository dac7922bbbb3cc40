//! The time that packed states take: for a step, and to judge a new state. Run by
//! `cargo bench -p synod-models --bench packed`.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // The bounds fit; the times are the result.

use std::hint::black_box;
use std::time::Instant;
use synod_models::basic::mutants::Mutant;
use synod_models::bounds::Bounds;
use synod_models::packing::Packing;
use synod_models::preliminary::Preliminary;
use synod_vocabulary::{Describe, Packed, Structure};

/// This many runs from the initial state to a last one, with pseudo-random steps.
const RUNS: u64 = 4000;

fn bounds(tryers: &[usize]) -> Bounds {
    Bounds::new(3, tryers, 1, &["a", "b"].map(str::to_owned)).unwrap()
}

fn basic(tryers: &[usize]) -> synod_models::basic::Basic<Packing> {
    let repair = Mutant::named("Start Polling reads the votes of its quorum only").unwrap();
    let model = repair.model(bounds(tryers), false).unwrap();
    model.packed().unwrap()
}

fn main() {
    measure("basic, two tryers of three priests", &basic(&[1, 2]));
    measure("basic, three tryers", &basic(&[1, 2, 3]));
    let preliminary = Preliminary::new(bounds(&[1, 2, 3])).unwrap();
    measure("preliminary, three tryers", &preliminary.packed().unwrap());
}

/// The states of all runs, each with the kind of the step that leads to it.
fn visited<M: Structure<Held = Packed>>(model: &M) -> Vec<(usize, Packed)> {
    let (form, mut random) = (model.form(), 1_u64);
    let (mut visited, mut next) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let mut held = (form.hold)(model, model.init_states().remove(0));
        loop {
            next.clear();
            form.steps.unwrap()(model, &held, &mut next);
            if next.is_empty() {
                break;
            }
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let step = next[(random >> 33) as usize % next.len()];
            visited.push(step);
            held = step.1;
        }
    }
    visited
}

fn measure<M: Structure<Held = Packed> + Describe>(name: &str, model: &M) {
    let (form, properties) = (model.form(), model.properties());
    let visited = visited(model);
    let per = |count: usize, work: &mut dyn FnMut()| {
        let best = (0..5).map(|_| {
            let begin = Instant::now();
            work();
            begin.elapsed()
        });
        best.min().unwrap_or_default().as_nanos() / count as u128
    };
    let mut next = Vec::new();
    let mut transitions = 0;
    for (_, held) in &visited {
        next.clear();
        form.steps.unwrap()(model, held, &mut next);
        transitions += next.len();
    }
    let steps = per(transitions, &mut || {
        for (_, held) in &visited {
            next.clear();
            form.steps.unwrap()(model, black_box(held), &mut next);
        }
    });
    let rank = per(visited.len(), &mut || {
        for (_, held) in &visited {
            black_box(form.rank.unwrap()(model, black_box(held)));
        }
    });
    let unpack = per(visited.len(), &mut || {
        for (_, held) in &visited {
            black_box((form.state)(model, black_box(held)));
        }
    });
    let judge = per(visited.len(), &mut || {
        for (kind, held) in &visited {
            let state = (form.state)(model, black_box(held));
            for (place, property) in properties.iter().enumerate() {
                if form.touches[*kind] >> place & 1 != 0 {
                    black_box((property.condition)(model, &state));
                }
            }
        }
    });
    let states = visited.len();
    println!(
        "{name}, {transitions} steps from {states} states: {steps} ns a step, {rank} ns a rank, \
         {unpack} ns to unpack a state, {judge} ns to unpack and judge it"
    );
    if std::env::args().any(|argument| argument == "--properties") {
        for (place, property) in properties.iter().enumerate() {
            let states: Vec<_> = visited
                .iter()
                .filter(|(kind, _)| form.touches[*kind] >> place & 1 != 0)
                .map(|(_, held)| (form.state)(model, held))
                .collect();
            let time = per(visited.len(), &mut || {
                for state in &states {
                    black_box((property.condition)(model, state));
                }
            });
            println!(
                "  {time} ns {} ({} of {})",
                property.name,
                states.len(),
                visited.len()
            );
        }
    }
}
