//! Shows a ledger while its node runs. Only one process can have the file open. It sends a
//! [`Part`] to each process that connects to a socket in the folder and asks for one.
//!
//! A connection is for one part: a reader that is slow, or that is one of many, keeps neither the
//! node's memory nor a transaction. The request is the part's number, 8 bytes.

use super::LedgerError;
use super::entry::read_number;
use super::parts::Part;
use super::store::Store;
use std::io::{self, BufReader, BufWriter, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Weak;
use std::time::Duration;

/// The name of the socket in the folder.
const SOCKET: &str = "ledger.socket";

/// How long a reader may take for its request, and to make room in the socket. It is bounded,
/// because other readers wait meanwhile.
const PATIENCE: Duration = Duration::from_secs(10);

/// Serves readers, one after the other, in a thread of its own, for as long as the ledger is open.
pub(super) fn serve(folder: &Path, file: PathBuf, store: Weak<Store>) -> io::Result<()> {
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
                let Some(store) = store.upgrade() else {
                    return;
                };
                let written = stream.and_then(|stream| answer(stream, &file, &store));
                if let Err(error) = written {
                    tracing::warn!("the ledger could not be shown: {error}");
                }
            }
        })?;
    Ok(())
}

fn answer(stream: UnixStream, file: &Path, store: &Store) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let part = Part::numbered(read_number(&mut &stream)?);
    let mut out = BufWriter::new(stream);
    // A page is asked for by one who has read the head.
    if matches!(part, Part::Head) {
        store.apply().map_err(io::Error::other)?;
    }
    part.write(&mut out, &store.database, file)
        .map_err(io::Error::other)?;
    out.flush()
}

/// Asks the running node that has this file open for a part of its ledger.
pub(super) fn ask(file: &Path, part: Part) -> Result<BufReader<UnixStream>, LedgerError> {
    let socket = file.with_file_name(SOCKET);
    // A process that has the file open without a socket is not a node.
    let Ok(mut stream) = UnixStream::connect(&socket) else {
        return Err(LedgerError::InUse {
            file: file.to_owned(),
        });
    };
    let asked = stream
        .set_read_timeout(Some(PATIENCE))
        .and_then(|()| stream.write_all(&part.number().to_le_bytes()));
    asked.map_err(|error| LedgerError::io(&socket, error))?;
    Ok(BufReader::new(stream))
}
