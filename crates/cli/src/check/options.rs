//! What the command line asks of the checker.

use super::cache::Place;
use super::checkpoints::checkpointing;
use super::durations::Remembered;
use super::left_out::told;
use crate::args::CheckOptions;
use crate::engines::{Chosen, EngineEntry, Given};
use crate::memory::Limits;
use crate::specs::FoundSpec;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};
use synod_checker::{
    Hashing, Identity, Levels, Question, SearchOptions, StateMemory, Until, Walks,
};
use synod_distributed::Hosts;
use synod_specs::Expect;

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

/// How every spec is checked.
pub(super) struct Checks<'a> {
    options: &'a CheckOptions,
    engine: &'static EngineEntry,
    /// Of this process.
    threads: NonZeroUsize,
    /// All processes, if there are several.
    hosts: Option<Arc<Hosts>>,
    /// Of the memory.
    pub(super) limits: Limits,
    /// What they leave for states.
    memory: Option<StateMemory>,
    /// What tells this program from one with other rules or claims.
    build: u64,
    /// When the budget is used up.
    pub(super) deadline: Option<Instant>,
}

impl<'a> Checks<'a> {
    /// As the command line asks. `build` tells this program from one with other
    /// rules or claims.
    pub(super) fn new(
        options: &'a CheckOptions,
        limits: Limits,
        hosts: Option<Arc<Hosts>>,
        build: u64,
    ) -> Self {
        let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let threads = options.threads.or(options.workers);
        let threads = threads.unwrap_or_else(|| match &hosts {
            // The same for all, whatever machines they are on.
            Some(_) => NonZeroUsize::MIN,
            None => cores(),
        });
        Self {
            options,
            engine: engine(options),
            threads,
            hosts,
            memory: limits.for_states(threads.get() + OTHER_THREADS),
            limits,
            build,
            deadline: options
                .choice
                .budget
                .and_then(|budget| Instant::now().checked_add(budget)),
        }
    }

    /// Whether counterexamples are to be played.
    pub(super) fn keeps_films(&self) -> bool {
        self.options.written.play()
    }

    /// Whether counterexamples are to be drawn.
    pub(super) fn draws(&self) -> bool {
        self.options.written.draw()
    }

    /// What is asked of the model of a spec, with what decides it. Its run ends as
    /// soon as it has shown what the spec expects, unless it is to keep going.
    pub(super) fn question(&self, found: &FoundSpec) -> Question {
        let program = Identity::default()
            .with("version", &env!("CARGO_PKG_VERSION"))
            .with("build", &format_args!("{:016x}", self.build));
        let settings = found.spec.settings.iter();
        Question {
            identity: settings.fold(program, |identity, (key, value)| {
                identity.with(format!("`{key}`"), &format_args!("{value}"))
            }),
            until: self.until(found),
            // For programs, which may compare runs.
            sketches: self.options.is_compared(),
            ..self.limits_of_search()
        }
    }

    /// Whether other processes of the operating system explore too.
    pub(super) const fn has_peers(&self) -> bool {
        self.hosts.is_some()
    }

    /// The limits of a search.
    pub(super) fn limits_of_search(&self) -> Question {
        Question {
            max_states: self.options.max_states,
            timeout: self.timeout(),
            ..Question::default()
        }
    }

    /// The engine that finds states by their fingerprints.
    pub(super) fn levels(&self) -> Levels {
        Levels {
            threads: self.threads,
            search: SearchOptions {
                hashing: self.hashing(),
                memory: self.memory.clone(),
                checkpoint: None,
            },
        }
    }

    fn hashing(&self) -> Hashing {
        let options = self.options;
        Hashing::new(
            options.seed.unwrap_or(0),
            options.fingerprint.unwrap_or_default(),
        )
    }

    /// When the run of a spec may end.
    fn until(&self, found: &FoundSpec) -> Until {
        match &found.spec.expect {
            _ if self.options.keep_going => Until::Exhausted,
            Expect::Holds { .. } => Until::FirstViolation,
            // It is decided when every state is known.
            Expect::Violated { property, .. }
                if found
                    .spec
                    .progress
                    .iter()
                    .any(|claim| claim.name == *property) =>
            {
                Until::Exhausted
            }
            Expect::Violated {
                property, holds, ..
            } if holds.is_empty() => Until::Violation(property.clone()),
            Expect::Violated { .. } => Until::Exhausted,
        }
    }

    /// How long a run may take that begins now.
    fn timeout(&self) -> Option<Duration> {
        let left = self.deadline;
        let left = left.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        left.into_iter().chain(self.options.timeout).min()
    }

    /// Why no further run may begin, if the budget is used up.
    pub(super) fn budget_used_up(&self) -> Option<String> {
        let is_over = self
            .deadline
            .is_some_and(|deadline| deadline <= Instant::now());
        let budget = self.options.choice.budget.filter(|_| is_over)?;
        Some(format!("the budget of {} is used up", told(budget)))
    }

    /// Where the result of a run is kept, if results are kept. What decides it is the question
    /// and the engine; limits do not, because only complete results are kept.
    pub(super) fn place_in_cache(&self, question: &Question) -> Option<Place> {
        let folder = self.options.choice.cache.as_ref()?;
        let options = self.options;
        let identity = question
            .identity
            .clone()
            .with("until", &question.until)
            .with("engine", &self.engine)
            .with("sketches", &question.sketches)
            .with("seed", &options.seed.unwrap_or(0))
            .with("fingerprint", &options.fingerprint.unwrap_or_default());
        Some(Place::new(folder, identity))
    }

    /// The engine for a spec, with its checkpoint.
    pub(super) fn engine(&self, found: &FoundSpec) -> Chosen {
        let (options, threads) = (self.options, self.threads);
        let seed = options.seed.unwrap_or(0);
        let folder = options.checkpoint.as_ref();
        self.engine.make(&Given {
            threads,
            hosts: self.hosts.clone(),
            search: SearchOptions {
                hashing: self.hashing(),
                memory: self.memory.clone(),
                checkpoint: folder
                    .map(|folder| checkpointing(folder, found, options.checkpoint_every)),
            },
            walks: Walks {
                threads,
                walks: options.simulate.map_or(0, Into::into),
                seed,
                steps: options.steps,
            },
        })
    }

    /// What is remembered of such a run. A run with a checkpoint may have been
    /// continued, and one of several processes depends on them all.
    pub(super) fn remembered(&self, found: &FoundSpec) -> Remembered {
        let options = self.options;
        if options.checkpoint.is_some() || self.hosts.is_some() {
            return Remembered::nothing();
        }
        let program = (env!("CARGO_PKG_VERSION"), env!("SYNOD_PROFILE"));
        let engine = (format!("{:?}", self.engine), self.threads);
        let walks = (options.simulate, options.steps, options.seed);
        let (settings, until) = (&found.spec.settings, format!("{:?}", self.until(found)));
        Remembered::of(&(program, engine, walks, settings, until))
    }
}
