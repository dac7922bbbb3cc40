//! The contents of a ledger in parts, as bytes: the head, which is what the ledger holds beside the
//! decrees of the law, and pages of these decrees. Neither the node that shows its ledger nor the
//! reader has more than one part in memory.
//!
//! A part is a sequence of entries, and an end entry, without which it is incomplete. The head
//! begins with the format and the owner.

use super::changes::{decode_life, encode_life};
use super::contents::read_identity;
use super::cut::Cut;
use super::entry::{Entry, Kind, invalid, read_any_entry, read_entry, read_number, write_entry};
use super::{
    DECREES, FORMAT, KeptSnapshot, LAST_TRIED, LEARNER, LIFE, LedgerError, NEXT_BAL, PROMISES,
    VOTES, metadata,
};
use crate::config::Identity;
use crate::ledger_identity::{History, LedgerId};
use crate::rollback::{LedgerMetadata, Loss};
use crate::{Decree, Ledger, wire};
use redb::{Database, ReadTransaction, ReadableDatabase, ReadableTable};
use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::path::Path;
use synod_math::{BallotNumber, Priest};
use synod_protocol::parliament::{DecreeNumber, Life};
use synod_trace::Recovered;

/// The bytes of decrees after which a page ends. A page has one decree at least.
const PAGE: usize = 256 << 10;

/// A part of a ledger.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    /// What the ledger holds beside the decrees of the law.
    Head,
    /// The next decrees, from this number on.
    From(DecreeNumber),
}

/// What a ledger holds beside the decrees of its law, as of its last commit.
/// [`LedgerReader`](super::LedgerReader) reads it first.
#[derive(Clone, Debug)]
pub struct Head {
    /// The owner, the promises, the votes, the length of the law, and the decrees beyond it.
    pub recovered: Recovered,
    /// The decrees up to this number are cut off, because the snapshot stands for them.
    pub cut: DecreeNumber,
    /// The snapshot to which the ledger refers, without its law.
    pub snapshot: Option<KeptSnapshot>,
    /// The identity and lives of the ledger, and its marks of other ledgers.
    pub metadata: LedgerMetadata,
}

/// Consecutive decrees of a ledger.
pub(super) type Page = VecDeque<(DecreeNumber, Decree)>;

impl Part {
    /// The number that stands for this part in a request: no decree has number 0.
    pub(super) const fn number(self) -> u64 {
        match self {
            Self::Head => 0,
            Self::From(at) => at.0,
        }
    }

    pub(super) const fn numbered(number: u64) -> Self {
        match number {
            0 => Self::Head,
            at => Self::From(DecreeNumber(at)),
        }
    }

    /// Writes this part of a ledger.
    pub(super) fn write(
        self,
        out: &mut impl Write,
        database: &Database,
        file: &Path,
    ) -> Result<(), LedgerError> {
        let reading = |error| LedgerError::reading(file, error);
        let io = |error| LedgerError::io(file, error);
        match self {
            Self::Head => {
                let identity = read_identity(database, file)?;
                write_owner(out, &identity).map_err(io)?;
                write_ledger(out, database, file)?;
                write_metadata(out, &metadata::read(database, file)?).map_err(io)?;
                write_entry(out, Kind::End, 0, &[]).map_err(io)
            }
            Self::From(at) => {
                let page = page(database, at.0).map_err(reading)?;
                out.write_all(&page).map_err(io)
            }
        }
    }
}

fn write_owner(out: &mut impl Write, identity: &Identity) -> io::Result<()> {
    out.write_all(&FORMAT.to_le_bytes())?;
    out.write_all(&(identity.me.index() as u64).to_le_bytes())?;
    out.write_all(&(identity.legislators as u64).to_le_bytes())?;
    write_entry(out, Kind::End, 0, identity.cluster.as_bytes())
}

/// Writes the promises, the snapshot, the votes, and the decrees beyond the law, as of one commit.
fn write_ledger(out: &mut impl Write, database: &Database, file: &Path) -> Result<(), LedgerError> {
    let reading = |error| LedgerError::reading(file, error);
    let transaction = database
        .begin_read()
        .map_err(|error| reading(error.into()))?;
    let snapshot = KeptSnapshot::read(&transaction).map_err(reading)?;
    let snapshot = snapshot.map_err(|why| LedgerError::damaged(file, why))?;
    let through = snapshot.map_or(0, |snapshot| snapshot.summary.through.0);
    if let Some(snapshot) = snapshot {
        let written = write_entry(out, Kind::Snapshot, through, &snapshot.encode());
        written.map_err(|error| LedgerError::io(file, error))?;
    }
    write_tables(out, &transaction, through).map_err(reading)
}

fn write_tables(
    out: &mut impl Write,
    transaction: &ReadTransaction,
    snapshot: u64,
) -> Result<(), redb::Error> {
    let promises = transaction.open_table(PROMISES)?;
    let numbers = [
        (Kind::LastTried, LAST_TRIED),
        (Kind::NextBal, NEXT_BAL),
        (Kind::LedgerLife, LIFE),
        (Kind::Learner, LEARNER),
    ];
    for (kind, key) in numbers {
        if let Some(number) = promises.get(key)? {
            write_entry(out, kind, number.value(), &[]).map_err(redb::Error::Io)?;
        }
    }
    for entry in transaction.open_table(VOTES)?.iter()? {
        let (at, vote) = entry?;
        write_entry(out, Kind::Vote, at.value(), vote.value()).map_err(redb::Error::Io)?;
    }
    let cut = cut(transaction)?;
    write_entry(out, Kind::Cut, cut, &[]).map_err(redb::Error::Io)?;
    let decrees = transaction.open_table(DECREES)?;
    let known = end_of_law(&decrees, snapshot)?;
    write_entry(out, Kind::Known, known, &[]).map_err(redb::Error::Io)?;
    for entry in decrees.range(known + 1..)? {
        let (at, decree) = entry?;
        write_entry(out, Kind::Decree, at.value(), decree.value()).map_err(redb::Error::Io)?;
    }
    Ok(())
}

/// The last decree that is cut off. One that cannot be read is reported when the node starts.
fn cut(transaction: &ReadTransaction) -> Result<u64, redb::Error> {
    Ok(Cut::read(transaction)?.map_or(0, |cut| cut.through))
}

/// The last number of the law: no decree is missing from the snapshot to it. Without a snapshot, that
/// takes O(decrees beyond the law): a decree is in the law if its position among all is its number.
fn end_of_law(
    decrees: &impl ReadableTable<u64, &'static [u8]>,
    snapshot: u64,
) -> Result<u64, redb::Error> {
    if snapshot == 0 {
        let positions = (1..=decrees.len()?).rev();
        for (position, entry) in positions.zip(decrees.iter()?.rev()) {
            if entry?.0.value() == position {
                return Ok(position);
            }
        }
        return Ok(0);
    }
    let mut known = snapshot;
    for entry in decrees.range(snapshot + 1..)? {
        if entry?.0.value() != known + 1 {
            break;
        }
        known += 1;
    }
    Ok(known)
}

/// A page of decrees. No transaction is open when it is sent, because a transaction keeps the file
/// from reusing pages.
fn page(database: &Database, from: u64) -> Result<Vec<u8>, redb::Error> {
    let transaction = database.begin_read()?;
    let from = from.max(cut(&transaction)? + 1);
    let decrees = transaction.open_table(DECREES)?;
    let mut page = Vec::new();
    for entry in decrees.range(from..)? {
        let (at, decree) = entry?;
        write_entry(&mut page, Kind::Decree, at.value(), decree.value())
            .map_err(redb::Error::Io)?;
        if page.len() >= PAGE {
            break;
        }
    }
    write_entry(&mut page, Kind::End, 0, &[]).map_err(redb::Error::Io)?;
    Ok(page)
}

fn write_metadata(out: &mut impl Write, metadata: &LedgerMetadata) -> io::Result<()> {
    let History {
        ledger,
        lives,
        accepted,
    } = &metadata.history;
    write_entry(out, Kind::Ledger, 0, &ledger.0.to_le_bytes())?;
    for (number, life) in lives {
        write_entry(out, Kind::Life, *number, &encode_life(*life))?;
    }
    for lost in accepted {
        write_entry(out, Kind::Accepted, 0, &lost.0.to_le_bytes())?;
    }
    for (of, mark) in &metadata.met {
        write_entry(out, Kind::Met, of.index() as u64, &wire::encode_mark(mark))?;
    }
    if let Some(loss) = &metadata.loss {
        let mark = wire::encode_mark(&loss.remembered);
        write_entry(out, Kind::Lost, loss.by.index() as u64, &mark)?;
    }
    Ok(())
}

/// Reads a head. `file` is named in errors.
pub(super) fn read_head(input: &mut impl Read, file: &Path) -> Result<Head, LedgerError> {
    let io = |error| LedgerError::io(file, error);
    let format = read_number(input).map_err(io)?;
    if format != FORMAT {
        return Err(LedgerError::Format {
            file: file.to_owned(),
            found: format,
            expected: FORMAT,
        });
    }
    let identity = read_owner(input).map_err(io)?;
    let mut head = Head {
        recovered: Recovered {
            identity,
            ledger: Ledger::new(),
            known: DecreeNumber::ZERO,
        },
        cut: DecreeNumber::ZERO,
        snapshot: None,
        metadata: LedgerMetadata::new().map_err(LedgerError::NoRandom)?,
    };
    while let Some(entry) = read_entry(input).map_err(io)? {
        let Entry {
            kind,
            number,
            bytes,
        } = entry;
        let recovered = &mut head.recovered;
        let ledger = &mut recovered.ledger;
        let unreadable = |why: &dyn std::fmt::Display| LedgerError::damaged(file, why);
        match kind {
            Kind::LastTried => ledger.last_tried = Some(BallotNumber(number)),
            Kind::NextBal => ledger.next_bal = Some(BallotNumber(number)),
            Kind::LedgerLife => ledger.life = Some(Life(number)),
            Kind::Learner => ledger.is_learner = true,
            Kind::Cut => head.cut = DecreeNumber(number),
            Kind::Snapshot => {
                let snapshot = KeptSnapshot::decode(&bytes);
                let snapshot =
                    snapshot.ok_or_else(|| unreadable(&"its snapshot cannot be read"))?;
                head.snapshot = Some(snapshot);
            }
            Kind::Known => recovered.known = DecreeNumber(number),
            Kind::Vote => {
                let vote = wire::decode_vote(&bytes);
                let vote = vote.map_err(|why| unreadable(&format!("vote on {number}: {why}")))?;
                ledger.votes.insert(DecreeNumber(number), vote);
            }
            Kind::Decree => {
                let (at, decree) = decree(number, &bytes, file)?;
                ledger.decrees.insert(at, decree);
            }
            _ => read_metadata(&mut head.metadata, kind, number, &bytes)
                .ok_or_else(|| unreadable(&"an entry that cannot be read"))?,
        }
    }
    Ok(head)
}

fn read_owner(input: &mut impl Read) -> io::Result<Identity> {
    let id = usize::try_from(read_number(input)?).map_err(invalid)?;
    let me = Priest::new(id).ok_or_else(|| invalid("no such legislator"))?;
    let legislators = usize::try_from(read_number(input)?).map_err(invalid)?;
    let cluster = read_any_entry(input)?.bytes;
    let cluster = String::from_utf8(cluster).map_err(invalid)?;
    Ok(Identity {
        cluster,
        me,
        legislators,
    })
}

/// Reads a page. `file` is named in errors.
pub(super) fn read_page(input: &mut impl Read, file: &Path) -> Result<Page, LedgerError> {
    let mut page = Page::new();
    while let Some(entry) = read_entry(input).map_err(|error| LedgerError::io(file, error))? {
        if entry.kind != Kind::Decree {
            return Err(LedgerError::io(file, invalid("an entry of another kind")));
        }
        page.push_back(decree(entry.number, &entry.bytes, file)?);
    }
    Ok(page)
}

fn decree(number: u64, bytes: &[u8], file: &Path) -> Result<(DecreeNumber, Decree), LedgerError> {
    let unreadable = |why| LedgerError::damaged(file, format!("decree {number}: {why}"));
    let decree = wire::decode_decree(bytes).map_err(unreadable)?;
    Ok((DecreeNumber(number), decree))
}

fn read_metadata(
    metadata: &mut LedgerMetadata,
    kind: Kind,
    number: u64,
    bytes: &[u8],
) -> Option<()> {
    let id = |bytes: &[u8]| Some(LedgerId(u128::from_le_bytes(bytes.try_into().ok()?)));
    let legislator = |number| Priest::new(usize::try_from(number).ok()?);
    match kind {
        Kind::Ledger => metadata.history.ledger = id(bytes)?,
        Kind::Accepted => {
            metadata.history.accepted.insert(id(bytes)?);
        }
        Kind::Life => {
            let life = decode_life(bytes)?;
            metadata.history.lives.insert(number, life);
        }
        Kind::Lost => {
            metadata.loss = Some(Loss {
                by: legislator(number)?,
                remembered: wire::decode_mark(bytes).ok()?,
                here: metadata.history.ledger,
            });
        }
        Kind::Met => {
            let of = legislator(number)?;
            metadata.met.insert(of, wire::decode_mark(bytes).ok()?);
        }
        _ => return None,
    }
    Some(())
}
