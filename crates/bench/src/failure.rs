//! Why something was not measured, or a write failed.

/// Why, in words.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;
