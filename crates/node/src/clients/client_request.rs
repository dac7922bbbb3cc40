//! [`ClientRequest`]: a parsed request of a client.

use super::command_error::CommandError;
use crate::{Command, Response};
use bytes::BytesMut;
use synod_resp::request::Arguments;

/// A request of a client.
#[derive(Debug)]
pub(super) enum ClientRequest {
    /// An empty line or array. It gets no reply.
    Nothing,
    /// A command for the parliament.
    Law(&'static Operation, Command),
    /// Several commands for the parliament, each a request of its own; and the name under which they
    /// are counted.
    Each(&'static str, Vec<Command>),
    /// PING, or ECHO with a message.
    Ping(Option<Vec<u8>>),
    /// QUIT: reply, and close the connection.
    Quit,
    /// MULTI. It is refused, and so are the commands that Redis would queue after it.
    Begin,
    /// EXEC. Nothing was queued, and nothing is carried out.
    Execute,
    /// DISCARD.
    Discard,
    /// RESET: the connection returns to its initial state.
    Reset,
    /// INFO, of the sections with these names; of all if there are none.
    Info(Vec<Vec<u8>>),
    /// READONLY or READWRITE: whether GET is answered from this node's own law from now on.
    ReadOwnLaw(bool),
    /// DBSIZE: the number of keys with a value in this node's own law.
    CountKeys,
    /// HELLO: the server and its protocol version, 2.
    Hello,
    /// A request that is answered with OK and changes nothing.
    Accept,
    /// CLIENT ID.
    ConnectionId,
    /// CLIENT GETNAME: names of connections are not kept.
    NoName,
    /// COMMAND and its subcommands that ask for details: there are none.
    NoDetails,
    /// COMMAND COUNT.
    CountCommands,
    /// CONFIG GET.
    Settings(Vec<Vec<u8>>),
    /// The beginning of an HTTP request. The connection is closed: a web page may be making a browser
    /// send commands in the body of the request.
    CrossProtocol,
}

impl ClientRequest {
    /// Whether a node that starts cannot answer it yet. (PING asks whether the node serves.)
    pub(super) const fn needs_the_law(&self) -> bool {
        matches!(
            self,
            Self::Law(..) | Self::Each(..) | Self::CountKeys | Self::Ping(_)
        )
    }

    /// Whether Redis would queue it after MULTI, and carry it out with EXEC.
    pub(super) const fn would_be_queued(&self) -> bool {
        !matches!(
            self,
            Self::Begin | Self::Execute | Self::Discard | Self::Reset | Self::Quit
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
    pub(super) command: Parse<Command>,
    /// Encodes the response.
    pub(super) reply: fn(&mut BytesMut, Response),
}
