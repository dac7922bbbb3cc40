//! Packets: states on their way to the worker that owns them, as flat bytes.
//!
//! A record is the state's fingerprint, the fingerprint of its predecessor, the kind of
//! the action, the length of the state, and the state; numbers are little-endian. That is
//! 22 bytes more than the state (38 with fingerprints of 128 bits). The receiver looks up
//! the fingerprint before it decodes the state.

use serde::{Deserialize, Serialize};
use synod_checker::fingerprint::Fingerprint;

/// The size in bytes at which a packet is full and is sent.
pub(super) const FULL: usize = 1 << 16;

/// The kind of an initial state, which no action has reached.
const NO_KIND: u16 = u16::MAX;

/// The content of the records of a packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Content {
    /// States that were reached, perhaps for the first time.
    #[default]
    Reached,
    /// States in the frontier of a checkpoint.
    Frontiers,
    /// Fingerprints in the visited set of a checkpoint, without states.
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
    /// The context: what the bytes of the states refer to. It leaves out what earlier
    /// packets to the same worker have contained; packets from one worker to another
    /// arrive in order.
    #[serde(with = "serde_bytes")]
    pub(super) context: Vec<u8>,
    #[serde(with = "serde_bytes")]
    pub(super) records: Vec<u8>,
}

impl Packet {
    /// The size in bytes.
    pub(super) const fn bytes(&self) -> u64 {
        (self.records.len() + self.context.len()) as u64
    }
}

/// A record of a state; `S` is the state or its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record<S> {
    pub(super) fingerprint: Fingerprint,
    pub(super) predecessor: Fingerprint,
    pub(super) kind: Option<usize>,
    pub(super) state: S,
}

/// Appends a record; `write` appends the state.
pub(super) fn put<S>(
    records: &mut Vec<u8>,
    is_wide: bool,
    record: &Record<S>,
    write: impl FnOnce(&S, &mut Vec<u8>),
) {
    for fingerprint in [record.fingerprint, record.predecessor] {
        // Writing to a vector cannot fail.
        let _ = fingerprint.write_to(records, is_wide);
    }
    let kind = record.kind.map_or(NO_KIND, |kind| kind as u16);
    records.extend(kind.to_le_bytes());
    let at = records.len();
    records.extend([0; 4]);
    write(&record.state, records);
    let length = (records.len() - at - 4) as u32;
    records[at..at + 4].copy_from_slice(&length.to_le_bytes());
}

/// Reads a record from the front; none if the bytes are no record.
pub(super) fn take<'a>(rest: &mut &'a [u8], is_wide: bool) -> Option<Record<&'a [u8]>> {
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

    fn record(number: u64, is_wide: bool, state: &[u8]) -> Record<&[u8]> {
        let fingerprint = |number| {
            let second = if is_wide { number + 7 } else { 0 };
            Fingerprint {
                first: number,
                second,
            }
        };
        Record {
            fingerprint: fingerprint(number),
            predecessor: fingerprint(number + 100),
            kind: (number > 0).then_some(number as usize),
            state,
        }
    }

    fn write(state: &&[u8], bytes: &mut Vec<u8>) {
        bytes.extend(*state);
    }

    #[test]
    fn records_are_read_as_they_were_written() {
        let states: Vec<_> = (0..5_u8)
            .map(|number| vec![number; number.into()])
            .collect();
        for is_wide in [false, true] {
            let expected = (0..).zip(&states);
            let expected = expected.map(|(number, state)| record(number, is_wide, state));
            let mut records = Vec::new();
            for record in expected.clone() {
                put(&mut records, is_wide, &record, write);
            }
            let mut rest = &records[..];
            for record in expected {
                assert_eq!(take(&mut rest, is_wide), Some(record));
            }
            assert_eq!(take(&mut rest, is_wide), None);
        }
    }

    #[test]
    fn a_truncated_record_is_refused() {
        let mut records = Vec::new();
        put(&mut records, false, &record(1, false, &[1, 2, 3]), write);
        for length in 0..records.len() {
            assert_eq!(take(&mut &records[..length], false), None, "{length}");
        }
    }
}
