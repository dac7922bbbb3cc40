//! `synod show`: the text of a run spec that is built in.

use crate::args::ShowOptions;
use crate::diagnostics::Complaint;
use crate::output::say;
use crate::specs;
use crate::status::Status;

/// Prints the spec as it is.
///
/// # Errors
/// There is no such spec.
pub(crate) fn show(options: &ShowOptions) -> Result<Status, Complaint> {
    say(specs::text_of_built_in(&options.name)?);
    Ok(Status::AsExpected)
}
