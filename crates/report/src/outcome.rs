//! The result of a run, of whatever model: the checker's report, told in the words of the
//! model. Read on in [`crate::trace`] and [`crate::comparison`].

use crate::trace::Trace;
use synod_checker::{Exploration, ModelReport, PropertyReport, Report};
use synod_vocabulary::time::instant_of;
use synod_vocabulary::{Claim, Describe, Expect};

/// The result of a run spec: [`Outcome::of`] makes it from what the checker reports.
///
/// # Examples
/// ```
/// use synod_report::{Comparison, Outcome, compare};
/// use synod_vocabulary::{Describe, Expect};
///
/// /// Tells the result of any model; true if it is what was expected.
/// fn tell<M: Describe>(model: &M, report: synod_checker::ModelReport<M>) -> bool {
///     let expect = Expect::HOLDS;
///     let outcome = Outcome::of(model, report, &expect, None);
///     for (property, claimed) in outcome.properties() {
///         let meaning = claimed.map_or("", |claimed| claimed.meaning);
///         println!("{}: {} ({meaning})", property.name, property.verdict);
///     }
///     compare(&outcome.report, &expect) == Comparison::AsExpected
/// }
/// ```
pub struct Outcome {
    /// The checker's report, its counterexamples in the words of the model. Reports tell the
    /// first counterexample: the one to the expected property, or else the shortest.
    pub report: Report<Trace>,
    /// What the model says of each property of the report, in the same order; none of a
    /// property that the model does not claim (panic-freedom, or a partner).
    pub claims: Vec<Option<Claimed>>,
    /// The parts that states are made of, and how many there are of each; empty if states are
    /// not made of parts.
    pub made_of: Vec<(&'static str, usize)>,
    /// The most memory that the process had in use, in bytes, if that is known.
    pub peak_memory: Option<u64>,
    /// A run that takes the longest, of a model in which time passes; none if nobody has looked for
    /// it.
    pub longest_run: Option<Trace>,
    /// The counterexample that reports tell, as a sequence diagram of Mermaid; none if nobody
    /// has drawn it.
    pub diagram: Option<String>,
}

/// What a model says of a property that it claims. See [`Outcome::properties`].
#[derive(Clone, Copy)]
pub struct Claimed {
    /// The property in words.
    pub meaning: &'static str,
    /// The `sometimes` property that shows that the claim is put to use (not vacuous); none if
    /// the bounds are too small for the claim to say anything.
    pub partner: Option<&'static str>,
}

impl Outcome {
    /// Puts the checker's report on a model into the words of the model.
    pub fn of<M: Describe>(
        model: &M,
        mut report: ModelReport<M>,
        expect: &Expect,
        peak_memory: Option<u64>,
    ) -> Self {
        if let Expect::Violated { property, .. } = expect {
            let is_another = |place: usize| report.properties[place].name != *property;
            let counterexamples = &mut report.counterexamples;
            counterexamples.sort_by_key(|found| is_another(found.property));
        }
        let claims = model.claims();
        let properties = report.properties.iter().map(|property| {
            let claim = claims.iter().find(|claim| claim.name == property.name);
            (property.name.clone(), claim)
        });
        let properties: Vec<_> = properties.collect();
        Self {
            report: report.map(|found| {
                let (name, claim) = &properties[found.property];
                Trace::of(model, name, *claim, &found)
            }),
            claims: properties
                .iter()
                .map(|(_, claim)| claim.map(Claimed::of))
                .collect(),
            made_of: model.made_of(),
            peak_memory,
            longest_run: None,
            diagram: None,
        }
    }

    /// How likely it is that a state was taken for another, in words.
    pub(crate) fn chance_of_a_collision(&self) -> String {
        match self.report.method.exact {
            Some(bits) => {
                format!("none: states are numbers of {bits} bits, told apart as they are")
            }
            None => format!(
                "at most {:.1e} that a fingerprint collision hid a state",
                self.report.collision_probability
            ),
        }
    }

    /// The number of states of the whole space, if one state of each orbit was explored.
    pub fn unreduced(&self) -> Option<u64> {
        self.report.exploration.as_ref()?.unreduced
    }

    /// The counterexample that reports tell, if there is one.
    pub fn trace(&self) -> Option<&Trace> {
        self.report.counterexamples.first()
    }

    /// Each property of the report, and what the model says of it.
    pub fn properties(&self) -> impl Iterator<Item = (&PropertyReport, Option<Claimed>)> {
        let claims = self.claims.iter().copied();
        self.report.properties.iter().zip(claims)
    }
}

impl Claimed {
    fn of<M: Describe>(claim: &Claim<M>) -> Self {
        Self {
            meaning: claim.meaning,
            partner: claim.partner.map(|partner| partner.name),
        }
    }
}

/// The kinds of actions that could be taken in no state.
pub(crate) fn never_taken(exploration: &Exploration) -> Vec<&str> {
    // An instant that is not reached is no action that could have been taken.
    let actions = exploration.actions.iter();
    let actions = actions.filter(|action| instant_of(&action.name).is_none());
    let never = actions.filter(|action| action.enabled == 0);
    never.map(|action| action.name.as_str()).collect()
}
