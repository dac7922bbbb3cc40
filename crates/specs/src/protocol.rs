//! What a protocol brings along so that run specs can name it.

use crate::error::SpecError;
use crate::read::{Key, SpecTable};
use crate::visit::{ViewCopy, ViewError, Viewer, Visit};

/// Keys that a protocol does not have, and what to do instead of using each.
pub(crate) type Instead = &'static [(&'static str, &'static str)];

/// What a run spec asks for.
pub(crate) struct Asked<M> {
    pub(crate) model: M,
    /// The name of its mutant, if it is one.
    pub(crate) mutant: Option<&'static str>,
    /// Its bounds as a person reads them, in parts.
    pub(crate) bounds: Vec<String>,
}

/// A protocol that run specs can name. One line in `protocols.rs` registers it.
pub(crate) trait Protocol {
    /// Its stem, which is its name in run specs.
    const NAME: &'static str;

    /// The keys that say what its model is, beside `protocol`.
    const KEYS: &'static [Key];

    /// What to do instead of using a key that the protocol does not have, where
    /// that is not simply to leave it out.
    const INSTEAD: Instead = &[];

    /// Its model, or its models.
    type Model: Visit;

    /// The names of its mutants.
    fn mutants() -> Vec<&'static str> {
        Vec::new()
    }

    /// What a run spec asks for.
    ///
    /// # Errors
    /// The first thing that is wrong with the spec.
    fn read(spec: &SpecTable<'_>) -> Result<Asked<Self::Model>, SpecError>;

    /// Shows the model.
    ///
    /// # Errors
    /// It cannot be shown.
    fn view<V: Viewer>(model: &Self::Model, viewer: V) -> Result<V::Output, ViewError> {
        Ok(model.visit(ViewCopy(viewer)))
    }

    /// Shows the processes of the model as Stateright's actors.
    ///
    /// # Errors
    /// It has none, or they do not say the same.
    fn view_actors<V: Viewer>(_: &Self::Model, _: V) -> Result<V::Output, ViewError> {
        Err(ViewError {
            message: "this protocol has no actors: it is no shipped code",
            help: "leave out --actors, or name a spec of the complete protocol or of the parliament",
        })
    }
}
