//! Client sessions: the client ids under which connections make requests to the parliament.
//!
//! The law remembers the last answer to each of the latest 65,536 clients. If each connection were a
//! client of its own, many short connections would make the law forget the clients of long ones. So
//! a connection gives its client id back when it ends, and another connection continues the sequence
//! numbers of the id. A process has as many ids as it ever had connections at once.
//!
//! A request with an unknown outcome may be left behind when its connection ends. The next request
//! under the same client id has a higher sequence number; once that is passed, the older request can
//! no longer be carried out.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use synod_protocol::parliament::RequestId;

/// The client ids that no connection uses now, each with its next sequence number.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    free: Mutex<Vec<RequestId>>,
}

/// A client id while a connection uses it. Dropping it gives the id back.
#[derive(Debug)]
pub(super) struct Session {
    next: RequestId,
    owner: Arc<Sessions>,
}

impl Sessions {
    /// A client id that is not in use: one that was given back, or a new random one of 64 bits. Two
    /// processes with the same id would take each other's answers for their own. Among 100,000 ids,
    /// two are the same with a probability of one in four thousand million.
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
        // A panic while the lock is held leaves no harmful partial change.
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Session {
    /// The id of the next request.
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
    fn a_client_id_that_is_given_back_is_used_again_with_higher_sequence_numbers() {
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
