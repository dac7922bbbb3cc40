//! A second explorer of the same worlds, as plain as possible: queues and disks are vectors, and
//! nothing is computed in advance. It is written from what `Network`, `Disk`, `World::crashing`
//! and `World::losing` say, and shares nothing with the world but the process.

use crate::script::{Actor, Request, Script, nodes, states};
use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};
use std::collections::BTreeSet;
use synod_process::{Input, InputOf, Output, OutputOf, OutputsOf, Process};
use synod_world::{Disk, Network, World};

/// What may happen.
#[derive(Clone, Copy)]
struct Rules {
    network: Network,
    disk: Disk<Actor>,
    is_told: bool,
    scripts: [Script; 2],
}

/// What a process may hear since it began.
const HEARD: usize = 3;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Node {
    actor: Actor,
    timer: bool,
    /// Every record, and whether it is durable.
    disk: Vec<(char, bool)>,
}

/// What is on its way from one process to the other in one session.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
struct Session {
    letters: Vec<char>,
    /// Whether the addressee notices that the session is a new one.
    is_news: bool,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Situation {
    nodes: [Option<Node>; 2],
    /// By the place of the sender. The last session of each is the one that lasts.
    ways: [Vec<Session>; 2],
    left: Left,
}

/// The crashes, breaks of sessions and losses of ledgers that are left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Left {
    crashes: u8,
    breaks: u8,
    losses: u8,
}

/// What both have heard, what both have written, and what is left.
type Observation = ([String; 2], [String; 2], Left);

/// Node 1 loses its ledger without a trace, node 2 finds a mark.
fn lost(id: u64) -> String {
    if id == 1 { "" } else { "L" }.to_owned()
}

impl Node {
    fn ledger(&self) -> String {
        let records = self.disk.iter().map(|(record, _)| *record);
        records.filter(|&record| record != '!').collect()
    }
}

impl Situation {
    fn node(&mut self, me: usize) -> &mut Node {
        self.nodes[me].as_mut().unwrap()
    }

    fn both<T>(&self, part: impl Fn(&Node) -> T) -> [T; 2] {
        [0, 1].map(|me| part(self.nodes[me].as_ref().unwrap()))
    }

    fn is_within(&self) -> bool {
        let lengths = self.both(|node| node.actor.heard.len());
        lengths.iter().all(|&length| length <= HEARD)
    }

    fn observation(&self) -> Observation {
        let heard = self.both(|node| node.actor.heard.clone());
        let written = self.both(Node::ledger);
        (heard, written, self.left)
    }

    fn new_session(&mut self, sender: usize, is_news: bool) {
        // Sessions in which nothing is sent are one.
        match self.ways[sender].as_mut_slice() {
            [_, .., last] if last.letters.is_empty() => last.is_news |= is_news,
            _ => self.ways[sender].push(Session {
                letters: Vec::new(),
                is_news,
            }),
        }
    }
}

impl Rules {
    fn observations(self, left: Left) -> BTreeSet<Observation> {
        let mut open = self.beginnings(left);
        let mut met: std::collections::HashSet<_> = open.iter().cloned().collect();
        while let Some(at) = open.pop() {
            let next = self.steps(&at).into_iter().filter(Situation::is_within);
            open.extend(next.filter(|next| met.insert(next.clone())));
        }
        met.iter().map(Situation::observation).collect()
    }

    /// Nobody has begun before the other's crashes while that one begins.
    fn beginnings(self, left: Left) -> Vec<Situation> {
        let nothing = Situation {
            nodes: [None, None],
            ways: [0, 1].map(|_| vec![Session::default()]),
            left,
        };
        let mut both = Vec::new();
        for mut one in self.begin(nothing, 0, Vec::new()) {
            let sent = std::mem::replace(&mut one.ways[0], vec![Session::default()]);
            for mut two in self.begin(one, 1, Vec::new()) {
                two.ways[0].clone_from(&sent);
                both.push(two);
            }
        }
        both
    }

    /// A process begins with a disk, all of which is durable.
    fn begin(self, mut at: Situation, me: usize, disk: Vec<(char, bool)>) -> Vec<Situation> {
        let mut node = Node {
            actor: Actor::recover(&self.scripts[me], me as u64 + 1, String::new()).0,
            timer: false,
            disk,
        };
        let (actor, outputs) = Actor::recover(&self.scripts[me], me as u64 + 1, node.ledger());
        node.actor = actor;
        at.nodes[me] = Some(node);
        self.carry_out(at, me, &outputs.outputs, false)
    }

    /// Between any two records or sends the process may crash.
    fn carry_out(
        self,
        mut at: Situation,
        me: usize,
        outputs: &[OutputOf<Actor>],
        may_crash: bool,
    ) -> Vec<Situation> {
        let Some((output, rest)) = outputs.split_first() else {
            return vec![at];
        };
        let is_effect = matches!(output, Output::Send { .. } | Output::Record(_));
        let mut ends = Vec::new();
        if is_effect && may_crash {
            ends = self.crashes(&at, me);
        }
        match output {
            Output::Send { message, .. } => {
                let way = &mut at.ways[me].last_mut().unwrap().letters;
                if self.network != Network::Duplicating || !way.contains(message) {
                    way.push(*message);
                }
                if !self.keeps_order() {
                    way.sort_unstable();
                }
            }
            Output::Record(record) => {
                let disk = &mut at.node(me).disk;
                disk.push((*record, matches!(self.disk, Disk::Durable)));
                if *record == '!' && matches!(self.disk, Disk::Synced(_) | Disk::Torn(_)) {
                    for (_, is_durable) in disk.iter_mut() {
                        *is_durable = true;
                    }
                }
            }
            Output::SetTimer(()) => at.node(me).timer = true,
            _ => {}
        }
        ends.extend(self.carry_out(at, me, rest, may_crash || is_effect));
        ends
    }

    fn keeps_order(self) -> bool {
        matches!(self.network, Network::Fifo | Network::Reliable)
    }

    /// A process crashes and recovers, from what is left of its disk or without it.
    fn crashes(self, at: &Situation, me: usize) -> Vec<Situation> {
        let mut ends = Vec::new();
        let disk = &at.nodes[me].as_ref().unwrap().disk;
        if let Some(crashes) = at.left.crashes.checked_sub(1) {
            let left = Left { crashes, ..at.left };
            ends.extend(self.crash_to(at, me, left, self.disks(disk)));
        }
        if let Some(losses) = at.left.losses.checked_sub(1) {
            let left = Left { losses, ..at.left };
            let ledger = lost(me as u64 + 1);
            let disk = ledger.chars().map(|mark| (mark, true)).collect();
            ends.extend(self.crash_to(at, me, left, vec![disk]));
        }
        ends
    }

    fn crash_to(
        self,
        at: &Situation,
        me: usize,
        left: Left,
        disks: Vec<Vec<(char, bool)>>,
    ) -> Vec<Situation> {
        let mut at = Situation { left, ..at.clone() };
        if self.network == Network::Fifo {
            at.new_session(me, true);
            at.ways[1 - me] = vec![Session::default()];
        }
        let begin = |disk| self.begin(at.clone(), me, disk);
        disks.into_iter().flat_map(begin).collect()
    }

    /// What a crash may leave of a disk.
    fn disks(self, disk: &[(char, bool)]) -> Vec<Vec<(char, bool)>> {
        let open = disk.iter().filter(|(_, is_durable)| !is_durable).count();
        let losses = (0..1_u32 << open).filter(|lost| match self.disk {
            Disk::Torn(_) => true,
            // With a record all later ones are lost.
            _ => *lost == 0 || lost + (lost & lost.wrapping_neg()) == 1 << open,
        });
        let left = losses.map(|lost| {
            let mut place = 0;
            let mut left = Vec::new();
            for &(record, is_durable) in disk {
                if is_durable || lost & (1 << place) == 0 {
                    left.push((record, true));
                }
                place += u32::from(!is_durable);
            }
            left
        });
        left.collect()
    }

    fn steps(self, at: &Situation) -> Vec<Situation> {
        let mut next = Vec::new();
        for me in [0, 1] {
            next.extend(self.crashes(at, me));
            for (mut taken, input) in self.inputs(at, me) {
                let is_message = matches!(input, Input::Receive { .. });
                let outputs: OutputsOf<Actor> = taken.node(me).actor.handle(input);
                // What was taken from a durable queue is gone, even if nothing came of it.
                let is_gone = is_message && self.network == Network::Reliable;
                next.extend(self.carry_out(taken, me, &outputs.outputs, is_gone));
            }
        }
        if let Some(breaks) = at.left.breaks.checked_sub(1) {
            let left = Left { breaks, ..at.left };
            let mut broken = Situation { left, ..at.clone() };
            (0..2).for_each(|me| broken.new_session(me, true));
            // To break what has just been broken changes nothing.
            next.extend((broken.ways != at.ways).then_some(broken));
        }
        next
    }

    /// The inputs that a process may take, and what is left then.
    fn inputs(self, at: &Situation, me: usize) -> Vec<(Situation, InputOf<Actor>)> {
        let mut inputs = Vec::new();
        let node = at.nodes[me].as_ref().unwrap();
        if node.timer {
            let mut left = at.clone();
            left.node(me).timer = false;
            inputs.push((left, Input::Timeout(())));
        }
        let told = |&(record, is_durable): &(char, bool)| !is_durable && told(&record).is_some();
        if let (Disk::Asynchronous(_), Some(place)) = (self.disk, node.disk.iter().position(told)) {
            let mut left = at.clone();
            let durable = &mut left.node(me).disk[..=place];
            for record in durable.iter_mut() {
                record.1 = true;
            }
            let request = Request::Durable(node.disk[place].0);
            inputs.push((left, Input::Propose(request)));
        }
        let way = &at.ways[1 - me];
        for (number, session) in way.iter().enumerate() {
            // What is before the session is lost.
            let mut left = at.clone();
            left.ways[1 - me].drain(..number);
            left.ways[1 - me][0].is_news = false;
            let passed = &way[1..=number];
            let notices = passed.iter().any(|session| session.is_news);
            if notices {
                left.new_session(me, false);
            }
            if self.is_told && number > 0 && session.is_news {
                inputs.push((left.clone(), Input::Propose(Request::NewSession)));
            }
            if self.is_told && notices {
                continue;
            }
            for (place, &message) in session.letters.iter().enumerate() {
                if place > 0 && self.keeps_order() {
                    break;
                }
                let mut left = left.clone();
                if self.network != Network::Duplicating {
                    left.ways[1 - me][0].letters.remove(place);
                }
                let from = 2 - me as u64;
                inputs.push((left, Input::Receive { from, message }));
            }
        }
        inputs
    }

    fn world(self, left: Left) -> World<Actor> {
        let nodes = nodes(self.scripts[0], self.scripts[1]).map(|node| {
            if self.is_told {
                node.told_of_sessions(|_| Request::NewSession)
            } else {
                node
            }
        });
        let world = World::of(nodes).network(self.network).disk(self.disk);
        let world = world.crashing(left.crashes).breaking_sessions(left.breaks);
        let world = world.losing(left.losses, |_, id| lost(id));
        world.bounded(|world, state| {
            let mut sites = world.sites(state);
            sites.all(|site| site.process.heard.len() <= HEARD)
        })
    }

    fn observations_of_the_world(self, left: Left) -> BTreeSet<Observation> {
        let world = self.world(left);
        let states = states(&world);
        let observations = states.iter().map(|state| {
            let sites = [1, 2].map(|id| world.site(state, id));
            let heard = sites.map(|site| site.process.heard.clone());
            let written = sites.map(|site| site.ledger.clone());
            let left = Left {
                crashes: state.crashes_left,
                breaks: state.breaks_left,
                losses: state.losses_left,
            };
            (heard, written, left)
        });
        observations.collect()
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // As a disk wants it.
fn told(record: &char) -> Option<Request> {
    (*record != '!').then_some(Request::Durable(*record))
}

#[allow(clippy::trivially_copy_pass_by_ref)] // As a disk wants it.
const fn is_sync(record: &char) -> bool {
    *record == '!'
}

/// Each network and each disk, with its name; crashes, breaks, losses, and whether both are told
/// of sessions.
fn each_rule(scripts: [Script; 2], mut visit: impl FnMut(Rules, Left, String)) {
    let disks = [
        ("durable", Disk::Durable),
        ("synced", Disk::Synced(is_sync)),
        ("torn", Disk::Torn(is_sync)),
        ("asynchronous", Disk::Asynchronous(told)),
    ];
    let networks = [
        (Network::Duplicating, 0, false),
        (Network::AtMostOnce, 0, false),
        (Network::Reliable, 0, false),
        (Network::Fifo, 0, false),
        (Network::Fifo, 0, true),
        (Network::Fifo, 1, false),
        (Network::Fifo, 1, true),
    ];
    for (network, breaks, is_told) in networks {
        for (name, disk) in disks {
            for [crashes, losses] in [[0, 0], [1, 0], [2, 0], [0, 1], [1, 1], [0, 2]] {
                let rules = Rules {
                    network,
                    disk,
                    is_told,
                    scripts,
                };
                let left = Left {
                    crashes,
                    breaks,
                    losses,
                };
                let name =
                    format!("{scripts:?}: {network:?}, {name} disk, {left:?}, told: {is_told}");
                visit(rules, left, name);
            }
        }
    }
}

/// How the two differ; none if they do not.
fn difference(rules: Rules, left: Left, name: &str) -> Option<String> {
    let world = rules.observations_of_the_world(left);
    let reference = rules.observations(left);
    (world != reference).then(|| {
        let [more, less] = [(&world, &reference), (&reference, &world)];
        let first = |(one, other): (&BTreeSet<_>, &BTreeSet<_>)| {
            format!(
                "{} such as {:?}",
                one.difference(other).count(),
                one.difference(other).next()
            )
        };
        format!(
            "{name}\n  only the world: {}\n  only the reference: {}",
            first(more),
            first(less)
        )
    })
}

/// Each script of so many steps, where every send and record has a letter of its own.
fn scripts(steps: usize) -> Vec<String> {
    let Some(place) = steps.checked_sub(1) else {
        return vec![String::new()];
    };
    let before = scripts(place);
    let kinds = [["a", "A", "!"], ["b", "C", "!"], ["c", "D", "!"]];
    let longer = |script: &String| kinds[place].map(|step| format!("{script}{step}"));
    before.iter().flat_map(longer).collect()
}

#[test]
fn a_world_reaches_what_a_plain_explorer_reaches_for_all_short_scripts() {
    let mut differences = Vec::new();
    for script in (0..=2).flat_map(scripts) {
        let script: Script = script.leak();
        for other in ["x/X", "y/Xz!"] {
            each_rule([script, other], |rules, left, name| {
                differences.extend(difference(rules, left, &name));
            });
        }
    }
    assert!(
        differences.is_empty(),
        "{}\n{}",
        differences.len(),
        differences[..differences.len().min(40)].join("\n")
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3) })]

    #[test]
    fn a_world_reaches_what_a_plain_explorer_reaches_for_longer_scripts(
        one in "[abA!~]{0,4}(/[cC!]{0,2})?",
        other in "[xyX!~]{0,3}(/[zZ!]{0,2})?",
    ) {
        let scripts: [Script; 2] = [one, other].map(|script| -> Script { script.leak() });
        let mut differences = Vec::new();
        each_rule(scripts, |rules, left, name| {
            differences.extend(difference(rules, left, &name));
        });
        prop_assert_eq!(differences, Vec::<String>::new());
    }
}
