//! The options of the engine.

use super::hosts::Hosts;
use std::num::NonZeroUsize;
use std::sync::Arc;
use synod_checker::SearchOptions;

/// A breadth-first search, level by level, on Timely Dataflow: an
/// [`Engine`](synod_checker::Engine) whose workers share no states, in one process or in
/// several. The [crate]'s page says how it works, and its example is a whole run.
#[derive(Clone, Debug)]
pub struct Timely {
    /// The number of workers of each process, one thread each. It must be the same on all
    /// processes.
    pub workers: NonZeroUsize,
    /// The processes of the run; none if this process is the only one.
    pub hosts: Option<Arc<Hosts>>,
    /// The options that all searches have. A limit of memory is that of this process.
    pub search: SearchOptions,
}

impl Timely {
    /// The name of the engine, in reports and in errors.
    pub const NAME: &str = "timely";
}
