//! A model as a search explores it: its states as they are held, and of each orbit one state.
//!
//! A model tells by its [`Form`] what a search may use of its states (see
//! [`synod_vocabulary::structure`]). [`Explored`] is that model as another model, which every
//! engine explores like any: its states are the held ones, and every step leads to a
//! representative. [`Explored::told`] turns the report of such a run into one on the model
//! itself: its counterexamples consist of states of the model, under their own names.
//!
//! **Symmetry is asked for, and looked at.** That the renamed states behave alike is the claim
//! of the model. In the states near the initial ones, and in one of some thousands, the
//! properties are evaluated in all images of the state, and the steps of the images are
//! compared with those of the state. A run in which they differ is stopped. A counterexample
//! that is no run of the model with its own names is none.

use crate::error::CheckError;
use crate::fingerprint::{Fingerprint, Hashing};
use crate::kernel::conclude::panic_in;
use crate::kernel::path::steps_from;
use crate::levels::{Found, FoundIn, Next};
use crate::panics;
use crate::problem::{Dictionary, Extras, Judging, Kinds, Numbering, Problem, Question, Storage};
use crate::progress::Progress;
use crate::property::Property;
use crate::report::{Counterexample, ModelReport, Reason, SetFingerprint, Step, Verdict};
use stateright::Model;
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::Arc;
use synod_vocabulary::structure::Symmetry;
use synod_vocabulary::{Form, Structure};

/// A model as a search explores it.
///
/// ```
/// # mod model { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/counter.rs")); }
/// # use model::Counter;
/// # use std::sync::Arc;
/// # use synod_checker::{CheckError, Extras, Levels, Question, check};
/// use synod_checker::Explored;
/// use synod_vocabulary::{Form, Structure};
///
/// impl Structure for Counter {
///     type Held = u8;
///
///     fn form(&self) -> Form<Self> {
///         Form { rank: Some(|_, count| u32::from(*count)), ..Form::WHOLE }
///     }
/// }
///
/// let model = Arc::new(Counter);
/// let question = Question::default();
/// let problem = Explored::problem(&model, Extras::default(), question, &Default::default())?;
/// let report = check(&problem, &Levels::default())?;
/// let report = problem.model().told(report);
/// assert_eq!(report.counterexamples[0].steps.last().unwrap().state, 7);
/// # Ok::<(), CheckError>(())
/// ```
pub struct Explored<M: Structure> {
    model: Arc<M>,
    form: Form<M>,
    extras: Extras<M>,
    properties: Vec<Property<M>>,
}

impl<M: Structure> Model for Explored<M> {
    type State = M::Held;
    type Action = M::Action;

    fn init_states(&self) -> Vec<M::Held> {
        let states = self.model.init_states().into_iter();
        states.map(|state| self.held(state)).collect()
    }

    fn actions(&self, held: &M::Held, actions: &mut Vec<M::Action>) {
        self.model.actions(&self.state(held), actions);
    }

    fn next_state(&self, held: &M::Held, action: M::Action) -> Option<M::Held> {
        let next = self.model.next_state(&self.state(held), action)?;
        Some(self.held(next))
    }

    fn within_boundary(&self, held: &M::Held) -> bool {
        self.model.within_boundary(&self.state(held))
    }
}

impl<M: Structure + Send + Sync + 'static> Explored<M> {
    /// The problem of a run on the model as it is explored. These are the extras of the model
    /// itself.
    ///
    /// # Errors
    /// As for [`Problem::new`].
    pub fn problem(
        model: &Arc<M>,
        extras: Extras<M>,
        question: Question,
        progress: &Arc<Progress>,
    ) -> Result<Arc<Problem<Self>>, CheckError> {
        // Its properties are those of the model, which `Problem::new` looks at.
        let own = Problem::of_shared(
            Arc::clone(model),
            Extras::default(),
            question.clone(),
            progress,
        )?;
        let properties = own.properties.clone();
        let explored = Arc::new(Self {
            form: model.form(),
            model: Arc::clone(model),
            extras,
            properties,
        });
        let properties = (0..explored.properties.len()).map(|place| explored.property(place));
        let (properties, extras) = (properties.collect(), explored.extras(question.sketches));
        Problem::with_properties(explored, properties, extras, question, progress)
    }

    fn property(&self, place: usize) -> Property<Self> {
        let Property {
            name, expectation, ..
        } = self.properties[place];
        Property {
            name,
            expectation,
            is_met: Arc::new(move |explored: &Self, held: &M::Held| {
                let is_met = &explored.properties[place].is_met;
                is_met(&explored.model, &explored.state(held))
            }),
        }
    }
}

impl<M: Structure> Explored<M> {
    /// The model.
    pub const fn model(&self) -> &Arc<M> {
        &self.model
    }

    /// The state that is held.
    pub fn state<'h>(&self, held: &'h M::Held) -> Cow<'h, M::State> {
        (self.form.state)(&self.model, held)
    }

    /// Holds the representative of a state.
    fn held(&self, state: M::State) -> M::Held {
        self.representative((self.form.hold)(&self.model, state))
    }

    #[inline]
    fn representative(&self, held: M::Held) -> M::Held {
        match &self.form.symmetry {
            None => held,
            Some(symmetry) => (symmetry.representative)(&self.model, &held),
        }
    }

    /// The extras of the model as it is explored. If runs are to be compared, states are told apart
    /// by the hash of what they are, whatever they are held as: so a model can be compared with its
    /// mutants, whose states are held in another way.
    fn extras(&self, is_compared: bool) -> Extras<Self> {
        let (form, own) = (&self.form, &self.extras);
        Extras {
            initial: own.initial.map(|_| initial::<M> as _),
            kinds: own.kinds.as_ref().map(|kinds| Kinds {
                names: kinds.names.clone(),
                of: kind::<M>,
            }),
            storage: own.storage.map(|_| Storage {
                write: write::<M>,
                read_own: |explored, bytes| read(explored, None, bytes),
                read: |explored, dictionary, bytes| read(explored, Some(dictionary), bytes),
                write_context: write_context::<M>,
                read_context: read_context::<M>,
            }),
            without_marks: own.without_marks.map(|_| without_marks::<M> as _),
            hash: is_compared.then_some(hash::<M> as _),
            numbering: form
                .number
                .as_ref()
                .filter(|_| !is_compared)
                .map(|number| Numbering {
                    bits: number.bits,
                    of: number_of::<M>,
                }),
            steps: form.steps.map(|_| steps::<M> as _),
            judging: Some(Judging {
                touches: form.touches.clone(),
                found: found::<M>,
            }),
            rank: form.rank.map(|_| rank::<M> as _),
            is_graded: form.is_graded,
            stands_for: form.symmetry.as_ref().map(|_| orbit::<M> as _),
            is_alike: form.symmetry.as_ref().map(|_| is_alike::<M> as _),
        }
    }
}

// The functions of the extras. Each is there only if the model has what it calls.

fn initial<M: Structure>(
    explored: &Explored<M>,
    visit: &mut dyn FnMut(M::Held) -> ControlFlow<()>,
) {
    let extras = &explored.extras;
    extras.for_each_initial(&explored.model, |state| visit(explored.held(state)));
}

fn kind<M: Structure>(explored: &Explored<M>, action: &M::Action) -> usize {
    let kind = explored.extras.kind(&explored.model, action);
    kind.unwrap_or_default()
}

fn without_marks<M: Structure>(explored: &Explored<M>, held: &M::Held) -> Option<M::Held> {
    let without = explored.extras.without_marks?;
    if let Some(has_marks) = explored.form.has_marks
        && !has_marks(&explored.model, held)
    {
        return None;
    }
    let bare = without(&explored.model, &explored.state(held))?;
    Some(explored.held(bare))
}

fn hash<M: Structure>(explored: &Explored<M>, held: &M::Held, hashing: Hashing) -> Fingerprint {
    hashing.of(&*explored.state(held))
}

#[inline]
fn number_of<M: Structure>(explored: &Explored<M>, held: &M::Held) -> u128 {
    let number = explored.form.number.as_ref();
    number.map_or(0, |number| (number.of)(&explored.model, held))
}

fn steps<M: Structure>(explored: &Explored<M>, held: &M::Held, next: &mut Vec<(usize, M::Held)>) {
    let Some(steps) = explored.form.steps else {
        return;
    };
    steps(&explored.model, held, next);
    if let Some(symmetry) = &explored.form.symmetry {
        for (_, next) in next {
            *next = (symmetry.representative)(&explored.model, next);
        }
    }
}

fn found<M: Structure>(explored: &Explored<M>, held: &M::Held, asked: u64) -> u64 {
    let (mut found, mut asked) = (0, asked);
    if let Some(judging) = &explored.form.judging {
        found = (judging.found)(&explored.model, held, asked & judging.properties);
        asked &= !judging.properties;
    }
    if asked == 0 {
        return found;
    }
    let state = explored.state(held);
    let properties = explored.properties.iter().enumerate();
    let asked = properties.filter(|(place, _)| asked & (1 << place) != 0);
    let in_state = asked.filter(|(_, property)| property.is_found(&explored.model, &state));
    in_state.fold(found, |found, (place, _)| found | 1 << place)
}

fn rank<M: Structure>(explored: &Explored<M>, held: &M::Held) -> u32 {
    let rank = explored.form.rank;
    rank.map_or(0, |rank| rank(&explored.model, held))
}

fn orbit<M: Structure>(explored: &Explored<M>, held: &M::Held) -> u64 {
    let symmetry = explored.form.symmetry.as_ref();
    symmetry.map_or(1, |symmetry| (symmetry.orbit)(&explored.model, held))
}

/// A held state as bytes: of a number, as many as it needs.
fn write<M: Structure>(explored: &Explored<M>, held: &M::Held, bytes: &mut Vec<u8>) {
    let model = &explored.model;
    if let Some(number) = &explored.form.number {
        let number_bytes = (number.of)(model, held).to_le_bytes();
        bytes.extend_from_slice(&number_bytes[..number.bits.div_ceil(8) as usize]);
    } else if let Some(storage) = &explored.extras.storage {
        (storage.write)(model, &explored.state(held), bytes);
    }
}

fn read<M: Structure>(
    explored: &Explored<M>,
    dictionary: Option<&Dictionary>,
    bytes: &mut &[u8],
) -> Option<M::Held> {
    let model = &explored.model;
    if let Some(number) = &explored.form.number {
        let (first, rest) = bytes.split_at_checked(number.bits.div_ceil(8) as usize)?;
        *bytes = rest;
        let mut all = [0; size_of::<u128>()];
        all[..first.len()].copy_from_slice(first);
        return Some((number.held)(model, u128::from_le_bytes(all)));
    }
    let storage = explored.extras.storage.as_ref()?;
    let state = match dictionary {
        None => (storage.read_own)(model, bytes),
        Some(dictionary) => (storage.read)(model, dictionary, bytes),
    };
    Some((explored.form.hold)(model, state?))
}

fn write_context<M: Structure>(explored: &Explored<M>, told: &mut Vec<u64>, bytes: &mut Vec<u8>) {
    if let Some(storage) = &explored.extras.storage {
        (storage.write_context)(&explored.model, told, bytes);
    }
}

fn read_context<M: Structure>(
    explored: &Explored<M>,
    dictionary: &mut Dictionary,
    bytes: &[u8],
) -> bool {
    let storage = explored.extras.storage.as_ref();
    storage.is_some_and(|storage| (storage.read_context)(&explored.model, dictionary, bytes))
}

/// Whether the images of a state behave as it does: they are as many as is told, each property has
/// the same value in all of them, and their steps lead to the same representatives.
fn is_alike<M: Structure>(explored: &Explored<M>, held: &M::Held) -> Result<(), String> {
    let Some(symmetry) = &explored.form.symmetry else {
        return Ok(());
    };
    let mut images = Vec::new();
    (symmetry.images)(&explored.model, held, &mut images);
    let representatives = |held: &M::Held| -> Vec<M::Held> {
        if explored.form.steps.is_some() {
            let mut next = Vec::new();
            steps(explored, held, &mut next);
            return next.into_iter().map(|(_, next)| next).collect();
        }
        // With the bounds of the states themselves: a bound may tell them apart, too.
        let next = steps_from(&*explored.model, &explored.state(held)).into_iter();
        next.map(|(_, next)| explored.held(next)).collect()
    };
    let all = u64::MAX >> (64 - explored.properties.len().clamp(1, 64));
    let judged = |held: &M::Held| panics::catch(|| found(explored, held, all)).ok();
    let (here, next) = (judged(held), representatives(held));
    let orbit = (symmetry.orbit)(&explored.model, held);
    let different = images.iter().collect::<HashSet<_>>().len();
    if different as u64 != orbit {
        return Err(format!(
            "an orbit of {different} states is counted as {orbit}"
        ));
    }
    for image in &images {
        if (symmetry.representative)(&explored.model, image) != *held {
            return Err("the representative is not the same for all states of an orbit".to_owned());
        }
        let there = judged(image);
        if let (Some(here), Some(there)) = (here, there)
            && here != there
        {
            let differing = (here ^ there).trailing_zeros() as usize;
            let name = explored.properties[differing].name;
            return Err(format!(
                "{name:?} tells states apart that differ only in names"
            ));
        }
        if here.is_some() != there.is_some() {
            return Err("a property panics in one of two states that differ only in names".into());
        }
        let other = representatives(image);
        let is_in = |of: &[M::Held], next: &M::Held| of.contains(next);
        if other.len() != next.len() || !other.iter().all(|other| is_in(&next, other)) {
            return Err("states that differ only in names have different steps".to_owned());
        }
    }
    Ok(())
}

impl<M: Structure> Explored<M> {
    /// The report on the model itself. Its counterexamples consist of states of the model. If
    /// one of them is no run of the model, or shows nothing there, the model does not have the
    /// symmetry that it tells: then the violation is not one.
    pub fn told(&self, mut report: ModelReport<Self>) -> ModelReport<M> {
        let found = std::mem::take(&mut report.counterexamples);
        let mut told = Vec::new();
        for found in found {
            let property = found.property;
            let counterexample = self.counterexample(found);
            if counterexample.is_none() {
                report.properties[property].verdict = Verdict::Inconclusive;
                report.verdict = Verdict::Inconclusive;
                let differs = "a counterexample shows nothing with the names of the model";
                let reason = Reason::Asymmetric(differs.to_owned());
                report.reason.get_or_insert(reason);
            }
            told.extend(counterexample);
        }
        report.with_counterexamples(told)
    }

    /// A counterexample in states of the model; none if it shows nothing there.
    fn counterexample(
        &self,
        found: Counterexample<M::Held, M::Action>,
    ) -> Option<Counterexample<M::State, M::Action>> {
        let length = found.steps.len();
        let steps = self.steps(found.steps);
        let last = &steps.last()?.state;
        let panic = if self.form.symmetry.is_none() {
            found.panic
        } else if let Some(property) = self.properties.get(found.property) {
            let is_found = panics::catch(|| property.is_found(&self.model, last));
            if steps.len() < length || is_found != Ok(true) {
                return None;
            }
            None
        } else {
            Some(panic_in(&*self.model, &self.properties, last)?)
        };
        Some(Counterexample {
            property: found.property,
            is_shortest: found.is_shortest,
            seed: found.seed,
            cycle: found.cycle,
            steps,
            panic,
        })
    }

    /// A state that [`Levels::find`](crate::Levels::find) has found, with its path in states of
    /// the model itself. `hashing` is that of the search.
    pub fn told_found(
        &self,
        problem: &Problem<Self>,
        hashing: Hashing,
        found: FoundIn<Self>,
    ) -> FoundIn<M> {
        let path = self.steps(found.path);
        let last = path.last().map(|step| &step.state);
        let next = last.map(|last| steps_from(&*self.model, last));
        let next = next.into_iter().flatten().map(|(action, state)| {
            let fingerprint = problem.fingerprint(hashing, &self.held(state.clone()));
            Next {
                fingerprint: SetFingerprint(fingerprint.first),
                step: Step {
                    action: Some(action),
                    state,
                },
            }
        });
        Found {
            fingerprint: found.fingerprint,
            next: next.collect(),
            path,
        }
    }

    /// A path in states of the model itself.
    fn steps(&self, path: Vec<Step<M::Held, M::Action>>) -> Vec<Step<M::State, M::Action>> {
        match &self.form.symmetry {
            None => self.same(path),
            Some(symmetry) => self.renamed(symmetry, path),
        }
    }

    fn same(&self, steps: Vec<Step<M::Held, M::Action>>) -> Vec<Step<M::State, M::Action>> {
        let steps = steps.into_iter().map(|step| Step {
            action: step.action,
            state: self.state(&step.state).into_owned(),
        });
        steps.collect()
    }

    /// The path with the names that the states have on it, from an initial state of the model
    /// on: after each step, the first one that leads to a state with the next representative.
    fn renamed(
        &self,
        symmetry: &Symmetry<M>,
        path: Vec<Step<M::Held, M::Action>>,
    ) -> Vec<Step<M::State, M::Action>> {
        let is = |state: &M::State, representative: &M::Held| {
            let held = (self.form.hold)(&self.model, state.clone());
            (symmetry.representative)(&self.model, &held) == *representative
        };
        let mut steps: Vec<Step<M::State, M::Action>> = Vec::new();
        for Step { state: next, .. } in path {
            let step = match steps.last() {
                None => self.initial_with(|state| is(state, &next)),
                Some(last) => steps_from(&*self.model, &last.state)
                    .into_iter()
                    .find(|(_, state)| is(state, &next))
                    .map(|(action, state)| Step {
                        action: Some(action),
                        state,
                    }),
            };
            let Some(step) = step else {
                break; // The states of an orbit do not have the same steps.
            };
            steps.push(step);
        }
        steps
    }

    fn initial_with(&self, is_it: impl Fn(&M::State) -> bool) -> Option<Step<M::State, M::Action>> {
        let mut found = None;
        self.extras.for_each_initial(&self.model, |state| {
            if is_it(&state) {
                found = Some(Step {
                    action: None,
                    state,
                });
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        });
        found
    }
}
