//! What is proved: one file a target.
//!
//! ```
//! use synod_proof::targets::Target;
//!
//! let basic = Target::named("basic").unwrap();
//! assert!(basic.obligations().len() >= 270);
//! ```

pub mod basic;
pub mod flexible;
pub mod math;
pub mod parliament;
pub mod paxos;
pub mod preliminary;
pub mod refinement;
pub mod stratified;

use crate::obligation::Obligation;

/// A protocol or a chapter of the paper, with all obligations that prove it.
#[derive(Debug)]
pub struct Target {
    /// The name, the stem of the grid.
    pub name: &'static str,
    /// What is proved, in a sentence.
    pub about: &'static str,
    obligations: fn() -> Vec<Obligation>,
}

impl Target {
    /// The target with this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        TARGETS.iter().find(|target| target.name == name)
    }

    /// All that is to be proved.
    pub fn obligations(&self) -> Vec<Obligation> {
        (self.obligations)()
    }
}

/// All targets, in the order of the paper.
pub const TARGETS: &[Target] = &[
    Target {
        name: "math",
        about: "§2.1: the step of the Lemma, Theorem 1 and Theorem 2.",
        obligations: math::obligations,
    },
    Target {
        name: "preliminary",
        about: "§2.2: B1–B3 and the promises are inductive, and Consistency follows.",
        obligations: preliminary::obligations,
    },
    Target {
        name: "basic",
        about: "A.1, repaired: TypeOK and I1–I10 are inductive, and Consistency follows.",
        obligations: basic::of_repaired,
    },
    Target {
        name: "basic-as-printed",
        about: "A.1 as printed: Consistency, by CH in the place of B3.",
        obligations: basic::of_printed,
    },
    Target {
        name: "flexible",
        about: "A.1 with flexible quorums: only phase-1 and phase-2 sets intersect; Consistency.",
        obligations: flexible::obligations,
    },
    Target {
        name: "refinement",
        about: "basic ⊑ preliminary ⊑ ballots ⊑ consensus, step by step.",
        obligations: refinement::obligations,
    },
    Target {
        name: "parliament",
        about: "§3.1: A.1 for every decree number, with one ballot number and one nextBal for all; Consistency, and Ordering where votes ascend.",
        obligations: parliament::obligations,
    },
    Target {
        name: "paxos",
        about: "The published specification of Paxos: one value at most is chosen.",
        obligations: paxos::obligations,
    },
    Target {
        name: "stratified",
        about: "Paxos in relations, in decidable logic (EPR), and that the published specification refines it.",
        obligations: stratified::obligations,
    },
];
