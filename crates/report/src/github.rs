//! The report `github`: commands on standard output that annotate lines of files.
//!
//! GitHub shows ten errors and ten warnings of a step, so the loudest come first.

use crate::places::relative;
use crate::summary::{Grade, Summary, Told, cut};
use std::fmt::Write;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::Path;
use synod_terminal::say;

/// GitHub cuts a message off after 64 KiB; what a person reads beside a line of code is shorter.
const LONGEST_MESSAGE: usize = 4000;
const LONGEST_TITLE: usize = 200;

/// Stops the commands of standard output until the report `github` begins: what stands before
/// it may quote specs, whose authors are not to give commands. Returns the token that lets them
/// go on, which nobody can guess.
///
/// # Examples
/// ```
/// let token = synod_report::stop_commands();
/// assert_ne!(token, synod_report::stop_commands());
/// ```
pub fn stop_commands() -> String {
    let random = || RandomState::new().build_hasher().finish();
    let token = format!("{:016x}{:016x}", random(), random());
    say(&format!("::stop-commands::{token}\n"));
    token
}

/// A command for each result that a person should look at.
pub(crate) fn text(summary: &Summary, root: &Path) -> String {
    let told = summary.sorted().into_iter();
    told.filter_map(|told| command(told, root)).collect()
}

fn command(told: &Told, root: &Path) -> Option<String> {
    let level = match told.grade {
        Grade::Escaped | Grade::NotAsExpected | Grade::NotChecked | Grade::Inconclusive => "error",
        Grade::Changed => "warning",
        Grade::AsExpected | Grade::LeftOut => return None,
    };
    let mut properties = Vec::new();
    if let Some((file, line)) = &told.place {
        properties.push(format!("file={}", property(&relative(file, root))));
        properties.push(format!("line={line}"));
    }
    let title = cut(&told.title(), LONGEST_TITLE);
    properties.push(format!("title={}", property(&title)));
    let message = data(&cut(&message(told), LONGEST_MESSAGE));
    Some(format!("::{level} {}::{message}\n", properties.join(",")))
}

fn message(told: &Told) -> String {
    let mut message = told.sentences().join("\n");
    if let Some(run) = &told.run {
        message += "\n";
        message += &run.steps;
    }
    let change = told.change.iter();
    for (about, steps) in change.flat_map(|change| &change.partings) {
        _ = write!(message, "\nWhere they part: {about}\n{steps}");
    }
    message.trim_end().to_owned()
}

/// A text as a message of a command.
fn data(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' | '\r' => c,
        '\t' => ' ',
        c if c.is_control() => '\u{FFFD}',
        c => c,
    };
    let text: String = text.chars().map(shown).collect();
    let text = text.replace('%', "%25").replace('\r', "%0D");
    text.replace('\n', "%0A")
}

/// A text as the value of a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
