//! Shows the states of a model: to a browser, to assistants, and as files that play a run.
//!
//! | to | begin with |
//! |---|---|
//! | show a model of your own | [`Shown`], [`Spec`], [`Single`], [`Interface`] |
//! | ask by name, with JSON in and out | [`Interface::call`]; [`CALLS`] lists the calls |
//! | serve the page to a browser | [`Server`] (feature `server`) |
//! | serve tools to an assistant | [`mcp`] (feature `mcp`) |
//! | step through a model by lines of text | [`Stepper`] |
//! | write a run as a page of its own | [`export::text`] |
//! | show Stateright's own page instead | [`stateright`] |
//!
//! A state is named by the run that leads to it, and a step by its words. So a link to a state
//! outlives a build, and if the run is not possible any more the explorer says from where on.
//! Searches are made by the engine `levels`: what they find is a shortest run.
//!
//! Absent on purpose: a search of its own, Paxos, run specs.

mod avoid;
mod explored;
pub mod export;
mod film;
mod import;
mod interface;
mod library;
#[cfg(feature = "mcp")]
pub mod mcp;
mod page;
mod place;
mod refusal;
mod searches;
#[cfg(feature = "server")]
mod server;
pub mod stateright;
mod step;
mod text;

pub use explored::{Choice, ClaimEntry, Explored, InitialPage, InitialState, Shown, Wanted};
pub use film::{Film, View, Violation};
pub use interface::{Argument, CALLS, Call, Interface};
pub use library::{DrawnBallot, Entry, Library, Played, Single, Spec};
pub use place::{Begin, Changed, Place};
pub use refusal::Refusal;
#[cfg(feature = "server")]
pub use server::Server;
pub use step::{GoOn, Stepper};
