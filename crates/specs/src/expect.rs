//! The table `[expect]` of a run spec: the expected result.

use crate::error::SpecError;
use crate::read::{
    Key, SpecTable, choice_of, count, count_of_each, deltas, list_of, name_among, small_count,
};
use std::collections::BTreeMap;
use synod_vocabulary::time::{Elapsed, instant_of};
use synod_vocabulary::{Expect, PANIC_FREEDOM};

pub(crate) const EXPECT: Key = Key::new("expect", "[expect]");

const VERDICT: Key = Key::new("verdict", "verdict = \"holds\"");
const STATES: Key = Key::new("states", "states = 257721");
const UNREDUCED: Key = Key::new("unreduced", "unreduced = 352133865");
const DEPTH: Key = Key::new("depth", "depth = 49");
const LEVELS: Key = Key::new("levels", "levels = [1, 6, 15]");
const ACTIONS: Key = Key::new("actions", "actions = { \"Try New Ballot\" = 12 }");
const PROPERTY: Key = Key::new("property", "property = \"Consistency\"");
const WORST: Key = Key::new("worst", "worst = 9");
const LENGTH: Key = Key::new("length", "length = 12");
const HOLDS: Key = Key::new("holds", "holds = [\"Consistency\"]");

const KEYS: &[Key] = &[
    VERDICT, STATES, UNREDUCED, DEPTH, LEVELS, ACTIONS, WORST, PROPERTY, LENGTH, HOLDS,
];

/// What the expected result of a model may speak of.
pub(crate) struct Names {
    /// Its claims, of states and of runs.
    pub(crate) claims: Vec<String>,
    /// Its kinds of actions.
    pub(crate) kinds: Vec<String>,
    /// Whether one state of each orbit is explored.
    pub(crate) is_reduced: bool,
}

/// Reads the expected result of a model.
pub(crate) fn expect(spec: &SpecTable<'_>, names: &Names) -> Result<Expect, SpecError> {
    let Some(value) = spec.value(EXPECT) else {
        return Ok(Expect::HOLDS);
    };
    let table = value.get_ref().as_table();
    let table = table.ok_or_else(|| EXPECT.wrong_type(value, "a table"))?;
    let expect = SpecTable::new(table, value.span(), KEYS)?;
    let verdict = choice_of(&["holds", "violated"], |verdict| verdict);
    let holds = expect.required(VERDICT, verdict)? == "holds";
    if holds {
        refuse_beside_verdict(&expect, "holds", &[PROPERTY, LENGTH, HOLDS])?;
        return figures(&expect, names);
    }
    refuse_beside_verdict(
        &expect,
        "violated",
        &[STATES, UNREDUCED, DEPTH, LEVELS, ACTIONS, WORST],
    )?;
    let claims = names.claims.iter().map(String::as_str);
    let claims: Vec<_> = claims.chain([PANIC_FREEDOM]).collect();
    let claim = name_among(&claims);
    Ok(Expect::Violated {
        property: expect.required(PROPERTY, &claim)?,
        holds: expect.optional(HOLDS, list_of(&claim))?.unwrap_or_default(),
        length: expect.optional(LENGTH, small_count)?,
    })
}

/// Reads the figures of a run that holds.
fn figures(expect: &SpecTable<'_>, names: &Names) -> Result<Expect, SpecError> {
    let states = expect.optional(STATES, count)?;
    let unreduced = expect.optional(UNREDUCED, count)?;
    if unreduced.is_some() && !names.is_reduced {
        return Err(expect.refused(
            UNREDUCED,
            "`unreduced` has no effect: every state is explored",
            "leave it out, or ask for `reductions = [\"symmetry\"]` above `[expect]`",
        ));
    }
    refuse_more_than_unreduced(expect, states, unreduced)?;
    let depth = expect.optional(DEPTH, small_count)?;
    let levels = expect.optional(LEVELS, list_of(count))?;
    if let Some(levels) = &levels {
        refuse_contradictions(expect, levels, states, depth)?;
    }
    let actions = expect.optional(ACTIONS, count_of_each(&names.kinds))?;
    Ok(Expect::Holds {
        states,
        unreduced,
        depth,
        levels,
        actions: actions.map(BTreeMap::from_iter),
        worst: worst(expect, names)?,
    })
}

/// Reads the worst case, of a model in which time passes.
fn worst(expect: &SpecTable<'_>, names: &Names) -> Result<Option<Elapsed>, SpecError> {
    let worst = expect.optional(WORST, deltas)?;
    let has_time = names.kinds.iter().any(|kind| instant_of(kind).is_some());
    if worst.is_some() && !has_time {
        return Err(expect.refused(
            WORST,
            "`worst` has no effect: no time passes",
            "leave it out, or say with a table `[time]` above `[expect]` how time passes",
        ));
    }
    Ok(worst)
}

/// Refuses fewer states than the orbits of which they are.
fn refuse_more_than_unreduced(
    expect: &SpecTable<'_>,
    states: Option<u64>,
    unreduced: Option<u64>,
) -> Result<(), SpecError> {
    match (states, unreduced) {
        (Some(states), Some(unreduced)) if unreduced < states => Err(expect.refused(
            UNREDUCED,
            format!("`unreduced` is {unreduced}, but `states` is {states}"),
            "each state that is explored stands for itself at least: let both be of one run",
        )),
        _ => Ok(()),
    }
}

/// Refuses levels that no run can have: none at all, or others than the figures beside them say.
fn refuse_contradictions(
    expect: &SpecTable<'_>,
    levels: &[u64],
    states: Option<u64>,
    depth: Option<u32>,
) -> Result<(), SpecError> {
    let help = "let all figures be those of one run: `synod check --update` writes them";
    let sum = levels
        .iter()
        .try_fold(0, |sum: u64, level| sum.checked_add(*level));
    let length = levels.len();
    let message = if levels.contains(&0) || levels.is_empty() {
        "each level has at least one state, and there is at least one level".to_owned()
    } else if let (Some(states), true) = (states, sum != states.or(sum)) {
        let sum = sum.map_or_else(|| "too many".to_owned(), |sum| sum.to_string());
        format!("the levels have {sum} states together, but `states` is {states}")
    } else if let (Some(depth), true) = (depth, depth.is_some_and(|depth| depth as usize != length))
    {
        format!("there are {length} levels, but `depth` is {depth}")
    } else {
        return Ok(());
    };
    Err(expect.refused(LEVELS, message, help))
}

fn refuse_beside_verdict(
    expect: &SpecTable<'_>,
    verdict: &str,
    keys: &[Key],
) -> Result<(), SpecError> {
    for &key in keys {
        if let Some(value) = expect.value(key) {
            let message = format!("{key} has no effect when the verdict is {verdict:?}");
            let help = "leave it out, or change the verdict";
            return Err(SpecError::at(value.span(), message, help));
        }
    }
    Ok(())
}
