//! Random walks, for spaces that are too large to explore: what they find is
//! found, what they do not find may be there.

use crate::conclude::{counterexample, property_report, settle};
use crate::coverage::{ActionCoverage, Exploration, Histogram};
use crate::engine::{CheckError, panic_message, refuse_undecidable};
use crate::fingerprint::{Hashing, collision_probability};
use crate::levels::visited::{Counts, Inserted, Visited};
use crate::limits::Limits;
use crate::options::{Extras, Options, Simulation};
use crate::panics::{self, PANIC_FREEDOM};
use crate::progress::Progress;
use crate::properties::{awaited, is_found};
use crate::report::{Counterexample, Reason, Report, Step};
use crate::threads;
use stateright::{Expectation, Model, Property};
use std::hash::Hash;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::Builder;
use std::time::Instant;

/// Walks from a random initial state by random steps until there is none, so
/// many times, and judges every state on the way.
///
/// A walk is a function of its seed: that of the simulation, and one more for
/// each walk after the first. So the walk that has found something can be made
/// again alone. What is found is the same for every number of threads: a run
/// that ends early ends with the first walk that finds what is awaited, and
/// what later walks have found by then is dropped. Only counts may include it.
///
/// # Errors
/// [`CheckError`] if the model cannot be checked so.
pub fn simulate<M>(
    model: &M,
    extras: &Extras<M>,
    simulation: &Simulation,
    options: &Options,
    progress: &Arc<Progress>,
) -> Result<Report<M>, CheckError>
where
    M: Model + Sync,
    M::State: Clone + Hash + Send + Sync,
    M::Action: Clone + Send + Sync,
{
    refuse_undecidable(model, &options.until)?;
    threads::try_to_start(options.threads.get())?;
    let begun = Instant::now();
    let run = || {
        let walks = Walks::new(model, extras, simulation, options, progress);
        std::thread::scope(|scope| {
            let start = || Builder::new().spawn_scoped(scope, || walks.walk_all());
            // Where there is no thread any more, the others walk on.
            let walkers = (1..options.threads.get()).filter_map(|_| start().ok());
            let walkers: Vec<_> = walkers.collect();
            walks.walk_all();
            for walker in walkers {
                if let Err(payload) = walker.join() {
                    std::panic::resume_unwind(payload);
                }
            }
        });
        walks.conclude()
    };
    let run = std::panic::catch_unwind(AssertUnwindSafe(run));
    let mut report =
        run.map_err(|payload| CheckError::ModelPanicked(panic_message(payload.as_ref())))?;
    report.elapsed = begun.elapsed();
    Ok(report)
}

/// A finding: on which walk, and after how many steps.
type Found = (u64, u32);

struct Walks<'a, M: Model> {
    model: &'a M,
    properties: Vec<Property<M>>,
    hashing: Hashing,
    extras: &'a Extras<M>,
    simulation: &'a Simulation,
    options: &'a Options,
    progress: &'a Arc<Progress>,
    awaited: u64,
    limits: Limits,
    initial: Vec<M::State>,
    /// The next walk that nobody has begun.
    next: AtomicU64,
    /// Walks after this one are not needed: it has found what is awaited.
    last: AtomicU64,
    /// Only for counting distinct states.
    seen: RwLock<Visited>,
    sum: Mutex<Sum>,
}

/// What all walks so far have found.
struct Sum {
    walks: u64,
    steps: u64,
    longest: u32,
    enabled: Vec<u64>,
    branching: Histogram,
    /// For each property, and for panics, the first walk that found it.
    first: Vec<Option<Found>>,
}

impl<'a, M> Walks<'a, M>
where
    M: Model + Sync,
    M::State: Clone + Hash + Send + Sync,
    M::Action: Clone,
{
    fn new(
        model: &'a M,
        extras: &'a Extras<M>,
        simulation: &'a Simulation,
        options: &'a Options,
        progress: &'a Arc<Progress>,
    ) -> Self {
        let properties = model.properties();
        let limits = Limits::from_now(options, progress);
        let mut initial = Vec::new();
        extras.for_each_initial(model, |state| {
            initial.push(state);
            limits.flow()
        });
        Self {
            awaited: awaited(&properties, &options.until),
            hashing: Hashing::new(0, options.fingerprint),
            extras,
            simulation,
            options,
            progress,
            limits,
            initial,
            next: AtomicU64::new(0),
            last: AtomicU64::new(u64::MAX),
            seen: RwLock::new(Visited::new(false)),
            sum: Mutex::new(Sum {
                walks: 0,
                steps: 0,
                longest: 0,
                enabled: vec![0; extras.names().len()],
                branching: Histogram::default(),
                first: vec![None; panics::places(properties.len())],
            }),
            properties,
            model,
        }
    }

    fn walk_all(&self) {
        loop {
            let walk = self.next.fetch_add(1, Relaxed);
            let is_needed = walk < self.simulation.walks && walk <= self.last.load(Relaxed);
            if !is_needed || !self.limits.goes_on() {
                return;
            }
            self.walk(walk);
        }
    }

    fn walk(&self, walk: u64) {
        let mut found: Vec<Option<Found>> = vec![None; panics::places(self.properties.len())];
        let mut enabled = vec![0; self.extras.names().len()];
        let mut branching = Histogram::default();
        let mut new_states = 0;
        let mut steps = 0;
        let walked = panics::catch(|| {
            self.go(
                walk,
                |_, _| true,
                |state, choices| {
                    for (found, property) in found.iter_mut().zip(&self.properties) {
                        if found.is_none() && is_found(self.model, property, state) {
                            *found = Some((walk, steps));
                        }
                    }
                    if let Some(kinds) = &self.extras.kinds {
                        for (action, _) in choices {
                            enabled[(kinds.of)(self.model, action)] += 1;
                        }
                    }
                    branching.add(choices.len());
                    new_states += u64::from(self.is_new(state));
                    steps += 1;
                    self.limits.goes_on()
                },
            );
        });
        if walked.is_err() {
            found[panics::unjudgeable(self.properties.len())] = Some((walk, steps));
        }
        let steps = steps.saturating_sub(1);
        self.progress
            .add(new_states, u64::from(steps) + 1, new_states, steps + 1);
        let is_awaited = |(bit, found): (usize, &Option<Found>)| {
            found.is_some() && self.awaited & (1 << bit) != 0
        };
        if found.iter().enumerate().any(is_awaited) {
            self.last.fetch_min(walk, Relaxed);
        }
        let mut sum = self.sum.lock().unwrap_or_else(PoisonError::into_inner);
        sum.walks += 1;
        sum.steps += u64::from(steps);
        sum.longest = sum.longest.max(steps);
        for (sum, here) in sum.enabled.iter_mut().zip(enabled) {
            *sum += here;
        }
        sum.branching.merge(&branching);
        for (first, found) in sum.first.iter_mut().zip(found) {
            *first = [*first, found].into_iter().flatten().min();
        }
        for (property, first) in self.properties.iter().zip(&sum.first) {
            if let Some((_, steps)) = first {
                self.progress.found(property, *steps);
            }
        }
    }

    /// Shows each state of a walk with the action that led to it, and then with
    /// the steps that can be taken there, until there is none or enough is seen.
    fn go(
        &self,
        walk: u64,
        mut enter: impl FnMut(Option<&M::Action>, &M::State) -> bool,
        mut visit: impl FnMut(&M::State, &[(M::Action, M::State)]) -> bool,
    ) {
        let mut random = SplitMix(self.simulation.seed.wrapping_add(walk));
        let Some(mut state) = random.choose(&self.initial).cloned() else {
            return;
        };
        let mut action = None;
        for step in 0..=self.simulation.steps {
            if !enter(action.as_ref(), &state) {
                return;
            }
            let choices = self.model.next_steps(&state).into_iter();
            let choices = choices.filter(|(_, next)| self.model.within_boundary(next));
            let choices: Vec<_> = choices.collect();
            if !visit(&state, &choices) || step == self.simulation.steps {
                return;
            }
            let Some((chosen, next)) = random.choose(&choices).cloned() else {
                return;
            };
            (action, state) = (Some(chosen), next);
        }
    }

    /// Whether no walk has come here before.
    fn is_new(&self, state: &M::State) -> bool {
        let fingerprint = self.hashing.of(state);
        loop {
            let seen = self.seen.read().unwrap_or_else(PoisonError::into_inner);
            let inserted = seen.insert(fingerprint);
            let mut counts = Counts::none();
            if inserted == Inserted::New {
                counts.add(fingerprint);
            }
            let is_crowded = inserted == Inserted::Full || seen.count(&mut counts);
            drop(seen);
            if is_crowded {
                let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
                seen.grow();
                if inserted == Inserted::Full {
                    seen.grow_for(fingerprint);
                }
            }
            if inserted != Inserted::Full {
                return inserted == Inserted::New;
            }
        }
    }

    /// The walk up to a finding, made again; none if the run is stopped meanwhile.
    fn path(&self, (walk, steps): Found) -> Vec<Step<M::State, M::Action>> {
        let mut path = Vec::new();
        let enter = |action: Option<&M::Action>, state: &M::State| {
            path.push(Step {
                action: action.cloned(),
                state: state.clone(),
            });
            path.len() <= steps as usize && self.limits.goes_on()
        };
        self.go(walk, enter, |_, _| true);
        if path.len() > steps as usize {
            path
        } else {
            Vec::new()
        }
    }

    fn counterexamples(
        &self,
        violations: Vec<(Found, &'static str)>,
    ) -> Vec<Counterexample<M::State, M::Action>> {
        self.progress.begin_to_find_ways();
        let found = violations.into_iter().filter_map(|(found, property)| {
            let steps = self.path(found);
            let found_again = counterexample(self.model, &self.properties, property, steps)?;
            Some(Counterexample {
                is_shortest: false,
                seed: Some(self.simulation.seed.wrapping_add(found.0)),
                ..found_again
            })
        });
        found.collect()
    }

    fn conclude(self) -> Report<M> {
        let sum = self.sum.lock().unwrap_or_else(PoisonError::into_inner);
        let last = self.last.load(Relaxed);
        let is_kept = |found: &Found| found.0 <= last;
        let found: Vec<_> = sum
            .first
            .iter()
            .map(|found| found.filter(is_kept))
            .collect();
        let panic = found[panics::unjudgeable(self.properties.len())];
        let found = self.properties.iter().zip(&found);
        let mut properties: Vec<_> = found
            .clone()
            .map(|(property, found)| {
                let mut report =
                    property_report(property, found.map(|(_, steps)| steps + 1), false);
                report.length = None; // There may be a nearer one.
                report
            })
            .collect();
        let mut violations: Vec<_> = found
            .filter(|(property, _)| property.expectation == Expectation::Always)
            .filter_map(|(property, found)| Some(((*found)?, property.name)))
            .collect();
        violations.extend(panic.map(|panic| (panic, PANIC_FREEDOM)));
        violations.sort_unstable_by_key(|((walk, steps), _)| (*steps, *walk));
        properties.extend(panic.map(|_| panics::property_report(None)));
        let states = self
            .seen
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .len();
        let names = self.extras.names().iter();
        let cut = self.progress.stopped();
        let cut = cut.unwrap_or(Reason::Simulated { walks: sum.walks });
        let counterexamples = self.counterexamples(violations);
        let stopped = self.progress.ways_stopped();
        let (verdict, reason) = settle(
            &mut properties,
            &counterexamples,
            (&self.options.until, false, Some(cut)),
            stopped.unwrap_or(Reason::Interrupted),
        );
        Report {
            verdict,
            reason,
            states,
            generated: sum.steps + sum.walks,
            depth: sum.longest + 1,
            collision_probability: collision_probability(states, self.options.fingerprint),
            elapsed: self.limits.elapsed(),
            counterexamples,
            properties,
            exploration: Some(Exploration {
                branching: sum.branching.branching(),
                actions: names
                    .zip(&sum.enabled)
                    .map(|(name, &enabled)| ActionCoverage {
                        name: name.clone(),
                        enabled,
                        new_states: None,
                    })
                    .collect(),
                ..Exploration::default()
            }),
        }
    }
}

/// SplitMix64: small, and good enough to choose a step.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One of them, each as likely; none of none.
    fn choose<'t, T>(&mut self, of: &'t [T]) -> Option<&'t T> {
        let scaled = u128::from(self.next()) * of.len() as u128;
        of.get((scaled >> 64) as usize)
    }
}
