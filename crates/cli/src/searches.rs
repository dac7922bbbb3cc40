//! Searches of a model that judge no properties, with limits, progress, and Ctrl-C.

use crate::args::LimitOptions;
use crate::diagnostics::Complaint;
use crate::engines::Share;
use crate::memory::{self, Limits};
use crate::progress::{Interruption, Line, watched};
use std::path::Path;
use std::sync::Arc;
use synod_checker::{Extras, Problem, Progress, Question, Until};
use synod_specs::Viewable;

/// The limits of the memory. Call it first of all: this may start the process again.
pub(crate) fn limits(options: &LimitOptions) -> Limits {
    let asked = options.max_memory.map(|limit| limit.as_u64());
    let limits = Limits::chosen(asked, Share::Half);
    if limits.are_own() {
        memory::end_as_inconclusive_where_it_is_refused();
    }
    limits
}

/// A refusal to view a model: its initial states are too many.
pub(crate) fn too_many_initial_states(spec: &Path) -> Complaint {
    let message = "its model begins in too many states";
    Complaint::file(
        spec,
        message,
        "choose a run spec without the key `inductive`",
    )
}

/// Runs a search on the model of a spec. None if it was given up after Ctrl-C.
///
/// # Errors
/// The model cannot be searched.
pub(crate) fn search<M: Viewable, T: Send + 'static>(
    spec: &Path,
    model: M,
    (options, limits): (&LimitOptions, &Limits),
    search: impl FnOnce(&Problem<M>) -> T + Send + 'static,
) -> Result<Option<T>, Complaint> {
    let question = Question {
        until: Until::Exhausted,
        max_states: options.max_states,
        timeout: options.timeout,
        ..Question::default()
    };
    let progress = Arc::new(Progress::new());
    let complaint = |error| Complaint::file(spec, error, "choose another run spec");
    let problem = Problem::new(model, Extras::default(), question, &progress).map_err(complaint)?;
    let name = spec.display().to_string();
    let (line, interruption) = (Line::new(&name, None), Interruption::install());
    let run = move || Ok(Some(search(&problem)));
    watched(line, &interruption, limits, &progress, run, || None).map_err(complaint)
}
