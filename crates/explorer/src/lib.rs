//! The states of a model in a browser: Stateright's Explorer, with a page of our
//! own, in the words of the model.
//!
//! | file | what |
//! |---|---|
//! | `view` | the model as the Explorer shows it |
//! | `server` | the page, and the address at which it is served |
//!
//! Absent on purpose: a search, Paxos, run specs.

mod server;
mod view;

pub use server::{Server, free_address};
pub use view::View;
