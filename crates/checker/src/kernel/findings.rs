//! What was found of the properties, and of panics: a place for each property, and
//! two more.

use crate::fingerprint::Fingerprint;
use crate::problem::{Problem, Until, expectation};
use crate::report::{Expectation, Exploration, Reason};
use stateright::{Model, Property};

/// How many places there are for findings.
pub const fn places(properties: usize) -> usize {
    properties + 2
}

/// The place for states that cannot be judged: a property panics there.
pub const fn unjudgeable(properties: usize) -> usize {
    properties
}

/// The place for states that cannot be expanded: a step from there panics. They
/// are kept with the depth of what they would have led to.
pub const fn unexpandable(properties: usize) -> usize {
    properties + 1
}

/// The depth of a nearest finding, and which state there it is: of several the
/// one with the smallest fingerprint.
pub type Nearest<T = Fingerprint> = Option<(u32, T)>;

/// Whether a state is a finding for a property: for `always` one that violates
/// it, for `sometimes` one that meets it.
pub fn is_found<M: Model>(model: &M, property: &Property<M>, state: &M::State) -> bool {
    let is_met = (property.condition)(model, state);
    is_met != property.expectation.discovery_is_failure()
}

/// The places of findings that end the run, as bits: properties whose violation
/// it waits for, and panics. Of what lies behind a panic nothing can be said.
pub fn awaited<M: Model>(problem: &Problem<M>) -> u64 {
    let mut awaited = 0b11 << problem.properties.len();
    for (bit, property) in problem.properties.iter().enumerate() {
        let ends_the_run = match &problem.until {
            Until::FirstViolation => true,
            Until::Violation(name) => property.name == name,
            Until::Exhausted => false,
        };
        if ends_the_run && expectation(property) == Expectation::Always {
            awaited |= 1 << bit;
        }
    }
    awaited
}

/// Whether one of the awaited violations is found.
pub fn is_decided(awaited: u64, nearest: &[Nearest]) -> bool {
    let nearest = nearest.iter().enumerate();
    let mut found = nearest.filter(|(_, nearest)| nearest.is_some());
    found.any(|(bit, _)| awaited & (1 << bit) != 0)
}

/// The properties of which nothing is found yet on the levels before this depth.
pub fn open_at<M: Model>(depth: u32, problem: &Problem<M>, nearest: &[Nearest]) -> Vec<usize> {
    let nearest = problem.properties.iter().zip(nearest).enumerate();
    let open = nearest.filter(|(_, (_, nearest))| nearest.is_none_or(|(found, _)| found >= depth));
    open.map(|(bit, _)| bit).collect()
}

/// The nearest of what is known and what was found at a depth now.
pub fn keep_nearest(nearest: &mut [Nearest], depth: u32, found: &[Option<Fingerprint>]) {
    for (nearest, found) in nearest.iter_mut().zip(found) {
        if let Some(found) = found {
            let here = (depth, *found);
            *nearest = Some(nearest.map_or(here, |known| known.min(here)));
        }
    }
}

/// So that findings are known, whatever becomes of the run.
pub fn tell_nearest<M: Model>(problem: &Problem<M>, nearest: &[Nearest]) {
    for (property, nearest) in problem.properties.iter().zip(nearest) {
        if let Some((depth, _)) = nearest {
            problem.progress.found(property, depth - 1);
        }
    }
}

/// What a thread has found on a level: in each place the smallest fingerprint.
pub struct LevelFindings(Vec<Option<Fingerprint>>);

impl LevelFindings {
    /// Nothing, of so many properties.
    pub fn nothing(properties: usize) -> Self {
        Self(vec![None; places(properties)])
    }

    /// A state is a finding.
    pub fn keep(&mut self, place: usize, fingerprint: Fingerprint) {
        let found = &mut self.0[place];
        *found = Some(found.map_or(fingerprint, |known| known.min(fingerprint)));
    }

    /// Judges a state by those properties of which nothing is found yet.
    #[inline]
    pub fn judge<M: Model>(
        &mut self,
        problem: &Problem<M>,
        open: &[usize],
        fingerprint: Fingerprint,
        state: &M::State,
    ) {
        for &bit in open {
            if is_found(&problem.model, &problem.properties[bit], state) {
                self.keep(bit, fingerprint);
            }
        }
    }

    /// Keeps the states that could not be expanded.
    pub fn keep_unexpandable(&mut self, states: &[Fingerprint]) {
        let place = self.0.len() - 1;
        for state in states {
            self.keep(place, *state);
        }
    }

    /// Keeps the states that could not be judged.
    pub fn keep_unjudgeable(&mut self, states: &[Fingerprint]) {
        let place = self.0.len() - 2;
        for state in states {
            self.keep(place, *state);
        }
    }

    /// By place what was found by now, which is forgotten.
    pub fn take(&mut self) -> Vec<Option<Fingerprint>> {
        let nothing = vec![None; self.0.len()];
        std::mem::replace(&mut self.0, nothing)
    }
}

/// A state in which an `always` property is violated, or the model panics.
#[derive(Clone, Copy, Debug)]
pub struct Violation<T = Fingerprint> {
    /// The place of the property; after the last, a panic.
    pub property: usize,
    /// The steps of a counterexample.
    pub length: u32,
    /// The depth of the state, and which it is.
    pub target: (u32, T),
}

/// What an engine has found when it ends.
#[derive(Debug)]
pub struct Findings<T = Fingerprint> {
    /// Distinct states: of whole levels, unless the run was cut.
    pub states: u64,
    /// Initial states and transitions.
    pub generated: u64,
    /// The levels that were reached.
    pub depth: u32,
    /// All states that were given a fingerprint.
    pub fingerprinted: u64,
    /// By place.
    pub nearest: Vec<Nearest<T>>,
    /// Whether nothing nearer than what was found exists.
    pub is_nearest: bool,
    /// Whether the run has seen everything and was to see everything.
    pub is_exhausted: bool,
    /// Why the run ended early, if it did.
    pub reason: Option<Reason>,
    /// What the run has been through, if the engine tells.
    pub exploration: Option<Exploration>,
}

impl Findings {
    /// What those who watch a run have been told so far: of the states in which
    /// something was found, nothing but their depth.
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
    /// The search is over: the violations to which paths are to be found now.
    pub fn begin_to_find_paths<M: Model>(&self, problem: &Problem<M>) -> Vec<Violation<T>> {
        problem.progress.begin_to_find_paths();
        violations(problem, &self.nearest)
    }
}

/// For each `always` property its nearest violation, and the nearest panic, if there
/// are any; the nearest first.
pub fn violations<M: Model, T: Copy>(
    problem: &Problem<M>,
    nearest: &[Nearest<T>],
) -> Vec<Violation<T>> {
    let properties = &problem.properties;
    let always = properties.iter().zip(nearest).enumerate();
    let always = always.filter(|(_, (of, _))| expectation(of) == Expectation::Always);
    let of = |property, (depth, state): (u32, T)| Violation {
        property,
        length: depth - 1,
        target: (depth, state),
    };
    let mut violations: Vec<_> = always
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
