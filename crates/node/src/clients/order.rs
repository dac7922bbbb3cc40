//! What a request asks for.

use crate::Command;
use crate::wire::{self, LARGEST_COMMAND};
use synod_protocol::state_machine::integer::integer;
use synod_protocol::state_machine::map::Condition;
use synod_resp::request::{Arguments, LARGEST_REQUEST};

/// The largest command, with its name and options, is a request.
const _: () = assert!(LARGEST_REQUEST == LARGEST_COMMAND + 256);

/// What a client orders.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// An empty line: nothing, not even a reply.
    Nothing,
    /// A command for the parliament.
    Ask(Command),
    /// Several deletions, each a request of its own.
    DeleteEach(Vec<Vec<u8>>),
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

impl Order {
    /// Whether Redis would carry it out only with EXEC, after a MULTI.
    pub(super) const fn would_be_queued(&self) -> bool {
        !matches!(
            self,
            Self::Begin | Self::Execute | Self::Discard | Self::Reset | Self::Quit
        )
    }
}

/// Why a request orders nothing. The connection goes on, unless
/// [`Refusal::ends_the_connection`].
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("ERR unknown command '{0}'; there are: {COMMANDS}")]
    Unknown(String),
    #[error("ERR unknown subcommand '{1}' of '{0}'; there are: {2}")]
    UnknownPart(&'static str, String, &'static str),
    #[error("ERR wrong number of arguments for '{0}' command; it is: {1}")]
    Number(&'static str, &'static str),
    #[error("ERR syntax error: SET key value [NX|XX]; values do not expire, '{0}' is not known")]
    Option(String),
    #[error("ERR syntax error: a key cannot be both absent (NX) and present (XX)")]
    BothOptions,
    #[error("ERR value is not an integer or out of range")]
    Integer,
    #[error("ERR decrement would overflow")]
    Decrement,
    #[error("NOPROTO unsupported protocol version: 2 is spoken here")]
    Version,
    #[error("ERR Protocol version is not an integer or out of range")]
    NoVersion,
    #[error("ERR there is no password: HELLO takes a protocol version and SETNAME only")]
    Password,
    #[error("ERR there is no password: with TLS, clients show a certificate")]
    Authentication,
    #[error("ERR DB index is out of range: there is one database, 0; the connection is closed")]
    Database,
    #[error(
        "ERR {0} is not supported; the connection is closed, because what follows relies on it"
    )]
    State(&'static str),
    #[error(
        "ERR too large: key and values of a command have {LARGEST_COMMAND} bytes at most, these {0}"
    )]
    TooLarge(usize),
}

impl Refusal {
    /// Whether what a client says next would mean something else than it takes
    /// it to mean: it would be written to another database, or a reply would be
    /// taken for that of another request. A client that overlooks the error must
    /// not go on.
    pub(super) const fn ends_the_connection(&self) -> bool {
        matches!(self, Self::Database | Self::State(_))
    }
}

/// The names of all commands, for people.
const COMMANDS: &str = "GET SET DEL INCR INCRBY DECR DECRBY CAS PING ECHO QUIT INFO READONLY \
    READWRITE DBSIZE HELLO SELECT RESET COMMAND CONFIG CLIENT";

/// Commands of Redis that change what the connection is: its replies are
/// messages, or a stream of changes, from then on.
const STATES: [&str; 6] = [
    "SUBSCRIBE",
    "PSUBSCRIBE",
    "SSUBSCRIBE",
    "MONITOR",
    "SYNC",
    "PSYNC",
];

/// How many commands there are.
pub(super) fn count() -> usize {
    COMMANDS.split(' ').count()
}

/// How many bytes the longest name has, or more.
const LONGEST_NAME: usize = 16;

/// What the arguments order.
pub(super) fn read(arguments: Arguments<'_>) -> Result<Order, Refusal> {
    let Some(name) = arguments.get(0) else {
        return Ok(Order::Nothing);
    };
    let mut capitals = [0; LONGEST_NAME];
    let order = match in_capitals(name, &mut capitals) {
        b"GET" => Order::Ask(Command::Get {
            key: one(arguments, "get", "GET key")?,
        }),
        b"SET" => Order::Ask(set(arguments)?),
        b"CAS" => Order::Ask(compare_and_set(arguments)?),
        b"DEL" => delete(arguments)?,
        b"INCR" => by(1, one(arguments, "incr", "INCR key")?),
        b"DECR" => by(-1, one(arguments, "decr", "DECR key")?),
        b"INCRBY" => {
            let [key, number] = exactly(arguments, "incrby", "INCRBY key number")?;
            by(integer(number).ok_or(Refusal::Integer)?, key.to_vec())
        }
        b"DECRBY" => {
            let [key, number] = exactly(arguments, "decrby", "DECRBY key number")?;
            let number = integer(number).ok_or(Refusal::Integer)?;
            let less = number.checked_neg().ok_or(Refusal::Decrement)?;
            by(less, key.to_vec())
        }
        b"PING" if arguments.len() == 1 => Order::Ping(None),
        b"PING" => Order::Ping(Some(one(arguments, "ping", "PING [message]")?)),
        b"ECHO" => Order::Ping(Some(one(arguments, "echo", "ECHO message")?)),
        b"INFO" => Order::Info(rest(arguments, 1)),
        b"QUIT" => Order::Quit,
        b"READONLY" => none(arguments, "readonly", "READONLY", Order::ReadOwnLaw(true))?,
        b"READWRITE" => none(
            arguments,
            "readwrite",
            "READWRITE",
            Order::ReadOwnLaw(false),
        )?,
        b"DBSIZE" => none(arguments, "dbsize", "DBSIZE", Order::CountKeys)?,
        b"HELLO" => hello(arguments)?,
        b"COMMAND" => of_command(arguments)?,
        b"CONFIG" => of_config(arguments)?,
        b"CLIENT" => of_client(arguments)?,
        // However it is written: what follows is meant to be queued.
        b"MULTI" => Order::Begin,
        b"EXEC" => none(arguments, "exec", "EXEC", Order::Execute)?,
        b"DISCARD" => none(arguments, "discard", "DISCARD", Order::Discard)?,
        b"RESET" => none(arguments, "reset", "RESET", Order::Reset)?,
        b"SELECT" => select(arguments)?,
        b"AUTH" => return Err(Refusal::Authentication),
        b"POST" | b"HOST:" => Order::CrossProtocol,
        name_in_capitals => return Err(unknown(name, name_in_capitals)),
    };
    refuse_what_is_too_large(order)
}

fn unknown(name: &[u8], in_capitals: &[u8]) -> Refusal {
    let mut states = STATES.iter();
    match states.find(|state| state.as_bytes() == in_capitals) {
        Some(state) => Refusal::State(state),
        None => Refusal::Unknown(shown(name)),
    }
}

fn refuse_what_is_too_large(order: Order) -> Result<Order, Refusal> {
    let size = match &order {
        Order::Ask(command) => wire::size(command),
        Order::DeleteEach(keys) => keys.iter().map(Vec::len).max().unwrap_or_default(),
        _ => 0,
    };
    if size > LARGEST_COMMAND {
        return Err(Refusal::TooLarge(size));
    }
    Ok(order)
}

fn set(arguments: Arguments<'_>) -> Result<Command, Refusal> {
    let form = "SET key value [NX|XX]";
    let (Some(key), Some(value)) = (arguments.get(1), arguments.get(2)) else {
        return Err(Refusal::Number("set", form));
    };
    let mut condition = Condition::Always;
    for option in arguments.iter().skip(3) {
        let wanted = match in_capitals(option, &mut [0; LONGEST_NAME]) {
            b"NX" => Condition::IfAbsent,
            b"XX" => Condition::IfPresent,
            _ => return Err(Refusal::Option(shown(option))),
        };
        if condition != Condition::Always && condition != wanted {
            return Err(Refusal::BothOptions);
        }
        condition = wanted;
    }
    Ok(Command::Set {
        key: key.to_vec(),
        value: value.to_vec(),
        condition,
    })
}

fn compare_and_set(arguments: Arguments<'_>) -> Result<Command, Refusal> {
    let [key, expected, new] = exactly(arguments, "cas", "CAS key expected new")?;
    Ok(Command::Set {
        key: key.to_vec(),
        value: new.to_vec(),
        condition: Condition::IfEqual(expected.to_vec()),
    })
}

fn delete(arguments: Arguments<'_>) -> Result<Order, Refusal> {
    match (arguments.len(), arguments.get(1)) {
        (2, Some(key)) => Ok(Order::Ask(Command::Delete { key: key.to_vec() })),
        (_, None) => Err(Refusal::Number("del", "DEL key [key ...]")),
        _ => Ok(Order::DeleteEach(rest(arguments, 1))),
    }
}

const fn by(by: i64, key: Vec<u8>) -> Order {
    Order::Ask(Command::Increment { key, by })
}

/// The only database there is, or an error that ends the connection.
fn select(arguments: Arguments<'_>) -> Result<Order, Refusal> {
    let [database] = exactly(arguments, "select", "SELECT 0").map_err(|_| Refusal::Database)?;
    match integer(database) {
        Some(0) => Ok(Order::Accept),
        _ => Err(Refusal::Database),
    }
}

/// What redis' own tools say hello with. RESP3 is refused, whatever else is
/// asked for: they fall back to RESP2, which is spoken all the while.
fn hello(arguments: Arguments<'_>) -> Result<Order, Refusal> {
    match arguments.get(1).map(integer) {
        None | Some(Some(2)) => {}
        Some(Some(_)) => return Err(Refusal::Version),
        Some(None) => return Err(Refusal::NoVersion),
    }
    let mut options = arguments.iter().skip(2);
    while let Some(option) = options.next() {
        let is_name = in_capitals(option, &mut [0; LONGEST_NAME]) == b"SETNAME";
        if !is_name || options.next().is_none() {
            return Err(Refusal::Password);
        }
    }
    Ok(Order::Hello)
}

fn of_command(arguments: Arguments<'_>) -> Result<Order, Refusal> {
    let Some(part) = arguments.get(1) else {
        return Ok(Order::NoDetails);
    };
    match in_capitals(part, &mut [0; LONGEST_NAME]) {
        b"DOCS" | b"INFO" | b"LIST" => Ok(Order::NoDetails),
        b"COUNT" => Ok(Order::CountCommands),
        _ => Err(Refusal::UnknownPart(
            "command",
            shown(part),
            "COUNT DOCS INFO LIST",
        )),
    }
}

fn of_config(arguments: Arguments<'_>) -> Result<Order, Refusal> {
    match (arguments.len(), arguments.get(1)) {
        (3.., Some(part)) if in_capitals(part, &mut [0; LONGEST_NAME]) == b"GET" => {
            Ok(Order::Settings(rest(arguments, 2)))
        }
        (3.., Some(part)) => Err(Refusal::UnknownPart("config", shown(part), "GET")),
        _ => Err(Refusal::Number(
            "config",
            "CONFIG GET parameter [parameter ...]",
        )),
    }
}

fn of_client(arguments: Arguments<'_>) -> Result<Order, Refusal> {
    let parts = "ID GETNAME SETNAME SETINFO REPLY";
    let Some(part) = arguments.get(1) else {
        return Err(Refusal::Number(
            "client",
            "CLIENT ID|GETNAME|SETNAME|SETINFO|REPLY",
        ));
    };
    match in_capitals(part, &mut [0; LONGEST_NAME]) {
        b"ID" => Ok(Order::ConnectionId),
        b"GETNAME" => Ok(Order::NoName),
        b"SETNAME" | b"SETINFO" => Ok(Order::Accept),
        b"REPLY" if is_on(arguments) => Ok(Order::Accept),
        b"REPLY" => Err(Refusal::State("CLIENT REPLY OFF or SKIP")),
        b"TRACKING" | b"CACHING" => Err(Refusal::State("CLIENT TRACKING")),
        _ => Err(Refusal::UnknownPart("client", shown(part), parts)),
    }
}

/// CLIENT REPLY ON, as it is anyway.
fn is_on(arguments: Arguments<'_>) -> bool {
    let switch = arguments.get(2).unwrap_or_default();
    arguments.len() == 3 && switch.eq_ignore_ascii_case(b"ON")
}

fn exactly<'a, const N: usize>(
    arguments: Arguments<'a>,
    name: &'static str,
    form: &'static str,
) -> Result<[&'a [u8]; N], Refusal> {
    let mut found = [&b""[..]; N];
    if arguments.len() != N + 1 {
        return Err(Refusal::Number(name, form));
    }
    for (place, argument) in found.iter_mut().zip(arguments.iter().skip(1)) {
        *place = argument;
    }
    Ok(found)
}

fn one(
    arguments: Arguments<'_>,
    name: &'static str,
    form: &'static str,
) -> Result<Vec<u8>, Refusal> {
    let [only] = exactly(arguments, name, form)?;
    Ok(only.to_vec())
}

fn none(
    arguments: Arguments<'_>,
    name: &'static str,
    form: &'static str,
    order: Order,
) -> Result<Order, Refusal> {
    let [] = exactly(arguments, name, form)?;
    Ok(order)
}

fn rest(arguments: Arguments<'_>, from: usize) -> Vec<Vec<u8>> {
    arguments.iter().skip(from).map(<[u8]>::to_vec).collect()
}

/// A name in capitals; one that is too long to be a name, as nothing.
fn in_capitals<'a>(name: &[u8], capitals: &'a mut [u8; LONGEST_NAME]) -> &'a [u8] {
    let Some(place) = capitals.get_mut(..name.len()) else {
        return b"";
    };
    place.copy_from_slice(name);
    place.make_ascii_uppercase();
    place
}

/// The beginning of what somebody wrote, as text.
fn shown(bytes: &[u8]) -> String {
    let (start, is_all) = match bytes.get(..64) {
        Some(start) if bytes.len() > 64 => (start, false),
        _ => (bytes, true),
    };
    let dots = if is_all { "" } else { "..." };
    format!("{}{dots}", start.escape_ascii())
}
