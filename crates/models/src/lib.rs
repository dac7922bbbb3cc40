//! Models of the synod protocol that any checker of Stateright's `Model` can explore:
//! every protocol of the paper within bounds, and the shipped code, each with its claims,
//! and with mutants in which one rule is dropped.
//!
//! It is for checkers (the run specs of `synod check` select a model, its bounds and its
//! mutant), and for readers who want to see what a rule is for.
//!
//! ```
//! use stateright::{Checker, Model};
//! use synod_models::{basic::Basic, bounds::Bounds};
//!
//! // A.1 with three priests, of whom one starts one ballot on one of two decrees.
//! let bounds = Bounds::new(3, &[1], 1, &["olives", "wine"].map(String::from))?;
//! let checker = Basic::new(bounds, false)?.checker().spawn_bfs().join();
//! checker.assert_properties();
//! assert_eq!(checker.unique_state_count(), 734);
//! # Ok::<(), synod_models::bounds::BoundsError>(())
//! ```
//!
//! Where to begin: every model has [`bounds::Bounds`]. The models, in the order of the
//! paper, each of which refines the one before it:
//!
//! | model | paper |
//! |---|---|
//! | [`preliminary`] | §2.2 |
//! | [`basic`] | §2.3 and A.1; [`basic::mutants`]: one rule dropped in each |
//! | [`complete`] | §2.4, the shipped code in a [`world`]; its mutants |
//! | [`parliament`] | §3, the shipped code in a [`world`]; its mutants and reductions |
//! | [`basic::inductive`] | A.2: a step from any state that satisfies I leads to such a state |
//! | [`paxos`] | not in the paper: Lamport's TLA+ specification `Paxos`, to compare checkers |
//!
//! The modules that they share:
//!
//! | module | contents |
//! |---|---|
//! | [`bounds`] | the sizes of a model: priests, ballot numbers, decrees, quorums |
//! | [`ballots`], [`messages`] | 𝓑 and 𝓜 as parts of packed states |
//! | [`view`] | the variables of packed states, in the form that the paper's claims read |
//! | [`properties`] | §1.2 and §2.1: Consistency, Validity, B1–B3, Theorem 1 |
//! | [`basic::invariants`] | A.2: I1–I10 |
//! | [`refinement`] | basic ⊑ preliminary ⊑ ballots ⊑ consensus |
//! | [`world`], [`candidate`] | the shipped code and its mutants in `synod_world` |
//! | [`timed`] | the shipped code in a world in which time passes |
//! | [`replay`] | the actions that the shipped code reports, replayed in [`basic`] |
//! | [`figure`] | 𝓑 drawn as Figure 1 |
//! | [`packing`] | what a search knows of packed states |
//! | `layout` | the states of `basic` and `preliminary` as numbers |
//! | `numbered` | such a number as claims read it |
//! | `symmetry` | changes of names that leave the steps as they are |
//! | `touched` | the parts of a state that claims read and steps write |
//! | [`bytes`] | parts of states as bytes, for checkpoints |
//! | `partners` | events that show that claims are put to use, if the bounds allow them |
//! | `kinds` | the kinds of steps, by name |
//!
//! A packed state is a state in a few machine words. The claims themselves are stated in
//! `synod_paper`, for any representation. The items without an example are parts of the
//! models and types whose pages have one.
//!
//! Absent on purpose: searches, verdicts, terminals. A checker needs only Stateright's
//! `Model` of these models.

pub mod ballots;
pub mod basic;
pub mod bounds;
pub mod bytes;
pub mod candidate;
pub mod complete;
pub mod figure;
mod kinds;
mod layout;
pub mod messages;
mod numbered;
pub mod packing;
pub mod parliament;
mod partners;
pub mod paxos;
pub mod preliminary;
pub mod properties;
pub mod refinement;
pub mod replay;
mod symmetry;
pub mod timed;
mod touched;
pub mod view;
pub mod world;
