//! The engines by the names that a person chooses them by. An engine more is a line
//! of the table at the end, and what it makes of the options.

use crate::args::CheckOptions;
use crate::diagnostics::Complaint;
use crate::memory::{Limits, Share};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use stateright::Model;
use std::hash::Hash;
use std::num::NonZeroUsize;
use std::sync::Arc;
use synod_checker::{
    Checkpointing, Engine, Hashing, Levels, Order, SearchOptions, Stateright, Walks,
};
use synod_distributed::{Hosts, Timely};

/// The engine of a run without `--engine`.
pub(crate) const DEFAULT: &str = Levels::NAME;

/// Threads beside those that explore: the one that runs the check has the stack of
/// four, and one waits for Ctrl-C.
const OTHER_THREADS: usize = 5;

/// Options that not every engine takes.
const SEARCH: [&str; 5] = [
    "--threads",
    "--seed",
    "--fingerprint",
    "--coverage",
    "--checkpoint",
];
const TIMELY: [&str; 6] = [
    "--workers",
    "--hosts",
    "--seed",
    "--fingerprint",
    "--coverage",
    "--checkpoint",
];
const STATERIGHT: [&str; 1] = ["--threads"];
const WALKS: [&str; 3] = ["--threads", "--seed", "--coverage"];

/// An engine that can be chosen.
pub(crate) struct Entry {
    name: &'static str,
    /// For the help of `--engine`; none if another option chooses it.
    about: Option<&'static str>,
    takes: &'static [&'static str],
    /// How much of the memory that is free it may take.
    pub(crate) share: Share,
    make: fn(&Given) -> Chosen,
}

/// What was given for an engine.
#[derive(Clone)]
pub(crate) struct Given {
    threads: NonZeroUsize,
    hosts: Option<Arc<Hosts>>,
    search: SearchOptions,
    walks: Walks,
}

impl Given {
    /// What the options give, without checkpoints.
    pub(crate) fn new(options: &CheckOptions, limits: &Limits, hosts: Option<Arc<Hosts>>) -> Self {
        let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let threads = options.threads.or(options.workers);
        let threads = threads.unwrap_or_else(|| match &hosts {
            // The same for all, whatever machines they are on.
            Some(_) => NonZeroUsize::MIN,
            None => cores(),
        });
        let seed = options.seed.unwrap_or(0);
        Self {
            threads,
            hosts,
            search: SearchOptions {
                hashing: Hashing::new(seed, options.fingerprint.unwrap_or_default()),
                max_memory: limits.for_states(threads.get() + OTHER_THREADS),
                checkpoint: None,
            },
            walks: Walks {
                threads,
                walks: options.simulate.map_or(0, Into::into),
                seed,
                steps: options.steps,
            },
        }
    }

    /// The same with checkpoints.
    pub(crate) fn with_checkpoint(&self, checkpoint: Option<Checkpointing>) -> Self {
        let mut given = self.clone();
        given.search.checkpoint = checkpoint;
        given
    }
}

fn levels(given: &Given) -> Levels {
    Levels {
        threads: given.threads,
        search: given.search.clone(),
    }
}

fn timely(given: &Given) -> Timely {
    Timely {
        workers: given.threads,
        hosts: given.hosts.clone(),
        search: given.search.clone(),
    }
}

const fn breadth_first(given: &Given) -> Stateright {
    Stateright {
        threads: given.threads,
        order: Order::BreadthFirst,
    }
}

const fn depth_first(given: &Given) -> Stateright {
    Stateright {
        threads: given.threads,
        order: Order::DepthFirst,
    }
}

const fn walks(given: &Given) -> Walks {
    given.walks
}

impl Entry {
    /// The engine that the options name.
    pub(crate) fn chosen(options: &CheckOptions) -> &'static Self {
        match options.simulate {
            Some(_) => Self::find(Walks::NAME),
            None => options.engine,
        }
    }

    /// Those that `--engine` names.
    fn named() -> impl Iterator<Item = &'static Self> {
        ENTRIES.iter().filter(|entry| entry.about.is_some())
    }

    /// Reads the name of an engine.
    pub(crate) fn parser() -> impl TypedValueParser<Value = &'static Self> {
        let values = Self::named().map(|entry| PossibleValue::new(entry.name).help(entry.about));
        PossibleValuesParser::new(values).map(|name| Self::find(&name))
    }

    fn find(name: &str) -> &'static Self {
        let entry = ENTRIES.iter().find(|entry| entry.name == name);
        entry.unwrap_or(&ENTRIES[0]) // There is no other name.
    }

    /// The engine, for a run.
    pub(crate) fn make(&self, given: &Given) -> Chosen {
        (self.make)(given)
    }

    /// Complains about an option that is for other engines.
    ///
    /// # Errors
    /// There is one.
    pub(crate) fn refuse_others(&self, options: &CheckOptions) -> Result<(), Complaint> {
        let given = [
            ("--workers", options.workers.is_some()),
            ("--hosts", options.hosts.is_some()),
            ("--threads", options.threads.is_some()),
            ("--seed", options.seed.is_some()),
            ("--fingerprint", options.fingerprint.is_some()),
            ("--coverage", options.coverage),
            ("--checkpoint", options.checkpoint.is_some()),
        ];
        let mut given = given.iter().filter(|(_, is_given)| *is_given);
        let Some((option, _)) = given.find(|(option, _)| !self.takes.contains(option)) else {
            return Ok(());
        };
        let takers = Self::named().filter(|entry| entry.takes.contains(option));
        let takers: Vec<_> = takers.map(|entry| entry.name).collect();
        let names: Vec<_> = takers.iter().map(|name| format!("`{name}`")).collect();
        let engines = match &names[..] {
            [one] => format!("the engine {one}"),
            [others @ .., last] => format!("the engines {} and {last}", others.join(", ")),
            [] => "no engine".to_owned(),
        };
        let help = if *option == "--threads" && self.takes.contains(&"--workers") {
            "say with --workers how many workers each process has".to_owned()
        } else if takers.contains(&DEFAULT) {
            "leave it out, or leave out --engine".to_owned()
        } else {
            format!("leave it out, or add --engine {}", takers.join(" or "))
        };
        Err(Complaint::about(format!("{option} is for {engines}"), help))
    }
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

macro_rules! engines {
    ($($Variant:ident($Engine:ty): $name:expr, $about:expr, $takes:ident, $share:ident, $make:ident;)*) => {
        /// The engine of a run, with its options.
        #[derive(Clone)]
        pub(crate) enum Chosen {
            $($Variant($Engine),)*
        }

        impl Chosen {
            /// The engine, for a model.
            pub(crate) fn of<M>(&self) -> &dyn Engine<M>
            where
                M: Model + Send + Sync + 'static,
                M::State: Clone + Hash + PartialEq + Send + Sync + 'static,
                M::Action: Clone + Send + Sync,
            {
                match self {
                    $(Self::$Variant(engine) => engine,)*
                }
            }
        }

        static ENTRIES: &[Entry] = &[$(Entry {
            name: $name,
            about: $about,
            takes: &$takes,
            share: Share::$share,
            make: |given| Chosen::$Variant($make(given)),
        },)*];
    };
}

engines! {
    Levels(Levels): Levels::NAME, Some("Our own search, level by level"), SEARCH, Most, levels;
    Timely(Timely): Timely::NAME, Some("The same on Timely Dataflow, over workers that share nothing, of one process or of several"), TIMELY, Most, timely;
    Stateright(Stateright): Order::BreadthFirst.name(), Some("Stateright's breadth-first search"), STATERIGHT, Half, breadth_first;
    StaterightDfs(Stateright): Order::DepthFirst.name(), Some("Stateright's depth-first search"), STATERIGHT, Half, depth_first;
    Walks(Walks): Walks::NAME, None, WALKS, Most, walks;
}
