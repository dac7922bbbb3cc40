//! The format of messages, votes and decrees as bytes, on the network and on disk.
//!
//! The format is the postcard encoding of the types that `types` describes. The order of their
//! variants and fields is part of the format; a change of it needs a new [`VERSION`].
//!
//! These written types are separate from the protocol's own types, so that the latter can change
//! while ledgers remain readable. The conversions between them are generated from one description
//! (`layout`); the compiler checks that both have the same fields.
//!
//! ```
//! use synod_math::BallotNumber;
//! use synod_node::{Message, wire};
//!
//! let message = Message::Refused { next_bal: BallotNumber(300) };
//! let bytes = wire::encode_message(message.clone());
//! assert_eq!(bytes, [5, 0xac, 2]);
//! assert_eq!(wire::decode_message(&bytes), Ok(message));
//! assert!(wire::decode_message(&bytes[..2]).is_err());
//! ```
//!
//! | module | contents |
//! |---|---|
//! | `types` | the format of each type |
//! | `introduction` | [`Introduction`], which precedes messages (see [`crate::rollback`]) |
//! | `transfer` | [`Transfer`], which carries snapshots (see [`crate::snapshot::transfer`]) |
//! | `layout` | how a type's format is described |
//!
//! [`transport::frame`](crate::transport::frame) puts a length before the bytes.

mod introduction;
mod layout;
mod transfer;
mod types;

pub use introduction::{Digest, Introduction, encode_introduction};
pub(crate) use introduction::{
    LARGEST_INTRODUCTION, decode_introduction, decode_mark, encode_mark,
};

pub use transfer::{FileDigest, LARGEST_CHUNK, SnapshotSummary, Transfer};

#[cfg(doc)]
use crate::Command;
use crate::{Decree, Map, Message};
use layout::Layout;
use std::io;
use synod_math::Cast;
use synod_protocol::parliament::{DecreeNumber, LawEntry};
use synod_protocol::state_machine::map;

/// The version of this format, in handshakes and ledgers.
pub const VERSION: u32 = 6;

/// The largest ballot or decree number. No legislator uses larger numbers, which might overflow
/// later.
pub const LARGEST_NUMBER: u64 = 1 << 56;

/// How many bytes of keys and values a command may have, by [`Command::size`]. Clients are refused
/// more, so that each message fits into a frame.
pub const LARGEST_COMMAND: usize = map::LARGEST;

/// Why bytes cannot be decoded. All `decode` functions of this module return it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// The bytes do not follow the format.
    #[error("not in the format of version {VERSION}: {0}")]
    Format(#[from] postcard::Error),
    /// Bytes follow after the end of the value.
    #[error("{0} bytes too many")]
    TooLong(usize),
    /// A number is larger than [`LARGEST_NUMBER`].
    #[error("{0} is larger than any number that legislators use")]
    Number(u64),
    /// A decree has the number 0.
    #[error("a decree has the number 0, but they are numbered from 1")]
    NoDecree,
    /// A command is larger than [`LARGEST_COMMAND`], so that no client can have asked for it.
    #[error("a command with {0} bytes of keys and values; it may have {LARGEST_COMMAND}")]
    TooLarge(usize),
    /// The response to many commands has one to many commands in it.
    #[error("a response to many commands among the responses to many commands")]
    Nested,
    /// A chunk of a snapshot is empty, or longer than [`LARGEST_CHUNK`].
    #[error("a chunk of {0} bytes of a snapshot; it may have 1 to {LARGEST_CHUNK}")]
    Chunk(usize),
    /// An introduction has two marks of one legislator's ledger.
    #[error("it has two marks of the ledger of legislator {0}")]
    Twice(usize),
    /// The index of a legislator is beyond the largest possible one.
    #[error("there is no legislator with the index {0}")]
    Priest(u8),
}

/// Encodes a message. O(its size). Shown in the [module's](self) example.
pub fn encode_message(message: Message) -> Vec<u8> {
    encode(message)
}

/// Encodes a message into memory. O(its size).
pub(crate) fn write_message(message: Message, memory: impl io::Write) {
    write(message, memory);
}

/// Decodes a message. Takes O(number of bytes) time, and memory of a small multiple of it, whatever
/// lengths the bytes announce.
///
/// # Errors
///
/// If the bytes are not exactly one message.
pub fn decode_message(bytes: &[u8]) -> Result<Message, Malformed> {
    match decode(bytes)? {
        message if speaks_of_no_decree(&message) => Err(Malformed::NoDecree),
        message => Ok(message),
    }
}

/// Whether a message is about the decree with the number 0. Decrees are numbered from 1; 0 is
/// valid only where a legislator tells how many decrees he knows.
fn speaks_of_no_decree(message: &Message) -> bool {
    let none = &DecreeNumber::ZERO;
    match message {
        Message::LastVote { told, missing, .. } => {
            told.contains_key(none) || missing.contains(none)
        }
        Message::BeginBallot { at, .. }
        | Message::Voted { at, .. }
        | Message::Success { at, .. } => at == none,
        _ => false,
    }
}

/// The first byte of an introduction. No message begins with it.
const INTRODUCTION: u8 = u8::MAX;

/// The first byte of a part of the transfer of a snapshot. No message begins with it.
const TRANSFER: u8 = u8::MAX - 1;

/// The body of the last frame of a legislator that shuts down. It is empty; all other bodies
/// are not.
pub const FAREWELL: &[u8] = &[];

/// The decoded body of a frame, which one legislator sends to another. [`decode_body`] returns it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FrameBody {
    /// The introduction before a batch of messages.
    Introduction(Introduction),
    /// A message.
    Message(Message),
    /// A part of the transfer of a snapshot.
    Transfer(Transfer),
    /// The sender shuts down: no frame follows.
    Farewell,
}

/// Encodes the body of a frame with an introduction.
pub fn encode_introduction_body(introduction: &Introduction) -> Vec<u8> {
    let mut body = vec![INTRODUCTION];
    body.extend(encode_introduction(introduction));
    body
}

/// Encodes the body of a frame with a part of the transfer of a snapshot. O(its size).
pub fn encode_transfer_body(transfer: Transfer) -> Vec<u8> {
    let mut body = vec![TRANSFER];
    write(transfer, &mut body);
    body
}

/// Decodes the body of a frame. Costs are as in [`decode_message`].
///
/// # Errors
///
/// If the body is none of the four kinds of [`FrameBody`].
pub fn decode_body(body: &[u8]) -> Result<FrameBody, Malformed> {
    match body.split_first() {
        None => Ok(FrameBody::Farewell),
        Some((&INTRODUCTION, rest)) => decode_introduction(rest).map(FrameBody::Introduction),
        Some((&TRANSFER, rest)) => decode(rest).map(FrameBody::Transfer),
        _ => decode_message(body).map(FrameBody::Message),
    }
}

/// Encodes a decree.
pub fn encode_decree(decree: Decree) -> Vec<u8> {
    encode(decree)
}

/// Decodes a decree.
///
/// # Errors
///
/// If the bytes are not exactly one decree.
pub fn decode_decree(bytes: &[u8]) -> Result<Decree, Malformed> {
    decode(bytes)
}

/// Encodes a vote.
pub fn encode_vote(vote: Cast<Decree>) -> Vec<u8> {
    encode(vote)
}

/// Decodes a vote.
///
/// # Errors
///
/// If the bytes are not exactly one vote.
pub fn decode_vote(bytes: &[u8]) -> Result<Cast<Decree>, Malformed> {
    decode(bytes)
}

/// Encodes an entry of a law, for a snapshot.
pub fn encode_law_entry(entry: LawEntry<Map>) -> Vec<u8> {
    encode(entry)
}

/// Decodes an entry of a law.
///
/// # Errors
///
/// If the bytes are not exactly one entry.
pub fn decode_law_entry(bytes: &[u8]) -> Result<LawEntry<Map>, Malformed> {
    decode(bytes)
}

fn encode<T: Layout>(value: T) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(value, &mut bytes);
    bytes
}

fn write<T: Layout>(value: T, memory: impl io::Write) {
    // postcard fails only if writing fails, which it does not in memory, or if the length of a
    // sequence is unknown, which no type here has.
    #[allow(clippy::expect_used)]
    postcard::to_io(&value.write(), memory).expect("types of the format can be written to memory");
}

fn decode<T: Layout>(bytes: &[u8]) -> Result<T, Malformed> {
    let (written, rest) = postcard::take_from_bytes(bytes)?;
    if rest.is_empty() {
        T::read(written)
    } else {
        Err(Malformed::TooLong(rest.len()))
    }
}
