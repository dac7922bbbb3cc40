//! The tables `[[progress]]` of a run spec: claims of runs, and not of single states.

use crate::error::SpecError;
use crate::read::{Key, SpecTable, Value, list_of, name_among, text};
use crate::reductions::REDUCTIONS;

pub(crate) const PROGRESS: Key = Key::new("progress", "[[progress]]");

const NAME: Key = Key::new("name", "name = \"a decree is passed in the end\"");
const FROM: Key = Key::new("from", "from = \"a ballot begins\"");
const TO: Key = Key::new("to", "to = \"a decree is passed\"");
const AT_REST: Key = Key::new("at_rest", "at_rest = \"a decree is passed\"");
const WEAKLY_FAIR: Key = Key::new("weakly_fair", "weakly_fair = [\"Receive Voted\"]");
const STRONGLY_FAIR: Key = Key::new("strongly_fair", "strongly_fair = [\"Receive Voted\"]");

const KEYS: &[Key] = &[NAME, FROM, TO, AT_REST, WEAKLY_FAIR, STRONGLY_FAIR];

/// A claim of the runs of a model: a table `[[progress]]`. Conditions of states are the names of
/// properties of the model, each met where the property is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Its name.
    pub name: String,
    /// The condition that each run is to meet.
    pub claims: ProgressClaim,
    /// Kinds of actions to which runs are weakly fair, of each process for itself.
    pub weakly_fair: Vec<String>,
    /// Kinds of actions to which runs are strongly fair, of each process for itself.
    pub strongly_fair: Vec<String>,
}

/// What a [`Progress`] claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProgressClaim {
    /// A state that meets `from` is followed by one that meets `to`; without `from`, each run
    /// meets `to` at some time.
    LeadsTo {
        /// The name of the property that is met where the claim begins.
        from: Option<String>,
        /// The name of the property that is to be met.
        to: String,
    },
    /// Each state without steps meets the property of this name.
    AtRest(String),
}

/// Reads the claims of runs. They may speak of these properties and kinds of actions.
pub(crate) fn progress(
    spec: &SpecTable<'_>,
    properties: &[&str],
    kinds: &[String],
) -> Result<Vec<Progress>, SpecError> {
    let claims = spec.optional(
        PROGRESS,
        list_of(|key, value| one(key, value, properties, kinds)),
    )?;
    let claims = claims.unwrap_or_default();
    if !claims.is_empty() && spec.value(REDUCTIONS).is_some() {
        return Err(spec.refused(
            REDUCTIONS,
            "`reductions` are not for `progress`",
            "leave them out: a run that is left out may be the one that makes no progress, and a \
             change of names makes fairness to a process meaningless",
        ));
    }
    for (place, claim) in claims.iter().enumerate() {
        let is_taken = |name: &str| {
            let mut before = claims[..place].iter();
            before.any(|other| other.name == name) || properties.contains(&name)
        };
        if is_taken(&claim.name) {
            return Err(spec.refused(
                PROGRESS,
                format!("two properties have the name {:?}", claim.name),
                "give each table `[[progress]]` a `name` of its own",
            ));
        }
    }
    Ok(claims)
}

fn one(
    key: Key,
    value: &Value<'_>,
    properties: &[&str],
    kinds: &[String],
) -> Result<Progress, SpecError> {
    let table = value.get_ref().as_table();
    let table = table.ok_or_else(|| key.wrong_type(value, "tables"))?;
    let table = SpecTable::new(table, value.span(), KEYS)?;
    let property = name_among(properties);
    let kinds: Vec<_> = kinds.iter().map(String::as_str).collect();
    let fair = |key| {
        Ok(table
            .optional(key, list_of(name_among(&kinds)))?
            .unwrap_or_default())
    };
    let claims = match table.optional(AT_REST, &property)? {
        Some(name) => {
            refuse_beside_at_rest(&table)?;
            ProgressClaim::AtRest(name)
        }
        None => ProgressClaim::LeadsTo {
            from: table.optional(FROM, &property)?,
            to: table.required(TO, &property)?,
        },
    };
    Ok(Progress {
        name: table.required(NAME, text)?,
        claims,
        weakly_fair: fair(WEAKLY_FAIR)?,
        strongly_fair: fair(STRONGLY_FAIR)?,
    })
}

/// Whether a state has steps does not depend on fairness, nor on what was before it.
fn refuse_beside_at_rest(table: &SpecTable<'_>) -> Result<(), SpecError> {
    for key in [FROM, TO, WEAKLY_FAIR, STRONGLY_FAIR] {
        if table.value(key).is_some() {
            let message = format!("{key} has no effect beside {AT_REST}");
            return Err(table.refused(
                key,
                message,
                "leave it out, or write another `[[progress]]`",
            ));
        }
    }
    Ok(())
}
