//! Encodes and decodes the client protocol, version 2 of the protocol of Redis (RESP2), from
//! bytes that arrive in any pieces and in bounded memory. Replies can be encoded in version 3, too.
//!
//! Both sides of a connection use this crate: `synod_node::clients` on the side of the
//! server; `synod client`, the trials and the benchmarks on the side of the client.
//!
//! | | encode | decode |
//! |---|---|---|
//! | requests | [`encode::request`] | [`request::Decoder`], [`inline`] |
//! | replies | [`encode`], [`Encoder`] in version 2 or 3 | [`reply::Decoder`] of version 2 |
//!
//! A decoder treats its input as hostile: it never allocates the memory that a length
//! announces before the bytes are there, and when more bytes arrive, the time it takes
//! is proportional to the new ones only.
//!
//! # Where to begin
//!
//! - [`Client`] sends requests over a blocking stream and waits for each reply.
//! - A program with other input and output (asynchronous, for instance) uses the encoders
//!   and decoders directly:
//!
//! ```
//! use bytes::BytesMut;
//! use synod_resp::{encode, request};
//!
//! let mut buffer = BytesMut::new();
//! encode::request(&mut buffer, &["GET", "k"]);
//! assert_eq!(&buffer[..], b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n");
//!
//! let mut decoder = request::Decoder::default();
//! let key = decoder.take(&mut buffer, |arguments| arguments.get(1).map(<[u8]>::to_vec));
//! assert_eq!(key, Ok(Some(Some(b"k".to_vec()))));
//! ```
//!
//! Absent: the commands and their meaning, sockets, an asynchronous runtime.

mod client;
pub mod encode;
mod encoder;
pub mod inline;
mod integer;
pub mod reply;
pub mod request;

pub use client::{Client, NoReply};
pub use encoder::{Encoder, Version};
pub use reply::Reply;
