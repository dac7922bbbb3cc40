//! The judge: decides whether some order of the calls explains every answer.
//!
//! A history is *linearizable* if one moment between the begin and the end of each call
//! can be chosen at which the call took effect, such that the answers are those of a map
//! that does one thing at a time. A call whose client gave up may have taken effect at
//! any time after it began, or never. A history of independent keys is linearizable if
//! the history of each key is (Herlihy and Wing), so each key is judged by itself.
//!
//! Both verdicts, linearizable and not linearizable, are certain. Because the problem is
//! NP-complete, there is a third verdict: the search was given up.
//!
//! [`check`] is the entry point; the [example of the crate](crate#where-to-begin) judges
//! a history. The calls are those of [`history`](crate::history).

use crate::history::{Call, CallOutcome, Operation, Response, Short};
use crate::map::{ABSENT, MapOperation, Values};
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
    /// The number of keys.
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

/// A value that a key can have had. Part of a [`Violation`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Possible {
    /// The key had no value.
    Absent,
    /// This value.
    Value(String),
    /// Some value that was written and that no call read.
    Unread,
}

/// Judges a history. The search for each key is given up after 3,000,000 configurations:
/// sets of calls that have taken effect, with the value after them.
pub fn check(calls: &[Call]) -> Judgement {
    check_within(calls, CONFIGURATIONS)
}

/// Judges a history like [`check`], with another bound for the configurations of each
/// key. For a given number of overlapping calls, memory and time grow at most in
/// proportion to the bound.
pub fn check_within(calls: &[Call], configurations: u64) -> Judgement {
    let mut keys: BTreeMap<&str, Vec<&Call>> = BTreeMap::new();
    for call in calls {
        keys.entry(&call.key).or_default().push(call);
    }
    let mut judgement = Judgement {
        keys: keys.len(),
        calls: calls.len(),
        violations: Vec::new(),
        inconclusive: Vec::new(),
    };
    for (key, mut calls) in keys {
        calls.sort_by_key(|call| call.invoked);
        match judge(&calls, u64::MAX, None, configurations).0 {
            SearchResult::Order => {}
            SearchResult::TooMany => judgement.inconclusive.push(key.to_owned()),
            SearchResult::NoOrder { .. } => {
                let violation = explain(key, &calls, configurations);
                judgement.violations.push(violation);
            }
        }
    }
    judgement
}

/// Judges the calls of one key, as far as they were known at the time `until`.
fn judge(
    calls: &[&Call],
    until: u64,
    watched: Option<&Call>,
    configurations: u64,
) -> (SearchResult, Values) {
    let mut values = Values::new();
    let known = |call: &Call| match &call.outcome {
        CallOutcome::Answered { at, response } if *at <= until => Some((*at, response.clone())),
        _ => None,
    };
    for call in calls.iter().filter(|call| call.invoked <= until) {
        if let Some((_, Response::Value(Some(value)))) = known(call) {
            values.observe(&value);
        }
        if let Operation::CompareAndSet { expected, .. } = &call.operation {
            values.observe(expected);
        }
    }
    let mut answered = Vec::new();
    let mut unknown: Vec<Unknown> = Vec::new();
    let mut watched_index = None;
    for call in calls.iter().filter(|call| call.invoked <= until) {
        let step = values.step(&call.operation);
        if let Some((returned, response)) = known(call) {
            if watched.is_some_and(|watched| std::ptr::eq(watched, *call)) {
                watched_index = Some(answered.len());
            }
            answered.push(Answered {
                invoked: call.invoked,
                returned,
                step,
                answer: values.answer(&response),
            });
        } else if !matches!(call.outcome, CallOutcome::NotCarriedOut { .. })
            && step != MapOperation::Get
        {
            match unknown.iter_mut().find(|kind| kind.step == step) {
                Some(kind) => kind.invoked.push(call.invoked),
                None => unknown.push(Unknown {
                    step,
                    invoked: vec![call.invoked],
                }),
            }
        }
    }
    let mut search = Search {
        answered: &answered,
        unknown: &unknown,
        values: &mut values,
        watched: watched_index,
    };
    (search.run(configurations), values)
}

/// Finds the first answer that no order explains, by binary search: if a history is
/// linearizable, so is the part of it that was known at any earlier moment.
fn explain(key: &str, calls: &[&Call], configurations: u64) -> Violation {
    let mut answers: Vec<&Call> = calls.to_vec();
    answers.retain(|call| matches!(call.outcome, CallOutcome::Answered { .. }));
    answers.sort_by_key(|call| call.ended());
    // The history has no order, so it has at least one answer.
    let (mut low, mut high) = (0, answers.len() - 1);
    while low < high {
        let middle = usize::midpoint(low, high);
        match judge(calls, answers[middle].ended(), None, configurations).0 {
            SearchResult::NoOrder { .. } => high = middle,
            SearchResult::Order | SearchResult::TooMany => low = middle + 1,
        }
    }
    let unexplained = answers[high];
    let until = unexplained.ended();
    let possible = match judge(calls, until, Some(unexplained), configurations) {
        (SearchResult::NoOrder { met }, values) => met
            .into_iter()
            .map(|value| match values.text(value) {
                Some(text) => Possible::Value(text.to_owned()),
                None if value == ABSENT => Possible::Absent,
                None => Possible::Unread,
            })
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
        Operation::Set { value, .. } => value == read,
        Operation::CompareAndSet { expected, new } => [expected, new].contains(&read),
        Operation::Get | Operation::Delete | Operation::Increment => false,
    }
}

impl fmt::Display for Possible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => write!(f, "absent"),
            Self::Value(value) => write!(f, "\"{}\"", Short(value)),
            Self::Unread => write!(f, "some value that no call read"),
        }
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
