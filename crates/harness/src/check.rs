//! A check: what is asked of a model, and how far it is searched.

use crate::at::At;
use crate::checked::Checked;
use crate::properties::{Asked, WithProperties};
use stateright::{Expectation, Model};
use std::hash::Hash;
use std::num::{NonZeroU64, NonZeroUsize};
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;
use synod_checker::{
    Extras, Hashing, Kinds, Levels, Problem, Question, SearchOptions, Until, Width,
};
use synod_report::Outcome;
use synod_vocabulary::{Describe, Expect, Witness};

/// Begins the check of a model that describes itself, such as a
/// [`World`](synod_world::World) of processes. What the model claims is asked, and
/// [`always`](Check::always) and [`sometimes`](Check::sometimes) ask more. The [crate]'s page
/// checks a world; [`check_model`](crate::check_model) is for any other model of Stateright.
pub fn check<M: Describe + 'static>(model: M) -> Check<M> {
    let claims = model.claims();
    let own = model.properties().into_iter().map(|property| {
        let claim = claims.iter().find(|claim| claim.name == property.name);
        Asked::own(property, claim.copied())
    });
    Check {
        asked: own.collect(),
        model,
        threads: available_parallelism().unwrap_or(NonZeroUsize::MIN),
        search: SearchOptions::default(),
        question: Question::default(),
    }
}

/// A question about a model: its properties, and limits of the search. [`check()`] begins one,
/// [`run`](Check::run) answers it.
#[must_use = "nothing is checked before `run`"]
pub struct Check<M: Model> {
    model: M,
    pub(crate) asked: Vec<Asked<M>>,
    threads: NonZeroUsize,
    search: SearchOptions,
    question: Question,
}

impl<M> Check<M>
where
    M: Describe + Send + Sync + 'static,
    M::State: Clone + Hash + Send + Sync,
{
    /// Asks that this holds in every state. The error is the witness, a sentence that says
    /// what is wrong; [`ensure!`](synod_vocabulary::ensure!) writes it.
    pub fn always(
        mut self,
        name: &'static str,
        holds: impl Fn(At<'_, M>) -> Result<(), Witness> + Send + Sync + 'static,
    ) -> Self {
        self.asked.push(Asked::always(name, holds));
        self
    }

    /// Asks that this happens in some state. Without such a property a check says little: in a
    /// model that does nothing, everything holds.
    pub fn sometimes(
        mut self,
        name: &'static str,
        happens: impl Fn(At<'_, M>) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.asked
            .push(Asked::new(name, Expectation::Sometimes, happens));
        self
    }

    /// The number of threads that search. By default it is that of the processors.
    ///
    /// # Panics
    /// If it is 0.
    pub fn threads(mut self, threads: usize) -> Self {
        let threads = NonZeroUsize::new(threads);
        assert!(threads.is_some(), "a check needs at least 1 thread");
        self.threads = threads.unwrap_or(NonZeroUsize::MIN);
        self
    }

    /// The most distinct states: a check that meets more is inconclusive. By default there is
    /// no limit.
    ///
    /// # Panics
    /// If it is 0.
    pub fn max_states(mut self, states: u64) -> Self {
        let states = NonZeroU64::new(states);
        assert!(states.is_some(), "a check meets at least 1 state");
        self.question.max_states = states;
        self
    }

    /// The time after which a check that is not done is inconclusive. By default there is no
    /// limit.
    pub const fn timeout(mut self, time: Duration) -> Self {
        self.question.timeout = Some(time);
        self
    }

    /// States are told apart by 128 bits instead of 64. So it is practically impossible that
    /// two states are taken for one, and each takes 8 more bytes.
    pub fn wide_fingerprints(mut self) -> Self {
        let seed = self.search.hashing.seed();
        self.search.hashing = Hashing::new(seed, Width::Bits128);
        self
    }

    /// Goes on after a violation, until every property has its verdict. By default the check
    /// ends at the first violation.
    pub fn keep_going(mut self) -> Self {
        self.question.until = Until::Exhausted;
        self
    }

    /// Goes on until this property is violated, whatever other violations are found.
    pub fn until_violated(mut self, name: &str) -> Self {
        self.question.until = Until::Violation(name.to_owned());
        self
    }

    /// Searches every state, level by level, so that a counterexample is a shortest one.
    /// O(states · (successors + properties)) time, 10 to 14 bytes a state and the states of two
    /// levels.
    pub fn run(self) -> Checked {
        let engine = Levels {
            threads: self.threads,
            search: self.search,
        };
        let model = WithProperties {
            model: self.model,
            asked: self.asked,
        };
        let names = model.kinds();
        let extras = Extras {
            initial: Some(|model: &WithProperties<M>, visit| model.for_each_initial(visit)),
            kinds: (!names.is_empty()).then_some(Kinds {
                names,
                of: |model, action| model.kind(action),
            }),
            without_marks: Some(Describe::without_marks),
            storage: None,
        };
        let progress = Arc::default();
        let outcome = Problem::new(model, extras, self.question, &progress).and_then(|problem| {
            let report = synod_checker::check(&problem, &engine)?;
            let expect = Expect::Holds {
                states: None,
                depth: None,
            };
            Ok(Outcome::of(&problem.model, report, &expect, None))
        });
        Checked::new(outcome)
    }
}
