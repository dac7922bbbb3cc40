//! Where no run goes on: the lines that come next there, and what the model allows instead.

use crate::expected::{Expected, all_agree};
use crate::log::{Line, Log, LogError, meant};
use crate::steps::{hashing, possible};
use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use std::hash::Hash;
use synod_vocabulary::describe::by_process;
use synod_vocabulary::{Describe, Field};

/// How many states are looked at to find out whether a line only waits.
const MOST_LOOKED_AT: usize = 20_000;

/// Why no run of the model takes all lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// For each file that is not at its end where most lines are explained, the next line.
    pub stuck: Vec<Stuck>,
}

/// A line that no step explains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// The file.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The step that it tells of.
    pub told: String,
    /// What the model allows there.
    pub allowed: Allowed,
    /// Whether the line only waits for other processes.
    pub waits: Waits,
}

/// Whether a line that is stuck would follow if only the other processes went on, in whatever
/// way the model allows. A line that would not is the one to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Waits {
    /// It would not, whatever the others do.
    Never,
    /// It is not known: there are too many states, or nothing to wait for.
    Unknown,
    /// Some steps of other processes lead to it.
    ForOthers,
}

/// What the model allows where a line is stuck.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// This very step, but then these variables have other values.
    OtherValues(Vec<Difference>),
    /// Other steps of the process, the nearest names first. Of any process, if the line names
    /// none.
    OtherSteps(Vec<String>),
}

/// A variable that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The variable, with its process.
    pub variable: String,
    /// The value according to the line.
    pub told: String,
    /// The value in the model.
    pub model: String,
}

/// A state of the model, and how many lines of each file were taken before it.
pub(crate) struct Standing<S> {
    pub(crate) at: Vec<usize>,
    pub(crate) state: S,
}

/// Looks at the states in which most lines are explained: at all of them for one file, and
/// for several at those with the same positions as the first. Lines that wait for nothing
/// come first.
pub(crate) fn refusal<M>(
    model: &M,
    logs: &[Log],
    expected: &[Vec<Vec<Expected>>],
    furthest: &[Standing<M::State>],
) -> Refusal
where
    M: Describe,
    M::State: Clone + Hash,
    M::Action: Clone,
{
    let Some(first) = furthest.first() else {
        return Refusal { stuck: Vec::new() };
    };
    let states = furthest.iter().filter(|standing| standing.at == first.at);
    let states: Vec<_> = states.map(|standing| &standing.state).collect();
    let next = logs.iter().zip(expected).zip(&first.at);
    let stuck = next.filter_map(|((log, expected), &at)| {
        let line = log.lines.get(at)?;
        Some(Stuck {
            file: log.name.clone(),
            line: line.number,
            told: line.told(),
            allowed: allowed(model, &states, line, &expected[at]),
            waits: waits(model, &states, line, &expected[at]),
        })
    });
    let mut stuck: Vec<_> = stuck.collect();
    stuck.sort_by_key(|stuck| stuck.waits);
    Refusal { stuck }
}

/// Whether steps of other processes alone lead from some states to one where the line follows.
fn waits<M>(model: &M, states: &[&M::State], line: &Line, expected: &[Expected]) -> Waits
where
    M: Describe,
    M::State: Clone + Hash,
    M::Action: Clone,
{
    let (Some(process), Some(first)) = (line.process.as_deref(), states.first()) else {
        return Waits::Unknown;
    };
    let (fields, kinds) = (model.fields(first), model.kinds());
    let mut seen = HashSet::new();
    let is_new = |state: &M::State, seen: &mut HashSet<_>| seen.insert(hashing().of(state));
    let mut waiting: VecDeque<M::State> = states.iter().map(|&state| state.clone()).collect();
    waiting.retain(|state| is_new(state, &mut seen));
    let mut looked_at = 0;
    while let Some(state) = waiting.pop_front() {
        looked_at += 1;
        if looked_at > MOST_LOOKED_AT {
            return Waits::Unknown;
        }
        let Ok(steps) = possible(model, &state) else {
            return Waits::Unknown;
        };
        for step in steps {
            let by = by_process(&step.name, &fields);
            let kind = kinds.get(step.kind).map(String::as_str);
            if line.may_be(&step.name, kind, by) {
                if all_agree(model, expected, &step.next) {
                    return Waits::ForOthers;
                }
            } else if by.0 != Some(process) && is_new(&step.next, &mut seen) {
                waiting.push_back(step.next);
            }
        }
    }
    Waits::Never
}

/// What the model allows in some states instead of a line.
fn allowed<M>(model: &M, states: &[&M::State], line: &Line, expected: &[Expected]) -> Allowed
where
    M: Describe,
    M::State: Clone,
    M::Action: Clone,
{
    let kinds = model.kinds();
    let mut least: Option<Vec<Difference>> = None;
    let mut compare = |state: &M::State| {
        let differences = differences(&model.fields(state), expected);
        if least
            .as_ref()
            .is_none_or(|least| differences.len() < least.len())
        {
            least = Some(differences);
        }
    };
    let mut others = BTreeSet::new();
    for state in states {
        if line.action.is_none() {
            compare(state);
            continue;
        }
        let fields = model.fields(state);
        // It was possible before: the search looked at all of these states.
        for step in possible(model, state).into_iter().flatten() {
            let by = by_process(&step.name, &fields);
            let kind = kinds.get(step.kind).map(String::as_str);
            let process = line.process.as_deref();
            if line.may_be(&step.name, kind, by) {
                compare(&step.next);
            } else if !step.is_idle && (process.is_none() || process == by.0) {
                others.insert(step.name);
            }
        }
    }
    if let Some(differences) = least {
        return Allowed::OtherValues(differences);
    }
    let told = line.told();
    let mut others: Vec<_> = others.into_iter().collect();
    let nearness = |name: &String| strsim::normalized_levenshtein(name, &told);
    others.sort_by(|one, other| nearness(other).total_cmp(&nearness(one)));
    Allowed::OtherSteps(others)
}

fn differences(fields: &[Field], expected: &[Expected]) -> Vec<Difference> {
    let differing = expected.iter().filter(|expected| !expected.agrees(fields));
    let differences = differing.filter_map(|expected| {
        let field = fields.get(expected.field)?;
        Some(Difference {
            variable: field.name(),
            told: expected.value.to_string(),
            model: field.value.to_string(),
        })
    });
    differences.collect()
}

/// What the steps do that the search has met, without their processes: for each its first
/// word.
#[derive(Default)]
pub(crate) struct Met(BTreeMap<String, String>);

impl Met {
    pub(crate) fn add(&mut self, name: &str, fields: &[Field]) {
        let (_, does) = by_process(name, fields);
        let word = first_word(does);
        if !self.0.contains_key(word) {
            self.0.insert(word.to_owned(), does.to_owned());
        }
    }
}

fn first_word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric());
    end.map_or(text, |end| &text[..end])
}

/// A text up to its arguments.
fn words(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphabetic() && c != ' ');
    end.map_or(text, |end| &text[..end]).trim_end()
}

/// Whether a text is this kind of steps, or begins with it.
fn begins_with(text: &str, kind: &str) -> bool {
    let rest = text.strip_prefix(kind);
    rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// # Errors
/// A line that is stuck has an action that is none of the model, as far as can be told: its
/// words are those of no kind of steps, and of no step that was met.
pub(crate) fn refuse_unknown(
    met: &Met,
    kinds: &[String],
    logs: &[Log],
    refusal: &Refusal,
) -> Result<(), LogError> {
    // In some models, the name of a step begins with its kind.
    let by_kind = |text: &str| kinds.iter().any(|kind| begins_with(text, kind));
    let kinds_decide = !met.0.is_empty() && met.0.values().all(|does| by_kind(does));
    for stuck in &refusal.stuck {
        let log = logs.iter().find(|log| log.name == stuck.file);
        let line = log.and_then(|log| log.lines.iter().find(|line| line.number == stuck.line));
        let Some((log, action)) = log.zip(line.and_then(|line| line.action.as_deref())) else {
            continue;
        };
        let is_known = by_kind(action) || (!kinds_decide && met.0.contains_key(first_word(action)));
        if is_known || matches!(stuck.allowed, Allowed::OtherValues(_)) {
            continue;
        }
        let message = format!("the model has no action `{action}`");
        let known = kinds.iter().chain(met.0.values().filter(|_| !kinds_decide));
        let known: Vec<_> = known.map(String::as_str).collect();
        let help = match meant(words(action), known.iter().map(|known| words(known))) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("its actions are {}", known.join(", ")),
        };
        return Err(log.error(stuck.line, (message, help)));
    }
    Ok(())
}
