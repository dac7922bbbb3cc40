//! Worlds of processes that have nothing to do with Paxos: without a lens and with one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Tests.

mod disks;
mod drawn;
mod interchangeable;
mod lenses;
mod lock;
mod losses;
mod networks;
mod nodes;
mod reference;
mod script;
mod stored;
mod table;
