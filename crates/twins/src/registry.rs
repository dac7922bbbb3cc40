//! The registry of the models that have a twin: one line for each. No other code lists
//! them.

use crate::twin::Twin;
use synod_models::basic::Basic;
use synod_models::basic::inductive::Inductive;
use synod_models::complete::Candidate;
use synod_models::packing::Packing;
use synod_models::parliament;
use synod_models::paxos::Paxos;
use synod_models::preliminary::Preliminary;
use synod_models::world::World;
use synod_specs::RunSpec;

/// Defines `MODULES` and [`with_model`] from one line for each twin.
macro_rules! twins {
    ($($folder:literal, $module:literal, $model:ty;)+) => {
        const MODULES: &[(&str, &str)] = &[$(($folder, $module)),+];

        /// Runs a task on the model of a run spec. `None` if the model has no twin.
        pub(crate) fn with_model<T: Task>(spec: &RunSpec, task: T) -> Option<T::Output> {
            $(if let Some(model) = spec.model::<$model>() {
                return Some(task.run(&model));
            })+
            None
        }
    };
}

// Each line has the folder of the instances, the module with the bounds, and the model. A
// folder comes before the folder that contains it.
twins! {
    "basic/inductive", "MCInductive", Inductive;
    "basic/mutants", "MCBasicMutant", Basic;
    "preliminary", "MCPreliminary", Preliminary;
    "preliminary", "MCPreliminary", Preliminary<Packing>;
    "basic", "MCBasic", Basic<Packing>;
    "complete/mutants", "MCCompleteMutant", World<Candidate>;
    "complete", "MCComplete", World<Candidate>;
    "parliament/mutants", "MCParliamentMutant", World<parliament::Candidate>;
    "parliament", "MCParliament", World<parliament::Candidate>;
    "paxos", "MCPaxos", Paxos;
}

/// A function that is generic over the type of the model.
pub(crate) trait Task {
    /// The result.
    type Output;

    /// Runs the task on a model.
    fn run<M: Twin>(self, model: &M) -> Self::Output;
}

/// The TLA+ module of the instance with this name, if its folder is registered.
pub(crate) fn module(name: &str) -> Option<&'static str> {
    let is_below = |folder: &str| {
        name.strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
    };
    let mut modules = MODULES.iter();
    let (_, module) = modules.find(|(folder, _)| is_below(folder))?;
    Some(module)
}
