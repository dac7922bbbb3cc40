//! The judge against a search that knows nothing of memory: every interleaving of random
//! logs, every step that a line may be.

use crate::{Letters, Mail, Step, mail};
use proptest::collection::vec;
use proptest::prelude::*;
use stateright::Model;
use synod_conformance::{Log, Outcome, Unlogged, judge};

/// A line: the steps that it may be, and the letter that was read last after it.
#[derive(Clone, Copy, Debug)]
struct Line {
    action: &'static str,
    last: Option<char>,
}

const ACTIONS: [&str; 7] = [
    "Send (x)", "Send (y)", "Send", "Read (x)", "Read (y)", "Read", "Forget",
];

impl Line {
    fn text(self) -> String {
        let process = if self.action.starts_with("Send") {
            "a"
        } else {
            "b"
        };
        let state = self
            .last
            .map(|last| format!(r#", "state": {{"b": {{"last": "{last}"}}}}"#));
        let (action, state) = (self.action, state.unwrap_or_default());
        format!(r#"{{"process": "{process}", "action": "{action}"{state}}}"#)
    }

    fn steps(self) -> Vec<Step> {
        let both = |step: fn(char) -> Step| vec![step('x'), step('y')];
        match self.action {
            "Send (x)" => vec![Step::Send('x')],
            "Send (y)" => vec![Step::Send('y')],
            "Send" => both(Step::Send),
            "Read (x)" => vec![Step::Read('x')],
            "Read (y)" => vec![Step::Read('y')],
            "Read" => both(Step::Read),
            _ => vec![Step::Forget],
        }
    }

    /// The states after this line. To send a letter again changes nothing, and is possible.
    fn after(self, state: &Letters) -> Vec<Letters> {
        let next = self.steps().into_iter().filter_map(|step| match step {
            Step::Send(letter) if state.sent.contains(&letter) => Some(state.clone()),
            step => Mail.next_state(state, step),
        });
        let agrees = |state: &Letters| {
            self.last
                .is_none_or(|last| state.read.last() == Some(&last))
        };
        next.filter(agrees).collect()
    }
}

fn is_run(state: &Letters, logs: &[&[Line]]) -> bool {
    let is_next = |at: usize| {
        let mut rest = logs.to_vec();
        let (first, others) = rest[at].split_first()?;
        rest[at] = others;
        Some(first.after(state).iter().any(|next| is_run(next, &rest)))
    };
    logs.iter().all(|log| log.is_empty()) || (0..logs.len()).filter_map(is_next).any(|is| is)
}

fn line() -> impl Strategy<Value = Line> {
    let last = prop_oneof![4 => Just(None), 1 => Just(Some('x')), 1 => Just(Some('y'))];
    let line = (0..ACTIONS.len(), last);
    line.prop_map(|(action, last)| Line {
        action: ACTIONS[action],
        last,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn the_judge_accepts_exactly_what_some_interleaving_explains(
        logs in vec(vec(line(), 1..5), 1..4),
    ) {
        let read = logs.iter().enumerate().map(|(index, lines)| {
            let text: Vec<_> = lines.iter().map(|line| line.text()).collect();
            Log::read(&index.to_string(), &text.join("\n")).unwrap()
        });
        let read: Vec<_> = read.collect();
        let judged = judge(&mail(None), &read, &Unlogged::default()).unwrap();
        let lines: Vec<_> = logs.iter().map(Vec::as_slice).collect();
        let expected = is_run(&Letters::default(), &lines);
        prop_assert_eq!(judged.outcome == Outcome::Run, expected);
        prop_assert_eq!(judged.explained == judged.lines, expected);
    }
}
