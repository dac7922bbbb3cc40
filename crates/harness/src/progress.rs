//! What a check asks of runs: what happens in the end.

use crate::at::At;
use crate::check::Check;
use crate::properties::WithProperties;
use stateright::Model;
use std::fmt::Debug;
use std::hash::Hash;
use synod_checker::{Actions, RunClaim};
use synod_vocabulary::Describe;

/// Actions of a model as those of the model with its properties.
fn of_check<M: Model<State: Hash> + 'static>(actions: Actions<M>) -> Actions<WithProperties<M>> {
    match actions {
        Actions::Kind(name) => Actions::Kind(name),
        Actions::Such(holds) => {
            Actions::such(move |with: &WithProperties<M>, action| holds(&with.model, action))
        }
        Actions::Each(name) => {
            Actions::each(move |with: &WithProperties<M>, action| name(&with.model, action))
        }
    }
}

/// A closure on a state of a model as one on the model with its properties.
fn at<M: Model<State: Hash>>(
    holds: impl Fn(At<'_, M>) -> bool + Send + Sync + 'static,
) -> impl Fn(&WithProperties<M>, &M::State) -> bool + Send + Sync + 'static {
    move |with, state| {
        let model = &with.model;
        holds(At { model, state })
    }
}

impl<M> Check<M>
where
    M: Describe + Send + Sync + 'static,
    M::State: Clone + Debug + Eq + Hash + Send + Sync + 'static,
{
    /// Asks that every run comes to a state for which this holds. A run goes on as long as a step
    /// is possible; without fairness it may take the same few steps for ever. The counterexample
    /// is a path, and a cycle that repeats.
    ///
    /// A claim of runs is decided when the search of the states is done, on the graph of all
    /// states, in one thread: about 50 bytes a state and 6 a step. Symmetry is not used for it. A
    /// run that leaves the [bounds](Check::within) is not followed, so a check that needs it is
    /// inconclusive.
    ///
    /// ```
    /// use stateright::Model;
    /// use synod_harness::{Actions, check_model};
    ///
    /// /// A client asks again and again; the server answers once.
    /// struct Server;
    ///
    /// impl Model for Server {
    ///     type State = bool;
    ///     type Action = &'static str;
    ///
    ///     fn init_states(&self) -> Vec<bool> {
    ///         vec![false]
    ///     }
    ///
    ///     fn actions(&self, is_done: &bool, actions: &mut Vec<&'static str>) {
    ///         actions.extend(if *is_done { vec![] } else { vec!["ask", "answer"] });
    ///     }
    ///
    ///     fn next_state(&self, _: &bool, action: &'static str) -> Option<bool> {
    ///         Some(action == "answer")
    ///     }
    /// }
    ///
    /// let ask = || check_model(Server).eventually("it answers", |at| *at.state);
    /// ask().run().assert_violated("it answers", 1);
    /// ask()
    ///     .weakly_fair(Actions::such(|_, action| *action == "answer"))
    ///     .run()
    ///     .assert_holds();
    /// ```
    pub fn eventually(
        mut self,
        name: &str,
        to: impl Fn(At<'_, M>) -> bool + Send + Sync + 'static,
    ) -> Self {
        let claim = RunClaim::eventually(name, at(to));
        self.runs.claim(claim);
        self
    }

    /// Asks that every run that is in a state of the first kind is in one of the second kind then
    /// or later. [`eventually`](Check::eventually) says how that is decided.
    pub fn leads_to(
        mut self,
        name: &str,
        from: impl Fn(At<'_, M>) -> bool + Send + Sync + 'static,
        to: impl Fn(At<'_, M>) -> bool + Send + Sync + 'static,
    ) -> Self {
        let claim = RunClaim::leads_to(name, at(from), at(to));
        self.runs.claim(claim);
        self
    }

    /// Asks that no run is stuck: from each state a step is possible, or the state is final. A
    /// step that leads out of the [bounds](Check::within) is one.
    pub fn no_deadlock(
        mut self,
        name: &str,
        is_final: impl Fn(At<'_, M>) -> bool + Send + Sync + 'static,
    ) -> Self {
        let claim = RunClaim::no_deadlock(name, at(is_final));
        self.runs.claim(claim);
        self
    }

    /// Of the runs, counts only those that take one of these actions again and again if one is
    /// possible from some time on.
    pub fn weakly_fair(mut self, actions: Actions<M>) -> Self {
        self.runs.fair(of_check(actions), false);
        self
    }

    /// Of the runs, counts only those that take one of these actions again and again if one is
    /// possible again and again.
    pub fn strongly_fair(mut self, actions: Actions<M>) -> Self {
        self.runs.fair(of_check(actions), true);
        self
    }
}
