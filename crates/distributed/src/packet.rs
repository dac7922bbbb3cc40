//! States on their way to the worker that owns them: flat bytes.
//!
//! A record is the state's fingerprint, that of the state it was reached from,
//! the kind of action, the length of the state, and the state; numbers are
//! little-endian. 22 bytes more than a state (38 with fingerprints of 128 bits).
//! Who gets it looks the fingerprint up before it makes a state of the bytes.

use serde::{Deserialize, Serialize};
use synod_checker::fingerprint::Fingerprint;

/// A packet is sent when it has grown to this many bytes.
pub(super) const FULL: usize = 1 << 16;

/// The kind of a state that no action has reached.
const NO_KIND: u16 = u16::MAX;

/// What the records of a packet are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Content {
    /// States that were reached, perhaps for the first time.
    #[default]
    Reached,
    /// States of a checkpoint that wait to be expanded.
    Waiting,
    /// Fingerprints of a checkpoint, without states.
    Seen,
}

/// Records for one worker.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Packet {
    /// The worker that owns the states.
    pub(super) to: u32,
    /// The worker that has reached them.
    pub(super) from: u32,
    pub(super) content: Content,
    /// What the bytes of the states refer to, as far as it was not told before:
    /// the packets of one worker to another arrive in order.
    #[serde(with = "serde_bytes")]
    pub(super) context: Vec<u8>,
    #[serde(with = "serde_bytes")]
    pub(super) records: Vec<u8>,
}

impl Packet {
    /// How much it is.
    pub(super) const fn bytes(&self) -> u64 {
        (self.records.len() + self.context.len()) as u64
    }
}

/// A record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record<'a> {
    pub(super) fingerprint: Fingerprint,
    pub(super) predecessor: Fingerprint,
    pub(super) kind: Option<usize>,
    pub(super) state: &'a [u8],
}

/// Appends a record; `write` appends the state.
pub(super) fn put(
    records: &mut Vec<u8>,
    is_wide: bool,
    [fingerprint, predecessor]: [Fingerprint; 2],
    kind: Option<usize>,
    write: impl FnOnce(&mut Vec<u8>),
) {
    for fingerprint in [fingerprint, predecessor] {
        // A vector takes all.
        let _ = fingerprint.write_to(records, is_wide);
    }
    let kind = kind.map_or(NO_KIND, |kind| kind as u16);
    records.extend(kind.to_le_bytes());
    let at = records.len();
    records.extend([0; 4]);
    write(records);
    let length = (records.len() - at - 4) as u32;
    records[at..at + 4].copy_from_slice(&length.to_le_bytes());
}

/// Takes a record off the front; none if the bytes are no record.
pub(super) fn take<'a>(rest: &mut &'a [u8], is_wide: bool) -> Option<Record<'a>> {
    let fingerprint = Fingerprint::read_from(rest, is_wide).ok()?;
    let predecessor = Fingerprint::read_from(rest, is_wide).ok()?;
    let kind = u16::from_le_bytes(take_array(rest)?);
    let length = u32::from_le_bytes(take_array(rest)?) as usize;
    let (state, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(Record {
        fingerprint,
        predecessor,
        kind: (kind != NO_KIND).then_some(kind.into()),
        state,
    })
}

fn take_array<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (array, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(*array)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint(number: u64, is_wide: bool) -> Fingerprint {
        let second = if is_wide { number + 7 } else { 0 };
        Fingerprint {
            first: number,
            second,
        }
    }

    #[test]
    fn records_come_out_as_they_were_put_in() {
        for is_wide in [false, true] {
            let mut records = Vec::new();
            for number in 0..5_u64 {
                let pair = [
                    fingerprint(number, is_wide),
                    fingerprint(number + 100, is_wide),
                ];
                let kind = (number > 0).then_some(number as usize);
                let state = vec![number as u8; number as usize];
                put(&mut records, is_wide, pair, kind, |bytes| {
                    bytes.extend(&state);
                });
            }
            let mut rest = &records[..];
            for number in 0..5_u64 {
                let state = vec![number as u8; number as usize];
                let expected = Record {
                    fingerprint: fingerprint(number, is_wide),
                    predecessor: fingerprint(number + 100, is_wide),
                    kind: (number > 0).then_some(number as usize),
                    state: &state,
                };
                assert_eq!(take(&mut rest, is_wide), Some(expected));
            }
            assert_eq!(take(&mut rest, is_wide), None);
        }
    }

    #[test]
    fn a_record_that_is_cut_off_is_none() {
        let mut records = Vec::new();
        let pair = [fingerprint(1, false), fingerprint(2, false)];
        put(&mut records, false, pair, None, |bytes| {
            bytes.extend([1, 2, 3]);
        });
        for length in 0..records.len() {
            assert_eq!(take(&mut &records[..length], false), None, "{length}");
        }
    }
}
