//! The table: a row for each spec.

use super::figures::seconds;
use crate::comparison::Comparison;
use crate::listener::{Checked, Subject, UnusableFile};
use crate::style::{BAD, BOLD, DIM, GOOD, LOUD, OPEN, Role};
use crate::summary::in_a_line;
use crate::trace::Trace;
use indicatif::HumanCount;
use synod_checker::{Expectation, PropertyReport, Report, Verdict};
use synod_terminal::{columns, link, say, width, wrapped};
use synod_vocabulary::Expect;

const VERDICT: usize = 26;
const STATES: usize = 12;
const DEPTH: usize = 6;
const TIME: usize = 9;
/// Of all columns before the name, with what separates them.
const BEFORE_NAME: usize = 2 + VERDICT + STATES + DEPTH + TIME + 2;

/// How the rows are arranged.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// A line with the whole name: for programs such as `grep`, which know no heading.
    Whole,
    /// A line with the name in its folder.
    OneLine,
    /// The name in its folder, and the figures below it.
    TwoLines,
}

/// The table, written row by row.
pub(super) struct Table {
    layout: Layout,
    is_begun: bool,
    /// The folder of the last row.
    folder: String,
}

impl Table {
    /// A table for specs of these names. All rows are arranged alike: as the longest name needs.
    pub(super) fn new(names: &[&str]) -> Self {
        let longest = names.iter().map(|name| width(parted(name).1)).max();
        let layout = match columns() {
            None => Layout::Whole,
            Some(columns) if BEFORE_NAME + longest.unwrap_or(0) <= columns => Layout::OneLine,
            Some(_) => Layout::TwoLines,
        };
        Self {
            layout,
            is_begun: false,
            folder: String::new(),
        }
    }

    pub(super) fn say_row(&mut self, checked: &Checked<'_>) {
        let report = &checked.outcome.report;
        let (mark, style) = mark(checked);
        let verdict = verdict(checked);
        let states = HumanCount(report.states).to_string();
        let (depth, time) = (report.depth, seconds(report.elapsed));
        let name = format!("{}{}", self.begin(&checked.subject), remarks(checked));
        say(&if self.layout == Layout::TwoLines {
            let figures =
                format!("{style}{verdict}{style:#}, {states} states, depth {depth}, {time}");
            format!(
                "{style}{mark}{style:#} {name}\n  {}\n",
                wrapped(&figures, 2)
            )
        } else {
            // A long verdict takes some of the column of the states, which is seldom full. The
            // name is long: it stands last, so that the other columns stay aligned.
            let left = (VERDICT + STATES).saturating_sub(width(&verdict) + 1);
            format!(
                "{style}{mark} {verdict}{style:#} {states:>left$}{depth:>DEPTH$}{time:>TIME$}  {name}\n"
            )
        });
    }

    pub(super) fn say_not_run(&mut self, subject: &Subject<'_>, why: &str) {
        let name = self.begin(subject);
        say(&if self.layout == Layout::Whole {
            format!("{OPEN}? not run: {why}{OPEN:#}  {name}\n")
        } else {
            let why = wrapped(&format!("not run: {why}"), 2);
            format!("{OPEN}?{OPEN:#} {name}\n  {OPEN}{why}{OPEN:#}\n")
        });
    }

    pub(super) fn say_unusable(&mut self, unusable: &UnusableFile<'_>) {
        self.say_heading();
        let text = format!("{BAD}✗ not checked{BAD:#}  {}", in_a_line(unusable.why));
        say(&format!("{}\n", wrapped(&text, 2)));
    }

    /// Writes what is above the row, if anything is. Returns the name for the row.
    fn begin(&mut self, subject: &Subject<'_>) -> String {
        self.say_heading();
        if self.layout == Layout::Whole {
            return in_a_line(subject.name);
        }
        let shown = in_a_line(subject.name);
        let (folder, name) = parted(&shown);
        if folder != self.folder {
            let shown = if folder.is_empty() { "./" } else { folder };
            say(&format!("{BOLD}{shown}{BOLD:#}\n"));
            folder.clone_into(&mut self.folder);
        }
        linked(name, subject)
    }

    fn say_heading(&mut self) {
        if !self.is_begun && self.layout != Layout::TwoLines {
            say(&format!(
                "{BOLD}  {:VERDICT$}{:>STATES$}{:>DEPTH$}{:>TIME$}  spec{BOLD:#}\n",
                "verdict", "states", "depth", "time"
            ));
        }
        self.is_begun = true;
    }
}

/// The folder of a name, with the slash, and the rest.
fn parted(name: &str) -> (&str, &str) {
    name.split_at(name.rfind('/').map_or(0, |slash| slash + 1))
}

/// A name that leads to the file of the spec, where the terminal can.
pub(super) fn linked(name: &str, subject: &Subject<'_>) -> String {
    let (place, name) = (subject.place, in_a_line(name));
    match place {
        Some(place) => link(&name, place.file),
        None => name,
    }
}

/// What a reader must know of the result beside the result, in brackets; empty if there is
/// nothing.
pub(super) fn remarks(checked: &Checked<'_>) -> String {
    let remarks = checked.remarks().join("; ");
    if remarks.is_empty() {
        return remarks;
    }
    format!(" {DIM}({remarks}){DIM:#}")
}

pub(super) fn mark(checked: &Checked<'_>) -> (&'static str, Role) {
    match checked.comparison {
        Comparison::AsExpected => ("✓", GOOD),
        Comparison::Differs(_) if checked.has_escaped() => ("✗", LOUD),
        Comparison::Differs(_) => ("✗", BAD),
        Comparison::Undecided => ("?", OPEN),
    }
}

/// The verdict in a few words; of a violation, the property and the number of steps.
fn verdict(checked: &Checked<'_>) -> String {
    let (report, expect) = (&checked.outcome.report, checked.subject.expect);
    match (expect, report.counterexamples.first()) {
        (Expect::Violated { property, .. }, _) if checked.has_escaped() => {
            format!("NOT CAUGHT: {property}")
        }
        (_, Some(trace)) if report.verdict == Verdict::Violated => {
            let violates = match expect {
                Expect::Violated { .. } => "violates",
                Expect::Holds { .. } => "VIOLATES",
            };
            let at_most = if trace.is_shortest { "" } else { "≤ " };
            let (property, length) = (&trace.property, trace.length());
            format!("{violates} {property} in {at_most}{length}")
        }
        (_, None) if report.verdict == Verdict::Violated => violated_without_trace(report),
        _ => report.verdict.to_string(),
    }
}

fn violated_without_trace(report: &Report<Trace>) -> String {
    let violated = |property: &&PropertyReport| {
        let is_claimed = property.expectation != Expectation::Sometimes;
        is_claimed && property.verdict == Verdict::Violated
    };
    match report.properties.iter().find(violated) {
        Some(property) => format!("violates {}", property.name),
        None => "a partner is never reached".to_owned(),
    }
}
