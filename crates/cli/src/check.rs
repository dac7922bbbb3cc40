//! `synod check`.

use crate::args::{CheckOptions, EngineName, Format, SizeLimit};
use crate::diagnostics::{self, Complaint};
use crate::memory;
use crate::outcome::{Comparison, compare};
use crate::output::{self, Checked, Human, Json, Junit, Listener, TraceFile};
use crate::progress::{Interruption, watched};
use crate::run::run;
use crate::specs::{self, Found};
use crate::status::Status;
use std::num::NonZeroUsize;
use synod_checker::{Engine, Options, Until};
use synod_models::spec::Size;

/// Checks what the options name and says what came out.
pub(crate) fn check(options: &CheckOptions) -> Status {
    let prepared = specs::find(&options.paths, options.size.into())
        .and_then(|found| Ok((listeners(options, &found).map_err(|c| vec![c])?, found)));
    match prepared {
        Ok((listeners, found)) => {
            let memory_limit = options.max_memory.map(|limit| limit.as_u64());
            let memory_limit = memory_limit.or_else(memory::most_of_what_is_free);
            check_all(&found, &checker_options(options), memory_limit, listeners)
        }
        Err(complaints) => {
            diagnostics::report(&complaints);
            Status::BadInput
        }
    }
}

fn checker_options(options: &CheckOptions) -> Options {
    let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    Options {
        engine: match options.engine {
            EngineName::Stateright => Engine::Stateright,
            EngineName::StaterightDfs => Engine::StaterightDfs,
        },
        threads: options.threads.unwrap_or_else(cores),
        max_states: options.max_states,
        timeout: options.timeout,
        until: if options.keep_going {
            Until::Exhausted
        } else {
            Until::FirstViolation
        },
    }
}

fn listeners(options: &CheckOptions, found: &[Found]) -> Result<Vec<Box<dyn Listener>>, Complaint> {
    // The file first: it may not be writable, and nothing has been said yet.
    let trace_file = options.trace_out.as_deref().map(TraceFile::create);
    let trace_file = trace_file.transpose()?;
    let mut listeners: Vec<Box<dyn Listener>> = vec![match options.format {
        Format::Human => Box::new(Human::new(found, options.verbose)),
        Format::Json => Box::new(Json),
        Format::Junit => Box::new(Junit::new()),
    }];
    if let Some(trace_file) = trace_file {
        listeners.push(Box::new(trace_file));
    }
    Ok(listeners)
}

fn check_all(
    found: &[Found],
    options: &Options,
    memory_limit: Option<u64>,
    mut listeners: Vec<Box<dyn Listener>>,
) -> Status {
    let interruption = Interruption::install();
    let mut status = Status::AsExpected;
    for found in found {
        if interruption.is_interrupted() {
            for listener in &mut listeners {
                listener.not_run(found, "interrupted");
            }
            status = worse(status, Status::Inconclusive);
            continue;
        }
        let outcome = watched(&found.name, &interruption, memory_limit, |progress| {
            run(&found.spec, options, progress)
        });
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(error) => {
                // A fault of the program, not of the spec: no verdict.
                for listener in &mut listeners {
                    listener.not_run(found, &error.to_string());
                }
                status = Status::NotAsExpected;
                continue;
            }
        };
        let checked = Checked {
            found,
            options,
            comparison: compare(&outcome, &found.spec.expect),
            outcome,
        };
        status = worse(status, status_of(&checked.comparison));
        for listener in &mut listeners {
            listener.checked(&checked);
        }
    }
    let done = listeners.iter_mut().map(|listener| listener.done().err());
    let mut complaints: Vec<Complaint> = done.flatten().collect();
    complaints.extend(output::lost_output());
    if !complaints.is_empty() {
        diagnostics::report(&complaints);
        status = Status::BadInput;
    }
    status
}

const fn status_of(comparison: &Comparison) -> Status {
    match comparison {
        Comparison::AsExpected => Status::AsExpected,
        Comparison::Differs(_) => Status::NotAsExpected,
        Comparison::Undecided => Status::Inconclusive,
    }
}

/// A surprise outweighs an open question, which outweighs success.
const fn worse(a: Status, b: Status) -> Status {
    match (a, b) {
        (Status::NotAsExpected, _) | (_, Status::NotAsExpected) => Status::NotAsExpected,
        (Status::Inconclusive, _) | (_, Status::Inconclusive) => Status::Inconclusive,
        _ => Status::AsExpected,
    }
}

impl From<SizeLimit> for Size {
    fn from(limit: SizeLimit) -> Self {
        match limit {
            SizeLimit::Small => Self::Small,
            SizeLimit::Medium => Self::Medium,
            SizeLimit::Large => Self::Large,
        }
    }
}
