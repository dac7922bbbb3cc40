//! Whether what an implementation says it did is a run of a model.
//!
//! Each line is a step. The search looks for a run of the model that takes all lines of each
//! file in their order: of several files in any interleaving, since nothing is known of the
//! order of lines in different files. A line may leave open which step it is (it may name a
//! kind of steps, or no process), and what the state is: then every possibility is tried. No
//! pair of positions in the files and a state is looked at twice. So the search ends with a
//! run, or has shown that there is none; a limit of the problem may end it before.

use crate::expected::{Expected, all_agree, expected};
use crate::log::{Line, Log, LogError, meant};
use crate::refusal::{Met, Refusal, Standing, refusal, refuse_unknown};
use crate::steps::{Possible, Stopped, hashing, possible};
use stateright::Model;
use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::hash::Hash;
use synod_checker::kernel::path::initial_states;
use synod_checker::kernel::visited::Visited;
use synod_checker::{Problem, Reason};
use synod_vocabulary::describe::by_process;
use synod_vocabulary::{Describe, Field};

/// How many of the states in which most lines are explained are kept for a refusal.
const KEPT: usize = 64;

/// The result of judging a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Whether the lines are a run of the model.
    pub outcome: Outcome,
    /// How many lines there are.
    pub lines: usize,
    /// How many lines the run explains that explains most.
    pub explained: usize,
    /// How many pairs of positions in the files and a state were looked at.
    pub states: u64,
}

/// Whether the lines are a run of the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Some run of the model takes all lines, each file in its order.
    Run,
    /// No run does.
    NoRun(Refusal),
    /// The search ended before a run was found, and before all were tried.
    Inconclusive(Stopped),
}

/// The steps that an implementation does not log: any number of them may lie between two
/// lines. By default there are none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unlogged {
    /// Kinds of steps, by their positions among those of the model.
    kinds: Vec<usize>,
    /// Processes that log nothing at all.
    processes: Vec<String>,
}

/// A name that is neither a kind of steps of the model nor a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownSteps {
    /// The name.
    pub name: String,
    /// How to mend the log.
    pub help: String,
}

impl fmt::Display for UnknownSteps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        write!(f, "the model has no kind of steps and no process {name:?}")
    }
}

impl std::error::Error for UnknownSteps {}

impl Unlogged {
    /// The steps of the kinds and processes with these names.
    ///
    /// # Errors
    /// The first name that is neither a kind of steps nor a process of the model.
    pub fn of<M: Describe>(model: &M, names: &[String]) -> Result<Self, UnknownSteps> {
        let (kinds, initial) = (model.kinds(), model.init_states());
        let fields = initial.first().map(|state| model.fields(state));
        let processes = fields.into_iter().flatten();
        let processes: BTreeSet<_> = processes.filter_map(|field| field.process).collect();
        let mut unlogged = Self::default();
        for name in names {
            if let Some(kind) = kinds.iter().position(|kind| kind == name) {
                unlogged.kinds.push(kind);
            } else if processes.contains(name) {
                unlogged.processes.push(name.clone());
            } else {
                let known: Vec<_> = kinds.iter().chain(&processes).map(String::as_str).collect();
                let help = match meant(name, known.iter().copied()) {
                    Some(meant) => format!("did you mean {meant:?}?"),
                    None => format!("it has {}", known.join(", ")),
                };
                let name = name.clone();
                return Err(UnknownSteps { name, help });
            }
        }
        Ok(unlogged)
    }

    fn has<M: Model>(&self, step: &Possible<M>, fields: &[Field]) -> bool {
        let process = || by_process(&step.name, fields).0;
        let is_of = |unlogged: &String| process() == Some(unlogged);
        !step.is_idle && (self.kinds.contains(&step.kind) || self.processes.iter().any(is_of))
    }
}

/// Judges logs, each of which is the lines of one file. The limits of the problem apply; its
/// properties are not judged.
///
/// # Errors
/// A line has a process, an action or a variable that the model does not have.
pub fn judge<M>(
    problem: &Problem<M>,
    logs: &[Log],
    unlogged: &Unlogged,
) -> Result<Judgement, LogError>
where
    M: Describe,
    M::State: Clone + Hash,
    M::Action: Clone,
{
    let model = problem.model();
    let initial = initial_states(problem);
    let fields = initial.first().map(|first| model.fields(first));
    let fields = fields.unwrap_or_default();
    let expected = logs.iter().map(|log| expected(log, &fields));
    let expected: Vec<_> = expected.collect::<Result<_, _>>()?;
    let mut search = Search {
        problem,
        logs,
        unlogged,
        fields: &fields,
        kinds: model.kinds(),
        seen: Visited::new(u128::BITS),
        looked_at: 0,
        waiting: Vec::new(),
        furthest: Vec::new(),
        explained: 0,
        met: Met::default(),
        expected: &expected,
    };
    for state in initial {
        let at = vec![0; logs.len()];
        search.push(Standing { at, state });
    }
    let outcome = match (search.run(), problem.stopped()) {
        (Err(stopped), _) => Outcome::Inconclusive(stopped),
        (Ok(true), _) => Outcome::Run,
        (Ok(false), Some(reason)) => Outcome::Inconclusive(Stopped::Limit(reason)),
        (Ok(false), None) => {
            let refusal = refusal(model, logs, &expected, &search.furthest);
            refuse_unknown(&search.met, &search.kinds, logs, &refusal)?;
            Outcome::NoRun(refusal)
        }
    };
    Ok(Judgement {
        outcome,
        lines: logs.iter().map(Log::len).sum(),
        explained: search.explained,
        states: search.looked_at,
    })
}

struct Search<'a, M: Describe> {
    problem: &'a Problem<M>,
    logs: &'a [Log],
    expected: &'a [Vec<Vec<Expected>>],
    unlogged: &'a Unlogged,
    /// Those of any state, for the names of processes.
    fields: &'a [Field],
    kinds: Vec<String>,
    seen: Visited,
    looked_at: u64,
    /// What is to be looked at, by the number of lines that are explained. Where most are is
    /// looked at first; so the search does not get lost among steps that are not logged.
    waiting: Vec<VecDeque<Standing<M::State>>>,
    /// Where most lines are explained.
    furthest: Vec<Standing<M::State>>,
    explained: usize,
    met: Met,
}

impl<M> Search<'_, M>
where
    M: Describe,
    M::State: Clone + Hash,
    M::Action: Clone,
{
    /// Returns whether a run was found that takes all lines.
    fn run(&mut self) -> Result<bool, Stopped> {
        let ends: Vec<_> = self.logs.iter().map(Log::len).collect();
        while let Some(standing) = self.take() {
            if standing.at == ends {
                self.explained = ends.iter().sum();
                return Ok(true);
            }
            if !self.problem.limits.goes_on() {
                return Ok(false);
            }
            let next = self.next(&standing)?;
            self.keep(standing);
            for standing in next {
                self.push(standing);
            }
        }
        Ok(false)
    }

    fn take(&mut self) -> Option<Standing<M::State>> {
        while let Some(most) = self.waiting.last_mut() {
            if let Some(standing) = most.pop_front() {
                return Some(standing);
            }
            self.waiting.pop();
        }
        None
    }

    /// Takes in where the search may go on, unless it was there before.
    fn push(&mut self, standing: Standing<M::State>) {
        let progress = &self.problem.progress;
        let fingerprint = hashing().of(&(&standing.at, &standing.state));
        if progress.is_stopped() || !self.seen.is_new(fingerprint) {
            return;
        }
        let limit = self.problem.limits.max_states();
        if let Some(limit) = limit.filter(|limit| self.looked_at >= limit.get()) {
            progress.stop(Reason::StateLimit(limit));
            return;
        }
        self.looked_at += 1;
        let explained = standing.at.iter().sum::<usize>();
        progress.add(1, 1, 0, explained as u32 + 1);
        while self.waiting.len() <= explained {
            self.waiting.push(VecDeque::new());
        }
        self.waiting[explained].push_back(standing);
    }

    /// Keeps it for a refusal, if no other explains more lines.
    fn keep(&mut self, standing: Standing<M::State>) {
        self.problem.progress.add(0, 0, 1, 0);
        let explained = standing.at.iter().sum();
        if explained > self.explained {
            self.explained = explained;
            self.furthest.clear();
        }
        if explained == self.explained && self.furthest.len() < KEPT {
            self.furthest.push(standing);
        }
    }

    /// Where a step leads that a line, or nothing, tells of.
    fn next(&mut self, from: &Standing<M::State>) -> Result<Vec<Standing<M::State>>, Stopped> {
        let model = self.problem.model();
        let steps = possible(model, &from.state)?;
        for step in &steps {
            self.met.add(&step.name, self.fields);
        }
        let mut next = Vec::new();
        for (log, &at) in from.at.iter().enumerate() {
            let Some(line) = self.logs[log].lines.get(at) else {
                continue;
            };
            let expected = &self.expected[log][at];
            let agrees = |state: &M::State| all_agree(model, expected, state);
            let mut advance = |state: &M::State| {
                let (mut at, state) = (from.at.clone(), state.clone());
                at[log] += 1;
                next.push(Standing { at, state });
            };
            if line.action.is_none() {
                if agrees(&from.state) {
                    advance(&from.state);
                }
                continue;
            }
            let may_be = |step: &&Possible<M>| self.may_be(line, step);
            let steps = steps.iter().filter(may_be);
            for step in steps.filter(|step| agrees(&step.next)) {
                advance(&step.next);
            }
        }
        let unlogged = steps.iter();
        let unlogged = unlogged.filter(|step| self.unlogged.has(step, self.fields));
        next.extend(unlogged.map(|step| Standing {
            at: from.at.clone(),
            state: step.next.clone(),
        }));
        Ok(next)
    }

    fn may_be(&self, line: &Line, step: &Possible<M>) -> bool {
        let kind = self.kinds.get(step.kind).map(String::as_str);
        line.may_be(&step.name, kind, by_process(&step.name, self.fields))
    }
}
