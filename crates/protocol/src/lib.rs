//! The synod protocol as it ships. So far: its messages.
//!
//! | file | paper |
//! |---|---|
//! | [`message`] | §2.2, §2.3: what priests send each other, and the table of names |
//!
//! Absent on purpose: clocks, I/O, randomness, threads, and knowledge of
//! checkers or networks.

pub mod message;

pub use message::Message;
