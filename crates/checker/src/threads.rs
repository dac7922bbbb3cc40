//! Whether there can be as many threads as were asked for. The libraries that
//! start some of them take it for granted, and panic.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_that_were_tried_have_ended() {
        assert_eq!(try_to_start(0), Ok(()));
        assert_eq!(try_to_start(4), Ok(()));
    }
}
