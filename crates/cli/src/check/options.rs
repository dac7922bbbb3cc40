//! What the command line asks of the checker.

use super::checkpoints::checkpointing;
use super::durations::Remembered;
use super::memory::Limits;
use super::run::Run;
use crate::args::CheckOptions;
use crate::engines::{EngineEntry, Given};
use crate::specs::FoundSpec;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use synod_checker::{Hashing, Identity, Question, SearchOptions, Until, Walks};
use synod_distributed::Hosts;

/// Threads beside those that explore: the one that runs the check has the stack of
/// four, and one waits for Ctrl-C.
const OTHER_THREADS: usize = 5;

/// The engine that the options name.
pub(super) fn engine(options: &CheckOptions) -> &'static EngineEntry {
    match options.simulate {
        Some(_) => EngineEntry::walks(),
        None => options.engine,
    }
}

/// The limits of the memory that the engine is to obey.
pub(super) fn limits(options: &CheckOptions, engine: &EngineEntry) -> Limits {
    Limits::chosen(options.max_memory.map(|limit| limit.as_u64()), engine.share)
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

fn given(options: &CheckOptions, limits: &Limits, hosts: Option<Arc<Hosts>>) -> Given {
    let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let threads = options.threads.or(options.workers);
    let threads = threads.unwrap_or_else(|| match &hosts {
        // The same for all, whatever machines they are on.
        Some(_) => NonZeroUsize::MIN,
        None => cores(),
    });
    let seed = options.seed.unwrap_or(0);
    Given {
        threads,
        hosts,
        search: SearchOptions {
            hashing: Hashing::new(seed, options.fingerprint.unwrap_or_default()),
            max_memory: limits.for_states(threads.get() + OTHER_THREADS),
            checkpoint: None, // One for each spec.
        },
        walks: Walks {
            threads,
            walks: options.simulate.map_or(0, Into::into),
            seed,
            steps: options.steps,
        },
    }
}

/// How every spec is checked.
pub(super) struct Checks {
    question: Question,
    engine: &'static EngineEntry,
    given: Given,
    /// Of the memory.
    pub(super) limits: Limits,
    /// The folder for checkpoints.
    checkpoints: Option<PathBuf>,
    checkpoint_every: Duration,
    /// What tells this program from one with other rules or claims.
    build: u64,
}

impl Checks {
    /// As the command line asks. `build` tells this program from one with other
    /// rules or claims.
    pub(super) fn new(
        options: &CheckOptions,
        limits: Limits,
        hosts: Option<Arc<Hosts>>,
        build: u64,
    ) -> Self {
        Self {
            question: question(options),
            engine: engine(options),
            given: given(options, &limits, hosts),
            limits,
            checkpoints: options.checkpoint.clone(),
            checkpoint_every: options.checkpoint_every,
            build,
        }
    }

    /// The run of one spec: with what decides it, and with its checkpoint.
    pub(super) fn run_of(&self, found: &FoundSpec) -> Run {
        let program = Identity::default()
            .with("version", &env!("CARGO_PKG_VERSION"))
            .with("build", &format_args!("{:016x}", self.build));
        let settings = found.spec.settings.iter();
        let identity = settings.fold(program, |identity, (key, value)| {
            identity.with(format!("`{key}`"), &format_args!("{value}"))
        });
        let question = Question {
            identity,
            ..self.question.clone()
        };
        let every = self.checkpoint_every;
        let folder = self.checkpoints.as_ref();
        let mut given = self.given.clone();
        given.search.checkpoint = folder.map(|folder| checkpointing(folder, found, every));
        Run::new(found.spec.clone(), question, self.engine.make(&given))
    }

    /// What is remembered of such a run. A run with a checkpoint may have been
    /// continued, and one of several processes depends on them all.
    pub(super) fn remembered(&self, run: &Run) -> Remembered {
        let given = &self.given;
        if self.checkpoints.is_some() || given.hosts.is_some() {
            return Remembered::nothing();
        }
        let program = (env!("CARGO_PKG_VERSION"), env!("SYNOD_PROFILE"));
        let engine = (format!("{:?}", self.engine), given.threads);
        let walks = &given.walks;
        let walks = (walks.walks, walks.steps, walks.seed);
        Remembered::of(&(program, engine, walks, run.settings(), run.until()))
    }
}
