//! What exploration has met of a timed world: each part of a state once, by its number.

use super::inbox::{Inbox, Parcel, Way, inbox};
use crate::digest::digest;
use crate::ids::{InputId, SiteId};
use crate::interner::Interner;
use crate::node::Explorable;
use dashmap::DashMap;
use rustc_hash::FxBuildHasher;
use std::sync::Arc;

/// A site with the time that each of its running timers has left, in the order of the timers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Stand<T> {
    pub site: SiteId,
    pub clocks: Box<[(T, u8)]>,
}

/// What is computed once for a stand.
pub(super) struct StandFacts {
    pub digest: u128,
    pub is_done: bool,
    /// Whether one of its timers is due.
    pub is_due: bool,
}

/// What is computed once for an inbox.
pub(super) struct InboxFacts {
    pub digest: u128,
    /// Whether something has to arrive before the next tick.
    pub is_urgent: bool,
}

/// What an input makes of a stand.
#[derive(Clone)]
pub(super) struct Reaction {
    pub stand: u32,
    /// What the process sends to those who are present, each with the position of the addressee.
    pub sent: Arc<[(u8, InputId)]>,
}

/// Everything that exploration has met.
pub(super) struct Known<P: Explorable> {
    pub stands: Interner<Stand<P::Timer>, StandFacts>,
    pub inboxes: Interner<Inbox, InboxFacts>,
    pub reactions: DashMap<(u32, InputId), Reaction, FxBuildHasher>,
}

impl<P: Explorable> Known<P> {
    pub(super) fn new() -> Self {
        Self {
            stands: Interner::new(),
            inboxes: Interner::new(),
            reactions: DashMap::default(),
        }
    }

    /// The number of the inbox with these parcels. `digest_of` is that of a message, and the same
    /// in every run.
    pub(super) fn inbox<K: Ord>(
        &self,
        parcels: Vec<Parcel>,
        way: Way,
        key: impl Fn(InputId) -> K,
        sender: impl Fn(InputId) -> Option<P::Id>,
        digest_of: impl Fn(InputId) -> u128,
    ) -> u32 {
        // Where messages keep their order, two orders of the same messages differ.
        let place = |place| if way == Way::InOrder { place } else { 0 };
        let parcels = inbox(parcels, way, key, sender);
        self.inboxes.intern(parcels, |inbox| InboxFacts {
            digest: inbox
                .iter()
                .enumerate()
                .map(|(at, parcel)| (digest_of(parcel.input), parcel.left, parcel.must, place(at)))
                .map(|parcel| digest(&parcel))
                .fold(0, u128::wrapping_add),
            is_urgent: super::inbox::is_urgent(inbox),
        })
    }
}
