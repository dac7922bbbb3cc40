//! What changed since an earlier run of the same spec: [`Change`].

use crate::trace::TraceStep;

/// How a run differs from an earlier one, its baseline. A part of
/// [`Checked`](crate::Checked).
pub struct Change {
    /// The baseline, as a person would name it.
    pub since: String,
    /// What is different, a sentence each, the first level that differs first. Never empty.
    pub differences: Vec<String>,
    /// Where the two runs part; empty if that cannot be told.
    pub partings: Vec<Parting>,
}

/// A state in which two runs part: it was reached in one of them only, or other steps can be
/// taken from it.
pub struct Parting {
    /// What is different about the last state of the path, in a sentence.
    pub about: String,
    /// The initial state, then each step with the state after it.
    pub steps: Vec<TraceStep>,
}
