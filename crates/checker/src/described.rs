//! What a model that describes itself can tell the checker.

use crate::coverage::Kinds;
use crate::options::{Extras, Storage};
use synod_vocabulary::{Describe, Stored};

impl<M: Describe + Stored> Extras<M> {
    /// All that there is to know of a model that describes itself.
    pub fn of(model: &M) -> Self {
        let names = model.kinds();
        Self {
            initial: Some(|model, visit| model.for_each_initial(visit)),
            // Without names there is nothing to count by.
            kinds: (!names.is_empty()).then_some(Kinds {
                names,
                of: |model, action| model.kind(action),
            }),
            without_marks: Some(M::without_marks),
            storage: Some(Storage {
                write: |model, state, bytes| model.write_state(state, bytes),
                read_own: |model, bytes| model.read_own_state(bytes),
                read: |model, dictionary, bytes| model.read_state(dictionary, bytes),
                write_context: |model, told, bytes| model.write_context(told, bytes),
                read_context: |model, dictionary, bytes| model.read_context(dictionary, bytes),
            }),
        }
    }
}
