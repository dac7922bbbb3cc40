//! Run specs: what to check and what to expect, as files.
//!
//! The format is TOML. Every error says where it is and what would be right.

mod describe;
mod inductive;
mod parliament;
mod parse;
mod paxos;
mod read;

use crate::basic::Basic;
use crate::basic::inductive::Inductive;
use crate::complete::Candidate;
use crate::parliament::Candidate as Legislator;
use crate::paxos::Paxos;
use crate::preliminary::Preliminary;
use crate::world::World;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

pub use parse::parse;

/// A run spec.
#[derive(Clone)]
pub struct RunSpec {
    /// One line: what this shows, and where the paper says so.
    pub about: String,
    /// What is checked, by the name of its stem.
    pub protocol: Protocol,
    /// The name of the mutant, if it is one.
    pub mutant: Option<String>,
    /// The bounds, as a person reads them. Other bounds may read the same.
    pub bounds: String,
    /// Everything in the spec that decides the model: each key but `about`,
    /// `size` and `expect`, with its value as TOML. Specs with the same settings
    /// have the same model; a default that is spelt out makes other settings.
    pub settings: BTreeMap<String, String>,
    /// How long it takes.
    pub size: Size,
    /// What should come out.
    pub expect: Expect,
    /// The model itself.
    pub model: SpecModel,
}

/// A protocol for which there is a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// §2.2.
    Preliminary,
    /// §2.3 and A.1.
    Basic,
    /// §2.4, the code that ships.
    Complete,
    /// §3, the code that ships.
    Parliament,
    /// Not in the paper: Lamport's TLA+ specification `Paxos`.
    Paxos,
}

impl Protocol {
    const ALL: [Self; 5] = [
        Self::Preliminary,
        Self::Basic,
        Self::Complete,
        Self::Parliament,
        Self::Paxos,
    ];

    /// Its stem.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Preliminary => "preliminary",
            Self::Basic => "basic",
            Self::Complete => "complete",
            Self::Parliament => "parliament",
            Self::Paxos => "paxos",
        }
    }
}

/// A model, of whichever protocol.
// One of these per spec: its size does not matter.
#[allow(clippy::large_enum_variant)]
#[derive(Clone)]
pub enum SpecModel {
    /// §2.2.
    Preliminary(Preliminary),
    /// §2.3 and A.1, or a mutant of it.
    Basic(Basic),
    /// A.2: the same from wherever I holds.
    Inductive(Inductive),
    /// §2.4, the code that ships, or a mutant of it.
    Complete(World<Candidate>),
    /// §3, the code that ships, or a mutant of it.
    Parliament(World<Legislator>),
    /// Lamport's TLA+ specification `Paxos`.
    Paxos(Paxos),
}

/// How long a spec takes; the order is that of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Size {
    /// Seconds: it runs in every test.
    #[default]
    Small,
    /// Minutes.
    Medium,
    /// Longer: by request.
    Large,
}

impl Size {
    const ALL: [Self; 3] = [Self::Small, Self::Medium, Self::Large];

    /// Its name in a spec.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }
}

/// What should come out of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Every property holds.
    Holds {
        /// The number of distinct states, if it is pinned.
        states: Option<u64>,
        /// The depth, if it is pinned.
        depth: Option<u32>,
    },
    /// A property is violated.
    Violated {
        /// Its name.
        property: String,
        /// The steps of the shortest counterexample, if they are pinned.
        length: Option<u32>,
        /// Claims that hold all the same. The whole space is explored for them.
        holds: Vec<String>,
    },
}

/// What is wrong with a run spec, where, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecError {
    /// What is wrong.
    pub message: String,
    /// The bytes of the file that are at fault.
    pub span: Range<usize>,
    /// What would be right.
    pub help: String,
}

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message, self.help)
    }
}

impl std::error::Error for SpecError {}
