//! What is wrong with a run spec.

use std::ops::Range;

/// What is wrong with a run spec, where, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}; {help}")]
pub struct SpecError {
    /// What is wrong.
    pub message: String,
    /// The bytes of the file that are at fault.
    pub span: Range<usize>,
    /// What would be right.
    pub help: String,
}

impl SpecError {
    /// Something wrong, where it is and what would be right.
    pub(crate) fn at(
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            message: message.into(),
            span,
            help: help.into(),
        }
    }
}
