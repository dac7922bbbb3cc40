//! The limits of a search that judges no properties.

use super::values::{size, states, time};
use bytesize::ByteSize;
use clap::Args;
use std::num::NonZeroU64;
use std::time::Duration;

#[derive(Args, Debug)]
pub(crate) struct LimitOptions {
    /// End the search as inconclusive when it has more distinct states.
    #[arg(long, value_name = "N", value_parser = states)]
    pub(crate) max_states: Option<NonZeroU64>,

    /// End the search as inconclusive after this time, such as 90s or 5m.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) timeout: Option<Duration>,

    /// End the search as inconclusive when the process needs more memory, such as 8GiB. Default, where the system
    /// tells (Linux): half of the memory that is free. The limits of the process (ulimit) hold in any case.
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(crate) max_memory: Option<ByteSize>,
}

impl LimitOptions {
    /// The first limit that was given.
    pub(crate) fn given(&self) -> Option<&'static str> {
        let given = [
            ("--max-states", self.max_states.is_some()),
            ("--timeout", self.timeout.is_some()),
            ("--max-memory", self.max_memory.is_some()),
        ];
        let mut given = given.into_iter().filter(|(_, is_given)| *is_given);
        given.next().map(|(option, _)| option)
    }
}
