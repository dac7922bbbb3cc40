//! Why steps for which a reader may look are not possible in a state of a world.

use crate::event::{Cut, Event, EventOf};
use crate::ids::StepId;
use crate::lens::Lens;
use crate::node::Explorable;
use crate::site::Site;
use crate::state::State;
use crate::world::World;
use stateright::Model;
use std::collections::BTreeSet;
use synod_process::{Input, InputOf};
use synod_vocabulary::Forbidden;

impl<P: Explorable, L: Lens<P>, const N: usize> World<P, L, N> {
    pub(crate) fn forbidden_steps(&self, state: &State<N>) -> Vec<Forbidden> {
        let mut steps = Vec::new();
        self.actions(state, &mut steps);
        let (possible, vain): (Vec<_>, Vec<_>) = steps
            .into_iter()
            .partition(|step| self.next_state(state, *step).is_some());
        let names = |steps: Vec<StepId>| steps.into_iter().map(|step| self.event(step).clone());
        let possible: Vec<EventOf<P>> = names(possible).collect();
        let mut forbidden = Found {
            world: self,
            names: possible
                .iter()
                .map(|event| self.event_name(event))
                .collect(),
            all: Vec::new(),
        };
        forbidden.push_inputs(state);
        forbidden.push_waiting_messages(state);
        forbidden.push_timers(state);
        forbidden.push_requests();
        forbidden.push_crashes(state, names(vain));
        forbidden.all
    }

    /// Why an input of a site is no step.
    fn why_in_vain(&self, site: &Site<P>, input: &InputOf<P>) -> String {
        let ignored = site.process.clone().handle(input.clone()).ignored;
        match ignored.and_then(|why| self.lens.ignored_name(&why)) {
            Some(why) => format!("it would change nothing: {why}"),
            None => NOTHING.to_owned(),
        }
    }
}

const NOTHING: &str = "it would change nothing";

/// The steps found so far.
struct Found<'w, P: Explorable, L: Lens<P>, const N: usize> {
    world: &'w World<P, L, N>,
    /// The names of the steps that are possible, and of those found so far.
    names: BTreeSet<String>,
    all: Vec<Forbidden>,
}

impl<P: Explorable, L: Lens<P>, const N: usize> Found<'_, P, L, N> {
    fn push(&mut self, event: &EventOf<P>, why: impl FnOnce() -> String) {
        let step = self.world.event_name(event);
        if self.names.insert(step.clone()) {
            let why = why();
            self.all.push(Forbidden { step, why });
        }
    }

    /// Inputs that a process could take, and that change nothing.
    fn push_inputs(&mut self, state: &State<N>) {
        let world = self.world;
        world.inputs(state, |id, facts, inputs, _, _| {
            let site = world.known.site(id);
            for &input in inputs {
                let input = world.known.messages.input(input);
                let event = Event::Handle(world.nodes[facts.me].id, input.clone());
                self.push(&event, || world.why_in_vain(site, input));
            }
        });
    }

    /// Where the network keeps an order: messages that have to wait for others.
    fn push_waiting_messages(&mut self, state: &State<N>) {
        let world = self.world;
        if world.network.keeps_order() {
            for envelope in world.messages(state) {
                let (from, message) = (envelope.from, envelope.message.clone());
                let event = Event::Handle(envelope.to, Input::Receive { from, message });
                self.push(&event, || {
                    let from = world.lens.node_name(from);
                    format!("what {from} has sent before it has to arrive first")
                });
            }
        }
    }

    /// Timers that are set at another process, or that the lens names.
    fn push_timers(&mut self, state: &State<N>) {
        let world = self.world;
        let sites: Vec<_> = world.sites(state).collect();
        let set = sites.iter().flat_map(|site| site.timers());
        let timers: BTreeSet<_> = set.chain(world.lens.timers()).collect();
        for (node, site) in world.nodes.iter().zip(sites) {
            for &timer in &timers {
                let event = Event::Handle(node.id, Input::Timeout(timer));
                let name = || {
                    let [timer, of] = [world.lens.timer_name(timer), world.lens.node_name(node.id)];
                    format!("the {timer} timer of {of}")
                };
                self.push(&event, || {
                    if !node.may_fire(timer) {
                        format!("{} never fires in this model", name())
                    } else if world.lens.is_heartbeat_timer(timer) {
                        "what it would send is taken as sent already".to_owned()
                    } else if site.timers().any(|set| set == timer) {
                        format!("{} may not fire in this state", name())
                    } else {
                        format!("{} is not set", name())
                    }
                });
            }
        }
    }

    /// Requests that clients make to other processes only.
    fn push_requests(&mut self) {
        let world = self.world;
        let asked = world.nodes.iter().flat_map(|node| &node.asked);
        let asked: BTreeSet<_> = asked.collect();
        for node in world.nodes.iter() {
            for &request in &asked {
                if !node.asked.contains(request) {
                    let event = Event::Handle(node.id, Input::Propose(request.clone()));
                    let of = world.lens.node_name(node.id);
                    self.push(&event, || {
                        format!("no client asks {of} for it in this model")
                    });
                }
            }
        }
    }

    /// Crashes, lost ledgers and ends of sessions, of which none are left; and crashes of idle processes that
    /// change nothing.
    fn push_crashes(&mut self, state: &State<N>, vain: impl Iterator<Item = EventOf<P>>) {
        let world = self.world;
        for event in vain {
            if matches!(event, Event::Crash { during: None, .. } | Event::Break(..)) {
                self.push(&event, || NOTHING.to_owned());
            }
        }
        for (position, node) in world.nodes.iter().enumerate() {
            let crash = |disk| Event::Crash {
                id: node.id,
                during: None,
                cuts: vec![Cut { effects: 0, disk }],
            };
            if state.crashes_left == 0 {
                let none = "no process crashes";
                self.push(&crash(Some(0)), || none_left(world.crashes, none));
            }
            if world.losses > 0 && state.losses_left == 0 {
                let none = "no ledger is lost";
                self.push(&crash(None), || none_left(world.losses, none));
            }
            for other in &world.nodes[position + 1..] {
                if world.breaks > 0 && state.breaks_left == 0 {
                    let event = Event::Break(node.id, other.id);
                    self.push(&event, || none_left(world.breaks, "no session ends"));
                }
            }
        }
    }
}

fn none_left(most: u8, none: &str) -> String {
    match most {
        0 => format!("{none} in this model"),
        1 => "a run has only one, and it has happened".to_owned(),
        most => format!("a run has only {most}, and they have happened"),
    }
}
