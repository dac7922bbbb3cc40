//! A model as the Explorer shows it: states in the words of the model, with the properties that
//! they violate, and without actions that change nothing.
//!
//! The Explorer has a search of its own. It finds neither all violations nor the nearest one, and
//! it shows its verdicts on the whole space beside every single state. So it is given one
//! property, which is true of every state: then it has no verdicts to show.
//!
//! The type of the model is hidden behind [`Shown`]. Stateright's checker and server are large;
//! this way the compiler makes them once, and not once for each protocol.

use stateright::{Model, Path, Property};
use std::fmt;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use synod_vocabulary::Describe;

/// A model as Stateright's Explorer shows it, with the same graph of states.
/// [`Server::serve`](super::Server::serve) makes it of a model; see the crate's example.
pub struct View {
    initial: Vec<ViewState>,
}

/// A state of the model, and its variables as text, which `Debug` prints.
#[derive(Clone)]
pub struct ViewState {
    state: Arc<dyn Shown>,
    /// A hash of the state. States are told apart by it, as in Stateright's own search.
    fingerprint: u64,
    text: String,
}

/// A step of the model, and its name as text, which `Debug` prints.
#[derive(Clone)]
pub struct ViewAction {
    /// The number of the step among all steps from its state.
    position: usize,
    text: String,
    /// What the next state violates, and what changes.
    outcome: String,
    next: ViewState,
}

/// A state together with its model, of whatever type.
trait Shown: Send + Sync {
    /// The steps from this state that stay within the model's boundary.
    fn steps(&self) -> Vec<ViewAction>;

    fn is_within_boundary(&self) -> bool;

    /// The model's picture of the path that begins in this state and takes the steps with these
    /// numbers.
    fn svg(&self, positions: &[usize]) -> Option<String>;
}

struct StateOf<M: Model> {
    model: Arc<M>,
    state: M::State,
}

impl View {
    /// A view of the model.
    pub fn new<M>(model: M) -> Self
    where
        M: Describe + Send + Sync + 'static,
        M::State: Clone + Hash + PartialEq + Send + Sync,
        M::Action: Clone + PartialEq,
    {
        let model = Arc::new(model);
        let states = model.init_states().into_iter();
        let initial = states.map(|state| ViewState::new(&model, state)).collect();
        Self { initial }
    }
}

impl ViewState {
    fn new<M>(model: &Arc<M>, state: M::State) -> Self
    where
        M: Describe + Send + Sync + 'static,
        M::State: Clone + Hash + PartialEq + Send + Sync,
        M::Action: Clone + PartialEq,
    {
        let violations = model.violations(&state).into_iter();
        let fields = model.fields(&state).into_iter();
        let lines = violations.chain(fields.map(|field| field.to_string()));
        Self {
            fingerprint: BuildHasherDefault::<DefaultHasher>::default().hash_one(&state),
            text: lines.flat_map(|line| [line, "\n".to_owned()]).collect(),
            state: Arc::new(StateOf {
                model: Arc::clone(model),
                state,
            }),
        }
    }
}

impl<M> Shown for StateOf<M>
where
    M: Describe + Send + Sync + 'static,
    M::State: Clone + Hash + PartialEq + Send + Sync,
    M::Action: Clone + PartialEq,
{
    fn steps(&self) -> Vec<ViewAction> {
        let Self { model, state } = self;
        let steps = model.next_steps(state).into_iter().enumerate();
        // The Explorer itself would offer steps that leave the boundary.
        let within = steps.filter(|(_, (_, next))| model.within_boundary(next));
        let views = within.map(|(position, (action, next))| {
            let mut outcome = model.violations(&next);
            outcome.extend(model.changes(state, &next));
            ViewAction {
                position,
                text: model.step_name(&action),
                outcome: outcome.join("\n"),
                next: ViewState::new(model, next),
            }
        });
        views.collect()
    }

    fn is_within_boundary(&self) -> bool {
        self.model.within_boundary(&self.state)
    }

    fn svg(&self, positions: &[usize]) -> Option<String> {
        let mut state = self.state.clone();
        let mut actions = Vec::new();
        for &position in positions {
            let (action, next) = self.model.next_steps(&state).into_iter().nth(position)?;
            actions.push(action);
            state = next;
        }
        let path = Path::from_actions(&*self.model, self.state.clone(), &actions)?;
        self.model.as_svg(path)
    }
}

impl Model for View {
    type State = ViewState;
    type Action = ViewAction;

    fn init_states(&self) -> Vec<ViewState> {
        self.initial.clone()
    }

    fn actions(&self, state: &ViewState, actions: &mut Vec<ViewAction>) {
        actions.extend(state.state.steps());
    }

    fn next_state(&self, _: &ViewState, action: ViewAction) -> Option<ViewState> {
        Some(action.next)
    }

    fn format_step(&self, _: &ViewState, action: ViewAction) -> Option<String> {
        Some(action.outcome)
    }

    fn as_svg(&self, path: Path<ViewState, ViewAction>) -> Option<String> {
        let (states, actions): (Vec<_>, Vec<_>) = path.into_vec().into_iter().unzip();
        let actions = actions.into_iter().flatten();
        let positions: Vec<_> = actions.map(|action| action.position).collect();
        states.first()?.state.svg(&positions)
    }

    fn within_boundary(&self, state: &ViewState) -> bool {
        state.state.is_within_boundary()
    }

    /// One property that always holds: without any, the Explorer would explore nothing.
    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always(
            "is reached by steps of the model",
            |_, _| true,
        )]
    }
}

impl PartialEq for ViewState {
    fn eq(&self, other: &Self) -> bool {
        self.fingerprint == other.fingerprint
    }
}

impl Eq for ViewState {}

impl Hash for ViewState {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.fingerprint.hash(hasher);
    }
}

impl fmt::Debug for ViewState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for ViewAction {
    fn eq(&self, other: &Self) -> bool {
        self.position == other.position && self.next == other.next
    }
}

impl fmt::Debug for ViewAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
