//! The paper's protocols for any number of priests, ballots and decrees: what has to be proved
//! is written as SMT-LIB 2 and decided by solvers.
//!
//! | module | has |
//! |---|---|
//! | [`term`] | terms of first-order logic with the paper's sorts |
//! | [`rigid`] | the order of numbers, owners, majority sets, and what is assumed of them |
//! | [`variables`] | the variables of A.1 |
//! | [`system`] | transition systems: actions, guards, updates, conjuncts |
//! | [`obligation`] | what is to be proved |
//! | [`alternation`] | which obligations are decidable |
//! | [`smt`] | obligations as text |
//! | [`solver`] | z3 and cvc5 as processes |
//! | [`work`] | many obligations beside each other |
//! | [`refinement`] | steps of one system as steps of another |
//! | [`finite`] | formulas in finite universes, and counter-models |
//! | [`paper`] | states of universes and of `synod_paper` |
//! | [`refute`] | counterexamples in finite universes |
//! | [`replay`] | a counterexample in words, replayed in `synod_paper` |
//! | [`needed`] | what each conjunct is for, by a state |
//! | [`targets`] | what is proved, by name |
//!
//! ```
//! use synod_proof::smt::script;
//! use synod_proof::targets::Target;
//!
//! let basic = Target::named("basic").unwrap();
//! // Each of these is a file that anybody can give to a solver, which answers `unsat`.
//! let scripts: Vec<_> = basic.obligations().iter().map(script).collect();
//! assert!(scripts[0].contains("(check-sat)"));
//! ```

pub mod alternation;
mod child;
pub mod finite;
pub mod needed;
pub mod obligation;
pub mod paper;
pub mod refinement;
pub mod refute;
pub mod replay;
pub mod rigid;
pub mod smt;
pub mod solver;
pub mod system;
pub mod targets;
pub mod term;
pub mod variables;
pub mod work;
