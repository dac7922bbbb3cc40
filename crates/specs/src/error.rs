//! The error about a run spec.

use std::ops::Range;

/// A mistake in a run spec: what is wrong, where, and the remedy. The crate's example shows one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}; {help}")]
pub struct SpecError {
    /// What is wrong.
    pub message: String,
    /// The place, as bytes of the text; `0..0` if the mistake has no place.
    pub span: Range<usize>,
    /// The remedy.
    pub help: String,
}

impl SpecError {
    /// A mistake at a place, with its remedy.
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
