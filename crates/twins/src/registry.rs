//! The models that have a twin. A line below registers one; nothing else lists
//! them.

use crate::twin::Twin;
use synod_models::basic::Basic;
use synod_models::basic::inductive::Inductive;
use synod_models::complete::Candidate;
use synod_models::paxos::Paxos;
use synod_models::preliminary::Preliminary;
use synod_models::world::World;
use synod_specs::RunSpec;

/// Registers twins.
macro_rules! twins {
    ($($folder:literal, $module:literal, $model:ty;)+) => {
        const MODULES: &[(&str, &str)] = &[$(($folder, $module)),+];

        /// Does something with the model of the spec; none if it has no twin.
        pub(crate) fn with_model<T: Task>(spec: &RunSpec, task: T) -> Option<T::Output> {
            $(if let Some(model) = spec.model::<$model>() {
                return Some(task.run(&model));
            })+
            None
        }
    };
}

// The folder of the instances, the module with the bounds, and the model. Of
// folders in each other the inner one comes first.
twins! {
    "basic/inductive", "MCInductive", Inductive;
    "basic/mutants", "MCBasicMutant", Basic;
    "preliminary", "MCPreliminary", Preliminary;
    "basic", "MCBasic", Basic;
    "complete", "MCComplete", World<Candidate>;
    "paxos", "MCPaxos", Paxos;
}

/// Something to be done with a model, of whichever protocol.
pub(crate) trait Task {
    /// What comes out.
    type Output;

    /// Does it.
    fn run<M: Twin>(self, model: &M) -> Self::Output;
}

/// The module of the instance with this name, if there is one.
pub(crate) fn module(name: &str) -> Option<&'static str> {
    let is_below = |folder: &str| {
        name.strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
    };
    let mut modules = MODULES.iter();
    let (_, module) = modules.find(|(folder, _)| is_below(folder))?;
    Some(module)
}
