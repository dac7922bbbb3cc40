//! The key of a node holds all that decides its answers, although OmniPaxos does not show all.

use omnipaxos_node::{Disk, Node, Request, Settings, Storage, Timer, Value, Wire};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::panic::{AssertUnwindSafe, catch_unwind};
use synod_harness::{Input, Keyed, Output, OutputsOf, Process};

/// Messages under way: addressee, sender, message.
type Network = Vec<(u64, u64, Wire)>;

fn carry_out(from: u64, out: OutputsOf<Node>, disk: &mut Disk, network: &mut Network) {
    for output in out.outputs {
        match output {
            Output::Record(write) => Node::apply(disk, write),
            Output::Send { to, message } => network.push((to, from, message)),
            _ => {}
        }
    }
}

/// Runs that are drawn at random, with repeated and late messages and with crashes. The nodes are
/// OmniPaxos itself, not replayed from their keys.
#[test]
fn nodes_with_equal_keys_answer_alike() {
    let settings = Settings {
        nodes: vec![1, 2, 3],
        heartbeats: true,
        storage: Storage::Atomic,
    };
    let (mut answers, mut compared) = (HashMap::new(), 0);
    let mut random = 1_u64;
    let mut below = move |bound: usize| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (random >> 33) as usize % bound
    };
    for _ in 0..4_000 {
        let (mut nodes, mut network) = (Vec::new(), Vec::new());
        for id in 1..=3 {
            let mut disk = Disk::default();
            let (node, out) = Node::recover(&settings, id, Disk::default());
            carry_out(id, out, &mut disk, &mut network);
            nodes.push((id, disk, node));
        }
        for _ in 0..40 {
            let (id, disk, node) = &mut nodes[below(3)];
            let mine = network.iter().filter(|(to, ..)| to == id);
            let mine: Vec<_> = mine.collect();
            let input = match below(40) {
                0 => {
                    let (again, out) = Node::recover(&settings, *id, disk.clone());
                    carry_out(*id, out, disk, &mut network);
                    *node = again;
                    continue;
                }
                1..=3 => Input::Timeout(Timer::Tick),
                4..=6 => Input::Timeout(Timer::Lead),
                7..=9 => Input::Propose(Request::Append(Value(1))),
                10..=12 => Input::Propose(Request::NewSession(*id % 3 + 1)),
                _ => {
                    // Mostly a late one, so that something happens.
                    let latest = mine.len().saturating_sub(4 + below(8));
                    let (_, from, message) = mine[latest + below(mine.len() - latest)].clone();
                    Input::Receive { from, message }
                }
            };
            let before = (*id, node.key(), input.clone());
            // A repeated message may make OmniPaxos panic; then this run is over.
            let Ok(out) = catch_unwind(AssertUnwindSafe(|| node.handle(input))) else {
                break;
            };
            let answer = (out.clone(), node.key());
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
    assert!(compared > 50_000, "compared only {compared}");
}
