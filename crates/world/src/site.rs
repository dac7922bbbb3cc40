//! A site: one process with its ledger and its timers; and its deeds in a step.

use crate::network::LetterOf;
use crate::node::Explorable;
use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use synod_process::{InputOf, Output, OutputOf, Process};

/// A process at one moment, with its ledger and the timers that are set: everything on
/// which its reaction to an input depends. [`World::site`](crate::World::site) returns it,
/// as in the [crate]'s example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site<P: Process> {
    /// The id of the node, so that the sites of two nodes always differ.
    pub id: P::Id,
    /// The process, volatile state and all.
    pub process: P,
    /// The ledger, with every record.
    pub ledger: P::Ledger,
    pub(crate) timers: BTreeSet<P::Timer>,
    /// The records that a crash may lose, oldest first.
    pub(crate) not_durable: Vec<NotDurable<P::Ledger, P::Request>>,
}

/// A record that a crash may lose; `L` is the type of ledgers, `Q` that of requests.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct NotDurable<L, Q> {
    /// A ledger that a crash may leave instead.
    pub without: L,
    /// What the process is told once the record is durable.
    pub told: Option<Q>,
}

// Not derived: where every record is durable, nothing is hashed for those that are not. So the
// fingerprints of such worlds stay what they are.
impl<P: Process<Ledger: Hash, Request: Hash, Timer: Hash> + Hash> Hash for Site<P> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.id.hash(hasher);
        self.process.hash(hasher);
        self.ledger.hash(hasher);
        self.timers.hash(hasher);
        if !self.not_durable.is_empty() {
            self.not_durable.hash(hasher);
        }
    }
}

/// What a process did in a step: a part of [`Observed`](crate::Observed).
pub struct Deeds<P: Process> {
    /// The input that the process took; none if it crashed while idle.
    pub input: Option<InputOf<P>>,
    /// The actions that it reported ([`Output::Did`]), in order.
    pub actions: Vec<P::Action>,
    /// Its news ([`Output::Tell`]), in order.
    pub news: Vec<P::News>,
    /// The messages that it sent, except heartbeats, in order. Filled only while the step
    /// is computed: an observer finds it empty.
    pub(crate) sent: Vec<LetterOf<P>>,
    /// The effects of its last life in the step, in order: whether each is a send. Filled as
    /// `sent`.
    pub(crate) effects: Vec<bool>,
    /// Whether a record took back or overwrote what the ledger said: see
    /// [`Observe::goes_back`](crate::Observe::goes_back).
    pub went_back: bool,
    /// Whether the process crashed, and recovered, at the end of the step.
    pub crashed: bool,
    /// The ledgers that these crashes have lost ([`World::losing`](crate::World::losing)), in
    /// order: each with every record before the crash, those of this step too.
    pub lost: Vec<P::Ledger>,
    /// Whether the crash fell between a record and the send right after it.
    pub crashed_before_sending: bool,
}

// Not derived: a derived `Default` would require `P: Default`.
impl<P: Process> Default for Deeds<P> {
    fn default() -> Self {
        Self {
            input: None,
            actions: Vec::new(),
            news: Vec::new(),
            sent: Vec::new(),
            effects: Vec::new(),
            went_back: false,
            crashed: false,
            lost: Vec::new(),
            crashed_before_sending: false,
        }
    }
}

impl<P: Explorable> Site<P> {
    /// The timers that are set, in ascending order.
    pub fn timers(&self) -> impl Iterator<Item = P::Timer> + '_ {
        self.timers.iter().copied()
    }

    /// What may be on the disk after a crash: first the ledger with every record. See
    /// [`Disk`](crate::Disk).
    pub fn disks(&self) -> impl Iterator<Item = &P::Ledger> {
        let others = self.not_durable.iter().rev();
        std::iter::once(&self.ledger).chain(others.map(|record| &record.without))
    }

    /// What the process is told next of its disk.
    pub(crate) fn told_next(&self) -> Option<&P::Request> {
        self.not_durable
            .iter()
            .find_map(|record| record.told.as_ref())
    }
}

/// Whether an output is an effect: a record or a send. A crash between other outputs
/// makes no difference, to other processes or to the process after its recovery.
pub(crate) const fn is_effect<P: Process>(output: &OutputOf<P>) -> bool {
    matches!(output, Output::Record(_) | Output::Send { .. })
}
