//! [`CommandError`]: why a request is not carried out. Its text is the reply to the client.

use crate::wire::LARGEST_COMMAND;

/// Why a request is invalid. The connection stays open, unless
/// [`CommandError::ends_the_connection`].
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum CommandError {
    #[error("ERR unknown command '{0}'; the commands are: {1}")]
    Unknown(String, String),
    #[error("ERR unknown subcommand '{1}' of '{0}'; the subcommands are: {2}")]
    UnknownPart(&'static str, String, &'static str),
    #[error("ERR wrong number of arguments for '{0}' command; write: {1}")]
    Number(String, &'static str),
    #[error(
        "ERR syntax error: unknown option '{0}'; write: SET key value [NX|XX] (values do not expire)"
    )]
    Option(String),
    #[error("ERR syntax error: a key cannot be both absent (NX) and present (XX)")]
    BothOptions,
    #[error("ERR value is not an integer or out of range")]
    Integer,
    #[error("ERR decrement would overflow")]
    Decrement,
    #[error("NOPROTO unsupported protocol version: only 2 is supported")]
    Version,
    #[error("ERR Protocol version is not an integer or out of range")]
    NoVersion,
    #[error("ERR there are no passwords: HELLO takes a protocol version and SETNAME only")]
    Password,
    #[error("ERR there are no passwords: with TLS, clients show a certificate")]
    Authentication,
    #[error("ERR DB index is out of range: there is one database, 0; the connection is closed")]
    Database,
    #[error(
        "ERR {0} is not supported; the connection is closed, because later commands may rely on it"
    )]
    State(&'static str),
    #[error(
        "ERR too large: the key and the values of a command have {0} bytes; they may have \
         {LARGEST_COMMAND}"
    )]
    TooLarge(usize),
}

impl CommandError {
    /// Whether the connection is closed. It is if the client, should it overlook the error, would
    /// misunderstand what follows: it would write to another database than it means to, or take a
    /// reply for that of another request.
    pub(super) const fn ends_the_connection(&self) -> bool {
        matches!(self, Self::Database | Self::State(_))
    }
}
