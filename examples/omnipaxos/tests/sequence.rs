//! OmniPaxos replicates a log: sequence consensus.

#![allow(clippy::unwrap_used)] // Tests.

use omnipaxos_node::{
    Disk as NodeDisk, Node, Request, Settings, State, Storage, Timer, Value, Wire,
};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering::Relaxed;
use synod_harness::{
    Check, Input, Output, OutputsOf, Process, ProcessSetup, Replay, World, check, ensure,
};
use synod_world::{Disk, Network};

/// The bounds of a check.
#[derive(Clone, Copy)]
struct Bounds {
    nodes: u64,
    /// How many of the nodes may try to lead.
    leaders: u64,
    /// How many nodes are asked to append an entry each.
    entries: u64,
    crashes: u8,
    /// How often a session between two nodes ends.
    breaks: u8,
    /// Whether nodes repeat messages that may be lost.
    ticks: bool,
    network: Network,
}

fn cluster(bounds: Bounds) -> Check<World<Replay<Node>>> {
    let settings = Settings {
        nodes: (1..=bounds.nodes).collect(),
        heartbeats: std::env::var("HEARTBEATS").is_ok(),
        storage: if std::env::var("PARTS").is_ok() {
            Storage::InParts
        } else {
            Storage::Atomic
        },
    };
    let nodes = (1..=bounds.nodes).map(|id| {
        let mut node = ProcessSetup::<Replay<Node>>::new(id, settings.clone());
        if std::env::var("DEAF").is_err() {
            node = node.told_of_sessions(Request::NewSession);
        }
        if id <= bounds.entries {
            node = node.asked([Request::Append(Value(id as u8))]);
        }
        if id > bounds.leaders {
            node = node.without_timer(Timer::Lead);
        }
        if !bounds.ticks {
            node = node.without_timer(Timer::Tick);
        }
        node
    });
    let world = World::<Replay<Node>>::of(nodes)
        .network(bounds.network)
        .disk(if std::env::var("UNSYNCED").is_ok() {
            Disk::Synced(|_| false)
        } else {
            Disk::Durable
        })
        .crashing(bounds.crashes)
        .breaking_sessions(bounds.breaks)
        .bounded(|world, state| {
            let forwarded = world.messages(state).map(|sent| sent.message.forwarded());
            let forwarded: usize = forwarded.sum();
            if world.messages(state).count() > INFLIGHT.load(Relaxed) {
                return false;
            }
            let mut sites = world.sites(state);
            sites.all(|site| is_within(site.process.key(), forwarded))
        });
    check(world)
        .always("validity", move |at| {
            for (id, site) in at.sites() {
                let mut decided = site.ledger.ever_decided.iter();
                ensure!(
                    decided.all(|value| (1..=bounds.entries).contains(&u64::from(value.0))),
                    "decided by {id}: {:?}",
                    site.ledger.ever_decided
                );
            }
            Ok(())
        })
        .always("uniform agreement", |at| {
            let decided = at.sites().map(|(_, site)| &site.ledger.ever_decided);
            let decided: Vec<_> = decided.collect();
            let longest = decided.iter().max_by_key(|log| log.len()).unwrap();
            ensure!(
                decided.iter().all(|log| longest.starts_with(log)),
                "decided: {decided:?}"
            );
            Ok(())
        })
        .always("integrity", |at| {
            for (id, site) in at.sites() {
                let (now, before) = (site.ledger.decided(), &site.ledger.ever_decided);
                ensure!(
                    now == before,
                    "decided by {id}: first {before:?}, then {now:?}"
                );
            }
            Ok(())
        })
}

static INFLIGHT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(1000);
static BEATS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(2);
static ROUNDS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(1);
static ENTRIES: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(1);
static SESSIONS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(2);
/// One round of each leader, the entries once, and two sessions of a leader with a follower.
fn is_within(node: &State, forwarded: usize) -> bool {
    let promised = node.disk.promise.unwrap_or_default();
    let entries = node.waiting.iter().chain(&node.disk.log);
    promised.n <= ROUNDS.load(Relaxed)
        && forwarded + entries.count() <= ENTRIES.load(Relaxed)
        && node.sessions() <= SESSIONS.load(Relaxed)
}

/// The key of a node must hold all that decides its answers.
#[test]
fn equal_keys_answer_alike() {
    let settings = Settings {
        nodes: vec![1, 2, 3],
        heartbeats: true,
        storage: Storage::Atomic,
    };
    let mut answers = HashMap::new();
    let mut random = 1_u64;
    let mut below = move |bound: usize| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (random >> 33) as usize % bound
    };
    let mut compared = 0;
    for _ in 0..2_000 {
        let start = |id, disk| Replay::<Node>::recover(&settings, id, disk);
        let mut nodes = Vec::new();
        let mut network = Vec::new();
        for id in 1..=3 {
            let (mut disk, (node, out)) = (NodeDisk::default(), start(id, NodeDisk::default()));
            carry_out(id, out, &mut disk, &mut network);
            nodes.push((id, disk, node));
        }
        for _ in 0..40 {
            let (id, disk, node) = &mut nodes[below(3)];
            if below(40) == 0 {
                let (again, out) = start(*id, disk.clone());
                carry_out(*id, out, disk, &mut network);
                *node = again;
                continue;
            }
            let mine: Vec<_> = network.iter().filter(|(to, ..)| to == id).collect();
            let input = match below(12) {
                0 => Input::Timeout(Timer::Tick),
                1 => Input::Timeout(Timer::Lead),
                2 => Input::Propose(Request::Append(Value(below(2) as u8))),
                3 => Input::Propose(Request::NewSession(*id % 3 + 1)),
                _ if mine.is_empty() => continue,
                _ => {
                    // Mostly a late one, so that something is done.
                    let late = mine.len().saturating_sub(4 + below(8));
                    let (_, from, message) = mine[late + below(mine.len() - late)].clone();
                    Input::Receive { from, message }
                }
            };
            let before = (*id, node.key().clone(), input.clone());
            let Ok(out) = catch_unwind(AssertUnwindSafe(|| node.handle(input))) else {
                break;
            };
            let answer = (out.clone(), node.key().clone());
            carry_out(*id, out, disk, &mut network);
            match answers.entry(before) {
                Entry::Vacant(new) => {
                    new.insert(answer);
                }
                Entry::Occupied(known) => {
                    compared += 1;
                    assert_eq!(known.get(), &answer, "{:?}", known.key());
                }
            }
        }
    }
    println!("{compared} of {} compared", answers.len());
}

fn carry_out(
    from: u64,
    out: OutputsOf<Replay<Node>>,
    disk: &mut NodeDisk,
    network: &mut Vec<(u64, u64, Wire)>,
) {
    for output in out.outputs {
        match output {
            Output::Record(write) => Node::apply(disk, write),
            Output::Send { to, message } => network.push((to, from, message)),
            _ => {}
        }
    }
}

#[test]
fn explore() {
    let by = |name: &str, default: u64| {
        std::env::var(name).map_or(default, |text| text.parse().unwrap())
    };
    let bounds = Bounds {
        nodes: by("NODES", 2),
        leaders: by("LEADERS", 1),
        entries: by("ENTRIES", 1),
        crashes: by("CRASHES", 0) as u8,
        breaks: by("BREAKS", 0) as u8,
        ticks: by("TICKS", 0) > 0,
        network: [
            Network::Fifo,
            Network::Duplicating,
            Network::AtMostOnce,
            Network::Reliable,
        ][by("NETWORK", 0) as usize],
    };
    INFLIGHT.store(by("INFLIGHT", 1000) as usize, Relaxed);
    BEATS.store(by("BEATS", 2) as u32, Relaxed);
    ROUNDS.store(by("ROUNDS", 1) as u32, Relaxed);
    ENTRIES.store(by("ENTRIES", 1) as usize, Relaxed);
    SESSIONS.store(by("SESSIONS", 2), Relaxed);
    let start = std::time::Instant::now();
    let checked = cluster(bounds)
        .sometimes("an entry is decided by all", |at| {
            at.sites()
                .all(|(_, site)| site.ledger.decided == ENTRIES.load(Relaxed))
        })
        .max_states(by("MAX", 1_000_000));
    let checked = match std::env::var("UNTIL") {
        Ok(name) => checked.until_violated(&name),
        Err(_) => checked,
    }
    .run();
    let report = checked.report().unwrap();
    println!(
        "{} states, depth {:?}, {:?}",
        report.states,
        report.verdict,
        start.elapsed()
    );
    for property in &report.properties {
        println!(
            "{} {:?} {:?}",
            property.name, property.verdict, property.length
        );
    }
    println!("{}", checked.counterexample().unwrap_or_default());
}
