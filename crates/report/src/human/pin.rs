//! The lines that pin a result in its run spec, ready to be pasted.

use crate::comparison::Comparison;
use crate::listener::Checked;
use std::fmt::Write;
use synod_checker::Verdict;
use synod_terminal::wrapped;
use synod_vocabulary::Expect;

/// How to pin the result, unless the spec does, or the run cannot tell.
pub(super) fn push_pin(text: &mut String, checked: &Checked<'_>) {
    // A result that must not be is not to be pinned.
    let Some(expect) = expect(checked).filter(|_| !checked.has_escaped()) else {
        return;
    };
    let how = wrapped("To pin this result, let this be the end of the spec:", 2);
    // Writing to a String cannot fail.
    let _ = writeln!(text, "\n  {how}\n\n    [expect]");
    let longest = expect.iter().map(|(key, _)| key.len()).max();
    let width = longest.unwrap_or(0).max(8);
    for (key, value) in &expect {
        let _ = writeln!(text, "    {key:width$} = {value}");
    }
    if checked.subject.place.is_some() && checked.subject.expect.pins_a_figure() {
        let command = "`synod check --update --because REASON` writes it there, with the reason.";
        let _ = writeln!(text, "\n  {}", wrapped(command, 2));
    }
    if checked.outcome.report.verdict == Verdict::Violated {
        let another = "With another `property` there, the check searches for a violation of it.";
        let _ = writeln!(text, "\n  {}", wrapped(another, 2));
    }
}

/// The keys and values of the table `[expect]`.
fn expect(checked: &Checked<'_>) -> Option<Vec<(&'static str, String)>> {
    let report = &checked.outcome.report;
    if report.reason.is_some() || !report.method.finds_nearest {
        return None;
    }
    let is_pinned = match (report.verdict, checked.subject.expect) {
        (Verdict::Holds, expect @ Expect::Holds { .. })
        | (Verdict::Violated, expect @ Expect::Violated { .. }) => expect.pins_a_figure(),
        (verdict, _) => verdict == Verdict::Inconclusive,
    };
    if is_pinned && checked.comparison == Comparison::AsExpected {
        return None;
    }
    if report.verdict == Verdict::Holds {
        let unreduced = checked
            .outcome
            .unreduced()
            .map(|unreduced| unreduced.to_string());
        let figures = [
            ("verdict", Some("\"holds\"".to_owned())),
            ("states", Some(report.states.to_string())),
            ("unreduced", unreduced),
            ("depth", Some(report.depth.to_string())),
        ];
        let figures = figures.into_iter();
        return Some(
            figures
                .filter_map(|(key, figure)| Some((key, figure?)))
                .collect(),
        );
    }
    let trace = checked.outcome.trace()?;
    Some(vec![
        ("verdict", "\"violated\"".to_owned()),
        ("property", format!("{:?}", trace.property)),
        ("length", trace.length().to_string()),
    ])
}
