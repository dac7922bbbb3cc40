//! Why a request is not carried out, as its client is told.

use crate::wire::LARGEST_COMMAND;

/// Why a request asks for nothing that there is. The connection goes on, unless
/// [`CommandError::ends_the_connection`].
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum CommandError {
    #[error("ERR unknown command '{0}'; there are: {1}")]
    Unknown(String, String),
    #[error("ERR unknown subcommand '{1}' of '{0}'; there are: {2}")]
    UnknownPart(&'static str, String, &'static str),
    #[error("ERR wrong number of arguments for '{0}' command; it is: {1}")]
    Number(String, &'static str),
    #[error("ERR syntax error: SET key value [NX|XX]; values do not expire, '{0}' is not known")]
    Option(String),
    #[error("ERR syntax error: a key cannot be both absent (NX) and present (XX)")]
    BothOptions,
    #[error("ERR value is not an integer or out of range")]
    Integer,
    #[error("ERR decrement would overflow")]
    Decrement,
    #[error("NOPROTO unsupported protocol version: 2 is spoken here")]
    Version,
    #[error("ERR Protocol version is not an integer or out of range")]
    NoVersion,
    #[error("ERR there is no password: HELLO takes a protocol version and SETNAME only")]
    Password,
    #[error("ERR there is no password: with TLS, clients show a certificate")]
    Authentication,
    #[error("ERR DB index is out of range: there is one database, 0; the connection is closed")]
    Database,
    #[error(
        "ERR {0} is not supported; the connection is closed, because what follows relies on it"
    )]
    State(&'static str),
    #[error(
        "ERR too large: key and values of a command have {LARGEST_COMMAND} bytes at most, these {0}"
    )]
    TooLarge(usize),
}

impl CommandError {
    /// Whether what a client says next would mean something else than it takes
    /// it to mean: it would be written to another database, or a reply would be
    /// taken for that of another request. A client that overlooks the error must
    /// not go on.
    pub(super) const fn ends_the_connection(&self) -> bool {
        matches!(self, Self::Database | Self::State(_))
    }
}
