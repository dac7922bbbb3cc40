//! What a client may ask for.

use super::command_error::CommandError;
use crate::{Command, Response};
use bytes::BytesMut;
use synod_resp::request::Arguments;

/// What a client asks for.
#[derive(Debug)]
pub(super) enum ClientRequest {
    /// An empty line: nothing, not even a reply.
    Nothing,
    /// A command for the parliament.
    Law(&'static Operation, Command),
    /// Several commands for the parliament, each a request of its own; and under
    /// which name they are counted.
    Each(&'static str, Vec<Command>),
    /// Or an echo.
    Ping(Option<Vec<u8>>),
    /// Reply, and close the connection.
    Quit,
    /// MULTI, which is refused; and so is all that would be queued.
    Begin,
    /// EXEC: nothing was queued, and nothing is carried out.
    Execute,
    /// DISCARD.
    Discard,
    /// The connection is as when it was opened.
    Reset,
    /// Sections of the node's state; none means all.
    Info(Vec<Vec<u8>>),
    /// From now on, GET answers from this node's own law, or does not.
    ReadOwnLaw(bool),
    /// How many keys have a value here.
    CountKeys,
    /// Who answers, and that it speaks RESP2.
    Hello,
    /// Whatever answers OK and changes nothing.
    Accept,
    /// CLIENT ID.
    ConnectionId,
    /// CLIENT GETNAME: there are no names.
    NoName,
    /// COMMAND: no details.
    NoDetails,
    /// COMMAND COUNT.
    CountCommands,
    /// CONFIG GET.
    Settings(Vec<Vec<u8>>),
    /// Something that speaks HTTP: what follows is no request of a client but
    /// perhaps a trick to have a browser send some.
    CrossProtocol,
}

impl ClientRequest {
    /// Whether Redis would carry it out only with EXEC, after a MULTI.
    pub(super) const fn would_be_queued(&self) -> bool {
        !matches!(
            self,
            Self::Begin | Self::Execute | Self::Discard | Self::Reset | Self::Quit
        )
    }
}

/// What arguments ask for: as many as there may be.
pub(super) type Parse<T> = fn(Arguments<'_>) -> Result<T, CommandError>;

/// What the state machine is asked for, and how its answer is told.
#[derive(Debug)]
pub(super) struct Operation {
    /// Under which name its requests are counted.
    pub(super) counted: &'static str,
    pub(super) command: Parse<Command>,
    /// Encodes the answer.
    pub(super) reply: fn(&mut BytesMut, Response),
}
