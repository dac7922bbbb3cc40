//! All commands: their `table`, how a request is parsed by it, and what COMMAND tells of it.

mod details;
mod operations;
mod table;

pub(super) use details::tell;
pub(super) use operations::unfit;
pub use table::HELP;

use super::arguments::{is, printable};
use super::client_request::{ClientRequest, Operation, Parse};
use super::command_error::CommandError;
use super::users::Permission;
use crate::wire::LARGEST_COMMAND;
use crate::{Command, Response};
use std::ops::RangeInclusive;
use synod_resp::Encoder;
use synod_resp::request::{Arguments, LARGEST_REQUEST};
use table::{COMMANDS, REFUSED};

/// The largest command fits into a request, with its name and options.
const _: () = assert!(LARGEST_REQUEST == LARGEST_COMMAND + 256);

/// The upper end of an arity without a limit.
const MANY: usize = usize::MAX;

/// A command.
struct CommandEntry {
    /// The name, in capitals.
    name: &'static str,
    /// The name and the arguments, as help and errors show them.
    form: &'static str,
    /// How many arguments follow the name.
    arity: RangeInclusive<usize>,
    kind: CommandKind,
    /// The name under which its requests are counted, if they go through the parliament.
    counted: Option<&'static str>,
    details: Details,
}

/// What COMMAND tells of a command.
#[derive(Clone, Copy)]
struct Details {
    summary: &'static str,
    group: &'static str,
    access: Option<&'static str>,
    keys: Keys,
}

/// Which arguments are keys: the first, the last (counted from the end if it is negative), and the step.
type Keys = (i8, i8, i8);

const NONE: Keys = (0, 0, 0);
const ONE: Keys = (1, 1, 1);
const ALL: Keys = (1, -1, 1);
const PAIRS: Keys = (1, -1, 2);

/// How a command is carried out.
enum CommandKind {
    /// By the state machine.
    Law(Operation),
    /// By this node, which may ask the parliament.
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
    reply: fn(&mut Encoder, Response),
) -> CommandEntry {
    let operation = Operation {
        counted,
        // Unless the table says that it writes.
        takes: Permission::Read,
        command,
        reply,
    };
    entry(form, arity, CommandKind::Law(operation)).counted_as(counted)
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
        counted: None,
        details: Details {
            summary: "",
            group: "string",
            access: None,
            keys: NONE,
        },
    }
}

impl CommandEntry {
    const fn reads(mut self, keys: Keys, summary: &'static str) -> Self {
        self.details.access = Some("readonly");
        self.details.keys = keys;
        self.details.summary = summary;
        self
    }

    const fn writes(mut self, keys: Keys, summary: &'static str) -> Self {
        self = self.reads(keys, summary);
        self.details.access = Some("write");
        if let CommandKind::Law(operation) = &mut self.kind {
            operation.takes = Permission::All;
        }
        self
    }

    const fn told(mut self, group: &'static str, summary: &'static str) -> Self {
        self.details.group = group;
        self.details.summary = summary;
        self
    }

    const fn with_keys(mut self, keys: Keys) -> Self {
        self.details.keys = keys;
        self
    }

    const fn counted_as(mut self, name: &'static str) -> Self {
        self.counted = Some(name);
        self
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
            let command = (operation.command)(arguments)?;
            match command.size() {
                size if size > LARGEST_COMMAND => Err(CommandError::TooLarge(size)),
                _ => Ok(ClientRequest::Law(operation, command)),
            }
        }
        CommandKind::Here(request) => request(arguments),
        CommandKind::State => Err(CommandError::State(entry.name)),
    }
}

/// The names of all commands, separated by spaces, as errors list them.
pub fn names() -> String {
    let names = COMMANDS.iter().map(|entry| entry.name);
    names.collect::<Vec<_>>().join(" ")
}

/// The names under which requests to the parliament are counted, each once.
pub(super) fn counted() -> Vec<&'static str> {
    let mut names: Vec<_> = COMMANDS.iter().filter_map(|entry| entry.counted).collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_these_commands() {
        let expected = "GET SET SETNX GETSET GETEX GETDEL MGET MSET MSETNX APPEND GETRANGE SUBSTR SETRANGE STRLEN DEL UNLINK EXISTS \
            TOUCH TYPE INCR INCRBY DECR DECRBY CAS SETEX PSETEX EXPIRE PEXPIRE EXPIREAT PEXPIREAT PERSIST TTL PTTL EXPIRETIME PEXPIRETIME SCAN MULTI EXEC DISCARD WATCH UNWATCH LAW PING ECHO \
            QUIT INFO READONLY READWRITE DBSIZE HELLO AUTH SELECT RESET COMMAND CONFIG CLIENT";
        assert_eq!(names(), expected);
    }

    #[test]
    fn the_help_has_every_command_of_the_parliament_and_at_most_80_columns() {
        for entry in COMMANDS.iter().filter(|entry| entry.counted.is_some()) {
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

    #[test]
    fn every_command_is_told_in_one_line() {
        for entry in COMMANDS {
            let summary = entry.details.summary;
            assert!(!summary.is_empty() && summary.len() < 80, "{}", entry.form);
        }
    }
}
