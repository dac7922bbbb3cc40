//! What a run has explored, in words and numbers.

use crate::outcome::never_taken;
use crate::style::{BOLD, DIM, OPEN};
use indicatif::HumanCount;
use std::fmt::Write;
use synod_checker::{Exploration, Verdict};
use synod_terminal::wrapped;

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

/// Levels, branching and actions, as tables.
pub(super) fn push_coverage(text: &mut String, exploration: &Exploration) {
    if !exploration.levels.is_empty() {
        push_levels(text, &exploration.levels);
    }
    if let Some(branching) = exploration.branching {
        let _ = writeln!(
            text,
            "\n  {DIM}transitions of a state{DIM:#}  at least {}, on average {:.2}, in 95 of 100 at most {}, at most {}",
            branching.min, branching.mean, branching.percentile_95, branching.max
        );
    }
    if exploration.actions.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "\n  {BOLD}{:26}{:>16}{:>16}{BOLD:#}",
        "action", "enabled", "new states"
    );
    for action in &exploration.actions {
        let _ = writeln!(
            text,
            "  {:26}{:>16}{:>16}",
            action.name,
            HumanCount(action.enabled).to_string(),
            action
                .new_states
                .map_or_else(String::new, |states| HumanCount(states).to_string())
        );
    }
}

/// The width of the longest bar, in characters.
const BAR: u64 = 40;

/// One bar for each level; its length is proportional to the number of states.
fn push_levels(text: &mut String, levels: &[u64]) {
    let _ = writeln!(text, "\n  {BOLD}{:>7}{:>16}{BOLD:#}", "level", "states");
    let most = levels.iter().copied().max().unwrap_or(1);
    for (position, &states) in levels.iter().enumerate() {
        let bar = "▇".repeat((states * BAR).div_ceil(most) as usize);
        let states = HumanCount(states).to_string();
        let _ = writeln!(text, "  {:>7}{states:>16}  {DIM}{bar}{DIM:#}", position + 1);
    }
}
