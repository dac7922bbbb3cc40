//! What each priest has sent: sets of messages, each set kept once and known
//! by its number.
//!
//! They are apart from the sites, because what follows an input at a site does
//! not depend on them: the shipped code runs once for a site and an input,
//! whatever was sent before.

use super::interner::Interner;
use super::steps::{EarId, InputId, SiteId, digest};
use super::{Envelope, Process, World};
use dashmap::DashMap;
use rustc_hash::FxBuildHasher;
use std::ops::Range;
use synod_math::Priest;
use synod_process::Input;

/// The number of a message with its sender and addressee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct EnvelopeId(u32);

/// The number of a set of messages, all of the same sender.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct SentId(pub(super) u32);

/// What is known of a message.
struct EnvelopeFacts {
    digest: u128,
    input: InputId,
}

/// What is known of a set of messages.
pub(super) struct SentFacts {
    /// The sum of the digests of its messages.
    pub digest: u128,
    /// Its messages by addressee, as inputs, in the order of the messages.
    pub outbox: Box<[Box<[InputId]>]>,
}

/// Everything known of messages, shared by all that explore the world.
pub(super) struct Messages<P: Process> {
    envelopes: Interner<Envelope<P::Message>, EnvelopeFacts>,
    /// Sets, their elements in order of number.
    sets: Interner<Box<[EnvelopeId]>, SentFacts>,
    unions: DashMap<(SentId, SentId), SentId, FxBuildHasher>,
    /// What is left of a set when what is useless is forgotten, by the ears of
    /// the sender and of an addressee.
    useful: DashMap<(SentId, EarId, EarId), SentId, FxBuildHasher>,
}

impl<P: Process> Messages<P> {
    pub(super) fn none() -> Self {
        Self {
            envelopes: Interner::new(),
            sets: Interner::new(),
            unions: DashMap::default(),
            useful: DashMap::default(),
        }
    }

    pub(super) fn facts(&self, sent: SentId) -> &SentFacts {
        self.sets.facts(sent.0)
    }

    /// How many sets were met.
    pub(super) fn len(&self) -> usize {
        self.sets.len()
    }

    /// The numbers of sets from this one on: see [`Interner::since`].
    pub(super) fn since(&self, from: u32) -> Range<u32> {
        self.sets.since(from)
    }

    /// Whether a set has this number.
    pub(super) fn has(&self, sent: SentId) -> bool {
        self.sets.has(sent.0)
    }

    fn set(&self, sent: SentId) -> &[EnvelopeId] {
        self.sets.value(sent.0)
    }

    fn envelope(&self, id: EnvelopeId) -> &Envelope<P::Message> {
        self.envelopes.value(id.0)
    }

    /// The messages of a set.
    pub(super) fn iter(&self, sent: SentId) -> impl Iterator<Item = &Envelope<P::Message>> {
        self.set(sent).iter().map(|&id| self.envelope(id))
    }
}

impl<P: Process> World<P> {
    /// The set of these messages.
    pub(super) fn intern_sent(&self, sent: Vec<Envelope<P::Message>>) -> SentId {
        let ids = sent.into_iter().map(|envelope| {
            let find_out = |envelope: &Envelope<P::Message>| EnvelopeFacts {
                digest: digest(envelope),
                input: self.known.intern_input(Input::Receive {
                    from: envelope.from,
                    message: envelope.message.clone(),
                }),
            };
            EnvelopeId(self.messages().envelopes.intern(envelope, find_out))
        });
        self.intern_set(ids.collect())
    }

    fn intern_set(&self, mut ids: Vec<EnvelopeId>) -> SentId {
        ids.sort_unstable();
        ids.dedup();
        let messages = self.messages();
        SentId(
            messages
                .sets
                .intern(ids.into(), |ids| self.find_out_sent(ids)),
        )
    }

    fn find_out_sent(&self, ids: &[EnvelopeId]) -> SentFacts {
        let messages = self.messages();
        let facts = |id: EnvelopeId| messages.envelopes.facts(id.0);
        // Numbers depend on who comes first; what follows must not.
        let mut in_order = ids.to_vec();
        in_order.sort_unstable_by_key(|&id| messages.envelope(id));
        let sent_to = |to: Priest| {
            let sent = in_order.iter().copied();
            let sent = sent.filter(|&id| messages.envelope(id).to == to);
            sent.map(|id| facts(id).input).collect()
        };
        let digests = ids.iter().map(|&id| facts(id).digest);
        SentFacts {
            digest: digests.fold(0, u128::wrapping_add),
            outbox: self.bounds.priests().map(sent_to).collect(),
        }
    }

    /// Both sets in one. Looked up once it is known: O(1).
    pub(super) fn union(&self, sent: SentId, more: SentId) -> SentId {
        let messages = self.messages();
        if messages.set(more).is_empty() || sent == more {
            return sent;
        }
        if let Some(known) = messages.unions.get(&(sent, more)) {
            return *known;
        }
        let ids = messages.set(sent).iter().chain(messages.set(more));
        let union = self.intern_set(ids.copied().collect());
        messages.unions.insert((sent, more), union);
        union
    }

    /// What a priest has sent, without what is useless to another. Looked up
    /// once it is known: O(1).
    pub(super) fn useful(&self, sent: SentId, sender: SiteId, addressee: SiteId) -> SentId {
        let messages = self.messages();
        let (his, other) = (self.known.facts(sender), self.known.facts(addressee));
        if messages.facts(sent).outbox[other.me.index()].is_empty() {
            return sent;
        }
        let key = (sent, his.ear, other.ear);
        if let Some(known) = messages.useful.get(&key) {
            return *known;
        }
        let (from, to) = (self.known.ear(his.ear), self.known.ear(other.ear));
        let is_useful = |id: &EnvelopeId| {
            let envelope = messages.envelope(*id);
            envelope.to != other.me || !P::is_useless(self, &envelope.message, from, to)
        };
        let all = messages.set(sent);
        let useful: Vec<_> = all.iter().copied().filter(is_useful).collect();
        let useful = if useful.len() == all.len() {
            sent
        } else {
            self.intern_set(useful)
        };
        messages.useful.insert(key, useful);
        useful
    }

    fn messages(&self) -> &Messages<P> {
        &self.known.messages
    }
}
