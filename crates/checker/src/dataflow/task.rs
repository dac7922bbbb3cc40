//! What is searched for and how: the same for all workers of a process.

use super::failure::Failure;
use super::place::Place;
use crate::fingerprint::Hashing;
use crate::identity::Identity;
use crate::limits::Limits;
use crate::options::{Extras, Options, Storage};
use crate::progress::Progress;
use crate::properties::awaited;
use stateright::{Model, Property};
use std::sync::Arc;

/// A model, what is asked of it, and how.
pub(super) struct Task<M: Model> {
    pub(super) model: M,
    pub(super) properties: Vec<Property<M>>,
    pub(super) extras: Extras<M>,
    pub(super) storage: Storage<M>,
    pub(super) hashing: Hashing,
    pub(super) options: Options,
    pub(super) progress: Arc<Progress>,
    /// Bits of the properties whose violation ends the run.
    pub(super) awaited: u64,
    pub(super) limits: Limits,
    pub(super) failure: Arc<Failure>,
}

impl<M: Model> Task<M> {
    pub(super) fn new(
        model: M,
        extras: Extras<M>,
        storage: Storage<M>,
        options: &Options,
        progress: &Arc<Progress>,
    ) -> Self {
        let properties = model.properties();
        Self {
            model,
            awaited: awaited(&properties, &options.until),
            properties,
            extras,
            storage,
            hashing: Hashing::new(options.seed, options.fingerprint),
            options: options.clone(),
            progress: Arc::clone(progress),
            limits: Limits::from_now(options, progress),
            failure: Arc::new(Failure::default()),
        }
    }

    /// What processes must agree on to work together, and a checkpoint and the
    /// run that goes on from it.
    pub(super) fn identity(&self) -> Identity {
        Identity::of_run(&self.options, &self.properties)
    }

    /// Which of the processes this is.
    pub(super) fn process(&self) -> usize {
        let hosts = self.options.hosts.as_ref();
        hosts.map_or(0, |hosts| hosts.process())
    }

    /// The bytes that one worker may take.
    pub(super) fn memory_of(&self, place: Place) -> Option<u64> {
        let all = self.options.max_memory?;
        Some(all / place.workers as u64)
    }
}
