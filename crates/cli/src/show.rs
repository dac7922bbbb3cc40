//! `synod show`: the text of a run spec that is built in.

use crate::args::ShowOptions;
use crate::diagnostics;
use crate::output::say;
use crate::specs;
use crate::status::Status;

/// Prints the spec as it is.
pub(crate) fn show(options: &ShowOptions) -> Status {
    match specs::text_of_built_in(&options.name) {
        Ok(text) => {
            say(text);
            Status::AsExpected
        }
        Err(complaint) => {
            diagnostics::report(&[complaint]);
            Status::BadInput
        }
    }
}
