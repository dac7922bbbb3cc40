//! [`Object`]: a key, or a few keys that transactions read and write together, for the judge: states,
//! steps and answers are numbers.

use crate::history::{Call, Operation, Response, Short};
use crate::map::{ABSENT, MapOperation, MapResponse, Value, Values};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::hash::Hash;

/// The number of a state: the values of all keys.
pub(crate) type StateNumber = u32;

/// The number of a step: what a call does.
pub(crate) type StepNumber = u32;

/// The number of an answer.
pub(crate) type AnswerNumber = u32;

/// The state in which no key has a value.
pub(crate) const EMPTY: StateNumber = 0;

/// What a call does: if the keys have the expected values, it carries out the commands. Keys are positions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Step {
    expected: Vec<(usize, Value)>,
    commands: Vec<(usize, MapOperation)>,
}

/// The answers to the commands of a step; `None` if the keys had not the expected values.
type Answer = Option<Vec<MapResponse>>;

/// A few keys with their sequential specification.
#[derive(Debug)]
pub(crate) struct Object {
    keys: Vec<String>,
    values: Values,
    states: Numbered<Vec<Value>>,
    steps: Numbered<Step>,
    answers: Numbered<Answer>,
    /// What was computed before.
    known: HashMap<(StepNumber, StateNumber), (AnswerNumber, StateNumber)>,
}

impl Object {
    /// The object of these calls, without values.
    pub(crate) fn of(calls: &[&Call]) -> Self {
        let keys: BTreeSet<_> = calls.iter().flat_map(|call| call.keys()).collect();
        let keys: Vec<_> = keys.into_iter().cloned().collect();
        let mut states = Numbered::default();
        states.number(vec![ABSENT; keys.len()]);
        Self {
            keys,
            values: Values::new(),
            states,
            steps: Numbered::default(),
            answers: Numbered::default(),
            known: HashMap::new(),
        }
    }

    /// Gives the values that an operation can tell from others numbers of their own.
    pub(crate) fn observe_operation(&mut self, operation: &Operation) {
        match operation {
            Operation::CompareAndSet {
                expected: value, ..
            }
            | Operation::SetFor { value, .. } => self.values.observe(value),
            Operation::Transaction { expected, commands } => {
                let values = expected.iter().filter_map(|(_, value)| value.as_ref());
                values.for_each(|value| self.values.observe(value));
                let commands = commands.iter();
                commands.for_each(|(_, command)| self.observe_operation(command));
            }
            _ => {}
        }
    }

    /// The same for the values in a response.
    pub(crate) fn observe_response(&mut self, response: &Response) {
        match response {
            Response::Value(Some(value)) => self.values.observe(value),
            Response::Many(all) => all.iter().for_each(|one| self.observe_response(one)),
            _ => {}
        }
    }

    /// The step of an operation on a key.
    pub(crate) fn step(&mut self, key: &str, operation: &Operation) -> StepNumber {
        let step = match operation {
            Operation::Transaction { expected, commands } => Step {
                expected: expected
                    .iter()
                    .map(|(key, value)| (self.place(key), self.values.expected(value.as_deref())))
                    .collect(),
                commands: commands
                    .iter()
                    .map(|(key, command)| (self.place(key), self.values.step(command)))
                    .collect(),
            },
            one => Step {
                expected: Vec::new(),
                commands: vec![(self.place(key), self.values.step(one))],
            },
        };
        self.steps.number(step)
    }

    fn place(&self, key: &str) -> usize {
        // Every key of a call is in the list.
        self.keys.iter().position(|it| it == key).unwrap_or(0)
    }

    /// The number of a response.
    pub(crate) fn answer(&mut self, response: &Response) -> AnswerNumber {
        let answer = match response {
            Response::Aborted => None,
            Response::Many(all) => Some(all.iter().map(|one| self.values.answer(one)).collect()),
            one => Some(vec![self.values.answer(one)]),
        };
        self.answers.number(answer)
    }

    /// The answer to a step, and the state afterwards.
    pub(crate) fn apply(
        &mut self,
        step: StepNumber,
        before: StateNumber,
    ) -> (AnswerNumber, StateNumber) {
        if let Some(known) = self.known.get(&(step, before)) {
            return *known;
        }
        let Step { expected, commands } = self.steps.of(step).clone();
        let mut state = self.states.of(before).clone();
        let holds = expected.iter().all(|(key, value)| state[*key] == *value);
        let answer: Answer = holds.then(|| {
            let answers = commands.iter().map(|(key, command)| {
                let (answer, after) = self.values.apply(command, state[*key]);
                state[*key] = after;
                answer
            });
            answers.collect()
        });
        let applied = (self.answers.number(answer), self.states.number(state));
        self.known.insert((step, before), applied);
        applied
    }

    /// Whether the state afterwards is independent of the state before.
    pub(crate) fn overwrites(&self, step: StepNumber) -> bool {
        let Step { commands, expected } = self.steps.of(step);
        let overwrites = |commands: &[(usize, MapOperation)]| match commands {
            [(_, command)] => command.overwrites(),
            _ => false,
        };
        self.keys.len() == 1 && expected.is_empty() && overwrites(commands)
    }

    /// Whether the step deletes the key, and does nothing else.
    pub(crate) fn deletes(&self, step: StepNumber) -> bool {
        matches!(
            self.steps.of(step).commands[..],
            [(_, MapOperation::Delete)]
        )
    }

    /// Whether the step changes nothing in any state.
    pub(crate) fn is_read(&self, step: StepNumber) -> bool {
        let mut commands = self.steps.of(step).commands.iter();
        commands.all(|(_, command)| *command == MapOperation::Get)
    }

    /// Whether a call with this answer changes nothing at any place in an order.
    pub(crate) fn only_reads(&self, step: StepNumber, answer: AnswerNumber) -> bool {
        let commands = &self.steps.of(step).commands;
        self.answers.of(answer).as_ref().is_none_or(|answers| {
            let mut pairs = commands.iter().zip(answers);
            commands.len() == answers.len()
                && pairs.all(|((_, command), answer)| command.only_reads(answer))
        })
    }

    /// A state, for a report.
    pub(crate) fn possible(&self, state: StateNumber) -> Possible {
        let one = |value: Value| match self.values.text(value) {
            Some(text) => Possible::Value(text.to_owned()),
            None if value == ABSENT => Possible::Absent,
            None => Possible::Unread,
        };
        match self.states.of(state)[..] {
            [value] => one(value),
            ref values => {
                let all = self.keys.iter().zip(values);
                let all = all.map(|(key, value)| format!("{key}: {}", one(*value)));
                Possible::Values(all.collect())
            }
        }
    }
}

/// A value that a key can have had. Part of a
/// [`Violation`](crate::linearizability::Violation).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Possible {
    /// The key had no value.
    Absent,
    /// This value.
    Value(String),
    /// Some value that was written and that no call read.
    Unread,
    /// The values of several keys.
    Values(Vec<String>),
}

impl fmt::Display for Possible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => write!(f, "absent"),
            Self::Value(value) => write!(f, "\"{}\"", Short(value)),
            Self::Unread => write!(f, "some value that no call read"),
            Self::Values(values) => write!(f, "({})", values.join(", ")),
        }
    }
}

/// Different things, each with a number.
#[derive(Debug)]
struct Numbered<T> {
    numbers: HashMap<T, u32>,
    all: Vec<T>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self {
            numbers: HashMap::new(),
            all: Vec::new(),
        }
    }
}

impl<T: Clone + Eq + Hash> Numbered<T> {
    fn number(&mut self, one: T) -> u32 {
        if let Some(number) = self.numbers.get(&one) {
            return *number;
        }
        let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.all.push(one.clone());
        self.numbers.insert(one, number);
        number
    }

    fn of(&self, number: u32) -> &T {
        &self.all[number as usize]
    }
}
