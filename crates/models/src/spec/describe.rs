//! Bounds as a person reads them.

use super::parse::weights;
use super::read::Reader;
use super::{SpecError, inductive};
use crate::bounds::{Bounds, plural};

/// The bounds as a person reads them.
pub(super) fn described(spec: &Reader<'_>, bounds: &Bounds) -> Result<String, SpecError> {
    let numbers: Vec<_> = bounds.numbers().iter().map(ToString::to_string).collect();
    let decrees: Vec<_> = bounds.decrees().map(|d| bounds.decree_name(d)).collect();
    let mut parts = vec![
        plural(bounds.priest_count(), "priest"),
        listed("ballot", &numbers),
    ];
    if spec.value("decrees").is_some() {
        parts.push(listed("decree", &decrees));
    }
    if let Some(weights) = weights(spec)? {
        let weights: Vec<_> = weights.iter().map(ToString::to_string).collect();
        parts.push(format!("weights {}", weights.join(" ")));
    }
    if spec.optional("forgetful", Reader::flag)? == Some(true) {
        parts.push("forgetful".to_owned());
    }
    parts.extend(inductive::described(spec)?);
    match spec.optional("crashes", Reader::count)? {
        None | Some(0) => {}
        Some(1) => parts.push("1 crash".to_owned()),
        Some(crashes) => parts.push(format!("{crashes} crashes")),
    }
    Ok(parts.join(", "))
}

/// "ballot 0", "ballots 0 1".
pub(super) fn listed<T: AsRef<str>>(noun: &str, names: &[T]) -> String {
    let plural = if names.len() == 1 { "" } else { "s" };
    let names: Vec<_> = names.iter().map(AsRef::as_ref).collect();
    format!("{noun}{plural} {}", names.join(" "))
}
