//! The lives of a process: it begins, takes inputs, crashes and recovers.

use crate::event::{Event, EventOf};
use crate::lens::Lens;
use crate::network::Envelope;
use crate::node::Explorable;
use crate::site::{Deeds, Site, is_effect};
use crate::world::World;
use std::collections::BTreeSet;
use synod_process::{Input, InputOf, Output, OutputOf, OutputsOf};

impl<P: Explorable, L: Lens<P>, const N: usize> World<P, L, N> {
    /// The site of a node at the beginning of a run, and what it sends at once.
    pub(crate) fn begin(&self, me: usize) -> (Site<P>, Deeds<P>) {
        let mut deeds = Deeds::default();
        let site = self.recover(me, P::Ledger::default(), &mut deeds);
        (site, deeds)
    }

    /// Runs the process of a site through an event: the site after it, and the deeds.
    pub(crate) fn run_event(
        &self,
        me: usize,
        site: &Site<P>,
        event: &EventOf<P>,
    ) -> (Site<P>, Deeds<P>) {
        match event {
            Event::Handle(_, input) => self.handle(me, site, input, None),
            Event::CrashAfter(cut, _, input) => {
                let (after, mut deeds) = self.handle(me, site, input, Some(*cut));
                (self.crash_and_recover(me, &after, &mut deeds), deeds)
            }
            Event::Crash(_) => {
                let mut deeds = Deeds::default();
                (self.crash_and_recover(me, site, &mut deeds), deeds)
            }
        }
    }

    /// The process loses its volatile state and recovers from its ledger.
    fn crash_and_recover(&self, me: usize, site: &Site<P>, deeds: &mut Deeds<P>) -> Site<P> {
        deeds.crashed = true;
        self.recover(me, site.ledger.clone(), deeds)
    }

    /// Starts a process from a ledger, and makes the requests that come at once.
    fn recover(&self, me: usize, ledger: P::Ledger, deeds: &mut Deeds<P>) -> Site<P> {
        let node = &self.nodes[me];
        let (process, outputs) = P::recover(&node.settings, node.id, ledger.clone());
        let mut site = Site {
            id: node.id,
            process,
            ledger,
            timers: BTreeSet::new(),
        };
        self.carry_out_all(node.id, &mut site, outputs, deeds);
        for request in node.asked_at_once.iter().cloned() {
            let outputs = site.process.handle(Input::Propose(request));
            self.carry_out_all(node.id, &mut site, outputs, deeds);
        }
        site
    }

    /// Takes an input and carries out its outputs in order: all of them, or those up to
    /// the first `cut` effects ([`is_effect`]).
    fn handle(
        &self,
        me: usize,
        site: &Site<P>,
        input: &InputOf<P>,
        cut: Option<usize>,
    ) -> (Site<P>, Deeds<P>) {
        let me = self.nodes[me].id;
        let mut next = site.clone();
        if let Input::Timeout(timer) = input {
            // A timer that fires is no longer set, unless the process sets it again.
            next.timers.remove(timer);
        }
        let outputs = next.process.handle(input.clone()).outputs;
        let mut deeds = Deeds {
            input: Some(input.clone()),
            ..Deeds::default()
        };
        let (mut effects, mut has_recorded) = (0, false);
        for output in outputs {
            if is_effect::<P>(&output) {
                let is_send = matches!(output, Output::Send { .. });
                if cut == Some(effects) {
                    deeds.crashed_before_sending = has_recorded && is_send;
                    break;
                }
                effects += 1;
                has_recorded = !is_send;
            }
            self.carry_out(me, &mut next, output, &mut deeds);
        }
        (next, deeds)
    }

    fn carry_out_all(
        &self,
        me: P::Id,
        site: &mut Site<P>,
        outputs: OutputsOf<P>,
        deeds: &mut Deeds<P>,
    ) {
        for output in outputs.outputs {
            self.carry_out(me, site, output, deeds);
        }
    }

    fn carry_out(&self, me: P::Id, site: &mut Site<P>, output: OutputOf<P>, deeds: &mut Deeds<P>) {
        match output {
            Output::Record(record) => {
                deeds.went_back |= self.lens.goes_back(&site.ledger, &record);
                P::apply(&mut site.ledger, record);
            }
            // A heartbeat is taken as sent already: see the module `reductions`.
            Output::Send { message, .. } if self.lens.is_heartbeat(&message) => {}
            // A message to an id that no node has is lost.
            Output::Send { to, .. } if self.ids().all(|id| id != to) => {}
            Output::Send { to, message } => {
                assert!(
                    to != me,
                    "{me:?} sends a message to itself over the network"
                );
                deeds.sent.push(Envelope {
                    to,
                    from: me,
                    message,
                });
            }
            Output::SetTimer(timer) => {
                site.timers.insert(timer);
            }
            Output::CancelTimer(timer) => {
                site.timers.remove(&timer);
            }
            Output::Tell(news) => deeds.news.push(news),
            Output::Did(action) => deeds.actions.push(action),
        }
    }
}
