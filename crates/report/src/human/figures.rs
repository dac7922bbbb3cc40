//! The figures of a run, a line each.

use super::coverage::push_never_taken;
use crate::comparison::worst_case;
use crate::listener::Checked;
use crate::outcome::Outcome;
use crate::plurals::plural;
use crate::style::DIM;
use indicatif::{HumanBytes, HumanCount};
use std::fmt::Write;
use std::time::Duration;
use synod_checker::{Exploration, Verdict};
use synod_terminal::wrapped;

pub(super) fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

/// How many states are copies of others but for a mark, if any are, and how many the protocol
/// has without them.
fn without_copies(outcome: &Outcome) -> Option<String> {
    let copies = outcome.report.exploration.as_ref()?.copies?;
    Some(format!(
        "{} {} counted apart only because the step to them broke a refinement; without these copies: {} distinct, {} generated",
        HumanCount(copies.states),
        plural(copies.states, "state is", "states are"),
        HumanCount(outcome.report.states - copies.states),
        HumanCount(outcome.report.generated - copies.transitions),
    ))
}

pub(super) fn push_figures(text: &mut String, checked: &Checked<'_>, shows_all: bool) {
    let (subject, outcome) = (&checked.subject, &checked.outcome);
    let method = &outcome.report.method;
    let threads = match (method.threads, method.processes) {
        (workers, Some(processes)) => {
            let noun = plural(processes as u64, "process", "processes");
            format!("{processes} {noun}, workers in each: {workers}")
        }
        (1, None) => "1 thread".to_owned(),
        (threads, None) => format!("{threads} threads"),
    };
    let engine = format!("{}, {threads}", method.engine);
    let states = format!(
        "{} distinct{}, {} generated, depth {}",
        HumanCount(outcome.report.states),
        outcome.unreduced().map_or_else(String::new, |all| format!(
            " up to symmetry ({} in all)",
            HumanCount(all)
        )),
        HumanCount(outcome.report.generated),
        outcome.report.depth
    );
    let chance = outcome.chance_of_a_collision();
    let memory = outcome.peak_memory.map_or_else(String::new, |bytes| {
        let limit = &checked.memory_limits;
        format!(", peak memory {} (limit: {limit})", HumanBytes(bytes))
    });
    let protocol = match subject.mutant {
        Some(mutant) => format!("{}, mutant: {mutant}", subject.protocol),
        None => subject.protocol.to_owned(),
    };
    let (copies, made_of) = if shows_all {
        (without_copies(outcome), made_of(outcome))
    } else {
        (None, String::new())
    };
    let harmless = match (subject.mutant, outcome.report.verdict) {
        // A mutant in a world of time may only be slower: then its worst case says so.
        (Some(_), Verdict::Holds) if worst_case(&outcome.report).is_none() => {
            "it breaks nothing within these bounds, which may be too small"
        }
        _ => "",
    };
    let lines = [
        ("protocol", protocol),
        ("mutant", harmless.to_owned()),
        ("bounds", subject.bounds.to_owned()),
        ("engine", engine),
        ("states", states),
        ("copies", copies.unwrap_or_default()),
        ("made of", made_of),
        (
            "worst case",
            worst_case(&outcome.report).map_or_else(String::new, |worst| {
                format!("everybody is done by T_el + {worst}, and in some run not before")
            }),
        ),
        ("chance", chance),
        (
            "time",
            format!("{}{memory}", seconds(outcome.report.elapsed)),
        ),
    ];
    for (name, value) in lines.into_iter().filter(|(_, value)| !value.is_empty()) {
        push_figure(text, name, &value);
    }
    if let Some(exploration) = &outcome.report.exploration {
        if let Some(depth) = exploration.resumed_at {
            let how = format!("at depth {depth}, from a checkpoint");
            push_figure(text, "resumed", &how);
        }
        if exploration.stored > 0 {
            let stored = exploration.stored;
            let states = plural(stored, "state", "states");
            let stored = HumanCount(stored);
            let how = format!("{stored} {states} waited in a file, because memory was short");
            push_figure(text, "stored", &how);
        }
        push_distribution(text, exploration);
        push_never_taken(text, outcome.report.verdict, exploration);
    }
}

/// The column at which the figures begin.
pub(super) const FIGURE: usize = 15;

pub(super) fn push_figure(text: &mut String, name: &str, value: &str) {
    let value = wrapped(value, FIGURE);
    // Writing to a String cannot fail.
    let _ = writeln!(text, "  {DIM}{name:11}{DIM:#}  {value}");
}

/// How the run was spread over workers and processes, if it was.
fn push_distribution(text: &mut String, exploration: &Exploration) {
    let Some(spread) = &exploration.distribution else {
        return;
    };
    if spread.processes > 1 {
        let states = plural(spread.states_here, "state", "states");
        let here = HumanCount(spread.states_here);
        let here = format!("{here} {states} in this process, of {}", spread.processes);
        push_figure(text, "here", &here);
    }
    if spread.states_exchanged > 0 {
        let exchanged = format!(
            "{} states, repetitions included, in {}; {} to other processes",
            HumanCount(spread.states_exchanged),
            HumanBytes(spread.bytes_exchanged),
            HumanBytes(spread.bytes_abroad)
        );
        push_figure(text, "exchanged", &exchanged);
    }
}

/// The parts that states are made of; empty if they are not made of parts.
fn made_of(outcome: &Outcome) -> String {
    let parts = outcome.made_of.iter();
    let parts = parts.map(|&(part, count)| format!("{} {part}", HumanCount(count as u64)));
    parts.collect::<Vec<_>>().join(", ")
}
