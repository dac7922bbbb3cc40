//! Claims of runs: what happens in the end.

use crate::properties::WithProperties;
use stateright::Model;
use std::hash::Hash;
use std::sync::Arc;
use synod_checker::{Actions, Fairness, RunClaim};

/// The claims of runs of a check, and to what its runs are fair.
pub(crate) struct Runs<M: Model<State: Hash>> {
    claims: Vec<RunClaim<WithProperties<M>>>,
    fair: Vec<(Actions<WithProperties<M>>, bool)>,
}

// Not derived, since a derived implementation would require `M: Default`.
impl<M: Model<State: Hash>> Default for Runs<M> {
    fn default() -> Self {
        Self {
            claims: Vec::new(),
            fair: Vec::new(),
        }
    }
}

impl<M: Model<State: Hash>> Runs<M> {
    /// Adds a claim.
    pub(crate) fn claim(&mut self, claim: RunClaim<WithProperties<M>>) {
        self.claims.push(claim);
    }

    /// Of the runs, counts only those that are fair to these actions.
    pub(crate) fn fair(&mut self, actions: Actions<WithProperties<M>>, is_strong: bool) {
        self.fair.push((actions, is_strong));
    }

    /// Keeps the claims whose names are such.
    pub(crate) fn keep(&mut self, is_kept: impl Fn(&str) -> bool) {
        self.claims.retain(|claim| is_kept(&claim.name));
    }

    /// The claims, each of the runs that are fair. They are taken out.
    pub(crate) fn claims(&mut self) -> Vec<RunClaim<WithProperties<M>>> {
        let claims = std::mem::take(&mut self.claims).into_iter();
        let fair = claims.map(|claim| {
            self.fair.iter().fold(claim, |claim, (actions, is_strong)| {
                let actions = same(actions);
                claim.fair(if *is_strong {
                    Fairness::Strong(actions)
                } else {
                    Fairness::Weak(actions)
                })
            })
        });
        fair.collect()
    }
}

fn same<M: Model<State: Hash>>(actions: &Actions<M>) -> Actions<M> {
    match actions {
        Actions::Kind(name) => Actions::Kind(name.clone()),
        Actions::Such(holds) => Actions::Such(Arc::clone(holds)),
        Actions::Each(name) => Actions::Each(Arc::clone(name)),
    }
}
