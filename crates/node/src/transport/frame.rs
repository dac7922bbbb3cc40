//! Frames: the length of the body as four bytes, the largest first, and the
//! body.

use crate::config::SETTINGS;
use crate::wire;
use bytes::{BufMut, BytesMut};

/// How many bytes the length takes.
pub const PREFIX: usize = 4;

/// How many decrees a message carries at most: a LastVote those that the
/// president-to-be lacks, a batch of them or he is told to catch up first, and
/// those beyond the law, which were in flight.
pub const DECREES: usize = SETTINGS.batch + SETTINGS.in_flight;

/// What a decree takes beside the bytes of its command, at most: eight numbers
/// (decree number, ballot number, client, sequence, increment, three lengths)
/// of ten bytes, and four tags of one.
const AROUND_A_COMMAND: usize = 8 * 10 + 4;

/// The longest body: [`DECREES`] of the largest command each, the numbers of a
/// batch of decrees that are missing, and room for the rest of the message.
///
/// (512 + 512) · (128 KiB + 84) + 512 · 10 + 64 bytes: a little over 128 MiB. It
/// is what a frame may be, not what anybody makes room for.
pub const LARGEST: usize =
    DECREES * (wire::LARGEST_COMMAND + AROUND_A_COMMAND) + SETTINGS.batch * 10 + 64;

/// A frame that is longer than any can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a frame of {length} bytes, and none has more than {most}")]
pub struct TooLong {
    /// What its prefix says.
    pub length: usize,
    /// What may be.
    pub most: usize,
}

/// The body of the frame that `bytes` begin with, if all of it is there. It
/// takes [`PREFIX`] bytes more than its length. O(1), and no memory: the length
/// is judged before anybody makes room for it.
///
/// # Errors
///
/// If its length is beyond `most`.
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

/// Appends a frame, of which `write` appends the body.
///
/// # Errors
///
/// If it is beyond `most`: nothing is appended.
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
    fn a_frame_is_there_when_its_last_byte_is() {
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
    fn a_length_is_refused_before_the_body_comes() {
        let refused = TooLong {
            length: 0xFFFF_FFFF,
            most: LARGEST,
        };
        assert_eq!(first(&[0xFF; 4], LARGEST), Err(refused));
        let mut frames = BytesMut::new();
        assert!(append(&mut frames, 4, |body| body.put_slice(b"olive")).is_err());
        assert!(frames.is_empty());
    }

    #[test]
    fn the_arithmetic_of_the_longest_frame() {
        assert_eq!(DECREES, 1024);
        assert!((128 << 20..129 << 20).contains(&LARGEST));
    }
}
