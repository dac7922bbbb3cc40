//! Safe access of a command-line program to its standard streams and to the signals
//! that end it: writing never panics, and a signal that was ignored when the program
//! began stays ignored.
//!
//! It is for programs whose output may go into a pipe, a file on a full disk, or a
//! terminal that is closed meanwhile: the standard library's `println!` panics there.
//!
//! | begin with | to |
//! |---|---|
//! | [`say`], [`say_line!`] | write a result to standard output |
//! | [`note()`](note()), [`note!`] | write a note to standard error |
//! | [`wrapped`], [`columns`], [`width`] | fit a text to the terminal |
//! | [`link`](link()) | let a text lead to a file, where the terminal can |
//! | [`clear`] | begin with an empty screen |
//! | [`plain`] | take the styles out of a text |
//! | [`is_closed`] | end a program whose results are not read any more |
//! | [`lost`] | report, at the end, a result that could not be written |
//! | [`signals::watch`] | handle SIGINT, SIGTERM and SIGHUP |
//!
//! ```
//! use synod_terminal::{is_closed, lost, note, say, say_line};
//!
//! note!("summing {} numbers", 3); // On standard error: it is no result.
//! say("The sum: ");
//! say_line!("{}", 1 + 2 + 3);
//! assert!(!is_closed(), "the reader of the results has gone");
//! assert!(lost().is_none(), "results could not be written");
//! ```
//!
//! Absent on purpose: what the results are, and how they look.

mod link;
mod output;
pub mod signals;
mod wrap;

pub use link::link;
pub use output::{clear, is_closed, lost, note, say};
pub use wrap::{columns, plain, width, wrapped};
