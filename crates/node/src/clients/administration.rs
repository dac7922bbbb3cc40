//! Parses the commands about the connection and the node. Some of them have subcommands.

use super::arguments::{is, printable, rest};
use super::client_request::ClientRequest;
use super::command_error::CommandError;
use ClientRequest::{Accept, ConnectionId, CountCommands, Hello, NoDetails, NoName, Settings};
use synod_protocol::state_machine::integer::integer;
use synod_resp::request::Arguments;

/// SELECT: accepts the only database, 0. Another one is an error that closes the connection.
pub(super) fn select(arguments: Arguments<'_>) -> Result<ClientRequest, CommandError> {
    match (arguments.len(), arguments.get(1).and_then(integer)) {
        (2, Some(0)) => Ok(Accept),
        _ => Err(CommandError::Database),
    }
}

/// HELLO, with which the tools of Redis begin. RESP3 is refused, whatever the options are; then the
/// tools continue with RESP2.
pub(super) fn hello(arguments: Arguments<'_>) -> Result<ClientRequest, CommandError> {
    match arguments.get(1).map(integer) {
        None | Some(Some(2)) => {}
        Some(Some(_)) => return Err(CommandError::Version),
        Some(None) => return Err(CommandError::NoVersion),
    }
    let mut options = arguments.iter().skip(2);
    while let Some(option) = options.next() {
        if !is(option, "SETNAME") || options.next().is_none() {
            return Err(CommandError::Password);
        }
    }
    Ok(Hello)
}

pub(super) fn command(arguments: Arguments<'_>) -> Result<ClientRequest, CommandError> {
    match arguments.get(1) {
        None => Ok(NoDetails),
        Some(part) => match part.to_ascii_uppercase().as_slice() {
            b"DOCS" | b"INFO" | b"LIST" => Ok(NoDetails),
            b"COUNT" => Ok(CountCommands),
            _ => Err(unknown_part("command", part, "COUNT DOCS INFO LIST")),
        },
    }
}

pub(super) fn config(arguments: Arguments<'_>) -> Result<ClientRequest, CommandError> {
    match arguments.get(1).unwrap_or_default() {
        part if is(part, "GET") => Ok(Settings(rest(arguments, 2))),
        part => Err(unknown_part("config", part, "GET")),
    }
}

pub(super) fn client(arguments: Arguments<'_>) -> Result<ClientRequest, CommandError> {
    let part = arguments.get(1).unwrap_or_default();
    match part.to_ascii_uppercase().as_slice() {
        b"ID" => Ok(ConnectionId),
        b"GETNAME" => Ok(NoName),
        b"SETNAME" | b"SETINFO" => Ok(Accept),
        b"REPLY" if is_on(arguments) => Ok(Accept),
        b"REPLY" => Err(CommandError::State("CLIENT REPLY OFF or SKIP")),
        b"TRACKING" | b"CACHING" => Err(CommandError::State("CLIENT TRACKING")),
        _ => {
            let parts = "ID GETNAME SETNAME SETINFO REPLY";
            Err(unknown_part("client", part, parts))
        }
    }
}

/// Whether this is CLIENT REPLY ON, which changes nothing.
fn is_on(arguments: Arguments<'_>) -> bool {
    let switch = arguments.get(2).unwrap_or_default();
    arguments.len() == 3 && is(switch, "ON")
}

fn unknown_part(of: &'static str, part: &[u8], parts: &'static str) -> CommandError {
    CommandError::UnknownPart(of, printable(part), parts)
}
