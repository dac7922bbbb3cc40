//! What a model can tell the checker beside what Stateright asks of it.

use stateright::Model;
use std::ops::ControlFlow;
use synod_vocabulary::{Describe, Stored};

/// What the numbers of another process, or of an earlier run, are in this one:
/// by tables, in their order. Empty before anything was told.
pub type Dictionary = Vec<Vec<u32>>;

/// How states become bytes: for those that wait in a file when memory is short,
/// and for checkpoints.
pub struct Storage<M: Model> {
    /// Appends a state.
    pub write: fn(&M, &M::State, &mut Vec<u8>),
    /// Takes a state off the front that this very process wrote; none if the
    /// bytes are no state.
    pub read_own: fn(&M, &mut &[u8]) -> Option<M::State>,
    /// Takes a state off the front that another process wrote, by the
    /// dictionary of what it told.
    pub read: fn(&M, &Dictionary, &mut &[u8]) -> Option<M::State>,
    /// Appends what the bytes of the states in hand refer to, but for what a
    /// reader was told before; that then grows. At first it is empty.
    pub write_context: fn(&M, &mut Vec<u64>, &mut Vec<u8>),
    /// Takes in what another process told, by a dictionary for it alone; whether
    /// it could.
    pub read_context: fn(&M, &mut Dictionary, &[u8]) -> bool,
}

impl<M: Model> Clone for Storage<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Model> Copy for Storage<M> {}

/// The kinds of actions of a model, for coverage.
pub struct Kinds<M: Model> {
    /// Their names.
    pub names: Vec<String>,
    /// Which of them an action is of: a position in `names`.
    pub of: fn(&M, &M::Action) -> usize,
}

impl<M: Model> Clone for Kinds<M> {
    fn clone(&self) -> Self {
        Self {
            names: self.names.clone(),
            of: self.of,
        }
    }
}

/// Shows every initial state of a model, until there is none or it is told to
/// break off.
pub type Initial<M> = fn(&M, &mut dyn FnMut(<M as Model>::State) -> ControlFlow<()>);

/// A state without its marks; none if it has none.
pub type WithoutMarks<M> = fn(&M, &<M as Model>::State) -> Option<<M as Model>::State>;

/// What a model can tell the checker beside what Stateright asks of it.
pub struct Extras<M: Model> {
    /// Its initial states one by one, where there are too many to be made at
    /// once: within the limits of the run.
    pub initial: Option<Initial<M>>,
    /// The kinds of its actions, for coverage.
    pub kinds: Option<Kinds<M>>,
    /// Its states as bytes.
    pub storage: Option<Storage<M>>,
    /// The state without the marks that a step has left in it for properties of
    /// steps; none if it has none. See [`crate::report::Copies`].
    pub without_marks: Option<WithoutMarks<M>>,
}

impl<M: Model> Clone for Extras<M> {
    fn clone(&self) -> Self {
        Self {
            initial: self.initial,
            kinds: self.kinds.clone(),
            storage: self.storage,
            without_marks: self.without_marks,
        }
    }
}

impl<M: Model> Extras<M> {
    /// Shows the initial states within the boundary, until `visit` breaks off.
    pub fn for_each_initial(&self, model: &M, mut visit: impl FnMut(M::State) -> ControlFlow<()>) {
        let mut visit = |state| {
            if model.within_boundary(&state) {
                visit(state)
            } else {
                ControlFlow::Continue(())
            }
        };
        match self.initial {
            Some(initial) => initial(model, &mut visit),
            None => {
                let _ = model.init_states().into_iter().try_for_each(visit);
            }
        }
    }

    /// The kinds of actions that are told apart.
    pub fn names(&self) -> &[String] {
        let kinds = self.kinds.as_ref();
        kinds.map_or(&[], |kinds| &kinds.names)
    }

    /// The kind of an action, where kinds are told apart.
    pub fn kind(&self, model: &M, action: &M::Action) -> Option<usize> {
        let kinds = self.kinds.as_ref()?;
        Some((kinds.of)(model, action))
    }
}

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

impl<M: Model> Default for Extras<M> {
    /// Nothing.
    fn default() -> Self {
        Self {
            initial: None,
            kinds: None,
            storage: None,
            without_marks: None,
        }
    }
}
