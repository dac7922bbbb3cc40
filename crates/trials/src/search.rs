//! The search for an order of the calls of one object: the algorithm of Wing and Gong, with
//! Lowe's cache of the configurations that were tried.
//!
//! A *configuration* is a set of calls that have taken effect, and the state after them.
//! From a configuration, a call may take effect next if it began before the end of every
//! other call that has not taken effect, and after the call before it in its pipeline. Four rules keep the search small:
//!
//! - Calls are sorted by the times at which they began. So the set is an index, below
//!   which all calls have taken effect, and bits for the few calls after it.
//! - A call that only reads takes effect at once if its answer fits the current value: if
//!   there is an order with this call at a later place, there is one with it here.
//! - Unknown calls (those whose client gave up) with the same operation are taken in the
//!   order in which they began. A configuration is dropped if it was seen with fewer of
//!   them taken: an unknown call need not have taken effect at all.
//! - An unknown call must be noticed by a later one. If its value is overwritten at once,
//!   it might as well never have taken effect.

use crate::object::{AnswerNumber, EMPTY, Object, StateNumber, StepNumber};
use std::collections::{BTreeSet, HashMap};

/// A call that was answered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answered {
    pub(crate) invoked: u64,
    pub(crate) returned: u64,
    /// The call before it that its client made together with it.
    pub(crate) after: Option<usize>,
    pub(crate) step: StepNumber,
    pub(crate) answer: AnswerNumber,
}

/// Calls with the same operation that may have taken effect or not.
#[derive(Clone, Debug)]
pub(crate) struct Unknown {
    pub(crate) step: StepNumber,
    /// The times at which the calls began, the earliest first.
    pub(crate) invoked: Vec<u64>,
}

/// The result of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SearchResult {
    /// There is an order.
    Order,
    /// There is no order. The watched call was tried in these states.
    NoOrder { met: BTreeSet<StateNumber> },
    /// The search was given up after the allowed number of configurations.
    TooMany,
}

/// Calls that have taken effect, and the state after them.
#[derive(Clone, Debug)]
struct Configuration {
    known: AnsweredCalls,
    state: StateNumber,
    /// Whether the last call was unknown, and no later call has noticed it yet.
    unnoticed: bool,
    /// For each entry of [`Search::unknown`], how many of its calls have taken effect.
    taken: Box<[u16]>,
}

/// A set of answered calls.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct AnsweredCalls {
    /// All calls before this index are in the set.
    base: usize,
    /// A bit for each call from `base` on. Bit 0, for `base` itself, is 0, and the last
    /// word is not 0.
    beyond: Vec<u64>,
}

impl AnsweredCalls {
    fn contains(&self, call: usize) -> bool {
        let Some(bit) = call.checked_sub(self.base) else {
            return true;
        };
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

/// The calls of one object.
pub(crate) struct Search<'a> {
    /// Sorted by the times at which the calls began.
    pub(crate) answered: &'a [Answered],
    pub(crate) unknown: &'a [Unknown],
    pub(crate) object: &'a mut Object,
    /// If there is no order, the states in which this call was tried are wanted.
    pub(crate) watched: Option<usize>,
}

/// The configurations that were seen, with the numbers of unknown calls taken in each.
type SeenConfigurations = HashMap<(AnsweredCalls, StateNumber, bool), Vec<Box<[u16]>>>;

impl Search<'_> {
    /// Searches for an order, in at most this many configurations.
    pub(crate) fn run(&mut self, limit: u64) -> SearchResult {
        let mut seen = SeenConfigurations::new();
        let mut met = BTreeSet::new();
        let mut configurations = 0;
        let mut stack = vec![Configuration {
            known: AnsweredCalls {
                base: 0,
                beyond: Vec::new(),
            },
            state: EMPTY,
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
                met.insert(current.state);
            }
            self.follow(&current, &open, &mut stack);
        }
        SearchResult::NoOrder { met }
    }

    /// The answered calls that may take effect next.
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
                if call.after.is_none_or(|before| done.contains(before)) {
                    open.calls.push(index);
                }
                open.until = open.until.min(call.returned);
            }
        }
        open
    }

    /// Lets all calls take effect that only read and whose answers fit the current value.
    fn settle(&mut self, current: &mut Configuration) -> Open {
        loop {
            let open = self.open(&current.known);
            let mut is_settled = true;
            for &index in &open.calls {
                let call = self.answered[index];
                let only_reads = self.object.only_reads(call.step, call.answer);
                if only_reads && self.object.apply(call.step, current.state).0 == call.answer {
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

    /// Pushes the next configurations onto the stack, the most promising one last.
    fn follow(&mut self, current: &Configuration, open: &Open, stack: &mut Vec<Configuration>) {
        for (kind, unknown) in self.unknown.iter().enumerate() {
            let next = unknown.invoked.get(usize::from(current.taken[kind]));
            if next.is_none_or(|invoked| *invoked > open.until)
                || (current.unnoticed && self.object.overwrites(unknown.step))
            {
                continue;
            }
            let (_, state) = self.object.apply(unknown.step, current.state);
            if state != current.state {
                let mut after = current.clone();
                after.taken[kind] += 1;
                after.state = state;
                after.unnoticed = true;
                stack.push(after);
            }
        }
        // Most likely the call that ended first took effect first.
        let mut calls = open.calls.clone();
        calls.sort_by_key(|index| std::cmp::Reverse(self.answered[*index].returned));
        for index in calls {
            let call = self.answered[index];
            let (answer, state) = self.object.apply(call.step, current.state);
            let is_useless = current.unnoticed
                && self.object.overwrites(call.step)
                && !self.object.deletes(call.step);
            if answer == call.answer && !is_useless {
                let mut after = current.clone();
                after.known.insert(index);
                after.state = state;
                after.unnoticed = false;
                stack.push(after);
            }
        }
    }
}

/// The answered calls that may take effect next.
struct Open {
    calls: Vec<usize>,
    /// The earliest end among them. A call that began later cannot take effect next.
    until: u64,
}

/// Whether no configuration was seen from which at least as much is possible. If so, the
/// current one is recorded.
fn is_new(seen: &mut SeenConfigurations, current: &Configuration) -> bool {
    let fewer = |others: &Vec<Box<[u16]>>| {
        let mut others = others.iter();
        others.any(|other| other.iter().zip(&current.taken).all(|(a, b)| a <= b))
    };
    let mut key = (current.known.clone(), current.state, false);
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
