//! OmniPaxos replicates a log: *sequence consensus*. It asks for links that keep the order within
//! a session, and for a storage that writes atomically; without them it loses decided entries.

#![allow(clippy::unwrap_used)] // Tests.

use omnipaxos_node::{Node, Request, Settings, Storage, Timer, Value};
use synod_harness::{Check, Network, ProcessSetup, Replay, World, check, ensure};

/// The bounds of a check. A leader synchronizes the log of each follower at most twice.
#[derive(Clone, Copy)]
struct Bounds {
    nodes: u64,
    /// How many of the nodes may lead.
    leaders: u64,
    /// How often one node may lead, if the others do not.
    rounds: u32,
    /// How many nodes are asked to append an entry each.
    entries: u64,
    crashes: u8,
    /// How often the session between two nodes ends.
    breaks: u8,
    /// Whether the clock ticks, so that messages are sent again. Then at most six are under way.
    ticks: bool,
    network: Network,
    storage: Storage,
}

/// As OmniPaxos asks: two of three nodes want to lead.
const BASE: Bounds = Bounds {
    nodes: 3,
    leaders: 2,
    rounds: 1,
    entries: 1,
    crashes: 0,
    breaks: 0,
    ticks: false,
    network: Network::Fifo,
    storage: Storage::Atomic,
};

/// Two nodes, of which one leads and one may crash.
const TWO_NODES: Bounds = Bounds {
    nodes: 2,
    leaders: 1,
    crashes: 1,
    ..BASE
};

fn cluster(bounds: Bounds) -> Check<World<Replay<Node>>> {
    let settings = Settings {
        nodes: (1..=bounds.nodes).collect(),
        heartbeats: false,
        storage: bounds.storage,
    };
    let nodes = (1..=bounds.nodes).map(|id| {
        let mut node = ProcessSetup::<Replay<Node>>::new(id, settings.clone())
            .told_of_sessions(Request::NewSession);
        if id <= bounds.entries {
            node = node.asked([Request::Append(Value(id))]);
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
        .crashing(bounds.crashes)
        .breaking_sessions(bounds.breaks);
    check(world)
        .within(move |at| {
            let forwarded: usize = at.messages().map(|sent| sent.message.forwarded()).sum();
            let under_way = at.messages().count();
            let mut nodes = at.processes().map(|(_, node)| node.key());
            (!bounds.ticks || under_way <= 6)
                && nodes.all(|node| {
                    let entries = forwarded + node.waiting.len() + node.disk.log.len();
                    entries as u64 <= bounds.entries
                        && node.promised().n <= bounds.rounds
                        && node.sessions() <= 2
                })
        })
        .always("validity", move |at| {
            for (id, disk) in at.sites().map(|(id, site)| (id, &site.ledger)) {
                let mut decided = disk.ever_decided.iter();
                ensure!(
                    decided.all(|entry| (1..=bounds.entries).contains(&entry.0)),
                    "decided by {id}: {:?}",
                    disk.ever_decided
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
            for (id, disk) in at.sites().map(|(id, site)| (id, &site.ledger)) {
                let (now, before) = (disk.decided(), &disk.ever_decided);
                ensure!(
                    disk.decided == now.len(),
                    "{id} has decided {} entries and has {:?}",
                    disk.decided,
                    disk.log
                );
                ensure!(
                    now == before,
                    "decided by {id}: first {before:?}, then {now:?}"
                );
            }
            Ok(())
        })
}

/// Everything holds, and all nodes decide what was appended.
#[track_caller]
fn holds(bounds: Bounds, states: u64) {
    let decide = move |decided: usize| decided as u64 == bounds.entries;
    let check = cluster(bounds).sometimes("all nodes decide all entries", move |at| {
        at.sites().all(|(_, site)| decide(site.ledger.decided))
    });
    check.run().assert_holds().assert_states(states);
}

#[test]
fn sessions_that_keep_the_order_are_enough() {
    holds(BASE, 3_812);
    holds(Bounds { entries: 2, ..BASE }, 166_509);
    holds(Bounds { breaks: 1, ..BASE }, 255_524);
    let a_crash = Bounds {
        leaders: 1,
        crashes: 1,
        ..BASE
    };
    holds(a_crash, 64_715);
}

#[test]
fn messages_that_are_sent_again_do_no_harm_in_a_session() {
    let ticks = Bounds {
        leaders: 2,
        ticks: true,
        ..TWO_NODES
    };
    holds(ticks, 109_731);
}

#[test]
#[ignore = "takes a minute"]
fn sessions_that_keep_the_order_are_enough_in_larger_bounds() {
    holds(Bounds { crashes: 1, ..BASE }, 652_638);
    let one_leader = Bounds {
        leaders: 1,
        crashes: 1,
        ..BASE
    };
    holds(
        Bounds {
            rounds: 2,
            ..one_leader
        },
        804_637,
    );
    holds(
        Bounds {
            crashes: 2,
            ..one_leader
        },
        1_779_234,
    );
    holds(
        Bounds {
            breaks: 1,
            ..one_leader
        },
        2_560_158,
    );
}

/// OmniPaxos has an assertion against what goes wrong. A release build leaves it out, and then
/// a decided entry is gone.
#[track_caller]
fn loses_decided_entries(bounds: Bounds, steps: u32, in_release: u32) {
    let checked = cluster(bounds).run();
    if cfg!(debug_assertions) {
        checked.assert_violated("panic-freedom", steps);
        let told = checked.counterexample().unwrap();
        let panic = "panic: log sync from 0 would overwrite decided entries up to 1";
        assert!(told.contains(panic), "{told}");
    } else {
        checked.assert_violated("integrity", in_release);
    }
}

#[test]
fn links_that_repeat_messages_lose_decided_entries() {
    let network = Network::Duplicating;
    loses_decided_entries(
        Bounds {
            network,
            ..TWO_NODES
        },
        10,
        11,
    );
    loses_decided_entries(Bounds { network, ..BASE }, 17, 17);
}

/// If nothing is sent again, messages that overtake each other do no harm; otherwise they do.
#[test]
fn links_that_keep_no_order_lose_decided_entries() {
    let network = Network::AtMostOnce;
    holds(
        Bounds {
            network,
            ..TWO_NODES
        },
        358,
    );
    holds(Bounds { network, ..BASE }, 5_682);
    let ticks = true;
    loses_decided_entries(
        Bounds {
            ticks,
            network,
            ..TWO_NODES
        },
        13,
        13,
    );
}

#[test]
fn a_storage_that_does_not_write_atomically_loses_decided_entries() {
    let in_parts = Bounds {
        leaders: 1,
        crashes: 1,
        storage: Storage::InParts,
        ..BASE
    };
    cluster(in_parts).run().assert_violated("integrity", 9);
}
