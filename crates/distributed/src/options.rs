//! What is asked of the engine.

use super::hosts::Hosts;
use std::num::NonZeroUsize;
use std::sync::Arc;
use synod_checker::SearchOptions;

/// The search level by level on Timely Dataflow, over workers that share nothing,
/// of one process or of several.
#[derive(Clone, Debug)]
pub struct Timely {
    /// How many workers each process has.
    pub workers: NonZeroUsize,
    /// The processes of the run; without, this one alone.
    pub hosts: Option<Arc<Hosts>>,
    /// What else is asked of the search; of memory, of this process.
    pub search: SearchOptions,
}

impl Timely {
    /// The name of the engine.
    pub const NAME: &str = "timely";
}
