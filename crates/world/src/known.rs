//! Everything that exploration has met of a world, shared by all threads: sites,
//! messages and histories, and what was computed from them.

use crate::event::{Cut, EventOf};
use crate::ids::{ClaimViewId, HistoryId, InputId, ReductionViewId, SentId, SiteId, StepId};
use crate::interner::Interner;
use crate::lens::Lens;
use crate::messages::Messages;
use crate::network::Network;
use crate::node::{Explorable, ProcessSetup};
use crate::reactions::{Followup, FollowupTable};
use crate::site::{Deeds, Site};
use crate::table::Table;
use dashmap::DashMap;
use rustc_hash::FxBuildHasher;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// A step of one process. What every transition reads is together, and small.
pub(crate) struct Step<P: Explorable> {
    /// The position of the node that takes it.
    pub by: u8,
    /// The position of the other node, if the session with it ends.
    pub breaks_with: Option<u8>,
    pub before: SiteId,
    pub after: SiteId,
    /// What it sends.
    pub sends: SentId,
    /// Whether it sends anything.
    pub has_sent: bool,
    /// The input, if it arrives over the network.
    pub arrives: Option<InputId>,
    /// Whether the sites before and after it have different
    /// [reduction views](crate::Reduce::ReductionView).
    pub changes_view: bool,
    /// The digest of the site after it, less that of the site before it.
    pub digest_change: u128,
    /// Its kind, for statistics: see [`Describe::kind`](synod_vocabulary::Describe::kind).
    pub kind: u32,
    pub story: Box<Story<P>>,
}

/// What happens in a step, for histories and for people.
pub(crate) struct Story<P: Explorable> {
    pub event: EventOf<P>,
    /// What the process does; `sent` in it is empty.
    pub deeds: Deeds<P>,
}

/// The steps with crashes, by their kind ([`Crashes`](crate::lives::Crashes)): computed in the
/// first state in which such crashes are left. A process that cannot recover panics only there.
pub(crate) type CrashSteps = [OnceLock<Box<[StepId]>>; 2];

/// The steps that an input at a site may lead to.
pub(crate) struct Reaction {
    /// The step with all outputs; none if it has no visible effect.
    pub handled: Option<StepId>,
    /// What is to be asked of a state, if that step leaves the site as it is.
    pub idle: Option<Idle>,
    /// After how many of the effects a crash may fall.
    pub cuts: Box<[usize]>,
    /// The steps with a crash, those of each cut.
    pub crashed: CrashSteps,
}

/// A step that leaves the site as it is. It is one only in states in which it changes anything
/// else.
pub(crate) struct Idle {
    /// What it sends, if it sends anything.
    pub sends: Option<SentId>,
    /// Whether it makes way for what was sent after the input that it takes.
    pub makes_way: bool,
    /// Whether it may change the history.
    pub is_seen: bool,
}

/// How a site was reached first.
pub(crate) enum Origin<P: Explorable> {
    /// It is an initial site, after these crashes while it began.
    Beginning(Vec<Cut>),
    /// From an earlier site of the node, by an event.
    Step(SiteId, EventOf<P>),
}

/// What is computed once for a site.
pub(crate) struct SiteFacts<P: Explorable> {
    pub digest: u128,
    /// The position of its node.
    pub me: usize,
    pub claim_view: ClaimViewId,
    pub reduction_view: ReductionViewId,
    /// The inputs that come from no process: timers that may fire, and requests.
    pub timers_and_requests: Box<[InputId]>,
    /// The heartbeats that it has sent to every other node, as their inputs.
    pub heartbeats: Box<[InputId]>,
    pub origin: Origin<P>,
    /// Equal sites that were reached in another way: the first of any, and the first by an
    /// input that has left the site as it was. See the module `determinism`.
    pub equals: [OnceLock<Site<P>>; 2],
    /// The steps in which it crashes while idle.
    pub crashes: CrashSteps,
    /// The steps in which its session with a later node ends.
    pub breaks: OnceLock<Box<[StepId]>>,
    /// What the changes of names of interchangeable nodes make of it, in their order.
    pub images: OnceLock<Box<[SiteId]>>,
    /// What follows each input: a fast copy of a part of [`Known::followups`].
    pub followups: FollowupTable,
}

/// What is computed once for a history.
pub(crate) struct HistoryFacts {
    pub digest: u128,
    /// Whether it is beyond the bounds.
    pub is_outside: bool,
    /// The history after each step.
    pub advances: Table,
    /// What the changes of names of interchangeable nodes make of it, in their order.
    pub images: OnceLock<Box<[HistoryId]>>,
}

/// Everything that exploration has met of a world.
pub(crate) struct Known<P: Explorable, L: Lens<P>, const N: usize> {
    /// A number, from 1 on, that tells it apart from every other one in this operating
    /// system's process.
    pub serial: u64,
    pub sites: Interner<Site<P>, SiteFacts<P>>,
    pub claim_views: Interner<L::ClaimView, ()>,
    /// With the number of the pair that each makes with another one.
    pub reduction_views: Interner<(usize, L::ReductionView), Table>,
    /// One more than the largest number of such a pair.
    pub pairs: AtomicU32,
    /// Whether no message is useless in an initial state.
    pub begins_without_useless: OnceLock<bool>,
    pub histories: Interner<L::History, HistoryFacts>,
    pub steps: boxcar::Vec<Step<P>>,
    pub reactions: boxcar::Vec<Reaction>,
    /// What follows an input at a site. Each is computed once.
    pub followups: DashMap<(SiteId, InputId), Followup, FxBuildHasher>,
    /// How two runs of an event at a site have differed, where they have.
    pub differences: DashMap<(SiteId, EventOf<P>), String>,
    pub messages: Messages<P>,
    /// Which of the remembered claims hold, as bits: a function of history and views.
    pub verdicts: DashMap<(HistoryId, [ClaimViewId; N]), u64, FxBuildHasher>,
}

impl<P: Explorable, L: Lens<P>, const N: usize> Known<P, L, N> {
    /// Nothing is met yet of these nodes.
    pub(crate) fn new(nodes: Arc<[ProcessSetup<P>]>, network: Network) -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        Self {
            serial: LAST.fetch_add(1, Ordering::Relaxed) + 1,
            sites: Interner::new(),
            claim_views: Interner::new(),
            reduction_views: Interner::new(),
            pairs: AtomicU32::new(0),
            begins_without_useless: OnceLock::new(),
            histories: Interner::new(),
            steps: boxcar::Vec::new(),
            reactions: boxcar::Vec::new(),
            followups: DashMap::default(),
            differences: DashMap::default(),
            messages: Messages::new(nodes, network),
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

    #[inline]
    pub(crate) fn history_facts(&self, id: HistoryId) -> &HistoryFacts {
        self.histories.facts(id.0)
    }

    /// The number of a pair of views.
    #[inline]
    pub(crate) fn pair(&self, one: ReductionViewId, other: ReductionViewId) -> u32 {
        const LARGEST: u32 = 1 << 15;
        if one.0.max(other.0) < LARGEST {
            return one.0 << 15 | other.0;
        }
        let pairs = self.reduction_views.facts(one.0);
        pairs.get(other.0).unwrap_or_else(|| {
            let number = self.pairs.fetch_add(1, Ordering::Relaxed);
            pairs.add(other.0, (1 << 30) + number)
        })
    }

    #[inline]
    pub(crate) fn step(&self, id: StepId) -> &Step<P> {
        &self.steps[id.number as usize]
    }

    /// The numbers of sites, steps of sites, lists of messages and histories met so far.
    pub(crate) fn sizes(&self) -> [usize; 4] {
        let (sites, steps) = (self.sites.len(), self.steps.count());
        [
            sites,
            steps,
            self.messages.lists.len(),
            self.histories.len(),
        ]
    }
}
