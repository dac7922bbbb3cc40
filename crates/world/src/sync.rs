//! What the [`table`](crate::table) is made of. A test puts other types in their place, which try
//! every order of the steps of several threads.

pub(crate) use std::sync::OnceLock;
pub(crate) use std::sync::atomic::AtomicU64;
