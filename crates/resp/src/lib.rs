//! The client protocol: version 2 of Redis' protocol (RESP2) as bytes, in both
//! directions.
//!
//! | | encode | decode |
//! |---|---|---|
//! | requests | [`encode::request`] | [`request::Decoder`], [`inline`] |
//! | replies | [`encode`] | [`reply::Decoder`] |
//!
//! A decoder takes bytes as they come, in any pieces. What comes from outside is
//! bounded: nothing is allocated because a length claims it, and bytes that were
//! understood once are not read again when more of them arrive.
//!
//! [`Client`] asks over a stream that blocks. What reads and writes otherwise uses
//! the encoders and decoders alone.
//!
//! Absent: commands and what they mean, sockets, an asynchronous runtime.

mod client;
pub mod encode;
pub mod inline;
mod integer;
pub mod reply;
pub mod request;

pub use client::{Client, NoReply};
pub use reply::Reply;
