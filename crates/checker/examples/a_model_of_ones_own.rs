//! Check a model of one's own: two workers and a lock. Run it with
//! `cargo run --example a_model_of_ones_own`.
//!
//! The first lock is broken: a worker looks whether the lock is free, and takes it in
//! a second step. The checker finds the shortest run in which both workers have it.
//! The second lock is taken in the same step (compare-and-set), and holds.

use stateright::{Model, Property};
use std::error::Error;
use std::io::{self, Write};
use std::sync::Arc;
use synod_checker::{Extras, Levels, Problem, Progress, Question, check};
use synod_vocabulary::claim::properties;
use synod_vocabulary::{Claim, Describe, Field, Partner, Value, claim, ensure};

/// The model of either lock.
struct Lock {
    /// Whether looking and taking are one step.
    is_atomic: bool,
}

/// Where a worker is. Only with the broken lock a worker gets to `SawItFree`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Place {
    Outside,
    SawItFree,
    Inside,
}
use Place::{Inside, Outside, SawItFree};

/// A state contains everything that decides what can happen next: whether the lock is
/// taken, and where the workers are.
type State = (bool, [Place; 2]);

/// What Stateright needs of a model: its initial states, and its steps.
impl Model for Lock {
    type State = State;
    type Action = usize; // The worker that takes its next step.

    fn init_states(&self) -> Vec<State> {
        vec![(false, [Outside; 2])]
    }

    fn actions(&self, _: &State, actions: &mut Vec<usize>) {
        actions.extend([0, 1]); // Either worker may take the next step.
    }

    /// The state after a step; none if the worker has to wait.
    fn next_state(&self, &(is_taken, mut places): &State, worker: usize) -> Option<State> {
        let (is_taken, place) = match places[worker] {
            Outside if is_taken => return None,
            Outside if self.is_atomic => (true, Inside),
            Outside => (is_taken, SawItFree),
            SawItFree => (true, Inside),
            Inside => (false, Outside),
        };
        places[worker] = place;
        Some((is_taken, places))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties(&self.claims(), &[])
    }
}

/// What Synod needs beyond that: the model in words, so that people can read the result,
/// and its claims. A claim that fails gives a witness, a sentence that says what is wrong.
impl Describe for Lock {
    fn fields(&self, (is_taken, places): &State) -> Vec<Field> {
        let place = |worker: usize| Value::one(format!("{:?}", places[worker]));
        let places = [0, 1].map(|worker| Field::of(worker, "place", place(worker)));
        let lock = Field::of_all("taken", Value::one(is_taken));
        places.into_iter().chain([lock]).collect()
    }

    fn step_name(&self, worker: &usize) -> String {
        format!("worker {worker} goes on")
    }

    fn claims(&self) -> Vec<Claim<Self>> {
        vec![claim!(
            "mutual exclusion",
            "No two workers are inside at once.",
            |_: &Lock, (_, places): &State| {
                ensure!(*places != [Inside; 2], "both workers are inside");
                Ok(())
            },
            // If no worker were ever inside, the claim would hold and say nothing. So its
            // partner has to happen in some state; otherwise the verdict is not "holds".
            Some(Partner {
                name: "a worker is inside",
                happens: |_, (_, places)| places.contains(&Inside),
            })
        )]
    }
}

/// Checks both locks, and writes the results.
pub(crate) fn run(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    for (name, is_atomic) in [("look, then take", false), ("look and take", true)] {
        // `Question::default()` sets no limits. `Extras::of(&model)` would add what
        // checkpoints need. Another thread could watch the progress, or stop the run.
        let (extras, progress) = (Extras::default(), Arc::<Progress>::default());
        let problem = Problem::new(Lock { is_atomic }, extras, Question::default(), &progress)?;
        let report = check(&problem, &Levels::default())?;
        writeln!(out, "{name}: {}, {} states", report.verdict, report.states)?;
        for found in &report.counterexamples {
            // The path begins with the initial state, so each pair has an action.
            for pair in found.steps.windows(2) {
                let name = pair[1]
                    .action
                    .map(|worker| problem.model().step_name(&worker));
                let changes = problem.model().changes(&pair[0].state, &pair[1].state);
                let (name, changes) = (name.unwrap_or_default(), changes.join(", "));
                writeln!(out, "  {name}: {changes}")?;
            }
            let last = found.steps.last().into_iter();
            for line in last.flat_map(|last| problem.model().violations(&last.state)) {
                writeln!(out, "  {line}")?;
            }
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    run(&mut io::stdout().lock())
}
