//! §2.1 of "The Part-Time Parliament", executable: ballots, votes, quorums,
//! Votes(𝓑), MaxVote, the conditions B1–B3, the Lemma and Theorems 1 and 2.
//!
//! A set of ballots 𝓑 is a slice `&[Ballot<D>]` for every function here, so
//! that a model can check its own compact state without allocating;
//! [`BallotSet`] owns one and draws it as the paper's Figure 1.
//!
//! | file | §2.1 |
//! |---|---|
//! | [`priest`] | priests and sets of priests |
//! | [`ballot`] | B_bal, B_dec, B_qrm, B_vot; 𝓑; success |
//! | [`vote`] | v_pst, v_bal, v_dec, null votes; Votes(𝓑); MaxVote |
//! | [`quorum`] | majority sets, by number and by weight |
//! | [`conditions`] | B1, B2, B3 |
//! | [`theorems`] | Lemma, Theorem 1, Theorem 2 |
//! | [`figure`] | Figure 1 |
//!
//! Absent on purpose: processes, messages, time. This crate knows what a set
//! of ballots *is*, not how one comes about. It depends on nothing.

pub mod ballot;
pub mod conditions;
pub mod figure;
pub mod priest;
pub mod quorum;
pub mod theorems;
pub mod vote;

pub use ballot::{Ballot, BallotNumber, BallotSet, EmptyQuorum};
pub use figure::Figure;
pub use priest::{Priest, PriestSet};
pub use quorum::{NoQuorum, Quorums};
pub use vote::{Cast, Vote, max_vote, max_vote_of, votes};
