//! What must be equal for two runs to belong together.

use crate::error::{Difference, Differences};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

/// Everything that decides the result of a run, as named parts: what is checked, by
/// which build of the program, and how states are told apart.
///
/// A checkpoint with another identity is refused, and so is a process with another
/// identity. Two identities are equal if and only if they have the same parts with the
/// same values. The value of a part is its `Debug` form, which quotes and escapes text
/// and so is unambiguous.
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
    /// This identity with one more part. A part of the same name is replaced.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: &impl Debug) -> Self {
        self.0.insert(name.into(), format!("{value:?}"));
        self
    }

    /// The parts in which `theirs` differs from this identity; none if they are equal.
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
