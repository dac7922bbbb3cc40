//! Threads. Whether there can be as many as were asked for is tried before: the
//! libraries that start some of them take it for granted, and panic.

use crate::error::CheckError;
use std::sync::{Mutex, PoisonError};
use std::thread::Builder;

/// Starts so many threads beside this one and ends them again.
///
/// # Errors
/// [`CheckError::TooManyThreads`] if there cannot be so many at the same time.
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

/// Does the same on so many threads, of which this one is one. Where there is no
/// thread any more, the others do its work; where one panics, so does this one.
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
    fn threads_that_were_tried_have_ended() {
        assert_eq!(try_to_start(0), Ok(()));
        assert_eq!(try_to_start(4), Ok(()));
    }
}
