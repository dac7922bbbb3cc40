//! [`CommandError`]: why a request is not carried out. Its text is the reply to the client.

use crate::wire::LARGEST_COMMAND;
use synod_protocol::parliament::DecreeNumber;
use synod_protocol::state_machine::map::LARGEST_RESPONSE;

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
        "ERR syntax error: unknown option '{0}'; write: SET key value [NX|XX] [GET] [EX s|PX ms|EXAT s|PXAT \
         ms|KEEPTTL]"
    )]
    Option(String),
    #[error("ERR syntax error: a key cannot be both absent (NX) and present (XX)")]
    BothOptions,
    #[error("ERR value is not an integer or out of range")]
    Integer,
    #[error("ERR decrement would overflow")]
    Decrement,
    #[error("NOPROTO unsupported protocol version: 2 and 3 are supported")]
    Version,
    #[error("ERR Protocol version is not an integer or out of range")]
    NoVersion,
    #[error("ERR syntax error: HELLO takes a protocol version, AUTH and SETNAME; not '{0}'")]
    HelloOption(String),
    // The text of Redis, by which clients know it.
    #[error(
        "ERR AUTH <password> called without any password configured for the default user. Are you \
         sure your configuration is correct?"
    )]
    Authentication,
    #[error(
        "NOAUTH Authentication required: say AUTH name password, or HELLO 3 AUTH name password"
    )]
    NotAuthenticated,
    // The text of Redis.
    #[error("WRONGPASS invalid username-password pair or user is disabled.")]
    WrongPassword,
    #[error("NOPERM user '{0}' may read only")]
    NotPermitted(String),
    #[error("ERR Client names cannot contain spaces, newlines or special characters.")]
    Name,
    #[error("ERR Unrecognized option '{0}'; write: CLIENT SETINFO LIB-NAME|LIB-VER text")]
    ClientInfo(String),
    #[error(
        "ERR invalid cursor: SCAN begins with 0, and goes on at the same node with what it replied"
    )]
    Cursor,
    #[error(
        "ERR syntax error: '{0}'; write: SCAN cursor [MATCH pattern] [COUNT count] [TYPE type]"
    )]
    ScanOption(String),
    #[error("ERR syntax error: COUNT must be at least 1")]
    Count,
    #[error("ERR the pattern is too long")]
    Pattern,
    #[error(
        "ERR invalid decree: LAW FOLLOW takes the number of the last decree that you have, 0 for none, or $ \
         for all up to now"
    )]
    Decree,
    #[error("ERR syntax error: '{0}'; write: LAW FOLLOW decree|$ [MATCH pattern]")]
    FollowOption(String),
    #[error(
        "CUT {0} the changes up to decree {0} are not known here any more: read the values, and follow from \
         decree {0} on"
    )]
    Cut(DecreeNumber),
    #[error("TRYAGAIN {0} clients follow the law of this node: ask another one")]
    TooManyFollowers(usize),
    #[error("TRYAGAIN this node is shutting down, or may not serve clients")]
    NotServing,
    #[error("ERR a connection that follows the law takes no requests: use another one")]
    Following,
    #[error("ERR {0} inside MULTI is not allowed")]
    InTransaction(&'static str),
    #[error("EXECABORT Transaction discarded because of previous errors.")]
    Aborted,
    #[error("ERR syntax error: one of EX, PX, EXAT and PXAT with its time, or KEEPTTL")]
    Syntax,
    #[error("ERR invalid expire time in '{0}' command")]
    ExpireTime(&'static str),
    #[error("ERR Unsupported option {0}; write NX, XX, GT, LT, or XX with GT or LT")]
    ExpireOption(String),
    // The texts of Redis.
    #[error("ERR NX and XX, GT or LT options at the same time are not compatible")]
    NotWithNx,
    #[error("ERR GT and LT options at the same time are not compatible")]
    BothLaterAndEarlier,
    #[error("ERR syntax error: one of EX, PX, EXAT and PXAT with its time, or PERSIST")]
    GetexOption,
    #[error("ERR offset is out of range")]
    Offset,
    #[error(
        "ERR string exceeds maximum allowed size: a key and its value may have {LARGEST_COMMAND} bytes"
    )]
    ValueTooLong,
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
    #[error(
        "ERR too large: a key and its value may have {LARGEST_COMMAND} bytes, and an answer \
         {LARGEST_RESPONSE}; nothing was changed"
    )]
    TooLargeThen,
    #[error("ERR wrong number of arguments: each key needs a value")]
    Pairs,
}

impl CommandError {
    /// Whether the connection is closed. It is if the client, should it overlook the error, would
    /// misunderstand what follows: it would write to another database than it means to, or take a
    /// reply for that of another request.
    pub(super) const fn ends_the_connection(&self) -> bool {
        matches!(self, Self::Database | Self::State(_))
    }
}
