//! One process and its surroundings: what is on its disk, and which timers are
//! set; and what it does in a step.

use crate::network::EnvelopeOf;
use crate::node::Explorable;
use std::collections::BTreeSet;
use synod_process::{InputOf, Output, OutputOf, Process};

/// A process, what it has on disk and its timers. What follows an input depends
/// on nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Site<P: Process> {
    /// Whose it is: nodes are told apart even where all else is equal.
    pub id: P::Id,
    /// The process, volatile state and all.
    pub process: P,
    /// The durable ledger.
    pub ledger: P::Ledger,
    pub(crate) timers: BTreeSet<P::Timer>,
}

/// What a process did in a step.
pub struct Deeds<P: Process> {
    /// The input that it took; none if it only crashed.
    pub input: Option<InputOf<P>>,
    /// The actions that it says it took.
    pub actions: Vec<P::Action>,
    /// What it told, in this order.
    pub news: Vec<P::News>,
    /// What it sent, but for its heartbeats, in this order. Only while the step
    /// is made: an observer finds it empty.
    pub(crate) sent: Vec<EnvelopeOf<P>>,
    /// Whether some record took back or overwrote what its ledger said: see
    /// [`Observe::goes_back`](crate::Observe::goes_back).
    pub went_back: bool,
    /// Whether it crashed at the end of the step.
    pub crashed: bool,
    /// Whether that was after a record and before the send that follows it.
    pub crashed_before_sending: bool,
}

// Not derived: that would ask for `P: Default`.
impl<P: Process> Default for Deeds<P> {
    fn default() -> Self {
        Self {
            input: None,
            actions: Vec::new(),
            news: Vec::new(),
            sent: Vec::new(),
            went_back: false,
            crashed: false,
            crashed_before_sending: false,
        }
    }
}

impl<P: Explorable> Site<P> {
    /// The timers that are set, in their order.
    pub fn timers(&self) -> impl Iterator<Item = P::Timer> + '_ {
        self.timers.iter().copied()
    }

    /// After how many of its records and sends, but neither none nor all, a
    /// crash may fall; or only those right before a record.
    pub(crate) fn cuts(&self, input: &InputOf<P>, before_records: bool) -> Vec<usize> {
        let outputs = self.process.clone().handle(input.clone()).outputs;
        let effects = outputs.iter().filter(|output| is_effect::<P>(output));
        let is_cut = |output: &OutputOf<P>| !before_records || matches!(output, Output::Record(_));
        let cuts = effects.enumerate().skip(1);
        cuts.filter(|(_, cut_off)| is_cut(cut_off))
            .map(|(cut, _)| cut)
            .collect()
    }
}

/// What a crash can fall between: what others, or the next life, can see.
pub(crate) const fn is_effect<P: Process>(output: &OutputOf<P>) -> bool {
    matches!(output, Output::Record(_) | Output::Send { .. })
}
