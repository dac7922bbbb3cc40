//! The report `markdown`: a page for the summary of a job.
//!
//! GitHub takes 1 MiB a step and cuts nothing: it shows none of a longer page. So what does not
//! fit is left out, and that is said.

use crate::summary::{Counts, Grade, Kind, Summary, Told, ToldChange, ToldRun, cut, in_a_line};
use std::fmt::Write;

/// In bytes, with room below GitHub's limit for what else a step writes.
const MOST: usize = 1_000_000;
/// GitHub draws no diagram with more characters.
const LARGEST_DIAGRAM: usize = 20_000;
/// In characters.
const LONGEST_PATH: usize = 40_000;
const LONGEST_CELL: usize = 300;
const MOST_ROWS: usize = 500;

/// The page.
pub(crate) fn text(summary: &Summary) -> String {
    let mut page = Page::default();
    page.push(&heading(summary));
    let told = summary.sorted();
    let is_loud = |told: &&&Told| told.grade < Grade::AsExpected;
    let loud: Vec<&Told> = told.iter().filter(is_loud).copied().collect();
    if !loud.is_empty() {
        page.push(&format!("### To look at\n\n{}", table(&loud)));
    }
    for told in loud {
        page.push(&details(told));
    }
    for (kind, title) in [
        (Kind::MustHold, "must hold"),
        (Kind::MustFail, "must fail, and does"),
    ] {
        let is_quiet = |it: &&&Told| it.grade == Grade::AsExpected && it.kind == kind;
        let quiet: Vec<&Told> = told.iter().filter(is_quiet).copied().collect();
        if !quiet.is_empty() {
            let title = format!("As expected, {title}: {}", quiet.len());
            page.push(&folded(&title, &table(&quiet)));
        }
    }
    if let Some(left_out) = summary.left_out() {
        page.push(&format!("Left out: {}\n", escaped(left_out)));
    }
    page.done()
}

/// A text of bounded size.
#[derive(Default)]
struct Page {
    text: String,
    left_out: usize,
}

impl Page {
    fn push(&mut self, part: &str) {
        if self.text.len() + part.len() > MOST {
            self.left_out += 1;
            return;
        }
        self.text += part;
        self.text.push('\n');
    }

    fn done(mut self) -> String {
        if self.left_out > 0 {
            _ = writeln!(
                self.text,
                "Parts of this page that are left out, because it would be too large: {}. \
                 `--report html=FILE` has everything.",
                self.left_out
            );
        }
        self.text
    }
}

fn heading(summary: &Summary) -> String {
    let mut text = format!("## Synod: {}\n\n", summary.headline());
    text += "| specs that | all | as expected | not as expected | not decided | left out |\n";
    text += "|---|--:|--:|--:|--:|--:|\n";
    for (kind, title) in [
        (Kind::MustHold, "must hold"),
        (Kind::MustFail, "must fail"),
        (Kind::Unknown, "are no run specs"),
    ] {
        let counts = summary.counts(kind);
        if counts.all() > 0 {
            text += &row(title, counts);
        }
    }
    text
}

fn row(title: &str, counts: Counts) -> String {
    format!(
        "| {title} | {} | {} | {} | {} | {} |\n",
        counts.all(),
        counts.as_expected,
        counts.not_as_expected,
        counts.undecided,
        counts.left_out
    )
}

fn table(all: &[&Told]) -> String {
    let mut text = "| spec | kind | result | what is to say |\n|---|---|---|---|\n".to_owned();
    for told in all.iter().take(MOST_ROWS) {
        let kind = match told.kind {
            Kind::MustHold => "must hold",
            Kind::MustFail => "must fail",
            Kind::Unknown => "",
        };
        let result = match told.grade {
            Grade::Escaped => format!("**NOT CAUGHT** ({})", told.verdict),
            _ => told.verdict.clone(),
        };
        let said = match (&told.says[..], &told.change, told.count()) {
            ([], None, Some(count)) => format!("states: {count}"),
            ([], ..) => told.sentences().join("; "),
            (says, ..) => says.join("; "),
        };
        let [name, said] = [&told.name, &said].map(|cell| escaped(&cut(cell, LONGEST_CELL)));
        // Writing to a String cannot fail.
        _ = writeln!(text, "| {name} | {kind} | {result} | {said} |");
    }
    if all.len() > MOST_ROWS {
        _ = writeln!(text, "\nand {} more", all.len() - MOST_ROWS);
    }
    text
}

fn details(told: &Told) -> String {
    let mut text = format!("#### {}\n\n", escaped(&cut(&told.title(), LONGEST_CELL)));
    if !told.about.is_empty() {
        _ = writeln!(text, "{}\n", escaped(&cut(&told.about, LONGEST_CELL)));
    }
    for sentence in told.sentences() {
        _ = writeln!(text, "- {}", escaped(&cut(&sentence, LONGEST_CELL)));
    }
    text.push('\n');
    text += &told.run.as_ref().map(run).unwrap_or_default();
    text += &told.change.as_ref().map(parting).unwrap_or_default();
    text
}

fn run(run: &ToldRun) -> String {
    let diagram = run.diagram.as_ref();
    let diagram = diagram.filter(|diagram| diagram.len() <= LARGEST_DIAGRAM);
    let drawn = diagram.map(|diagram| fenced("mermaid", diagram) + "\n");
    let steps = format!("{}\n{}", run.steps, run.figure);
    let steps = fenced("text", &cut(&steps, LONGEST_PATH));
    drawn.unwrap_or_default() + &folded("The steps", &steps)
}

fn parting(change: &ToldChange) -> String {
    let told = change.partings.iter().map(|(about, steps)| {
        let about = escaped(&cut(about, LONGEST_CELL));
        let steps = fenced("text", &cut(steps, LONGEST_PATH));
        format!(
            "Where they part: {about}\n\n{}",
            folded("The steps to there", &steps)
        )
    });
    told.collect()
}

fn folded(title: &str, content: &str) -> String {
    format!("<details><summary>{title}</summary>\n\n{content}\n</details>\n")
}

/// A text as it is, between fences that it does not close.
fn fenced(language: &str, text: &str) -> String {
    let mut longest = 2;
    for run in text.split(|c| c != '`') {
        longest = longest.max(run.len());
    }
    let fence = "`".repeat(longest + 1);
    let shown = |c: char| match c {
        '\n' => c,
        c if c.is_control() => '\u{FFFD}',
        c => c,
    };
    let text: String = text.trim_end().chars().map(shown).collect();
    format!("{fence}{language}\n{text}\n{fence}\n")
}

/// A text on one line in which no character has a meaning.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in in_a_line(text).chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            // A mention would call somebody.
            '@' => escaped += "&#64;",
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '$' | '!' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}
