//! A counterexample that any model can give back: which choice was taken at each step.

use serde::{Deserialize, Serialize};
use synod_checker::{Counterexample, Cycle, During, Panic, Step, catch};
use synod_specs::Checkable;

/// The choices of a path, and what a report says of it.
#[derive(Serialize, Deserialize)]
pub(super) struct KeptPath {
    property: usize,
    is_shortest: bool,
    seed: Option<u64>,
    /// A position among the initial states.
    initial: usize,
    steps: Vec<Choice>,
    panic: Option<Panic<Choice>>,
    #[serde(default)]
    cycle: Option<Cycle>,
}

/// A step: a position among those that are possible in a state.
#[derive(Clone, Serialize, Deserialize)]
struct Choice {
    position: usize,
    /// So that another step is never taken for it.
    name: String,
}

impl KeptPath {
    /// The choices of a counterexample; none if the model does not offer them.
    pub(super) fn of<M: Checkable>(
        model: &M,
        found: &Counterexample<M::State, M::Action>,
    ) -> Option<Self> {
        catch(|| Self::try_of(model, found)).ok()?
    }

    fn try_of<M: Checkable>(
        model: &M,
        found: &Counterexample<M::State, M::Action>,
    ) -> Option<Self> {
        let (first, others) = found.steps.split_first()?;
        let initial = model.init_states();
        let mut state = &first.state;
        let mut steps = Vec::new();
        for step in others {
            steps.push(Choice::of(model, state, step.action.as_ref()?)?);
            state = &step.state;
        }
        let panic = found.panic.as_ref().map(|panic| {
            let during = match &panic.during {
                During::Property(name) => During::Property(name.clone()),
                During::Step(None) => During::Step(None),
                During::Step(Some(action)) => During::Step(Some(Choice::of(model, state, action)?)),
            };
            Some(Panic {
                during,
                message: panic.message.clone(),
            })
        });
        Some(Self {
            property: found.property,
            is_shortest: found.is_shortest,
            seed: found.seed,
            initial: initial.iter().position(|one| *one == first.state)?,
            steps,
            cycle: found.cycle.clone(),
            panic: match panic {
                Some(panic) => Some(panic?),
                None => None,
            },
        })
    }

    /// The counterexample; none if the model offers other choices.
    pub(super) fn taken<M: Checkable>(
        &self,
        model: &M,
    ) -> Option<Counterexample<M::State, M::Action>> {
        catch(|| self.try_taken(model)).ok()?
    }

    fn try_taken<M: Checkable>(&self, model: &M) -> Option<Counterexample<M::State, M::Action>> {
        let mut state = model.init_states().into_iter().nth(self.initial)?;
        let mut steps = vec![Step {
            action: None,
            state: state.clone(),
        }];
        for choice in &self.steps {
            let action = choice.action(model, &state)?;
            state = model.next_state(&state, action.clone())?;
            steps.push(Step {
                action: Some(action),
                state: state.clone(),
            });
        }
        let panic = match &self.panic {
            Some(panic) => Some(Panic {
                during: match &panic.during {
                    During::Property(name) => During::Property(name.clone()),
                    During::Step(None) => During::Step(None),
                    During::Step(Some(choice)) => During::Step(Some(choice.action(model, &state)?)),
                },
                message: panic.message.clone(),
            }),
            None => None,
        };
        Some(Counterexample {
            property: self.property,
            steps,
            is_shortest: self.is_shortest,
            seed: self.seed,
            panic,
            cycle: self.cycle.clone(),
        })
    }
}

impl Choice {
    fn of<M: Checkable>(model: &M, state: &M::State, action: &M::Action) -> Option<Self> {
        let mut actions = Vec::new();
        model.actions(state, &mut actions);
        Some(Self {
            position: actions.iter().position(|one| one == action)?,
            name: model.step_name(action),
        })
    }

    fn action<M: Checkable>(&self, model: &M, state: &M::State) -> Option<M::Action> {
        let mut actions = Vec::new();
        model.actions(state, &mut actions);
        let action = actions.into_iter().nth(self.position)?;
        (model.step_name(&action) == self.name).then_some(action)
    }
}
