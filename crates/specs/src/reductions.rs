//! The key `reductions`: which states are left out because others stand for them.

use crate::error::SpecError;
use crate::read::{Key, SpecTable, choice_of, list_of};

/// The key of protocols whose states have orbits.
pub(crate) const REDUCTIONS: Key = Key::new("reductions", "reductions = [\"symmetry\"]");

/// The same key, of worlds.
pub(crate) const REDUCTIONS_OF_WORLDS: Key = Key::new(
    REDUCTIONS.name,
    "reductions = [\"useless messages\", \"weaker crashes\"]",
);

/// One state of each orbit is explored.
const SYMMETRY: &str = "symmetry";

/// Reads the names of reductions, of these.
pub(crate) fn reductions(
    spec: &SpecTable<'_>,
    key: Key,
    known: &[&'static str],
) -> Result<Vec<&'static str>, SpecError> {
    let names = spec.optional(key, list_of(choice_of(known, |name| name)))?;
    Ok(names.unwrap_or_default())
}

/// Refuses reductions of a mutant, because it breaks the rules on which they rest.
pub(crate) fn refuse_for_mutants(
    spec: &SpecTable<'_>,
    names: &[&'static str],
    is_mutant: bool,
) -> Result<(), SpecError> {
    if !is_mutant || names.is_empty() {
        return Ok(());
    }
    Err(spec.refused(
        REDUCTIONS,
        "`reductions` are not for mutants",
        "leave it out: a mutant breaks the rules on which they rest",
    ))
}

/// Whether one state of each orbit is to be explored.
pub(crate) fn asks_for_symmetry(spec: &SpecTable<'_>, is_mutant: bool) -> Result<bool, SpecError> {
    let names = reductions(spec, REDUCTIONS, &[SYMMETRY])?;
    refuse_for_mutants(spec, &names, is_mutant)?;
    Ok(names.contains(&SYMMETRY))
}

/// Refuses symmetry for states that a number cannot tell.
pub(crate) fn too_large_for_symmetry(spec: &SpecTable<'_>) -> SpecError {
    spec.refused(
        REDUCTIONS,
        format!("{SYMMETRY:?} is only for states of at most 128 bits, and these need more"),
        "leave it out, or choose smaller bounds",
    )
}

/// The words for it among the bounds. Refused if no states of the model differ only by names.
pub(crate) fn describe_symmetry(
    spec: &SpecTable<'_>,
    is_symmetric: bool,
) -> Result<String, SpecError> {
    if is_symmetric {
        return Ok(format!("up to {SYMMETRY}"));
    }
    Err(spec.refused(
        REDUCTIONS,
        format!("{SYMMETRY:?} has no effect: nothing is interchangeable within these bounds"),
        "leave it out, or name several decrees",
    ))
}
