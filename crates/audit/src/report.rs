//! What an audit found.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use synod_protocol::parliament::DecreeNumber;

/// From an entry a claim: its name, and what it says.
macro_rules! claims {
    ($($Claim:ident $name:literal, $meaning:literal;)+) => {
        /// A property of a parliament that an audit checks.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Claim {
            $(
                #[doc = $meaning]
                $Claim,
            )+
        }

        impl Claim {
            /// All of them, in the order in which they are told.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$Claim),+];

            /// A short name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$Claim => $name,)+
                }
            }

            /// The property as a sentence.
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Self::$Claim => $meaning,)+
                }
            }
        }
    };
}

// Those that need traces come last, from `WholeTraces` on.
claims! {
    Consistency "Consistency", "no decree number has two decrees in ledgers (§1.2)";
    OneDecreeABallot "One decree a ballot", "votes in one ballot are for one decree (§2.1, B1)";
    Promises "Promises",
        "no vote is above its legislator's nextBal, and each ballot is its owner's (A.2)";
    MajorityBinds "A majority binds",
        "what a majority set voted for in a ballot is the outcome (§2.1)";
    NoGaps "No gaps", "whatever passed, all below it passed, voting in ascending order (§3.1)";
    LawsAgree "Laws agree", "replayed to the same number, any two ledgers give one law (§4)";
    NoneLost "No ledger lost", "each ledger is the one that others have met, and no older";
    WholeTraces "Whole traces", "no line is missing between two of a life";
    LedgerFollows "Ledger follows",
        "each ledger is what its trace leads to, and at most one lost batch more (§2.3)";
    Steps "Steps of A.1", "every action is a step of the basic protocol of its number (A.1)";
    B1 "B1", "different ballots have different numbers (§2.1)";
    B2 "B2", "every quorum is a majority set, and any two of them intersect (§2.1)";
    B3 "B3", "a ballot's decree is that of the latest earlier vote of its quorum (§2.1)";
    Theorem1 "Theorem 1", "any two successful ballots of a number have one decree (§2.1)";
    Ordering "Ordering", "what was proposed after a decree passed has a larger number (§3.2.1)";
}

impl Claim {
    /// The claims that need traces.
    pub(crate) fn of_traces() -> impl Iterator<Item = Self> {
        let all = Self::ALL.into_iter();
        all.skip_while(|&claim| claim != Self::WholeTraces)
    }
}

/// Whether a claim holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It does, as far as what was read can tell.
    Holds,
    /// It does not.
    Violated,
    /// Nobody looked, and why.
    NotChecked(String),
}

/// A line of a trace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The file.
    pub file: PathBuf,
    /// The line in it, from 1.
    pub line: u64,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file.display(), self.line)
    }
}

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which claim it violates.
    pub claim: Claim,
    /// At which decree number, if at one.
    pub number: Option<DecreeNumber>,
    /// What is wrong.
    pub what: String,
    /// The ballots of that number, drawn as in the paper's Figure 1.
    pub figure: Option<String>,
    /// Where it is seen.
    pub locations: Vec<Location>,
}

/// How much there was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Figures {
    /// Ledgers that were read.
    pub ledgers: u64,
    /// Of these, how many were written meanwhile.
    pub moving: u64,
    /// Decree numbers with an outcome in some ledger.
    pub decrees: u64,
    /// Outcomes in all ledgers.
    pub outcomes: u64,
    /// Votes in ledgers on what is not known to be passed.
    pub undecided: u64,
    /// Decrees that repeat a request: the law carries it out once.
    pub repeated: u64,
    /// Decrees of no consequence.
    pub olive_days: u64,
    /// The length of the longest law.
    pub law: u64,
    /// Traces that were read.
    pub traces: u64,
    /// Lines of traces.
    pub lines: u64,
    /// Lines that were cut off at the end of a life.
    pub torn: u64,
    /// Lives of processes.
    pub lives: u64,
    /// Actions that a process took and did not live to trace.
    #[serde(rename = "lost")]
    pub crash_gap: u64,
    /// Steps of the basic protocol that were taken, one for an action, however
    /// many decree numbers it is about.
    pub steps: u64,
    /// Decree numbers with a ballot.
    pub numbers: u64,
    /// Ballots.
    pub ballots: u64,
    /// Of these, the successful ones.
    pub successful: u64,
    /// Votes in them.
    pub votes: u64,
}

/// What an audit found.
#[derive(Clone, Debug, Default)]
pub struct AuditReport {
    /// How much there was.
    pub figures: Figures,
    /// What is wrong; of each claim the first ones.
    pub findings: Vec<Finding>,
    /// How many there are of each claim.
    pub counts: BTreeMap<Claim, u64>,
    /// What was not looked at, and why.
    pub not_checked: BTreeMap<Claim, String>,
}

/// How many findings of a claim are told.
const TOLD: u64 = 8;

impl AuditReport {
    /// Takes a finding in.
    pub(crate) fn find(&mut self, finding: Finding) {
        let count = self.counts.entry(finding.claim).or_default();
        *count += 1;
        if *count <= TOLD {
            self.findings.push(finding);
        }
    }

    /// Whether a claim holds. What is not checked is not violated.
    pub fn verdict(&self, claim: Claim) -> Verdict {
        if self.counts.contains_key(&claim) {
            return Verdict::Violated;
        }
        match self.not_checked.get(&claim) {
            Some(why) => Verdict::NotChecked(why.clone()),
            None => Verdict::Holds,
        }
    }

    /// Whether nothing is violated.
    pub fn holds(&self) -> bool {
        self.counts.is_empty()
    }
}
