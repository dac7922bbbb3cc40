//! What the visited set shares between threads. A test (`under_loom`) compiles the set with
//! loom's instead, which try every order.

pub(super) use std::sync::atomic::AtomicU64;
pub(super) use std::sync::{Mutex, MutexGuard};
