//! The properties of a run, a line each.

use crate::outcome::{Claimed, Outcome};
use crate::plurals::{plural, steps};
use crate::style::{BAD, DIM, GOOD, OPEN};
use std::fmt::Write;
use synod_checker::{Expectation, PropertyReport, Verdict};
use synod_terminal::{columns, wrapped};
use synod_vocabulary::PANIC_FREEDOM;

/// A line for each property that the run decided; the others are counted, and so are those
/// that hold unless all are to be shown.
pub(super) fn push_properties(text: &mut String, outcome: &Outcome, shows_all: bool) {
    let is_there = |expectation: &Expectation| {
        let mut properties = outcome.report.properties.iter();
        *expectation != Expectation::Eventually
            || properties.any(|property| property.expectation == *expectation)
    };
    let expectations = [
        Expectation::Always,
        Expectation::Sometimes,
        Expectation::Eventually,
    ];
    for expectation in expectations.into_iter().filter(is_there) {
        let all = outcome.properties();
        let of_kind = all.filter(|(property, _)| property.expectation == expectation);
        let (open, decided): (Vec<_>, Vec<_>) =
            of_kind.partition(|(property, _)| property.verdict == Verdict::Inconclusive);
        let is_shown = |(property, _): &(&PropertyReport, _)| {
            shows_all || property.verdict == Verdict::Violated
        };
        let (decided, passed): (Vec<_>, Vec<_>) = decided.into_iter().partition(is_shown);
        let _ = writeln!(text, "\n  {DIM}{}{DIM:#}", expectation.name());
        let names = decided.iter().map(|(property, _)| &property.name);
        let width = names
            .map(|name| synod_terminal::width(name))
            .max()
            .unwrap_or(0);
        for (property, claimed) in decided {
            push_property(text, property, claimed, width);
        }
        if !passed.is_empty() {
            let more = plural(passed.len() as u64, "property holds", "properties hold");
            let _ = writeln!(
                text,
                "  {GOOD}✓{GOOD:#} {} {more}; -v shows them",
                passed.len()
            );
        }
        if !open.is_empty() {
            let are = plural(open.len() as u64, "is", "are");
            let why = why_open(outcome);
            let more = format!("{} more {are} left open: {why}", open.len());
            // Writing to a String cannot fail.
            let _ = writeln!(text, "  {OPEN}?{OPEN:#} {}", wrapped(&more, 4));
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

/// Whether the remarks on properties fit beside names of this width.
fn has_room_after(width: usize) -> bool {
    /// Of remarks, in columns.
    const NARROWEST: usize = 24;
    columns().is_none_or(|columns| columns >= width + 6 + NARROWEST)
}

fn push_property(
    text: &mut String,
    property: &PropertyReport,
    claimed: Option<Claimed>,
    width: usize,
) {
    use Expectation::{Always, Eventually, Sometimes};
    let (mark, style) = match property.verdict {
        Verdict::Holds => ("✓", GOOD),
        Verdict::Violated => ("✗", BAD),
        Verdict::Inconclusive => ("?", OPEN),
    };
    let after = match (property.expectation, property.length) {
        (Always, Some(length)) => format!("{BAD}violated after {}{BAD:#}. ", steps(length)),
        (Always, None) | (Eventually, _) if property.verdict == Verdict::Violated => {
            format!("{BAD}violated{BAD:#}. ")
        }
        (Always, None) | (Eventually, _) => String::new(),
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
        // A claim of runs has no partner: it is no claim of the model.
        (Always, None, Verdict::Holds) if claimed.is_some() => {
            format!(" {OPEN}Says nothing within these bounds.{OPEN:#}")
        }
        _ => String::new(),
    };
    let remarks = format!("{after}{DIM}{meaning}{DIM:#}{vacuous}");
    let name = &property.name;
    let _ = if has_room_after(width) {
        let filled = " ".repeat(width - synod_terminal::width(name));
        let remarks = wrapped(&remarks, width + 6);
        writeln!(text, "  {style}{mark}{style:#} {name}{filled}  {remarks}")
    } else {
        let (name, remarks) = (wrapped(name, 4), wrapped(&remarks, 6));
        writeln!(text, "  {style}{mark}{style:#} {name}\n      {remarks}")
    };
}
