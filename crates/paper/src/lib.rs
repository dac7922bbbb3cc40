//! The protocols of "The Part-Time Parliament" for one decree, and what the
//! paper claims of them: each stated once, without bounds, for any type of
//! decrees.
//!
//! | file | paper |
//! |---|---|
//! | [`preliminary`] | §2.2: the preliminary protocol, six steps |
//! | [`basic`] | §2.3 and A.1: the basic protocol, thirteen actions with their guards |
//! | [`message`] | the five messages of both |
//! | [`variables`] | the variables of A.1, whatever holds them |
//! | [`claims`] | §1.2 and §2.1: Consistency, Validity, B1–B3, Theorem 1 |
//! | [`mod@invariants`] | A.2: I1–I7, and I8–I10, without which they are not inductive |
//! | [`partners`] | what happens in some state if a claim is put to use |
//!
//! A protocol is a function from a state and an action to the next state, or to
//! the guard that forbids the action, with its witness:
//!
//! ```
//! use synod_math::{BallotNumber, Priest, Quorums};
//! use synod_paper::basic::{Action, State, step};
//!
//! let alpha = Priest::new(0).unwrap();
//! let state = State::<&str>::new(Quorums::majority(3).unwrap());
//! let state = step(&state, alpha, &Action::TryNewBallot(BallotNumber(3))).unwrap();
//! let state = step(&state, alpha, &Action::SendNextBallot).unwrap();
//! let state = step(&state, alpha, &Action::ReceiveNextBallot(BallotNumber(3))).unwrap();
//!
//! let guard = step(&state, alpha, &Action::SendBeginBallot).unwrap_err();
//! assert_eq!(guard.to_string(), "status is not polling");
//! ```
//!
//! Actions and claims are generic over [`variables`], so that they serve
//! whoever holds ledgers, slips, 𝓑 and 𝓜 in another way: packed into a few
//! words, or, of many decrees at once, what is the same for all of them once.
//!
//! Absent: bounds, packed states, processes. This crate knows
//! [`synod_math`] and nothing else.

pub mod basic;
pub mod claims;
pub mod invariants;
pub mod message;
pub mod partners;
pub mod preliminary;
pub mod variables;

pub use claims::Witness;
pub use message::Message;
