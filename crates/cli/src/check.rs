//! `synod check`.

use crate::args::{CheckOptions, Format, SizeLimit};
use crate::build;
use crate::diagnostics::{self, Complaint};
use crate::distributed::{self, Aside};
use crate::engines::{Chosen, Entry as Engine, Given};
use crate::files::{self, Written};
use crate::memory::{self, Limits};
use crate::outcome::{Comparison, Outcome, compare};
use crate::output::{Checked, Human, Json, Junit, Listener, TraceFile};
use crate::progress::{Interruption, watched};
use crate::run::{run, run_so_far};
use crate::specs::{self, Entry, Found};
use crate::status::Status;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use synod_checker::fingerprint::fingerprint;
use synod_checker::{CheckError, Checkpointing, Identity, Question, Until};
use synod_distributed::Hosts;
use synod_models::spec::Size;
use synod_terminal::is_closed;

/// What the names of checkpoints hold, and nothing else in their folder.
const CHECKPOINT: &str = ".checkpoint";

/// How much of the name of a spec goes into that of its checkpoint.
const STEM: usize = 60;

/// Checks what the options name and says what came out.
pub(crate) fn check(options: &CheckOptions) -> Status {
    let engine = Engine::chosen(options);
    let limits = Limits::chosen(options.max_memory.map(|limit| limit.as_u64()), engine.share);
    if limits.are_own() {
        // First of all: the process may begin anew.
        memory::end_as_inconclusive_where_it_is_refused();
    }
    let refused = engine.refuse_others(options);
    let refused = refused.and_then(|()| distributed::refuse_for_other_processes(options));
    if let Err(complaint) = refused {
        diagnostics::report(&[complaint]);
        return Status::BadInput;
    }
    let entries = specs::find(&options.paths, options.size.into());
    // At once: what else there is to check may take long.
    diagnostics::report(entries.iter().filter_map(Entry::complaint));
    match prepare(options, &entries) {
        Ok(Prepared {
            listeners,
            hosts,
            build,
        }) => {
            let checks = Checks {
                build,
                engine,
                given: Given::new(options, &limits, hosts),
                question: question(options),
                limits,
                checkpoints: options.checkpoint.clone(),
                checkpoint_every: options.checkpoint_every,
            };
            check_all(&entries, &checks, listeners)
        }
        Err(complaint) => {
            diagnostics::report(&[complaint]);
            Status::BadInput
        }
    }
}

fn question(options: &CheckOptions) -> Question {
    Question {
        identity: Identity::default(), // One for each spec.
        until: if options.keep_going {
            Until::Exhausted
        } else {
            Until::FirstViolation
        },
        max_states: options.max_states,
        timeout: options.timeout,
    }
}

/// What has to be in order before anything is checked.
struct Prepared {
    listeners: Vec<Box<dyn Listener>>,
    hosts: Option<Arc<Hosts>>,
    /// What tells this program from one with other rules or claims.
    build: u64,
}

fn prepare(options: &CheckOptions, entries: &[Entry]) -> Result<Prepared, Complaint> {
    refuse_overwriting(options, entries)?;
    try_checkpoints(options, entries)?;
    let hosts = distributed::hosts(options)?;
    // Who works alone, and for nobody who comes later, need not be told apart.
    let build = match (&options.checkpoint, &hosts) {
        (None, None) => 0,
        _ => build::identity()?,
    };
    Ok(Prepared {
        listeners: listeners(options, entries)?,
        hosts,
        build,
    })
}

/// Nothing that is written may replace what is read, or what else is written.
fn refuse_overwriting(options: &CheckOptions, entries: &[Entry]) -> Result<(), Complaint> {
    let checkpoints = options.checkpoint.iter();
    let checkpoints: Vec<_> = checkpoints
        .flat_map(|folder| files::named(folder, CHECKPOINT))
        .collect();
    let specs = entries.iter().map(Entry::path);
    let others = options.hosts.iter().chain(&checkpoints);
    let read: Vec<_> = specs.chain(others.map(PathBuf::as_path)).collect();
    let streams = Written::streams();
    for stream in &streams {
        stream.refuse_among(read.iter().copied())?;
    }
    let Some(path) = &options.trace_out else {
        return Ok(());
    };
    let trace = Written::file("--trace-out", path);
    trace.refuse_among(read)?;
    streams.iter().try_for_each(|it| trace.refuse_same(it))?;
    match &options.checkpoint {
        Some(folder) if is_for_checkpoint(path, folder) => Err(Complaint::file(
            path,
            "a file in the folder of --checkpoint with the name of a checkpoint",
            "choose another name or folder for --trace-out",
        )),
        _ => Ok(()),
    }
}

/// Whether a file that may not be there yet would lie among the checkpoints.
fn is_for_checkpoint(file: &Path, folder: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let around = file.parent().filter(|around| *around != Path::new(""));
    let around = around.unwrap_or(Path::new(".")).canonicalize();
    let is_there = matches!((around, folder.canonicalize()), (Ok(a), Ok(b)) if a == b);
    is_there && name.contains(CHECKPOINT)
}

fn listeners(
    options: &CheckOptions,
    entries: &[Entry],
) -> Result<Vec<Box<dyn Listener>>, Complaint> {
    if let Some(process @ 1..) = options.process {
        return Ok(vec![Box::new(Aside { process })]);
    }
    // The file first: it may not be writable, and nothing has been said yet.
    let is_any_checked = entries.iter().any(|entry| matches!(entry, Entry::Spec(_)));
    let is_told = |entry: &&Entry| is_any_checked && !matches!(entry, Entry::LeftOut(_));
    let rows = entries.iter().filter(is_told).count();
    let trace_out = options.trace_out.as_deref().filter(|_| is_any_checked);
    let trace_file = trace_out.map(TraceFile::create);
    let trace_file = trace_file.transpose()?;
    let mut listeners: Vec<Box<dyn Listener>> = vec![match options.format {
        Format::Human => Box::new(Human::new(rows, options.verbose, options.coverage)),
        Format::Json => Box::new(Json::default()),
        Format::Junit => Box::new(Junit::new()),
    }];
    if let Some(trace_file) = trace_file {
        listeners.push(Box::new(trace_file));
    }
    Ok(listeners)
}

/// The checkpoint of a spec: it has the name of its file, and a hash of where that
/// is, so that no two share one.
fn checkpointing(folder: &Path, found: &Found, every: Duration) -> Checkpointing {
    let stem = found.file.file_stem().unwrap_or_default().to_string_lossy();
    let to_name = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let stem: String = stem.chars().map(to_name).take(STEM).collect();
    let path = found.file.as_os_str().as_encoded_bytes();
    let [first, second] = [1, 2].map(|half| fingerprint(&(half, path)));
    Checkpointing {
        file: folder.join(format!("{stem}-{first:016x}{second:016x}{CHECKPOINT}")),
        every,
    }
}

/// Tries whether checkpoints can be written, before hours have passed.
fn try_checkpoints(options: &CheckOptions, entries: &[Entry]) -> Result<(), Complaint> {
    let mut specs = entries.iter().filter_map(|entry| match entry {
        Entry::Spec(found) => Some(found),
        _ => None,
    });
    let (Some(folder), Some(found)) = (&options.checkpoint, specs.next()) else {
        return Ok(());
    };
    let tried = checkpointing(folder, found, options.checkpoint_every).prepare();
    tried.map_err(|error| {
        let help = "name a folder with --checkpoint that can be written to";
        Complaint::about(error.to_string(), help)
    })
}

/// How every spec is checked.
struct Checks {
    question: Question,
    engine: &'static Engine,
    given: Given,
    limits: Limits,
    /// The folder for checkpoints.
    checkpoints: Option<PathBuf>,
    checkpoint_every: Duration,
    /// What tells this program from one with other rules or claims.
    build: u64,
}

impl Checks {
    /// What is asked of one spec.
    fn question_for(&self, found: &Found) -> Question {
        let program = Identity::default()
            .with("version", &env!("CARGO_PKG_VERSION"))
            .with("build", &format_args!("{:016x}", self.build));
        let settings = found.spec.settings.iter();
        let identity = settings.fold(program, |identity, (key, value)| {
            identity.with(format!("`{key}`"), &format_args!("{value}"))
        });
        Question {
            identity,
            ..self.question.clone()
        }
    }

    /// The engine, with the checkpoint of one spec.
    fn engine_for(&self, found: &Found) -> Chosen {
        let every = self.checkpoint_every;
        let folder = self.checkpoints.as_ref();
        let checkpoint = folder.map(|folder| checkpointing(folder, found, every));
        self.engine.make(&self.given.with_checkpoint(checkpoint))
    }
}

fn check_all(entries: &[Entry], checks: &Checks, listeners: Vec<Box<dyn Listener>>) -> Status {
    let interruption = Interruption::install();
    let mut told = Told {
        listeners,
        status: Status::AsExpected,
    };
    let mut others_left = None;
    for entry in entries {
        if is_closed() {
            // There is nobody to be told of this one, or of those after it.
            told.status = worse(told.status, Status::Inconclusive);
            break;
        }
        let Some(found) = told.sort_out(entry) else {
            continue;
        };
        let interrupted = interruption
            .is_interrupted()
            .then(|| "interrupted".to_owned());
        if let Some(why) = interrupted.or_else(|| others_left.clone()) {
            told.not_run(found, &why, Status::Inconclusive);
            continue;
        }
        match check_one(found, checks, &interruption) {
            Ok(mut outcome) => {
                let reason = outcome.reason.take();
                outcome.reason = reason.map(|reason| checks.limits.of_process(reason));
                others_left = distributed::others_left(outcome.reason.as_ref());
                told.checked(&Checked {
                    found,
                    limits: &checks.limits,
                    comparison: compare(&outcome, &found.spec.expect),
                    outcome,
                });
            }
            Err(error) => {
                told.not_run(found, &error.to_string(), status_of_error(&error));
                if let CheckError::Unreachable { .. } | CheckError::Different { .. } = error {
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
    interruption: &Interruption,
) -> Result<Outcome, CheckError> {
    let (question, engine) = (checks.question_for(found), checks.engine_for(found));
    let (spec, asked, chosen) = (found.spec.clone(), question.clone(), engine.clone());
    watched(
        &found.name,
        interruption,
        &checks.limits,
        move |progress| run(&spec, asked, &chosen, progress),
        |progress, elapsed| run_so_far(&found.spec, question, &engine, progress, elapsed),
    )
}

/// What was told of the specs so far.
struct Told {
    listeners: Vec<Box<dyn Listener>>,
    status: Status,
}

impl Told {
    /// The spec, if it is to be checked; tells of it if it is not.
    fn sort_out<'a>(&mut self, entry: &'a Entry) -> Option<&'a Found> {
        match entry {
            Entry::Spec(found) => return Some(found),
            Entry::LeftOut(found) => {
                for listener in &mut self.listeners {
                    listener.left_out(found);
                }
            }
            Entry::Unusable(unusable) => {
                for listener in &mut self.listeners {
                    listener.unusable(unusable);
                }
                self.status = worse(self.status, Status::BadInput);
            }
        }
        None
    }

    fn checked(&mut self, checked: &Checked<'_>) {
        self.status = worse(self.status, status_of(&checked.comparison));
        for listener in &mut self.listeners {
            listener.checked(checked);
        }
    }

    fn not_run(&mut self, found: &Found, why: &str, status: Status) {
        self.status = worse(self.status, status);
        for listener in &mut self.listeners {
            listener.not_run(found, why, status);
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
                "make it usable, remove it to begin anew, or name another folder with --checkpoint",
            )]);
            Status::BadInput
        }
        CheckError::Different { .. } => {
            diagnostics::report(&[Complaint::about(
                error.to_string(),
                "give all processes the same program, specs, options and hosts file",
            )]);
            Status::BadInput
        }
        CheckError::Unreachable { .. }
        | CheckError::TooManyThreads { .. }
        | CheckError::Threads(_) => Status::Inconclusive,
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
