//! The full report on one spec.

use super::change::push_change;
use super::coverage::push_coverage;
use super::figures::{FIGURE, push_figure, push_figures};
use super::pin::push_pin;
use super::properties::push_properties;
use super::steps::{push_longest_run, push_trace};
use super::summary::not_caught;
use super::table::{linked, mark, remarks};
use crate::comparison::{Comparison, unchecked};
use crate::listener::Checked;
use crate::style::{BAD, BOLD, OPEN};
use std::fmt::Write;
use synod_checker::Verdict;
use synod_terminal::wrapped;

/// What the full report on a spec has beside its figures and its counterexample.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    /// What the run explored.
    pub(super) coverage: bool,
    /// Whole paths, and how the model makes states: of interest to those who tune it.
    pub(super) all: bool,
}

/// The full report on one spec.
pub(super) fn details(checked: &Checked<'_>, shown: Shown) -> String {
    let outcome = &checked.outcome;
    let mut text = heading(checked);
    // Writing to a String cannot fail.
    if checked.has_escaped() {
        let loud = format!("{} this spec", not_caught(checked));
        let _ = writeln!(text, "  {}", wrapped(&loud, 2));
    }
    if let Comparison::Differs(differences) = &checked.comparison {
        // The loud line has said the first one.
        for difference in differences.iter().skip(usize::from(checked.has_escaped())) {
            let difference = wrapped(difference, 19);
            let _ = writeln!(text, "  {BAD}not as expected{BAD:#}  {difference}");
        }
    }
    if let Some(change) = &checked.change {
        push_change(&mut text, change, shown.all);
    }
    if let Some(reason) = &outcome.report.reason {
        let reason = wrapped(&reason.to_string(), FIGURE);
        let _ = writeln!(text, "  {OPEN}reason{OPEN:#}       {reason}");
    }
    push_figures(&mut text, checked, shown.all);
    push_unchecked(&mut text, checked);
    // What holds says nothing about what is not as it should be.
    let is_wrong = matches!(checked.comparison, Comparison::Differs(_));
    push_properties(&mut text, outcome, shown.all || !is_wrong);
    if let (Some(exploration), true) = (&outcome.report.exploration, shown.coverage) {
        push_coverage(&mut text, exploration);
    }
    if let Some(trace) = outcome.trace() {
        push_trace(&mut text, trace);
    }
    if let Some(run) = &outcome.longest_run {
        push_longest_run(&mut text, run);
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

/// The name, the verdict, and what the spec is about.
fn heading(checked: &Checked<'_>) -> String {
    let (subject, verdict) = (&checked.subject, checked.outcome.report.verdict);
    let (mark, style) = mark(checked);
    let name = linked(subject.name, subject);
    let as_expected = match (&checked.comparison, verdict) {
        (Comparison::AsExpected, Verdict::Violated) => ", as expected",
        _ => "",
    };
    let heading = format!(
        "{style}{mark}{style:#} {BOLD}{name}{BOLD:#}: {style}{verdict}{as_expected}{style:#}{}",
        remarks(checked)
    );
    let about = wrapped(subject.about, 2);
    format!("\n{}\n  {about}\n\n", wrapped(&heading, 2))
}
