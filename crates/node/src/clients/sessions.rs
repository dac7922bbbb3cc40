//! Client sessions: under which names connections ask the parliament.
//!
//! The law remembers the last answer to each of its latest 65,536 clients.
//! Would each connection be a client of its own, short ones would push the long
//! ones out. So a name is given back when its connection ends, and taken again
//! with its sequence going on: a process has as many as it ever had connections
//! at once.
//!
//! A request that a connection left behind, without knowing what came of it,
//! is older than the next one under its name: from then on it is passed never,
//! if it was not.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use synod_protocol::parliament::RequestId;

/// The names that no connection uses now.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    free: Mutex<Vec<RequestId>>,
}

/// A name while a connection uses it.
#[derive(Debug)]
pub(super) struct Session {
    next: RequestId,
    owner: Arc<Sessions>,
}

impl Sessions {
    /// A name that nobody else uses: an old one, or a random one of 64 bits.
    /// Two processes with the same would take each other's answers for their
    /// own; of 100,000 names two are the same once in four thousand million
    /// cases.
    ///
    /// # Errors
    ///
    /// If the operating system has no random bytes.
    pub(super) fn take(self: &Arc<Self>) -> Result<Session, getrandom::Error> {
        let old = self.free().pop();
        let next = match old {
            Some(next) => next,
            None => RequestId {
                client: getrandom::u64()?,
                sequence: 1,
            },
        };
        Ok(Session {
            next,
            owner: Arc::clone(self),
        })
    }

    fn free(&self) -> MutexGuard<'_, Vec<RequestId>> {
        // Nothing is left half done while it is held.
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Session {
    /// The name of the next request.
    pub(super) const fn next(&mut self) -> RequestId {
        let id = self.next;
        self.next.sequence += 1;
        id
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.owner.free().push(self.next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_given_back_is_taken_again_and_its_sequence_goes_on() {
        let sessions = Arc::new(Sessions::default());
        let (mut one, other) = (sessions.take().unwrap(), sessions.take().unwrap());
        let (first, second) = (one.next(), one.next());
        assert_eq!(first.client, second.client);
        assert!(first.sequence < second.sequence);
        assert_ne!(other.next.client, first.client);
        drop(one);
        let third = sessions.take().unwrap().next();
        assert_eq!(third.client, first.client);
        assert!(second.sequence < third.sequence);
    }
}
