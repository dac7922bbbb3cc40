//! Nodes as they run: networks, disks, clients.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // In helpers of tests as in tests.

mod clients;
mod transport;
mod wire;
