//! How `synod` ends.

use std::process::ExitCode;

/// The exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// 0: every spec did what it expects.
    AsExpected,
    /// 1: some spec did not.
    NotAsExpected,
    /// 2: bad usage, in which case nothing was checked, or a bad spec file.
    BadInput,
    /// 5: nothing unexpected, but some run ended before it could tell.
    Inconclusive,
}

impl Status {
    /// The worse of both. Bad input outweighs an unexpected result, which outweighs an
    /// inconclusive one, which outweighs success.
    pub(crate) const fn or_worse(self, other: Self) -> Self {
        match (self, other) {
            (Self::BadInput, _) | (_, Self::BadInput) => Self::BadInput,
            (Self::NotAsExpected, _) | (_, Self::NotAsExpected) => Self::NotAsExpected,
            (Self::Inconclusive, _) | (_, Self::Inconclusive) => Self::Inconclusive,
            _ => Self::AsExpected,
        }
    }
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
