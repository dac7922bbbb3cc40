//! How many files a node has open: a connection is one, and when there are no
//! more, neither a peer nor the disk is served.

use crate::{http, transport};
use nix::sys::resource::{Resource, getrlimit};

/// How many clients may be connected at once, if nothing else is said and the
/// system allows so many.
pub(crate) const MOST_CLIENTS: usize = 10_000;

/// A node that could serve fewer clients does not start.
const FEWEST_CLIENTS: usize = 16;

/// The ledger and who reads it, the trace, the log, listeners, and what the
/// runtime needs.
const OWN: usize = 48;

/// The system allows too few files.
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

/// What is open beside clients: own files, HTTP, handshakes, and each peer both
/// ways, once more while it connects anew.
const fn beside_clients(legislators: usize) -> usize {
    OWN + http::MOST_CONNECTIONS + transport::incoming::HANDSHAKES + 4 * legislators
}

/// How many clients a node may take.
///
/// # Errors
///
/// If the process may have too few files open to be a node.
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
    fn clients_have_what_a_node_does_not_need() {
        assert_eq!(clients_within(usize::MAX, 3), Ok(MOST_CLIENTS));
        let needed = clients_within(0, 3).unwrap_err().needed;
        assert_eq!(clients_within(needed, 3), Ok(FEWEST_CLIENTS));
        assert!(clients_within(needed - 1, 3).is_err());
        assert!(
            clients_within(1024, 64).is_ok(),
            "the default of Linux is enough"
        );
    }
}
