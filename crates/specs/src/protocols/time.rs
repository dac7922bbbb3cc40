//! The table `[time]` of a run spec: who is present from an instant T_el on, and how time passes.
//! Run specs of shipped code may have it.

use crate::bounds::{CRASHES, PRIESTS, index, listed};
use crate::error::SpecError;
use crate::read::{Key, SpecTable, choice_of, count, deltas, flag, list_of};
use crate::visit::{Checkable, ViewError, Visit, Visitor};
use synod_math::{Priest, PriestSet};
use synod_models::bounds::Bounds;
use synod_models::timed::{Before, Pace, Timed, Until};
use synod_models::world::{Refined, World};
use synod_vocabulary::time::Elapsed;

pub(super) const TIME: Key = Key::new("time", "time = { round = 2 }");

const DELTA: Key = Key::new("delta", "delta = 1");
const ROUND: Key = Key::new("round", "round = 2");
const ABSENCE: Key = Key::new("absence", "absence = 4");
const UNTIL: Key = Key::new("until", "until = \"one president\"");
const PRESENCE: Key = Key::new("presence", "presence = 2");
const PRESENT: Key = Key::new("present", "present = [1, 2]");
const BEFORE: Key = Key::new("before", "before = \"asked\"");
const REPEATS: Key = Key::new("repeats", "repeats = false");
const IN_ORDER: Key = Key::new("in_order", "in_order = true");
const HORIZON: Key = Key::new("horizon", "horizon = 40");

const KEYS: &[Key] = &[
    DELTA, ROUND, PRESENCE, ABSENCE, PRESENT, BEFORE, UNTIL, REPEATS, IN_ORDER, HORIZON,
];

/// The last instant that is explored, in units of Δ, where the spec does not say it.
const USUAL_HORIZON: u32 = 40;

/// The model of shipped code, by whether time passes.
// Its size does not matter: each spec has one.
#[allow(clippy::large_enum_variant)]
#[derive(Clone)]
pub(crate) enum InTime<P: Refined> {
    World(World<P>),
    Timed(Timed<P>),
}

impl<P: Refined> Visit for InTime<P>
where
    World<P>: Checkable,
    Timed<P>: Checkable,
{
    fn visit<V: Visitor>(&self, visitor: V) -> V::Output {
        match self {
            Self::World(model) => visitor.visit(model),
            Self::Timed(model) => visitor.visit(model),
        }
    }
}

impl<P: Refined> InTime<P> {
    /// The same model, with one more property: that a run ends at this instant. None if no time passes.
    pub(super) fn ending_at(&self, worst: Elapsed) -> Option<Self> {
        match self {
            Self::World(_) => None,
            Self::Timed(model) => Some(Self::Timed(model.clone().ending_at(worst))),
        }
    }

    /// The model without time.
    ///
    /// # Errors
    /// Time passes in it.
    pub(super) fn without_time(&self) -> Result<&World<P>, ViewError> {
        match self {
            Self::World(model) => Ok(model),
            Self::Timed(_) => Err(ViewError {
                message: "time passes in it, and Stateright's actors have no clocks",
                help: "leave out --actors, or name a spec without `[time]`",
            }),
        }
    }
}

/// How time passes, and a description of it; none if no time passes. `befores` are what may have
/// happened before T_el.
pub(super) fn pace(
    spec: &SpecTable<'_>,
    bounds: &Bounds,
    crashes: u8,
    befores: &[Before],
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
    let before = time.optional(BEFORE, choice_of(befores, Before::name))?;
    let before = before.unwrap_or_default();
    if crashes > 0 && before != Before::Anything {
        let help = "leave it out, or let `before` be \"anything\": nobody crashes from T_el on";
        return Err(spec.refused(CRASHES, "`crashes` has no effect", help));
    }
    let present = present(&time, bounds)?;
    let horizon = time.optional(HORIZON, deltas)?;
    let horizon = horizon.unwrap_or(Elapsed::new(USUAL_HORIZON, 1));
    let until = time.optional(UNTIL, choice_of(&Until::ALL, Until::name))?;
    let until = until.unwrap_or_default();
    let [round, presence, absence] = lengths(&time, until)?;
    let (repeats, in_order) = (
        time.optional(REPEATS, flag)?,
        time.optional(IN_ORDER, flag)?,
    );
    let in_order = in_order.unwrap_or(false);
    if in_order && repeats == Some(true) {
        let help = "leave one of them out: a message that is repeated comes out of its order";
        return Err(time.refused(REPEATS, "`repeats` and `in_order` exclude each other", help));
    }
    let in_ticks = |key, length| ticks(&time, key, length, delta);
    let of = |key, length: Option<_>| length.map(|length| in_ticks(key, length)).transpose();
    let pace = Pace {
        delta,
        round: of(ROUND, round)?,
        presence: of(PRESENCE, presence)?,
        absence: of(ABSENCE, absence)?,
        present,
        before,
        until,
        repeats: repeats.unwrap_or(!in_order),
        in_order,
        horizon: in_ticks(HORIZON, horizon)?,
    };
    let names: Vec<_> = present
        .iter()
        .map(|p| (p.index() + 1).to_string())
        .collect();
    let told = |text: &str, length: Option<Elapsed>| {
        length.map_or(String::new(), |length| format!(", {text} {length}"))
    };
    let lengths = [
        told("round", round),
        told("presence every", presence),
        told("absence after", absence),
    ];
    let until = match until {
        Until::Outcome => String::new(),
        Until::OnePresident => format!(", until there is {}", until.name()),
    };
    let once = match (pace.repeats, pace.in_order) {
        (true, _) => "",
        (false, true) => ", messages in their order",
        (false, false) => ", each message once",
    };
    let finer = match delta {
        1 => String::new(),
        ticks => format!(", {ticks} ticks a Δ"),
    };
    let description = format!(
        "{} present from T_el on{}, before T_el {}{once}{finer}{until}",
        listed("priest", &names),
        lengths.concat(),
        before.name(),
    );
    Ok(Some((pace, description)))
}

/// How long a round, the presence and the absence are, as far as they matter. As long as nobody becomes
/// president there is no absence, and ballots do not decide who does.
fn lengths(time: &SpecTable<'_>, until: Until) -> Result<[Option<Elapsed>; 3], SpecError> {
    let elects = until == Until::OnePresident;
    let (needed, useless) = if elects {
        (ABSENCE, ROUND)
    } else {
        (ROUND, ABSENCE)
    };
    if time.value(useless).is_some() {
        let why = if elects {
            "ballots do not decide who presides"
        } else {
            "nobody becomes president after T_el"
        };
        let help = format!(
            "leave it out, or {}",
            time.set_to(
                UNTIL,
                if elects {
                    "until = \"outcome\""
                } else {
                    "until = \"one president\""
                }
            )
        );
        return Err(time.refused(useless, format!("{useless} has no effect: {why}"), help));
    }
    let needed = Some(time.required(needed, deltas)?);
    if elects {
        Ok([None, Some(time.required(PRESENCE, deltas)?), needed])
    } else {
        Ok([needed, time.optional(PRESENCE, deltas)?, None])
    }
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
