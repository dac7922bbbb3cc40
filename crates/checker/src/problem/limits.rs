//! When a run has to end though there is more: there is no more time, there are
//! too many states, or it was stopped.

use crate::progress::Progress;
use crate::report::Reason;
use std::num::NonZeroU64;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a run whose search was ended by a person or by the clock may take to
/// find the paths to the violations that it has found: most are found at once.
const GRACE: Duration = Duration::from_secs(1);

/// The limits of a run, from when it began.
#[derive(Debug)]
pub struct Limits {
    begun: Instant,
    timeout: Option<Duration>,
    max_states: Option<NonZeroU64>,
    progress: Arc<Progress>,
}

impl Limits {
    /// Those of a run that begins now.
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

    /// Distinct states at which the run ends.
    pub const fn max_states(&self) -> Option<NonZeroU64> {
        self.max_states
    }

    /// How long the run has taken.
    pub fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Whether what the run is doing should go on: it was not stopped, and there is time.
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

    /// The same, for a visitor.
    pub fn flow(&self) -> ControlFlow<()> {
        if self.goes_on() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    }

    /// Whether another distinct state may be counted.
    pub fn has_room_for_another(&self) -> bool {
        let limit = self.max_states;
        limit.is_none_or(|limit| self.progress.reserve_state(limit))
    }
}
