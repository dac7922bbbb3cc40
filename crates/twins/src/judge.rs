//! Judges an instance: explores the twin with TLC and the model with a simple search, and
//! compares the results.
//!
//! [`judge()`] does both; [`figures`] and [`dump`] explore the model alone, without TLC,
//! and are shown in the [example of the crate](crate#where-to-begin).

mod behavior;
mod holds;
mod violated;

use crate::instance::{Instance, InstanceError};
use crate::registry::Task;
use crate::results::{Recorded, today};
use crate::search::explore;
use crate::tlc::{Ending, Program, TlcError, TlcRun, Workplace};
use crate::twin::Twin;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};
use synod_specs::Expect;

/// The verdict on an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judged {
    /// Both sides agree. The value is what is to be recorded.
    Equal(Recorded),
    /// The sides differ. The lines show the difference to a reader.
    Differs(Vec<String>),
    /// TLC did not finish, for this reason.
    Inconclusive(String),
}

/// The verdict on an instance, and the times of both sides.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The verdict.
    pub outcome: Judged,
    /// The time that TLC took.
    pub tlc_took: Duration,
    /// The time that the search of the model and the comparison took.
    pub rust_took: Duration,
}

/// A number of steps as text: "1 step", "4 steps".
pub fn steps(count: u64) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} step{ending}")
}

/// Why an instance could not be judged.
#[derive(Debug, thiserror::Error)]
pub enum JudgeError {
    /// The instance cannot be used.
    #[error(transparent)]
    Instance(#[from] InstanceError),
    /// TLC cannot be run.
    #[error(transparent)]
    Tlc(#[from] TlcError),
    /// A file cannot be read or written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// The run of TLC for an instance.
struct TlcSide<'a> {
    program: &'a Program,
    workplace: Workplace,
    module: &'a str,
    config: String,
    run: TlcRun,
}

/// Explores an instance with TLC and in Rust, and compares the results. `modules` is the
/// folder of the TLA+ modules, [`Project::modules`](crate::instance::Project::modules).
///
/// ```no_run
/// use synod_twins::instance::Project;
/// use synod_twins::judge::{Judged, judge};
/// use synod_twins::tlc::Program;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (project, tlc) = (Project(".".into()), Program::find()?);
/// for instance in project.instances(None)? {
///     let judgement = judge(&instance, &project.modules(), &tlc)?;
///     assert!(matches!(judgement.outcome, Judged::Equal(_)));
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// TLC or the search of the model cannot begin, or a file cannot be read.
pub fn judge(
    instance: &Instance,
    modules: &Path,
    program: &Program,
) -> Result<Judgement, JudgeError> {
    let config = fs::read_to_string(&instance.config)?;
    let workplace = Workplace::new(modules)?;
    let start = Instant::now();
    let with_dump = matches!(instance.spec.expect, Expect::Holds { .. });
    let run = workplace.run(program, instance.module, &config, with_dump)?;
    let tlc_took = start.elapsed();
    let side = TlcSide {
        program,
        workplace,
        module: instance.module,
        config,
        run,
    };
    let start = Instant::now();
    let outcome = match &side.run.ending {
        Ending::Failed(what) => Judged::Differs(
            std::iter::once("TLC failed:")
                .chain(what.lines())
                .map(str::to_owned)
                .collect(),
        ),
        Ending::Unfinished(why) => Judged::Inconclusive(why.clone()),
        Ending::Holds | Ending::Violated { .. } => instance.with_model(Judge {
            instance,
            side: &side,
        })??,
    };
    Ok(Judgement {
        outcome,
        tlc_took,
        rust_took: start.elapsed(),
    })
}

struct Judge<'a> {
    instance: &'a Instance,
    side: &'a TlcSide<'a>,
}

impl Task for Judge<'_> {
    type Output = Result<Judged, TlcError>;

    fn run<M: Twin>(self, model: &M) -> Result<Judged, TlcError> {
        match &self.instance.spec.expect {
            Expect::Holds { .. } => self.holds(model),
            Expect::Violated { property, .. } => Ok(self.violated(model, property)),
        }
    }
}

impl Judge<'_> {
    /// The entry for the results, without the figures.
    fn recorded(&self) -> Recorded {
        Recorded {
            spec: format!("specs/{}.toml", self.instance.name),
            date: today(),
            tlc: self.side.run.version.clone(),
            ..Recorded::default()
        }
    }
}

/// The figures of a model, found without TLC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModelFigures {
    /// The number of distinct states, and the depth. Set for a run spec that holds.
    pub explored: Option<(u64, u64)>,
    /// The number of steps to the first state that breaks the property. Set for a run
    /// spec that expects a violation.
    pub length: Option<u64>,
}

/// Explores the model of an instance, without TLC.
///
/// # Errors
/// [`InstanceError::NoTwin`].
pub fn figures(instance: &Instance) -> Result<ModelFigures, InstanceError> {
    instance.with_model(Count(&instance.spec.expect))
}

struct Count<'a>(&'a Expect);

impl Task for Count<'_> {
    type Output = ModelFigures;

    fn run<M: Twin>(self, model: &M) -> ModelFigures {
        match self.0 {
            Expect::Holds { .. } => {
                let explored = explore(model, |_| false);
                ModelFigures {
                    explored: Some((explored.states().len() as u64, explored.depth())),
                    ..ModelFigures::default()
                }
            }
            Expect::Violated { property, .. } => ModelFigures {
                length: violated::counterexample(model, property)
                    .map(|behavior| behavior.len() as u64 - 1),
                ..ModelFigures::default()
            },
        }
    }
}

/// The states of the model of an instance, as values of the twin, in canonical JSON
/// ([`Value::to_json`](crate::value::Value::to_json)), sorted.
///
/// # Errors
/// [`InstanceError::NoTwin`].
pub fn dump(instance: &Instance) -> Result<Vec<String>, InstanceError> {
    instance.with_model(Dump)
}

struct Dump;

impl Task for Dump {
    type Output = Vec<String>;

    fn run<M: Twin>(self, model: &M) -> Vec<String> {
        let explored = explore(model, |_| false);
        let states = explored
            .states()
            .map(|state| model.twin_state(state).to_json());
        let mut states: Vec<_> = states.collect();
        states.sort_unstable();
        states.dedup();
        states
    }
}
