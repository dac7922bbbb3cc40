//! What each node has sent: sets of messages, each set kept once and known by
//! its number.
//!
//! They are apart from the sites, because what follows an input at a site does
//! not depend on them: the process runs once for a site and an input, whatever
//! was sent before.

use crate::digest::digest;
use crate::ids::{EnvelopeId, InputId, ReductionViewId, SentId};
use crate::interner::Interner;
use crate::node::Explorable;
use dashmap::DashMap;
use rustc_hash::FxBuildHasher;
use synod_process::{Input, InputOf, Process};

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Envelope<I, M> {
    /// The addressee.
    pub to: I,
    /// The sender.
    pub from: I,
    /// The message.
    pub message: M,
}

/// A message on its way between processes of this kind.
pub type EnvelopeOf<P> = Envelope<<P as Process>::Id, <P as Process>::Message>;

/// What is known of a message.
struct EnvelopeFacts {
    digest: u128,
    input: InputId,
}

/// What is known of a set of messages.
pub(crate) struct SentFacts {
    /// The sum of the digests of its messages.
    pub digest: u128,
    /// Its messages by addressee, as inputs, in the order of the messages.
    pub outbox: Box<[Box<[InputId]>]>,
}

/// Everything known of messages, shared by all that explore a world.
pub(crate) struct Messages<P: Process> {
    /// Who there is, in their order.
    ids: Box<[P::Id]>,
    envelopes: Interner<EnvelopeOf<P>, EnvelopeFacts>,
    inputs: Interner<InputOf<P>, ()>,
    /// Sets, their elements in order of number.
    pub sets: Interner<Box<[EnvelopeId]>, SentFacts>,
    unions: DashMap<(SentId, SentId), SentId, FxBuildHasher>,
    /// What is left of a set when what is useless is forgotten, by the views of
    /// the sender and of an addressee.
    useful: DashMap<(SentId, ReductionViewId, ReductionViewId), SentId, FxBuildHasher>,
}

impl<P: Explorable> Messages<P> {
    pub(crate) fn none(ids: impl Iterator<Item = P::Id>) -> Self {
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
            let find_out = |envelope: &EnvelopeOf<P>| EnvelopeFacts {
                digest: digest(envelope),
                input: self.intern_input(Input::Receive {
                    from: envelope.from,
                    message: envelope.message.clone(),
                }),
            };
            EnvelopeId(self.envelopes.intern(envelope, find_out))
        });
        self.intern_set(ids.collect())
    }

    fn intern_set(&self, mut ids: Vec<EnvelopeId>) -> SentId {
        ids.sort_unstable();
        ids.dedup();
        SentId(self.sets.intern(ids.into(), |ids| self.find_out(ids)))
    }

    fn find_out(&self, ids: &[EnvelopeId]) -> SentFacts {
        let facts = |id: EnvelopeId| self.envelopes.facts(id.0);
        // Numbers depend on who comes first; what follows must not.
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

    /// Both sets in one. Looked up once it is known: O(1).
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

    /// What a node has sent, without what is useless to this addressee. Looked
    /// up once it is known for these views of sender and addressee: O(1).
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
