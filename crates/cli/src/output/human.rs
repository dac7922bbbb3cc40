//! A table to read, and details where they are wanted.

use super::coverage::{push_coverage, push_never_taken};
use super::left_out::LeftOut;
use super::{Checked, Listener, say};
use crate::diagnostics::Complaint;
use crate::outcome::{Comparison, Outcome, Property, Trace};
use crate::specs::{Found, Unusable};
use crate::status::Status;
use crate::words::{plural, steps};
use anstyle::{AnsiColor, Style};
use indicatif::{HumanBytes, HumanCount};
use std::fmt::Write;
use std::time::{Duration, Instant};
use synod_checker::{Exploration, Verdict};
use synod_models::spec::Expect;

pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const OPEN: Style = AnsiColor::Yellow.on_default();
pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();

const VERDICT: usize = 26;
const STATES: usize = 12;
const DEPTH: usize = 6;
const TIME: usize = 9;

#[allow(clippy::struct_excessive_bools)] // Each is about another part of the report.
/// Prints a row a spec as it is done, and a summary.
pub(crate) struct Human {
    begun: Instant,
    shows_all: bool,
    shows_coverage: bool,
    shows_table: bool,
    shows_rows: bool,
    tally: Tally,
    left_out: LeftOut,
    surprises: String,
}

#[derive(Default)]
struct Tally {
    hold: usize,
    violated_as_expected: usize,
    surprising: usize,
    inconclusive: usize,
    not_run: usize,
    unusable: usize,
}

impl Human {
    /// For so many rows; none if nothing is checked: then all is said on standard error.
    pub(crate) fn new(rows: usize, verbose: bool, coverage: bool) -> Self {
        let human = Self {
            begun: Instant::now(),
            shows_all: verbose || coverage || rows == 1,
            shows_coverage: coverage,
            shows_table: rows > 1,
            shows_rows: rows > 0,
            tally: Tally::default(),
            left_out: LeftOut::default(),
            surprises: String::new(),
        };
        if human.shows_table {
            say_heading();
        }
        human
    }

    fn say_row(checked: &Checked<'_>) {
        let outcome = &checked.outcome;
        let (mark, style) = mark(&checked.comparison);
        // The name comes last: it is long, and nothing has to stand below it.
        say(&format!(
            "{style}{mark} {:VERDICT$}{style:#}{:>STATES$}{:>DEPTH$}{:>TIME$}  {}\n",
            verdict(outcome, &checked.found.spec.expect),
            HumanCount(outcome.states).to_string(),
            outcome.depth,
            seconds(outcome.elapsed),
            checked.found.name,
        ));
    }
}

fn say_heading() {
    say(&format!(
        "{BOLD}  {:VERDICT$}{:>STATES$}{:>DEPTH$}{:>TIME$}  spec{BOLD:#}\n",
        "verdict", "states", "depth", "time"
    ));
}

impl Listener for Human {
    fn checked(&mut self, checked: &Checked<'_>) {
        if self.shows_table {
            Self::say_row(checked);
        }
        if self.shows_all {
            say(&details(checked, true, self.shows_coverage));
        } else if let Comparison::Differs(_) = checked.comparison {
            self.surprises
                .push_str(&details(checked, false, self.shows_coverage));
        } else if let Some(reason) = checked.reason() {
            say(&format!("  {OPEN}{reason}{OPEN:#}\n"));
        }
        let tally = &mut self.tally;
        *match (&checked.comparison, checked.outcome.verdict) {
            (Comparison::Differs(_), _) => &mut tally.surprising,
            (Comparison::Undecided, _) => &mut tally.inconclusive,
            (Comparison::AsExpected, Verdict::Holds) => &mut tally.hold,
            (Comparison::AsExpected, _) => &mut tally.violated_as_expected,
        } += 1;
    }

    fn not_run(&mut self, found: &Found, why: &str, _: Status) {
        self.tally.not_run += 1;
        say(&format!("{OPEN}? not run: {why}{OPEN:#}  {}\n", found.name));
    }

    fn unusable(&mut self, unusable: &Unusable) {
        self.tally.unusable += 1;
        if self.shows_table {
            let why = unusable.complaint.in_a_line();
            say(&format!("{BAD}✗ not checked{BAD:#}  {why}\n"));
        }
    }

    fn left_out(&mut self, found: &Found) {
        self.left_out.add(found);
    }

    fn done(&mut self) -> Result<(), Complaint> {
        say(&self.surprises);
        if self.shows_table {
            say(&self.tally.told(self.begun.elapsed()));
        }
        if self.shows_rows
            && let Some(told) = self.left_out.told()
        {
            say(&format!("left out: {told}\n"));
        }
        Ok(())
    }
}

impl Tally {
    fn told(&self, elapsed: Duration) -> String {
        let counts = [
            (self.hold, "hold", GOOD),
            (self.violated_as_expected, "violated as expected", GOOD),
            (self.surprising, "not as expected", BAD),
            (self.inconclusive, "inconclusive", OPEN),
            (self.not_run, "not run", OPEN),
            (self.unusable, "not checked", BAD),
        ];
        let counts = counts.iter().filter(|(count, ..)| *count > 0);
        let told: Vec<_> = counts
            .map(|(count, what, style)| format!("{style}{count} {what}{style:#}"))
            .collect();
        format!("\n{} in {}\n", told.join(", "), seconds(elapsed))
    }
}

const fn mark(comparison: &Comparison) -> (&'static str, Style) {
    match comparison {
        Comparison::AsExpected => ("✓", GOOD),
        Comparison::Differs(_) => ("✗", BAD),
        Comparison::Undecided => ("?", OPEN),
    }
}

/// The verdict in a few words: of a violation the property and the length.
fn verdict(outcome: &Outcome, expect: &Expect) -> String {
    match (outcome.verdict, outcome.trace()) {
        (Verdict::Violated, Some(trace)) => {
            let violates = match expect {
                Expect::Violated { .. } => "violates",
                Expect::Holds { .. } => "VIOLATES",
            };
            let at_most = if trace.is_shortest { "" } else { "≤ " };
            let (property, length) = (&trace.property, trace.length());
            format!("{violates} {property} in {at_most}{length}")
        }
        (Verdict::Violated, None) => {
            let violated = |p: &&Property| p.verdict == Verdict::Violated && p.kind == "always";
            match outcome.properties.iter().find(violated) {
                Some(property) => format!("violates {}", property.name),
                None => "something never happens".to_owned(),
            }
        }
        (verdict, _) => verdict.to_string(),
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

/// Everything about one spec.
fn details(checked: &Checked<'_>, shows_properties: bool, shows_coverage: bool) -> String {
    let (spec, outcome) = (&checked.found.spec, &checked.outcome);
    let mut text = String::new();
    let (mark, style) = mark(&checked.comparison);
    let name = &checked.found.name;
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "\n{style}{mark}{style:#} {BOLD}{name}{BOLD:#}: {style}{}{style:#}\n  {}\n",
        outcome.verdict, spec.about
    );
    if let Comparison::Differs(differences) = &checked.comparison {
        for difference in differences {
            let _ = writeln!(text, "  {BAD}not as expected{BAD:#}  {difference}");
        }
    }
    if let Some(reason) = checked.reason() {
        let _ = writeln!(text, "  {OPEN}reason{OPEN:#}       {reason}");
    }
    push_figures(&mut text, checked);
    if shows_properties {
        push_properties(&mut text, &outcome.properties);
    } else {
        let missed = |p: &&Property| p.kind == "sometimes" && p.verdict == Verdict::Violated;
        for property in outcome.properties.iter().filter(missed) {
            let _ = writeln!(text, "  {BAD}never{BAD:#}        {}", property.name);
        }
    }
    if let (Some(exploration), true) = (&outcome.exploration, shows_coverage) {
        push_coverage(&mut text, exploration);
    }
    if let Some(trace) = outcome.trace() {
        push_trace(&mut text, trace);
    }
    text
}

/// What the protocol has, where marks have made copies of its states.
fn without_copies(outcome: &Outcome) -> Option<String> {
    let copies = outcome.exploration.as_ref()?.copies?;
    Some(format!(
        "{} {} in nothing but the mark of a step that broke a refinement; without copies {} distinct, {} generated",
        HumanCount(copies.states),
        plural(
            copies.states,
            "state differs from another",
            "states differ from others"
        ),
        HumanCount(outcome.states - copies.states),
        HumanCount(outcome.generated - copies.transitions),
    ))
}

fn push_figures(text: &mut String, checked: &Checked<'_>) {
    let (spec, outcome) = (&checked.found.spec, &checked.outcome);
    let method = &outcome.method;
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
        HumanCount(outcome.states),
        HumanCount(outcome.generated),
        outcome.depth
    );
    let chance = format!(
        "at most {:.1e} that a fingerprint collision hid a state",
        outcome.collision_probability
    );
    let memory = outcome.peak_memory.map_or_else(String::new, |bytes| {
        let limit = checked.limits.told();
        format!(", peak memory {} (limit: {limit})", HumanBytes(bytes))
    });
    let protocol = match &spec.mutant {
        Some(mutant) => format!("{}, mutant: {mutant}", spec.protocol.name()),
        None => spec.protocol.name().to_owned(),
    };
    let lines = [
        ("protocol", protocol),
        ("bounds", spec.bounds.clone()),
        ("engine", engine),
        ("states", states),
        ("copies", without_copies(outcome).unwrap_or_default()),
        ("made of", made_of(outcome)),
        ("chance", chance),
        ("time", format!("{}{memory}", seconds(outcome.elapsed))),
    ];
    for (name, value) in lines.into_iter().filter(|(_, value)| !value.is_empty()) {
        push_figure(text, name, &value);
    }
    if let Some(exploration) = &outcome.exploration {
        if let Some(depth) = exploration.resumed_at {
            let how = format!("at depth {depth}, from a checkpoint");
            push_figure(text, "resumed", &how);
        }
        if exploration.stored > 0 {
            let stored = exploration.stored;
            let states = plural(stored, "state", "states");
            let stored = HumanCount(stored);
            let how = format!("{stored} {states} waited in a file: memory was short");
            push_figure(text, "stored", &how);
        }
        push_distribution(text, exploration);
        push_never_taken(text, outcome.verdict, exploration);
    }
}

fn push_figure(text: &mut String, name: &str, value: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "  {DIM}{name:11}{DIM:#}  {value}");
}

/// How the run was spread, if it was.
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

/// What states are made of; empty if they are not made of parts.
fn made_of(outcome: &Outcome) -> String {
    let parts = outcome.made_of.iter();
    let parts = parts.map(|&(part, count)| format!("{} {part}", HumanCount(count as u64)));
    parts.collect::<Vec<_>>().join(", ")
}

/// What is known of each property. Those that the run left open are counted.
fn push_properties(text: &mut String, properties: &[Property]) {
    for kind in ["always", "sometimes"] {
        let _ = writeln!(text, "\n  {DIM}{kind}{DIM:#}");
        let of_kind = || properties.iter().filter(|property| property.kind == kind);
        let decided = || of_kind().filter(|p| p.verdict != Verdict::Inconclusive);
        let names = decided().map(|property| property.name.chars().count());
        let width = names.max().unwrap_or(0);
        for property in decided() {
            push_property(text, property, width);
        }
        let open = of_kind().filter(|p| p.verdict == Verdict::Inconclusive);
        match open.count() {
            0 => {}
            open => {
                let are = plural(open as u64, "is", "are");
                let _ = writeln!(text, "  {OPEN}?{OPEN:#} {open} more {are} left open");
            }
        }
    }
}

fn push_property(text: &mut String, property: &Property, width: usize) {
    let (mark, style) = match property.verdict {
        Verdict::Holds => ("✓", GOOD),
        Verdict::Violated => ("✗", BAD),
        Verdict::Inconclusive => ("?", OPEN),
    };
    let after = match (property.kind, property.length) {
        ("always", Some(length)) => format!("{BAD}violated after {}{BAD:#}. ", steps(length)),
        ("always", None) if property.verdict == Verdict::Violated => {
            format!("{BAD}violated{BAD:#}. ")
        }
        ("sometimes", Some(length)) => format!("{DIM}first after {}{DIM:#}", steps(length)),
        // On a walk at random, or in a run that was cut: not the first time.
        ("sometimes", None) if property.verdict == Verdict::Holds => {
            format!("{DIM}happens{DIM:#}")
        }
        ("sometimes", None) => format!("{BAD}never{BAD:#}"),
        _ => String::new(),
    };
    let meaning = property.meaning.unwrap_or_default();
    let vacuous = match (property.kind, property.partner, property.verdict) {
        ("always", None, Verdict::Holds) => {
            format!(" {OPEN}Says nothing within these bounds.{OPEN:#}")
        }
        _ => String::new(),
    };
    let _ = writeln!(
        text,
        "  {style}{mark}{style:#} {:width$}  {after}{DIM}{meaning}{DIM:#}{vacuous}",
        property.name
    );
}

/// A counterexample: what is wrong, how it came about, and 𝓑 in the end.
fn push_trace(text: &mut String, trace: &Trace) {
    let shortest = match (trace.is_shortest, trace.seed) {
        (true, _) => "no shorter run does this".to_owned(),
        (false, None) => "there may be shorter runs: this one was cut".to_owned(),
        (false, Some(seed)) => {
            format!("there may be shorter runs; --simulate 1 --seed {seed} makes this one again")
        }
    };
    let _ = writeln!(
        text,
        "\n  {BAD}{} is violated after {}{BAD:#} ({shortest})",
        trace.property,
        steps(trace.length() as u64)
    );
    if let Some(witness) = &trace.witness {
        let _ = writeln!(text, "  {witness}");
    }
    let _ = writeln!(text);
    for (number, step) in trace.steps.iter().enumerate() {
        let action = match &step.action {
            Some(action) => action,
            None if step.changes.is_empty() => continue, // The only initial state.
            None => "from the state with",
        };
        let _ = writeln!(text, "  {DIM}{number:3}{DIM:#}  {BOLD}{action}{BOLD:#}");
        for change in &step.changes {
            let _ = writeln!(text, "         {change}");
        }
    }
    let _ = writeln!(text, "\n  𝓑 in the end (quorums; voters in brackets)\n");
    for line in trace.figure.lines() {
        let _ = writeln!(text, "    {line}");
    }
}
