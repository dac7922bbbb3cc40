//! The protocols of "The Part-Time Parliament" for one decree, and the paper's claims
//! about them: each is stated once, without bounds, as a function that can be run, for
//! any type of decrees.
//!
//! It is for models, which add bounds and explore the states; for auditors of traces,
//! which ask whether an action was allowed; and for readers of the paper. In the field's
//! words a decree is a value, a ballot is a round, and the protocols are single-decree
//! Paxos.
//!
//! A protocol is a function from a state and an action to the next state, or to
//! the guard that forbids the action:
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
//! The modules, in reading order:
//!
//! | module | paper | begin with |
//! |---|---|---|
//! | [`message`] | the five messages of both protocols | [`Message`] |
//! | [`preliminary`] | §2.2: the preliminary protocol, six steps | [`preliminary::step`] |
//! | [`basic`] | §2.3 and A.1: the basic protocol, thirteen actions with their guards | [`basic::step`] |
//! | [`variables`] | the variables of A.1 as traits, in any representation | [`variables::Variables`] |
//! | [`claims`] | §1.2 and §2.1: Consistency, Validity, B1–B3, Theorem 1 | [`claims::consistency`] |
//! | [`mod@invariants`] | A.2: I1–I7, and I8–I10, without which they are not inductive | [`invariants::i1`] |
//! | [`partners`] | events that show that a claim is put to use | [`partners::ledgers_written`] |
//!
//! Each module's page has an example; the items without one of their own are parts of
//! it.
//!
//! Actions and claims are generic over the traits of [`variables`], so that they also
//! serve other representations of ledgers, slips, 𝓑 and 𝓜: a state packed into a few
//! words, or one decree of a parliament, whose decrees have most variables in common.
//!
//! Absent on purpose: bounds, packed states, processes (they are in the crates
//! `synod-models` and `synod-protocol`). This crate depends on [`synod_math`] and
//! nothing else.

pub mod basic;
pub mod claims;
pub mod invariants;
pub mod message;
pub mod partners;
pub mod preliminary;
pub mod variables;

pub use claims::Witness;
pub use message::Message;
