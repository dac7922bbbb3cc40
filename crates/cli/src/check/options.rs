//! What the command line asks of the checker.

use super::checkpoints::checkpointing;
use super::memory::{Limits, Share};
use crate::args::{CheckOptions, EngineName};
use crate::specs::Found;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use synod_checker::{Engine, Hosts, Identity, Options, Reason, Simulation, Until};
use synod_report::Setup;

/// Threads beside those that explore: the one that runs the check has the stack of
/// four, and one waits for Ctrl-C.
const OTHER_THREADS: usize = 5;

/// The limits of the memory that the engine is to obey.
pub(super) fn limits(options: &CheckOptions) -> Limits {
    let share = match options.engine {
        EngineName::Levels | EngineName::Timely => Share::Most,
        EngineName::Stateright | EngineName::StaterightDfs => Share::Half,
    };
    Limits::chosen(options.max_memory.map(|limit| limit.as_u64()), share)
}

fn checker_options(options: &CheckOptions, limits: &Limits, hosts: Option<Arc<Hosts>>) -> Options {
    let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let workers = || match &hosts {
        // The same for all, whatever machines they are on.
        Some(_) => NonZeroUsize::MIN,
        None => cores(),
    };
    let threads = match options.engine {
        EngineName::Timely => options.workers.unwrap_or_else(workers),
        _ => options.threads.unwrap_or_else(cores),
    };
    Options {
        engine: match options.engine {
            EngineName::Levels => Engine::Levels,
            EngineName::Timely => Engine::Timely,
            EngineName::Stateright => Engine::Stateright,
            EngineName::StaterightDfs => Engine::StaterightDfs,
        },
        threads,
        identity: Identity::default(), // One for each spec.
        hosts,
        max_states: options.max_states,
        timeout: options.timeout,
        until: if options.keep_going {
            Until::Exhausted
        } else {
            Until::FirstViolation
        },
        max_memory: limits.for_states(threads.get() + OTHER_THREADS),
        seed: options.seed.unwrap_or(0),
        fingerprint: options.fingerprint.unwrap_or_default(),
        checkpoint: None, // One for each spec.
    }
}

/// How every spec is checked.
pub(super) struct Checks {
    options: Options,
    /// Of the memory.
    pub(super) limits: Limits,
    /// The folder for checkpoints.
    checkpoints: Option<PathBuf>,
    checkpoint_every: Duration,
    /// What tells this program from one with other rules or claims.
    build: u64,
    /// Random walks instead.
    pub(super) simulation: Option<Simulation>,
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
            build,
            options: checker_options(options, &limits, hosts),
            limits,
            checkpoints: options.checkpoint.clone(),
            checkpoint_every: options.checkpoint_every,
            simulation: options.simulate.map(|walks| Simulation {
                walks: walks.get(),
                seed: options.seed.unwrap_or(0),
                steps: options.steps,
            }),
        }
    }

    /// The same, with the checkpoint of one spec.
    pub(super) fn options_for(&self, found: &Found) -> Options {
        let program = Identity::default()
            .with("version", &env!("CARGO_PKG_VERSION"))
            .with("build", &format_args!("{:016x}", self.build));
        let settings = found.spec.settings.iter();
        let identity = settings.fold(program, |identity, (key, value)| {
            identity.with(format!("`{key}`"), &format_args!("{value}"))
        });
        let every = self.checkpoint_every;
        let folder = self.checkpoints.as_ref();
        let checkpoint = folder.map(|folder| checkpointing(folder, found, every));
        Options {
            checkpoint,
            identity,
            ..self.options.clone()
        }
    }

    /// The same, as reports tell it.
    pub(super) fn setup(&self, options: &Options) -> Setup {
        Setup {
            engine: match self.simulation {
                Some(_) => "simulation",
                None => options.engine.name(),
            },
            threads: options.threads.get(),
            processes: options.hosts.as_ref().map(|hosts| hosts.processes()),
            seed: options.seed,
            fingerprint_bits: options.fingerprint.bits(),
            memory_limits: self.limits.told(),
        }
    }

    /// Why a run ended before it was done; of the memory, also whose limit it was.
    pub(super) fn reason(&self, reason: &Reason) -> String {
        match self.limits.whose(reason) {
            Some(whose) => format!("{reason} ({whose})"),
            None => reason.to_string(),
        }
    }
}
