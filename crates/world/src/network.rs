//! The network: for each node the set of messages that it has sent. Each set is kept
//! once and known by its number.
//!
//! The sets are no part of the sites, because the reaction of a process to an input does
//! not depend on them: the process runs once for a site and an input, whatever it has
//! sent before.

use crate::digest::digest;
use crate::ids::{EnvelopeId, InputId, ReductionViewId, SentId};
use crate::interner::Interner;
use crate::node::Explorable;
use dashmap::DashMap;
use rustc_hash::FxBuildHasher;
use synod_process::{Input, InputOf, Process};

/// A message with its sender and addressee. [`World::sent`](crate::World::sent) and
/// [`World::network`](crate::World::network) list them, as in the [crate]'s example.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Envelope<I, M> {
    /// The addressee.
    pub to: I,
    /// The sender.
    pub from: I,
    /// The message.
    pub message: M,
}

/// The [`Envelope`] of processes of type `P`.
pub type EnvelopeOf<P> = Envelope<<P as Process>::Id, <P as Process>::Message>;

/// What is computed once for a message.
struct EnvelopeFacts {
    digest: u128,
    input: InputId,
}

/// What is computed once for a set of messages.
pub(crate) struct SentFacts {
    /// The sum of the digests of its messages.
    pub digest: u128,
    /// By position of the addressee, the messages to it, as inputs, in the order of the
    /// messages.
    pub outbox: Box<[Box<[InputId]>]>,
}

/// All messages and sets of messages that were met, shared by all threads that explore a
/// world.
pub(crate) struct Messages<P: Process> {
    /// The ids of the nodes, in their order.
    ids: Box<[P::Id]>,
    envelopes: Interner<EnvelopeOf<P>, EnvelopeFacts>,
    inputs: Interner<InputOf<P>, ()>,
    /// Sets, the elements of each in ascending order of number.
    pub sets: Interner<Box<[EnvelopeId]>, SentFacts>,
    unions: DashMap<(SentId, SentId), SentId, FxBuildHasher>,
    /// What is left of a set without the useless messages, by the views of the sender and
    /// of an addressee.
    useful: DashMap<(SentId, ReductionViewId, ReductionViewId), SentId, FxBuildHasher>,
}

impl<P: Explorable> Messages<P> {
    pub(crate) fn new(ids: impl Iterator<Item = P::Id>) -> Self {
        Self {
            ids: ids.collect(),
            envelopes: Interner::new(),
            inputs: Interner::new(),
            sets: Interner::new(),
            unions: DashMap::default(),
            useful: DashMap::default(),
        }
    }

    #[inline]
    pub(crate) fn facts(&self, sent: SentId) -> &SentFacts {
        self.sets.facts(sent.0)
    }

    pub(crate) fn input(&self, id: InputId) -> &InputOf<P> {
        self.inputs.value(id.0)
    }

    pub(crate) fn intern_input(&self, input: InputOf<P>) -> InputId {
        InputId(self.inputs.intern(input, |_| ()))
    }

    #[inline]
    fn set(&self, sent: SentId) -> &[EnvelopeId] {
        self.sets.value(sent.0)
    }

    fn envelope(&self, id: EnvelopeId) -> &EnvelopeOf<P> {
        self.envelopes.value(id.0)
    }

    /// The messages of a set.
    pub(crate) fn iter(&self, sent: SentId) -> impl Iterator<Item = &EnvelopeOf<P>> {
        self.set(sent).iter().map(|&id| self.envelope(id))
    }

    /// The set of these messages.
    pub(crate) fn intern(&self, sent: Vec<EnvelopeOf<P>>) -> SentId {
        let ids = sent.into_iter().map(|envelope| {
            let facts = |envelope: &EnvelopeOf<P>| EnvelopeFacts {
                digest: digest(envelope),
                input: self.intern_input(Input::Receive {
                    from: envelope.from,
                    message: envelope.message.clone(),
                }),
            };
            EnvelopeId(self.envelopes.intern(envelope, facts))
        });
        self.intern_set(ids.collect())
    }

    fn intern_set(&self, mut ids: Vec<EnvelopeId>) -> SentId {
        ids.sort_unstable();
        ids.dedup();
        SentId(self.sets.intern(ids.into(), |ids| self.set_facts(ids)))
    }

    fn set_facts(&self, ids: &[EnvelopeId]) -> SentFacts {
        let facts = |id: EnvelopeId| self.envelopes.facts(id.0);
        // The numbers depend on which thread was first; the order of the inputs must not.
        let mut in_order = ids.to_vec();
        in_order.sort_unstable_by_key(|&id| self.envelope(id));
        let sent_to = |&to: &P::Id| {
            let sent = in_order.iter().copied();
            let sent = sent.filter(|&id| self.envelope(id).to == to);
            sent.map(|id| facts(id).input).collect()
        };
        let digests = ids.iter().map(|&id| facts(id).digest);
        SentFacts {
            digest: digests.fold(0, u128::wrapping_add),
            outbox: self.ids.iter().map(sent_to).collect(),
        }
    }

    /// The union of two sets. Computed once for each pair, then looked up: O(1).
    #[inline]
    pub(crate) fn union(&self, sent: SentId, more: SentId) -> SentId {
        if self.set(more).is_empty() || sent == more {
            return sent;
        }
        if let Some(known) = self.unions.get(&(sent, more)) {
            return *known;
        }
        let ids = self.set(sent).iter().chain(self.set(more));
        let union = self.intern_set(ids.copied().collect());
        self.unions.insert((sent, more), union);
        union
    }

    /// What a node has sent, without the messages that are useless to this addressee.
    /// Computed once for the views of sender and addressee, then looked up: O(1).
    pub(crate) fn useful(
        &self,
        sent: SentId,
        to: usize,
        views: (ReductionViewId, ReductionViewId),
        is_useless: impl Fn(&P::Message) -> bool,
    ) -> SentId {
        if self.facts(sent).outbox[to].is_empty() {
            return sent;
        }
        let key = (sent, views.0, views.1);
        if let Some(known) = self.useful.get(&key) {
            return *known;
        }
        let is_useful = |id: &EnvelopeId| {
            let envelope = self.envelope(*id);
            envelope.to != self.ids[to] || !is_useless(&envelope.message)
        };
        let all = self.set(sent);
        let useful: Vec<_> = all.iter().copied().filter(is_useful).collect();
        let useful = if useful.len() == all.len() {
            sent
        } else {
            self.intern_set(useful)
        };
        self.useful.insert(key, useful);
        useful
    }
}
