//! Shows the states of a model in a browser, step by step, in the words of the model. It is
//! Stateright's Explorer with a page of our own.
//!
//! `synod explore` is made of it; a program with a model of its own can use it the same way.
//!
//! | to | begin with |
//! |---|---|
//! | serve a model to a browser | [`Server::prepare`], then [`Server::serve`] |
//! | find a free address for it | [`free_address`] |
//!
//! Absent on purpose: a search, Paxos, run specs.
//!
//! # Examples
//! ```no_run
//! use std::hash::Hash;
//! use synod_explorer::{Server, free_address};
//! use synod_vocabulary::Describe;
//!
//! /// Serves a model on any free port, until Ctrl-C ends the process.
//! fn show<M>(model: M) -> std::io::Result<()>
//! where
//!     M: Describe + Send + Sync + 'static,
//!     M::State: Clone + Hash + PartialEq + Send + Sync + 'static,
//!     M::Action: Clone + PartialEq + Send + Sync,
//! {
//!     let address = free_address(0)?;
//!     let server = Server::prepare("The text of a state says what it violates, and")?;
//!     println!("open http://{address}/");
//!     server.serve(model, address);
//!     Ok(())
//! }
//! ```

mod server;
mod view;

pub use server::{Server, free_address};
pub use view::{View, ViewAction, ViewState};
