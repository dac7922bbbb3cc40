//! What is known of the steps of a world. The shipped code is a function of a
//! site and an input, and the history one of what was done: each is run once
//! for each pair, and looked up from then on.

use super::interner::Interner;
use super::network::{Messages, SentId};
use super::reactions::{Place, Places};
use super::stored::Origin;
use super::{Deeds, Event, InputOf, Process, Site, World};
use crate::bounds::MAX_PRIESTS;
use dashmap::DashMap;
use rustc_hash::FxBuildHasher;
use siphasher::sip128::{Hasher128, SipHasher13};
use std::hash::Hash;
use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use synod_math::Priest;
use synod_process::Input;
use synod_protocol::Timer;

/// The number of a site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct SiteId(pub(super) u32);

/// The number of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct InputId(pub(super) u32);

/// The number of a history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct HistoryId(pub(super) u32);

/// The number of the ear of a priest at a site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct EarId(u32);

/// The number of the face of a site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct FaceId(u32);

/// A step of the world, by its number: see [`World::event`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StepId(u32);

/// What one process does at once.
pub(super) struct Step<P: Process> {
    pub event: Event<InputOf<P>>,
    pub by: Priest,
    pub after: SiteId,
    /// What it sends.
    pub sends: SentId,
    /// What else it does: its `sent` is in `sends`.
    pub deeds: Deeds<P>,
}

/// What can follow an input at a site.
pub(super) struct Reaction {
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

/// What is known of a site as soon as it is.
pub(super) struct SiteFacts<P: Process> {
    pub digest: u128,
    pub me: Priest,
    /// What claims see of it.
    pub face: FaceId,
    /// What tells whether messages are of use to it.
    pub ear: EarId,
    /// The timers that may fire, and what he may be asked for.
    pub from_nobody: Box<[InputId]>,
    /// His Present messages, to anybody.
    pub presence: Box<[InputId]>,
    /// How the site came about first.
    pub origin: Origin<InputOf<P>>,
    crash: OnceLock<StepId>,
    /// Where its reactions are: a copy of what is in [`Known::places`].
    places: Places,
}

/// Everything known of a world, shared by all that explore it.
pub(super) struct Known<P: Process> {
    /// No other in this process has it, before or after; from 1.
    pub(super) serial: u64,
    sites: Interner<Site<P>, SiteFacts<P>>,
    faces: Interner<P::Face, ()>,
    ears: Interner<(Priest, P::Ear), ()>,
    inputs: Interner<InputOf<P>, ()>,
    histories: Interner<P::History, u128>,
    steps: boxcar::Vec<Step<P>>,
    reactions: boxcar::Vec<Reaction>,
    /// What follows an input at a site. Each is found once.
    places: DashMap<(SiteId, InputId), Place, FxBuildHasher>,
    advances: DashMap<(HistoryId, StepId), HistoryId, FxBuildHasher>,
    /// What was sent.
    pub(super) messages: Messages<P>,
    /// Which claims hold, as bits: a function of history and faces.
    pub(super) verdicts: DashMap<(HistoryId, [FaceId; MAX_PRIESTS]), u64, FxBuildHasher>,
}

impl<P: Process> Known<P> {
    pub(super) fn nothing() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        Self {
            serial: LAST.fetch_add(1, Ordering::Relaxed) + 1,
            sites: Interner::new(),
            faces: Interner::new(),
            ears: Interner::new(),
            inputs: Interner::new(),
            histories: Interner::new(),
            steps: boxcar::Vec::new(),
            reactions: boxcar::Vec::new(),
            places: DashMap::default(),
            advances: DashMap::default(),
            messages: Messages::none(),
            verdicts: DashMap::default(),
        }
    }

    pub(super) fn site(&self, id: SiteId) -> &Site<P> {
        self.sites.value(id.0)
    }

    pub(super) fn facts(&self, id: SiteId) -> &SiteFacts<P> {
        self.sites.facts(id.0)
    }

    pub(super) fn ear(&self, id: EarId) -> (Priest, &P::Ear) {
        let (me, ear) = self.ears.value(id.0);
        (*me, ear)
    }

    pub(super) fn history(&self, id: HistoryId) -> &P::History {
        self.histories.value(id.0)
    }

    pub(super) fn history_digest(&self, id: HistoryId) -> u128 {
        *self.histories.facts(id.0)
    }

    pub(super) fn step(&self, id: StepId) -> &Step<P> {
        &self.steps[id.0 as usize]
    }

    /// Whether a site has this number.
    pub(super) fn has_site(&self, id: SiteId) -> bool {
        self.sites.has(id.0)
    }

    /// Whether a history has this number.
    pub(super) fn has_history(&self, id: HistoryId) -> bool {
        self.histories.has(id.0)
    }

    /// The numbers of sites from this one on: see [`Interner::since`].
    pub(super) fn sites_since(&self, from: u32) -> Range<u32> {
        self.sites.since(from)
    }

    /// The numbers of histories from this one on.
    pub(super) fn histories_since(&self, from: u32) -> Range<u32> {
        self.histories.since(from)
    }

    pub(super) fn input(&self, id: InputId) -> &InputOf<P> {
        self.inputs.value(id.0)
    }

    pub(super) fn intern_input(&self, input: InputOf<P>) -> InputId {
        InputId(self.inputs.intern(input, |_| ()))
    }

    /// How many sites, steps of sites, sets of messages and histories were met.
    pub(super) fn sizes(&self) -> [usize; 4] {
        let (sites, steps) = (self.sites.len(), self.steps.count());
        [sites, steps, self.messages.len(), self.histories.len()]
    }
}

impl<P: Process> World<P> {
    pub(super) fn intern_site(
        &self,
        me: Priest,
        site: Site<P>,
        origin: Origin<InputOf<P>>,
    ) -> SiteId {
        let find_out = |site: &Site<P>| self.find_out(me, site, origin);
        SiteId(self.known.sites.intern(site, find_out))
    }

    fn find_out(&self, me: Priest, site: &Site<P>, origin: Origin<InputOf<P>>) -> SiteFacts<P> {
        let known = &self.known;
        let receive = |message| known.intern_input(Input::Receive { from: me, message });
        let may_fire = |timer: &Timer| match timer {
            Timer::Presence => false, // Told already: see `Process::presence`.
            Timer::Absence => self.presidents.contains(&me),
            Timer::Round => true,
        };
        let timers = site.timers().filter(may_fire).map(Input::Timeout);
        let asked = P::asked_later(&self.setting, &self.bounds, me).into_iter();
        let from_nobody = timers.chain(asked.map(Input::Propose));
        let presence = P::presence(&site.ledger);
        SiteFacts {
            digest: digest(site),
            me,
            face: FaceId(known.faces.intern(P::face(site), |_| ())),
            ear: EarId(known.ears.intern((me, P::ear(site)), |_| ())),
            from_nobody: from_nobody.map(|input| known.intern_input(input)).collect(),
            presence: presence.into_iter().map(receive).collect(),
            origin,
            crash: OnceLock::new(),
            places: Places::unknown(),
        }
    }

    /// What can follow an input at a site; none if nothing.
    pub(super) fn reaction(&self, site: SiteId, input: InputId) -> Option<&Reaction> {
        let known = &self.known;
        let places = &known.facts(site).places;
        let place = places.get(input).unwrap_or_else(|| {
            let entry = known.places.entry((site, input));
            let found = *entry.or_insert_with(|| self.react(site, input));
            places.keep(input, found);
            found
        });
        match place {
            Place::Nothing => None,
            Place::At(place) => Some(&known.reactions[place as usize]),
        }
    }

    fn react(&self, site: SiteId, input: InputId) -> Place {
        let known = &self.known;
        let (me, before) = (known.facts(site).me, known.site(site));
        let input = known.inputs.value(input.0);
        let event = Event::Handle(me, input.clone());
        let (after, deeds) = self.after(site, &event);
        let (leaves_the_site, is_seen) = (after == *before, P::is_seen(&self.setting, &deeds));
        let is_step = !leaves_the_site || is_seen || !deeds.sent.is_empty();
        let handled = is_step.then(|| self.add_step(site, event, after, deeds));
        let cuts = if self.crashes > 0 {
            before.cuts(input, self.reductions.weaker_crashes)
        } else {
            Vec::new()
        };
        let crashed = cuts.into_iter().map(|cut| {
            let event = Event::CrashAfter(cut, me, input.clone());
            let (after, deeds) = self.after(site, &event);
            self.add_step(site, event, after, deeds)
        });
        let reaction = Reaction {
            handled,
            leaves_the_site,
            is_seen,
            crashed: crashed.collect(),
        };
        let is_nothing = reaction.handled.is_none() && reaction.crashed.is_empty();
        if is_nothing {
            Place::Nothing
        } else {
            Place::At(known.reactions.push(reaction) as u32)
        }
    }

    /// What an event makes of a site: the shipped code runs.
    pub(super) fn after(&self, site: SiteId, event: &Event<InputOf<P>>) -> (Site<P>, Deeds<P>) {
        let before = self.known.site(site);
        match event {
            Event::Handle(me, input) => before.handle(*me, input, None),
            Event::CrashAfter(cut, me, input) => {
                let (after, mut deeds) = before.handle(*me, input, Some(*cut));
                let after = self.come_back(*me, &after, &mut deeds);
                (after, deeds)
            }
            Event::Crash(me) => {
                let mut deeds = Deeds::default();
                let after = self.come_back(*me, before, &mut deeds);
                (after, deeds)
            }
        }
    }

    /// A crash while the process does nothing.
    pub(super) fn crash(&self, site: SiteId) -> StepId {
        let facts = self.known.facts(site);
        *facts.crash.get_or_init(|| {
            let event = Event::Crash(facts.me);
            let (after, deeds) = self.after(site, &event);
            self.add_step(site, event, after, deeds)
        })
    }

    fn add_step(
        &self,
        from: SiteId,
        event: Event<InputOf<P>>,
        after: Site<P>,
        mut deeds: Deeds<P>,
    ) -> StepId {
        let by = self.known.facts(from).me;
        let step = Step {
            sends: self.intern_sent(std::mem::take(&mut deeds.sent)),
            after: self.intern_site(by, after, Origin::Step(from, event.clone())),
            event,
            by,
            deeds,
        };
        StepId(self.known.steps.push(step) as u32)
    }

    pub(super) fn intern_history(&self, history: P::History) -> HistoryId {
        let digest = |history: &P::History| P::history_digest(&self.setting, history);
        HistoryId(self.known.histories.intern(history, digest))
    }

    /// The history after a step.
    pub(super) fn advance(&self, history: HistoryId, step: StepId) -> HistoryId {
        let known = &self.known;
        if let Some(next) = known.advances.get(&(history, step)) {
            return *next;
        }
        let Step {
            by, after, deeds, ..
        } = known.step(step);
        let next = P::replay(self, known.history(history), *by, deeds, known.site(*after));
        let next = if self.reductions.useless_messages {
            P::forget(self, next)
        } else {
            next
        };
        let next = self.intern_history(next);
        known.advances.insert((history, step), next);
        next
    }
}

/// The key of the digests: the next digits of π after those of the checker's
/// fingerprints. Fixed, so that a state has the same digest in every run.
const KEY: (u64, u64) = (0xa409_3822_299f_31d0, 0x082e_fa98_ec4e_6c89);

/// SipHash-1-3, 128 bits, of what a value's `Hash` writes.
pub(crate) fn digest<T: Hash>(value: &T) -> u128 {
    let mut hasher = SipHasher13::new_with_keys(KEY.0, KEY.1);
    value.hash(&mut hasher);
    hasher.finish128().as_u128()
}
