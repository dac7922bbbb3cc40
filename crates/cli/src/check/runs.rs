//! The claims of runs of a spec.

use std::sync::Arc;
use synod_checker::{Actions, Fairness, RunClaim};
use synod_specs::{Checkable, Progress, ProgressClaim, RunSpec};

/// The claims of a spec, of its model.
pub(super) fn claims<M: Checkable>(spec: &RunSpec, model: &M) -> Arc<[RunClaim<M>]> {
    let claims = spec.progress.iter().map(|progress| {
        let weak = progress.weakly_fair.iter().map(|kind| (kind, false));
        let strong = progress.strongly_fair.iter().map(|kind| (kind, true));
        weak.chain(strong)
            .fold(claim(progress, model), |claim, (kind, is_strong)| {
                let actions = of_each_process(kind, model);
                claim.fair(if is_strong {
                    Fairness::Strong(actions)
                } else {
                    Fairness::Weak(actions)
                })
            })
    });
    claims.collect()
}

fn claim<M: Checkable>(progress: &Progress, model: &M) -> RunClaim<M> {
    let name = &progress.name;
    match &progress.claims {
        ProgressClaim::AtRest(property) => RunClaim::no_deadlock(name, met(property, model)),
        ProgressClaim::LeadsTo { from: None, to } => RunClaim::eventually(name, met(to, model)),
        ProgressClaim::LeadsTo {
            from: Some(from),
            to,
        } => RunClaim::leads_to(name, met(from, model), met(to, model)),
    }
}

/// Whether a state meets the property of this name, which the model has: the spec was read so.
fn met<M: Checkable>(
    property: &str,
    model: &M,
) -> impl Fn(&M, &M::State) -> bool + Send + Sync + 'static {
    let mut properties = model.properties().into_iter();
    let found = properties.find(|one| one.name == property);
    let condition = found.map(|property| property.condition);
    move |model, state| condition.is_some_and(|condition| condition(model, state))
}

/// The actions of a kind, of each process for itself: the name of a step begins with that of its
/// process.
fn of_each_process<M: Checkable>(kind: &str, model: &M) -> Actions<M> {
    let place = model.kinds().iter().position(|known| known == kind);
    Actions::each(move |model: &M, action| {
        if Some(model.kind(action)) != place {
            return None;
        }
        let name = model.step_name(action);
        let process = name.split(": ").next();
        process.map(str::to_owned)
    })
}
