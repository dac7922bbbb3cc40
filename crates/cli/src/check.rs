//! `synod check`.

use crate::args::{CheckOptions, EngineName, Format, SizeLimit};
use crate::build;
use crate::diagnostics::{self, Complaint};
use crate::distributed::{self, Aside};
use crate::memory;
use crate::outcome::{Comparison, Outcome, compare};
use crate::output::{Checked, Human, Json, Junit, Listener, TraceFile};
use crate::progress::{Interruption, watched};
use crate::run::{run, unfinished};
use crate::specs::{self, Found};
use crate::status::Status;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use synod_checker::{
    CheckError, Checkpointing, Engine, Hosts, Identity, Options, Simulation, Until,
};
use synod_models::spec::Size;
use synod_terminal::is_closed;

/// Checks what the options name and says what came out.
pub(crate) fn check(options: &CheckOptions) -> Status {
    if let Err(complaint) = refuse_for_other_engines(options) {
        diagnostics::report(&[complaint]);
        return Status::BadInput;
    }
    let prepared = specs::find(&options.paths, options.size.into())
        .and_then(|found| Ok((prepare(options, &found).map_err(|c| vec![c])?, found)));
    match prepared {
        Ok((prepared, found)) => {
            let Prepared {
                listeners,
                hosts,
                build,
            } = prepared;
            let memory_limit = options.max_memory.map(|limit| limit.as_u64());
            let memory_limit = memory_limit.or_else(memory::most_of_what_is_free);
            let checks = Checks {
                build,
                options: checker_options(options, memory_limit, hosts),
                memory_limit,
                checkpoints: options.checkpoint.clone(),
                checkpoint_every: options.checkpoint_every,
                simulation: options.simulate.map(|walks| Simulation {
                    walks: walks.get(),
                    seed: options.seed.unwrap_or(0),
                    steps: options.steps,
                }),
            };
            check_all(&found, &checks, listeners)
        }
        Err(complaints) => {
            diagnostics::report(&complaints);
            Status::BadInput
        }
    }
}

/// Stateright's searches know nothing of some options.
fn refuse_for_other_engines(options: &CheckOptions) -> Result<(), Complaint> {
    distributed::refuse_for_other_engines(options)?;
    let given = [
        ("--seed", options.seed.is_some()),
        ("--fingerprint", options.fingerprint.is_some()),
        ("--coverage", options.coverage),
        ("--checkpoint", options.checkpoint.is_some()),
    ];
    let is_ours = matches!(options.engine, EngineName::Levels | EngineName::Timely);
    match given.iter().find(|(_, is_given)| *is_given) {
        Some((name, _)) if !is_ours => Err(Complaint::about(
            format!("{name} is for the engines `levels` and `timely`"),
            "leave it out, or leave out --engine",
        )),
        _ => Ok(()),
    }
}

/// What a process has beside fingerprints and states that wait: nine tenths of
/// what it may have are for those.
const fn for_states(memory_limit: u64) -> u64 {
    memory_limit / 10 * 9
}

fn checker_options(
    options: &CheckOptions,
    memory_limit: Option<u64>,
    hosts: Option<Arc<Hosts>>,
) -> Options {
    let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let workers = || match &hosts {
        // The same for all, whatever machines they are on.
        Some(_) => NonZeroUsize::MIN,
        None => cores(),
    };
    Options {
        engine: match options.engine {
            EngineName::Levels => Engine::Levels,
            EngineName::Timely => Engine::Timely,
            EngineName::Stateright => Engine::Stateright,
            EngineName::StaterightDfs => Engine::StaterightDfs,
        },
        threads: match options.engine {
            EngineName::Timely => options.workers.unwrap_or_else(workers),
            _ => options.threads.unwrap_or_else(cores),
        },
        identity: Identity::default(), // One for each spec.
        hosts,
        max_states: options.max_states,
        timeout: options.timeout,
        until: if options.keep_going {
            Until::Exhausted
        } else {
            Until::FirstViolation
        },
        max_memory: memory_limit.map(for_states),
        seed: options.seed.unwrap_or(0),
        fingerprint: options.fingerprint.unwrap_or_default(),
        checkpoint: None, // One for each spec.
    }
}

/// What has to be in order before anything is checked.
struct Prepared {
    listeners: Vec<Box<dyn Listener>>,
    hosts: Option<Arc<Hosts>>,
    /// What tells this program from one with other rules or claims.
    build: u64,
}

fn prepare(options: &CheckOptions, found: &[Found]) -> Result<Prepared, Complaint> {
    let hosts = distributed::hosts(options)?;
    // Who works alone, and for nobody who comes later, need not be told apart.
    let build = match (&options.checkpoint, &hosts) {
        (None, None) => 0,
        _ => build::identity()?,
    };
    Ok(Prepared {
        listeners: listeners(options, found)?,
        hosts,
        build,
    })
}

fn listeners(options: &CheckOptions, found: &[Found]) -> Result<Vec<Box<dyn Listener>>, Complaint> {
    if let Some(process @ 1..) = options.process {
        return Ok(vec![Box::new(Aside { process })]);
    }
    // The file first: it may not be writable, and nothing has been said yet.
    let trace_file = options.trace_out.as_deref().map(TraceFile::create);
    let trace_file = trace_file.transpose()?;
    let mut listeners: Vec<Box<dyn Listener>> = vec![match options.format {
        Format::Human => Box::new(Human::new(found, options.verbose, options.coverage)),
        Format::Json => Box::new(Json),
        Format::Junit => Box::new(Junit::new()),
    }];
    if let Some(trace_file) = trace_file {
        listeners.push(Box::new(trace_file));
    }
    Ok(listeners)
}

/// How every spec is checked.
struct Checks {
    options: Options,
    memory_limit: Option<u64>,
    /// The folder for checkpoints.
    checkpoints: Option<PathBuf>,
    checkpoint_every: Duration,
    /// What tells this program from one with other rules or claims.
    build: u64,
    /// Random walks instead.
    simulation: Option<Simulation>,
}

impl Checks {
    /// The same, with the checkpoint of one spec.
    fn options_for(&self, found: &Found) -> Options {
        let to_name = |c: char| if c.is_alphanumeric() { c } else { '-' };
        let name: String = found.name.chars().map(to_name).collect();
        let program = Identity::default()
            .with("version", &env!("CARGO_PKG_VERSION"))
            .with("build", &format_args!("{:016x}", self.build));
        let settings = found.spec.settings.iter();
        let identity = settings.fold(program, |identity, (key, value)| {
            identity.with(format!("`{key}`"), &format_args!("{value}"))
        });
        let checkpoint = self.checkpoints.as_ref().map(|folder| Checkpointing {
            file: folder
                .join(name.trim_matches('-'))
                .with_extension("checkpoint"),
            every: self.checkpoint_every,
        });
        Options {
            checkpoint,
            identity,
            ..self.options.clone()
        }
    }
}

fn check_all(all: &[Found], checks: &Checks, listeners: Vec<Box<dyn Listener>>) -> Status {
    let interruption = Interruption::install();
    let mut told = Told {
        listeners,
        status: Status::AsExpected,
    };
    let mut others_left = None;
    for found in all {
        if is_closed() {
            // There is nobody to be told of this one, or of those after it.
            told.status = worse(told.status, Status::Inconclusive);
            break;
        }
        let interrupted = interruption
            .is_interrupted()
            .then(|| "interrupted".to_owned());
        if let Some(why) = interrupted.or_else(|| others_left.clone()) {
            told.not_run(found, &why, Status::Inconclusive);
            continue;
        }
        let options = checks.options_for(found);
        match check_one(found, checks, &options, &interruption) {
            Ok(mut outcome) => {
                if let Some(limit) = checks.memory_limit {
                    let reason = outcome.reason.take();
                    outcome.reason = reason.map(|reason| reason.of_process(limit));
                }
                others_left = distributed::others_left(outcome.reason.as_ref());
                told.checked(&Checked {
                    found,
                    options: &options,
                    simulation: checks.simulation,
                    comparison: compare(&outcome, &found.spec.expect),
                    outcome,
                });
            }
            Err(error) => {
                told.not_run(found, &error.to_string(), status_of_error(&error));
                if let CheckError::Unreachable { .. } = error {
                    others_left = Some(error.to_string());
                }
            }
        }
    }
    told.done()
}

fn check_one(
    found: &Found,
    checks: &Checks,
    options: &Options,
    interruption: &Interruption,
) -> Result<Outcome, CheckError> {
    let (spec, simulation) = (found.spec.clone(), checks.simulation);
    let own_options = options.clone();
    watched(
        &found.name,
        interruption,
        checks.memory_limit,
        move |progress| run(&spec, &own_options, simulation.as_ref(), progress),
        |progress, elapsed| {
            let is_simulation = simulation.is_some();
            unfinished(&found.spec, options, is_simulation, progress, elapsed)
        },
    )
}

/// What was told of the specs so far.
struct Told {
    listeners: Vec<Box<dyn Listener>>,
    status: Status,
}

impl Told {
    fn checked(&mut self, checked: &Checked<'_>) {
        self.status = worse(self.status, status_of(&checked.comparison));
        for listener in &mut self.listeners {
            listener.checked(checked);
        }
    }

    fn not_run(&mut self, found: &Found, why: &str, status: Status) {
        self.status = worse(self.status, status);
        for listener in &mut self.listeners {
            listener.not_run(found, why);
        }
    }

    fn done(mut self) -> Status {
        let done = self.listeners.iter_mut();
        let complaints: Vec<_> = done.filter_map(|listener| listener.done().err()).collect();
        if complaints.is_empty() {
            return self.status;
        }
        diagnostics::report(&complaints);
        Status::BadInput
    }
}

const fn status_of(comparison: &Comparison) -> Status {
    match comparison {
        Comparison::AsExpected => Status::AsExpected,
        Comparison::Differs(_) => Status::NotAsExpected,
        Comparison::Undecided => Status::Inconclusive,
    }
}

/// No verdict: bad input, or a fault of the program and not of the spec.
fn status_of_error(error: &CheckError) -> Status {
    match error {
        CheckError::Checkpoint { .. } => {
            diagnostics::report(&[Complaint::about(
                error.to_string(),
                "remove it to begin anew, or name another folder with --checkpoint",
            )]);
            Status::BadInput
        }
        CheckError::Unreachable { .. } => Status::Inconclusive,
        _ => Status::NotAsExpected,
    }
}

/// Bad input outweighs a surprise, which outweighs an open question, which outweighs success.
const fn worse(a: Status, b: Status) -> Status {
    match (a, b) {
        (Status::BadInput, _) | (_, Status::BadInput) => Status::BadInput,
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
