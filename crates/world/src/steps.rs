//! The steps of a world, computed once. The result of an input is a function of the site
//! and the input, and the next history is one of the history and the step: each is
//! computed once for each pair, and looked up from then on.

use crate::digest::digest;
use crate::event::{Event, EventOf};
use crate::ids::{ClaimViewId, HistoryId, InputId, ReductionViewId, SentId, SiteId, StepId};
use crate::known::{CrashSteps, HistoryFacts, Idle, Origin, Reaction, SiteFacts, Step, Story};
use crate::lens::{Lens, Observed};
use crate::lives::{Crashes, losses};
use crate::messages::Outbox;
use crate::network::{Border, Letter, Network};
use crate::node::Explorable;
use crate::reactions::{Followup, FollowupTable};
use crate::site::{Deeds, Site};
use crate::state::State;
use crate::table::Table;
use crate::world::World;
use stateright::Model;
use std::sync::OnceLock;
use synod_process::{Input, InputOf};

impl<P: Explorable, L: Lens<P>, const N: usize> World<P, L, N> {
    pub(crate) fn intern_site(&self, me: usize, site: Site<P>, origin: Origin<P>) -> SiteId {
        let facts = |site: &Site<P>| self.site_facts(me, site, origin);
        SiteId(self.known.sites.intern(site, facts))
    }

    /// The number of the site after an event.
    fn intern_next(&self, me: usize, site: Site<P>, from: SiteId, event: &EventOf<P>) -> SiteId {
        let mut is_new = false;
        let facts = |site: &Site<P>| {
            is_new = true;
            self.site_facts(me, site, Origin::Step(from, event.clone()))
        };
        let next = SiteId(self.known.sites.intern(site.clone(), facts));
        if !is_new {
            self.compare(next, site, from, event);
        }
        next
    }

    fn site_facts(&self, me: usize, site: &Site<P>, origin: Origin<P>) -> SiteFacts<P> {
        let (known, lens, node) = (&self.known, &self.lens, &self.nodes[me]);
        let from = node.id;
        let receive = |message| {
            known
                .messages
                .intern_input(Input::Receive { from, message })
        };
        let may_fire = |&timer: &_| node.may_fire(timer) && !lens.is_heartbeat_timer(timer);
        let timers = site.timers().filter(may_fire).map(Input::Timeout);
        let asked = node.asked.iter().cloned().map(Input::Propose);
        let told = site.told_next().cloned().map(Input::Propose);
        let timers_and_requests = timers
            .chain(asked)
            .chain(told)
            .map(|input| known.messages.intern_input(input));
        let reduction_view = (me, lens.reduction_view(site));
        let claim_view = lens.claim_view(site);
        SiteFacts {
            digest: digest(site),
            me,
            claim_view: ClaimViewId(known.claim_views.intern(claim_view, |_| ())),
            reduction_view: ReductionViewId(
                known
                    .reduction_views
                    .intern(reduction_view, |_| Table::new()),
            ),
            timers_and_requests: timers_and_requests.collect(),
            heartbeats: lens
                .heartbeats(&site.ledger)
                .into_iter()
                .map(receive)
                .collect(),
            origin,
            equals: [OnceLock::new(), OnceLock::new()],
            crashes: CrashSteps::default(),
            breaks: OnceLock::new(),
            images: OnceLock::new(),
            followups: FollowupTable::empty(),
        }
    }

    /// What may follow an input at a site; none if no step does.
    #[inline]
    pub(crate) fn reaction(
        &self,
        site: SiteId,
        facts: &SiteFacts<P>,
        input: InputId,
    ) -> Option<&Reaction> {
        let followup = facts.followups.get(input);
        match followup.unwrap_or_else(|| self.find_reaction(site, facts, input)) {
            Followup::Nothing => None,
            Followup::Reaction(number) => Some(&self.known.reactions[number as usize]),
        }
    }

    #[cold]
    fn find_reaction(&self, site: SiteId, facts: &SiteFacts<P>, input: InputId) -> Followup {
        let entry = self.known.followups.entry((site, input));
        let found = *entry.or_insert_with(|| self.react(site, input));
        facts.followups.keep(input, found);
        found
    }

    fn react(&self, site: SiteId, input: InputId) -> Followup {
        let known = &self.known;
        let me = known.facts(site).me;
        let event = Event::Handle(self.nodes[me].id, known.messages.input(input).clone());
        let (after, deeds) = self.after(site, &event);
        let (leaves_the_site, is_seen) = (after == *known.site(site), self.lens.is_seen(&deeds));
        // What does nothing makes way for what was sent later.
        let makes_way = self.network.keeps_order() && self.is_arrival(me, input);
        let is_step = !leaves_the_site || is_seen || !deeds.sent.is_empty() || makes_way;
        let may_crash = self.crashes > 0 || self.losses > 0 || self.always_recovers;
        let cuts = if may_crash {
            self.input_cuts(known.messages.input(input), &deeds.effects)
        } else {
            Vec::new()
        };
        let handled = is_step.then(|| self.add_step(site, event, after, deeds));
        let idle = handled.filter(|_| leaves_the_site).map(|step| {
            let step = known.step(step);
            Idle {
                sends: step.has_sent.then_some(step.sends),
                makes_way,
                is_seen,
            }
        });
        let reaction = Reaction {
            handled,
            idle,
            cuts: cuts.into(),
            crashed: CrashSteps::default(),
        };
        let is_nothing = reaction.handled.is_none() && reaction.cuts.is_empty();
        if is_nothing {
            Followup::Nothing
        } else {
            Followup::Reaction(known.reactions.push(reaction) as u32)
        }
    }

    /// The steps in which the process takes an input and crashes after some of its effects.
    pub(crate) fn crashed<'r>(
        &self,
        site: SiteId,
        input: InputId,
        reaction: &'r Reaction,
        kind: Crashes,
    ) -> &'r [StepId] {
        let crashed = &reaction.crashed[kind as usize];
        crashed.get_or_init(|| {
            let input = self.known.messages.input(input);
            self.crash_steps(site, Some(input), &reaction.cuts, kind)
        })
    }

    /// The steps in which the process crashes while it is idle.
    pub(crate) fn idle_crashes(&self, site: SiteId, kind: Crashes) -> &[StepId] {
        let crashes = &self.known.facts(site).crashes[kind as usize];
        crashes.get_or_init(|| self.crash_steps(site, None, &[0], kind))
    }

    fn crash_steps(
        &self,
        id: SiteId,
        input: Option<&InputOf<P>>,
        effects: &[usize],
        kind: Crashes,
    ) -> Box<[StepId]> {
        let (site, mut steps) = (self.known.site(id), Vec::new());
        let me = self.known.facts(id).me;
        self.crash_events(me, site, input, effects, kind, &mut |event| {
            let (after, deeds) = self.after(id, &event);
            steps.push(self.add_step(id, event, after, deeds));
        });
        steps.into()
    }

    /// The steps in which the session of the process with a later node ends.
    pub(crate) fn breaks(&self, site: SiteId) -> &[StepId] {
        let facts = self.known.facts(site);
        facts.breaks.get_or_init(|| {
            let [me, others @ ..] = &self.nodes[facts.me..] else {
                return Box::default();
            };
            let breaks = others.iter().map(|other| {
                let event = Event::Break(me.id, other.id);
                let (after, deeds) = self.after(site, &event);
                self.add_step(site, event, after, deeds)
            });
            breaks.collect()
        })
    }

    /// Whether an input arrives over the network.
    fn is_arrival(&self, me: usize, input: InputId) -> bool {
        let told = self.nodes[me].told_of_sessions;
        match self.known.messages.input(input) {
            Input::Receive { .. } => true,
            Input::Propose(request) => {
                told.is_some_and(|told| self.ids().any(|id| told(id) == *request))
            }
            Input::Timeout(_) => false,
        }
    }

    fn add_step(
        &self,
        from: SiteId,
        event: EventOf<P>,
        after: Site<P>,
        mut deeds: Deeds<P>,
    ) -> StepId {
        let by = self.known.facts(from).me;
        let (input, breaks_with, cuts) = match &event {
            Event::Handle(_, input) => (Some(input), None, &[][..]),
            Event::Crash { during, cuts, .. } => (during.as_ref(), None, &cuts[..]),
            Event::Break(_, other) => (None, Some(self.position(*other) as u8), &[][..]),
        };
        let losses = losses(cuts) as u8;
        let crashes = cuts.len() as u8 - losses;
        let input = input.map(|input| self.known.messages.intern_input(input.clone()));
        let kind = self.kind_of(&event) as u32;
        let after = self.intern_next(by, after, from, &event);
        let [before_it, after_it] = [from, after].map(|site| self.known.facts(site));
        deeds.effects = Vec::new();
        let step = Step {
            by: by as u8,
            breaks_with,
            arrives: input.filter(|&input| self.is_arrival(by, input)),
            has_sent: !deeds.sent.is_empty(),
            sends: self.known.messages.intern(std::mem::take(&mut deeds.sent)),
            before: from,
            after,
            changes_view: before_it.reduction_view != after_it.reduction_view,
            digest_change: after_it.digest.wrapping_sub(before_it.digest),
            kind,
            story: Box::new(Story { event, deeds }),
        };
        StepId {
            number: self.known.steps.push(step) as u32,
            sender: 0,
            borders: 0,
            crashes,
            losses,
        }
    }

    pub(crate) fn intern_history(&self, history: L::History) -> HistoryId {
        let facts = |history: &L::History| HistoryFacts {
            digest: self.lens.digest(history),
            is_outside: self.lens.is_outside(history),
            advances: Table::new(),
            images: OnceLock::new(),
        };
        HistoryId(self.known.histories.intern(history, facts))
    }

    /// A step as its lens observes it.
    pub(crate) fn observed(&self, id: StepId) -> Observed<'_, P> {
        let (known, step) = (&self.known, self.known.step(id));
        Observed {
            by: self.nodes[usize::from(step.by)].id,
            before: known.site(step.before),
            deeds: &step.story.deeds,
            after: known.site(step.after),
            messages: &known.messages,
            sends: step.sends,
        }
    }

    /// The history after a step.
    #[inline]
    pub(crate) fn advance(&self, history: HistoryId, id: StepId) -> HistoryId {
        let advances = &self.known.history_facts(history).advances;
        let next = advances.get(id.number);
        HistoryId(next.unwrap_or_else(|| advances.add(id.number, self.observe(history, id).0)))
    }

    #[cold]
    fn observe(&self, history: HistoryId, id: StepId) -> HistoryId {
        let before = self.known.history(history);
        let next = self.lens.observe(before, &self.observed(id));
        // Every history was told to forget when it was new, except the first, which has
        // nothing to forget.
        if next == *before {
            return history;
        }
        let next = if self.reductions.useless_messages {
            self.lens.forget(next)
        } else {
            next
        };
        self.intern_history(next)
    }

    /// Removes useless messages after a step of a node from what is on its way after it: its new
    /// site may make messages to it useless, and what it has just sent may be useless from the
    /// beginning. If neither its view nor what it has sent is another one, every message is as
    /// useful as it was.
    #[inline]
    pub(crate) fn forget_messages(
        &self,
        before: &State<N>,
        step: &Step<P>,
        sent: &mut [SentId; N],
    ) {
        let by = usize::from(step.by);
        let (is_another, sends_more) = (
            step.changes_view || !self.begins_without_useless(),
            sent[by] != before.sent[by],
        );
        if !is_another && !sends_more {
            return;
        }
        for other in (0..self.nodes.len()).filter(|&other| other != by) {
            let site = before.sites[other];
            sent[by] = self.useful(sent[by], step.after, site);
            if is_another {
                sent[other] = self.useful(sent[other], site, step.after);
            }
        }
    }

    /// Whether no message is useless in an initial state. Then none is in any state.
    fn begins_without_useless(&self) -> bool {
        let known = &self.known.begins_without_useless;
        *known.get_or_init(|| {
            let nodes = || 0..self.nodes.len();
            self.init_states().iter().all(|state| {
                let pairs = nodes().flat_map(|one| nodes().map(move |other| (one, other)));
                let mut pairs = pairs.filter(|(one, other)| one != other);
                pairs.all(|(one, other)| {
                    let sent = state.sent[one];
                    self.useful(sent, state.sites[one], state.sites[other]) == sent
                })
            })
        })
    }

    /// What a node has sent, without the messages that are useless to another.
    fn useful(&self, sent: SentId, sender: SiteId, addressee: SiteId) -> SentId {
        let (from, to) = (self.known.facts(sender), self.known.facts(addressee));
        let views = (from.reduction_view, to.reduction_view);
        let pair = || self.known.pair(views.0, views.1);
        self.known.messages.useful(sent, to.me, pair, |message| {
            let from = (self.nodes[from.me].id, self.known.reduction_view(views.0));
            let to = (self.nodes[to.me].id, self.known.reduction_view(views.1));
            self.lens.is_useless(message, from, to)
        })
    }

    /// Whether a step that leaves the site as it is changes anything else. Most of them do
    /// not; this is found here, before the next state is computed.
    #[inline]
    pub(crate) fn is_step(&self, state: &State<N>, by: usize, idle: &Idle, step: StepId) -> bool {
        let sent = state.sent[by];
        let is_new = |sends| self.known.messages.add(sent, sends) != sent;
        idle.sends.is_some_and(is_new)
            || idle.makes_way
            || (idle.is_seen && self.advance(state.history, step) != state.history)
    }

    /// Visits every input that some process may take in a state, with the site that takes
    /// it and the facts of the site: first, node by node, the timers that are set, the
    /// requests and the heartbeats of the other nodes; then the messages, with the position
    /// of the sender and the numbers of the borders before them.
    #[inline]
    pub(crate) fn inputs(
        &self,
        state: &State<N>,
        mut visit: impl FnMut(SiteId, &SiteFacts<P>, &[InputId], u8, &[u8]),
    ) {
        let nodes = self.nodes.len();
        let others = |p| (0..nodes).filter(move |&q| q != p);
        for p in 0..nodes {
            let site = state.sites[p];
            let facts = self.known.facts(site);
            match self.firing {
                None => visit(site, facts, &facts.timers_and_requests, 0, &[]),
                Some(may_fire) => {
                    let id = self.nodes[p].id;
                    let may_be = |input: &InputId| match self.known.messages.input(*input) {
                        Input::Timeout(timer) => may_fire(self, state, id, *timer),
                        _ => true,
                    };
                    let inputs = facts.timers_and_requests.iter().copied();
                    let inputs: Vec<_> = inputs.filter(may_be).collect();
                    visit(site, facts, &inputs, 0, &[]);
                }
            }
            for q in others(p) {
                visit(
                    site,
                    facts,
                    &self.known.facts(state.sites[q]).heartbeats,
                    q as u8,
                    &[],
                );
            }
        }
        for p in 0..nodes {
            let site = state.sites[p];
            let facts = self.known.facts(site);
            for q in others(p) {
                let sent = self.known.messages.facts(state.sent[q]);
                let Outbox {
                    inputs, borders, ..
                } = &sent.outbox[p];
                visit(site, facts, inputs, q as u8, borders);
            }
        }
    }

    /// The state with these numbers, with its digest.
    #[inline]
    pub(crate) fn state(
        &self,
        sites: [SiteId; N],
        sent: [SentId; N],
        history: HistoryId,
        [crashes_left, breaks_left, losses_left]: [u8; 3],
    ) -> State<N> {
        let digests = (0..self.nodes.len()).map(|p| {
            let of_site = self.known.facts(sites[p]).digest;
            of_site.wrapping_add(self.known.messages.facts(sent[p]).digest)
        });
        let of_history = self.known.history_facts(history).digest;
        let sum = digests.fold(of_history, u128::wrapping_add);
        State {
            digest: [sum as u64, (sum >> 64) as u64],
            sites,
            sent,
            history,
            crashes_left,
            breaks_left,
            losses_left,
        }
    }

    /// The state after a step that has led to these numbers, with its digest: that of the state
    /// before it, with what has changed.
    #[inline]
    pub(crate) fn state_after(
        &self,
        before: &State<N>,
        step: &Step<P>,
        sent: [SentId; N],
        history: HistoryId,
        [crashes_left, breaks_left, losses_left]: [u8; 3],
    ) -> State<N> {
        let [low, high] = before.digest.map(u128::from);
        let mut sum = (high << 64 | low).wrapping_add(step.digest_change);
        for (&sent, &before) in sent.iter().zip(&before.sent) {
            if sent != before {
                let [sent, before] = [sent, before].map(|id| self.known.messages.facts(id).digest);
                sum = sum.wrapping_add(sent.wrapping_sub(before));
            }
        }
        if history != before.history {
            let [history, before] =
                [history, before.history].map(|id| self.known.history_facts(id).digest);
            sum = sum.wrapping_add(history.wrapping_sub(before));
        }
        let mut sites = before.sites;
        sites[usize::from(step.by)] = step.after;
        State {
            digest: [sum as u64, (sum >> 64) as u64],
            sites,
            sent,
            history,
            crashes_left,
            breaks_left,
            losses_left,
        }
    }

    /// What is on its way after a step: without what has arrived, and with what was sent.
    #[inline]
    pub(crate) fn deliver(&self, sent: &mut [SentId; N], id: StepId, step: &Step<P>) {
        let (messages, by) = (&self.known.messages, usize::from(step.by));
        if self.network == Network::Duplicating {
            if step.has_sent {
                sent[by] = messages.add(sent[by], step.sends);
            }
        } else {
            self.deliver_once(sent, id, step);
        }
    }

    fn deliver_once(&self, sent: &mut [SentId; N], id: StepId, step: &Step<P>) {
        let (messages, by) = (&self.known.messages, usize::from(step.by));
        if let Some(input) = step.arrives {
            let sender = usize::from(id.sender);
            let arrived = messages.arrive(sent[sender], by, input, id.borders);
            sent[sender] = arrived.left;
            if arrived.is_noticed {
                sent[by] = messages.add(sent[by], self.border(by, sender, Border::Noticed));
            }
        }
        sent[by] = messages.add(sent[by], step.sends);
        if self.network == Network::Fifo && (id.crashes > 0 || id.losses > 0) {
            for other in (0..self.nodes.len()).filter(|&other| other != by) {
                sent[other] = messages.lose(sent[other], by);
            }
        }
        if let Some(other) = step.breaks_with.map(usize::from) {
            sent[other] = messages.add(sent[other], self.border(other, by, Border::Broken));
        }
    }

    /// The end of a session, as a list of one letter.
    fn border(&self, from: usize, to: usize, border: Border) -> SentId {
        let [from, to] = [from, to].map(|position| self.nodes[position].id);
        let border = Letter::Border { to, from, border };
        self.known.messages.intern(vec![border])
    }
}
