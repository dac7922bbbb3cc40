//! TLC: where it is, how it is run, what it says.

mod program;
mod says;

pub use program::{MISSING, Program, TlcError, Workplace};
pub use says::{Ending, TlcRun, read_output};
