//! Findings: the states in which a property was found violated (`always`) or met
//! (`sometimes`), or in which the model panics.
//!
//! Findings are kept by *place*. Each property has the place of its position. Two more
//! places follow: for states in which a property panics, and for states from which a step
//! panics. A set of places is a word with a bit for each.

use crate::fingerprint::Fingerprint;
use crate::problem::{Problem, Until};
use crate::report::{Expectation, Exploration, Reason, SetFingerprint};
use stateright::Model;

/// The number of places for findings.
pub const fn places(properties: usize) -> usize {
    properties + 2
}

/// The place for states in which a property panics.
pub(crate) const fn unjudgeable(properties: usize) -> usize {
    properties
}

/// The place for states from which a step panics. They are kept with the depth that their
/// successors would have.
pub(crate) const fn unexpandable(properties: usize) -> usize {
    properties + 1
}

/// The nearest finding: its depth and its state. Of several states at this depth it is the
/// one with the smallest fingerprint.
pub type Nearest<T = Fingerprint> = Option<(u32, T)>;

/// The places of the findings that end the run, as bits: the properties whose violation or
/// example it waits for, and panics. A panic ends the run because what lies behind it is unknown.
pub fn awaited<M: Model>(problem: &Problem<M>) -> u64 {
    let mut awaited = 0b11 << problem.properties.len();
    for (bit, property) in problem.properties.iter().enumerate() {
        let ends_the_run = match &problem.until {
            Until::FirstViolation => property.expectation == Expectation::Always,
            Until::Violation(name) | Until::Example(name) => property.name == name,
            Until::Exhausted => false,
        };
        awaited |= u64::from(ends_the_run) << bit;
    }
    awaited
}

/// Whether one of the awaited findings was found.
pub fn is_decided(awaited: u64, nearest: &[Nearest]) -> bool {
    let nearest = nearest.iter().enumerate();
    let mut found = nearest.filter(|(_, nearest)| nearest.is_some());
    found.any(|(bit, _)| awaited & (1 << bit) != 0)
}

/// The open properties at this depth, as bits: those with no finding on the levels before it.
pub fn open_at<M: Model>(depth: u32, problem: &Problem<M>, nearest: &[Nearest]) -> u64 {
    let nearest = nearest[..problem.properties.len()].iter().enumerate();
    let open = nearest.filter(|(_, nearest)| nearest.is_none_or(|(found, _)| found >= depth));
    open.fold(0, |open, (bit, _)| open | 1 << bit)
}

/// Adds what was found at a depth, by place, to the nearest findings.
pub fn keep_nearest(nearest: &mut [Nearest], depth: u32, found: &[Option<Fingerprint>]) {
    for (nearest, found) in nearest.iter_mut().zip(found) {
        if let Some(found) = found {
            let here = (depth, *found);
            *nearest = Some(nearest.map_or(here, |known| known.min(here)));
        }
    }
}

/// By property, the state of its nearest finding: [`Exploration::found_in`].
pub fn found_in<M: Model>(
    problem: &Problem<M>,
    nearest: &[Nearest],
) -> Vec<Option<SetFingerprint>> {
    let nearest = problem.properties.iter().zip(nearest);
    let states = nearest.map(|(_, nearest)| nearest.map(|(_, state)| SetFingerprint(state.first)));
    states.collect()
}

/// Adds the nearest findings to the progress, so that they are known even if the run does
/// not end normally.
pub fn tell_nearest<M: Model>(problem: &Problem<M>, nearest: &[Nearest]) {
    for (property, nearest) in problem.properties.iter().zip(nearest) {
        if let Some((depth, _)) = nearest {
            problem.progress.found(property, depth - 1);
        }
    }
}

/// The findings of a thread on a level: for each place the smallest fingerprint.
pub struct LevelFindings(Vec<Option<Fingerprint>>);

impl LevelFindings {
    /// No findings yet, for this number of properties.
    pub fn nothing(properties: usize) -> Self {
        Self(vec![None; places(properties)])
    }

    /// Adds a state to the findings of a place.
    pub fn keep(&mut self, place: usize, fingerprint: Fingerprint) {
        let found = &mut self.0[place];
        *found = Some(found.map_or(fingerprint, |known| known.min(fingerprint)));
    }

    /// Evaluates the open properties in a state, but those that a step of this kind cannot
    /// change: they are as in the state before it, in which nothing was found. (A state with
    /// marks is judged fully: the marks are about the step.)
    #[inline]
    pub fn judge<M: Model>(
        &mut self,
        problem: &Problem<M>,
        open: u64,
        fingerprint: Fingerprint,
        (state, kind): (&M::State, Option<usize>),
    ) {
        let (model, extras) = (problem.model(), &problem.extras);
        let Some(judging) = &extras.judging else {
            for bit in ones(open) {
                if problem.properties[bit].is_found(model, state) {
                    self.keep(bit, fingerprint);
                }
            }
            return;
        };
        let touched = kind.and_then(|kind| judging.touches.get(kind));
        let mut asked = open & touched.unwrap_or(&u64::MAX);
        if asked != open
            && extras
                .without_marks
                .is_some_and(|without| without(model, state).is_some())
        {
            asked = open;
        }
        if asked != 0 {
            for bit in ones((judging.found)(model, state, asked)) {
                self.keep(bit, fingerprint);
            }
        }
    }

    /// Adds states from which a step panics.
    pub(crate) fn keep_unexpandable(&mut self, states: &[Fingerprint]) {
        let place = self.0.len() - 1;
        for state in states {
            self.keep(place, *state);
        }
    }

    /// Adds states in which a property panics.
    pub(crate) fn keep_unjudgeable(&mut self, states: &[Fingerprint]) {
        let place = self.0.len() - 2;
        for state in states {
            self.keep(place, *state);
        }
    }

    /// Removes and returns the findings so far, by place.
    pub fn take(&mut self) -> Vec<Option<Fingerprint>> {
        let nothing = vec![None; self.0.len()];
        std::mem::replace(&mut self.0, nothing)
    }
}

/// The positions of the bits that are one.
fn ones(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let position = bits.trailing_zeros() as usize;
        bits &= bits.checked_sub(1)?;
        Some(position)
    })
}

/// A state in which an `always` property is violated, or the model panics, or which is the
/// example that the run waits for.
#[derive(Clone, Copy, Debug)]
pub struct Violation<T = Fingerprint> {
    /// The position of the property; one past the last property for a panic.
    pub property: usize,
    /// The number of steps of a counterexample.
    pub length: u32,
    /// The depth of the state, and the state.
    pub target: (u32, T),
}

/// What an engine has found when its search ends. `T` identifies a state: usually by its
/// fingerprint, in random walks by the number of the walk.
#[derive(Debug)]
pub struct Findings<T = Fingerprint> {
    /// The number of distinct states: of complete levels, unless the run was cut short.
    pub states: u64,
    /// The number of initial states and transitions.
    pub generated: u64,
    /// The number of levels that were reached.
    pub depth: u32,
    /// The number of all states that were fingerprinted.
    pub fingerprinted: u64,
    /// The nearest finding of each place.
    pub nearest: Vec<Nearest<T>>,
    /// Whether these are known to be the nearest findings that exist.
    pub is_nearest: bool,
    /// Whether the run has seen everything, and no awaited finding ended it.
    pub is_exhausted: bool,
    /// Why the run ended early, if it did.
    pub reason: Option<Reason>,
    /// More figures of the run, if the engine has them.
    pub exploration: Option<Exploration>,
}

impl Findings {
    /// What the progress of a run knows so far. Of the states that were found it knows
    /// only the depth.
    pub fn so_far<M: Model>(problem: &Problem<M>, is_nearest: bool) -> Self {
        let (seen, found) = (problem.progress.snapshot(), problem.progress.findings());
        let nearest = problem.properties.iter().map(|property| {
            let found = found.iter().find(|found| found.property == property.name)?;
            Some((found.steps + 1, Fingerprint::ZERO))
        });
        Self {
            states: seen.states,
            generated: seen.generated,
            depth: seen.depth,
            fingerprinted: seen.states,
            nearest: nearest.collect(),
            is_nearest,
            is_exhausted: false,
            reason: problem.progress.stopped(),
            exploration: None,
        }
    }
}

impl<T: Copy> Findings<T> {
    /// Begins the phase [`FindingPaths`](crate::Phase::FindingPaths), and returns the
    /// violations to which paths are to be found.
    pub fn begin_to_find_paths<M: Model>(&self, problem: &Problem<M>) -> Vec<Violation<T>> {
        problem.progress.begin_to_find_paths();
        violations(problem, &self.nearest)
    }
}

/// The nearest violation of each `always` property, the nearest example that the run waits
/// for, and the nearest panic, as far as there are any. The nearest comes first.
pub fn violations<M: Model, T: Copy>(
    problem: &Problem<M>,
    nearest: &[Nearest<T>],
) -> Vec<Violation<T>> {
    let properties = &problem.properties;
    let told = properties.iter().zip(nearest).enumerate();
    let told = told.filter(|(_, (of, _))| match &problem.until {
        Until::Example(name) if of.name == name => true,
        _ => of.expectation == Expectation::Always,
    });
    let of = |property, (depth, state): (u32, T)| Violation {
        property,
        length: depth - 1,
        target: (depth, state),
    };
    let mut violations: Vec<_> = told
        .filter_map(|(place, (_, nearest))| Some(of(place, (*nearest)?)))
        .collect();
    let panics = properties.len();
    let at = |place: usize| nearest.get(place).copied().flatten();
    let unjudgeable = at(unjudgeable(panics)).map(|at| of(panics, at));
    let unexpandable = at(unexpandable(panics)).map(|(depth, at)| Violation {
        target: (depth - 1, at),
        ..of(panics, (depth, at))
    });
    let panics = unjudgeable.into_iter().chain(unexpandable);
    violations.extend(panics.min_by_key(|panic| panic.length));
    violations.sort_by_key(|violation| violation.length);
    violations
}
