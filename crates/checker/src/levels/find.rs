//! From the fingerprint of a state back to the state: the way that [`super::paths`] finds to
//! a violation, to any state of a level.

use super::{Levels, Search};
use crate::fingerprint::Fingerprint;
use crate::kernel::path::steps_from;
use crate::problem::Problem;
use crate::report::{SetFingerprint, Step};
use stateright::Model;
use std::collections::BTreeSet;
use std::hash::Hash;

/// A state that was found by its fingerprint: the answer of [`Levels::find`].
#[derive(Clone, Debug)]
pub struct Found<S, A> {
    /// Its fingerprint, the first 64 bits.
    pub fingerprint: SetFingerprint,
    /// A shortest path to it, from an initial state on.
    pub path: Vec<Step<S, A>>,
    /// The steps that can be taken from it.
    pub next: Vec<Next<S, A>>,
}

/// A step that can be taken from a state that was found.
#[derive(Clone, Debug)]
pub struct Next<S, A> {
    /// The step, with the state after it.
    pub step: Step<S, A>,
    /// The fingerprint of that state, the first 64 bits.
    pub fingerprint: SetFingerprint,
}

/// A state that was found in a model.
pub type FoundIn<M> = Found<<M as Model>::State, <M as Model>::Action>;

impl Levels {
    /// The states on a level (1 for initial states) whose fingerprints are wanted: at most
    /// so many, those with the smallest fingerprints, in their order. Each has a shortest path.
    /// A state that is on an earlier level is not found.
    ///
    /// Explores the levels up to this one, whatever the question of the problem says. If a
    /// limit is reached before, fewer states are found, and [`Problem::stopped`] says why.
    ///
    /// ```
    /// # mod model { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/counter.rs")); }
    /// # use model::Counter;
    /// # use synod_checker::{CheckError, Extras, Levels, Problem, Question};
    /// # let question = Question::default();
    /// # let problem = Problem::new(Counter, Extras::default(), question, &Default::default())?;
    /// let found = Levels::default().find(&problem, 5, |_| true, 10);
    /// assert_eq!((found.len(), found[0].path.len()), (1, 5));
    /// assert_eq!((found[0].path[4].state, found[0].next[0].step.state), (4, 5));
    /// # Ok::<(), CheckError>(())
    /// ```
    pub fn find<M>(
        &self,
        problem: &Problem<M>,
        level: u32,
        is_wanted: impl Fn(SetFingerprint) -> bool,
        most: usize,
    ) -> Vec<FoundIn<M>>
    where
        M: Model + Send + Sync,
        M::State: Clone + Hash + Send + Sync,
    {
        let search = Search {
            problem,
            options: &self.search,
            threads: self.threads,
            awaited: 0,
        };
        search.find(level, |state| is_wanted(SetFingerprint(state.first)), most)
    }
}

impl<M> Search<'_, M>
where
    M: Model + Send + Sync,
    M::State: Clone + Hash + Send + Sync,
{
    fn find(
        &self,
        level: u32,
        is_wanted: impl Fn(Fingerprint) -> bool,
        most: usize,
    ) -> Vec<FoundIn<M>> {
        let mut run = self.begin();
        while (run.levels.len() as u32) < level
            && !run.waiting.current.is_empty()
            && self.problem.limits.goes_on()
        {
            self.expand_level(&mut run);
        }
        if run.levels.len() as u32 != level {
            return Vec::new();
        }
        let mut wanted = BTreeSet::new();
        let searched = run
            .waiting
            .current
            .for_each(self.problem.model(), |states| {
                let states = states.iter().map(|state| self.fingerprint(state));
                wanted.extend(states.filter(|state| is_wanted(*state)));
                Ok(())
            });
        if let Err(error) = searched {
            self.problem.progress.storage_failed(&error);
            return Vec::new();
        }
        let targets = wanted.into_iter().take(most).map(|state| (level, state));
        let targets: Vec<_> = targets.collect();
        let paths = self.paths(&targets, run.transitions.as_ref()).into_iter();
        let found = targets.iter().zip(paths).filter_map(|((_, state), path)| {
            let last = &path.steps.last()?.state;
            Some(Found {
                fingerprint: SetFingerprint(state.first),
                next: self.next(last),
                path: path.steps,
            })
        });
        found.collect()
    }

    fn next(&self, state: &M::State) -> Vec<Next<M::State, M::Action>> {
        let steps = steps_from(self.problem.model(), state).into_iter();
        let steps = steps.map(|(action, state)| Next {
            fingerprint: SetFingerprint(self.fingerprint(&state).first),
            step: Step {
                action: Some(action),
                state,
            },
        });
        steps.collect()
    }
}
