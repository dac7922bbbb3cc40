//! Parses the commands about the connection and the node. Some of them have subcommands.

use super::arguments::{bytes, is, printable, rest};
use super::client_request::{ClientPart, ClientRequest, CommandPart};
use super::command_error::CommandError;
use super::users::Credentials;
use ClientRequest::{Accept, Authenticate, Client, Commands, Hello, Settings};
use synod_protocol::state_machine::integer::integer;
use synod_resp::Version;
use synod_resp::request::Arguments;

/// SELECT: accepts the only database, 0. Another one is an error that closes the connection.
pub(super) fn select(arguments: Arguments<'_>) -> Result<ClientRequest, CommandError> {
    match (arguments.len(), arguments.get(1).and_then(integer)) {
        (2, Some(0)) => Ok(Accept),
        _ => Err(CommandError::Database),
    }
}

/// HELLO, with which clients begin: the version of the protocol, and options.
pub(super) fn hello(arguments: Arguments<'_>) -> Result<ClientRequest, CommandError> {
    let version = match arguments.get(1).map(integer) {
        None => None,
        Some(Some(2)) => Some(Version::Two),
        Some(Some(3)) => Some(Version::Three),
        Some(Some(_)) => return Err(CommandError::Version),
        Some(None) => return Err(CommandError::NoVersion),
    };
    let mut hello = super::client_request::Hello {
        version,
        ..Default::default()
    };
    let mut options = arguments.iter().skip(2);
    while let Some(option) = options.next() {
        match options.next() {
            Some(name) if is(option, "AUTH") => {
                let password = options.next();
                let password =
                    password.ok_or_else(|| CommandError::HelloOption(printable(option)))?;
                hello.credentials = Some(Credentials {
                    name: name.to_vec(),
                    password: password.to_vec(),
                });
            }
            Some(given) if is(option, "SETNAME") => hello.name = Some(connection_name(given)?),
            _ => return Err(CommandError::HelloOption(printable(option))),
        }
    }
    Ok(Hello(hello))
}

/// AUTH, with a password alone (of the user `default`, as in Redis) or with a name before it.
pub(super) fn auth(arguments: Arguments<'_>) -> ClientRequest {
    let (name, password) = match arguments.len() {
        2 => (b"default".to_vec(), bytes(arguments, 1)),
        _ => (bytes(arguments, 1), bytes(arguments, 2)),
    };
    Authenticate(Credentials { name, password })
}

/// A name without spaces, so that lines with names can be read.
fn connection_name(name: &[u8]) -> Result<Vec<u8>, CommandError> {
    if name.iter().all(u8::is_ascii_graphic) {
        Ok(name.to_vec())
    } else {
        Err(CommandError::Name)
    }
}

pub(super) fn command(arguments: Arguments<'_>) -> Result<ClientRequest, CommandError> {
    let names = || rest(arguments, 2);
    let Some(part) = arguments.get(1) else {
        return Ok(Commands(CommandPart::Info(Vec::new())));
    };
    Ok(Commands(match part.to_ascii_uppercase().as_slice() {
        b"DOCS" => CommandPart::Docs(names()),
        b"INFO" => CommandPart::Info(names()),
        b"LIST" => CommandPart::List,
        b"COUNT" => CommandPart::Count,
        _ => return Err(unknown_part("command", part, "COUNT DOCS INFO LIST")),
    }))
}

pub(super) fn config(arguments: Arguments<'_>) -> Result<ClientRequest, CommandError> {
    match arguments.get(1).unwrap_or_default() {
        part if is(part, "GET") => Ok(Settings(rest(arguments, 2))),
        part => Err(unknown_part("config", part, "GET")),
    }
}

pub(super) fn client(arguments: Arguments<'_>) -> Result<ClientRequest, CommandError> {
    let part = arguments.get(1).unwrap_or_default();
    match (part.to_ascii_uppercase().as_slice(), arguments.len()) {
        (b"ID", 2) => Ok(Client(ClientPart::Id)),
        (b"INFO", 2) => Ok(Client(ClientPart::Info)),
        (b"GETNAME", 2) => Ok(Client(ClientPart::GetName)),
        (b"SETNAME", 3) => {
            let name = connection_name(&bytes(arguments, 2))?;
            Ok(Client(ClientPart::SetName(name)))
        }
        (b"SETINFO", 4) => set_info(arguments).map(Client),
        (b"REPLY", _) if is_on(arguments) => Ok(Accept),
        (b"REPLY", _) => Err(CommandError::State("CLIENT REPLY OFF or SKIP")),
        (b"TRACKING" | b"CACHING", _) => Err(CommandError::State("CLIENT TRACKING")),
        _ => {
            let parts = "ID INFO GETNAME SETNAME SETINFO REPLY";
            Err(unknown_part("client", part, parts))
        }
    }
}

fn set_info(arguments: Arguments<'_>) -> Result<ClientPart, CommandError> {
    let (attribute, text) = (bytes(arguments, 2), bytes(arguments, 3));
    match attribute.to_ascii_uppercase().as_slice() {
        b"LIB-NAME" => connection_name(&text).map(ClientPart::SetLibrary),
        b"LIB-VER" => connection_name(&text).map(ClientPart::SetVersion),
        _ => Err(CommandError::ClientInfo(printable(&attribute))),
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
