//! A counterexample in words: from the states and actions of a model to a [`Trace`] that every
//! format can write. [`json::Counterexample`](crate::json::Counterexample) is its JSON.

use synod_checker::{Counterexample, Cycle, During, Panic, Step, catch};
use synod_vocabulary::describe::changes;
use synod_vocabulary::{Claim, Describe, Field, Figure};

/// A counterexample in the words of its model. [`Outcome::of`](crate::Outcome::of) makes those
/// of a report.
pub struct Trace {
    /// The name of the property that is violated.
    pub property: String,
    /// What is wrong in the last state, in a sentence.
    pub witness: Option<String>,
    /// Whether no run with fewer steps violates the property.
    pub is_shortest: bool,
    /// The seed of the random walk that found it; none of an exhaustive search.
    pub seed: Option<u64>,
    /// The initial state, then each step with the state after it.
    pub steps: Vec<TraceStep>,
    /// How the run goes on for ever, if that is what violates the property.
    pub cycle: Option<Cycle>,
    /// The last state, drawn; none if the model draws nothing.
    pub figure: Option<Figure>,
}

/// A step of a [`Trace`], and the state after it.
pub struct TraceStep {
    /// What happened, in words; none for the initial state.
    pub action: Option<String>,
    /// The kind of the step; none for the initial state, or if steps have no kinds.
    pub kind: Option<String>,
    /// What the step changed, a line for each variable.
    pub changes: Vec<String>,
    /// The variables of the state and their values.
    pub state: Vec<Field>,
}

impl TraceStep {
    /// Puts a path of a model into its words.
    pub fn all<M: Describe>(model: &M, path: &[Step<M::State, M::Action>]) -> Vec<Self> {
        let (kinds, mut steps) = (model.kinds(), Vec::<Self>::new());
        for Step { action, state } in path {
            let fields = model.fields(state);
            let kind = action
                .as_ref()
                .and_then(|action| kinds.get(model.kind(action)));
            steps.push(Self {
                action: action.as_ref().map(|action| model.step_name(action)),
                kind: kind.cloned(),
                changes: match steps.last() {
                    Some(before) => changes(&before.state, &fields),
                    None => model.begins(state),
                },
                state: fields,
            });
        }
        steps
    }
}

impl Trace {
    /// Puts a counterexample into the words of its model. The witness is what `claim` finds
    /// wrong in the last state.
    pub fn of<M: Describe>(
        model: &M,
        property: &str,
        claim: Option<&Claim<M>>,
        counterexample: &Counterexample<M::State, M::Action>,
    ) -> Self {
        let mut steps = TraceStep::all(model, &counterexample.steps);
        let last = counterexample.steps.last().map(|last| &last.state);
        let panic = counterexample.panic.as_ref();
        let last_step = panic.zip(last);
        steps.extend(last_step.and_then(|(panic, state)| step_that_panics(model, panic, state)));
        Self {
            property: property.to_owned(),
            witness: match (panic, claim.zip(last)) {
                (Some(panic), _) => Some(how_it_panics(panic)),
                (None, Some((claim, last))) => {
                    let witness = (claim.check)(model, last).err();
                    witness.map(|witness| witness.to_string())
                }
                (None, None) => None,
            },
            is_shortest: counterexample.is_shortest,
            seed: counterexample.seed,
            cycle: counterexample.cycle.clone(),
            figure: last.and_then(|last| model.figure(last)),
            steps,
        }
    }

    /// The last state, drawn; empty if the model draws nothing.
    pub(crate) fn drawing(&self) -> &str {
        self.figure.as_ref().map_or("", |figure| &figure.drawing)
    }

    /// How many steps there are. The initial state is none.
    pub fn length(&self) -> usize {
        self.steps.len().saturating_sub(1)
    }
}

fn how_it_panics<A>(panic: &Panic<A>) -> String {
    match &panic.during {
        During::Property(name) => format!("{name} cannot be judged: {}", panic.message),
        During::Step(_) => format!("panic: {}", panic.message),
    }
}

/// The step that panics. After it there is no state.
fn step_that_panics<M: Describe>(
    model: &M,
    panic: &Panic<M::Action>,
    state: &M::State,
) -> Option<TraceStep> {
    let name = match &panic.during {
        During::Property(_) => return None,
        During::Step(Some(action)) => Some(model.step_name(action)),
        During::Step(None) => {
            let mut last = None;
            let tried = catch(|| model.try_steps(state, &mut |name| last = Some(name)));
            last.filter(|_| tried.is_err())
        }
    };
    Some(TraceStep {
        action: Some(name.unwrap_or_else(|| "a step".to_owned())),
        kind: None,
        changes: vec!["panics".to_owned()],
        state: Vec::new(),
    })
}
