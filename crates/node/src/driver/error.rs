//! Why a driver ends before it is told to.

use crate::ledger::LedgerError;
use std::io;

/// Why a driver ended.
#[derive(Debug, thiserror::Error)]
pub enum DriverError {
    /// The ledger could not be written: nothing that depends on it was sent.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The trace could not be written.
    #[error("the trace cannot be written: {0}")]
    Trace(#[from] io::Error),
}
