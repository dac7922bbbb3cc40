//! Stateright models of the synod protocol: what may happen, what must hold in
//! every state, and what goes wrong when a rule is dropped.
//!
//! | file | paper |
//! |---|---|
//! | [`bounds`] | the sizes of a model: priests, ballot numbers, decrees, quorums |
//! | [`ballots`], [`messages`] | 𝓑 and 𝓜 as they lie in a state |
//! | [`preliminary`] | §2.2 |
//! | [`basic`] | §2.3, A.1; [`basic::mutants`]: one rule dropped each |
//! | [`basic::invariants`] | A.2: I1–I10, as `synod_paper` states them |
//! | [`view`] | packed states as the paper's claims read them |
//! | [`basic::inductive`] | A.2: from every state in which I holds, a step leads to one in which it holds |
//! | [`world`], [`candidate`] | the shipped code in `synod_world`, and wrong processes that tamper with it |
//! | [`replay`] | what the shipped code says it did, done in [`basic`], which is equal to the paper's A.1 |
//! | [`complete`] | §2.4, as it ships, in the world; its mutants |
//! | [`parliament`] | §3, as it ships, in the world; its mutants, and what of it may be left out |
//! | [`paxos`] | not in the paper: Lamport's TLA+ specification `Paxos`, to compare with other checkers |
//! | [`properties`] | §1.2 and §2.1, as `synod_paper` states them: Consistency, Validity, B1–B3, Theorem 1 |
//! | [`refinement`] | basic ⊑ preliminary ⊑ ballots ⊑ consensus |
//! | [`figure`] | 𝓑 as Figure 1 |
//! | [`bytes`] | values as bytes, for states in checkpoints |
//! | `partners` | what happens in some state, if the bounds let it |
//! | `kinds` | the kinds of steps, by name |
//!
//! Absent on purpose: searches, verdicts, terminals. Whoever checks these
//! models needs nothing of them but Stateright's `Model`.

pub mod ballots;
pub mod basic;
pub mod bounds;
pub mod bytes;
pub mod candidate;
pub mod complete;
pub mod figure;
mod kinds;
pub mod messages;
pub mod parliament;
mod partners;
pub mod paxos;
pub mod preliminary;
pub mod properties;
pub mod refinement;
pub mod replay;
pub mod view;
pub mod world;
