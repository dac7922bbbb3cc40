//! The full report on one spec.

use super::coverage::{push_coverage, push_never_taken};
use super::pin::push_pin;
use crate::comparison::{Comparison, unchecked};
use crate::listener::Checked;
use crate::outcome::{Claimed, Outcome};
use crate::plurals::{plural, steps};
use crate::style::{BAD, BOLD, DIM, GOOD, OPEN};
use crate::trace::Trace;
use anstyle::Style;
use indicatif::{HumanBytes, HumanCount};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::Duration;
use synod_checker::{Expectation, Exploration, PropertyReport, Verdict};
use synod_terminal::wrapped;
use synod_vocabulary::PANIC_FREEDOM;

pub(super) const fn mark(comparison: &Comparison) -> (&'static str, Style) {
    match comparison {
        Comparison::AsExpected => ("✓", GOOD),
        Comparison::Differs(_) => ("✗", BAD),
        Comparison::Undecided => ("?", OPEN),
    }
}

pub(super) fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

/// What a reader must know of the result beside the result, in brackets; empty if there is nothing.
pub(super) fn remarks(checked: &Checked<'_>) -> String {
    let remarks = checked.remarks().join("; ");
    if remarks.is_empty() {
        return remarks;
    }
    format!(" {DIM}({remarks}){DIM:#}")
}

/// What the full report on a spec has beside its figures and its counterexample.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    /// What the run explored.
    pub(super) coverage: bool,
    /// How the model makes states: of interest to those who tune it.
    pub(super) parts: bool,
}

/// The full report on one spec.
pub(super) fn details(checked: &Checked<'_>, shown: Shown) -> String {
    let (subject, outcome) = (&checked.subject, &checked.outcome);
    let mut text = String::new();
    let (mark, style) = mark(&checked.comparison);
    let name = subject.name;
    let as_expected = match (&checked.comparison, outcome.report.verdict) {
        (Comparison::AsExpected, Verdict::Violated) => ", as expected",
        _ => "",
    };
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "\n{style}{mark}{style:#} {BOLD}{name}{BOLD:#}: {style}{}{as_expected}{style:#}{}\n  {}\n",
        outcome.report.verdict,
        remarks(checked),
        wrapped(subject.about, 2)
    );
    if let Comparison::Differs(differences) = &checked.comparison {
        for difference in differences {
            let difference = wrapped(difference, 19);
            let _ = writeln!(text, "  {BAD}not as expected{BAD:#}  {difference}");
        }
    }
    if let Some(reason) = &outcome.report.reason {
        let reason = wrapped(&reason.to_string(), FIGURE);
        let _ = writeln!(text, "  {OPEN}reason{OPEN:#}       {reason}");
    }
    push_figures(&mut text, checked, shown);
    push_unchecked(&mut text, checked);
    push_properties(&mut text, outcome);
    if let (Some(exploration), true) = (&outcome.report.exploration, shown.coverage) {
        push_coverage(&mut text, exploration);
    }
    if let Some(trace) = outcome.trace() {
        push_trace(&mut text, trace);
    }
    push_pin(&mut text, checked);
    text
}

/// What the spec pins and the engine does not tell, if there is such a thing.
fn push_unchecked(text: &mut String, checked: &Checked<'_>) {
    let unchecked = unchecked(&checked.outcome.report, checked.subject.expect);
    if let Some(unchecked) = unchecked {
        push_figure(text, "unchecked", &unchecked);
    }
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

fn push_figures(text: &mut String, checked: &Checked<'_>, shown: Shown) {
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
        "{} distinct, {} generated, depth {}",
        HumanCount(outcome.report.states),
        HumanCount(outcome.report.generated),
        outcome.report.depth
    );
    let chance = format!(
        "at most {:.1e} that a fingerprint collision hid a state",
        outcome.report.collision_probability
    );
    let memory = outcome.peak_memory.map_or_else(String::new, |bytes| {
        let limit = &checked.memory_limits;
        format!(", peak memory {} (limit: {limit})", HumanBytes(bytes))
    });
    let protocol = match subject.mutant {
        Some(mutant) => format!("{}, mutant: {mutant}", subject.protocol),
        None => subject.protocol.to_owned(),
    };
    let (copies, made_of) = if shown.parts {
        (without_copies(outcome), made_of(outcome))
    } else {
        (None, String::new())
    };
    let harmless = match (subject.mutant, outcome.report.verdict) {
        (Some(_), Verdict::Holds) => {
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
const FIGURE: usize = 15;

fn push_figure(text: &mut String, name: &str, value: &str) {
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

/// A line for each property that the run decided; the others are counted.
fn push_properties(text: &mut String, outcome: &Outcome) {
    for expectation in [Expectation::Always, Expectation::Sometimes] {
        let _ = writeln!(text, "\n  {DIM}{}{DIM:#}", expectation.name());
        let all = outcome.properties();
        let of_kind = all.filter(|(property, _)| property.expectation == expectation);
        let (open, decided): (Vec<_>, Vec<_>) =
            of_kind.partition(|(property, _)| property.verdict == Verdict::Inconclusive);
        let names = decided.iter().map(|(property, _)| &property.name);
        let width = names.map(|name| name.chars().count()).max().unwrap_or(0);
        for (property, claimed) in decided {
            push_property(text, property, claimed, width);
        }
        if !open.is_empty() {
            let are = plural(open.len() as u64, "is", "are");
            let _ = writeln!(
                text,
                "  {OPEN}?{OPEN:#} {} more {are} left open: {}",
                open.len(),
                why_open(outcome)
            );
        }
    }
}

/// Why the run decided some properties and not all.
fn why_open(outcome: &Outcome) -> &'static str {
    let report = &outcome.report;
    let mut properties = report.properties.iter();
    if outcome.trace().is_some_and(|trace| trace.seed.is_some()) {
        "random walks cannot decide them"
    } else if report.verdict == Verdict::Inconclusive || report.reason.is_some() {
        "the run ended early"
    } else if properties.any(|property| property.name == PANIC_FREEDOM) {
        "the run ended at the panic"
    } else {
        "the run ended at a violation; --keep-going decides them"
    }
}

fn push_property(
    text: &mut String,
    property: &PropertyReport,
    claimed: Option<Claimed>,
    width: usize,
) {
    use Expectation::{Always, Sometimes};
    let (mark, style) = match property.verdict {
        Verdict::Holds => ("✓", GOOD),
        Verdict::Violated => ("✗", BAD),
        Verdict::Inconclusive => ("?", OPEN),
    };
    let after = match (property.expectation, property.length) {
        (Always, Some(length)) => format!("{BAD}violated after {}{BAD:#}. ", steps(length)),
        (Always, None) if property.verdict == Verdict::Violated => {
            format!("{BAD}violated{BAD:#}. ")
        }
        (Always, None) => String::new(),
        (Sometimes, Some(length)) => format!("{DIM}first after {}{DIM:#}", steps(length)),
        // A random walk, or a run that ended early, does not know the fewest steps.
        (Sometimes, None) if property.verdict == Verdict::Holds => {
            format!("{DIM}happens{DIM:#}")
        }
        (Sometimes, None) => format!("{BAD}never{BAD:#}"),
    };
    let meaning = match claimed {
        Some(claimed) => claimed.meaning,
        None if property.name == PANIC_FREEDOM => "Neither a step nor a property panics.",
        None => "",
    };
    let partner = claimed.and_then(|claimed| claimed.partner);
    let vacuous = match (property.expectation, partner, property.verdict) {
        (Always, None, Verdict::Holds) => {
            format!(" {OPEN}Says nothing within these bounds.{OPEN:#}")
        }
        _ => String::new(),
    };
    let remarks = format!("{after}{DIM}{meaning}{DIM:#}{vacuous}");
    let _ = writeln!(
        text,
        "  {style}{mark}{style:#} {:width$}  {}",
        property.name,
        wrapped(&remarks, width + 6)
    );
}

/// What a run has explored, as [`Human`](crate::Human) prints it, with colours: the states of
/// each level, the transitions of a state, and how often each kind of action was taken.
pub fn coverage(exploration: &Exploration) -> String {
    let mut text = String::new();
    push_coverage(&mut text, exploration);
    text
}

/// A counterexample as [`Human`](crate::Human) prints it, with colours: what is wrong, the
/// steps that lead there, and the last state, drawn.
pub fn told(trace: &Trace) -> String {
    let mut text = String::new();
    push_trace(&mut text, trace);
    text
}

fn push_trace(text: &mut String, trace: &Trace) {
    let shortest = match (trace.is_shortest, trace.seed) {
        (true, _) => "no shorter run does this".to_owned(),
        (false, None) => "there may be shorter runs: the search ended early".to_owned(),
        (false, Some(seed)) => {
            format!("there may be shorter runs; --simulate 1 --seed {seed} repeats this one")
        }
    };
    let _ = writeln!(
        text,
        "\n  {BAD}{} is violated after {}{BAD:#} ({shortest})",
        trace.property,
        steps(trace.length() as u64)
    );
    if let Some(witness) = &trace.witness {
        let _ = writeln!(text, "  {}", wrapped(witness, 2));
    }
    let _ = writeln!(text);
    let mut received = BTreeSet::new();
    for (number, step) in trace.steps.iter().enumerate() {
        let action = match &step.action {
            Some(action) => action,
            None if step.changes.is_empty() => continue, // The only initial state.
            None => "from the state with",
        };
        let is_again = action.contains("Receive ") && !received.insert(action);
        // Messages stay in the network, so one may arrive several times.
        let again = if is_again { " (again)" } else { "" };
        let action = wrapped(&format!("{BOLD}{action}{BOLD:#}{again}"), 7);
        let _ = writeln!(text, "  {DIM}{number:3}{DIM:#}  {action}");
        for change in &step.changes {
            let _ = writeln!(text, "         {}", wrapped(change, 11));
        }
    }
    if let Some(figure) = &trace.figure {
        let _ = writeln!(text, "\n  {}\n", figure.caption);
        for line in figure.drawing.lines() {
            let _ = writeln!(text, "    {line}");
        }
    }
}
