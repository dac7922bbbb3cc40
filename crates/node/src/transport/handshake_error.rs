//! [`HandshakeError`]: why a handshake has failed.

use super::frame::TooLong;
use crate::wire;
use std::io;

/// Why a handshake has failed. The text continues a sentence that begins with "the peer at ADDRESS".
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum HandshakeError {
    #[error("cannot be reached: {0}")]
    Unreachable(String),
    #[error("broke off the handshake: {0}")]
    Io(String),
    #[error("closed the connection during the handshake")]
    Closed,
    #[error("did not finish the handshake in time")]
    Time,
    #[error("failed in the TLS handshake: {0}")]
    Tls(String),
    #[error("has a certificate that is not for {0}")]
    Certificate(String),
    #[error("sent {0} in the handshake")]
    TooLong(#[from] TooLong),
    #[error("is not a node of Synod, or it uses TLS and this node does not")]
    NotSynod,
    #[error("uses version {0} of the format; this node uses version {ours}", ours = wire::VERSION)]
    Version(u32),
    #[error("sent a handshake that cannot be decoded: {0}")]
    Format(postcard::Error),
    #[error("sent a handshake whose introduction cannot be decoded: {0}")]
    Introduction(#[from] wire::Malformed),
    #[error("belongs to cluster {theirs:?}; this node belongs to {ours:?}")]
    Cluster { theirs: String, ours: String },
    #[error("has --peers of {theirs} legislators; this node has {ours}")]
    Legislators { theirs: u64, ours: usize },
    #[error("says that it is legislator {theirs}, which is not one of the {others} others")]
    Stranger { theirs: usize, others: usize },
    #[error("is legislator {theirs}; by --peers, legislator {expected} should be there")]
    From { theirs: usize, expected: usize },
    #[error("dialed legislator {theirs}, but this node is legislator {ours}")]
    To { theirs: usize, ours: usize },
}

impl From<io::Error> for HandshakeError {
    fn from(error: io::Error) -> Self {
        Self::Io(error.to_string())
    }
}
