//! What is checked: a model, its properties, and a question about them. A
//! [`Problem`] is built once for a run, whichever engine runs it.
//!
//! Read [`Problem`] first, then [`Question`] and [`Until`] (what is asked),
//! [`Extras`] (what a model can do beyond Stateright's trait), [`Identity`] (what
//! must be equal for two runs to belong together) and [`Limits`].

mod extras;
mod identity;
mod limits;

pub use extras::{
    Dictionary, Extras, HashOf, Initial, IsAlike, Judging, Kinds, Numbering, Steps, Storage,
    WithoutMarks,
};
pub use identity::Identity;
pub use limits::Limits;

use crate::error::CheckError;
use crate::fingerprint::{Fingerprint, Hashing, spread};
use crate::progress::Progress;
use crate::property::Property;
use crate::report::{Expectation, Method, Reason};
use stateright::Model;
use std::hash::Hash;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;
use synod_vocabulary::PANIC_FREEDOM;

/// The most properties that a model may have. Sets of properties are words of 64
/// bits: one bit for each property, and two for panics.
pub const MAX_PROPERTIES: usize = 62;

/// Up to this depth it is asked of every state whether those for which it stands are alike;
const NEAR: u32 = 6;
/// and beyond it, of one in 2 to this power.
const SELDOM: u32 = 12;

/// When a run may end before the whole space is explored.
///
/// ```
/// # mod model { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/counter.rs")); }
/// # use model::Counter;
/// # use std::sync::Arc;
/// # use synod_checker::{CheckError, Extras, Levels, Problem, Progress, Question, check};
/// use synod_checker::Until;
///
/// // "below 7" is violated at the eighth state; the run goes on nevertheless.
/// let question = Question { until: Until::Exhausted, ..Question::default() };
/// let problem = Problem::new(Counter, Extras::default(), question, &Arc::default())?;
/// assert_eq!(check(&problem, &Levels::default())?.states, 10);
/// # Ok::<(), CheckError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Until {
    /// At the first violation of any `always` property.
    #[default]
    FirstViolation,
    /// At a violation of the `always` property of this name; violations of other
    /// properties do not end the run.
    Violation(String),
    /// At an example of the `sometimes` property of this name. The report then has the path to
    /// it among its counterexamples.
    Example(String),
    /// Never: every property gets its verdict.
    Exhausted,
}

/// What is asked of a model, by whichever engine.
///
/// ```
/// # mod model { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/counter.rs")); }
/// # use model::Counter;
/// # use std::sync::Arc;
/// # use synod_checker::{CheckError, Extras, Levels, Problem, Progress, Question, check};
/// use std::hash::Hash;
/// use std::num::NonZeroU64;
/// use synod_checker::{Reason, Verdict};
///
/// let limit = NonZeroU64::new(5).unwrap();
/// let question = Question { max_states: Some(limit), ..Question::default() };
/// let problem = Problem::new(Counter, Extras::default(), question, &Arc::default())?;
/// let report = check(&problem, &Levels::default())?;
/// assert_eq!(report.verdict, Verdict::Inconclusive);
/// assert_eq!(report.reason, Some(Reason::StateLimit(limit)));
/// # Ok::<(), CheckError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// What is checked. A checkpoint with another identity is refused, and so is a
    /// process with another identity.
    pub identity: Identity,
    /// When the run may end early.
    pub until: Until,
    /// The most distinct states; a run that meets more ends as inconclusive.
    pub max_states: Option<NonZeroU64>,
    /// The time after which the run ends as inconclusive.
    pub timeout: Option<Duration>,
    /// Whether to keep sketches of each level, by which this run can be compared with
    /// another: see [`crate::sketch`]. Then states are told apart by the hash of what they are, even
    /// if they are held as numbers: a mutant may hold its states in another way.
    pub sketches: bool,
}

/// A model with its properties, what is asked of them, and how far the run has come.
/// The crate's page makes one and checks it.
pub struct Problem<M: Model> {
    model: Arc<M>,
    /// Its properties. The position of a property is also its bit in sets of
    /// properties.
    pub properties: Vec<Property<M>>,
    /// What the model can do beyond Stateright's trait.
    pub extras: Extras<M>,
    /// When the run may end early.
    pub until: Until,
    /// When the run has to end.
    pub limits: Limits,
    /// What the run has seen so far.
    pub progress: Arc<Progress>,
    /// Whether to keep sketches of each level.
    pub sketches: bool,
    identity: Identity,
}

impl<M: Model + 'static> Problem<M> {
    /// The problem of a run that begins now: the timeout counts from here.
    ///
    /// # Errors
    /// [`CheckError::Eventually`], [`CheckError::TooManyProperties`], or
    /// [`CheckError::UnknownProperty`] if the run waits for a property that the model
    /// does not have.
    pub fn new(
        model: M,
        extras: Extras<M>,
        question: Question,
        progress: &Arc<Progress>,
    ) -> Result<Arc<Self>, CheckError> {
        Self::of_shared(Arc::new(model), extras, question, progress)
    }

    /// The same for a model that is used elsewhere, too.
    ///
    /// # Errors
    /// As for [`Problem::new`].
    pub fn of_shared(
        model: Arc<M>,
        extras: Extras<M>,
        question: Question,
        progress: &Arc<Progress>,
    ) -> Result<Arc<Self>, CheckError> {
        let properties = model.properties();
        let mut all = properties.iter();
        if let Some(property) =
            all.find(|property| property.expectation == stateright::Expectation::Eventually)
        {
            return Err(CheckError::Eventually(property.name));
        }
        let properties = properties.into_iter().map(Property::from).collect();
        Self::with_properties(model, properties, extras, question, progress)
    }

    /// The same for other properties than those of the model.
    ///
    /// # Errors
    /// As for [`Problem::new`].
    pub(crate) fn with_properties(
        model: Arc<M>,
        properties: Vec<Property<M>>,
        extras: Extras<M>,
        question: Question,
        progress: &Arc<Progress>,
    ) -> Result<Arc<Self>, CheckError> {
        refuse_undecidable(&properties, &question.until)?;
        Ok(Arc::new(Self {
            model,
            properties,
            extras,
            until: question.until,
            limits: Limits::from_now(question.timeout, question.max_states, progress),
            progress: Arc::clone(progress),
            sketches: question.sketches,
            identity: question.identity,
        }))
    }
}

impl<M: Model> Problem<M> {
    /// The identity of the question, with what decides the problem beside it: when
    /// the run may end early, and the properties in their order.
    pub fn identity(&self) -> Identity {
        let identity = self.identity.clone().with("until", &self.until);
        let identity = identity.with("sketches", &self.sketches);
        let properties = self.properties.iter().enumerate();
        properties.fold(identity, |identity, (place, property)| {
            let name = format!("property {:?}", property.name);
            identity.with(name, &(property.expectation.name(), place))
        })
    }

    /// The model.
    pub fn model(&self) -> &M {
        &self.model
    }

    /// How many of the 128 bits of a fingerprint tell states apart.
    pub fn fingerprint_bits(&self, hashing: Hashing) -> u32 {
        let numbering = self.extras.numbering.as_ref();
        numbering.map_or(hashing.width().bits(), |it| {
            crate::fingerprint::spread_bits(it.bits)
        })
    }

    /// The method of an engine that tells states apart by [`Problem::fingerprint`].
    pub fn exactly(&self, method: Method) -> Method {
        let exact = self.extras.numbering.map(|numbering| numbering.bits);
        Method { exact, ..method }
    }

    /// The rank of a state; 0 if the model does not tell it.
    #[inline]
    pub fn rank(&self, state: &M::State) -> u32 {
        self.extras.rank.map_or(0, |rank| rank(self.model(), state))
    }

    /// Asks of some of the new states whether those for which they stand behave as they do.
    /// Stops the run if not.
    #[inline]
    pub(crate) fn look_at_symmetry(&self, state: &M::State, fingerprint: Fingerprint, depth: u32) {
        if let Some(is_alike) = self.extras.is_alike
            && (depth <= NEAR || fingerprint.first.leading_zeros() >= SELDOM)
            && let Err(differs) = is_alike(self.model(), state)
        {
            self.progress.stop(Reason::Asymmetric(differs));
        }
    }

    /// Why the search was stopped, if it was.
    pub fn stopped(&self) -> Option<Reason> {
        self.progress.stopped()
    }
}

impl<M: Model<State: Hash>> Problem<M> {
    /// The fingerprint of a state: the state itself, spread evenly, if it is a number;
    /// otherwise its hash.
    #[inline]
    pub fn fingerprint(&self, hashing: Hashing, state: &M::State) -> Fingerprint {
        match &self.extras.numbering {
            None => match self.extras.hash {
                None => hashing.of(state),
                Some(hash) => hash(self.model(), state, hashing),
            },
            Some(numbering) => {
                let number = (numbering.of)(self.model(), state);
                spread(number, numbering.bits, hashing.seed())
            }
        }
    }
}

fn refuse_undecidable<M: Model>(
    properties: &[Property<M>],
    until: &Until,
) -> Result<(), CheckError> {
    if properties.len() > MAX_PROPERTIES {
        return Err(CheckError::TooManyProperties {
            count: properties.len(),
            most: MAX_PROPERTIES,
        });
    }
    let (expected, name) = match until {
        Until::Violation(name) if name != PANIC_FREEDOM => (Expectation::Always, name),
        Until::Example(name) => (Expectation::Sometimes, name),
        _ => return Ok(()),
    };
    let known = properties.iter();
    let known = known.filter(|property| property.expectation == expected);
    let known: Vec<_> = known.map(|property| property.name).collect();
    if known.contains(&name.as_str()) {
        return Ok(());
    }
    Err(CheckError::UnknownProperty {
        name: name.clone(),
        expected,
        known,
    })
}
