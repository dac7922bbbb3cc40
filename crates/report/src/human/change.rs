//! What changed since a baseline.

use super::steps::{Paragraph, paragraphs};
use super::table::linked;
use crate::change::{Change, Parting};
use crate::listener::Checked;
use crate::plurals::plural;
use crate::style::{BOLD, DIM, OPEN};
use std::fmt::Write;
use synod_terminal::wrapped;

/// How many lines of a screen there are.
const SCREEN: usize = 24;

/// The report on a spec that is as expected and has changed.
pub(super) fn changed(checked: &Checked<'_>, change: &Change) -> String {
    let name = linked(checked.subject.name, &checked.subject);
    let heading = format!("{OPEN}≠{OPEN:#} {BOLD}{name}{BOLD:#}: as expected, but changed");
    let mut text = format!("\n{}\n\n", wrapped(&heading, 2));
    push_change(&mut text, change, false);
    text
}

/// What changed, as [`Human`](crate::Human) prints it, with colours: the baseline, each
/// difference, and the path to where the runs part. Of a path that would not fit on a screen of
/// 24 lines, only the steps without what they change, or the last of them, unless it is to be
/// whole.
///
/// # Examples
/// ```
/// use synod_report::{Change, since};
///
/// let change = Change {
///     since: "monday.json".to_owned(),
///     differences: vec!["level 3 has 7 states, and had 6".to_owned()],
///     partings: Vec::new(),
/// };
/// let text = synod_terminal::plain(&since(&change, false));
/// assert_eq!(text, "  since monday.json\n    level 3 has 7 states, and had 6\n");
/// ```
pub fn since(change: &Change, is_whole: bool) -> String {
    let mut text = String::new();
    push_change(&mut text, change, is_whole);
    text
}

/// The baseline, each difference, and the path to where the runs part. Of a path that would
/// not fit on the screen with the text above it, some is left out, unless it is to be whole.
pub(super) fn push_change(text: &mut String, change: &Change, is_whole: bool) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "  {OPEN}since {}{OPEN:#}", change.since);
    for difference in &change.differences {
        let _ = writeln!(text, "    {}", wrapped(difference, 4));
    }
    for parting in &change.partings {
        push_parting(text, parting, is_whole);
    }
}

fn push_parting(text: &mut String, parting: &Parting, is_whole: bool) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "    {}\n", wrapped(&parting.about, 4));
    let mut steps = paragraphs(&parting.steps);
    // One line says what is left out, and one is empty.
    let room = SCREEN.saturating_sub(text.lines().count() + 2);
    if !is_whole && height(&steps) > room {
        let left_out = shorten(&mut steps, room);
        let _ = writeln!(text, "       {DIM}{}{DIM:#}", wrapped(&left_out, 7));
    }
    for Paragraph {
        action, changes, ..
    } in steps
    {
        text.push_str(&action);
        text.push_str(&changes);
    }
    text.push('\n');
}

/// How many lines the paragraphs have.
fn height(paragraphs: &[Paragraph]) -> usize {
    let lines = |it: &Paragraph| it.action.lines().count() + it.changes.lines().count();
    paragraphs.iter().map(lines).sum()
}

/// Leaves out what steps change, from the first on, and then first steps, until the others have
/// room; the last one stays. Returns what was left out, in words.
fn shorten(paragraphs: &mut Vec<Paragraph>, room: usize) -> String {
    let last = paragraphs.len().saturating_sub(1);
    for shortened in 0..last {
        if height(paragraphs) <= room {
            break;
        }
        paragraphs[shortened].changes.clear();
    }
    let mut left_out = 0;
    while height(&paragraphs[left_out..]) > room && left_out < last {
        left_out += 1;
    }
    paragraphs.drain(..left_out);
    if left_out == 0 {
        return "what the first steps change is left out; -v shows all".to_owned();
    }
    let are = plural(left_out as u64, "step before is", "steps before are");
    format!("{left_out} {are} left out; -v shows all")
}
