//! Paths, told step by step.

use crate::plurals::steps;
use crate::style::{BAD, BOLD, DIM};
use crate::trace::{Trace, TraceStep};
use std::collections::BTreeSet;
use std::fmt::Write;
use synod_checker::Cycle;
use synod_terminal::wrapped;

/// A counterexample as [`Human`](crate::Human) prints it, with colours: what is wrong, the
/// steps that lead there, and the last state, drawn.
pub fn told(trace: &Trace) -> String {
    let mut text = String::new();
    push_trace(&mut text, trace);
    text
}

pub(super) fn push_trace(text: &mut String, trace: &Trace) {
    let shortest = match (trace.is_shortest, trace.seed) {
        _ if trace.cycle.is_some() => "and so on for ever".to_owned(),
        (true, _) => "no shorter run does this".to_owned(),
        (false, None) => "there may be shorter runs: the search ended early".to_owned(),
        (false, Some(seed)) => {
            format!("there may be shorter runs; --simulate 1 --seed {seed} repeats this one")
        }
    };
    let heading = format!(
        "{BAD}{} is violated after {}{BAD:#} ({shortest})",
        trace.property,
        steps(trace.length() as u64)
    );
    // Writing to a String cannot fail.
    let _ = writeln!(text, "\n  {}", wrapped(&heading, 2));
    if let Some(witness) = &trace.witness {
        let _ = writeln!(text, "  {}", wrapped(witness, 2));
    }
    let _ = writeln!(text);
    match &trace.cycle {
        None => text.push_str(&told_steps(&trace.steps)),
        Some(cycle) => push_lasso(text, &trace.steps, cycle),
    }
    if let Some(figure) = &trace.figure {
        let _ = writeln!(text, "\n  {}\n", wrapped(figure.caption, 2));
        // A drawing would be none if it were wrapped.
        for line in figure.drawing.lines() {
            let _ = writeln!(text, "    {line}");
        }
    }
}

/// The steps of a run that goes on for ever: those that lead to the cycle, and those of the cycle.
fn push_lasso(text: &mut String, steps: &[TraceStep], cycle: &Cycle) {
    let told = |steps: &[Paragraph]| -> String {
        let texts = steps
            .iter()
            .map(|step| format!("{}{}", step.action, step.changes));
        texts.collect()
    };
    let paragraphs = paragraphs(steps);
    let place = |position: usize| paragraphs.partition_point(|step| step.number <= position);
    let (since, back_to) = (place(cycle.since), place(cycle.back_to));
    let heading = |what: &str| format!("\n  {BAD}{what}{BAD:#}\n");
    text.push_str(&told(&paragraphs[..since]));
    if cycle.since > 0 {
        text.push_str(&heading("from here on it waits:"));
        text.push('\n');
    }
    text.push_str(&told(&paragraphs[since..back_to]));
    if cycle.back_to + 1 < steps.len() {
        text.push_str(&heading("and then, again and again:"));
        text.push('\n');
        text.push_str(&told(&paragraphs[back_to..]));
    } else {
        text.push_str(&heading("and then it is stuck: no step is possible"));
    }
}

/// A run that takes the longest, step by step.
pub(super) fn push_longest_run(text: &mut String, run: &Trace) {
    let steps = steps(run.length() as u64);
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "\n  {BOLD}a run that takes the longest{BOLD:#} ({steps})\n"
    );
    text.push_str(&told_steps(&run.steps));
}

/// Steps as [`Human`](crate::Human) prints them, with colours: each with what it changes.
pub fn told_steps(steps: &[TraceStep]) -> String {
    let paragraphs = paragraphs(steps).into_iter();
    let texts = paragraphs.map(|paragraph| paragraph.action + &paragraph.changes);
    texts.collect()
}

/// What is told of a step.
pub(super) struct Paragraph {
    /// The number of the step.
    number: usize,
    /// Its number and its action.
    pub(super) action: String,
    /// What it changed, a line each.
    pub(super) changes: String,
}

/// A paragraph for each step. The initial state has one only if there are several.
pub(super) fn paragraphs(steps: &[TraceStep]) -> Vec<Paragraph> {
    let (mut paragraphs, mut received) = (Vec::new(), BTreeSet::new());
    for (number, step) in steps.iter().enumerate() {
        let action = match &step.action {
            Some(action) => action,
            None if step.changes.is_empty() => continue, // The only initial state.
            None => "from the state with",
        };
        let is_again = action.contains("Receive ") && !received.insert(action);
        // Messages stay in the network, so one may arrive several times.
        let again = if is_again { " (again)" } else { "" };
        let action = wrapped(&format!("{BOLD}{action}{BOLD:#}{again}"), 7);
        let changes = step.changes.iter();
        let changes = changes.map(|change| format!("         {}\n", wrapped(change, 11)));
        paragraphs.push(Paragraph {
            number,
            action: format!("  {DIM}{number:3}{DIM:#}  {action}\n"),
            changes: changes.collect(),
        });
    }
    paragraphs
}
