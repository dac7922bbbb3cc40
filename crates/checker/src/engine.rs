//! Runs Stateright over a watched model and concludes.

use crate::conclude;
use crate::dataflow;
use crate::labels::{Labels, MAX_PROPERTIES};
use crate::levels::Search;
use crate::options::{Engine, Extras, Options, Until};
use crate::panics::{self, PANIC_FREEDOM};
use crate::progress::Progress;
use crate::report::{Reason, Report};
use crate::threads;
use crate::watched::Watched;
use stateright::{Checker, Expectation, Model};
use std::any::Any;
use std::fmt;
use std::hash::Hash;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// Why a model cannot be checked. Never a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckError {
    /// The model has an `eventually` property, which Stateright's searches
    /// cannot decide.
    Eventually(&'static str),
    /// The property to await is none of the model's `always` properties.
    UnknownProperty {
        /// Its name.
        name: String,
        /// The model's.
        known: Vec<&'static str>,
    },
    /// The model has more properties than [`MAX_PROPERTIES`].
    TooManyProperties(usize),
    /// There is a checkpoint, and it cannot be used.
    Checkpoint {
        /// The file.
        file: PathBuf,
        /// Why not.
        why: String,
    },
    /// The engine `timely` needs states as bytes, and the model has none.
    NotStored,
    /// Another process of the run cannot be reached.
    Unreachable {
        /// Its address.
        host: String,
        /// Why not.
        why: String,
    },
    /// Another process does something else, so the two cannot work together.
    Different {
        /// Its address.
        host: String,
        /// What differs.
        why: String,
    },
    /// The workers could not be started, or did not end as they should.
    Threads(String),
    /// The model failed before there was a state, or where nobody could catch it.
    ModelPanicked(String),
}

impl fmt::Display for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Eventually(name) => write!(
                f,
                "property {name:?} is an `eventually` property, which this engine cannot decide"
            ),
            Self::UnknownProperty { name, known } => write!(
                f,
                "there is no `always` property {name:?}; there are {}",
                known.join(", ")
            ),
            Self::TooManyProperties(count) => {
                write!(f, "{count} properties, but {MAX_PROPERTIES} at most")
            }
            Self::Checkpoint { file, why } => {
                write!(f, "checkpoint {}: {why}", file.display())
            }
            Self::NotStored => {
                f.write_str("the engine `timely` needs a model whose states can be bytes")
            }
            Self::Unreachable { host, why } | Self::Different { host, why } => {
                write!(f, "no connection with {host}: {why}")
            }
            Self::Threads(why) => write!(f, "the workers have failed: {why}"),
            Self::ModelPanicked(message) => write!(f, "the model panicked: {message}"),
        }
    }
}

impl std::error::Error for CheckError {}

/// Checks every property of a model. Blocks until the run ends; `progress` may
/// be watched, or interrupted, from another thread.
///
/// O(states + transitions) on our own search and on Stateright's breadth-first
/// search with one thread; on its other searches labels may have to be
/// corrected.
///
/// # Errors
/// [`CheckError`] if the model cannot be checked so.
pub fn check<M>(
    model: M,
    options: &Options,
    progress: &Arc<Progress>,
) -> Result<Report<M>, CheckError>
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Hash + PartialEq + Send + Sync + 'static,
{
    check_with(model, &Extras::default(), options, progress)
}

/// The same, with what the model can tell beside what Stateright asks of it.
///
/// # Errors
/// [`CheckError`] if the model cannot be checked so.
pub fn check_with<M>(
    model: M,
    extras: &Extras<M>,
    options: &Options,
    progress: &Arc<Progress>,
) -> Result<Report<M>, CheckError>
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Hash + PartialEq + Send + Sync + 'static,
{
    refuse_undecidable(&model, &options.until)?;
    threads::try_to_start(options.threads.get())?;
    if let Some(to) = &options.checkpoint {
        to.prepare()?;
    }
    let begun = Instant::now();
    let checked = panics::catch(|| match options.engine {
        Engine::Levels => check_levels(&model, extras, options, progress),
        Engine::Timely => dataflow::check(model, extras, options, progress),
        Engine::Stateright | Engine::StaterightDfs => {
            check_labels(model, extras, options, progress)
        }
    });
    let mut report = checked.map_err(CheckError::ModelPanicked)??;
    report.elapsed = begun.elapsed();
    Ok(report)
}

fn check_levels<M>(
    model: &M,
    extras: &Extras<M>,
    options: &Options,
    progress: &Arc<Progress>,
) -> Result<Report<M>, CheckError>
where
    M: Model + Send + Sync,
    M::State: Clone + Hash + Send + Sync,
{
    let search = Search::new(model, extras, options, progress);
    let findings = search.run()?;
    let report = conclude::report_of_levels(&search, findings, options);
    search.is_done();
    Ok(report)
}

fn check_labels<M>(
    model: M,
    extras: &Extras<M>,
    options: &Options,
    progress: &Arc<Progress>,
) -> Result<Report<M>, CheckError>
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Hash + PartialEq + Send + Sync + 'static,
{
    let labels = Arc::new(Labels::new(model, extras, options, Arc::clone(progress)));
    let explored = explore(&labels, options)?;
    if progress.stopped().is_none() && conclude::has_collision(&labels, explored) {
        progress.stop(Reason::Collision);
    }
    Ok(conclude::report(&labels, &options.until))
}

pub(crate) fn refuse_undecidable<M: Model>(model: &M, until: &Until) -> Result<(), CheckError> {
    let properties = model.properties();
    if properties.len() > MAX_PROPERTIES {
        return Err(CheckError::TooManyProperties(properties.len()));
    }
    let mut eventually = properties
        .iter()
        .filter(|property| property.expectation == Expectation::Eventually);
    if let Some(property) = eventually.next() {
        return Err(CheckError::Eventually(property.name));
    }
    let always = properties
        .iter()
        .filter(|property| property.expectation == Expectation::Always);
    let known: Vec<_> = always.map(|property| property.name).collect();
    match until {
        Until::Violation(name) if !known.contains(&name.as_str()) && name != PANIC_FREEDOM => {
            let name = name.clone();
            Err(CheckError::UnknownProperty { name, known })
        }
        _ => Ok(()),
    }
}

/// Explores and returns how many distinct states Stateright has counted.
fn explore<M>(labels: &Arc<Labels<M>>, options: &Options) -> Result<usize, CheckError>
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Hash + PartialEq + Send + Sync + 'static,
{
    let builder = Watched(Arc::clone(labels))
        .checker()
        .threads(options.threads.get());
    match options.engine {
        Engine::Levels | Engine::Timely | Engine::Stateright => count(builder.spawn_bfs()),
        Engine::StaterightDfs => count(builder.spawn_dfs()),
    }
}

/// Waits for the workers. Stateright's own `join` would lose the message of a
/// panic.
fn count<M: Model>(mut checker: impl Checker<M>) -> Result<usize, CheckError>
where
    M::State: Hash,
{
    for worker in checker.handles() {
        worker
            .join()
            .map_err(|payload| CheckError::ModelPanicked(panic_message(payload.as_ref())))?;
    }
    Ok(checker.unique_state_count())
}

pub(crate) fn panic_message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "without a message".to_owned())
}
