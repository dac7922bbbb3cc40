//! The trait of a protocol that run specs can name.

use crate::error::SpecError;
use crate::read::{Key, SpecTable};
use crate::visit::{ViewCopy, ViewError, Viewer, Visit};
use synod_vocabulary::time::Elapsed;

/// Keys that a protocol does not have, each with a help text: what to do instead.
pub(crate) type Instead = &'static [(&'static str, &'static str)];

/// The model that a run spec asks for.
pub(crate) struct Asked<M> {
    pub(crate) model: M,
    /// The name of the mutant, if the model is one.
    pub(crate) mutant: Option<&'static str>,
    /// The rule that it drops, where its name does not say it.
    pub(crate) drops: Option<&'static str>,
    /// The parts of the description of its bounds, in words.
    pub(crate) bounds: Vec<String>,
}

/// A protocol that run specs can name. One line in `protocols.rs` registers it.
pub(crate) trait Protocol {
    /// Its name in run specs.
    const NAME: &'static str;

    /// The keys that decide its model, beside `protocol`.
    const KEYS: &'static [Key];

    /// The help on keys that the protocol does not have, where "leave it out" is not enough.
    const INSTEAD: Instead = &[];

    /// The type of its model; an enum if it has several.
    type Model: Visit;

    /// The names of its mutants.
    fn mutants() -> Vec<&'static str> {
        Vec::new()
    }

    /// Reads a run spec of the protocol.
    ///
    /// # Errors
    /// The first mistake in the spec.
    fn read(spec: &SpecTable<'_>) -> Result<Asked<Self::Model>, SpecError>;

    /// The same model, with one more property: that it happens that a run ends at this instant.
    /// None if no time passes in it.
    fn longest(_: &Self::Model, _: Elapsed) -> Option<Self::Model> {
        None
    }

    /// Calls the viewer with the model.
    ///
    /// # Errors
    /// The model cannot be shown.
    fn view<V: Viewer>(model: &Self::Model, viewer: V) -> Result<V::Output, ViewError> {
        Ok(model.visit(ViewCopy(viewer)))
    }

    /// Calls the viewer with the model's processes as actors of Stateright.
    ///
    /// # Errors
    /// The model has no processes, or the actors would not behave as they do.
    fn view_actors<V: Viewer>(_: &Self::Model, _: V) -> Result<V::Output, ViewError> {
        Err(ViewError {
            message: "this protocol has no actors: it is not the shipped code",
            help: "leave out --actors, or name a spec of the complete protocol or of the parliament",
        })
    }
}
