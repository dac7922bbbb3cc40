//! The table of all commands.
//!
//! A command that goes through the parliament is an entry here and an operation of the
//! [state machine](synod_protocol::state_machine::map). Everything else follows from its entry: how
//! many arguments it may have, its place in lists and errors, and the name under which its requests
//! are counted.

use super::administration::{client, command, config, hello, select};
use super::arguments::{bytes, is, optional, printable, rest};
use super::client_request::{ClientRequest, Operation, Parse};
use super::command_error::CommandError;
use crate::wire::LARGEST_COMMAND;
use crate::{Command, Response};
use ClientRequest::{
    Begin, CountKeys, CrossProtocol, Discard, Execute, Info, Ping, Quit, ReadOwnLaw, Reset,
};
use bytes::BytesMut;
use std::ops::RangeInclusive;
use synod_protocol::state_machine::integer::integer;
use synod_protocol::state_machine::map::Condition;
use synod_resp::encode;
use synod_resp::request::{Arguments, LARGEST_REQUEST};

/// The largest command fits into a request, with its name and options.
const _: () = assert!(LARGEST_REQUEST == LARGEST_COMMAND + 256);

/// The upper end of an arity without a limit.
const MANY: usize = usize::MAX;

/// All commands, in the order in which errors list them.
static COMMANDS: &[CommandEntry] = &[
    law("GET key", 1..=1, "get", |of| Ok(get(of)), reply),
    law("SET key value [NX|XX]", 2..=MANY, "set", set, ok_or_nil),
    each("DEL key [key ...]", "del", |key| Command::Delete { key }),
    law("INCR key", 1..=1, "incr", |of| Ok(add(of, 1)), reply),
    law("INCRBY key number", 2..=2, "incr", increase, reply),
    law("DECR key", 1..=1, "incr", |of| Ok(add(of, -1)), reply),
    law("DECRBY key number", 2..=2, "incr", decrease, reply),
    law(
        "CAS key expected new",
        3..=3,
        "cas",
        |of| Ok(cas(of)),
        reply,
    ),
    here("PING [message]", 0..=1, |of| Ok(Ping(optional(of, 1)))),
    here("ECHO message", 1..=1, |of| Ok(Ping(optional(of, 1)))),
    here("QUIT", 0..=MANY, |_| Ok(Quit)),
    here("INFO [section ...]", 0..=MANY, |of| Ok(Info(rest(of, 1)))),
    here("READONLY", 0..=0, |_| Ok(ReadOwnLaw(true))),
    here("READWRITE", 0..=0, |_| Ok(ReadOwnLaw(false))),
    here("DBSIZE", 0..=0, |_| Ok(CountKeys)),
    here("HELLO [version]", 0..=MANY, hello),
    here("SELECT 0", 0..=MANY, select),
    here("RESET", 0..=0, |_| Ok(Reset)),
    here("COMMAND [COUNT|DOCS|INFO|LIST]", 0..=MANY, command),
    here("CONFIG GET parameter [parameter ...]", 2..=MANY, config),
    here("CLIENT ID|GETNAME|SETNAME|SETINFO|REPLY", 1..=MANY, client),
];

/// The help on the commands that clients need most, for `synod client --help`. Each line has 80
/// columns at most.
pub const HELP: &str = "  GET key                   reply the value of the key
  SET key value [NX|XX]     set it; NX: only if the key has no value yet,
                            XX: only if it has one
  CAS key expected new      compare and set: if the value is as expected, set
                            the new one and reply 1; else reply 0
  DEL key [key ...]         delete values, one request for each key; reply how
                            many there were
  INCR key, DECR key, INCRBY key number, DECRBY key number
                            add to the number or subtract; reply the result
  READONLY, READWRITE       let GET answer from this node's own law, which may
                            be old, or no longer
  INFO [section]            reply the state of the node";

/// Commands that are recognized, but refused or not listed.
static REFUSED: &[CommandEntry] = &[
    // With any number of arguments: the client expects that its next commands are queued.
    here("MULTI", 0..=MANY, |_| Ok(Begin)),
    here("EXEC", 0..=0, |_| Ok(Execute)),
    here("DISCARD", 0..=0, |_| Ok(Discard)),
    here("AUTH", 0..=MANY, |_| Err(CommandError::Authentication)),
    here("POST", 0..=MANY, |_| Ok(CrossProtocol)),
    here("HOST:", 0..=MANY, |_| Ok(CrossProtocol)),
    // In Redis, these commands turn the connection into a stream of messages or changes.
    state("SUBSCRIBE"),
    state("PSUBSCRIBE"),
    state("SSUBSCRIBE"),
    state("MONITOR"),
    state("SYNC"),
    state("PSYNC"),
];

/// A command.
struct CommandEntry {
    /// The name, in capitals.
    name: &'static str,
    /// The name and the arguments, as help and errors show them.
    form: &'static str,
    /// How many arguments follow the name.
    arity: RangeInclusive<usize>,
    kind: CommandKind,
}

/// How a command is carried out.
enum CommandKind {
    /// By the state machine.
    Law(Operation),
    /// By the state machine, for each argument as a request of its own.
    Each {
        counted: &'static str,
        command: fn(Vec<u8>) -> Command,
    },
    /// By this node, without the parliament.
    Here(Parse<ClientRequest>),
    /// It is refused and the connection closed, because it would change the meaning of later
    /// commands or replies.
    State,
}

const fn law(
    form: &'static str,
    arity: RangeInclusive<usize>,
    counted: &'static str,
    command: Parse<Command>,
    reply: fn(&mut BytesMut, Response),
) -> CommandEntry {
    let operation = Operation {
        counted,
        command,
        reply,
    };
    entry(form, arity, CommandKind::Law(operation))
}

const fn each(
    form: &'static str,
    counted: &'static str,
    command: fn(Vec<u8>) -> Command,
) -> CommandEntry {
    entry(form, 1..=MANY, CommandKind::Each { counted, command })
}

const fn here(
    form: &'static str,
    arity: RangeInclusive<usize>,
    request: Parse<ClientRequest>,
) -> CommandEntry {
    entry(form, arity, CommandKind::Here(request))
}

const fn state(name: &'static str) -> CommandEntry {
    entry(name, 0..=MANY, CommandKind::State)
}

const fn entry(
    form: &'static str,
    arity: RangeInclusive<usize>,
    kind: CommandKind,
) -> CommandEntry {
    let mut end = 0;
    while end < form.len() && form.as_bytes()[end] != b' ' {
        end += 1;
    }
    CommandEntry {
        name: form.split_at(end).0,
        form,
        arity,
        kind,
    }
}

/// Parses a request.
pub(super) fn parse(arguments: Arguments<'_>) -> Result<ClientRequest, CommandError> {
    let Some(name) = arguments.get(0) else {
        return Ok(ClientRequest::Nothing);
    };
    let mut entries = COMMANDS.iter().chain(REFUSED);
    let entry = entries.find(|entry| is(name, entry.name));
    let entry = entry.ok_or_else(|| CommandError::Unknown(printable(name), names()))?;
    if !entry.arity.contains(&(arguments.len() - 1)) {
        let name = entry.name.to_ascii_lowercase();
        return Err(CommandError::Number(name, entry.form));
    }
    match &entry.kind {
        CommandKind::Law(operation) => {
            let command = not_too_large((operation.command)(arguments)?)?;
            Ok(ClientRequest::Law(operation, command))
        }
        CommandKind::Each { counted, command } => {
            let commands = rest(arguments, 1).into_iter().map(command);
            let commands = commands.map(not_too_large).collect::<Result<_, _>>()?;
            Ok(ClientRequest::Each(counted, commands))
        }
        CommandKind::Here(request) => request(arguments),
        CommandKind::State => Err(CommandError::State(entry.name)),
    }
}

fn not_too_large(command: Command) -> Result<Command, CommandError> {
    match command.size() {
        size if size > LARGEST_COMMAND => Err(CommandError::TooLarge(size)),
        _ => Ok(command),
    }
}

/// The names of all commands, separated by spaces, as errors list them.
pub fn names() -> String {
    let names = COMMANDS.iter().map(|entry| entry.name);
    names.collect::<Vec<_>>().join(" ")
}

/// How many commands there are.
pub(super) const fn count() -> usize {
    COMMANDS.len()
}

/// The names under which requests to the parliament are counted, each once.
pub(super) fn counted() -> Vec<&'static str> {
    let mut names: Vec<_> = COMMANDS.iter().filter_map(CommandEntry::counted).collect();
    names.sort_unstable();
    names.dedup();
    names
}

impl CommandEntry {
    const fn counted(&self) -> Option<&'static str> {
        match &self.kind {
            CommandKind::Law(Operation { counted, .. }) | CommandKind::Each { counted, .. } => {
                Some(counted)
            }
            CommandKind::Here(_) | CommandKind::State => None,
        }
    }
}

/// Encodes a response of the state machine; yes is 1 and no is 0.
fn reply(out: &mut BytesMut, response: Response) {
    match response {
        Response::Value(value) => encode::bulk_or_nil(out, value.as_deref()),
        Response::Set(is_so) | Response::Deleted(is_so) => {
            encode::integer(out, i64::from(is_so));
        }
        Response::Number(number) => encode::integer(out, number),
        Response::NotANumber => encode::error(out, CommandError::Integer),
        Response::Overflow => {
            encode::error(out, "ERR increment or decrement would overflow");
        }
    }
}

/// Encodes the response to SET, as Redis does: OK, or nil if the condition was not met.
fn ok_or_nil(out: &mut BytesMut, response: Response) {
    match response {
        Response::Set(true) => encode::simple(out, "OK"),
        Response::Set(false) => encode::bulk_or_nil(out, None),
        other => reply(out, other),
    }
}

fn get(arguments: Arguments<'_>) -> Command {
    let key = bytes(arguments, 1);
    Command::Get { key }
}

fn set(arguments: Arguments<'_>) -> Result<Command, CommandError> {
    let mut condition = Condition::Always;
    for option in arguments.iter().skip(3) {
        let wanted = match option {
            _ if is(option, "NX") => Condition::IfAbsent,
            _ if is(option, "XX") => Condition::IfPresent,
            _ => return Err(CommandError::Option(printable(option))),
        };
        if condition != Condition::Always && condition != wanted {
            return Err(CommandError::BothOptions);
        }
        condition = wanted;
    }
    Ok(Command::Set {
        key: bytes(arguments, 1),
        value: bytes(arguments, 2),
        condition,
    })
}

/// Compare and set.
fn cas(arguments: Arguments<'_>) -> Command {
    Command::Set {
        key: bytes(arguments, 1),
        value: bytes(arguments, 3),
        condition: Condition::IfEqual(bytes(arguments, 2)),
    }
}

fn add(arguments: Arguments<'_>, by: i64) -> Command {
    let key = bytes(arguments, 1);
    Command::Increment { key, by }
}

fn increase(arguments: Arguments<'_>) -> Result<Command, CommandError> {
    Ok(add(arguments, number(arguments)?))
}

fn decrease(arguments: Arguments<'_>) -> Result<Command, CommandError> {
    let less = number(arguments)?.checked_neg();
    Ok(add(arguments, less.ok_or(CommandError::Decrement)?))
}

fn number(arguments: Arguments<'_>) -> Result<i64, CommandError> {
    let number = arguments.get(2).and_then(integer);
    number.ok_or(CommandError::Integer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_these_commands() {
        let expected = "GET SET DEL INCR INCRBY DECR DECRBY CAS PING ECHO QUIT INFO READONLY \
            READWRITE DBSIZE HELLO SELECT RESET COMMAND CONFIG CLIENT";
        assert_eq!(names(), expected);
    }

    #[test]
    fn the_help_has_every_command_of_the_parliament_and_at_most_80_columns() {
        for entry in COMMANDS.iter().filter(|entry| entry.counted().is_some()) {
            assert!(HELP.contains(entry.form), "{}", entry.form);
        }
        let is_good = |line: &str| line.starts_with("  ") && line.len() <= 80;
        assert!(HELP.lines().all(is_good));
    }

    #[test]
    fn no_two_commands_have_the_same_name() {
        let names = COMMANDS.iter().chain(REFUSED).map(|entry| entry.name);
        let mut names: Vec<_> = names.collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "{names:?}");
    }
}
