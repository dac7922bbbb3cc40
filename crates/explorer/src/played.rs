//! A run with all that a page needs to play it without a server.

use crate::avoid::avoidance;
use crate::explored::{ClaimEntry, Wanted, claims_of, processes_of};
use crate::film::{Film, Violation};
use crate::library::{Entry, Spec};
use crate::place::{Place, place_of};
use serde::Serialize;
use serde_json::Value;
use std::hash::Hash;
use std::sync::Arc;
use synod_checker::{Counterexample, Progress, SearchOptions};
use synod_vocabulary::Describe;

/// A run, and the spec that it is of. [`export::page`](crate::export::page) makes a page of it.
#[derive(Clone, Debug, Serialize)]
pub struct Played {
    spec: Head,
    #[serde(flatten)]
    film: Film,
    /// The claim that the run violates.
    sought: Option<&'static str>,
    /// The step after which every run violates it.
    unavoidable_after: Option<usize>,
}

/// What the head of the page says of the spec.
#[derive(Clone, Debug, Serialize)]
struct Head {
    #[serde(flatten)]
    entry: Entry,
    text: Option<String>,
    processes: Vec<String>,
    claims: Vec<ClaimEntry>,
}

impl Played {
    /// A counterexample of a model. `entry` names the property that it violates.
    pub fn of_counterexample<M: Describe<State: Clone + Hash>>(
        model: &M,
        entry: Entry,
        found: &Counterexample<M::State, M::Action>,
    ) -> Self {
        let place = place_of(model, found);
        let film = Film::of(model, &place, 0);
        let sought = violated(&film, &entry);
        let unavoidable = sought.map(|claim| avoidance(model, &place, claim, &Progress::new()));
        Self {
            spec: Head {
                entry,
                text: None,
                processes: processes_of(model),
                claims: claims_of(model),
            },
            film,
            sought,
            unavoidable_after: unavoidable.and_then(Result::ok).flatten(),
        }
    }

    /// A film of a spec.
    pub(crate) fn of(spec: &Spec, film: Film) -> Self {
        let sought = violated(&film, &spec.entry);
        let unavoidable = sought.map(|claim| {
            let (begin, steps) = (film.begin.clone(), film.steps.clone());
            let wanted = Wanted::Avoidance(Place { begin, steps }, claim.to_owned());
            let (progress, options) = (Arc::default(), SearchOptions::default());
            let told = spec.model.search(&wanted, &progress, &options);
            told["unavoidable_after"].clone()
        });
        let step = unavoidable.as_ref().and_then(Value::as_u64);
        Self {
            spec: Head {
                entry: spec.entry.clone(),
                text: spec.text.clone(),
                processes: spec.model.processes(),
                claims: spec.model.claims(),
            },
            film,
            sought,
            unavoidable_after: step.and_then(|step| step.try_into().ok()),
        }
    }

    /// The name of the spec.
    pub fn name(&self) -> &str {
        &self.spec.entry.name
    }
}

/// The claim that a run violates in its last state: the one that it is about, or the first.
fn violated(film: &Film, entry: &Entry) -> Option<&'static str> {
    let violations = film.views.last().map_or(&[][..], |last| &last.violations);
    let is_asked = |of: &&Violation| entry.property.as_deref() == Some(of.claim);
    let violated = violations.iter().find(is_asked).or(violations.first());
    violated.map(|violated| violated.claim)
}
