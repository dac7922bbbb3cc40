//! The table `[expect]` of a run spec: the expected result.

use crate::error::SpecError;
use crate::read::{Key, SpecTable, choice_of, count, list_of, small_count};
use synod_vocabulary::{Expect, PANIC_FREEDOM};

pub(crate) const EXPECT: Key = Key::new("expect", "[expect]");

const VERDICT: Key = Key::new("verdict", "verdict = \"holds\"");
const STATES: Key = Key::new("states", "states = 257721");
const DEPTH: Key = Key::new("depth", "depth = 49");
const PROPERTY: Key = Key::new("property", "property = \"Consistency\"");
const LENGTH: Key = Key::new("length", "length = 12");
const HOLDS: Key = Key::new("holds", "holds = [\"Consistency\"]");

const KEYS: &[Key] = &[VERDICT, STATES, DEPTH, PROPERTY, LENGTH, HOLDS];

/// Reads the expected result of a model that makes these claims.
pub(crate) fn expect(
    spec: &SpecTable<'_>,
    mut claims: Vec<&'static str>,
) -> Result<Expect, SpecError> {
    let nothing_pinned = Expect::Holds {
        states: None,
        depth: None,
    };
    let Some(value) = spec.value(EXPECT) else {
        return Ok(nothing_pinned);
    };
    let table = value.get_ref().as_table();
    let table = table.ok_or_else(|| EXPECT.wrong_type(value, "a table"))?;
    let expect = SpecTable::new(table, value.span(), KEYS)?;
    let verdict = choice_of(&["holds", "violated"], |verdict| verdict);
    let holds = expect.required(VERDICT, verdict)? == "holds";
    if holds {
        refuse_beside_verdict(&expect, "holds", &[PROPERTY, LENGTH, HOLDS])?;
        return Ok(Expect::Holds {
            states: expect.optional(STATES, count)?,
            depth: expect.optional(DEPTH, small_count)?,
        });
    }
    refuse_beside_verdict(&expect, "violated", &[STATES, DEPTH])?;
    claims.push(PANIC_FREEDOM);
    let claim = choice_of(&claims, |name| name);
    let property = expect.required(PROPERTY, &claim)?;
    let holds = expect.optional(HOLDS, list_of(&claim))?;
    let holds = holds.unwrap_or_default();
    Ok(Expect::Violated {
        holds: holds.into_iter().map(str::to_owned).collect(),
        property: property.to_owned(),
        length: expect.optional(LENGTH, small_count)?,
    })
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
