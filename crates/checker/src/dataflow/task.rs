//! What is searched for and how: the same for all workers of a process.

use super::failure::Failure;
use super::place::Place;
use crate::fingerprint::Hashing;
use crate::levels::awaited;
use crate::options::{Extras, Options, Storage};
use crate::progress::Progress;
use crate::report::Reason;
use stateright::{Model, Property};
use std::sync::Arc;
use std::time::{Duration, Instant};

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
    deadline: Option<(Instant, Duration)>,
    pub(super) failure: Arc<Failure>,
}

impl<M: Model> Task<M> {
    pub(super) fn new(
        model: M,
        extras: Extras<M>,
        storage: Storage<M>,
        options: &Options,
        progress: &Arc<Progress>,
        failure: Arc<Failure>,
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
            deadline: options.timeout.map(|limit| (Instant::now(), limit)),
            failure,
        }
    }

    /// What processes must agree on to work together, and a checkpoint and the
    /// run that goes on from it.
    pub(super) fn identity(&self) -> String {
        let Options {
            identity,
            seed,
            fingerprint,
            until,
            ..
        } = &self.options;
        let properties: Vec<_> = self.properties.iter().map(|p| p.name).collect();
        format!(
            "{identity}, until {until:?}, seed {seed}, fingerprints of {} bits, properties {}",
            fingerprint.bits(),
            properties.join(", ")
        )
    }

    /// How many kinds of actions are told apart.
    pub(super) fn kinds(&self) -> usize {
        let kinds = self.extras.kinds.as_ref();
        kinds.map_or(0, |kinds| kinds.names.len())
    }

    pub(super) fn kind(&self, action: &M::Action) -> Option<usize> {
        let kinds = self.extras.kinds.as_ref()?;
        Some((kinds.of)(&self.model, action))
    }

    pub(super) fn is_found(&self, property: usize, state: &M::State) -> bool {
        let property = &self.properties[property];
        let is_met = (property.condition)(&self.model, state);
        is_met != property.expectation.discovery_is_failure()
    }

    /// Whether the run should go on: nobody has stopped it, and there is time.
    pub(super) fn goes_on(&self) -> bool {
        if let Some((begun, limit)) = self.deadline
            && begun.elapsed() >= limit
        {
            self.progress.stop(Reason::TimeLimit(limit));
        }
        self.progress.stopped().is_none()
    }

    /// Whether another distinct state may be counted by this process.
    pub(super) fn has_room_for_another(&self) -> bool {
        let limit = self.options.max_states;
        limit.is_none_or(|limit| self.progress.reserve_state(limit))
    }

    /// The bytes that one worker may take.
    pub(super) fn memory_of(&self, place: Place) -> Option<u64> {
        let all = self.options.max_memory?;
        Some(all / place.workers as u64)
    }
}
