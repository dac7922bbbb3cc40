//! How many files a node may have open, and so how many clients it may serve. Each connection
//! is an open file, and when the process may open no more files, neither peers nor the disk
//! can be served.

use crate::{http, transport};
use nix::sys::resource::{Resource, getrlimit};

/// How many clients may be connected at once, if the operating system allows so many files.
pub(crate) const MOST_CLIENTS: usize = 10_000;

/// A node that could serve fewer clients than this does not start.
const FEWEST_CLIENTS: usize = 16;

/// Files for the ledger and its readers, the trace, the log, the listeners and the runtime.
const OWN_FILES: usize = 48;

/// The operating system allows the process too few open files. Each number is in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the process may have {limit} files open (RLIMIT_NOFILE), and a node among {legislators} \
     legislators needs {needed}, or {most} for {MOST_CLIENTS} clients"
)]
pub struct TooFewFiles {
    limit: usize,
    legislators: usize,
    needed: usize,
    most: usize,
}

/// How many files are not connections of clients: the node's own, those of HTTP and of
/// handshakes, and four for each peer (one for each direction, twice while it reconnects).
const fn beside_clients(legislators: usize) -> usize {
    OWN_FILES + http::MOST_CONNECTIONS + transport::incoming::HANDSHAKES + 4 * legislators
}

/// How many clients a node may serve at once.
///
/// # Errors
///
/// If the process may open too few files to be a node.
pub(crate) fn most_clients(legislators: usize) -> Result<usize, TooFewFiles> {
    let limit = getrlimit(Resource::RLIMIT_NOFILE).map_or(u64::MAX, |(now, _)| now);
    clients_within(usize::try_from(limit).unwrap_or(usize::MAX), legislators)
}

fn clients_within(limit: usize, legislators: usize) -> Result<usize, TooFewFiles> {
    let beside = beside_clients(legislators);
    match limit.checked_sub(beside) {
        Some(left) if left >= FEWEST_CLIENTS => Ok(left.min(MOST_CLIENTS)),
        _ => Err(TooFewFiles {
            limit,
            legislators,
            needed: beside + FEWEST_CLIENTS,
            most: beside + MOST_CLIENTS,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_may_use_the_files_that_the_node_does_not_need() {
        assert_eq!(clients_within(usize::MAX, 3), Ok(MOST_CLIENTS));
        let needed = clients_within(0, 3).unwrap_err().needed;
        assert_eq!(clients_within(needed, 3), Ok(FEWEST_CLIENTS));
        assert!(clients_within(needed - 1, 3).is_err());
        assert!(
            clients_within(1024, 64).is_ok(),
            "the default limit of Linux is enough"
        );
    }
}
