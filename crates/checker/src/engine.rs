//! Engines, and the function that runs them.
//!
//! [`check`] runs an [`Engine`]; the crate's page shows it. The engines are
//! [`Levels`](crate::Levels), [`Stateright`](crate::Stateright) and
//! [`Walks`](crate::Walks); `synod-distributed` has one for several processes. To
//! write another one, read on at [`kernel`](crate::kernel).

use crate::error::CheckError;
use crate::kernel::conclude::report_so_far;
use crate::panics;
use crate::problem::Problem;
use crate::report::{Method, ModelReport};
use crate::threads;
use stateright::Model;
use std::sync::Arc;

/// A way to explore a model. An engine decides in which order states are expanded,
/// and in which threads or processes; the results of an exhaustive run are the same
/// for every engine.
pub trait Engine<M: Model> {
    /// The name of the engine, and those of its options that belong in a report.
    fn method(&self) -> Method;

    /// Explores the model and concludes. Call [`check`] instead, which also catches
    /// panics and tries whether the threads can be started.
    ///
    /// # Errors
    /// [`CheckError`] if this engine cannot check the model.
    fn run(&self, problem: &Arc<Problem<M>>) -> Result<ModelReport<M>, CheckError>;
}

/// Checks every property of a model, as the crate's page shows. Blocks until the run
/// ends; meanwhile another thread may watch the problem's
/// [`Progress`](crate::Progress), or interrupt it.
///
/// # Errors
/// [`CheckError`] if this engine cannot check the model.
pub fn check<M: Model>(
    problem: &Arc<Problem<M>>,
    engine: &dyn Engine<M>,
) -> Result<ModelReport<M>, CheckError> {
    threads::try_to_start(engine.method().threads)?;
    let checked = panics::catch(|| engine.run(problem));
    checked.map_err(CheckError::ModelPanicked)?
}

/// A report on a run that was interrupted and has not ended yet. It contains what
/// the problem's [`Progress`](crate::Progress) knows, and no counterexamples.
///
/// ```
/// # mod model { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/counter.rs")); }
/// # use model::Counter;
/// # use std::sync::Arc;
/// # use synod_checker::{CheckError, Extras, Levels, Problem, Progress, Question};
/// use synod_checker::{Reason, Verdict, check_so_far};
///
/// let progress = Arc::new(Progress::new());
/// let problem = Problem::new(Counter, Extras::default(), Question::default(), &progress)?;
/// let report = check_so_far(&problem, &Levels::default());
/// assert_eq!(report.verdict, Verdict::Inconclusive);
/// assert_eq!(report.reason, Some(Reason::Interrupted));
/// # Ok::<(), CheckError>(())
/// ```
pub fn check_so_far<M: Model>(problem: &Problem<M>, engine: &dyn Engine<M>) -> ModelReport<M> {
    report_so_far(problem, engine.method())
}
