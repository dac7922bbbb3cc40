//! TLC: where it is, how it is run, what it says.

mod interruption;
mod program;
mod says;

pub use interruption::leave_nothing_behind;
pub use program::{MISSING, Program, TlcError, Workplace};
pub use says::{Ending, TlcRun, read_output};
