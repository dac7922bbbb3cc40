//! The options of `synod check` that write what specs expect.

use clap::{ArgGroup, Args};
use synod_specs::Because;

/// Options that write what specs expect.
#[derive(Args, Debug)]
#[command(group = ArgGroup::new("writes").args(["update", "review"]))]
pub(crate) struct PinOptions {
    /// Write the figures of the run into the table `[expect]` of every spec file that expects other ones, or none yet;
    /// the reason is kept above the table. Everything else in the file stays. A verdict that has changed is never
    /// written, nor is what an inconclusive run has seen.
    #[arg(long, requires = "because", conflicts_with = "simulate")]
    pub(crate) update: bool,

    /// The same, but show what would change in each file, and ask: accept (a), skip (s) or quit (q).
    #[arg(long, requires = "because", conflicts_with = "simulate")]
    pub(crate) review: bool,

    /// Why the results have changed: one line or several. It is kept in the file.
    #[arg(long, value_name = "REASON", requires = "writes")]
    pub(crate) because: Option<Because>,
}
