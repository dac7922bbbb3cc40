//! The mathematics of "The Part-Time Parliament" (§2.1) as functions: given a set of
//! ballots, they decide the conditions B1–B3, the Lemma and Theorems 1 and 2, and name
//! the ballots that break them.
//!
//! It is for models and protocols, which keep or rebuild a set of ballots and ask here
//! what holds for it; and for readers of the paper, who can try its definitions.
//!
//! ```
//! use synod_math::{Ballot, BallotNumber, BallotSet, PriestSet, conditions};
//!
//! let (two, three) = (PriestSet::first(2), PriestSet::first(3)); // {Α Β}, {Α Β Γ}
//! let passed = Ballot::new(BallotNumber(1), 'α', two, two)?;
//! let later = Ballot::new(BallotNumber(4), 'β', three, PriestSet::EMPTY)?;
//! assert!(passed.is_successful());
//!
//! let ballots = BallotSet::from_iter([passed, later]);
//! assert_eq!(ballots.to_string().lines().nth(1), Some("1  α       [Α][Β]"));
//! assert_eq!(
//!     conditions::all(&ballots).unwrap_err().to_string(),
//!     "ballot 4 (decree β, quorum {Α Β Γ}, voters ∅) does not carry \
//!      the decree of (Α, 1, α), the latest earlier vote of its quorum"
//! );
//! # Ok::<(), synod_math::EmptyQuorum>(())
//! ```
//!
//! Every function takes a set of ballots 𝓑 as a slice `&[Ballot<D>]`, so
//! that a model can check its own compact state without allocating.
//! [`BallotSet`] owns such a slice and draws it as the paper's Figure 1.
//!
//! The modules, in the order of the paper:
//!
//! | module | §2.1 | begin with |
//! |---|---|---|
//! | [`priest`] | priests (processes) and sets of priests | [`Priest`], [`PriestSet`] |
//! | [`ballot`] | B_bal, B_dec, B_qrm, B_vot; 𝓑; success | [`Ballot`], [`BallotSet`] |
//! | [`vote`] | v_pst, v_bal, v_dec, null votes; Votes(𝓑); MaxVote | [`max_vote`] |
//! | [`conditions`] | B1, B2, B3 | [`conditions::all`] |
//! | [`theorems`] | Lemma, Theorem 1, Theorem 2 | [`theorems::theorem_2`] |
//! | [`quorum`] | majority sets, by number and by weight | [`Quorums`] |
//! | [`figure`] | Figure 1 | [`Figure`] |
//!
//! The items without an example of their own are parts of these, whose examples use
//! them.
//!
//! Absent on purpose: processes, messages, time. This crate knows what a set
//! of ballots *is*, not how one comes about; that is in the crate `synod-paper`. It has
//! no dependencies.

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
