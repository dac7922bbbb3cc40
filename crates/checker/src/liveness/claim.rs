//! Claims of runs, as data.

use crate::property::Condition;
use crate::report::Expectation;
use stateright::Model;
use std::sync::Arc;

/// A claim of all fair runs of a model: [`check_runs`](super::check_runs) decides it, and its
/// example has one.
pub struct RunClaim<M: Model> {
    /// Its name.
    pub name: String,
    /// The condition that each run is to meet.
    pub(super) asks: Asks<M>,
    /// To what the runs are fair.
    pub(super) fair: Vec<Fairness<M>>,
}

/// A condition on runs.
pub(super) enum Asks<M: Model> {
    /// Each reachable state has a step, or meets this.
    NoDeadlock { is_final: Condition<M> },
    /// A state that meets `from` is followed by one that meets `to`; if there is no `from`, each
    /// run meets `to` at some time.
    LeadsTo {
        from: Option<Condition<M>>,
        to: Condition<M>,
    },
}

/// A set of actions to which runs are to be fair, and how.
pub enum Fairness<M: Model> {
    /// If it is enabled from some time on, it is taken infinitely often.
    Weak(Actions<M>),
    /// If it is enabled infinitely often, it is taken infinitely often.
    Strong(Actions<M>),
}

/// A set of actions.
pub enum Actions<M: Model> {
    /// Those of the kind of this name ([`Kinds`](crate::Kinds)), together: whoever takes them.
    Kind(String),
    /// Those for which this holds.
    Such(Arc<Picks<M>>),
    /// Several sets, one for each name that is given: of a process, for example. An action
    /// without a name is in none of them.
    Each(Arc<NameOf<M>>),
}

/// Whether an action is in a set.
pub type Picks<M> = dyn Fn(&M, &<M as Model>::Action) -> bool + Send + Sync;

/// The name of the set that an action is in, if it is in one.
pub type NameOf<M> = dyn Fn(&M, &<M as Model>::Action) -> Option<String> + Send + Sync;

impl<M: Model> Actions<M> {
    /// Those of the kind of this name, together: whoever takes them.
    pub fn kind(name: impl Into<String>) -> Self {
        Self::Kind(name.into())
    }

    /// Those for which this holds.
    pub fn such(holds: impl Fn(&M, &M::Action) -> bool + Send + Sync + 'static) -> Self {
        Self::Such(Arc::new(holds))
    }

    /// A set for each name.
    pub fn each(name: impl Fn(&M, &M::Action) -> Option<String> + Send + Sync + 'static) -> Self {
        Self::Each(Arc::new(name))
    }
}

impl<M: Model> Fairness<M> {
    pub(super) const fn actions(&self) -> &Actions<M> {
        match self {
            Self::Weak(actions) | Self::Strong(actions) => actions,
        }
    }

    pub(super) const fn is_strong(&self) -> bool {
        matches!(self, Self::Strong(_))
    }
}

impl<M: Model> RunClaim<M> {
    fn new(name: impl Into<String>, asks: Asks<M>) -> Self {
        Self {
            name: name.into(),
            asks,
            fair: Vec::new(),
        }
    }

    pub(super) const fn expectation(&self) -> Expectation {
        match self.asks {
            Asks::NoDeadlock { .. } => Expectation::Always,
            Asks::LeadsTo { .. } => Expectation::Eventually,
        }
    }

    /// Each run meets this at some time.
    pub fn eventually(
        name: impl Into<String>,
        to: impl Fn(&M, &M::State) -> bool + Send + Sync + 'static,
    ) -> Self {
        let to: Condition<M> = Arc::new(to);
        Self::new(name, Asks::LeadsTo { from: None, to })
    }

    /// Whenever a run is in a state that meets `from`, it is in one that meets `to` then or
    /// later.
    pub fn leads_to(
        name: impl Into<String>,
        from: impl Fn(&M, &M::State) -> bool + Send + Sync + 'static,
        to: impl Fn(&M, &M::State) -> bool + Send + Sync + 'static,
    ) -> Self {
        let from: Condition<M> = Arc::new(from);
        let to: Condition<M> = Arc::new(to);
        let from = Some(from);
        Self::new(name, Asks::LeadsTo { from, to })
    }

    /// Each reachable state has a step, or is final.
    pub fn no_deadlock(
        name: impl Into<String>,
        is_final: impl Fn(&M, &M::State) -> bool + Send + Sync + 'static,
    ) -> Self {
        let is_final: Condition<M> = Arc::new(is_final);
        Self::new(name, Asks::NoDeadlock { is_final })
    }

    /// The same claim of fewer runs: of those that are weakly fair to these actions.
    #[must_use]
    pub fn weakly_fair(self, actions: Actions<M>) -> Self {
        self.fair(Fairness::Weak(actions))
    }

    /// The same claim of fewer runs: of those that are strongly fair to these actions.
    #[must_use]
    pub fn strongly_fair(self, actions: Actions<M>) -> Self {
        self.fair(Fairness::Strong(actions))
    }

    /// The same claim of fewer runs.
    #[must_use]
    pub fn fair(mut self, fairness: Fairness<M>) -> Self {
        self.fair.push(fairness);
        self
    }
}
