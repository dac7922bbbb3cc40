//! The error type of this program: it is only shown.

/// Why something could not be measured or written, in words.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;
