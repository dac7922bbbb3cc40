//! What decides a run, so that only runs of the same are taken together.

use crate::error::{Difference, Differences};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

/// Everything that decides a run, as named parts: what is checked, by which
/// program, and how states are told apart.
///
/// A checkpoint whose identity is another one is refused, and so is a process
/// that brings another one. Two identities are the same if and only if they
/// have the same parts with the same values; a part's value is the `Debug` form
/// of what decides it, which quotes and escapes text and so has one reading.
///
/// ```
/// use synod_checker::Identity;
///
/// let decrees = |decrees: &[&str]| Identity::default().with("decrees", &decrees);
/// let (two, also_two) = (decrees(&["a b", "c"]), decrees(&["a", "b c"]));
/// assert_ne!(two, also_two);
/// let differences = two.differences(&also_two).unwrap();
/// assert_eq!(differences.to_string(), r#"decrees ["a", "b c"], here ["a b", "c"]"#);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity(BTreeMap<String, String>);

impl Identity {
    /// The same with one part more. A part of the same name is replaced.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: &impl Debug) -> Self {
        self.0.insert(name.into(), format!("{value:?}"));
        self
    }

    /// Each part in which `theirs` is another than this; none if they are the same.
    pub fn differences(&self, theirs: &Self) -> Option<Differences> {
        let names: BTreeSet<&String> = self.0.keys().chain(theirs.0.keys()).collect();
        let differing = names
            .into_iter()
            .filter(|name| self.0.get(*name) != theirs.0.get(*name));
        let differences = differing.map(|name| Difference {
            part: name.clone(),
            theirs: theirs.0.get(name).cloned(),
            ours: self.0.get(name).cloned(),
        });
        let differences: Vec<_> = differences.collect();
        (!differences.is_empty()).then_some(Differences(differences))
    }
}
