//! Why a handshake came to nothing.

use super::frame::TooLong;
use crate::wire;
use std::io;

/// Why a handshake came to nothing; it goes on after "the peer".
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum HandshakeError {
    #[error("cannot be reached: {0}")]
    Unreachable(String),
    #[error("broke off the handshake: {0}")]
    Io(String),
    #[error("broke off the handshake without a word")]
    Closed,
    #[error("did not finish the handshake in time")]
    Time,
    #[error("failed in the TLS handshake: {0}")]
    Tls(String),
    #[error("has a certificate that is not for {0}")]
    Certificate(String),
    #[error("sent {0} in the handshake")]
    TooLong(#[from] TooLong),
    #[error("is no node of Synod, or one that uses TLS where this one does not")]
    NotSynod,
    #[error("speaks version {0} of the format, and this one version {ours}", ours = wire::VERSION)]
    Version(u32),
    #[error("sent a handshake that cannot be read: {0}")]
    Format(postcard::Error),
    #[error("sent a handshake whose introduction is {0}")]
    Introduction(#[from] wire::Malformed),
    #[error("belongs to cluster {theirs:?}, and this one to {ours:?}")]
    Cluster { theirs: String, ours: String },
    #[error("counts {theirs} legislators, and this one {ours}")]
    Legislators { theirs: u64, ours: usize },
    #[error("says that it is legislator {theirs}, which is not among the other {others}")]
    Stranger { theirs: usize, others: usize },
    #[error("is legislator {theirs}, and {expected} should be there")]
    From { theirs: usize, expected: usize },
    #[error("takes this one for legislator {theirs}, and it is {ours}")]
    To { theirs: usize, ours: usize },
}

impl From<io::Error> for HandshakeError {
    fn from(error: io::Error) -> Self {
        Self::Io(error.to_string())
    }
}
