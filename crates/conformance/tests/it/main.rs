//! Test traces cover all that a model does, and the judge accepts exactly its runs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Tests.

mod cover;
mod judge;
mod log;
mod random;

use stateright::Model;
use std::sync::Arc;
use synod_checker::{Extras, Problem, Question};
use synod_vocabulary::{Describe, Field, Value};

/// Process `a` sends the letters x and y. Process `b` reads what was sent and keeps
/// the last two letters that it has read; it may forget them, once.
#[derive(Clone)]
pub(crate) struct Mail;

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Letters {
    sent: Vec<char>,
    read: Vec<char>,
    has_forgotten: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Send(char),
    Read(char),
    Forget,
}

impl Model for Mail {
    type State = Letters;
    type Action = Step;

    fn init_states(&self) -> Vec<Letters> {
        vec![Letters::default()]
    }

    fn actions(&self, _: &Letters, actions: &mut Vec<Step>) {
        actions.extend(['x', 'y'].map(Step::Send));
        actions.extend(['x', 'y'].map(Step::Read));
        actions.push(Step::Forget);
    }

    fn next_state(&self, letters: &Letters, step: Step) -> Option<Letters> {
        let mut next = letters.clone();
        match step {
            Step::Send(letter) if letters.sent.contains(&letter) => return None,
            Step::Send(letter) => next.sent.push(letter),
            Step::Read(letter) if !letters.sent.contains(&letter) => return None,
            Step::Read(letter) => {
                next.read.push(letter);
                next.read.drain(..next.read.len().saturating_sub(2));
            }
            Step::Forget if letters.has_forgotten => return None,
            Step::Forget => {
                next.read.clear();
                next.has_forgotten = true;
            }
        }
        (next != *letters).then_some(next)
    }
}

impl Describe for Mail {
    fn fields(&self, letters: &Letters) -> Vec<Field> {
        let last = |back: usize| {
            let last = letters.read.iter().rev().nth(back);
            Value::one(last.map_or("none".to_owned(), char::to_string))
        };
        vec![
            Field::of("a", "sent", Value::set(&letters.sent)),
            Field::of("b", "last", last(0)),
            Field::of("b", "before", last(1)),
            Field::of_all("forgotten", Value::one(letters.has_forgotten)),
        ]
    }

    fn step_name(&self, step: &Step) -> String {
        match step {
            Step::Send(letter) => format!("a: Send ({letter})"),
            Step::Read(letter) => format!("b: Read ({letter})"),
            Step::Forget => "b: Forget".to_owned(),
        }
    }

    fn kinds(&self) -> Vec<String> {
        ["Send", "Read", "Forget", "Burn"].map(str::to_owned).into()
    }

    fn kind(&self, step: &Step) -> usize {
        match step {
            Step::Send(_) => 0,
            Step::Read(_) => 1,
            Step::Forget => 2,
        }
    }

    fn changes_nothing(&self, letters: &Letters, step: &Step) -> bool {
        matches!(step, Step::Send(letter) if letters.sent.contains(letter))
    }
}

/// The mail, to be searched up to this many states.
pub(crate) fn mail(max_states: Option<u64>) -> Arc<Problem<Mail>> {
    let question = Question {
        max_states: max_states.map(|limit| limit.try_into().unwrap()),
        ..Question::default()
    };
    Problem::new(Mail, Extras::default(), question, &Arc::default()).unwrap()
}
