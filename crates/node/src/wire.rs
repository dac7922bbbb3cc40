//! Messages and notes as bytes: postcard of what `types` describes, which is the
//! format. The order of variants and fields is part of it; whoever changes it
//! changes [`VERSION`].
//!
//! What is written is apart from the protocol's own types: these may change
//! without anybody's ledger becoming unreadable. Where both look alike, which the
//! compiler sees to, the way between them follows from the description (`layout`).

mod introduction;
mod layout;
mod types;

pub use introduction::{Digest, Introduction, encode_introduction};
pub(crate) use introduction::{
    LARGEST_INTRODUCTION, decode_introduction, decode_mark, encode_mark,
};

#[cfg(doc)]
use crate::Command;
use crate::{Decree, Message};
use layout::Layout;
use std::io;
use synod_math::Cast;
use synod_protocol::parliament::DecreeNumber;

/// The version of this format, in handshakes and ledgers.
pub const VERSION: u32 = 2;

/// No ballot or decree number is larger: a number that is was not dealt out by
/// any legislator, and would overflow sooner or later.
pub const LARGEST_NUMBER: u64 = 1 << 56;

/// How many bytes of keys and values a command carries at most, by [`Command::size`].
/// Clients are refused more; that a message fits into a frame follows from it.
pub const LARGEST_COMMAND: usize = 128 << 10;

/// Why bytes are not what they should be.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// They do not follow the format.
    #[error("not in the format of version {VERSION}: {0}")]
    Format(#[from] postcard::Error),
    /// Something follows that does not belong there.
    #[error("{0} bytes too many")]
    TooLong(usize),
    /// A number that nobody can have dealt out.
    #[error("{0} is larger than any number that is dealt out")]
    Number(u64),
    /// A decree with the number 0: nobody may vote on it.
    #[error("decrees are numbered from 1, and one has the number 0")]
    NoDecree,
    /// A command that no client can have asked for.
    #[error("a command with {0} bytes of keys and values, and {LARGEST_COMMAND} are the most")]
    TooLarge(usize),
    /// Two marks of one ledger.
    #[error("it says of legislator {0} twice how far his ledger has come")]
    Twice(usize),
    /// A priest beyond the last.
    #[error("there is no legislator with the index {0}")]
    Priest(u8),
}

/// A message as bytes. O(its size).
pub fn encode_message(message: Message) -> Vec<u8> {
    encode(message)
}

/// Writes a message to memory. O(its size).
pub(crate) fn write_message(message: Message, memory: impl io::Write) {
    write(message, memory);
}

/// The message that these bytes stand for. O(their number), and no more memory
/// than a small multiple of it, whatever they say.
///
/// # Errors
///
/// If they stand for none.
pub fn decode_message(bytes: &[u8]) -> Result<Message, Malformed> {
    match decode(bytes)? {
        message if speaks_of_no_decree(&message) => Err(Malformed::NoDecree),
        message => Ok(message),
    }
}

/// Whether it is about the decree with the number 0. Decrees count from 1; 0
/// stands for none where somebody says how many he knows.
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

/// Before an introduction: no message begins like this.
const INTRODUCTION: u8 = u8::MAX;

/// The last frame's body of a legislator that leaves: neither a message nor an
/// introduction is empty.
pub const FAREWELL: &[u8] = &[];

/// What one legislator sends another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FrameBody {
    /// Before a batch of messages.
    Introduction(Introduction),
    /// A message.
    Message(Message),
    /// Nothing more: it leaves.
    Farewell,
}

/// The body of a frame with an introduction.
pub fn encode_introduction_body(introduction: &Introduction) -> Vec<u8> {
    let mut body = vec![INTRODUCTION];
    body.extend(encode_introduction(introduction));
    body
}

/// What the body of a frame says. As [`decode_message`].
///
/// # Errors
///
/// If it is none of the three.
pub fn decode_body(body: &[u8]) -> Result<FrameBody, Malformed> {
    match body.split_first() {
        None => Ok(FrameBody::Farewell),
        Some((&INTRODUCTION, rest)) => decode_introduction(rest).map(FrameBody::Introduction),
        _ => decode_message(body).map(FrameBody::Message),
    }
}

/// A decree as bytes.
pub fn encode_decree(decree: Decree) -> Vec<u8> {
    encode(decree)
}

/// The decree that these bytes stand for.
///
/// # Errors
///
/// If they stand for none.
pub fn decode_decree(bytes: &[u8]) -> Result<Decree, Malformed> {
    decode(bytes)
}

/// A vote as bytes.
pub fn encode_vote(vote: Cast<Decree>) -> Vec<u8> {
    encode(vote)
}

/// The vote that these bytes stand for.
///
/// # Errors
///
/// If they stand for none.
pub fn decode_vote(bytes: &[u8]) -> Result<Cast<Decree>, Malformed> {
    decode(bytes)
}

fn encode<T: Layout>(value: T) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(value, &mut bytes);
    bytes
}

fn write<T: Layout>(value: T, memory: impl io::Write) {
    // Writing to memory cannot fail, and no type here has a length that is not
    // known: those are the errors that there are.
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
