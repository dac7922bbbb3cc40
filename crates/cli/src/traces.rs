//! `synod traces`.

use crate::args::{TraceForm, TracesOptions};
use crate::diagnostics::Complaint;
use crate::memory::Limits;
use crate::output::say;
use crate::status::Status;
use crate::{searches, specs};
use indicatif::HumanCount;
use std::fs;
use std::io;
use std::num::NonZeroUsize;
use std::path::Path;
use std::thread::available_parallelism;
use synod_conformance::{Coverage, Form, cover};
use synod_report::plurals::plural;
use synod_report::style::{GOOD, OPEN};
use synod_specs::{Viewable, Viewer};

/// Writes traces that cover the model of a spec.
///
/// # Errors
/// Nothing was written, or not all of it could be.
pub(crate) fn traces(options: &TracesOptions) -> Result<Status, Complaint> {
    let limits = searches::limits(&options.limits);
    let spec = specs::find_one(&options.spec)?;
    refuse_full(&options.out)?;
    let coverage = spec.view(Cover { options, limits });
    let refused = |_| searches::too_many_initial_states(&options.spec);
    let Some(coverage) = coverage.map_err(refused)?? else {
        say("inconclusive: interrupted; no trace was written\n");
        return Ok(Status::Inconclusive);
    };
    write(options, &coverage)?;
    say(&told(options, &coverage));
    Ok(if coverage.stopped.is_some() {
        Status::Inconclusive
    } else {
        Status::AsExpected
    })
}

struct Cover<'a> {
    options: &'a TracesOptions,
    limits: Limits,
}

impl Viewer for Cover<'_> {
    type Output = Result<Option<Coverage>, Complaint>;

    fn view<M: Viewable>(self, model: M) -> Self::Output {
        let options = self.options;
        let cores = || available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let threads = options.threads.unwrap_or_else(cores);
        let limits = (&options.limits, &self.limits);
        searches::search(&options.spec, model, limits, move |problem| {
            cover(problem, threads)
        })
    }
}

/// Refuses a folder that has files: a driver takes an implementation through every file of the
/// folder, and files of an earlier run would be among them.
fn refuse_full(folder: &Path) -> Result<(), Complaint> {
    let help = "name a new folder with --out, or remove what is in this one";
    match folder.read_dir() {
        Ok(mut entries) => match entries.next() {
            Some(_) => Err(Complaint::file(folder, "this folder is not empty", help)),
            None => Ok(()),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Complaint::file(folder, error, help)),
    }
}

fn write(options: &TracesOptions, coverage: &Coverage) -> Result<(), Complaint> {
    let form = match options.format {
        TraceForm::Itf => Form::Itf,
        TraceForm::Jsonl => Form::Lines,
    };
    let folder = &options.out;
    let complaint = |path: &Path, error: io::Error| {
        Complaint::file(path, error, "name a folder that can be written to")
    };
    fs::create_dir_all(folder).map_err(|error| complaint(folder, error))?;
    let source = options.spec.display().to_string();
    for (name, text) in coverage.files(form, &source, options.enabled) {
        let path = folder.join(name);
        fs::write(&path, text).map_err(|error| complaint(&path, error))?;
    }
    Ok(())
}

fn told(options: &TracesOptions, coverage: &Coverage) -> String {
    let count = |number: u64, [one, many]: [&str; 2]| {
        format!("{} {}", HumanCount(number), plural(number, one, many))
    };
    let steps = coverage.traces.iter().map(|trace| trace.steps.len() - 1);
    let traces = coverage.traces.len();
    let (out, steps) = (options.out.display(), steps.sum::<usize>() as u64);
    let traces = count(traces as u64, ["trace", "traces"]);
    let written = format!("{traces} in {out}, {}", count(steps, ["step", "steps"]));
    let actions = count(coverage.actions as u64, ["action", "actions"]);
    let branches = count(coverage.branches as u64, ["branch", "branches"]);
    let states = count(coverage.states, ["state", "states"]);
    let covered = match &coverage.stopped {
        None => format!(
            "{GOOD}every action and branch is covered{GOOD:#}: {actions} and {branches}, \
             in {states}, which are all within the bounds"
        ),
        Some(reason) => format!(
            "{OPEN}inconclusive{OPEN:#}: {reason}; covered are {actions} and {branches}, \
             in {states}, and there may be others"
        ),
    };
    let never = match &coverage.never[..] {
        [] => String::new(),
        never => format!(
            "kinds of steps that were never taken: {}\n",
            never.join(", ")
        ),
    };
    format!("{written}\n{covered}\n{never}")
}
