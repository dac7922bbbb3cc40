//! Frames: a body, preceded by its length as four bytes in big-endian order.
//!
//! ```
//! use bytes::{BufMut, BytesMut};
//! use synod_node::transport::frame;
//!
//! let mut bytes = BytesMut::new();
//! frame::append(&mut bytes, frame::LARGEST, |body| body.put_slice(b"olive"))?;
//! assert_eq!(&bytes[..], b"\0\0\0\x05olive");
//! assert_eq!(frame::first(&bytes, frame::LARGEST)?, Some(&b"olive"[..]));
//! assert_eq!(frame::first(&bytes[..7], frame::LARGEST)?, None);
//! # Ok::<(), frame::TooLong>(())
//! ```
//!
//! [`wire`] encodes bodies.

use crate::config::SETTINGS;
use crate::wire;
use bytes::{BufMut, BytesMut};
use synod_protocol::state_machine::map;

/// How many bytes the length takes.
pub const PREFIX: usize = 4;

/// The bytes of an encoded decree without those of its keys and values, at most: nine numbers
/// (decree number, ballot number, client, sequence, two of a lifetime, three lengths) of ten bytes,
/// and six tags of one byte.
const AROUND_A_COMMAND: usize = 9 * 10 + 6;

/// The longest body, in bytes. The longest message is a part of a LastVote: its decrees are no larger
/// together than [`Settings::size`](synod_protocol::parliament::Settings::size), or there is one; and it
/// has the numbers of a batch of missing decrees. [`map::AROUND`] is not less than what is around a
/// command, so that the size of a decree is not less than its bytes. This is a limit; no memory is
/// allocated for it in advance.
pub const LARGEST: usize =
    SETTINGS.size + wire::LARGEST_COMMAND + AROUND_A_COMMAND + SETTINGS.batch * 10 + 64;

const _: () = assert!(AROUND_A_COMMAND <= map::AROUND);

/// A frame is longer than a limit. [`first`] and [`append`] return it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a frame of {length} bytes; it may have {most}")]
pub struct TooLong {
    /// The length of the body.
    pub length: usize,
    /// The limit.
    pub most: usize,
}

/// The body of the frame at the front of `bytes`; `None` if it is not complete yet. The frame takes
/// [`PREFIX`] bytes more than the body. O(1); allocates nothing, so that the length is checked
/// before memory for the body is.
///
/// # Errors
///
/// If the length is larger than `most`.
pub fn first(bytes: &[u8], most: usize) -> Result<Option<&[u8]>, TooLong> {
    let Some((prefix, rest)) = bytes.split_first_chunk::<PREFIX>() else {
        return Ok(None);
    };
    let length = u32::from_be_bytes(*prefix) as usize;
    if length > most {
        return Err(TooLong { length, most });
    }
    Ok(rest.get(..length))
}

/// Appends a frame; `write` appends the body.
///
/// # Errors
///
/// If the body is longer than `most`. Then nothing is appended.
pub fn append(
    frames: &mut BytesMut,
    most: usize,
    write: impl FnOnce(&mut BytesMut),
) -> Result<(), TooLong> {
    let start = frames.len();
    frames.put_bytes(0, PREFIX);
    write(frames);
    let length = frames.len() - start - PREFIX;
    match u32::try_from(length) {
        Ok(prefix) if length <= most => {
            frames[start..start + PREFIX].copy_from_slice(&prefix.to_be_bytes());
            Ok(())
        }
        _ => {
            frames.truncate(start);
            Err(TooLong { length, most })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_complete_with_its_last_byte() {
        let mut frames = BytesMut::new();
        append(&mut frames, 5, |body| body.put_slice(b"olive")).unwrap();
        append(&mut frames, 5, |_| ()).unwrap();
        for end in 0..PREFIX + 5 {
            assert_eq!(first(&frames[..end], 5), Ok(None));
        }
        assert_eq!(first(&frames, 5), Ok(Some(b"olive".as_slice())));
        assert_eq!(first(&frames[PREFIX + 5..], 5), Ok(Some(b"".as_slice())));
    }

    #[test]
    fn a_length_is_refused_before_the_body_arrives() {
        let refused = TooLong {
            length: 0xFFFF_FFFF,
            most: LARGEST,
        };
        assert_eq!(first(&[0xFF; 4], LARGEST), Err(refused));
        let mut frames = BytesMut::new();
        assert!(append(&mut frames, 4, |body| body.put_slice(b"olive")).is_err());
        assert!(frames.is_empty());
    }
}
