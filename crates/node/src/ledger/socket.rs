//! Shows a ledger while its node runs. Only one process can have the file open. It sends the
//! contents, as of some commit, to each process that connects to a socket in the folder.
//!
//! The node reads nothing from the socket. It writes the format, the owner, all entries, and an
//! end entry, without which the contents are incomplete.

use super::contents::Contents;
use super::{FORMAT, LedgerError, number_of};
use crate::config::Identity;
use crate::ledger_identity::{History, LedgerId, Life};
use crate::rollback::{LedgerMetadata, Loss};
use crate::{Ledger, Note, wire};
use redb::Database;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Weak;
use std::time::Duration;
use synod_math::{BallotNumber, Priest};
use synod_protocol::parliament::DecreeNumber;

/// The name of the socket in the folder.
const SOCKET: &str = "ledger.socket";

/// How long a reader may take to make room in the socket. It is bounded, because while a reader
/// is served, the file cannot reuse the pages that it has not read yet.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest entry, in bytes: a decree has one command and a few numbers.
const LONGEST_ENTRY: usize = wire::LARGEST_COMMAND + 1024;

const LAST_TRIED: u8 = 1;
const NEXT_BAL: u8 = 2;
const VOTE: u8 = 3;
const DECREE: u8 = 4;
const LEDGER: u8 = 5;
const LIFE: u8 = 6;
const ACCEPTED: u8 = 7;
const MET: u8 = 8;
const LOST: u8 = 9;
const END: u8 = 0;

/// Serves readers, one after the other, in a thread of its own, for as long as the ledger is open.
pub(super) fn serve(folder: &Path, file: PathBuf, database: Weak<Database>) -> io::Result<()> {
    let socket = folder.join(SOCKET);
    // A process that was killed leaves its socket. The process that has the ledger open may
    // remove it.
    match std::fs::remove_file(&socket) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(&socket)?;
    std::thread::Builder::new()
        .name("ledger readers".to_owned())
        .spawn(move || {
            for stream in listener.incoming() {
                let Some(database) = database.upgrade() else {
                    return;
                };
                let written = stream.and_then(|stream| write_contents(stream, &file, &database));
                if let Err(error) = written {
                    tracing::warn!("the ledger could not be shown: {error}");
                }
            }
        })?;
    Ok(())
}

fn write_contents(stream: UnixStream, file: &Path, database: &Database) -> io::Result<()> {
    stream.set_write_timeout(Some(PATIENCE))?;
    let Contents {
        identity,
        ledger,
        metadata,
        ..
    } = Contents::of(database, file).map_err(io::Error::other)?;
    let mut out = BufWriter::new(stream);
    out.write_all(&FORMAT.to_le_bytes())?;
    out.write_all(&(identity.me.index() as u64).to_le_bytes())?;
    out.write_all(&(identity.legislators as u64).to_le_bytes())?;
    write_entry(&mut out, END, 0, identity.cluster.as_bytes())?;
    let promises = [(LAST_TRIED, ledger.last_tried), (NEXT_BAL, ledger.next_bal)];
    for (tag, promise) in promises {
        if let Some(number) = promise {
            write_entry(&mut out, tag, number.0, &[])?;
        }
    }
    write_metadata(&mut out, &metadata)?;
    for (at, vote) in ledger.votes {
        write_entry(&mut out, VOTE, at.0, &wire::encode_vote(vote))?;
    }
    for (at, decree) in ledger.decrees {
        write_entry(&mut out, DECREE, at.0, &wire::encode_decree(decree))?;
    }
    write_entry(&mut out, END, 0, &[])?;
    out.flush()
}

fn write_metadata(out: &mut impl Write, metadata: &LedgerMetadata) -> io::Result<()> {
    let History {
        ledger,
        lives,
        accepted,
    } = &metadata.history;
    write_entry(out, LEDGER, 0, &ledger.0.to_le_bytes())?;
    for (number, Life { nonce, commits }) in lives {
        let life = [nonce.to_le_bytes(), commits.to_le_bytes()];
        write_entry(out, LIFE, *number, life.as_flattened())?;
    }
    for lost in accepted {
        write_entry(out, ACCEPTED, 0, &lost.0.to_le_bytes())?;
    }
    for (of, mark) in &metadata.met {
        write_entry(out, MET, of.index() as u64, &wire::encode_mark(mark))?;
    }
    if let Some(loss) = &metadata.loss {
        let mark = wire::encode_mark(&loss.remembered);
        write_entry(out, LOST, loss.by.index() as u64, &mark)?;
    }
    Ok(())
}

fn write_entry(out: &mut impl Write, tag: u8, number: u64, bytes: &[u8]) -> io::Result<()> {
    out.write_all(&[tag])?;
    out.write_all(&number.to_le_bytes())?;
    out.write_all(&(bytes.len() as u32).to_le_bytes())?;
    out.write_all(bytes)
}

/// Reads the ledger that a running node shows in this folder.
pub(super) fn read(folder: &Path, file: &Path) -> Result<Contents, LedgerError> {
    let socket = folder.join(SOCKET);
    let io = |error| LedgerError::io(&socket, error);
    // A process that has the file open without a socket is not a node.
    let Ok(stream) = UnixStream::connect(&socket) else {
        return Err(LedgerError::InUse {
            file: file.to_owned(),
        });
    };
    stream.set_read_timeout(Some(PATIENCE)).map_err(io)?;
    let mut input = BufReader::new(stream);
    let format = read_number(&mut input).map_err(io)?;
    if format != FORMAT {
        return Err(LedgerError::Format {
            file: file.to_owned(),
            found: format,
            expected: FORMAT,
        });
    }
    read_contents(&mut input).map_err(io)
}

fn read_contents(input: &mut impl Read) -> io::Result<Contents> {
    let id = usize::try_from(read_number(input)?).map_err(invalid)?;
    let me = Priest::new(id).ok_or_else(|| invalid("no such legislator"))?;
    let legislators = usize::try_from(read_number(input)?).map_err(invalid)?;
    let (_, _, cluster) = read_entry(input)?;
    let identity = Identity {
        cluster: String::from_utf8(cluster).map_err(invalid)?,
        me,
        legislators,
    };
    let mut ledger = Ledger::new();
    let mut metadata = LedgerMetadata::new().map_err(io::Error::other)?;
    loop {
        let (tag, number, bytes) = read_entry(input)?;
        ledger.record(match tag {
            END => {
                return Ok(Contents {
                    identity,
                    ledger,
                    snapshot: None,
                    metadata,
                });
            }
            LEDGER | LIFE | ACCEPTED | MET | LOST => {
                read_metadata(&mut metadata, tag, number, &bytes)
                    .ok_or_else(|| invalid("an entry that cannot be read"))?;
                continue;
            }
            LAST_TRIED => Note::LastTried(BallotNumber(number)),
            NEXT_BAL => Note::NextBal(BallotNumber(number)),
            VOTE => {
                let vote = wire::decode_vote(&bytes).map_err(invalid)?;
                Note::PrevVote(DecreeNumber(number), vote)
            }
            DECREE => {
                let decree = wire::decode_decree(&bytes).map_err(invalid)?;
                Note::Outcome(DecreeNumber(number), decree)
            }
            _ => return Err(invalid("an entry of an unknown kind")),
        });
    }
}

fn read_metadata(metadata: &mut LedgerMetadata, tag: u8, number: u64, bytes: &[u8]) -> Option<()> {
    let id = |bytes: &[u8]| Some(LedgerId(u128::from_le_bytes(bytes.try_into().ok()?)));
    let legislator = |number| Priest::new(usize::try_from(number).ok()?);
    match tag {
        LEDGER => metadata.history.ledger = id(bytes)?,
        ACCEPTED => {
            metadata.history.accepted.insert(id(bytes)?);
        }
        LIFE => {
            let (nonce, commits) = bytes.split_at_checked(8)?;
            let (nonce, commits) = (number_of(nonce)?, number_of(commits)?);
            metadata
                .history
                .lives
                .insert(number, Life { nonce, commits });
        }
        LOST => {
            metadata.loss = Some(Loss {
                by: legislator(number)?,
                remembered: wire::decode_mark(bytes).ok()?,
                here: metadata.history.ledger,
            });
        }
        _ => {
            let of = legislator(number)?;
            metadata.met.insert(of, wire::decode_mark(bytes).ok()?);
        }
    }
    Some(())
}

fn read_entry(input: &mut impl Read) -> io::Result<(u8, u64, Vec<u8>)> {
    let mut tag = [0];
    input.read_exact(&mut tag)?;
    let number = read_number(input)?;
    let mut length = [0; 4];
    input.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > LONGEST_ENTRY {
        return Err(invalid("an entry that is too long"));
    }
    let mut bytes = vec![0; length];
    input.read_exact(&mut bytes)?;
    Ok((tag[0], number, bytes))
}

fn read_number(input: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    input.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

fn invalid(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}
