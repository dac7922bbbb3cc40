//! How `synod` ends.

use std::process::ExitCode;

/// The exit status. The later, the worse: bad input outweighs an unexpected result,
/// which outweighs an inconclusive one, which outweighs success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// 0: every spec did what it expects.
    AsExpected,
    /// 5: nothing unexpected, but some run ended before it could tell.
    Inconclusive,
    /// 1: some spec did not.
    NotAsExpected,
    /// 2: bad usage, in which case nothing was checked, or a bad spec file.
    BadInput,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::AsExpected => 0,
            Status::NotAsExpected => 1,
            Status::BadInput => 2,
            Status::Inconclusive => 5,
        })
    }
}
