//! What ends the workers of a process at once, whatever they are doing.

use std::sync::OnceLock;
use std::time::Duration;
use synod_checker::{CheckError, Peer};

/// Why.
#[derive(Clone, Debug)]
pub(super) enum Cause {
    /// The connection to another process is gone.
    ConnectionLost(Peer),
    /// The run was stopped, and other processes do not say that they heard it.
    Unanswered {
        /// The silent processes; empty if it is not known which.
        peers: Vec<Peer>,
        /// How long it has waited for them.
        patience: Duration,
    },
    /// The run was stopped, and the workers of the only process do not agree soon
    /// on where: there are very many, or one is busy.
    NoAgreement,
    /// A worker of this process cannot go on.
    Here(CheckError),
}

/// Shared by all threads of a process. The first cause counts.
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
