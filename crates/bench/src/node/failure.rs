//! Why a write, or a connection, failed.

use std::io;
use synod_resp::reply::MalformedReply;

/// Why a write, or a connection, failed.
#[derive(Debug, Clone)]
pub struct Failure(pub String);

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<MalformedReply> for Failure {
    fn from(error: MalformedReply) -> Self {
        Self(format!("no reply: {error}"))
    }
}

impl From<h2::Error> for Failure {
    fn from(error: h2::Error) -> Self {
        Self(error.to_string())
    }
}
