//! What is to be proved: each obligation is a set of formulas that no structure satisfies.
//!
//! ```
//! use synod_proof::obligation::inductive;
//! use synod_proof::targets::basic;
//!
//! let obligations = inductive(&basic::repaired());
//! assert_eq!(obligations.len(), 270);
//! assert_eq!(obligations[0].name(), "Init ⇒ TypeOK");
//! ```

use crate::system::{Action, Named, System};
use crate::term::{Formula, Sorted};

/// A claim under assumptions, which may be about one step.
#[derive(Clone, Debug)]
pub struct Obligation {
    /// Where it starts: an action, `Init`, or the names of what is assumed.
    pub from: &'static str,
    /// What it claims.
    pub claims: &'static str,
    /// What is assumed.
    pub assumed: Vec<Named>,
    /// The step that is taken, if there is one.
    pub step: Option<Action>,
    /// The claim.
    pub claim: Formula,
}

impl Obligation {
    /// The name, such as `Start Polling ⇒ I6.B3`.
    pub fn name(&self) -> String {
        format!("{} ⇒ {}", self.from, self.claims)
    }

    /// The name of its file, in letters of any file system.
    pub fn file_name(&self) -> String {
        let plain = |part: &str| part.replace([' ', '/'], "-").replace(',', "");
        format!("{}--{}.smt2", plain(self.from), plain(self.claims))
    }
}

/// The obligations by which the invariant of a system is inductive: it holds at first, and
/// every action keeps every conjunct.
pub fn inductive(system: &System) -> Vec<Obligation> {
    let mut obligations: Vec<_> = system
        .invariant
        .iter()
        .map(|c| initially(system, c))
        .collect();
    for action in &system.actions {
        let conjuncts = system.invariant.iter();
        obligations.extend(conjuncts.map(|conjunct| kept(system, action, conjunct)));
    }
    obligations
}

/// The conjunct holds in initial states.
fn initially(system: &System, conjunct: &Named) -> Obligation {
    let mut assumed = system.axioms.clone();
    assumed.push(Named::new("Init", system.init));
    Obligation {
        from: "Init",
        claims: conjunct.name,
        assumed,
        step: None,
        claim: conjunct.holds,
    }
}

/// The action keeps the conjunct.
pub fn kept(system: &System, action: &Action, conjunct: &Named) -> Obligation {
    let mut assumed = system.axioms.clone();
    assumed.extend(assumptions(system, action.name, conjunct.name));
    Obligation {
        from: action.name,
        claims: conjunct.name,
        assumed,
        step: Some(action.clone()),
        claim: conjunct.holds.next(),
    }
}

/// The conjuncts that the hint names, or else all.
pub(crate) fn assumptions(system: &System, action: &str, conjunct: &str) -> Vec<Named> {
    let hint = system.hint(action, conjunct);
    let conjuncts = system.invariant.iter();
    let is_enough = |name| hint.is_none_or(|hint| hint.assume.contains(&name));
    conjuncts
        .filter(|conjunct| is_enough(conjunct.name))
        .cloned()
        .collect()
}
