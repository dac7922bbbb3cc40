//! The options of `synod check` that choose among the specs, and those that say what is known of
//! earlier runs.

use super::values::time;
use clap::Args;
use std::fmt;
use std::num::NonZeroU64;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// Options that choose among the specs that were found. They take effect in this order, each on
/// what the one before has left.
#[derive(Args, Debug)]
pub(crate) struct ChoiceOptions {
    /// Check only specs whose file has changed since this git revision, or whose protocol has (in a checkout of Synod
    /// itself). A file that git does not track has changed. Of what this chooses, --shard takes its part, and of that
    /// --budget what fits.
    #[arg(long, value_name = "REV")]
    pub(crate) changed_since: Option<String>,

    /// Check only part K of N, such as 2/5. Every spec is in exactly one part. With --costs the parts take about as
    /// long as each other: give all of them the same file.
    #[arg(long, value_name = "K/N")]
    pub(crate) shard: Option<Shard>,

    /// Check what fits into this time: first specs that were named themselves and those that must fail, then the
    /// quickest. How long a spec takes is known from --costs or from earlier runs on this machine; otherwise a small
    /// one counts for 2s, a medium one for 5m, a large one for 2h. What does not fit is left out, and named. When the
    /// time is up, the run under way and those that follow are inconclusive.
    #[arg(long, value_name = "TIME", value_parser = time, conflicts_with_all = ["hosts", "simulate"])]
    pub(crate) budget: Option<Duration>,

    /// Read from this file how long each spec took, and write it there in the end. A file that does not exist is made.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["hosts", "simulate"])]
    pub(crate) costs: Option<PathBuf>,

    /// Keep complete results in this folder, and do not run a spec again of which the same program has checked the
    /// same model by the same engine. The report says of each result whether it was kept, and since when.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["hosts", "simulate"])]
    pub(crate) cache: Option<PathBuf>,
}

/// A part of all specs: number `part` of `of`, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    pub(crate) part: NonZeroU64,
    pub(crate) of: NonZeroU64,
}

impl FromStr for Shard {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once('/');
        let parts = parts.and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
        match parts {
            Some((part, of)) if part <= of => Ok(Self { part, of }),
            _ => Err("it must be a part and how many there are, such as 2/5"),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}
