//! What a model can do for the checker beyond Stateright's trait.

use crate::fingerprint::{Fingerprint, Hashing};
use stateright::Model;
use std::ops::ControlFlow;
use synod_vocabulary::{Describe, Stored};

/// The meaning of the numbers in the states of another process, or of an earlier
/// run: for each table, this process's number in place of each of the writer's. Empty
/// before a context was read. See [`synod_vocabulary::stored`].
pub type Dictionary = Vec<Vec<u32>>;

/// How states become bytes: for checkpoints, and for states that wait in a file when
/// memory is short. These are the functions of [`synod_vocabulary::Stored`], whose
/// documentation says what each has to do; [`Extras::of`] fills them in.
pub struct Storage<M: Model> {
    /// [`Stored::write_state`].
    pub write: fn(&M, &M::State, &mut Vec<u8>),
    /// [`Stored::read_own_state`].
    pub read_own: fn(&M, &mut &[u8]) -> Option<M::State>,
    /// [`Stored::read_state`].
    pub read: fn(&M, &Dictionary, &mut &[u8]) -> Option<M::State>,
    /// [`Stored::write_context`].
    pub write_context: fn(&M, &mut Vec<u64>, &mut Vec<u8>),
    /// [`Stored::read_context`].
    pub read_context: fn(&M, &mut Dictionary, &[u8]) -> bool,
}

impl<M: Model> Storage<M> {
    /// States as bytes, one after the other.
    pub(crate) fn bytes_of(&self, model: &M, states: &[M::State]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for state in states {
            (self.write)(model, state, &mut bytes);
        }
        bytes
    }
}

impl<M: Model> Clone for Storage<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Model> Copy for Storage<M> {}

/// The kinds of actions of a model. Coverage ([`crate::ActionCoverage`]) is counted by
/// kind.
pub struct Kinds<M: Model> {
    /// Their names.
    pub names: Vec<String>,
    /// The kind of an action: a position in `names`.
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

/// States as numbers. They are their own fingerprints, so no two are taken for the same.
pub struct Numbering<M: Model> {
    /// How many bits the numbers have, at most 128.
    pub bits: u32,
    /// The number of a state; different states have different ones.
    pub of: fn(&M, &M::State) -> u128,
}

impl<M: Model> Clone for Numbering<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Model> Copy for Numbering<M> {}

/// How several properties are evaluated in a state at once. Sets of properties have a bit for
/// each, in their order.
pub struct Judging<M: Model> {
    /// The properties that a step of a kind may change; all, if the kind has no entry.
    pub touches: Vec<u64>,
    /// Of these properties, those of which the state is a finding: it violates an `always`
    /// property, or meets a `sometimes` property.
    pub found: fn(&M, &M::State, u64) -> u64,
}

/// Passes each initial state of a model to a visitor, until none is left or the
/// visitor breaks off.
pub type Initial<M> = fn(&M, &mut dyn FnMut(<M as Model>::State) -> ControlFlow<()>);

/// Appends the steps from a state: each as its kind (a position in [`Kinds::names`]) and the
/// state after it.
pub type Steps<M> = fn(&M, &<M as Model>::State, &mut Vec<(usize, <M as Model>::State)>);

/// Whether the states for which a state stands behave as it does; an error says what does not.
pub type IsAlike<M> = fn(&M, &<M as Model>::State) -> Result<(), String>;

/// The fingerprint of a state.
pub type HashOf<M> = fn(&M, &<M as Model>::State, Hashing) -> Fingerprint;

/// A state without its marks; none if it has no marks.
pub type WithoutMarks<M> = fn(&M, &<M as Model>::State) -> Option<<M as Model>::State>;

/// What a model can do for the checker beyond Stateright's trait. The default is
/// nothing; [`Extras::of`] is everything that a model which describes itself can do.
///
/// ```
/// # mod model { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/counter.rs")); }
/// # use model::Counter;
/// use synod_checker::{Extras, Kinds};
///
/// let kinds = Kinds { names: vec!["count up".to_owned()], of: |_, ()| 0 };
/// let extras = Extras::<Counter> { kinds: Some(kinds), ..Extras::default() };
/// assert_eq!(extras.kind(&Counter, &()), Some(0));
/// assert!(extras.storage.is_none(), "so no checkpoints");
/// ```
pub struct Extras<M: Model> {
    /// The initial states one by one. For models that have too many to be made at
    /// once, so that the limits of the run apply while they are made.
    pub initial: Option<Initial<M>>,
    /// The kinds of actions, for coverage.
    pub kinds: Option<Kinds<M>>,
    /// How states become bytes.
    pub storage: Option<Storage<M>>,
    /// The state without its *marks*: what a step has left in it so that a property,
    /// which sees states only, can judge the step. None if the state has no marks.
    /// See [`crate::report::Copies`].
    pub without_marks: Option<WithoutMarks<M>>,
    /// States as numbers.
    pub numbering: Option<Numbering<M>>,
    /// The fingerprint of a state, if it is not the hash of the state as it is.
    pub hash: Option<HashOf<M>>,
    /// The steps from a state, faster than by the model's actions. They are the same steps.
    pub steps: Option<Steps<M>>,
    /// How several properties are evaluated at once.
    pub judging: Option<Judging<M>>,
    /// A number that every step makes larger. With it, states that cannot be reached any more
    /// are forgotten. See [`synod_vocabulary::structure`].
    pub rank: Option<fn(&M, &M::State) -> u32>,
    /// Whether every step makes the rank larger by exactly one.
    pub is_graded: bool,
    /// How many states of the whole space this state stands for. See
    /// [`crate::report::Exploration::unreduced`].
    pub stands_for: Option<fn(&M, &M::State) -> u64>,
    /// Whether the states for which a state stands behave as it does. It is asked of some of the
    /// states.
    pub is_alike: Option<IsAlike<M>>,
}

impl<M: Model> Clone for Extras<M> {
    fn clone(&self) -> Self {
        Self {
            initial: self.initial,
            kinds: self.kinds.clone(),
            storage: self.storage,
            without_marks: self.without_marks,
            numbering: self.numbering,
            hash: self.hash,
            steps: self.steps,
            judging: self.judging.as_ref().map(|judging| Judging {
                touches: judging.touches.clone(),
                ..*judging
            }),
            rank: self.rank,
            is_graded: self.is_graded,
            stands_for: self.stands_for,
            is_alike: self.is_alike,
        }
    }
}

impl<M: Model> Extras<M> {
    /// Passes each initial state within the boundary to `visit`, until it breaks off.
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

    /// The names of the kinds of actions; empty if they are not told apart.
    pub fn names(&self) -> &[String] {
        let kinds = self.kinds.as_ref();
        kinds.map_or(&[], |kinds| &kinds.names)
    }

    /// The kind of an action: a position in [`Extras::names`]. None if kinds are not
    /// told apart.
    pub fn kind(&self, model: &M, action: &M::Action) -> Option<usize> {
        let kinds = self.kinds.as_ref()?;
        Some((kinds.of)(model, action))
    }
}

impl<M: Describe> Extras<M> {
    /// The extras of a model that describes itself: initial states one by one, kinds of
    /// actions, states without marks. There are no states as bytes: see [`Extras::of`].
    pub fn described(model: &M) -> Self {
        let names = model.kinds();
        Self {
            initial: Some(|model, visit| model.for_each_initial(visit)),
            // Without names of kinds there is no coverage to count.
            kinds: (!names.is_empty()).then_some(Kinds {
                names,
                of: |model, action| model.kind(action),
            }),
            without_marks: Some(M::without_marks),
            ..Self::default()
        }
    }
}

impl<M: Describe + Stored> Extras<M> {
    /// Everything that a model which describes itself can do, states as bytes included.
    pub fn of(model: &M) -> Self {
        Self {
            storage: Some(Storage {
                write: |model, state, bytes| model.write_state(state, bytes),
                read_own: |model, bytes| model.read_own_state(bytes),
                read: |model, dictionary, bytes| model.read_state(dictionary, bytes),
                write_context: |model, told, bytes| model.write_context(told, bytes),
                read_context: |model, dictionary, bytes| model.read_context(dictionary, bytes),
            }),
            ..Self::described(model)
        }
    }
}

impl<M: Model> Default for Extras<M> {
    /// A model that can do nothing beyond Stateright's trait.
    fn default() -> Self {
        Self {
            initial: None,
            kinds: None,
            storage: None,
            without_marks: None,
            numbering: None,
            hash: None,
            steps: None,
            judging: None,
            rank: None,
            is_graded: false,
            stands_for: None,
            is_alike: None,
        }
    }
}
