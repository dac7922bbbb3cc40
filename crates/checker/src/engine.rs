//! What an engine is, and the frame in which each of them runs.

use crate::error::CheckError;
use crate::kernel::conclude::report_so_far;
use crate::panics;
use crate::problem::Problem;
use crate::report::{Method, ModelReport};
use crate::threads;
use stateright::Model;
use std::sync::Arc;

/// A way to explore a model. It says in which order states are expanded, and
/// where; what it finds is the same as with any other.
pub trait Engine<M: Model> {
    /// Its name, and those of its options that a report tells.
    fn method(&self) -> Method;

    /// Explores the model and concludes.
    ///
    /// # Errors
    /// [`CheckError`] if the model cannot be checked so.
    fn run(&self, problem: &Arc<Problem<M>>) -> Result<ModelReport<M>, CheckError>;
}

/// Checks every property of a model. Blocks until the run ends; the progress of
/// the problem may be watched, or interrupted, from another thread.
///
/// # Errors
/// [`CheckError`] if the model cannot be checked so.
pub fn check<M: Model>(
    problem: &Arc<Problem<M>>,
    engine: &dyn Engine<M>,
) -> Result<ModelReport<M>, CheckError> {
    threads::try_to_start(engine.method().threads)?;
    let checked = panics::catch(|| engine.run(problem));
    checked.map_err(CheckError::ModelPanicked)?
}

/// A report on a run that was interrupted and has not ended: what its progress
/// tells.
pub fn check_so_far<M: Model>(problem: &Problem<M>, engine: &dyn Engine<M>) -> ModelReport<M> {
    report_so_far(problem, engine.method())
}
