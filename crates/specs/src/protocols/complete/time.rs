//! The table `[time]` of a run spec: who is present from an instant T_el on, and how time passes.

use crate::bounds::{CRASHES, PRIESTS, index, listed};
use crate::error::SpecError;
use crate::read::{Key, SpecTable, choice_of, count, deltas, flag, list_of};
use synod_math::{Priest, PriestSet};
use synod_models::bounds::Bounds;
use synod_models::complete::timed::{Before, Pace};
use synod_vocabulary::time::Elapsed;

pub(super) const TIME: Key = Key::new("time", "time = { round = 2 }");

const DELTA: Key = Key::new("delta", "delta = 1");
const ROUND: Key = Key::new("round", "round = 2");
const PRESENCE: Key = Key::new("presence", "presence = 2");
const PRESENT: Key = Key::new("present", "present = [1, 2]");
const BEFORE: Key = Key::new("before", "before = \"asked\"");
const REPEATS: Key = Key::new("repeats", "repeats = false");
const HORIZON: Key = Key::new("horizon", "horizon = 40");

const KEYS: &[Key] = &[DELTA, ROUND, PRESENCE, PRESENT, BEFORE, REPEATS, HORIZON];

/// The last instant that is explored, in units of Δ, where the spec does not say it.
const USUAL_HORIZON: u32 = 40;

/// How time passes, and a description of it; none if no time passes.
pub(super) fn pace(
    spec: &SpecTable<'_>,
    bounds: &Bounds,
    crashes: u8,
) -> Result<Option<(Pace, String)>, SpecError> {
    let Some(value) = spec.value(TIME) else {
        return Ok(None);
    };
    let table = value.get_ref().as_table();
    let table = table.ok_or_else(|| TIME.wrong_type(value, "a table"))?;
    let time = SpecTable::new(table, value.span(), KEYS)?;
    let delta = time.optional(DELTA, count)?.unwrap_or(1);
    let delta = u8::try_from(delta).ok().filter(|&delta| delta > 0);
    let delta = delta.ok_or_else(|| {
        time.refused(
            DELTA,
            "`delta` is the number of ticks in Δ, and has no room for this",
            "write a small number from 1 on; 1 is enough (docs/time.md)",
        )
    })?;
    let before = time.optional(BEFORE, choice_of(&Before::ALL, Before::name))?;
    let before = before.unwrap_or_default();
    if crashes > 0 && before != Before::Anything {
        let help = "leave it out, or let `before` be \"anything\": nobody crashes from T_el on";
        return Err(spec.refused(CRASHES, "`crashes` has no effect", help));
    }
    let present = present(&time, bounds)?;
    let horizon = time.optional(HORIZON, deltas)?;
    let horizon = horizon.unwrap_or(Elapsed::new(USUAL_HORIZON, 1));
    let (round, presence) = (
        time.required(ROUND, deltas)?,
        time.optional(PRESENCE, deltas)?,
    );
    let in_ticks = |key, length| ticks(&time, key, length, delta);
    let pace = Pace {
        delta,
        round: in_ticks(ROUND, round)?,
        presence: presence
            .map(|length| in_ticks(PRESENCE, length))
            .transpose()?,
        present,
        before,
        repeats: time.optional(REPEATS, flag)?.unwrap_or(true),
        horizon: in_ticks(HORIZON, horizon)?,
    };
    let names: Vec<_> = present
        .iter()
        .map(|p| (p.index() + 1).to_string())
        .collect();
    let presence = presence.map_or(String::new(), |period| format!(", presence every {period}"));
    let once = if pace.repeats {
        ""
    } else {
        ", each message once"
    };
    let finer = match delta {
        1 => String::new(),
        ticks => format!(", {ticks} ticks a Δ"),
    };
    let description = format!(
        "{} present from T_el on, round {round}{presence}, before T_el {}{once}{finer}",
        listed("priest", &names),
        before.name(),
    );
    Ok(Some((pace, description)))
}

/// Who is present: everybody, or those whom the spec names.
fn present(time: &SpecTable<'_>, bounds: &Bounds) -> Result<PriestSet, SpecError> {
    let Some(names) = time.optional(PRESENT, list_of(count))? else {
        return Ok(bounds.priests().collect());
    };
    let priest = |name: u64| {
        let priest = index(name).checked_sub(1).and_then(Priest::new);
        priest.filter(|&priest| bounds.priests().any(|p| p == priest))
    };
    let all = bounds.priest_count();
    let found: Option<PriestSet> = names.iter().map(|&name| priest(name)).collect();
    let found = found.ok_or_else(|| {
        let help = format!("name priests from 1 to {all}, as {PRIESTS} says");
        time.refused(PRESENT, "`present` has somebody who is no priest", help)
    })?;
    if !bounds.quorum_system().is_quorum(found) {
        let help = "name a majority set: no other can pass anything";
        return Err(time.refused(PRESENT, "`present` is no majority set", help));
    }
    Ok(found)
}

/// A length of time in ticks.
fn ticks(time: &SpecTable<'_>, key: Key, length: Elapsed, delta: u8) -> Result<u8, SpecError> {
    let ticks = 1..=u8::MAX;
    let of = |ticks: &u8| Elapsed::new((*ticks).into(), delta.into()) == length;
    ticks.into_iter().find(of).ok_or_else(|| {
        let help = "write a length of which there are 1 to 255 ticks; `delta` says how many Δ has";
        time.refused(
            key,
            format!("{key} is no number of ticks, or too large"),
            help,
        )
    })
}
