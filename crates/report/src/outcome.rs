//! What came out of a run, whatever the model was.

use crate::trace::Trace;
use synod_checker::{Exploration, ModelReport, PropertyReport, Report};
use synod_vocabulary::{Claim, Describe, Expect};

/// What came out of a run spec.
pub struct Outcome {
    /// What the checker reports, with its counterexamples in the words of the
    /// model. The first of them is the one to tell: that to the expected
    /// property, or else the shortest.
    pub report: Report<Trace>,
    /// What the model says of each property of the report, in their order; none of
    /// one that is no claim.
    pub claims: Vec<Option<Claimed>>,
    /// What the states are made of, and how many of each: if they are made of
    /// parts.
    pub made_of: Vec<(&'static str, usize)>,
    /// The most memory in use, in bytes, if that is known.
    pub peak_memory: Option<u64>,
}

/// What a model says of a property that it claims.
#[derive(Clone, Copy)]
pub struct Claimed {
    /// The property in words.
    pub meaning: &'static str,
    /// The `sometimes` property that shows that it is put to use; none if the
    /// bounds are too small for it to say anything.
    pub partner: Option<&'static str>,
}

impl Outcome {
    /// What the checker reports of a run of the model, in the words of the model.
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
        }
    }

    /// The counterexample to tell.
    pub fn trace(&self) -> Option<&Trace> {
        self.report.counterexamples.first()
    }

    /// Each property, and what the model says of it.
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

/// The kinds of actions that could never be taken.
pub(crate) fn never_taken(exploration: &Exploration) -> Vec<&str> {
    let actions = exploration.actions.iter();
    let never = actions.filter(|action| action.enabled == 0);
    never.map(|action| action.name.as_str()).collect()
}
