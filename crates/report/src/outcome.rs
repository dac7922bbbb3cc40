//! What came out of a run, whatever the model was.

use crate::trace::Trace;
use serde::{Serialize, Serializer};
use std::time::Duration;
use synod_checker::{Counterexample, Exploration, Method, PropertyReport, Reason, Report, Verdict};
use synod_vocabulary::{Describe, Expect};

/// What came out of a run spec.
pub struct Outcome {
    /// How the run was made.
    pub method: Method,
    /// The verdict.
    pub verdict: Verdict,
    /// Why the run ended before it was done, if it did.
    pub reason: Option<Reason>,
    /// Distinct states.
    pub states: u64,
    /// States met, repetitions included.
    pub generated: u64,
    /// The levels of states: an initial state is on the first.
    pub depth: u32,
    /// What the states are made of, and how many of each: if they are made of
    /// parts.
    pub made_of: Vec<(&'static str, usize)>,
    /// At most how probable it is that a collision of fingerprints hid a state.
    pub collision_probability: f64,
    /// How long it took.
    pub elapsed: Duration,
    /// The most memory in use, in bytes, if that is known.
    pub peak_memory: Option<u64>,
    /// The verdict on each property.
    pub properties: Vec<Property>,
    /// What the run has been through, if the engine tells.
    pub exploration: Option<Exploration>,
    /// A counterexample for each property that is violated. The first is the
    /// one to tell: that of the expected property, or else the shortest.
    pub traces: Vec<Trace>,
}

/// The verdict on a property.
#[derive(Serialize)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// `always` or `sometimes`.
    pub kind: &'static str,
    /// The verdict.
    #[serde(serialize_with = "as_text")]
    pub verdict: Verdict,
    /// The steps to what decided it, if it is known that no fewer would.
    pub length: Option<u32>,
    /// Of a claim, the `sometimes` property that shows that it is put to use;
    /// none if the bounds are too small for it to say anything.
    pub partner: Option<&'static str>,
    /// In words; none for a partner, whose name says it.
    #[serde(skip)]
    pub meaning: Option<&'static str>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // Serde passes it so.
fn as_text<S: Serializer>(verdict: &Verdict, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(verdict)
}

impl Outcome {
    /// What the checker reports of a run of the model, in the words of the model.
    pub fn of<M: Describe>(
        model: &M,
        report: Report<M::State, M::Action>,
        expect: &Expect,
        peak_memory: Option<u64>,
    ) -> Self {
        let traces = in_order_of_interest(&report, expect);
        Self {
            traces: traces.map(|found| Trace::of(model, found)).collect(),
            properties: properties(model, &report.properties),
            method: report.method,
            verdict: report.verdict,
            reason: report.reason,
            states: report.states,
            generated: report.generated,
            depth: report.depth,
            made_of: model.made_of(),
            collision_probability: report.collision_probability,
            elapsed: report.elapsed,
            peak_memory,
            exploration: report.exploration,
        }
    }

    /// The counterexample to tell.
    pub fn trace(&self) -> Option<&Trace> {
        self.traces.first()
    }
}

fn in_order_of_interest<'a, S, A>(
    report: &'a Report<S, A>,
    expect: &Expect,
) -> impl Iterator<Item = &'a Counterexample<S, A>> {
    let expected = match expect {
        Expect::Violated { property, .. } => report.counterexample(property),
        Expect::Holds { .. } => None,
    };
    let name = expected.map(|counterexample| &counterexample.property);
    let all = report.counterexamples.iter();
    let others = all.filter(move |counterexample| Some(&counterexample.property) != name);
    expected.into_iter().chain(others)
}

fn properties<M: Describe>(model: &M, reports: &[PropertyReport]) -> Vec<Property> {
    let claims = model.claims();
    reports
        .iter()
        .map(|property| {
            let claim = claims.iter().find(|claim| claim.name == property.name);
            let partner = claim.and_then(|claim| claim.partner);
            Property {
                name: property.name.clone(),
                kind: property.kind(),
                meaning: claim.map(|claim| claim.meaning),
                partner: partner.map(|partner| partner.name),
                verdict: property.verdict,
                length: property.length,
            }
        })
        .collect()
}

/// The kinds of actions that could never be taken.
pub(crate) fn never_taken(exploration: &Exploration) -> Vec<&str> {
    let actions = exploration.actions.iter();
    let never = actions.filter(|action| action.enabled == 0);
    never.map(|action| action.name.as_str()).collect()
}
