//! What a run has explored, in words and numbers.

use crate::outcome::never_taken;
use crate::style::{BOLD, DIM, OPEN};
use indicatif::HumanCount;
use std::fmt::Write;
use synod_checker::{ActionCoverage, Exploration, Verdict};
use synod_terminal::{columns, wrapped};

/// A line that names the actions that were never taken, if the verdict is that the properties
/// hold: it then rests on runs without these actions.
pub(super) fn push_never_taken(text: &mut String, verdict: Verdict, exploration: &Exploration) {
    let never = never_taken(exploration);
    if verdict == Verdict::Holds && !never.is_empty() {
        let never = format!("{} (within these bounds)", never.join(", "));
        let never = wrapped(&never, 15);
        let _ = writeln!(text, "  {OPEN}never taken{OPEN:#}  {never}");
    }
}

/// What a run has explored, as [`Human`](crate::Human) prints it, with colours: the states of
/// each level, the transitions of a state, and how often each kind of action was taken.
pub fn coverage(exploration: &Exploration) -> String {
    let mut text = String::new();
    push_coverage(&mut text, exploration);
    text
}

/// Levels, branching and actions, as tables.
pub(super) fn push_coverage(text: &mut String, exploration: &Exploration) {
    if !exploration.levels.is_empty() {
        push_levels(text, &exploration.levels);
    }
    if let Some(branching) = exploration.branching {
        let counts = format!(
            "at least {}, on average {:.2}, in 95 of 100 at most {}, at most {}",
            branching.min, branching.mean, branching.percentile_95, branching.max
        );
        let line = format!("{DIM}transitions of a state{DIM:#}  {counts}");
        // Writing to a String cannot fail.
        let _ = writeln!(text, "\n  {}", wrapped(&line, 2));
    }
    if !exploration.actions.is_empty() {
        push_actions(text, &exploration.actions);
    }
}

const NAME: usize = 26;
const COUNT: usize = 16;

/// How often each kind of action was taken. Where the columns have no room, the counts of an
/// action are below it.
fn push_actions(text: &mut String, actions: &[ActionCoverage]) {
    let has_room = columns().is_none_or(|columns| columns >= 2 + NAME + 2 * COUNT);
    if has_room {
        let (enabled, new) = ("enabled", "new states");
        let heading = format!("{:NAME$}{enabled:>COUNT$}{new:>COUNT$}", "action");
        let _ = writeln!(text, "\n  {BOLD}{heading}{BOLD:#}");
    } else {
        let _ = writeln!(text, "\n  {BOLD}actions{BOLD:#}");
    }
    for action in actions {
        let (name, enabled) = (&action.name, HumanCount(action.enabled).to_string());
        let new = action.new_states.map(|new| HumanCount(new).to_string());
        let _ = if has_room {
            let new = new.unwrap_or_default();
            writeln!(text, "  {name:NAME$}{enabled:>COUNT$}{new:>COUNT$}")
        } else {
            let new = new.map_or_else(String::new, |new| format!(", new states {new}"));
            let counts = wrapped(&format!("enabled {enabled}{new}"), 4);
            writeln!(text, "  {name}\n    {counts}")
        };
    }
}

/// The width of the longest bar, in columns.
const BAR: u64 = 40;
/// The columns before the bars.
const BEFORE_BAR: usize = 27;
/// A bar that could not be longer would say nothing.
const SHORTEST: u64 = 8;

/// One bar for each level, if there is room; its length is proportional to the number of states.
fn push_levels(text: &mut String, levels: &[u64]) {
    let _ = writeln!(text, "\n  {BOLD}{:>7}{:>16}{BOLD:#}", "level", "states");
    let most = levels.iter().copied().max().unwrap_or(1);
    let room = columns().map_or(BAR, |columns| columns.saturating_sub(BEFORE_BAR) as u64);
    for (position, &states) in levels.iter().enumerate() {
        let _ = write!(text, "  {:>7}", position + 1);
        let _ = write!(text, "{:>16}", HumanCount(states).to_string());
        if room >= SHORTEST {
            let bar = "▇".repeat((states * BAR.min(room)).div_ceil(most) as usize);
            let _ = write!(text, "  {DIM}{bar}{DIM:#}");
        }
        text.push('\n');
    }
}
