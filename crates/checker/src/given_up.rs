//! What is known of a run that nobody waits for any more.

use crate::conclude::{property_report, settle};
use crate::fingerprint::collision_probability;
use crate::options::Options;
use crate::progress::Progress;
use crate::report::{Reason, Report};
use stateright::Model;
use std::time::Duration;

/// A report on a run that was interrupted and has not ended: what its progress
/// tells. `elapsed` is how long it has been under way.
///
/// `finds_nearest` if the run finds what is nearest first, as
/// [`crate::Engine::Levels`] and [`crate::Engine::Timely`] do.
pub fn given_up<M: Model>(
    model: &M,
    options: &Options,
    progress: &Progress,
    finds_nearest: bool,
    elapsed: Duration,
) -> Report<M> {
    let (seen, findings) = (progress.snapshot(), progress.findings());
    let properties = model.properties().into_iter();
    let mut properties: Vec<_> = properties
        .map(|property| {
            let mut findings = findings.iter();
            let found = findings.find(|finding| finding.property == property.name);
            let depth = found.map(|finding| finding.steps + 1);
            let mut report = property_report(&property, depth, false);
            report.length = report.length.filter(|_| finds_nearest);
            report
        })
        .collect();
    let cut = progress.stopped().unwrap_or(Reason::Interrupted);
    let (verdict, reason) = settle(
        &mut properties,
        &[] as &[crate::Counterexample<M::State, M::Action>],
        (&options.until, false, Some(cut)),
        progress.ways_stopped().unwrap_or(Reason::Interrupted),
    );
    Report {
        verdict,
        reason,
        states: seen.states,
        generated: seen.generated,
        depth: seen.depth,
        collision_probability: collision_probability(seen.states, options.fingerprint),
        elapsed,
        exploration: None,
        properties,
        counterexamples: Vec::new(),
    }
}
