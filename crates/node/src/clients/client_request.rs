//! [`ClientRequest`]: a parsed request of a client.

use super::command_error::CommandError;
use super::follow::Follow;
use super::scan::Scan;
use super::users::{Credentials, Permission};
use crate::{Command, Response};
use synod_resp::request::Arguments;
use synod_resp::{Encoder, Version};

/// A request of a client.
#[derive(Debug)]
pub(super) enum ClientRequest {
    /// An empty line or array. It gets no reply.
    Nothing,
    /// A command for the parliament.
    Law(&'static Operation, Command),
    /// SCAN: some keys, through the parliament.
    Scan(Scan),
    /// WATCH, of these keys.
    Watch(Vec<Vec<u8>>),
    /// UNWATCH.
    Unwatch,
    /// MULTI: the commands until EXEC are queued.
    Begin,
    /// EXEC: what is queued is carried out.
    Execute,
    /// DISCARD: what is queued is forgotten.
    Discard,
    /// LAW FOLLOW: from now on the connection is told what becomes law.
    Follow(Follow),
    /// PING, or ECHO with a message.
    Ping(Option<Vec<u8>>),
    /// QUIT: reply, and close the connection.
    Quit,
    /// RESET: the connection returns to its initial state.
    Reset,
    /// INFO, of the sections with these names; of all if there are none.
    Info(Vec<Vec<u8>>),
    /// READONLY or READWRITE: whether GET is answered from this node's own law from now on.
    ReadOwnLaw(bool),
    /// DBSIZE: the number of keys with a value in this node's own law.
    CountKeys,
    /// HELLO.
    Hello(Hello),
    /// AUTH: the connection is this user from now on.
    Authenticate(Credentials),
    /// A request that is answered with OK and changes nothing.
    Accept,
    /// A question or a statement about the connection: CLIENT.
    Client(ClientPart),
    /// A question about commands: COMMAND.
    Commands(CommandPart),
    /// CONFIG GET.
    Settings(Vec<Vec<u8>>),
    /// The beginning of an HTTP request. The connection is closed: a web page may be making a browser
    /// send commands in the body of the request.
    CrossProtocol,
}

/// What HELLO asks for.
#[derive(Debug, Default)]
pub(super) struct Hello {
    /// The version of the protocol from now on, if another one is asked for.
    pub(super) version: Option<Version>,
    /// The user that the connection is from now on, if it says so.
    pub(super) credentials: Option<Credentials>,
    /// A name for the connection, if there is one.
    pub(super) name: Option<Vec<u8>>,
}

/// The part of CLIENT that a request names.
#[derive(Debug)]
pub(super) enum ClientPart {
    /// CLIENT ID.
    Id,
    /// CLIENT INFO.
    Info,
    /// CLIENT GETNAME.
    GetName,
    /// CLIENT SETNAME.
    SetName(Vec<u8>),
    /// CLIENT SETINFO LIB-NAME.
    SetLibrary(Vec<u8>),
    /// CLIENT SETINFO LIB-VER.
    SetVersion(Vec<u8>),
}

/// The part of COMMAND that a request names.
#[derive(Debug)]
pub(super) enum CommandPart {
    /// COMMAND COUNT.
    Count,
    /// COMMAND LIST.
    List,
    /// COMMAND, or COMMAND INFO: of the commands with these names; of all if there are none.
    Info(Vec<Vec<u8>>),
    /// COMMAND DOCS, likewise.
    Docs(Vec<Vec<u8>>),
}

impl ClientRequest {
    /// Whether a node that starts cannot answer it yet. (PING asks whether the node serves.)
    pub(super) const fn needs_the_law(&self) -> bool {
        matches!(
            self,
            Self::Law(..)
                | Self::Scan(_)
                | Self::Follow(_)
                | Self::Watch(_)
                | Self::Execute
                | Self::CountKeys
                | Self::Ping(_)
        )
    }

    /// The permission that it takes.
    pub(super) const fn takes(&self) -> Permission {
        match self {
            Self::Law(operation, _) => operation.takes,
            Self::Nothing
            | Self::Hello(_)
            | Self::Authenticate(_)
            | Self::Reset
            | Self::Quit
            | Self::CrossProtocol => Permission::Nothing,
            _ => Permission::Read,
        }
    }

    /// Whether it is carried out at once even after MULTI, and not queued.
    pub(super) const fn is_not_queued(&self) -> bool {
        matches!(
            self,
            Self::Nothing
                | Self::Begin
                | Self::Execute
                | Self::Discard
                | Self::Reset
                | Self::Quit
                | Self::CrossProtocol
        )
    }
}

/// Parses the arguments of a command. Their number is checked before.
pub(super) type Parse<T> = fn(Arguments<'_>) -> Result<T, CommandError>;

/// A command that the state machine carries out.
#[derive(Debug)]
pub(super) struct Operation {
    /// The name under which its requests are counted.
    pub(super) counted: &'static str,
    /// The permission that it takes.
    pub(super) takes: Permission,
    pub(super) command: Parse<Command>,
    /// Encodes the response.
    pub(super) reply: fn(&mut Encoder, Response),
}
