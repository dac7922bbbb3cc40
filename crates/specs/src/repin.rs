//! Writes other figures into the text of a run spec, and why: [`repin`].

use crate::run_spec::{RunSpec, parse};
use std::collections::BTreeMap;
use std::str::FromStr;
use synod_models::bounds::is_readable;
use synod_vocabulary::Expect;
use synod_vocabulary::time::Elapsed;
use thiserror::Error;
use toml_edit::{Array, Decor, DocumentMut, InlineTable, Item, Key, TableLike, TomlError, Value};

const EXPECT: &str = "expect";

/// Why figures are pinned anew: at least one line that is not blank.
///
/// ```
/// use synod_specs::Because;
///
/// assert!("a priest may retry".parse::<Because>().is_ok());
/// assert!(" \n ".parse::<Because>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Because(Vec<String>);

impl FromStr for Because {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lines = text.trim().lines().map(|line| line.trim_end().to_owned());
        let lines: Vec<_> = lines.collect();
        if lines.is_empty() {
            return Err("say why the result has changed");
        }
        // A tab is the only character of these that a comment may have.
        let is_allowed = |c: char| is_readable(c) || c == '\t';
        if !lines.iter().all(|line| line.chars().all(is_allowed)) {
            return Err("it must be text without control characters");
        }
        Ok(Self(lines))
    }
}

/// Why a text was not rewritten.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NotRewritten {
    /// The text is not TOML.
    #[error("not TOML: {0}")]
    NotToml(String),
    /// The text would change elsewhere, too.
    #[error("the file cannot be rewritten without changing other parts of it")]
    OtherParts,
    /// The text would say something else.
    #[error("the file would not pin the figures: its table [expect] has an unusual form")]
    OtherMeaning,
}

/// The text of a spec with other figures in its table `[expect]`, and with a comment above that
/// says which they were, when they changed (`date`) and why. Everything else stays as it is, byte
/// for byte. Figures that the spec does not have yet are added.
///
/// ```
/// use synod_specs::{Expect, parse, repin};
///
/// let text = "about = \"One.\"\nprotocol = \"basic\"\npriests = 1\ndecrees = [\"a\"]\n\n\
///             [expect]\nverdict = \"holds\" # as §2.3 says\nstates  = 10\n";
/// let spec = parse(text)?;
/// let new = Expect::Holds { states: Some(11), unreduced: None, depth: None, levels: None, actions: None, worst: None };
/// let because = "a priest may retry".parse()?;
/// let text = repin(&spec, text, &new, "2026-11-29", &because)?;
/// assert!(text.ends_with(
///     "# 2026-11-29: 11 states, were 10: a priest may retry\n\
///      [expect]\nverdict = \"holds\" # as §2.3 says\nstates  = 11\n"
/// ));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// The text cannot be rewritten without changing more than that.
pub fn repin(
    spec: &RunSpec,
    text: &str,
    new: &Expect,
    date: &str,
    because: &Because,
) -> Result<String, NotRewritten> {
    let (mark, plain) = match text.strip_prefix('\u{FEFF}') {
        Some(plain) => ("\u{FEFF}", plain),
        None => ("", text),
    };
    let has_returns = plain.contains("\r\n");
    let lines = plain.replace("\r\n", "\n");
    let told = comment(&spec.expect, new, date, because);
    let rewritten = rewritten(&lines, spec.line_of_expect, new, &told)?;
    let rewritten = if has_returns {
        rewritten.replace('\n', "\r\n")
    } else {
        rewritten
    };
    // A file with line ends of both kinds would lose some of them.
    if has_returns && lines.replace('\n', "\r\n") != plain {
        return Err(NotRewritten::OtherParts);
    }
    let read = parse(&rewritten).map_err(|_| NotRewritten::OtherMeaning)?;
    if read.expect != *new || read.settings != spec.settings {
        return Err(NotRewritten::OtherMeaning);
    }
    Ok(format!("{mark}{rewritten}"))
}

fn rewritten(text: &str, line: usize, new: &Expect, told: &str) -> Result<String, NotRewritten> {
    let not_toml = |error: TomlError| NotRewritten::NotToml(error.message().to_owned());
    let document: DocumentMut = text.parse().map_err(not_toml)?;
    if written(&document, text) != text {
        return Err(NotRewritten::OtherParts);
    }
    let commented = if document.contains_key(EXPECT) {
        with_comment(text, line, told)
    } else {
        let end = if text.ends_with('\n') { "" } else { "\n" };
        format!("{text}{end}\n{told}[expect]\nverdict = \"holds\"\n")
    };
    let mut document: DocumentMut = commented.parse().map_err(not_toml)?;
    let table = document
        .get_mut(EXPECT)
        .and_then(Item::as_table_like_mut)
        .ok_or(NotRewritten::OtherMeaning)?;
    write_figures(table, new)?;
    Ok(written(&document, text))
}

/// The text of a document. Its last line has an end if that of the text it was read from has one.
fn written(document: &DocumentMut, text: &str) -> String {
    let mut written = document.to_string();
    if written.ends_with('\n') && !text.ends_with('\n') {
        written.pop();
    }
    written
}

/// The text with the comment above a line, or above the older comments of this kind there.
fn with_comment(text: &str, line: usize, told: &str) -> String {
    let lines: Vec<_> = text.split_inclusive('\n').collect();
    let at = line.saturating_sub(1).min(lines.len());
    let is_comment = |line: &&&str| line.trim_start().starts_with('#');
    let comments = lines[..at].iter().rev().take_while(is_comment).count();
    let newest = lines[at - comments..at].iter().position(|line| tells(line));
    let at = newest.map_or(at, |newest| at - comments + newest);
    let (before, after) = (lines[..at].concat(), lines[at..].concat());
    format!("{before}{told}{after}")
}

/// Whether a line begins a comment of this kind: with a date.
fn tells(line: &str) -> bool {
    let date = line.strip_prefix("# ").and_then(|line| line.get(..11));
    date.is_some_and(|date| {
        let shape = date
            .chars()
            .map(|c| if c.is_ascii_digit() { '0' } else { c });
        shape.eq("0000-00-00:".chars())
    })
}

/// What is kept in the file: when, what was pinned before, and why.
fn comment(old: &Expect, new: &Expect, date: &str, because: &Because) -> String {
    let changes = changes(old, new).join(", ");
    let before = if old.pins_a_figure() {
        ""
    } else {
        ", not pinned before"
    };
    let mut lines = because.0.iter();
    let first = lines.next().map_or("", String::as_str);
    let others = lines.map(|line| format!("#   {line}").trim_end().to_owned() + "\n");
    format!(
        "# {date}: {changes}{before}: {first}\n{}",
        others.collect::<String>()
    )
}

/// Each figure that is pinned now and was not, or was another.
fn changes(old: &Expect, new: &Expect) -> Vec<String> {
    let numbers = |expect: &Expect| match expect {
        Expect::Holds {
            states,
            unreduced,
            depth,
            ..
        } => [*states, *unreduced, depth.map(u64::from), None],
        Expect::Violated { length, .. } => [None, None, None, length.map(u64::from)],
    };
    let words: [fn(u64) -> String; 4] = [
        |states| match states {
            1 => "1 state".to_owned(),
            _ => format!("{states} states"),
        },
        |unreduced| format!("{unreduced} unreduced"),
        |depth| format!("depth {depth}"),
        |length| format!("length {length}"),
    ];
    let was = ["were", "were", "was", "was"];
    let numbers = numbers(new).into_iter().zip(numbers(old));
    let numbers = numbers.zip(words.into_iter().zip(was));
    let numbers = numbers.filter_map(|((new, old), (words, was))| {
        let new = new.filter(|new| Some(*new) != old)?;
        Some(match old {
            Some(old) => format!("{}, {was} {old}", words(new)),
            None => words(new),
        })
    });
    let worst = change_of_worst(old, new).into_iter();
    numbers
        .chain(worst)
        .chain(changes_in_lists(old, new))
        .collect()
}

fn change_of_worst(old: &Expect, new: &Expect) -> Option<String> {
    let worst = |expect: &Expect| match expect {
        Expect::Holds { worst, .. } => *worst,
        Expect::Violated { .. } => None,
    };
    let (new, old) = (worst(new)?, worst(old));
    match old {
        Some(old) if old == new => None,
        Some(old) => Some(format!("worst case {new}, was {old}")),
        None => Some(format!("worst case {new}")),
    }
}

fn changes_in_lists(old: &Expect, new: &Expect) -> Vec<String> {
    let lists = |expect: &Expect| match expect {
        Expect::Holds {
            levels, actions, ..
        } => (levels.clone(), actions.clone()),
        Expect::Violated { .. } => (None, None),
    };
    let ((old_levels, old_actions), (levels, actions)) = (lists(old), lists(new));
    let mut changes = Vec::new();
    if levels != old_levels {
        let levels = levels.unwrap_or_default();
        let old = old_levels.unwrap_or_default();
        let same = levels.iter().zip(&old).take_while(|(new, old)| new == old);
        changes.push(format!("levels from {} on", same.count() + 1));
    }
    if actions != old_actions {
        let (new, old) = (actions.unwrap_or_default(), old_actions.unwrap_or_default());
        let differing = new
            .iter()
            .filter(|(name, count)| old.get(*name) != Some(count));
        changes.push(match differing.count() {
            1 => "1 action".to_owned(),
            count => format!("{count} actions"),
        });
    }
    changes
}

fn write_figures(table: &mut dyn TableLike, new: &Expect) -> Result<(), NotRewritten> {
    match new {
        Expect::Holds {
            states,
            unreduced,
            depth,
            levels,
            actions,
            worst,
        } => {
            write_number(table, "states", *states)?;
            write_number(table, "unreduced", *unreduced)?;
            write_number(table, "depth", depth.map(u64::from))?;
            if let Some(worst) = worst {
                write_value(table, "worst", deltas(*worst));
            }
            if let Some(levels) = levels {
                let array = table.get_mut("levels").and_then(Item::as_array_mut);
                write_levels(array.ok_or(NotRewritten::OtherMeaning)?, levels)?;
            }
            if let Some(actions) = actions {
                let item = table.get_mut("actions");
                write_actions(item.ok_or(NotRewritten::OtherMeaning)?, actions)?;
            }
        }
        Expect::Violated { length, .. } => {
            write_number(table, "length", length.map(u64::from))?;
        }
    }
    Ok(())
}

fn write_number(
    table: &mut dyn TableLike,
    key: &str,
    number: Option<u64>,
) -> Result<(), NotRewritten> {
    let Some(number) = number else {
        return Ok(());
    };
    write_value(table, key, value(number)?);
    Ok(())
}

fn write_value(table: &mut dyn TableLike, key: &str, new: Value) {
    if let Some(old) = table.get_mut(key).and_then(Item::as_value_mut) {
        return replace(old, new);
    }
    let width = width_of_keys(table);
    table.insert(key, Item::Value(new));
    if let (Some(mut key), Some(width)) = (table.key_mut(key), width) {
        let spaces = width.saturating_sub(key.get().len()).max(1);
        key.leaf_decor_mut().set_suffix(" ".repeat(spaces));
    }
}

/// A time in units of Δ: a whole number, if it is one.
fn deltas(elapsed: Elapsed) -> Value {
    let deltas = elapsed.in_deltas();
    #[expect(clippy::cast_possible_truncation, reason = "it is whole, and small")]
    let whole = deltas as i64;
    if deltas.fract() == 0.0 {
        Value::from(whole)
    } else {
        Value::from(deltas)
    }
}

/// How wide the column of the keys is, if they stand in one.
fn width_of_keys(table: &dyn TableLike) -> Option<usize> {
    let width = |key: &Key| {
        let spaces = key.leaf_decor().suffix()?.as_str()?;
        Some(key.get().len() + spaces.len())
    };
    let names: Vec<_> = table.iter().map(|(name, _)| name.to_owned()).collect();
    let keys = names.iter().filter_map(|name| table.key(name));
    keys.filter_map(width).max()
}

fn value(number: u64) -> Result<Value, NotRewritten> {
    // TOML has no larger numbers than these.
    let number = i64::try_from(number).map_err(|_| NotRewritten::OtherMeaning)?;
    Ok(Value::from(number))
}

/// Replaces a value. The comment behind it stays.
fn replace(old: &mut Value, new: Value) {
    let decor = old.decor().clone();
    *old = new;
    *old.decor_mut() = decor;
}

fn write_levels(array: &mut Array, levels: &[u64]) -> Result<(), NotRewritten> {
    let values: Result<Vec<_>, _> = levels.iter().map(|&level| value(level)).collect();
    while array.len() > levels.len() {
        let last = array.len() - 1;
        let removed = array.remove(last);
        // What stands before the bracket stays there.
        let suffix = removed.decor().suffix().cloned();
        if let (Some(last), Some(suffix)) = (array.iter_mut().last(), suffix) {
            last.decor_mut().set_suffix(suffix);
        }
    }
    for (position, mut value) in values?.into_iter().enumerate() {
        if let Some(old) = array.get_mut(position) {
            replace(old, value);
            continue;
        }
        if let Some(last) = array.iter_mut().last() {
            let suffix = last.decor().suffix().cloned().unwrap_or_default();
            let prefix = last.decor().prefix().and_then(|prefix| prefix.as_str());
            *value.decor_mut() = Decor::new(space_before(prefix), suffix);
            last.decor_mut().set_suffix("");
        }
        array.push_formatted(value);
    }
    Ok(())
}

/// What stands before another element of a list: a line break if each has a line of its own, and
/// not the comment on the element before it.
fn space_before(prefix: Option<&str>) -> &str {
    let line = prefix.and_then(|prefix| prefix.rfind('\n').map(|end| &prefix[end..]));
    line.unwrap_or(" ")
}

fn write_actions(item: &mut Item, actions: &BTreeMap<String, u64>) -> Result<(), NotRewritten> {
    if let Some(table) = item.as_inline_table_mut() {
        return write_inline(table, actions);
    }
    let table = item.as_table_like_mut().ok_or(NotRewritten::OtherMeaning)?;
    for (name, count) in actions {
        write_number(table, name, Some(*count))?;
    }
    Ok(())
}

/// Like a table with lines; what stands before the closing brace stays there.
fn write_inline(
    table: &mut InlineTable,
    actions: &BTreeMap<String, u64>,
) -> Result<(), NotRewritten> {
    for (name, count) in actions {
        let mut number = value(*count)?;
        if let Some(old) = table.get_mut(name) {
            replace(old, number);
            continue;
        }
        if let Some((_, last)) = table.iter_mut().last() {
            let suffix = last.decor().suffix().cloned().unwrap_or_default();
            last.decor_mut().set_suffix("");
            *number.decor_mut() = Decor::new(" ", suffix);
        }
        table.insert(name, number);
    }
    Ok(())
}
