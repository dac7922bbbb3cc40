//! What a model knows of its own states, so that a search can leave states out, forget them,
//! or hold them in few bits, and finds the same.
//!
//! A model tells it by a [`Form`]: how a search holds its states, and what it may use of them.
//! [`Form::WHOLE`] is the form of a model that knows nothing: states are held as they are.
//!
//! **Symmetry** ([`Symmetry`]). Some states differ only by a change of names: of processes that
//! do the same, or of values that nobody compares. All states that a change of names makes of
//! one state are its *orbit*. It is enough to explore one state of each orbit, the
//! *representative*, if every step of a state is a step of the renamed state with the same
//! names, and if no property tells the states of an orbit apart. The sizes of the orbits add up
//! to the number of states of the whole space.
//!
//! **Rank**. A rank is a number that every step makes larger: for example, how many messages
//! were sent, if none is ever taken back. A state can be reached only from states of smaller
//! rank, so a search may forget it as soon as all states that wait have its rank or a larger
//! one.
//!
//! **Packed states** ([`Packed`]). A state that is a number of at most 128 bits is its own
//! fingerprint. What follows from other parts of the state need not be in the number.

use stateright::Model;
use std::borrow::Cow;
use std::fmt::Debug;
use std::hash::Hash;

/// A model that tells what it knows of its states.
///
/// ```
/// # use stateright::Model;
/// # #[derive(Clone)]
/// # struct Counter;
/// # impl Model for Counter {
/// #     type State = u8;
/// #     type Action = ();
/// #     fn init_states(&self) -> Vec<u8> { vec![0] }
/// #     fn actions(&self, _: &u8, actions: &mut Vec<()>) { actions.push(()); }
/// #     fn next_state(&self, count: &u8, (): ()) -> Option<u8> { count.checked_add(1) }
/// # }
/// use synod_vocabulary::{Form, Structure};
///
/// impl Structure for Counter {
///     type Held = u8;
///
///     fn form(&self) -> Form<Self> {
///         // Every step makes the count larger.
///         Form { rank: Some(|_, count| u32::from(*count)), ..Form::WHOLE }
///     }
/// }
/// ```
pub trait Structure: Model<State: Clone + Hash> + Sized {
    /// What a search holds of a state: the state itself, or [`Packed`].
    type Held: Clone + Eq + Hash + Debug + Send + Sync + 'static;

    /// How a search holds states, and what it may use of them.
    fn form(&self) -> Form<Self>;
}

/// How a search holds the states of a model, and what it may use of them: see
/// [`Structure`].
pub struct Form<M: Structure> {
    /// Holds a state.
    pub hold: fn(&M, M::State) -> M::Held,
    /// The state that is held.
    pub state: for<'h> fn(&M, &'h M::Held) -> Cow<'h, M::State>,
    /// Held states as numbers of so many bits. Different states have different numbers.
    pub number: Option<Number<M>>,
    /// The steps from a held state, each as its kind (see [`Describe::kind`]) and the held state
    /// after it: the same steps as those of the model, in any order. None if the steps of the
    /// model are used.
    ///
    /// [`Describe::kind`]: crate::Describe::kind
    pub steps: Option<Steps<M>>,
    /// The properties of which a step may lead to a finding, one bit for each in their order, by
    /// the kind of step. A state is a finding of an `always` property that it violates, and of a
    /// `sometimes` property that it meets. If no step of the kind, without marks, leads from a
    /// state that is no finding to one that is, the bit may be left out. Empty if nothing is known.
    pub touches: Vec<u64>,
    /// Evaluates properties in a held state. None if they are evaluated in the state itself.
    pub judging: Option<Judging<M>>,
    /// Whether a held state has marks (see [`Describe::without_marks`]). None if the state itself
    /// is to be asked.
    ///
    /// [`Describe::without_marks`]: crate::Describe::without_marks
    pub has_marks: Option<fn(&M, &M::Held) -> bool>,
    /// The orbits of states, if they are to be used.
    pub symmetry: Option<Symmetry<M>>,
    /// A number that every step makes larger.
    pub rank: Option<fn(&M, &M::Held) -> u32>,
    /// Whether every step makes the rank larger by exactly one. Then a search computes it of new
    /// states only.
    pub is_graded: bool,
}

/// Appends the steps from a held state: see [`Form::steps`].
pub type Steps<M> = fn(&M, &<M as Structure>::Held, &mut Vec<(usize, <M as Structure>::Held)>);

/// Held states as numbers.
pub struct Number<M: Structure> {
    /// How many bits the numbers have, at most 128.
    pub bits: u32,
    /// The number of a held state.
    pub of: fn(&M, &M::Held) -> u128,
    /// The held state with this number.
    pub held: fn(&M, u128) -> M::Held,
}

/// How properties are evaluated in held states. Sets of properties have a bit for each, in
/// their order.
pub struct Judging<M: Structure> {
    /// The properties that are evaluated so. The others are evaluated in the state itself.
    pub properties: u64,
    /// Of these properties, those of which a held state is a finding: it violates an `always`
    /// property, or meets a `sometimes` property.
    pub found: fn(&M, &M::Held, u64) -> u64,
}

/// The orbits of states under changes of names, which are the elements of a group.
pub struct Symmetry<M: Structure> {
    /// Appends the states that the changes of names make of this state, one for each change, the
    /// one that changes nothing included. A state may occur several times.
    pub images: fn(&M, &M::Held, &mut Vec<M::Held>),
    /// The representative of the orbit: the same state for all states of the orbit.
    pub representative: fn(&M, &M::Held) -> M::Held,
    /// The number of different states in the orbit of a representative.
    pub orbit: fn(&M, &M::Held) -> u64,
}

impl<M: Structure<Held = <M as Model>::State>> Form<M> {
    /// States are held as they are, and nothing is known of them.
    pub const WHOLE: Self = Self {
        hold: |_, state| state,
        state: |_, state| Cow::Borrowed(state),
        number: None,
        steps: None,
        touches: Vec::new(),
        judging: None,
        has_marks: None,
        symmetry: None,
        rank: None,
        is_graded: false,
    };
}

/// A model that makes the images of a state: what it takes to be explored up to symmetry. The
/// representative of an orbit is its state with the smallest key.
///
/// ```
/// # use stateright::Model;
/// use synod_vocabulary::{Form, Structure, Symmetric, Symmetry};
///
/// /// Two counters that do the same, up to 3.
/// struct Counters;
/// # impl Model for Counters {
/// #     type State = [u8; 2];
/// #     type Action = usize;
/// #     fn init_states(&self) -> Vec<[u8; 2]> { vec![[0; 2]] }
/// #     fn actions(&self, _: &[u8; 2], actions: &mut Vec<usize>) { actions.extend([0, 1]); }
/// #     fn next_state(&self, counts: &[u8; 2], counter: usize) -> Option<[u8; 2]> {
/// #         let mut next = *counts;
/// #         next[counter] += 1;
/// #         (next[counter] <= 3).then_some(next)
/// #     }
/// # }
///
/// impl Symmetric for Counters {
///     type Key = [u8; 2];
///
///     fn images(&self, &[one, other]: &[u8; 2], images: &mut Vec<[u8; 2]>) {
///         images.extend([[one, other], [other, one]]);
///     }
///
///     fn key(&self, counts: &[u8; 2]) -> [u8; 2] {
///         *counts
///     }
/// }
///
/// impl Structure for Counters {
///     type Held = [u8; 2];
///
///     fn form(&self) -> Form<Self> {
///         Form { symmetry: Some(Symmetry::of_images()), ..Form::WHOLE }
///     }
/// }
///
/// let symmetry = Counters.form().symmetry.unwrap();
/// assert_eq!((symmetry.representative)(&Counters, &[3, 1]), [1, 3]);
/// assert_eq!((symmetry.orbit)(&Counters, &[1, 3]), 2);
/// ```
pub trait Symmetric: Structure {
    /// What orders states: the state itself, or its fingerprint.
    type Key: Ord;

    /// Appends the states that the changes of names make of this state: see
    /// [`Symmetry::images`].
    fn images(&self, held: &Self::Held, images: &mut Vec<Self::Held>);

    /// The key of a state. Different states have different keys, and a state has the same key in
    /// every run.
    fn key(&self, held: &Self::Held) -> Self::Key;
}

impl<M: Symmetric> Symmetry<M> {
    /// The symmetry that the images tell: the representative is the one with the smallest key.
    /// O(n log n) for n images.
    pub fn of_images() -> Self {
        Self {
            images: |model, held, images| model.images(held, images),
            representative: |model, held| {
                let mut images = Vec::new();
                model.images(held, &mut images);
                let least = images.into_iter().min_by_key(|image| model.key(image));
                least.unwrap_or_else(|| held.clone())
            },
            orbit: |model, held| {
                let mut images = Vec::new();
                model.images(held, &mut images);
                let mut keys: Vec<_> = images.iter().map(|image| model.key(image)).collect();
                keys.sort_unstable();
                keys.dedup();
                keys.len() as u64
            },
        }
    }
}

/// A state as a number: what a search holds of a state that fits in 128 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Packed(pub u128);
