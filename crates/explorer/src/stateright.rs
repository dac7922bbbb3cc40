//! Stateright's Explorer, with a page of our own, in the words of the model. It draws what
//! the model's `as_svg` draws, such as the sequence diagrams of actors.

mod server;
mod view;

pub use server::{Server, free_address};
pub use view::{View, ViewAction, ViewState};
