//! The judge: decides whether some order of the calls explains every answer.
//!
//! A history is *linearizable* if one moment between the begin and the end of each call
//! can be chosen at which the call took effect, such that the answers are those of a map
//! that does one thing at a time. A call whose client gave up may have taken effect at
//! any time after it began, or never. A history of independent objects is linearizable if
//! the history of each is (Herlihy and Wing), so each object is judged by itself: a key, or the keys
//! of one [`group`], which transactions read and write at one moment.
//!
//! Calls that a client made together take effect in their order. A value with a lifetime may be gone
//! at any moment after its time, but not before, and it does not come back. A transaction whose watched keys have
//! changed takes no effect.
//!
//! Both verdicts, linearizable and not linearizable, are certain. Because the problem is
//! NP-complete, there is a third verdict: the search was given up.
//!
//! [`check`] is the entry point; the [example of the crate](crate#where-to-begin) judges
//! a history. The calls are those of [`history`](crate::history).

pub use crate::object::Possible;

use crate::history::{Call, CallOutcome, Operation, Response, group};
use crate::object::{Object, StepNumber};
use crate::search::{Answered, Search, SearchResult, Unknown};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The number of configurations after which the search for a key is given up.
pub(crate) const CONFIGURATIONS: u64 = 3_000_000;

/// How many calls that ended before the unexplained one are shown.
const SHOWN_BEFORE: usize = 12;

/// The verdict on a history. Its `Display` shows the violations.
#[derive(Clone, Debug, Serialize)]
pub struct Judgement {
    /// The number of objects: keys, or groups of keys.
    pub keys: usize,
    /// The number of calls.
    pub calls: usize,
    /// A violation for each key whose answers no order explains.
    pub violations: Vec<Violation>,
    /// The keys for which the search was given up.
    pub inconclusive: Vec<String>,
}

impl Judgement {
    /// Whether the history is certainly linearizable: each key has an order.
    pub fn is_linearizable(&self) -> bool {
        self.violations.is_empty() && self.inconclusive.is_empty()
    }
}

/// The first answer of a key that no order explains, and the calls up to it. Without this
/// answer there is an order.
#[derive(Clone, Debug, Serialize)]
pub struct Violation {
    /// The key.
    pub key: String,
    /// The call that no order explains.
    pub unexplained: Call,
    /// Every value that the key can have had when that call took effect, in an order that
    /// explains all other calls that had ended.
    pub possible: Vec<Possible>,
    /// The number of calls that had begun before the answer.
    pub calls: usize,
    /// The last of these calls, and all that wrote or expected the value of the answer.
    /// The unexplained call is the last to end.
    pub piece: Vec<Call>,
}

/// Judges a history. The search for each key is given up after 3,000,000 configurations:
/// sets of calls that have taken effect, with the value after them.
pub fn check(calls: &[Call]) -> Judgement {
    check_within(calls, Clocks::AreRight, CONFIGURATIONS)
}

/// Whether values last at least as long as they should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clocks {
    /// Values last at least as long as they should.
    AreRight,
    /// Clocks jump, so a value may be gone at any time after it was written.
    Jump,
}

/// How much earlier than it should a value may be gone, in milliseconds: times are told in whole ones.
const ROUNDED: u64 = 2;

impl Clocks {
    /// The time at which the time of a value may be over.
    fn end(self, invoked: u64, milliseconds: u64) -> u64 {
        match self {
            Self::AreRight => invoked + milliseconds.saturating_sub(ROUNDED) * 1_000_000,
            Self::Jump => invoked,
        }
    }
}

/// Judges a history like [`check`], with clocks of this kind, and another bound for the configurations of
/// each object. For a given number of overlapping calls, memory and time grow at most in
/// proportion to the bound.
pub fn check_within(calls: &[Call], clocks: Clocks, configurations: u64) -> Judgement {
    let limits = (clocks, configurations);
    let mut keys: BTreeMap<&str, Vec<&Call>> = BTreeMap::new();
    for call in calls {
        keys.entry(group(&call.key)).or_default().push(call);
    }
    let mut judgement = Judgement {
        keys: keys.len(),
        calls: calls.len(),
        violations: Vec::new(),
        inconclusive: Vec::new(),
    };
    for (key, mut calls) in keys {
        calls.sort_by_key(|call| call.invoked);
        match judge(&calls, u64::MAX, None, limits).0 {
            SearchResult::Order => {}
            SearchResult::TooMany => judgement.inconclusive.push(key.to_owned()),
            SearchResult::NoOrder { .. } => {
                let violation = explain(key, &calls, limits);
                judgement.violations.push(violation);
            }
        }
    }
    judgement
}

/// Judges the calls of one object, as far as they were known at the time `until`.
fn judge(
    calls: &[&Call],
    until: u64,
    watched: Option<&Call>,
    (clocks, configurations): (Clocks, u64),
) -> (SearchResult, Object) {
    let mut object = Object::of(calls);
    let begun = || calls.iter().filter(|call| call.invoked <= until);
    for call in begun() {
        object.observe_operation(&call.operation);
        if let Some((_, response)) = answer(call, until) {
            object.observe_response(response);
        }
    }
    let mut known = KnownCalls::default();
    for call in begun() {
        if watched.is_some_and(|watched| std::ptr::eq(watched, *call)) {
            known.watched = Some(known.answered.len());
        }
        known.add(call, answer(call, until), &mut object);
        known.add_ends(call, clocks, &mut object);
    }
    let mut search = Search {
        answered: &known.answered,
        unknown: &known.unknown,
        object: &mut object,
        watched: known.watched,
    };
    (search.run(configurations), object)
}

/// When a call was answered, and how, if that was before `until`.
fn answer(call: &Call, until: u64) -> Option<(u64, &Response)> {
    match &call.outcome {
        CallOutcome::Answered { at, response } if *at <= until => Some((*at, response)),
        _ => None,
    }
}

/// The calls of one object, for the search.
#[derive(Default)]
struct KnownCalls {
    answered: Vec<Answered>,
    unknown: Vec<Unknown>,
    /// The last answered call of each pipeline: of a client, and since when.
    pipelines: BTreeMap<(u32, u64), usize>,
    watched: Option<usize>,
}

impl KnownCalls {
    fn add(&mut self, call: &Call, answer: Option<(u64, &Response)>, object: &mut Object) {
        let step = object.step(&call.key, &call.operation);
        let Some((returned, response)) = answer else {
            let may_take_effect = !matches!(call.outcome, CallOutcome::NotCarriedOut { .. });
            if may_take_effect && !object.is_read(step) {
                self.add_unknown(step, call.invoked);
            }
            return;
        };
        if *response == Response::Aborted && may_be_aborted(&call.operation) {
            return;
        }
        let place = self.answered.len();
        let pipeline = call.pipeline.map(|begun| (call.client, begun));
        self.answered.push(Answered {
            invoked: call.invoked,
            returned,
            after: pipeline.and_then(|pipeline| self.pipelines.insert(pipeline, place)),
            step,
            answer: object.answer(response),
        });
    }

    fn add_unknown(&mut self, step: StepNumber, invoked: u64) {
        match self.unknown.iter_mut().find(|kind| kind.step == step) {
            Some(kind) => kind.invoked.push(invoked),
            None => self.unknown.push(Unknown {
                step,
                invoked: vec![invoked],
            }),
        }
    }

    /// Adds that the time of each value that the call may have written ends. It is like a call of which
    /// no client knows whether it takes effect.
    fn add_ends(&mut self, call: &Call, clocks: Clocks, object: &mut Object) {
        if matches!(call.outcome, CallOutcome::NotCarriedOut { .. }) {
            return;
        }
        let (own, many) = match &call.operation {
            Operation::Transaction { commands, .. } => (None, commands.as_slice()),
            one => (Some((&call.key, one)), [].as_slice()),
        };
        let many = many.iter().map(|(key, command)| (key, command));
        for (key, command) in own.into_iter().chain(many) {
            if let Operation::SetFor {
                value,
                milliseconds,
            } = command
            {
                let value = value.clone();
                let step = object.step(key, &Operation::Expire { value });
                self.add_unknown(step, clocks.end(call.invoked, *milliseconds));
            }
        }
    }
}

/// Whether it is right at any time that a transaction is aborted: a watched key may have changed before
/// it was read.
const fn may_be_aborted(operation: &Operation) -> bool {
    matches!(operation, Operation::Transaction { expected, .. } if !expected.is_empty())
}

/// Finds the first answer that no order explains, by binary search: if a history is
/// linearizable, so is the part of it that was known at any earlier moment.
fn explain(key: &str, calls: &[&Call], limits: (Clocks, u64)) -> Violation {
    let mut answers: Vec<&Call> = calls.to_vec();
    answers.retain(|call| matches!(call.outcome, CallOutcome::Answered { .. }));
    answers.sort_by_key(|call| call.ended());
    // The history has no order, so it has at least one answer.
    let (mut low, mut high) = (0, answers.len() - 1);
    while low < high {
        let middle = usize::midpoint(low, high);
        match judge(calls, answers[middle].ended(), None, limits).0 {
            SearchResult::NoOrder { .. } => high = middle,
            SearchResult::Order | SearchResult::TooMany => low = middle + 1,
        }
    }
    let unexplained = answers[high];
    let until = unexplained.ended();
    let possible = match judge(calls, until, Some(unexplained), limits) {
        (SearchResult::NoOrder { met }, object) => met
            .into_iter()
            .map(|state| object.possible(state))
            .collect(),
        _ => Vec::new(),
    };
    Violation {
        key: key.to_owned(),
        unexplained: unexplained.clone(),
        possible,
        calls: calls.iter().filter(|call| call.invoked <= until).count(),
        piece: piece(calls, unexplained),
    }
}

/// The unexplained call, and the calls that help to understand it.
fn piece(calls: &[&Call], unexplained: &Call) -> Vec<Call> {
    let until = unexplained.ended();
    let begun = calls.iter().filter(|call| call.invoked <= until);
    let taken = begun.filter(|call| !matches!(call.outcome, CallOutcome::NotCarriedOut { .. }));
    let (mut before, mut shown): (Vec<&Call>, Vec<&Call>) =
        taken.partition(|call| !is_open(call) && call.ended() < unexplained.invoked);
    before.sort_by_key(|call| call.ended());
    let last = before.split_off(before.len().saturating_sub(SHOWN_BEFORE));
    shown.extend(last);
    shown.extend(before.iter().filter(|call| mentions(call, unexplained)));
    // Calls that were given up long ago are left out, unless they wrote the value.
    let first = shown.iter().filter(|call| !is_open(call));
    let first = first.map(|call| call.invoked).min().unwrap_or(0);
    shown.retain(|call| !is_open(call) || call.invoked >= first || mentions(call, unexplained));
    shown.sort_by_key(|call| call.invoked);
    shown.into_iter().cloned().collect()
}

fn is_open(call: &Call) -> bool {
    matches!(call.outcome, CallOutcome::Unknown { .. })
}

/// Whether a call wrote, or expected, the value of the unexplained answer.
fn mentions(call: &Call, unexplained: &Call) -> bool {
    let CallOutcome::Answered {
        response: Response::Value(Some(read)),
        ..
    } = &unexplained.outcome
    else {
        return false;
    };
    match &call.operation {
        Operation::Set { value, .. } | Operation::SetFor { value, .. } => value == read,
        Operation::CompareAndSet { expected, new } => [expected, new].contains(&read),
        _ => false,
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "key {}: no order explains this answer", self.key)?;
        writeln!(f, "  {}", self.unexplained)?;
        let possible: BTreeSet<String> = self.possible.iter().map(ToString::to_string).collect();
        let possible: Vec<String> = possible.into_iter().collect();
        let possible = match &possible[..] {
            [] => "not found".to_owned(),
            some => some.join(", or "),
        };
        writeln!(f, "possible values of the key at that time: {possible}")?;
        writeln!(
            f,
            "the relevant ones of the {} calls that had begun:",
            self.calls
        )?;
        for call in &self.piece {
            writeln!(f, "  {call}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Judgement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match (&self.violations[..], &self.inconclusive[..]) {
            ([], []) => "linearizable",
            ([], _) => "inconclusive",
            _ => "NOT linearizable",
        };
        write!(f, "{verdict}: {} calls, {} keys", self.calls, self.keys)?;
        if !self.inconclusive.is_empty() {
            let keys = self.inconclusive.join(", ");
            write!(f, "; the search was given up for: {keys}")?;
        }
        for violation in &self.violations {
            write!(f, "\n{violation}")?;
        }
        Ok(())
    }
}
