//! A model as the Explorer shows it: states in the words of the model, with the properties that
//! they violate, and without actions that change nothing.
//!
//! The Explorer has a search of its own. It finds neither all violations nor the nearest one, and
//! it shows its verdicts on the whole space beside every single state. So it is given one
//! property, which is true of every state: then it has no verdicts to show.

use stateright::{Model, Path, Property};
use std::fmt;
use std::hash::{Hash, Hasher};
use synod_vocabulary::Describe;

/// A model as Stateright's Explorer shows it, with the same graph of states. Made by
/// [`Server::serve`](crate::Server::serve); see the crate's example.
pub(crate) struct View<M: Model> {
    model: M,
}

/// A state of the model, and its variables as text, which `Debug` prints.
#[derive(Clone)]
pub(crate) struct ViewState<S> {
    state: S,
    text: String,
}

/// A step of the model, and its name as text, which `Debug` prints.
#[derive(Clone)]
pub(crate) struct ViewAction<A> {
    action: A,
    text: String,
}

impl<M: Describe> View<M> {
    /// A view of the model.
    pub(crate) const fn new(model: M) -> Self {
        Self { model }
    }

    fn state(&self, state: M::State) -> ViewState<M::State> {
        let violations = self.model.violations(&state).into_iter();
        let fields = self.model.fields(&state).into_iter();
        let lines = violations.chain(fields.map(|field| field.to_string()));
        let text = lines.flat_map(|line| [line, "\n".to_owned()]).collect();
        ViewState { state, text }
    }
}

impl<M> Model for View<M>
where
    M: Describe,
    M::State: PartialEq,
    M::Action: Clone + PartialEq,
{
    type State = ViewState<M::State>;
    type Action = ViewAction<M::Action>;

    fn init_states(&self) -> Vec<Self::State> {
        let states = self.model.init_states().into_iter();
        states.map(|state| self.state(state)).collect()
    }

    fn actions(&self, state: &Self::State, actions: &mut Vec<Self::Action>) {
        let steps = self.model.next_steps(&state.state).into_iter();
        // The Explorer itself would offer steps that leave the boundary.
        let within = steps.filter(|(_, next)| self.model.within_boundary(next));
        actions.extend(within.map(|(action, _)| ViewAction {
            text: self.model.step_name(&action),
            action,
        }));
    }

    fn next_state(&self, last_state: &Self::State, action: Self::Action) -> Option<Self::State> {
        let next = self.model.next_state(&last_state.state, action.action)?;
        Some(self.state(next))
    }

    fn format_step(&self, last_state: &Self::State, action: Self::Action) -> Option<String> {
        let next = self.model.next_state(&last_state.state, action.action)?;
        let mut lines = self.model.violations(&next);
        lines.extend(self.model.changes(&last_state.state, &next));
        Some(lines.join("\n"))
    }

    fn as_svg(&self, path: Path<Self::State, Self::Action>) -> Option<String> {
        let init = self.model.init_states().into_iter();
        let (mut states, actions): (Vec<_>, Vec<_>) = path.into_vec().into_iter().unzip();
        let first = states.swap_remove(0).state; // A path has at least one state.
        let init = init.into_iter().find(|state| *state == first)?;
        let actions: Vec<_> = actions
            .into_iter()
            .flatten()
            .map(|step| step.action)
            .collect();
        let path = Path::from_actions(&self.model, init, &actions)?;
        self.model.as_svg(path)
    }

    fn within_boundary(&self, state: &Self::State) -> bool {
        self.model.within_boundary(&state.state)
    }

    /// One property that always holds: without any, the Explorer would explore nothing.
    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always(
            "is reached by steps of the model",
            |_, _| true,
        )]
    }
}

impl<S: PartialEq> PartialEq for ViewState<S> {
    fn eq(&self, other: &Self) -> bool {
        self.state == other.state
    }
}

impl<S: Eq> Eq for ViewState<S> {}

impl<S: Hash> Hash for ViewState<S> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.state.hash(hasher);
    }
}

impl<S> fmt::Debug for ViewState<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<A: PartialEq> PartialEq for ViewAction<A> {
    fn eq(&self, other: &Self) -> bool {
        self.action == other.action
    }
}

impl<A> fmt::Debug for ViewAction<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
