//! The report on a whole check as a page: what came out, and its counterexamples to be played.

use crate::page::in_markup;
use std::fmt::Write;
use synod_report::Summary;
use synod_report::summary::{Counts, Grade, Kind, Told, ToldChange, ToldRun};

/// The part of the page that says what came out, the loudest first.
pub(crate) fn section(summary: &Summary) -> String {
    let told = summary.sorted();
    let mut text = format!(
        "<section class=\"report\">\n<h1>{}</h1>\n",
        in_markup(&summary.headline())
    );
    text += &counts(summary);
    for told in told.iter().filter(|told| told.grade < Grade::AsExpected) {
        text += &loud(told);
    }
    for (kind, title) in [
        (Kind::MustHold, "must hold"),
        (Kind::MustFail, "must fail, and does"),
    ] {
        text += &quiet(&told, kind, title);
    }
    if let Some(left_out) = summary.left_out() {
        _ = writeln!(
            text,
            "<p class=\"note\">Left out: {}</p>",
            in_markup(left_out)
        );
    }
    text + "</section>\n"
}

fn counts(summary: &Summary) -> String {
    let mut text = "<table>\n<tr><th>specs that<th>all<th>as expected<th>not as expected\
                    <th>not decided<th>left out\n"
        .to_owned();
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
    text + "</table>\n"
}

fn row(title: &str, counts: Counts) -> String {
    format!(
        "<tr><th>{title}<td>{}<td>{}<td>{}<td>{}<td>{}\n",
        counts.all(),
        counts.as_expected,
        counts.not_as_expected,
        counts.undecided,
        counts.left_out
    )
}

/// A result that a person should look at.
fn loud(told: &Told) -> String {
    let class = match told.grade {
        Grade::Escaped | Grade::NotAsExpected | Grade::NotChecked => "bad",
        _ => "warn",
    };
    let mut text = format!(
        "<article class=\"{class}\">\n<h2>{}</h2>\n",
        in_markup(&told.title())
    );
    if !told.about.is_empty() {
        _ = writeln!(text, "<p class=\"about\">{}</p>", in_markup(&told.about));
    }
    text += "<ul>\n";
    for sentence in told.sentences() {
        // Writing to a String cannot fail.
        _ = writeln!(text, "<li>{}", in_markup(&sentence));
    }
    text += "</ul>\n";
    text += &told.run.as_ref().map(run).unwrap_or_default();
    text += &told.change.as_ref().map(parting).unwrap_or_default();
    text + "</article>\n"
}

fn run(run: &ToldRun) -> String {
    let steps = format!("{}\n{}", run.steps, run.figure);
    folded("The steps", &format!("<pre>{}</pre>", in_markup(&steps)))
}

fn parting(change: &ToldChange) -> String {
    let told = change.partings.iter().map(|(about, steps)| {
        let title = format!("Where they part: {}", in_markup(about));
        folded(&title, &format!("<pre>{}</pre>", in_markup(steps)))
    });
    told.collect()
}

/// What is as expected, of a kind.
fn quiet(told: &[&Told], kind: Kind, title: &str) -> String {
    let is_quiet = |told: &&&Told| told.grade == Grade::AsExpected && told.kind == kind;
    let quiet: Vec<_> = told.iter().filter(is_quiet).collect();
    if quiet.is_empty() {
        return String::new();
    }
    let mut table = "<table>\n<tr><th>spec<th>result<th>states\n".to_owned();
    for told in &quiet {
        let states = told.count().unwrap_or_default();
        let (name, verdict) = (in_markup(&told.name), &told.verdict);
        _ = writeln!(table, "<tr><td>{name}<td>{verdict}<td>{states}");
    }
    table += "</table>";
    folded(&format!("As expected, {title}: {}", quiet.len()), &table)
}

fn folded(title: &str, content: &str) -> String {
    format!("<details><summary>{title}</summary>\n{content}\n</details>\n")
}
