//! What decides a run, so that only runs of the same are taken together.

use crate::levels::checkpoint::Unusable;
use crate::options::Options;
use serde::{Deserialize, Serialize};
use stateright::{Expectation, Model, Property};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::io;

/// Differences that are told in full; of more than these only their number is.
const TOLD: usize = 3;

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
/// assert_eq!(differences, r#"decrees ["a", "b c"], here ["a b", "c"]"#);
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

    /// The identity of a run: what its options say is checked, and what else
    /// its states, its order and its findings depend on.
    pub(crate) fn of_run<M: Model>(options: &Options, properties: &[Property<M>]) -> Self {
        let run = options
            .identity
            .clone()
            .with("seed", &options.seed)
            .with("bits of a fingerprint", &options.fingerprint.bits())
            .with("until", &options.until);
        let properties = properties.iter().enumerate();
        properties.fold(run, |run, (place, property)| {
            let name = format!("property {:?}", property.name);
            run.with(name, &(kind(&property.expectation), place))
        })
    }

    /// Nothing if `theirs` is the same, or else the differences.
    pub(crate) fn accept(&self, theirs: &Self) -> Result<(), Unusable> {
        match self.differences(theirs) {
            None => Ok(()),
            Some(differences) => Err(Unusable::Foreign { differences }),
        }
    }

    pub(crate) fn to_bytes(&self) -> io::Result<Vec<u8>> {
        postcard::to_stdvec(self).map_err(io::Error::other)
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> io::Result<Self> {
        postcard::from_bytes(bytes).map_err(|_| io::ErrorKind::InvalidData.into())
    }

    /// In words, each part in which `theirs` is another than this; none if they
    /// are the same.
    pub fn differences(&self, theirs: &Self) -> Option<String> {
        let names = self.0.keys().chain(theirs.0.keys());
        let names: BTreeSet<&String> = names.collect();
        let differing: Vec<_> = names
            .into_iter()
            .filter(|name| self.0.get(*name) != theirs.0.get(*name))
            .collect();
        let value = |identity: &Self, name: &String| {
            let value = identity.0.get(name);
            value.map_or("not given", String::as_str).to_owned()
        };
        let mut told: Vec<_> = differing
            .iter()
            .take(TOLD)
            .map(|name| format!("{name} {}, here {}", value(theirs, name), value(self, name)))
            .collect();
        if let more @ 1.. = differing.len().saturating_sub(TOLD) {
            told.push(format!("and {more} more"));
        }
        (!told.is_empty()).then(|| told.join("; "))
    }
}

const fn kind(expectation: &Expectation) -> &'static str {
    match expectation {
        Expectation::Always => "always",
        Expectation::Sometimes => "sometimes",
        Expectation::Eventually => "eventually",
    }
}
