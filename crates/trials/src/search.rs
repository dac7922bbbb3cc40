//! The search for an order: Wing and Gong's, with Lowe's memory of what was
//! tried, for the calls of one key.
//!
//! A *configuration* is a set of calls that have taken effect, and the value after
//! them. From a configuration, a call may take effect next if no other that has not yet
//! taken effect had ended before it began. Four things keep this small:
//!
//! - Calls are sorted by their beginnings, so the set is a number, before which
//!   all have taken effect, and bits for the few after it.
//! - A call that only looked takes effect at once if what it saw is there:
//!   wherever it stands in an order, it may as well stand here.
//! - Unknown calls that do the same are taken in the order of their beginnings,
//!   and a configuration is given up if it was seen with fewer of them taken: an unknown
//!   call need not have taken effect at all.
//! - After an unknown call something must notice it: one that is overwritten
//!   at once might as well never have taken effect.

use crate::map::{ABSENT, MapOperation, MapResponse, Value, Values};
use std::collections::{BTreeSet, HashMap};

/// A call that was answered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answered {
    pub(crate) invoked: u64,
    pub(crate) returned: u64,
    pub(crate) step: MapOperation,
    pub(crate) answer: MapResponse,
}

/// Calls that do the same and may have taken effect or not: when they began,
/// the earliest first.
#[derive(Clone, Debug)]
pub(crate) struct Unknown {
    pub(crate) step: MapOperation,
    pub(crate) invoked: Vec<u64>,
}

/// What the search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SearchResult {
    /// There is an order.
    Order,
    /// There is none. The call that was asked about met these values.
    NoOrder { met: BTreeSet<Value> },
    /// There are more configurations than allowed.
    TooMany,
}

/// Calls that have taken effect, and the value after them.
#[derive(Clone, Debug)]
struct Configuration {
    known: AnsweredCalls,
    value: Value,
    /// The last call was unknown, and nothing has noticed it yet.
    unnoticed: bool,
    /// How many of each kind of unknown calls have taken effect.
    taken: Box<[u16]>,
}

/// A set of answered calls.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct AnsweredCalls {
    /// All before this one.
    base: usize,
    /// Bit 0 is `base` itself, which is not in the set; no zeros at the end.
    beyond: Vec<u64>,
}

impl AnsweredCalls {
    fn contains(&self, call: usize) -> bool {
        let bit = call - self.base;
        let word = self.beyond.get(bit / 64).copied().unwrap_or(0);
        word >> (bit % 64) & 1 == 1
    }

    fn insert(&mut self, call: usize) {
        let bit = call - self.base;
        if self.beyond.len() <= bit / 64 {
            self.beyond.resize(bit / 64 + 1, 0);
        }
        self.beyond[bit / 64] |= 1 << (bit % 64);
        let full = self.beyond.iter().take_while(|word| **word == u64::MAX);
        let full = full.count();
        self.beyond.drain(..full);
        self.base += 64 * full;
        let ones = self.beyond.first().map_or(0, |word| word.trailing_ones());
        if ones > 0 {
            self.base += ones as usize;
            let mut carried = 0;
            for word in self.beyond.iter_mut().rev() {
                let next = *word << (64 - ones);
                *word = *word >> ones | carried;
                carried = next;
            }
        }
        while self.beyond.last() == Some(&0) {
            self.beyond.pop();
        }
    }
}

/// The calls of one key, the answered ones sorted by their beginnings.
pub(crate) struct Search<'a> {
    pub(crate) answered: &'a [Answered],
    pub(crate) unknown: &'a [Unknown],
    pub(crate) values: &'a mut Values,
    /// The call whose values are of interest where there is no order.
    pub(crate) watched: Option<usize>,
}

/// What was seen: how many unknown calls had been taken, for each configuration.
type SeenConfigurations = HashMap<(AnsweredCalls, Value, bool), Vec<Box<[u16]>>>;

impl Search<'_> {
    /// Looks for an order, in at most so many configurations.
    pub(crate) fn run(&mut self, limit: u64) -> SearchResult {
        let mut seen = SeenConfigurations::new();
        let mut met = BTreeSet::new();
        let mut configurations = 0;
        let mut stack = vec![Configuration {
            known: AnsweredCalls {
                base: 0,
                beyond: Vec::new(),
            },
            value: ABSENT,
            unnoticed: false,
            taken: vec![0; self.unknown.len()].into(),
        }];
        while let Some(mut current) = stack.pop() {
            let open = self.settle(&mut current);
            if current.known.base == self.answered.len() {
                return SearchResult::Order;
            }
            if !is_new(&mut seen, &current) {
                continue;
            }
            configurations += 1;
            if configurations > limit {
                return SearchResult::TooMany;
            }
            if self.watched.is_some_and(|call| open.calls.contains(&call)) {
                met.insert(current.value);
            }
            self.follow(&current, &open, &mut stack);
        }
        SearchResult::NoOrder { met }
    }

    /// Which answered calls may take effect next.
    fn open(&self, done: &AnsweredCalls) -> Open {
        let mut open = Open {
            calls: Vec::new(),
            until: u64::MAX,
        };
        for (index, call) in self.answered.iter().enumerate().skip(done.base) {
            if call.invoked > open.until {
                break;
            }
            if !done.contains(index) {
                open.calls.push(index);
                open.until = open.until.min(call.returned);
            }
        }
        open
    }

    /// Lets all calls take effect that only looked, and saw what is there.
    fn settle(&mut self, current: &mut Configuration) -> Open {
        loop {
            let open = self.open(&current.known);
            let mut is_settled = true;
            for &index in &open.calls {
                let call = self.answered[index];
                let only_looks = call.step.only_looks(call.answer);
                if only_looks && self.values.apply(call.step, current.value).0 == call.answer {
                    current.known.insert(index);
                    current.unnoticed = false;
                    is_settled = false;
                }
            }
            if is_settled {
                return open;
            }
        }
    }

    /// Puts what may come next on the stack, the likeliest last.
    fn follow(&mut self, current: &Configuration, open: &Open, stack: &mut Vec<Configuration>) {
        for (kind, unknown) in self.unknown.iter().enumerate() {
            let next = unknown.invoked.get(usize::from(current.taken[kind]));
            if next.is_none_or(|invoked| *invoked > open.until)
                || (current.unnoticed && unknown.step.overwrites())
            {
                continue;
            }
            let (_, value) = self.values.apply(unknown.step, current.value);
            if value != current.value {
                let mut after = current.clone();
                after.taken[kind] += 1;
                after.value = value;
                after.unnoticed = true;
                stack.push(after);
            }
        }
        // Those that ended first took effect first, most likely.
        let mut calls = open.calls.clone();
        calls.sort_by_key(|index| std::cmp::Reverse(self.answered[*index].returned));
        for index in calls {
            let call = self.answered[index];
            let (answer, value) = self.values.apply(call.step, current.value);
            let is_useless =
                current.unnoticed && call.step.overwrites() && call.step != MapOperation::Delete;
            if answer == call.answer && !is_useless {
                let mut after = current.clone();
                after.known.insert(index);
                after.value = value;
                after.unnoticed = false;
                stack.push(after);
            }
        }
    }
}

/// Answered calls that may take effect next.
struct Open {
    calls: Vec<usize>,
    /// The first end among them: no call that begins later may come before it.
    until: u64,
}

/// Whether no configuration was seen from which as much is possible.
fn is_new(seen: &mut SeenConfigurations, current: &Configuration) -> bool {
    let fewer = |others: &Vec<Box<[u16]>>| {
        let mut others = others.iter();
        others.any(|other| other.iter().zip(&current.taken).all(|(a, b)| a <= b))
    };
    let mut key = (current.known.clone(), current.value, false);
    if seen.get(&key).is_some_and(fewer) {
        return false;
    }
    key.2 = current.unnoticed;
    let others = seen.entry(key).or_default();
    if current.unnoticed && fewer(others) {
        return false;
    }
    others.retain(|other| !current.taken.iter().zip(other).all(|(a, b)| a <= b));
    others.push(current.taken.clone());
    true
}
