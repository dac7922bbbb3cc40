//! The keys of transactions: groups of three, `bank-1:a` to `bank-1:c`. A transaction writes two of them, depending
//! on what it read, or writes all, or reads all. Other calls read and write single ones in between.

use crate::client::{Client, Node};
use crate::history::{CallOutcome, Condition, Operation};
use crate::random::Random;

/// After how many calls of all clients there is another group: the judge's work grows fast with
/// the calls of one.
const CALLS_PER_GROUP: u64 = 1200;

/// How many groups are in use at a time.
const GROUPS: u64 = 2;

/// One turn of a client.
pub(crate) struct Turn<'a> {
    /// The number of the call among those of all clients.
    pub(crate) number: u64,
    /// The node that is called.
    pub(crate) node: Node,
    pub(crate) random: &'a mut Random,
    /// A word that was not written before.
    pub(crate) word: &'a mut dyn FnMut() -> String,
}

impl Turn<'_> {
    /// Makes a transaction or another call. `None` if there was none.
    pub(crate) fn take(self, client: &mut Client) -> Option<CallOutcome> {
        let Self {
            number,
            node,
            random,
            word,
        } = self;
        let group = number / (CALLS_PER_GROUP * GROUPS) * GROUPS + random.below(GROUPS);
        let group = format!("bank-{group}");
        let keys = ["a", "b", "c"].map(|name| format!("{group}:{name}"));
        let mut set = |key: &String| {
            let value = word();
            let condition = Condition::Always;
            (key.clone(), Operation::Set { value, condition })
        };
        let first = random.index(3);
        let (one, other) = (&keys[first], &keys[(first + 1) % 3]);
        match random.below(10) {
            0..4 => {
                let watched = [one.clone(), other.clone()];
                client.transact(node, &group, &watched, |_| vec![set(one), set(other)])
            }
            4 | 5 => client.transact(node, &group, &[], |_| keys.iter().map(&mut set).collect()),
            6 | 7 => client.transact(node, &group, &[], |_| {
                keys.iter()
                    .map(|key| (key.clone(), Operation::Get))
                    .collect()
            }),
            8 => client.call(node, one, Operation::Get),
            _ => {
                let (key, operation) = set(one);
                client.call(node, &key, operation)
            }
        }
    }
}
