//! The engines, by the names that --engine takes. To add one, add a line to the table
//! at the end, and a function that makes it from the options.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use std::num::NonZeroUsize;
use std::sync::Arc;
use synod_checker::{Engine, Explored, Levels, Order, SearchOptions, Stateright, Walks};
use synod_distributed::{Hosts, Timely};
use synod_specs::Checkable;

/// The engine of a run without `--engine`.
pub(crate) const DEFAULT: &str = Levels::NAME;

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

/// How much of the free memory an engine may take. The rest is for what grows between
/// two measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Share {
    /// Nine tenths, for a search whose tables grow in place.
    Most,
    /// Half, for a search whose tables double when they grow.
    Half,
}

/// An engine that can be chosen.
pub(crate) struct EngineEntry {
    name: &'static str,
    /// For the help of `--engine`; None if another option chooses it.
    about: Option<&'static str>,
    takes: &'static [&'static str],
    pub(crate) share: Share,
    make: fn(&Given) -> Chosen,
}

/// The options for an engine.
pub(crate) struct Given {
    /// Of this process.
    pub(crate) threads: NonZeroUsize,
    /// All processes, if there are several.
    pub(crate) hosts: Option<Arc<Hosts>>,
    pub(crate) search: SearchOptions,
    pub(crate) walks: Walks,
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

impl EngineEntry {
    /// Random walks.
    pub(crate) fn walks() -> &'static Self {
        Self::find(Walks::NAME)
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
        entry.unwrap_or(&ENTRIES[0]) // Not reached: the parser takes no other name.
    }

    /// The engine, for a run.
    pub(crate) fn make(&self, given: &Given) -> Chosen {
        (self.make)(given)
    }

    /// Whether it has this option.
    pub(crate) fn takes(&self, option: &str) -> bool {
        self.takes.contains(&option)
    }

    /// The names of the engines that have this option.
    pub(crate) fn takers(option: &str) -> Vec<&'static str> {
        let takers = Self::named().filter(|entry| entry.takes(option));
        takers.map(|entry| entry.name).collect()
    }
}

/// The names that `--engine` takes, in a line.
pub(crate) fn names() -> String {
    let names = EngineEntry::named().map(|entry| match entry.name {
        DEFAULT => format!("{DEFAULT} (default)"),
        name => name.to_owned(),
    });
    names.collect::<Vec<_>>().join(", ")
}

impl std::fmt::Debug for EngineEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

macro_rules! engines {
    ($($Variant:ident($Engine:ty): $name:expr, $about:expr, $takes:ident, $share:ident, $make:ident;)*) => {
        /// The engine of a run, with its options.
        pub(crate) enum Chosen {
            $($Variant($Engine),)*
        }

        impl Chosen {
            /// The engine, for a model as it is explored.
            pub(crate) fn of<M: Checkable>(&self) -> &dyn Engine<Explored<M>> {
                match self {
                    $(Self::$Variant(engine) => engine,)*
                }
            }
        }

        static ENTRIES: &[EngineEntry] = &[$(EngineEntry {
            name: $name,
            about: $about,
            takes: &$takes,
            share: Share::$share,
            make: |given| Chosen::$Variant($make(given)),
        },)*];
    };
}

engines! {
    Levels(Levels): Levels::NAME, Some("Breadth-first search, level by level, over threads"), SEARCH, Most, levels;
    Timely(Timely): Timely::NAME, Some("The same search on Timely Dataflow: its workers share nothing, in one process or several"), TIMELY, Most, timely;
    Stateright(Stateright): Order::BreadthFirst.name(), Some("Stateright's breadth-first search"), STATERIGHT, Half, breadth_first;
    StaterightDfs(Stateright): Order::DepthFirst.name(), Some("Stateright's depth-first search"), STATERIGHT, Half, depth_first;
    Walks(Walks): Walks::NAME, None, WALKS, Most, walks;
}
