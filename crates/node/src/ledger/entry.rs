//! [`Entry`]: what a ledger holds, one thing at a time, as bytes. A running node shows its ledger as a sequence of
//! entries ([`super::parts`]), and its journal is one ([`super::journal`]).

use crate::wire;
use std::io::{self, Read, Write};

/// The longest entry, in bytes: a decree has one command and a few numbers.
const LONGEST: usize = wire::LARGEST_COMMAND + 1024;

/// The kinds of entries. Their numbers are part of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    End = 0,
    LastTried = 1,
    NextBal = 2,
    Vote = 3,
    Decree = 4,
    Ledger = 5,
    Life = 6,
    Accepted = 7,
    Met = 8,
    Lost = 9,
    Known = 10,
    Cut = 11,
    Snapshot = 12,
    Learner = 13,
    LedgerLife = 14,
}

impl Kind {
    const ALL: [Self; 15] = [
        Self::End,
        Self::LastTried,
        Self::NextBal,
        Self::Vote,
        Self::Decree,
        Self::Ledger,
        Self::Life,
        Self::Accepted,
        Self::Met,
        Self::Lost,
        Self::Known,
        Self::Cut,
        Self::Snapshot,
        Self::Learner,
        Self::LedgerLife,
    ];
}

/// One thing that a ledger holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) kind: Kind,
    /// The number of a decree, for instance, or the index of a legislator.
    pub(super) number: u64,
    /// The rest, as [`crate::wire`] encodes it.
    pub(super) bytes: Vec<u8>,
}

/// Writes an entry.
pub(super) fn write_entry(
    out: &mut impl Write,
    kind: Kind,
    number: u64,
    bytes: &[u8],
) -> io::Result<()> {
    out.write_all(&[kind as u8])?;
    out.write_all(&number.to_le_bytes())?;
    out.write_all(&(bytes.len() as u32).to_le_bytes())?;
    out.write_all(bytes)
}

/// The next entry; `None` at the end.
pub(super) fn read_entry(input: &mut impl Read) -> io::Result<Option<Entry>> {
    let entry = read_any_entry(input)?;
    Ok((entry.kind != Kind::End).then_some(entry))
}

/// The next entry, which may be the end.
pub(super) fn read_any_entry(input: &mut impl Read) -> io::Result<Entry> {
    let mut kind = [0];
    input.read_exact(&mut kind)?;
    let kind = Kind::ALL.get(usize::from(kind[0]));
    let &kind = kind.ok_or_else(|| invalid("an entry that cannot be read"))?;
    let number = read_number(input)?;
    let mut length = [0; 4];
    input.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > LONGEST {
        return Err(invalid("an entry that is too long"));
    }
    let mut bytes = vec![0; length];
    input.read_exact(&mut bytes)?;
    Ok(Entry {
        kind,
        number,
        bytes,
    })
}

pub(super) fn read_number(input: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    input.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

pub(super) fn invalid(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}
