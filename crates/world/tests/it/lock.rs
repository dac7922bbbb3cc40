//! A lock: one node, the server, grants it to the first node that asks, and only once.
//! The server must record the grant before it sends it.

use serde::{Deserialize, Serialize};
use stateright::{Checker, Model};
use std::collections::HashSet;
use synod_process::{Input, InputOf, Outputs, OutputsOf, Process};
use synod_vocabulary::{Describe, claim, ensure};
use synod_world::actors::processes;
use synod_world::{Lens, Plain, ProcessSetup, State, World};

/// A node. Once it has the lock, it holds it until it crashes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Lock {
    me: u64,
    settings: Settings,
    granted_to: Option<u64>,
    pub holds: bool,
}

/// The node that grants the lock, and whether it sends a grant before it records it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Settings {
    pub server: u64,
    pub sends_first: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Message {
    MayI,
    YouMay,
}

/// The timer of a node that has asked for the lock: when it fires, the node asks again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AskAgain;

/// A request: to take the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Take;

impl Process for Lock {
    type Id = u64;
    type Settings = Settings;
    type Ledger = Option<u64>;
    type Message = Message;
    type Request = Take;
    type Timer = AskAgain;
    type Record = u64;
    type News = &'static str;
    type Action = ();
    type Ignored = ();

    fn recover(settings: &Settings, me: u64, granted_to: Option<u64>) -> (Self, OutputsOf<Self>) {
        let lock = Self {
            me,
            settings: *settings,
            granted_to,
            holds: false,
        };
        (lock, Outputs::new())
    }

    fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
        let mut out = Outputs::new();
        match input {
            Input::Propose(Take) | Input::Timeout(AskAgain) if self.me == self.settings.server => {
                self.grant(self.me, &mut out);
            }
            Input::Propose(Take) | Input::Timeout(AskAgain) => {
                out.send(self.settings.server, Message::MayI);
                out.set_timer(AskAgain);
            }
            Input::Receive { from, message } => match message {
                Message::MayI => self.grant(from, &mut out),
                Message::YouMay => {
                    self.holds = true;
                    out.tell("the lock is taken");
                    out.cancel_timer(AskAgain);
                }
            },
        }
        out
    }

    fn apply(ledger: &mut Option<u64>, granted_to: u64) {
        *ledger = Some(granted_to);
    }
}

impl Lock {
    /// With other names for the nodes.
    pub fn with_names(&self, rename: &dyn Fn(u64) -> u64) -> Self {
        let (me, server) = (rename(self.me), rename(self.settings.server));
        Self {
            me,
            settings: Settings {
                server,
                ..self.settings
            },
            granted_to: self.granted_to.map(rename),
            holds: self.holds,
        }
    }

    fn grant(&mut self, to: u64, out: &mut OutputsOf<Self>) {
        if *self.granted_to.get_or_insert(to) != to {
            return;
        }
        if self.settings.sends_first {
            self.answer(to, out);
            out.record(to);
        } else {
            out.record(to);
            self.answer(to, out);
        }
    }

    fn answer(&mut self, to: u64, out: &mut OutputsOf<Self>) {
        if to == self.me {
            self.holds = true;
        } else {
            out.send(to, Message::YouMay);
        }
    }
}

/// So many nodes; the first is the server, and clients request each to take the lock.
pub fn nodes(count: u64, sends_first: bool) -> Vec<ProcessSetup<Lock>> {
    let settings = Settings {
        server: 10,
        sends_first,
    };
    let ids = (1..=count).map(|number| 10 * number);
    ids.map(|id| ProcessSetup::new(id, settings).asked([Take]))
        .collect()
}

/// The same world, with the claim that at most one node holds the lock.
pub fn claimed<L: Lens<Lock>, const N: usize>(world: World<Lock, L, N>) -> World<Lock, L, N> {
    world.claiming(claim!(
        "mutual exclusion",
        "At most one node holds the lock.",
        |world, state| {
            let sites = world.ids().zip(world.sites(state));
            let holders = sites.filter(|(_, site)| site.process.holds);
            let holders: Vec<_> = holders.map(|(id, _)| id).collect();
            ensure!(holders.len() < 2, "{holders:?} hold the lock");
            Ok(())
        },
        None
    ))
}

/// The names of the steps of the shortest counterexample.
fn shortest(world: World<Lock>) -> Option<Vec<String>> {
    let checker = world.checker().spawn_bfs().join();
    let path = checker.discovery("mutual exclusion")?.into_actions();
    let names = path.iter().map(|step| checker.model().step_name(step));
    Some(names.collect())
}

fn count<const N: usize>(world: &World<Lock, Plain, N>) -> usize {
    let mut seen: HashSet<State<N>> = world.init_states().into_iter().collect();
    let mut open: Vec<_> = seen.iter().copied().collect();
    while let Some(state) = open.pop() {
        let next = world.next_states(&state).into_iter();
        open.extend(next.filter(|next| seen.insert(*next)));
    }
    seen.len()
}

#[test]
fn a_grant_that_is_recorded_first_is_safe_whichever_node_crashes() {
    for crashes in 0..=2 {
        let world = claimed(World::of(nodes(3, false)).crashing(crashes));
        assert_eq!(shortest(world), None);
    }
}

#[test]
fn a_grant_that_is_sent_first_has_a_shortest_counterexample() {
    let world = claimed(World::of(nodes(3, true)));
    assert_eq!(shortest(world), None, "without crashes");
    let world = claimed(World::of(nodes(3, true)).crashing(1));
    let steps = shortest(world).unwrap();
    // The server may grant itself the lock after the crash.
    assert_eq!(
        steps,
        [
            "20: Propose Take",
            "10: Receive MayI from 20, and crash after 1 of its outputs",
            "10: Propose Take",
            "20: Receive YouMay from 10",
        ]
    );
}

#[test]
fn the_witness_names_the_nodes_that_hold_the_lock() {
    let world = claimed(World::of(nodes(3, true)).crashing(1));
    let checker = world.checker().spawn_bfs().join();
    let path = checker.discovery("mutual exclusion").unwrap();
    let witness = checker
        .model()
        .witness("mutual exclusion", path.last_state());
    assert_eq!(witness.unwrap().to_string(), "[10, 20] hold the lock");
}

#[test]
fn a_world_has_as_many_nodes_as_its_type_says() {
    assert_eq!(count(&World::<_>::of(nodes(1, false))), 2);
    let three = count(&World::<_>::of(nodes(3, false)));
    let wide = World::<_, _, 7>::with_lens(nodes(3, false), Plain);
    assert_eq!(count(&wide), three);
    let five = World::<_, _, 7>::with_lens(nodes(5, false), Plain);
    let seven = World::<_, _, 7>::with_lens(nodes(7, false), Plain);
    assert!(three < count(&five) && count(&five) < count(&seven));
    assert!(
        claimed(seven)
            .checker()
            .spawn_bfs()
            .join()
            .discoveries()
            .is_empty()
    );
}

/// When the timer fires the node asks again, which changes nothing: the message is in the
/// network already.
#[test]
fn a_timer_of_the_process_fires_only_while_it_is_set() {
    let world = World::<_>::of(nodes(2, false));
    let [state] = world.init_states().try_into().ok().unwrap();
    let after = |state: &State, name: &str| {
        let steps = world.next_steps(state).into_iter();
        let named: Vec<_> = steps
            .filter(|(step, _)| world.step_name(step) == name)
            .map(|(_, next)| next)
            .collect();
        named.first().copied()
    };
    let asked = after(&state, "20: Propose Take").unwrap();
    assert_eq!(
        world.site(&asked, 20).timers().collect::<Vec<_>>(),
        [AskAgain]
    );
    let fired = after(&asked, "20: the AskAgain timer fires");
    assert_eq!(
        fired, None,
        "the process sets the timer again, and nothing else changes"
    );
    let granted = after(&asked, "10: Receive MayI from 20").unwrap();
    let taken = after(&granted, "20: Receive YouMay from 10").unwrap();
    assert_eq!(world.site(&taken, 20).timers().count(), 0);
}

/// Only without crashes: Stateright's actors have none.
#[test]
fn the_world_and_the_actors_reach_the_same_processes() {
    let world = World::<_>::of(nodes(3, false));
    let mut in_world = HashSet::<Vec<Lock>>::new();
    let mut seen: HashSet<State> = world.init_states().into_iter().collect();
    let mut open: Vec<_> = seen.iter().copied().collect();
    while let Some(state) = open.pop() {
        in_world.insert(
            world
                .sites(&state)
                .map(|site| site.process.clone())
                .collect(),
        );
        let next = world.next_states(&state).into_iter();
        open.extend(next.filter(|next| seen.insert(*next)));
    }
    let actors = world.as_actors(|_, _| true);
    let mut of_actors = HashSet::<Vec<Lock>>::new();
    let mut seen: HashSet<_> = actors.init_states().into_iter().collect();
    let mut open: Vec<_> = seen.iter().cloned().collect();
    while let Some(state) = open.pop() {
        of_actors.insert(processes(&state).cloned().collect());
        let next = actors.next_states(&state).into_iter();
        open.extend(next.filter(|next| seen.insert(next.clone())));
    }
    assert!(in_world.len() > 3);
    assert!(in_world == of_actors);
}
