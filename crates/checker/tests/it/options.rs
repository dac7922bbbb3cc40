//! The options of all engines in one struct, so that a test can run on each engine.

use crate::engines::{Engine, make};
use stateright::Model;
use std::hash::Hash;
use std::num::{NonZeroU64, NonZeroUsize};
use std::sync::Arc;
use std::time::Duration;
use synod_checker::{
    CheckError, Checkpointing, Extras, Hashing, Identity, MemoryLimit, Problem, Progress, Question,
    SearchOptions, StateMemory, Until, Walks, Width,
};

/// The report of a run on a model.
pub use synod_checker::ModelReport as Report;

/// A memory limit that the caller set.
pub const fn asked_for(bytes: u64) -> MemoryLimit {
    MemoryLimit { bytes, of: None }
}

/// The options of every engine, and what is asked of the model.
#[derive(Clone, Debug)]
pub struct Options {
    pub engine: Engine,
    pub threads: NonZeroUsize,
    pub identity: Identity,
    pub max_states: Option<NonZeroU64>,
    pub timeout: Option<Duration>,
    pub max_memory: Option<u64>,
    pub until: Until,
    pub seed: u64,
    pub fingerprint: Width,
    pub checkpoint: Option<Checkpointing>,
    pub sketches: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            engine: Engine::default(),
            threads: NonZeroUsize::MIN,
            identity: Identity::default(),
            max_states: None,
            timeout: None,
            max_memory: None,
            until: Until::default(),
            seed: 0,
            fingerprint: Width::default(),
            checkpoint: None,
            sketches: false,
        }
    }
}

impl Options {
    pub fn search(&self) -> SearchOptions {
        SearchOptions {
            hashing: Hashing::new(self.seed, self.fingerprint),
            memory: self.max_memory.map(|bytes| StateMemory {
                bytes,
                limit: asked_for(bytes),
            }),
            checkpoint: self.checkpoint.clone(),
        }
    }

    fn problem<M: Model + 'static>(
        &self,
        model: M,
        extras: &Extras<M>,
        progress: &Arc<Progress>,
    ) -> Result<Arc<Problem<M>>, CheckError> {
        Problem::new(model, extras.clone(), self.question(), progress)
    }

    pub fn question(&self) -> Question {
        Question {
            identity: self.identity.clone(),
            until: self.until.clone(),
            max_states: self.max_states,
            timeout: self.timeout,
            sketches: self.sketches,
        }
    }
}

/// Checks a model that offers nothing beyond Stateright's trait.
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

/// Checks a model.
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
    let problem = options.problem(model, extras, progress)?;
    synod_checker::check(&problem, &*make(options))
}

/// Checks a model by random walks.
pub fn walk<M>(
    model: &M,
    extras: &Extras<M>,
    walks: Walks,
    until: Until,
    progress: &Arc<Progress>,
) -> Report<M>
where
    M: Model + Clone + Send + Sync + 'static,
    M::State: Clone + Hash + Send + Sync,
    M::Action: Clone + Send + Sync,
{
    let options = Options {
        until,
        ..Options::default()
    };
    let problem = options.problem(model.clone(), extras, progress).unwrap();
    synod_checker::check(&problem, &walks).unwrap()
}
