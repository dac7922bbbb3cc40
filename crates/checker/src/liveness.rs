//! Claims of runs, and not of single states: that something happens eventually, that one thing
//! leads to another, that no run is stuck. [`check_runs`] decides them exactly on a finite graph
//! of states, or says why it cannot; it never says yes for want of looking.
//!
//! # What is decided
//!
//! A *run* begins in an initial state and is maximal: as long as a step is possible, one is
//! taken. A state without steps is repeated for ever. A step that leads back to its own state is
//! a step like any other, so a run may take it for ever.
//!
//! [`RunClaim::leads_to`] claims of each run: whenever it is in a state that meets `from`, it is
//! in a state that meets `to` then or later. [`RunClaim::eventually`] claims that each run meets
//! `to` at some time. [`RunClaim::no_deadlock`] claims that each reachable state has a step or
//! is final.
//!
//! Not every run is counted, only those that are *fair*. A set of actions ([`Actions`]) is
//! *enabled* in a state from which one of them leads. A run is **weakly** fair to the set if it
//! takes actions of it infinitely often, or the set is not enabled infinitely often. It is
//! **strongly** fair if it takes them infinitely often, or the set is enabled only finitely
//! often. (Lamport's WF and SF, if a step that changes nothing counts as one; so a run that is
//! fair in TLA+ has one here that is fair and visits the same states.)
//!
//! A claim of a finite graph that is violated is violated by a *lasso*: a path to a state and a
//! cycle through it, repeated for ever. [`Counterexample::cycle`](crate::Counterexample::cycle) says where the cycle begins.
//!
//! # How
//!
//! 1. The graph is explored once, breadth-first, and its edges are kept with what is fair to
//!    them (`graph`).
//! 2. For each claim only the *open* states matter: those that are reachable from one that meets
//!    `from` without meeting `to`. A run violates the claim if and only if it stays among them
//!    for ever, so it ends in a strongly connected component of them (Lichtenstein and Pnueli,
//!    *Checking that finite state concurrent programs satisfy their linear specification*, POPL
//!    1985), which Tarjan's algorithm finds (`components`).
//! 3. A component that never takes a set of actions, and in all of whose states the set is
//!    enabled, has no weakly fair cycle. If the set is to be treated strongly, it is enough that
//!    it is enabled somewhere: the cycles that are left avoid those states, so they are removed
//!    and the rest is taken apart again. (Emerson and Lei, *Modalities for model checking*, 1987;
//!    these are the pairs of Streett, *Propositional dynamic logic of looping and converse*,
//!    1982.) In a component that passes, the cycle that goes everywhere is fair (`fair`).
//! 4. The path is a shortest one to any fair component. The cycle is made of shortest ways from
//!    one thing that fairness demands to the next (`lasso`); it is short, and not always the
//!    shortest.
//!
//! O(states + edges) time for each claim, times the number of strong sets; the graph takes about
//! 50 bytes a state and 6 an edge.
//!
//! # What is refused, or left undecided
//!
//! A model that is explored up to symmetry: a change of names turns the actions of one process
//! into those of another, so a cycle of orbits need not be a cycle of states, and fairness by
//! name is lost. Checkpoints: the graph is not written to files. Both are errors.
//!
//! If a step leads out of the boundary of the model (`within_boundary`), nobody knows how the
//! run goes on. The step counts as enabled. A claim that is not violated within the boundary is
//! inconclusive then, if an open state has such a step. The same holds if the run meets a limit
//! of time, states or memory, or if the model panics.

mod claim;
pub(crate) mod components;
pub(crate) mod fair;
pub(crate) mod graph;
pub(crate) mod lasso;
mod run;

pub use claim::{Actions, Fairness, NameOf, Picks, RunClaim};
pub use run::{MAX_RUN_CLAIMS, and_runs, check_runs, runs_so_far};
