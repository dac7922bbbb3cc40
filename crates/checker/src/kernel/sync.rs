//! The locks and counters of the visited set: those of the standard library. A test
//! (`under_loom`) compiles the set with loom's, which try every order of the threads.

pub(super) use std::sync::atomic::AtomicU64;
pub(super) use std::sync::{Mutex, MutexGuard};
