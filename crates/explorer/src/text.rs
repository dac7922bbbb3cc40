//! States and steps as text: for a terminal, and for assistants. Colours are in it; they are
//! removed where the text is written to something else than a terminal.

use crate::explored::{Choice, InitialPage, InitialState};
use crate::film::{View, Violation};
use std::fmt::Write;
use synod_report::style::{BAD, BOLD, DIM, GOOD};
use synod_vocabulary::picture::Condition;
use synod_vocabulary::{Figure, Forbidden, Message, Part, Table};

/// A state and the step that led to it: what changed, what is violated, and the ballots if
/// they are others than before.
pub(crate) fn view(number: usize, view: &View, before: Option<&View>) -> String {
    let mut text = step(number, view);
    let old = before.map_or(&[][..], |before| &before.violations);
    let (still, new): (Vec<_>, Vec<_>) = view.violations.iter().partition(|of| old.contains(of));
    for violation in new {
        _ = writeln!(text, "  {}", self::violation(violation));
    }
    if !still.is_empty() {
        let still: Vec<_> = still.iter().map(|violation| violation.claim).collect();
        _ = writeln!(text, "  {BAD}still violated:{BAD:#} {}", still.join(", "));
    }
    let known = before.map_or(&[][..], |before| &before.reached);
    let new = view.reached.iter().filter(|name| !known.contains(name));
    let new: Vec<_> = new.copied().collect();
    if !new.is_empty() {
        _ = writeln!(text, "  {GOOD}example of:{GOOD:#} {}", new.join(", "));
    }
    let old = before.and_then(|before| before.figure.as_ref());
    if let Some(figure) = &view.figure
        && !figure.ballots.is_empty()
        && Some(figure) != old
    {
        _ = write!(text, "\n{}", self::figure(figure));
    }
    text
}

/// A step and what it changed.
pub(crate) fn step(number: usize, view: &View) -> String {
    let mut text = match &view.action {
        Some(action) => format!("{BOLD}step {number}: {action}{BOLD:#}\n"),
        None => format!("{BOLD}the initial state{BOLD:#}\n"),
    };
    for change in &view.changes {
        _ = writeln!(text, "  {change}");
    }
    if view.action.is_some() && view.changes.is_empty() {
        _ = writeln!(text, "  {DIM}no variable changes{DIM:#}");
    }
    if let Some(objection) = &view.objection {
        _ = writeln!(text, "  {BAD}objection:{BAD:#} {objection}");
    }
    text
}

/// A claim that does not hold, in a line.
pub(crate) fn violation(violation: &Violation) -> String {
    let Violation { claim, witness, .. } = violation;
    format!("{BAD}{claim} is violated:{BAD:#} {witness}")
}

/// The ballots as in Figure 1 of the paper, and what they break.
pub(crate) fn figure(figure: &Figure) -> String {
    let mut text = format!("{DIM}{}{DIM:#}\n", figure.caption);
    _ = writeln!(text, "{}", figure.drawing.trim_end());
    let (hold, broken): (Vec<&Condition>, Vec<_>) = figure
        .conditions
        .iter()
        .partition(|condition| condition.witness.is_none());
    let hold: Vec<_> = hold.iter().map(|condition| condition.name).collect();
    if !hold.is_empty() {
        let verb = if hold.len() == 1 { "holds" } else { "hold" };
        _ = writeln!(text, "{GOOD}{}{GOOD:#} {verb}", hold.join(", "));
    }
    for Condition { name, meaning, .. } in broken {
        _ = writeln!(text, "{BAD}{name} does not hold:{BAD:#} {meaning}");
    }
    text
}

/// A table, its columns aligned.
pub(crate) fn table(table: &Table) -> String {
    let heads = [String::new()].into_iter().chain(table.columns.clone());
    let rows = table.rows.iter();
    let rows = rows.map(|(head, cells)| [head.clone()].into_iter().chain(cells.clone()).collect());
    let rows: Vec<Vec<String>> = [heads.collect()].into_iter().chain(rows).collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let mut text = format!("{DIM}{}{DIM:#}\n", table.caption);
    for row in &rows {
        let cells = row.iter().enumerate();
        let cells: Vec<_> = cells
            .map(|(column, cell)| format!("{cell:<0$}", width(column)))
            .collect();
        _ = writeln!(text, "{}", cells.join("  ").trim_end());
    }
    text
}

/// The variables whose lines contain a text, by process and by where the process keeps them.
pub(crate) fn state(view: &View, containing: &str) -> String {
    let (mut text, mut heading) = (String::new(), None);
    for field in &view.fields {
        let line = format!("{} = {}", field.variable, field.value);
        if !contains(&field.to_string(), containing) {
            continue;
        }
        let Some(process) = &field.process else {
            _ = writeln!(text, "{line}");
            continue;
        };
        let part = match field.part {
            Some(Part::Ledger) => "ledger",
            Some(Part::Slip) => "slip",
            None => "",
        };
        if heading.as_ref().is_none_or(|(known, _)| known != process) {
            _ = writeln!(text, "{BOLD}{process}{BOLD:#}");
        }
        let shown = match &heading {
            Some((known, known_part)) if known == process && *known_part == part => "",
            _ => part,
        };
        _ = writeln!(text, "  {DIM}{shown:<6}{DIM:#}  {line}");
        heading = Some((process.clone(), part));
    }
    text
}

/// The messages that may arrive, a line each.
pub(crate) fn messages(messages: &[Message]) -> String {
    let mut counted: Vec<(&Message, usize)> = Vec::new();
    for message in messages {
        match counted.iter_mut().find(|(known, _)| *known == message) {
            Some((_, count)) => *count += 1,
            None => counted.push((message, 1)),
        }
    }
    let mut text = String::new();
    for (message, count) in counted {
        text += &message.name;
        if let Some(from) = &message.from {
            _ = write!(text, " from {from}");
        }
        if !message.to.is_empty() {
            _ = write!(text, " to {}", message.to.join(", "));
        }
        if count > 1 {
            _ = write!(text, " ({count} times)");
        }
        text.push('\n');
    }
    text
}

/// The choices that can be taken, those of a process side by side; and how many lead out of
/// the bounds.
pub(crate) fn within_bounds(choices: Vec<Choice>) -> (Vec<Choice>, usize) {
    let all = choices.len();
    let mut within: Vec<_> = choices.into_iter().filter(|of| !of.leaves_bounds).collect();
    let mut processes: Vec<Option<String>> = Vec::new();
    for choice in &within {
        if !processes.contains(&choice.process) {
            processes.push(choice.process.clone());
        }
    }
    within.sort_by_key(|of| processes.iter().position(|known| *known == of.process));
    let beyond = all - within.len();
    (within, beyond)
}

/// Choices, numbered from 1, with the claims that they would violate beside the `known` ones.
pub(crate) fn choices(choices: &[Choice], beyond: usize, known: &[Violation]) -> String {
    let width = choices
        .iter()
        .map(|of| of.process.as_ref().map_or(0, |name| name.chars().count()));
    let width = width.max().unwrap_or(0);
    let digits = choices.len().to_string().len();
    let (mut text, mut process) = (String::new(), None);
    for (place, choice) in choices.iter().enumerate() {
        let shown = match &choice.process {
            Some(name) if process != Some(name) => name,
            _ => "",
        };
        process = choice.process.as_ref();
        let gap = if width == 0 { "" } else { "  " };
        _ = write!(
            text,
            "{BOLD}{shown:<width$}{BOLD:#}{gap}{:>digits$}  {}",
            place + 1,
            choice.does
        );
        text += &warning(choice, known);
        text.push('\n');
    }
    if choices.is_empty() {
        text += "no step is possible\n";
    }
    if beyond > 0 {
        let (verb, more) = if beyond == 1 {
            ("leads", "step")
        } else {
            ("lead", "steps")
        };
        _ = writeln!(
            text,
            "{DIM}{beyond} more {more} {verb} out of the bounds{DIM:#}"
        );
    }
    text
}

/// What a choice would break beside the `known` violations, after its name.
pub(crate) fn warning(choice: &Choice, known: &[Violation]) -> String {
    let is_known = |claim: &str| known.iter().any(|violation| violation.claim == claim);
    let new = choice.violates.iter().filter(|claim| !is_known(claim));
    let new: Vec<_> = new.copied().collect();
    let mut text = String::new();
    if !new.is_empty() {
        _ = write!(text, "  {BAD}violates {}{BAD:#}", new.join(", "));
    }
    if let Some(objection) = &choice.objection {
        _ = write!(text, "  {BAD}objection:{BAD:#} {objection}");
    }
    text
}

/// Steps that are not possible and whose lines contain a text, each with its guard.
pub(crate) fn forbidden(steps: &[Forbidden], containing: &str) -> String {
    let mut text = String::new();
    for Forbidden { step, why } in steps {
        if contains(&format!("{step} {why}"), containing) {
            _ = writeln!(text, "{BOLD}{step}{BOLD:#}\n  {why}");
        }
    }
    text
}

/// Whether a text contains all words of another, in capitals or not.
pub(crate) fn contains(text: &str, words: &str) -> bool {
    let text = text.to_lowercase();
    words
        .split_whitespace()
        .all(|word| text.contains(&word.to_lowercase()))
}

/// How many variables of an initial state are listed.
const VARIABLES: usize = 12;

/// Initial states, each with its number and how it differs from the usual one.
pub(crate) fn initial(page: &InitialPage) -> String {
    let mut text = String::new();
    for InitialState { begin, lines } in &page.states {
        let shown = &lines[..lines.len().min(VARIABLES)];
        _ = write!(text, "{BOLD}{}{BOLD:#}  {}", begin.number, shown.join("; "));
        if lines.len() > VARIABLES {
            _ = write!(text, "; and {} more", lines.len() - VARIABLES);
        }
        text.push('\n');
    }
    if page.states.is_empty() {
        text += match page.next {
            Some(_) => "none of these contains it\n",
            None => "no initial state contains it\n",
        };
    }
    text
}

/// The name that is meant: this one, or the only one with these words.
pub(crate) fn meant<'n>(what: &str, words: &str, names: &[&'n str]) -> Result<&'n str, String> {
    if let Some(name) = names.iter().find(|name| name.eq_ignore_ascii_case(words)) {
        return Ok(name);
    }
    let close: Vec<_> = names
        .iter()
        .filter(|name| contains(name, words))
        .copied()
        .collect();
    match close[..] {
        [name] => Ok(name),
        [] => Err(format!(
            "there is no {what} “{words}”: there are {}",
            names.join(", ")
        )),
        _ => Err(format!("“{words}” may be {}: say which", close.join(", "))),
    }
}
