//! When a run has to end before everything is explored: its time is up, there are too
//! many states, or it was stopped.

use crate::progress::Progress;
use crate::report::Reason;
use std::num::NonZeroU64;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a run may search for paths to its violations after a person or the clock
/// has ended its search for states. Most paths are found at once.
const GRACE: Duration = Duration::from_secs(1);

/// The limits of a run. The engines ask them often; [`crate::Question`] sets them, and
/// its example shows what becomes of a run that reaches one.
#[derive(Debug)]
pub struct Limits {
    begun: Instant,
    timeout: Option<Duration>,
    max_states: Option<NonZeroU64>,
    progress: Arc<Progress>,
}

impl Limits {
    /// The limits of a run that begins now.
    pub(super) fn from_now(
        timeout: Option<Duration>,
        max_states: Option<NonZeroU64>,
        progress: &Arc<Progress>,
    ) -> Self {
        Self {
            begun: Instant::now(),
            timeout,
            max_states,
            progress: Arc::clone(progress),
        }
    }

    /// The most distinct states.
    pub const fn max_states(&self) -> Option<NonZeroU64> {
        self.max_states
    }

    /// How long the run has taken so far.
    pub fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Whether the current phase of the run should go on: it was not stopped, and has
    /// time left. Stops it if its time is up.
    pub fn goes_on(&self) -> bool {
        if let Some((overtime, reason)) = self.progress.overtime() {
            if overtime >= GRACE {
                self.progress.stop(reason);
            }
        } else if let Some(limit) = self.timeout
            && self.elapsed() >= limit
        {
            self.progress.stop(Reason::TimeLimit(limit));
        }
        !self.progress.is_stopped()
    }

    /// [`Limits::goes_on`] for visitors, which break off when it is false.
    pub fn flow(&self) -> ControlFlow<()> {
        if self.goes_on() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    }

    /// Whether another distinct state may be counted. Stops the run if not.
    pub(crate) fn has_room_for_another(&self) -> bool {
        let limit = self.max_states;
        limit.is_none_or(|limit| self.progress.reserve_state(limit))
    }
}
