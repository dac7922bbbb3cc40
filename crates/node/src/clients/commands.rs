//! The commands: one table.
//!
//! A command that goes through the parliament is an entry here and an operation
//! of the [state machine](synod_protocol::state_machine::map). Everything else
//! that is said of it follows from its entry: how many arguments it may have, the
//! list of COMMAND and of errors, how its requests are counted.

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

/// The largest command, with its name and options, is a request.
const _: () = assert!(LARGEST_REQUEST == LARGEST_COMMAND + 256);

/// There may be more arguments.
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

/// What clients are told of those that they need most.
pub const HELP: &str = "  GET key                   the value
  SET key value [NX|XX]     NX: only if there is none; XX: only if there is one
  CAS key expected new      sets it if it is as expected; replies 1, or else 0
  DEL key [key ...]         how many had a value; one request for each key
  INCR key, DECR key, INCRBY key number, DECRBY key number
                            the new number
  READONLY, READWRITE       whether GET answers from this node alone, maybe old
  INFO [section]            the state of the node";

/// What is understood, but is none of them.
static REFUSED: &[CommandEntry] = &[
    // However it is written: what follows is meant to be queued.
    here("MULTI", 0..=MANY, |_| Ok(Begin)),
    here("EXEC", 0..=0, |_| Ok(Execute)),
    here("DISCARD", 0..=0, |_| Ok(Discard)),
    here("AUTH", 0..=MANY, |_| Err(CommandError::Authentication)),
    here("POST", 0..=MANY, |_| Ok(CrossProtocol)),
    here("HOST:", 0..=MANY, |_| Ok(CrossProtocol)),
    // Commands of Redis that change what the connection is: its replies are
    // messages, or a stream of changes, from then on.
    state("SUBSCRIBE"),
    state("PSUBSCRIBE"),
    state("SSUBSCRIBE"),
    state("MONITOR"),
    state("SYNC"),
    state("PSYNC"),
];

/// A command.
struct CommandEntry {
    /// In capitals.
    name: &'static str,
    /// How it is written, for people: the name and its arguments.
    form: &'static str,
    /// How many arguments it has beside its name.
    arity: RangeInclusive<usize>,
    does: Does,
}

enum Does {
    /// The state machine carries it out.
    Law(Operation),
    /// The state machine carries it out for each argument, as a request of its own.
    Each {
        counted: &'static str,
        command: fn(Vec<u8>) -> Command,
    },
    /// It needs no parliament.
    Here(Parse<ClientRequest>),
    /// It would change what the connection is, and is refused.
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
    entry(form, arity, Does::Law(operation))
}

const fn each(
    form: &'static str,
    counted: &'static str,
    command: fn(Vec<u8>) -> Command,
) -> CommandEntry {
    entry(form, 1..=MANY, Does::Each { counted, command })
}

const fn here(
    form: &'static str,
    arity: RangeInclusive<usize>,
    request: Parse<ClientRequest>,
) -> CommandEntry {
    entry(form, arity, Does::Here(request))
}

const fn state(name: &'static str) -> CommandEntry {
    entry(name, 0..=MANY, Does::State)
}

const fn entry(form: &'static str, arity: RangeInclusive<usize>, does: Does) -> CommandEntry {
    let mut end = 0;
    while end < form.len() && form.as_bytes()[end] != b' ' {
        end += 1;
    }
    CommandEntry {
        name: form.split_at(end).0,
        form,
        arity,
        does,
    }
}

/// What the arguments ask for.
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
    match &entry.does {
        Does::Law(operation) => {
            let command = not_too_large((operation.command)(arguments)?)?;
            Ok(ClientRequest::Law(operation, command))
        }
        Does::Each { counted, command } => {
            let commands = rest(arguments, 1).into_iter().map(command);
            let commands = commands.map(not_too_large).collect::<Result<_, _>>()?;
            Ok(ClientRequest::Each(counted, commands))
        }
        Does::Here(request) => request(arguments),
        Does::State => Err(CommandError::State(entry.name)),
    }
}

fn not_too_large(command: Command) -> Result<Command, CommandError> {
    match command.size() {
        size if size > LARGEST_COMMAND => Err(CommandError::TooLarge(size)),
        _ => Ok(command),
    }
}

/// The names of all commands, for people.
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
        match &self.does {
            Does::Law(Operation { counted, .. }) | Does::Each { counted, .. } => Some(counted),
            Does::Here(_) | Does::State => None,
        }
    }
}

/// The answer as it is, with 1 for yes and 0 for no.
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

/// As Redis answers SET.
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
    fn these_are_the_commands() {
        let expected = "GET SET DEL INCR INCRBY DECR DECRBY CAS PING ECHO QUIT INFO READONLY \
            READWRITE DBSIZE HELLO SELECT RESET COMMAND CONFIG CLIENT";
        assert_eq!(names(), expected);
    }

    #[test]
    fn clients_are_told_of_every_command_of_the_parliament() {
        for entry in COMMANDS.iter().filter(|entry| entry.counted().is_some()) {
            assert!(HELP.contains(entry.form), "{}", entry.form);
        }
        assert!(HELP.lines().all(|line| line.starts_with("  ")));
    }

    #[test]
    fn a_name_stands_for_one_command() {
        let names = COMMANDS.iter().chain(REFUSED).map(|entry| entry.name);
        let mut names: Vec<_> = names.collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "{names:?}");
    }
}
