//! Starting threads. Whether the requested number can be started is tried first,
//! because some libraries assume that it can, and panic otherwise.

use crate::error::CheckError;
use std::sync::{Mutex, PoisonError};
use std::thread::Builder;

/// Starts `count` threads beside this one, and ends them again.
///
/// # Errors
/// [`CheckError::TooManyThreads`] if not all of them can run at the same time.
pub(crate) fn try_to_start(count: usize) -> Result<(), CheckError> {
    let gate = Mutex::new(());
    std::thread::scope(|scope| {
        let closed = gate.lock().unwrap_or_else(PoisonError::into_inner);
        for number in 1..=count {
            let wait = || drop(gate.lock());
            let started = Builder::new().spawn_scoped(scope, wait);
            started.map_err(|error| CheckError::TooManyThreads {
                number,
                of: count,
                error: error.to_string(),
            })?;
        }
        drop(closed);
        Ok(())
    })
}

/// Runs `work` on `count` threads, of which this one is one, and returns their
/// results. If a thread cannot be started the others do its share, since they take
/// work from a common place. If one panics, this one panics with the same payload.
pub(crate) fn on_threads<T: Send>(count: usize, work: impl Fn() -> T + Sync) -> Vec<T> {
    std::thread::scope(|scope| {
        let start = || Builder::new().spawn_scoped(scope, &work);
        let others: Vec<_> = (1..count).filter_map(|_| start().ok()).collect();
        let mut done = vec![work()];
        for other in others {
            match other.join() {
                Ok(other) => done.push(other),
                Err(payload) => std::panic::resume_unwind(payload),
            }
        }
        done
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_threads_as_usual_can_be_started() {
        assert_eq!(try_to_start(0), Ok(()));
        assert_eq!(try_to_start(4), Ok(()));
    }
}
