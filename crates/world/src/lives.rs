//! The lives of a process: it begins, takes inputs, crashes and recovers.

use crate::disk::Disk;
use crate::event::{Cut, Event, EventOf};
use crate::lens::Lens;
use crate::network::{Border, Envelope, Letter, LetterOf, Network};
use crate::node::Explorable;
use crate::site::{Deeds, NotDurable, Site, is_effect};
use crate::state::State;
use crate::world::World;
use std::collections::BTreeSet;
use synod_process::{Input, InputOf, Output, OutputOf, OutputsOf};

/// A kind of crashes that may follow each other in one event.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Crashes {
    /// One of them at least leaves a disk.
    Leaving,
    /// Each loses the ledger.
    Losing,
}

/// A process that runs through an event.
struct Life<'w, P: Explorable, L: Lens<P>, const N: usize> {
    world: &'w World<P, L, N>,
    me: usize,
    site: Site<P>,
    deeds: Deeds<P>,
    /// After how many effects ([`is_effect`]) the process crashes.
    cut: Option<usize>,
    has_crashed: bool,
    /// The heartbeats that it has sent, and that are no messages as long as they follow from its
    /// ledger.
    heartbeats: Vec<LetterOf<P>>,
    /// The timers that it has set in this step, and not cancelled since: each begins anew.
    set_anew: Vec<P::Timer>,
}

/// What an input makes of a site, for a world in which time passes.
pub(crate) struct Handled<P: Explorable> {
    pub site: Site<P>,
    /// What the process sends, heartbeats too.
    pub sent: Vec<LetterOf<P>>,
    /// The timers that begin anew.
    pub set_anew: Vec<P::Timer>,
}

impl<P: Explorable, L: Lens<P>, const N: usize> World<P, L, N> {
    /// The site of a node at the beginning of a run, and what it sends at once. It may crash
    /// while it begins.
    pub(crate) fn begin(&self, me: usize, cuts: &[Cut]) -> (Site<P>, Deeds<P>) {
        let mut life = Life::beginning(self, me, P::Ledger::default(), cuts.first());
        life.crash_and_recover(cuts);
        (life.site, life.deeds)
    }

    /// Runs the process of a site through an event: the site after it, and the deeds.
    pub(crate) fn run_event(
        &self,
        me: usize,
        site: &Site<P>,
        event: &EventOf<P>,
    ) -> (Site<P>, Deeds<P>) {
        let (input, cuts) = match event {
            Event::Handle(_, input) => (Some(input), &[][..]),
            Event::Crash { during, cuts, .. } => (during.as_ref(), &cuts[..]),
            Event::Break(..) => (None, &[][..]),
        };
        let mut life = Life::of(self, me, site.clone(), cuts.first());
        if losses(cuts) > 0 {
            life.heartbeats = self.heartbeats(me, &site.ledger);
        }
        if let Some(input) = input {
            life.handle(input);
        }
        life.crash_and_recover(cuts);
        if let Event::Break(_, other) = event {
            life.send_border(*other);
        }
        (life.site, life.deeds)
    }

    /// Runs the process of a site through an input, without a crash.
    pub(crate) fn run_input(&self, me: usize, site: &Site<P>, input: &InputOf<P>) -> Handled<P> {
        let mut life = Life::of(self, me, site.clone(), None);
        life.handle(input);
        let mut sent = life.deeds.sent;
        sent.append(&mut life.heartbeats);
        Handled {
            site: life.site,
            sent,
            set_anew: life.set_anew,
        }
    }

    /// The kinds of crashes that are tried in a state.
    pub(crate) fn tried_in(&self, state: &State<N>) -> impl Iterator<Item = Crashes> + Clone {
        let leaving = state.crashes_left > 0 || self.always_recovers;
        let leaving = leaving.then_some(Crashes::Leaving);
        let losing = (state.losses_left > 0).then_some(Crashes::Losing);
        leaving.into_iter().chain(losing)
    }

    /// Visits every event in which the process of a site crashes while it takes an input, after
    /// these numbers of effects; or while it is idle. Only crashes of one kind are visited.
    pub(crate) fn crash_events(
        &self,
        me: usize,
        site: &Site<P>,
        during: Option<&InputOf<P>>,
        effects: &[usize],
        kind: Crashes,
        visit: &mut dyn FnMut(EventOf<P>),
    ) {
        for &effects in effects {
            let cut = Cut {
                effects,
                disk: Some(0),
            };
            let mut life = Life::of(self, me, site.clone(), Some(&cut));
            if let Some(input) = during {
                life.handle(input);
            }
            self.each_crash(me, &life.site, &[], effects, kind, &mut |cuts| {
                if (losses(&cuts) == cuts.len()) == (kind == Crashes::Losing) {
                    visit(Event::Crash {
                        id: self.nodes[me].id,
                        during: during.cloned(),
                        cuts,
                    });
                }
            });
        }
    }

    /// Visits the crashes of a process while it begins: none, and then each.
    pub(crate) fn beginnings(&self, me: usize, visit: &mut dyn FnMut(Vec<Cut>)) {
        visit(Vec::new());
        self.each_beginning(me, &P::Ledger::default(), &[], Crashes::Leaving, visit);
    }

    /// A crash after so many effects leaves one of the disks that are possible, or none. Then
    /// the process recovers, and while crashes are left it may crash again.
    fn each_crash(
        &self,
        me: usize,
        site: &Site<P>,
        before: &[Cut],
        effects: usize,
        kind: Crashes,
        visit: &mut dyn FnMut(Vec<Cut>),
    ) {
        let mut crash = |disk, ledger: &P::Ledger| {
            let cuts = [before, &[Cut { effects, disk }]].concat();
            visit(cuts.clone());
            self.each_beginning(me, ledger, &cuts, kind, visit);
        };
        let [may_leave, may_lose] = self.may_follow(before, kind);
        if may_leave {
            for (disk, ledger) in site.disks().enumerate() {
                crash(Some(disk), ledger);
            }
        }
        if may_lose {
            crash(None, &self.lost_ledger(me));
        }
    }

    /// Whether crashes in one event may be followed by one that leaves a disk, and by one that
    /// loses the ledger. Where the process always recovers, one more of the first kind than may
    /// happen is tried.
    fn may_follow(&self, before: &[Cut], kind: Crashes) -> [bool; 2] {
        let losses = losses(before);
        let tried = usize::from(self.crashes) + usize::from(self.always_recovers);
        let may_leave = kind == Crashes::Leaving && before.len() - losses < tried;
        [may_leave, losses < usize::from(self.losses)]
    }

    /// The heartbeats that a node with this ledger has sent, to every other node.
    fn heartbeats(&self, me: usize, ledger: &P::Ledger) -> Vec<LetterOf<P>> {
        let from = self.nodes[me].id;
        let heartbeats = self.lens.heartbeats(ledger).into_iter();
        let to_all = heartbeats.flat_map(|message| {
            let others = self.ids().filter(move |&id| id != from);
            others.map(move |to| {
                let message = message.clone();
                Letter::Message(Envelope { to, from, message })
            })
        });
        to_all.collect()
    }

    /// The ledger from which a node recovers when it has lost its own.
    fn lost_ledger(&self, me: usize) -> P::Ledger {
        let node = &self.nodes[me];
        (self.lost)(&node.settings, node.id)
    }

    fn each_beginning(
        &self,
        me: usize,
        ledger: &P::Ledger,
        before: &[Cut],
        kind: Crashes,
        visit: &mut dyn FnMut(Vec<Cut>),
    ) {
        if self.may_follow(before, kind) == [false; 2] {
            return;
        }
        let life = Life::beginning(self, me, ledger.clone(), None);
        for effects in self.cuts(&life.deeds.effects) {
            let disk = Some(0);
            let cut = Cut { effects, disk };
            let life = Life::beginning(self, me, ledger.clone(), Some(&cut));
            self.each_crash(me, &life.site, before, effects, kind, visit);
        }
    }

    /// The numbers of effects after which a crash may fall: more than none, and less than all.
    /// With [`weaker_crashes`](crate::reductions::Reductions::weaker_crashes), only those right
    /// before a record.
    pub(crate) fn cuts(&self, effects: &[bool]) -> Vec<usize> {
        let is_cut = |&cut: &usize| !self.reductions.weaker_crashes || !effects[cut];
        (1..effects.len()).filter(is_cut).collect()
    }

    /// The numbers of effects of an input after which a crash may fall: as [`World::cuts`]; and
    /// none, if that is not the same as a crash before the input, because a message that was
    /// taken from a durable queue is gone.
    pub(crate) fn input_cuts(&self, input: &InputOf<P>, effects: &[bool]) -> Vec<usize> {
        let is_gone = self.network == Network::Reliable && matches!(input, Input::Receive { .. });
        let none = (is_gone && !effects.is_empty()).then_some(0);
        none.into_iter().chain(self.cuts(effects)).collect()
    }
}

impl<'w, P: Explorable, L: Lens<P>, const N: usize> Life<'w, P, L, N> {
    fn of(world: &'w World<P, L, N>, me: usize, site: Site<P>, cut: Option<&Cut>) -> Self {
        Self {
            world,
            me,
            site,
            deeds: Deeds::default(),
            cut: cut.map(|cut| cut.effects),
            has_crashed: false,
            heartbeats: Vec::new(),
            set_anew: Vec::new(),
        }
    }

    /// Starts a process from a ledger, and makes the requests that come at once.
    fn beginning(
        world: &'w World<P, L, N>,
        me: usize,
        ledger: P::Ledger,
        cut: Option<&Cut>,
    ) -> Self {
        let node = &world.nodes[me];
        let (process, outputs) = P::recover(&node.settings, node.id, ledger.clone());
        let site = Site {
            id: node.id,
            process,
            ledger,
            timers: BTreeSet::new(),
            not_durable: Vec::new(),
        };
        let mut life = Self::of(world, me, site, cut);
        life.carry_out_all(outputs);
        for request in &node.asked_at_once {
            if !life.has_crashed {
                let outputs = life.site.process.handle(Input::Propose(request.clone()));
                life.carry_out_all(outputs);
            }
        }
        life
    }

    /// Takes an input and carries out its outputs.
    fn handle(&mut self, input: &InputOf<P>) {
        match input {
            // A timer that fires is no longer set, unless the process sets it again.
            Input::Timeout(timer) => {
                self.site.timers.remove(timer);
            }
            Input::Propose(request) if self.site.told_next() == Some(request) => {
                let records = &mut self.site.not_durable;
                let told = records.iter().position(|record| record.told.is_some());
                records.drain(..=told.unwrap_or_default());
            }
            _ => {}
        }
        self.deeds.input = Some(input.clone());
        let outputs = self.site.process.handle(input.clone());
        self.carry_out_all(outputs);
    }

    /// For each of these cuts, the process loses its volatile state and recovers from what is
    /// on its disk, until the next cut.
    fn crash_and_recover(&mut self, cuts: &[Cut]) {
        for (crash, cut) in cuts.iter().enumerate() {
            let ledger = match cut.disk {
                Some(disk) => {
                    let ledger = self.site.disks().nth(disk);
                    ledger.unwrap_or(&self.site.ledger).clone()
                }
                None => self.lose_ledger(),
            };
            if self.world.network == Network::Fifo {
                let world = self.world;
                let me = self.site.id;
                for other in world.ids().filter(|&id| id != me) {
                    self.send_border(other);
                }
            }
            let next = Self::beginning(self.world, self.me, ledger, cuts.get(crash + 1));
            self.site = next.site;
            self.heartbeats.extend(next.heartbeats);
            self.deeds.crashed = true;
            self.deeds.sent.extend(next.deeds.sent);
            self.deeds.actions.extend(next.deeds.actions);
            self.deeds.news.extend(next.deeds.news);
            self.deeds.went_back |= next.deeds.went_back;
            self.deeds.crashed_before_sending |= next.deeds.crashed_before_sending;
        }
    }

    /// The ledger from which the process recovers, now that it has lost its own. The heartbeats
    /// that it has sent stay sent: they become messages.
    fn lose_ledger(&mut self) -> P::Ledger {
        self.deeds.lost.push(self.site.ledger.clone());
        self.deeds.sent.append(&mut self.heartbeats);
        self.world.lost_ledger(self.me)
    }

    /// Ends the session in the direction of another process.
    fn send_border(&mut self, to: P::Id) {
        self.deeds.sent.push(Letter::Border {
            to,
            from: self.site.id,
            border: Border::Broken,
        });
    }

    /// Carries out outputs in order, up to the crash.
    fn carry_out_all(&mut self, outputs: OutputsOf<P>) {
        for output in outputs.outputs {
            if is_effect::<P>(&output) {
                let is_send = matches!(output, Output::Send { .. });
                let effects = &mut self.deeds.effects;
                if self.cut == Some(effects.len()) {
                    let has_recorded = effects.last() == Some(&false);
                    self.deeds.crashed_before_sending = has_recorded && is_send;
                    self.has_crashed = true;
                    return;
                }
                effects.push(is_send);
            }
            self.carry_out(output);
        }
    }

    fn carry_out(&mut self, output: OutputOf<P>) {
        let (world, me) = (self.world, self.site.id);
        match output {
            Output::Record(record) => self.record(record),
            // A message to an id that no node has is lost.
            Output::Send { to, .. } if world.ids().all(|id| id != to) => {}
            Output::Send { to, message } => {
                assert!(
                    to != me,
                    "{me:?} sends a message to itself over the network"
                );
                // A heartbeat is taken as sent already: see the module `reductions`.
                let sent = if world.lens.is_heartbeat(&message) {
                    &mut self.heartbeats
                } else {
                    &mut self.deeds.sent
                };
                let from = me;
                sent.push(Letter::Message(Envelope { to, from, message }));
            }
            Output::SetTimer(timer) => {
                self.site.timers.insert(timer);
                self.set_anew.push(timer);
            }
            Output::CancelTimer(timer) => {
                self.site.timers.remove(&timer);
                self.set_anew.retain(|&set| set != timer);
            }
            Output::Tell(news) => self.deeds.news.push(news),
            Output::Did(action) => self.deeds.actions.push(action),
        }
    }

    fn record(&mut self, record: P::Record) {
        let site = &mut self.site;
        self.deeds.went_back |= self.world.lens.goes_back(&site.ledger, &record);
        let not_durable = |without, told| NotDurable { without, told };
        match self.world.disk {
            Disk::Durable => {}
            Disk::Synced(is_sync) | Disk::Torn(is_sync) if is_sync(&record) => {
                site.not_durable.clear();
            }
            Disk::Synced(_) => site
                .not_durable
                .push(not_durable(site.ledger.clone(), None)),
            Disk::Torn(_) => {
                // Each disk that was possible, with and without this record.
                let without = site.disks().cloned();
                let without: Vec<_> = without.map(|disk| not_durable(disk, None)).collect();
                let with = site.not_durable.iter_mut();
                with.for_each(|disk| P::apply(&mut disk.without, record.clone()));
                let disks = &mut site.not_durable;
                for disk in without.into_iter().rev() {
                    if !disks.contains(&disk) {
                        disks.push(disk);
                    }
                }
            }
            Disk::Asynchronous(told) => {
                let told = told(&record);
                site.not_durable
                    .push(not_durable(site.ledger.clone(), told));
            }
        }
        P::apply(&mut site.ledger, record);
    }
}

/// How many of these crashes lose the ledger.
pub(crate) fn losses(cuts: &[Cut]) -> usize {
    cuts.iter().filter(|cut| cut.disk.is_none()).count()
}
