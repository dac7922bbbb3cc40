//! What a lens adds to a process: a history, remembered claims, reductions and names.

use crate::lock::{Lock, Message, nodes};
use stateright::{Checker, Model};
use std::collections::{BTreeSet, HashSet};
use synod_vocabulary::{Claim, Describe, Field, Partner, Serde, Value, Witness, claim, ensure};
use synod_world::reductions::Reductions;
use synod_world::{Observe, Observed, Persist, Reduce, Site, State, Tell, World};

/// A lens whose history is the set of nodes that were ever granted the lock.
pub struct Grants;

impl Observe<Lock> for Grants {
    type History = BTreeSet<u64>;

    fn observe(&self, granted: &BTreeSet<u64>, step: &Observed<'_, Lock>) -> BTreeSet<u64> {
        let grants = step.sent().filter(|sent| sent.message == Message::YouMay);
        let mut granted = granted.clone();
        granted.extend(grants.map(|sent| sent.to));
        if step.after.process.holds && !step.before.process.holds {
            granted.insert(step.by);
        }
        granted
    }
}

impl Reduce<Lock> for Grants {
    /// The node to which this one has granted the lock, durably.
    type ReductionView = Option<u64>;

    fn reduction_view(&self, site: &Site<Lock>) -> Option<u64> {
        site.ledger
    }

    /// A request is useless once the lock is granted to another node.
    fn is_useless(
        &self,
        message: &Message,
        (from, _): (u64, &Option<u64>),
        (_, granted): (u64, &Option<u64>),
    ) -> bool {
        *message == Message::MayI && granted.is_some_and(|to| to != from)
    }
}

impl Tell<Lock> for Grants {
    type ClaimView = bool;

    fn claim_view(&self, site: &Site<Lock>) -> bool {
        site.process.holds
    }

    fn node_name(&self, id: u64) -> String {
        format!("node {}", id / 10)
    }

    fn history_fields(&self, granted: &BTreeSet<u64>) -> Vec<Field> {
        let granted = granted.iter().map(|&id| self.node_name(id));
        vec![Field::of_all("granted", Value::Set(granted.collect()))]
    }
}

impl Persist<Lock> for Grants {
    type Codec = Serde;
}

fn once(world: &World<Lock, Grants>, state: &State) -> Result<(), Witness> {
    let granted = world.history(state);
    ensure!(granted.len() < 2, "{granted:?}");
    Ok(())
}

fn claims(_: &World<Lock, Grants>) -> Vec<Claim<World<Lock, Grants>>> {
    let nothing = claim!("nothing", "It always holds.", |_, _| Ok(()), None);
    let mut claims = vec![claim!("once", "The lock is granted once.", once, None)];
    claims.extend([nothing; 40]);
    claims.push(claim!("once, the last", "The same.", once, None));
    claims
}

fn partners(_: &World<Lock, Grants>) -> Vec<Partner<World<Lock, Grants>>> {
    vec![Partner {
        name: "a grant",
        happens: |world, state| !world.history(state).is_empty(),
    }]
}

pub fn world(sends_first: bool) -> World<Lock, Grants> {
    World::with_lens(nodes(3, sends_first), Grants)
        .with_remembered_claims(claims)
        .with_other_partners(partners)
}

#[test]
fn claims_of_a_history_are_judged_however_many_there_are() {
    let found = |world: World<Lock, Grants>| {
        let checker = world.checker().spawn_bfs().join();
        let found: BTreeSet<_> = checker.discoveries().into_keys().collect();
        found
    };
    assert_eq!(found(world(false).crashing(1)), BTreeSet::from(["a grant"]));
    let all = BTreeSet::from(["a grant", "once", "once, the last"]);
    assert_eq!(found(world(true).crashing(1)), all);
}

#[test]
fn useless_messages_are_forgotten() {
    let has_useless = |world: &World<Lock, Grants>, state: &State| {
        let granted = world.site(state, 10).ledger;
        let mut sent = world.messages(state);
        sent.any(|sent| sent.message == Message::MayI && granted.is_some_and(|to| to != sent.from))
    };
    let explored = |world: World<Lock, Grants>| {
        let mut seen: HashSet<State> = world.init_states().into_iter().collect();
        let mut open: Vec<_> = seen.iter().copied().collect();
        while let Some(state) = open.pop() {
            let next = world.next_states(&state).into_iter();
            open.extend(next.filter(|next| seen.insert(*next)));
        }
        let histories: HashSet<_> = seen.iter().map(|s| world.history(s).clone()).collect();
        let with_useless = seen.iter().filter(|state| has_useless(&world, state));
        (with_useless.count(), histories)
    };
    let (full, histories) = explored(world(false));
    let (reduced, reduced_histories) = explored(world(false).reduced(Reductions::ALL));
    assert!(full > 0);
    assert_eq!(reduced, 0);
    assert_eq!(histories, reduced_histories);
}

#[test]
fn what_a_lens_does_not_name_is_named_by_debug() {
    let world = world(false);
    let [state] = world.init_states().try_into().ok().unwrap();
    let steps = world.next_steps(&state);
    let names: Vec<_> = steps
        .iter()
        .map(|(step, _)| world.step_name(step))
        .collect();
    let proposals = [
        "node 1: Propose Take",
        "node 2: Propose Take",
        "node 3: Propose Take",
    ];
    assert_eq!(names, proposals);
    let granted = world.changes(&state, &steps[0].1);
    assert!(
        granted.contains(&"granted + node 1".to_owned()),
        "{granted:?}"
    );
    let asked = world.changes(&state, &steps[1].1);
    assert_eq!(
        asked,
        [
            "timers[node 2] + AskAgain",
            "network + MayI from node 2 to node 1"
        ]
    );
    assert_eq!(world.kinds().len(), 3);
}
