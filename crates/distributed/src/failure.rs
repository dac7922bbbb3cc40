//! A failure ends all workers of a process at once, whatever they are doing.

use std::sync::OnceLock;
use std::time::Duration;
use synod_checker::{CheckError, Peer};

/// The cause of a failure.
#[derive(Clone, Debug)]
pub(super) enum Cause {
    /// The connection to another process is lost.
    ConnectionLost(Peer),
    /// The run was stopped, and other processes have not acknowledged it in time.
    Unanswered {
        /// The silent processes; empty if they are not known.
        peers: Vec<Peer>,
        /// For how long this process has waited for them.
        patience: Duration,
    },
    /// The run was stopped, and the workers of the only process have not agreed in time on
    /// the round after which they stop: there are very many workers, or one is busy.
    NoAgreement,
    /// A worker of this process cannot go on.
    Here(CheckError),
}

/// The failure of a process, if there is one; shared by all its threads. Only the first
/// cause is kept.
#[derive(Debug, Default)]
pub(super) struct Failure(OnceLock<Cause>);

impl Failure {
    pub(super) fn set(&self, cause: Cause) {
        let _ = self.0.set(cause);
    }

    pub(super) fn get(&self) -> Option<&Cause> {
        self.0.get()
    }
}
