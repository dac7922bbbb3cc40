//! The result of an audit: an [`AuditReport`] with a [`Verdict`] for each [`Claim`], a
//! [`Finding`] for each violation, and [`Figures`] about what was read.
//!
//! [`audit`](crate::audit()) makes it; the [example of the
//! crate](crate#where-to-begin) reads one.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use synod_protocol::parliament::DecreeNumber;

/// Defines [`Claim`] from one entry for each claim: its name, and its meaning.
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
            /// All claims, in the order in which they are reported.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$Claim),+];

            /// A short name, under which the claim is reported.
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

// `Claim::of_traces` relies on the order: from `WholeTraces` on, claims need traces.
claims! {
    Consistency "Consistency", "no decree number has two decrees in ledgers (§1.2)";
    OneDecreeABallot "One decree a ballot",
        "votes in one ballot are for one decree (§2.1, B1)";
    Promises "Promises",
        "no vote is above its voter's nextBal, and only its owner tries a ballot (A.2)";
    MajorityBinds "A majority binds",
        "a decree for which a majority set voted in one ballot is the outcome (§2.1)";
    NoGaps "No gaps",
        "below a passed decree all have passed, if votes are cast in ascending order (§3.1)";
    LawsAgree "Laws agree",
        "any two ledgers, replayed to the same number, give the same law (§4)";
    NoneLost "No ledger lost",
        "each ledger still has everything that other legislators have seen in it";
    WholeTraces "Whole traces", "no line is missing within a life of a process";
    LedgerFollows "Ledger follows",
        "each ledger follows from its trace and at most one batch that was not traced (§2.3)";
    Steps "Steps of A.1", "every traced action is a step of the basic protocol (A.1)";
    B1 "B1", "different ballots have different numbers (§2.1)";
    B2 "B2", "every quorum is a majority set, and any two of them intersect (§2.1)";
    B3 "B3", "a ballot's decree is that of the latest earlier vote of its quorum (§2.1)";
    Theorem1 "Theorem 1", "any two successful ballots of a number have one decree (§2.1)";
    Ordering "Ordering",
        "a decree that was proposed after another one passed has a larger number (§3.2.1)";
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
    /// No ledger and no trace contradicts the claim.
    Holds,
    /// There is at least one [`Finding`].
    Violated,
    /// The claim was not checked, for this reason.
    NotChecked(String),
}

/// A place in a trace, displayed as `file:line`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The file of the trace.
    pub file: PathBuf,
    /// The number of the line within the file, from 1.
    pub line: u64,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file.display(), self.line)
    }
}

/// A violation of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The violated claim.
    pub claim: Claim,
    /// The decree number, if the violation is about a single one.
    pub number: Option<DecreeNumber>,
    /// A sentence that says what is wrong.
    pub what: String,
    /// The ballots of that number, drawn as in the paper's Figure 1.
    pub figure: Option<String>,
    /// The lines of traces that show it.
    pub locations: Vec<Location>,
}

/// The amount of what was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Figures {
    /// Ledgers that were read.
    pub ledgers: u64,
    /// Ledgers that changed during the audit.
    pub moving: u64,
    /// Decree numbers with an outcome in some ledger.
    pub decrees: u64,
    /// Outcomes in all ledgers together.
    pub outcomes: u64,
    /// Votes in ledgers whose owners do not know the outcome.
    pub undecided: u64,
    /// Decrees that repeat the request of another decree. The law carries a request
    /// out once.
    pub repeated: u64,
    /// Olive-day decrees (no-ops).
    pub olive_days: u64,
    /// The length of the longest law.
    pub law: u64,
    /// The last decree that some ledger has cut off, because its snapshot stands for it.
    pub cut: u64,
    /// Ledgers that replace a lost one: what only the lost one had is not known.
    pub replaced: u64,
    /// Traces that were read.
    pub traces: u64,
    /// Lines of traces.
    pub lines: u64,
    /// Lines that were cut off at the end of a life.
    pub torn: u64,
    /// Lives (from a start of a process to its end).
    pub lives: u64,
    /// Actions that a crash kept out of a trace.
    #[serde(rename = "lost")]
    pub crash_gap: u64,
    /// Steps of the basic protocol in the traces: one for each action, however many
    /// decree numbers the action is about.
    pub steps: u64,
    /// Messages and steps from before the traces begin that were assumed, because the first
    /// files of the traces are gone.
    pub assumed: u64,
    /// Decree numbers with a ballot.
    pub numbers: u64,
    /// Those among them that have ballots or votes from before the traces begin: B3 and Ordering
    /// are not checked there.
    pub partial: u64,
    /// Ballots in the traces.
    pub ballots: u64,
    /// Successful ballots among them.
    pub successful: u64,
    /// Votes in all these ballots.
    pub votes: u64,
}

/// The result of an audit, returned by [`audit`](crate::audit()).
#[derive(Clone, Debug, Default)]
pub struct AuditReport {
    /// The amount of what was read.
    pub figures: Figures,
    /// The first violations of each claim.
    pub findings: Vec<Finding>,
    /// The number of violations of each violated claim.
    pub counts: BTreeMap<Claim, u64>,
    /// The claims that were not checked, and why.
    pub not_checked: BTreeMap<Claim, String>,
    /// The pairs of ledgers whose decrees were cut off so that they have none in common: one
    /// sentence for each pair.
    pub not_compared: Vec<String>,
}

/// How many findings of a claim are kept.
const KEPT: u64 = 8;

impl AuditReport {
    /// Counts a finding, and keeps it if it is one of the first of its claim.
    pub(crate) fn find(&mut self, finding: Finding) {
        let count = self.counts.entry(finding.claim).or_default();
        *count += 1;
        if *count <= KEPT {
            self.findings.push(finding);
        }
    }

    /// The verdict on a claim.
    pub fn verdict(&self, claim: Claim) -> Verdict {
        if self.counts.contains_key(&claim) {
            return Verdict::Violated;
        }
        match self.not_checked.get(&claim) {
            Some(why) => Verdict::NotChecked(why.clone()),
            None => Verdict::Holds,
        }
    }

    /// Whether no claim is violated. A claim that was not checked counts as not violated.
    pub fn holds(&self) -> bool {
        self.counts.is_empty()
    }
}
