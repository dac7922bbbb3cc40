//! TLC, the checker of TLA+: finds the program, runs it, and reads its output.
//!
//! [`Program`] is the program, [`Workplace`] a folder in which it runs, [`TlcRun`] the
//! result of a run. [`judge`](crate::judge::judge), which uses them, has an example.

mod interruption;
mod output;
mod program;

pub use interruption::clean_up_on_interruption;
pub use output::{Ending, TlcRun, read_output};
pub use program::{MISSING, Program, TlcError, Workplace};
