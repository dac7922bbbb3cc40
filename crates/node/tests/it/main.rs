//! Tests of running nodes: networks, disks, clients, and the ledgers that they leave.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // In helpers of tests as in tests.

mod backup;
mod clients;
mod common;
mod farewell;
mod frames;
mod ledger;
mod operation;
mod private;
mod rollback;
mod snapshot;
mod transport;
mod wire;
