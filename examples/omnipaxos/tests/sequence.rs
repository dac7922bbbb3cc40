//! OmniPaxos replicates a log: sequence consensus.

#![allow(clippy::unwrap_used)] // Tests.

use omnipaxos_node::{Node, Request, Settings, Timer, Value};
use synod_harness::{Check, ProcessSetup, Replay, World, check, ensure};

/// The bounds of a check.
#[derive(Clone, Copy)]
struct Bounds {
    nodes: u64,
    /// How many of the nodes may try to lead.
    leaders: u64,
    /// How many nodes are asked to append an entry each.
    entries: u64,
    crashes: u8,
    /// Whether nodes repeat messages that may be lost.
    ticks: bool,
}

/// Nodes 1 and 2 try to lead.
const TWO: Bounds = Bounds {
    nodes: 2,
    leaders: 2,
    entries: 1,
    crashes: 0,
    ticks: false,
};

fn cluster(bounds: Bounds) -> Check<World<Replay<Node>>> {
    let settings = Settings {
        nodes: (1..=bounds.nodes).collect(),
        heartbeats: false,
    };
    let nodes = (1..=bounds.nodes).map(|id| {
        let mut node = ProcessSetup::<Replay<Node>>::new(id, settings.clone());
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
        .crashing(bounds.crashes)
        .bounded(|world, state| {
            let mut sites = world.sites(state);
            sites.all(|site| {
                site.ledger.promise.unwrap_or_default().n <= 1 && site.ledger.log.len() <= 1
            })
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
        ticks: by("TICKS", 0) > 0,
    };
    let start = std::time::Instant::now();
    let checked = cluster(bounds)
        .sometimes("an entry is decided by all", |at| {
            at.sites().all(|(_, site)| site.ledger.decided == 1)
        })
        .max_states(by("MAX", 1_000_000))
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
