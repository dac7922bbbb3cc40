//! Shows the states of a model: to a browser, to assistants, and as files that play a run.
//!
//! | to | begin with |
//! |---|---|
//! | show a model of your own | [`Shown`], [`Spec`], [`Single`], [`Interface`] |
//! | ask by name, with JSON in and out | [`Interface::call`]; [`CALLS`] lists the calls |
//! | serve the page to a browser | [`Server`] (feature `server`) |
//! | serve tools to an assistant | [`mcp`] (feature `mcp`) |
//! | step through a model by lines of text | [`Stepper`] |
//! | write a counterexample as a page of its own | [`Played`], then [`export::page`] |
//! | write what a check found as a page, or a counterexample as a diagram | [`export::report`], [`export::diagram`] |
//! | show Stateright's own page instead | [`stateright`] |
//!
//! A state is named by the run that leads to it, and a step by its words. So a link to a state
//! outlives a build, and if the run is not possible any more the explorer says from where on.
//! Searches are made by the engine `levels`: what they find is a shortest run.
//!
//! Absent on purpose: a search of its own, Paxos, run specs.
//!
//! # Examples
//! A model is explored by calls; a server would answer the same ones to a browser:
//!
//! ```
//! use serde_json::json;
//! use stateright::{Model, Property};
//! use std::sync::Arc;
//! use synod_checker::{Extras, SearchOptions};
//! use synod_explorer::{Entry, Interface, Shown, Single, Spec};
//! use synod_vocabulary::{Describe, Field, Value};
//!
//! /// Counts down from 3.
//! struct Countdown;
//!
//! impl Model for Countdown {
//!     type State = u8;
//!     type Action = ();
//!
//!     fn init_states(&self) -> Vec<u8> {
//!         vec![3]
//!     }
//!
//!     fn actions(&self, _: &u8, actions: &mut Vec<()>) {
//!         actions.push(());
//!     }
//!
//!     fn next_state(&self, left: &u8, (): ()) -> Option<u8> {
//!         left.checked_sub(1)
//!     }
//!
//!     fn properties(&self) -> Vec<Property<Self>> {
//!         vec![Property::sometimes("nothing is left", |_, left| *left == 0)]
//!     }
//! }
//!
//! impl Describe for Countdown {
//!     fn fields(&self, left: &u8) -> Vec<Field> {
//!         vec![Field::of_all("left", Value::one(left))]
//!     }
//!
//!     fn step_name(&self, (): &()) -> String {
//!         "count down".to_owned()
//!     }
//! }
//!
//! let entry = Entry { name: "countdown".to_owned(), ..Entry::default() };
//! let shown = Shown::new(Arc::new(Countdown), Extras::described(&Countdown));
//! let library = Single(Spec::of(entry, Arc::new(shown)));
//! let interface = Interface::new(library, SearchOptions::default());
//! let place = json!({ "spec": "countdown", "steps": ["count down"] });
//! let choices = interface.call("choices", place).unwrap();
//! assert_eq!(choices["choices"][0]["changes"], json!(["left: 2 → 1"]));
//! ```

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
mod played;
mod refusal;
mod report;
mod searches;
#[cfg(feature = "server")]
mod server;
pub mod stateright;
mod step;
mod text;

pub use explored::{Choice, ClaimEntry, Explored, InitialPage, InitialState, Shown, Wanted};
pub use film::{Film, View, Violation};
pub use interface::{Argument, CALLS, Call, Interface};
pub use library::{DrawnBallot, Entry, Library, Single, Spec};
pub use place::{Begin, Changed, Place};
pub use played::Played;
pub use refusal::Refusal;
#[cfg(feature = "server")]
pub use server::Server;
pub use step::{GoOn, Stepper};
