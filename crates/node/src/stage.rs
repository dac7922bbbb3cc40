//! [`Stage`]: what a node does from its start until it takes part.

use std::fmt;

/// What a node that starts is doing. [`Status::starting`](crate::status::Status::starting) has
/// it, and its text is what users see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It looks for its ledger, and makes an empty one if there was none.
    Opening,
    /// It verifies every page of the ledger's file.
    Verifying {
        /// The size of the file.
        bytes: u64,
    },
    /// It reads the decrees in the ledger.
    Reading {
        /// How many it has read.
        done: u64,
        /// How many there are, about: gaps are counted.
        of: u64,
    },
    /// It reads the snapshot.
    Snapshot {
        /// The size of the file.
        bytes: u64,
    },
    /// It carries out the decrees, so that it has the law again.
    Restoring {
        /// How many there are.
        decrees: u64,
    },
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Opening => f.write_str("opening the ledger"),
            Self::Verifying { bytes } => {
                write!(f, "verifying the ledger's file of {} MiB", bytes >> 20)
            }
            Self::Reading { done, of } => write!(f, "reading the ledger, {done} of {of} decrees"),
            Self::Snapshot { bytes } => write!(f, "reading the snapshot of {} MiB", bytes >> 20),
            Self::Restoring { decrees } => {
                write!(f, "restoring the law from {decrees} decrees")
            }
        }
    }
}
