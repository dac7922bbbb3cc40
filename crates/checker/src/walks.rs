//! Random walks, for spaces that are too large to explore. A violation that they find
//! is one; a violation that they do not find may exist nevertheless.

use crate::engine::Engine;
use crate::error::CheckError;
use crate::fingerprint::{Hashing, Width};
use crate::kernel::conclude::conclude;
use crate::kernel::findings::{Findings, Nearest, awaited, places, unjudgeable};
use crate::kernel::path::{Path, Steps, initial_states};
use crate::kernel::tally::Tally;
use crate::kernel::visited::Visited;
use crate::panics;
use crate::problem::Problem;
use crate::report::{Exploration, Method, ModelReport, Reason, Step};
use crate::threads::on_threads;
use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};
use stateright::Model;
use std::hash::Hash;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

/// The engine of random walks. A walk begins in a random initial state and takes random
/// steps until no step is possible, or the limit of steps is reached. Every state on the
/// way is checked.
///
/// A walk is determined by its seed: the first walk has the given seed, each further walk
/// the next number. So a walk that has found something can be repeated alone. The findings
/// are the same for every number of threads: a run that ends early ends with the first
/// walk that finds an awaited violation, and findings of later walks are dropped. Only the
/// counts may include later walks.
///
/// ```
/// # mod model { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/counter.rs")); }
/// # use model::Counter;
/// # use synod_checker::{CheckError, Extras, Problem, Question, check};
/// use std::num::NonZeroUsize;
/// use synod_checker::Walks;
///
/// let walks = Walks { threads: NonZeroUsize::MIN, walks: 100, seed: 1, steps: 50 };
/// let question = Question::default();
/// let problem = Problem::new(Counter, Extras::default(), question, &Default::default())?;
/// let report = check(&problem, &walks)?;
/// assert_eq!(report.counterexamples[0].seed, Some(1));
/// # Ok::<(), CheckError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walks {
    /// The number of threads that walk.
    pub threads: NonZeroUsize,
    /// The number of walks.
    pub walks: u64,
    /// The seed of the first walk; each further walk has the next number.
    pub seed: u64,
    /// The most steps that a walk takes.
    pub steps: u32,
}

impl Walks {
    /// The name of the engine.
    pub const NAME: &str = "simulation";
}

impl<M> Engine<M> for Walks
where
    M: Model + Send + Sync,
    M::State: Clone + Hash + Send + Sync,
    M::Action: Clone + Send + Sync,
{
    fn method(&self) -> Method {
        Method {
            engine: Self::NAME.to_owned(),
            threads: self.threads.get(),
            processes: None,
            seed: self.seed,
            fingerprint: Width::Bits64,
            exact: None,
            finds_nearest: false,
        }
    }

    fn run(&self, problem: &Arc<Problem<M>>) -> Result<ModelReport<M>, CheckError> {
        let run = Run::new(problem, *self);
        on_threads(self.threads.get(), || run.walk_all());
        let method = Engine::<M>::method(self);
        let findings = run.findings();
        let violations = findings.begin_to_find_paths(problem);
        let paths = violations.iter().map(|violation| Path {
            steps: run.path(violation.target.1, violation.length),
            seed: Some(self.seed.wrapping_add(violation.target.1)),
        });
        let paths = paths.collect();
        Ok(conclude(problem, method, findings, &violations, paths))
    }
}

/// A finding: the number of the walk, and the steps it had taken.
type WalkFinding = (u64, u32);

struct Run<'a, M: Model> {
    problem: &'a Problem<M>,
    options: Walks,
    /// The findings that end the run, as bits.
    awaited: u64,
    initial: Vec<M::State>,
    /// The next walk that has not begun yet.
    next: AtomicU64,
    /// The last walk that is needed: it has found an awaited violation.
    last: AtomicU64,
    /// Only for counting distinct states.
    seen: Mutex<Visited>,
    sum: Mutex<Sum>,
}

/// The results of all walks so far.
struct Sum {
    walks: u64,
    /// The steps of the longest walk.
    longest: u32,
    tally: Tally,
    /// For each place of findings, the first walk that found something.
    first: Vec<Option<WalkFinding>>,
}

impl<'a, M> Run<'a, M>
where
    M: Model + Send + Sync,
    M::State: Clone + Hash + Send + Sync,
    M::Action: Clone,
{
    fn new(problem: &'a Problem<M>, options: Walks) -> Self {
        Self {
            awaited: awaited(problem),
            options,
            initial: initial_states(problem),
            next: AtomicU64::new(0),
            last: AtomicU64::new(u64::MAX),
            seen: Mutex::new(Visited::new(Hashing::default().width().bits())),
            sum: Mutex::new(Sum {
                walks: 0,
                longest: 0,
                tally: Tally::new(problem.extras.names().len()),
                first: vec![None; places(problem.properties.len())],
            }),
            problem,
        }
    }

    fn walk_all(&self) {
        loop {
            let walk = self.next.fetch_add(1, Relaxed);
            let is_needed = walk < self.options.walks && walk <= self.last.load(Relaxed);
            if !is_needed || !self.problem.limits.goes_on() {
                return;
            }
            self.walk(walk);
        }
    }

    fn walk(&self, walk: u64) {
        let Problem {
            properties,
            extras,
            limits,
            progress,
            ..
        } = self.problem;
        let model = self.problem.model();
        let mut found: Vec<Option<WalkFinding>> = vec![None; places(properties.len())];
        let mut tally = Tally::new(extras.names().len());
        let mut steps = 0;
        let walked = panics::catch(|| {
            self.follow(
                walk,
                |_, _| true,
                |state, choices| {
                    for (found, property) in found.iter_mut().zip(properties) {
                        if found.is_none() && property.is_found(model, state) {
                            *found = Some((walk, steps));
                        }
                    }
                    for (action, _) in choices {
                        if let Some(kind) = extras.kind(model, action) {
                            tally.enabled[kind] += 1;
                        }
                    }
                    tally.branching.add(choices.len());
                    steps += 1;
                    tally.new_states += u64::from(self.is_new(state, steps));
                    limits.goes_on()
                },
            );
        });
        if walked.is_err() {
            found[unjudgeable(properties.len())] = Some((walk, steps));
        }
        let steps = steps.saturating_sub(1);
        tally.generated = u64::from(steps) + 1;
        progress.add(
            tally.new_states,
            tally.generated,
            tally.new_states,
            steps + 1,
        );
        let is_awaited = |(bit, found): (usize, &Option<WalkFinding>)| {
            found.is_some() && self.awaited & (1 << bit) != 0
        };
        if found.iter().enumerate().any(is_awaited) {
            self.last.fetch_min(walk, Relaxed);
        }
        let mut sum = self.sum.lock().unwrap_or_else(PoisonError::into_inner);
        sum.walks += 1;
        sum.longest = sum.longest.max(steps);
        sum.tally.add(&tally);
        for (first, found) in sum.first.iter_mut().zip(found) {
            *first = [*first, found].into_iter().flatten().min();
        }
        for (property, first) in properties.iter().zip(&sum.first) {
            if let Some((_, steps)) = first {
                progress.found(property, *steps);
            }
        }
    }

    /// Makes a walk. Passes each state to `enter` with the action that led to it, and
    /// then to `visit` with the steps that are possible there. The walk ends if one of
    /// the two returns false, no step is possible, or the limit of steps is reached.
    fn follow(
        &self,
        walk: u64,
        mut enter: impl FnMut(Option<&M::Action>, &M::State) -> bool,
        mut visit: impl FnMut(&M::State, &[(M::Action, M::State)]) -> bool,
    ) {
        let mut random = SplitMix64::seed_from_u64(self.options.seed.wrapping_add(walk));
        let Some(mut state) = choose(&mut random, &self.initial).cloned() else {
            return;
        };
        let mut action = None;
        for step in 0..=self.options.steps {
            if !enter(action.as_ref(), &state) {
                return;
            }
            let choices = self.problem.model().next_steps(&state).into_iter();
            let choices = choices.filter(|(_, next)| self.problem.model().within_boundary(next));
            let choices: Vec<_> = choices.collect();
            if !visit(&state, &choices) || step == self.options.steps {
                return;
            }
            let Some((chosen, next)) = choose(&mut random, &choices).cloned() else {
                return;
            };
            (action, state) = (Some(chosen), next);
        }
    }

    /// Whether no walk has reached this state before.
    fn is_new(&self, state: &M::State, depth: u32) -> bool {
        let fingerprint = Hashing::default().of(state);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = seen.is_new(fingerprint);
        drop(seen);
        if is_new {
            self.problem.look_at_symmetry(state, fingerprint, depth);
        }
        is_new
    }

    /// Repeats a walk up to a finding; empty if the run is stopped meanwhile.
    fn path(&self, walk: u64, steps: u32) -> Steps<M> {
        let mut path = Vec::new();
        let enter = |action: Option<&M::Action>, state: &M::State| {
            path.push(Step {
                action: action.cloned(),
                state: state.clone(),
            });
            path.len() <= steps as usize && self.problem.limits.goes_on()
        };
        self.follow(walk, enter, |_, _| true);
        if path.len() > steps as usize {
            path
        } else {
            Vec::new()
        }
    }

    /// The findings of the walks up to the last one that is needed.
    fn findings(&self) -> Findings<u64> {
        let sum = self.sum.lock().unwrap_or_else(PoisonError::into_inner);
        let last = self.last.load(Relaxed);
        let nearest = |found: &Option<WalkFinding>| -> Nearest<u64> {
            let (walk, steps) = found.filter(|found| found.0 <= last)?;
            Some((steps + 1, walk))
        };
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let cut = self.problem.stopped();
        let mut exploration = Exploration {
            unreduced: None, // Only some of the states were seen.
            ..sum.tally.exploration(self.problem)
        };
        for action in &mut exploration.actions {
            action.new_states = None;
            action.fingerprint = None;
        }
        Findings {
            states: seen.len(),
            generated: sum.tally.generated,
            depth: sum.longest + 1,
            fingerprinted: seen.len(),
            nearest: sum.first.iter().map(nearest).collect(),
            is_nearest: false, // Other walks might find a nearer one.
            is_exhausted: false,
            reason: cut.or(Some(Reason::Simulated { walks: sum.walks })),
            exploration: Some(exploration),
        }
    }
}

/// A random element of a slice, each with the same probability; none if it is empty.
fn choose<'t, T>(random: &mut SplitMix64, of: &'t [T]) -> Option<&'t T> {
    let scaled = u128::from(random.next_u64()) * of.len() as u128;
    of.get((scaled >> 64) as usize)
}
