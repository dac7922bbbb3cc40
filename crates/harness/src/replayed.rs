//! A saved run, taken again step by step.

#![expect(
    clippy::panic,
    reason = "a run that cannot be taken again fails its test"
)]

use crate::only::Only;
use crate::properties::WithProperties;
use stateright::Model;
use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;
use std::path::{Path, PathBuf};
use std::{env, fs};
use synod_checker::catch;
use synod_checker::fingerprint::fingerprint;
use synod_report::json::{Step, TraceLine, state as variables, text};
use synod_vocabulary::Describe;

/// The environment variable that names a saved run.
pub(crate) const REPLAY: &str = "SYNOD_REPLAY";

/// The name of the check that this thread begins now: that of the test, and which check of it
/// this is, if it is not the first.
pub(crate) fn name_of_check() -> String {
    thread_local! {
        static CHECKS: RefCell<usize> = const { RefCell::new(0) };
    }
    let number = CHECKS.with_borrow_mut(|checks| {
        *checks += 1;
        *checks
    });
    let thread = std::thread::current();
    let name = thread.name().unwrap_or("a check");
    match number {
        1 => name.to_owned(),
        _ => format!("{name}, check {number}"),
    }
}

/// Saves a run in the folder for temporary files; none if it cannot be written.
pub(crate) fn save(line: &TraceLine) -> Option<PathBuf> {
    let folder = env::temp_dir().join("synod");
    fs::create_dir_all(&folder).ok()?;
    let name = format!("{} {}", line.spec, line.counterexample.property);
    let name = name.replace(|c: char| !c.is_alphanumeric(), "-");
    let path = folder.join(format!("{name}.json"));
    fs::write(&path, text(line) + "\n").ok()?;
    Some(path)
}

/// A saved run.
pub(crate) struct Saved {
    path: PathBuf,
    property: String,
    goes_on: bool,
    steps: Vec<Step>,
}

impl Saved {
    /// The run that `SYNOD_REPLAY` names, if it is one of this check.
    ///
    /// # Panics
    /// If it cannot be read.
    pub(crate) fn asked_for(check: &str) -> Option<Self> {
        let path = PathBuf::from(env::var_os(REPLAY)?);
        let text = fs::read_to_string(&path);
        let text = text.unwrap_or_else(|error| panic!("{REPLAY}: {}: {error}", path.display()));
        let line = TraceLine::read(text.trim());
        let line = line.unwrap_or_else(|error| {
            let path = path.display();
            panic!("{REPLAY}: {path} is not a run that a failing check has saved: {error}")
        });
        let found = line.counterexample;
        (line.spec == check).then_some(Self {
            path,
            property: found.property,
            goes_on: found.cycle.is_some(),
            steps: found.steps,
        })
    }

    /// Whether this run goes on for ever, against a claim of runs of this name.
    pub(crate) fn goes_on_for_ever(&self, claim: &str) -> bool {
        self.goes_on && self.property == claim
    }

    /// Takes the steps.
    ///
    /// # Panics
    /// If one of them is not possible.
    pub(crate) fn walk<M>(&self, model: &WithProperties<M>) -> Only
    where
        M: Describe,
        M::State: Clone + Hash,
    {
        let Some((first, steps)) = self.steps.split_first() else {
            self.fail(0, "there are no states", &[]);
        };
        let is_it = |state: &_, step: &Step| variables(&model.fields(state)) == step.state;
        let mut initial = model.init_states();
        let begins = initial.iter().position(|state| is_it(state, first));
        // A single one may look otherwise than it did.
        let begins = begins.or((initial.len() == 1).then_some(0));
        let Some(begins) = begins else {
            self.fail(0, "no run begins in this state", &[]);
        };
        let mut state = initial.swap_remove(begins);
        let mut only = Only {
            first: fingerprint(&state),
            steps: HashMap::new(),
            last: None,
        };
        for (number, step) in steps.iter().enumerate() {
            if step.state.is_empty() {
                // This step panics.
                only.last = Some(fingerprint(&state));
                break;
            }
            let name = step.action.as_deref().unwrap_or_default();
            let next = catch(|| next_steps(model, &state));
            let next = next.unwrap_or_else(|message| self.fail(number + 1, &message, &[]));
            let of_this_name = || next.iter().filter(|other| other.name == name);
            // Of several steps of one name the one that leads to the same state; and if the
            // code has changed what a step leads to, the first.
            let found = of_this_name().find(|found| is_it(&found.state, step));
            let Some(found) = found.or_else(|| of_this_name().next()) else {
                let possible: Vec<_> = next.iter().map(|step| &*step.name).collect();
                self.fail(number + 1, &format!("{name:?} is not possible"), &possible);
            };
            if catch(|| model.within_boundary(&found.state)) == Ok(false) {
                self.fail(number + 1, "it leads out of the bounds", &[]);
            }
            only.steps.insert(fingerprint(&state), found.position);
            state = found.state.clone();
        }
        only
    }

    fn fail(&self, step: usize, why: &str, possible: &[&str]) -> ! {
        let path = self.path.display();
        let possible = possible.iter().map(|name| format!("\n  {name}"));
        let possible: String = possible.collect();
        let possible = if possible.is_empty() {
            possible
        } else {
            format!("; these steps are:{possible}")
        };
        panic!("{REPLAY}: {path}: step {step} cannot be taken again: {why}{possible}")
    }
}

/// A step of a state.
struct NextStep<S> {
    /// The place of the action in the list of the model.
    position: usize,
    name: String,
    state: S,
}

/// The steps of a state that lead to others, in order.
fn next_steps<M: Describe<State: Hash>>(
    model: &WithProperties<M>,
    state: &M::State,
) -> Vec<NextStep<M::State>> {
    let mut actions = Vec::new();
    model.model.actions(state, &mut actions);
    let steps = actions.into_iter().enumerate();
    let steps = steps.filter_map(|(position, action)| {
        Some(NextStep {
            position,
            name: model.step_name(&action),
            state: model.model.next_state(state, action)?,
        })
    });
    steps.collect()
}

/// The command that takes a saved run again.
pub(crate) fn command(path: &Path, check: &str) -> String {
    let test = check.split(", check ").next().unwrap_or(check);
    format!("{REPLAY}={} cargo test {test}", path.display())
}
