//! A site: one process with its ledger and its timers; and its deeds in a step.

use crate::network::EnvelopeOf;
use crate::node::Explorable;
use std::collections::BTreeSet;
use synod_process::{InputOf, Output, OutputOf, Process};

/// A process at one moment, with its ledger and the timers that are set: everything on
/// which its reaction to an input depends. [`World::site`](crate::World::site) returns it,
/// as in the [crate]'s example.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Site<P: Process> {
    /// The id of the node, so that the sites of two nodes always differ.
    pub id: P::Id,
    /// The process, volatile state and all.
    pub process: P,
    /// The durable ledger.
    pub ledger: P::Ledger,
    pub(crate) timers: BTreeSet<P::Timer>,
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
    pub(crate) sent: Vec<EnvelopeOf<P>>,
    /// Whether a record took back or overwrote what the ledger said: see
    /// [`Observe::goes_back`](crate::Observe::goes_back).
    pub went_back: bool,
    /// Whether the process crashed, and recovered, at the end of the step.
    pub crashed: bool,
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
            went_back: false,
            crashed: false,
            crashed_before_sending: false,
        }
    }
}

impl<P: Explorable> Site<P> {
    /// The timers that are set, in ascending order.
    pub fn timers(&self) -> impl Iterator<Item = P::Timer> + '_ {
        self.timers.iter().copied()
    }

    /// The numbers of effects (records and sends) after which a crash may fall: more than
    /// none, and less than all. With `before_records`, only those right before a record.
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

/// Whether an output is an effect: a record or a send. A crash between other outputs
/// makes no difference, to other processes or to the process after its recovery.
pub(crate) const fn is_effect<P: Process>(output: &OutputOf<P>) -> bool {
    matches!(output, Output::Record(_) | Output::Send { .. })
}
