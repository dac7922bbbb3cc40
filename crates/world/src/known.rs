//! What is known of a world, shared by all that explore it: its parts, and what
//! follows from them.

use crate::event::EventOf;
use crate::ids::{ClaimViewId, HistoryId, InputId, ReductionViewId, SentId, SiteId, StepId};
use crate::interner::Interner;
use crate::lens::Lens;
use crate::network::Messages;
use crate::node::Explorable;
use crate::reactions::{Followup, FollowupTable};
use crate::site::{Deeds, Site};
use dashmap::DashMap;
use rustc_hash::FxBuildHasher;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// What one process does at once.
pub(crate) struct Step<P: Explorable> {
    pub event: EventOf<P>,
    /// Whose step it is: the position of a node.
    pub by: usize,
    pub before: SiteId,
    pub after: SiteId,
    /// What it sends.
    pub sends: SentId,
    /// What else it does: its `sent` is in `sends`.
    pub deeds: Deeds<P>,
}

/// What can follow an input at a site.
pub(crate) struct Reaction {
    /// All of its outputs; none if that changes nothing that anybody sees.
    pub handled: Option<StepId>,
    /// Whether that leaves the site as it is, and so is a step only where it
    /// sends what was not sent before, or changes the history.
    pub leaves_the_site: bool,
    /// Whether the history may see it even so.
    pub is_seen: bool,
    /// A crash after one of its outputs, after two, …, but not after all.
    pub crashed: Box<[StepId]>,
}

/// How a site came about.
pub(crate) enum Origin<P: Explorable> {
    /// From nothing.
    Nothing,
    /// From the site of the node that was, by this.
    Step(SiteId, EventOf<P>),
}

/// What is known of a site as soon as it is.
pub(crate) struct SiteFacts<P: Explorable> {
    pub digest: u128,
    /// The position of its node.
    pub me: usize,
    /// What claims see of it.
    pub claim_view: ClaimViewId,
    /// What tells whether messages are of use to it.
    pub reduction_view: ReductionViewId,
    /// The timers that may fire, and what the process may be asked for.
    pub from_nobody: Box<[InputId]>,
    /// Its heartbeats, to anybody.
    pub heartbeats: Box<[InputId]>,
    /// How the site came about first.
    pub origin: Origin<P>,
    pub crash: OnceLock<StepId>,
    /// What follows each input at it: a copy of what is in [`Known::followups`].
    pub followups: FollowupTable,
}

/// Everything known of a world.
pub(crate) struct Known<P: Explorable, L: Lens<P>, const N: usize> {
    /// No other in this process has it, before or after; from 1.
    pub serial: u64,
    pub sites: Interner<Site<P>, SiteFacts<P>>,
    pub claim_views: Interner<L::ClaimView, ()>,
    pub reduction_views: Interner<(usize, L::ReductionView), ()>,
    pub histories: Interner<L::History, u128>,
    pub steps: boxcar::Vec<Step<P>>,
    pub reactions: boxcar::Vec<Reaction>,
    /// What follows an input at a site. Each is found once.
    pub followups: DashMap<(SiteId, InputId), Followup, FxBuildHasher>,
    pub advances: DashMap<(HistoryId, StepId), HistoryId, FxBuildHasher>,
    /// What was sent.
    pub messages: Messages<P>,
    /// Which claims hold, as bits: a function of history and views.
    pub verdicts: DashMap<(HistoryId, [ClaimViewId; N]), u64, FxBuildHasher>,
}

impl<P: Explorable, L: Lens<P>, const N: usize> Known<P, L, N> {
    /// Nothing but who there is.
    pub(crate) fn nothing(ids: impl Iterator<Item = P::Id>) -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        Self {
            serial: LAST.fetch_add(1, Ordering::Relaxed) + 1,
            sites: Interner::new(),
            claim_views: Interner::new(),
            reduction_views: Interner::new(),
            histories: Interner::new(),
            steps: boxcar::Vec::new(),
            reactions: boxcar::Vec::new(),
            followups: DashMap::default(),
            advances: DashMap::default(),
            messages: Messages::none(ids),
            verdicts: DashMap::default(),
        }
    }

    pub(crate) fn site(&self, id: SiteId) -> &Site<P> {
        self.sites.value(id.0)
    }

    #[inline]
    pub(crate) fn facts(&self, id: SiteId) -> &SiteFacts<P> {
        self.sites.facts(id.0)
    }

    pub(crate) fn reduction_view(&self, id: ReductionViewId) -> &L::ReductionView {
        &self.reduction_views.value(id.0).1
    }

    pub(crate) fn history(&self, id: HistoryId) -> &L::History {
        self.histories.value(id.0)
    }

    pub(crate) fn history_digest(&self, id: HistoryId) -> u128 {
        *self.histories.facts(id.0)
    }

    #[inline]
    pub(crate) fn step(&self, id: StepId) -> &Step<P> {
        &self.steps[id.0 as usize]
    }

    /// How many sites, steps of sites, sets of messages and histories were met.
    pub(crate) fn sizes(&self) -> [usize; 4] {
        let (sites, steps) = (self.sites.len(), self.steps.count());
        [sites, steps, self.messages.sets.len(), self.histories.len()]
    }
}
