//! Nodes as they run: networks, disks, clients; and what they leave.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // In helpers of tests as in tests.

mod clients;
mod common;
mod farewell;
mod ledger;
mod private;
mod rollback;
mod transport;
mod wire;
