//! An instance judged: TLC and the model explore it, and what they say is
//! compared.

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

/// What came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judged {
    /// Both say the same: what is to be recorded.
    Equal(Recorded),
    /// They do not: what differs, to be read.
    Differs(Vec<String>),
    /// One of them did not come to an end: why.
    Inconclusive(String),
}

/// An instance judged.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// What came out.
    pub outcome: Judged,
    /// How long TLC took.
    pub tlc_took: Duration,
    /// How long the model and the comparison took.
    pub rust_took: Duration,
}

/// How many steps there are: "1 step", "4 steps".
pub fn steps(count: u64) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} step{ending}")
}

/// Why an instance could not be judged.
#[derive(Debug, thiserror::Error)]
pub enum JudgeError {
    /// The instance.
    #[error(transparent)]
    Instance(#[from] InstanceError),
    /// TLC.
    #[error(transparent)]
    Tlc(#[from] TlcError),
    /// A file.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// TLC's side of an instance.
struct TlcSide<'a> {
    program: &'a Program,
    workplace: Workplace,
    module: &'a str,
    config: String,
    run: TlcRun,
}

/// Has TLC and the model explore an instance, and compares.
///
/// # Errors
/// [`JudgeError`] if one of them cannot begin.
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
            std::iter::once("TLC could not go on:")
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
    /// What to record, without what was found.
    fn recorded(&self) -> Recorded {
        Recorded {
            spec: format!("specs/{}.toml", self.instance.name),
            date: today(),
            tlc: self.side.run.version.clone(),
            ..Recorded::default()
        }
    }
}

/// The figures of a model, without TLC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModelFigures {
    /// Distinct states as the twin has them, and depth; of a spec that holds.
    pub explored: Option<(u64, u64)>,
    /// The steps to the first state that breaks the property; of one that is
    /// violated.
    pub length: Option<u64>,
}

/// Explores the model of an instance.
///
/// # Errors
/// [`InstanceError::NoTwin`] if it has none.
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

/// The states of the model of an instance, as the twin has them, in canonical
/// JSON, sorted.
///
/// # Errors
/// [`InstanceError::NoTwin`] if it has none.
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
