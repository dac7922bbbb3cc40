//! The table of all commands.
//!
//! A command that goes through the parliament is an entry here and an operation of the
//! [state machine](synod_protocol::state_machine::map). Everything else follows from its entry: how
//! many arguments it may have, its place in lists and errors, what COMMAND tells of it, and the name under
//! which its requests are counted.

use super::operations::{self as of, replies};
use super::{ALL, CommandEntry, MANY, NONE, ONE, PAIRS, here, law, state};
use crate::clients::administration::{auth, client, command, config, hello, select};
use crate::clients::arguments::{optional, rest};
use crate::clients::client_request::ClientRequest::{
    Begin, CountKeys, CrossProtocol, Discard, Execute, Follow, Info, Ping, Quit, ReadOwnLaw, Reset,
    Scan, Unwatch,
};
use crate::clients::time::Unit;
use crate::clients::{follow, scan};

/// All commands, in the order in which errors list them.
pub(super) static COMMANDS: &[CommandEntry] = &[
    law("GET key", 1..=1, "get", of::get, replies::value).reads(ONE, "The value of the key"),
    law(
        "SET key value [NX|XX] [GET] [EX s|PX ms|EXAT s|PXAT ms|KEEPTTL]",
        2..=MANY,
        "set",
        of::set,
        replies::ok_or_value,
    )
    .writes(
        ONE,
        "Sets the value of the key; with GET, replies the value before",
    ),
    law(
        "SETNX key value",
        2..=2,
        "set",
        of::set_if_absent,
        replies::number,
    )
    .writes(ONE, "Sets the value of the key if it has none"),
    law(
        "GETSET key value",
        2..=2,
        "set",
        of::exchange,
        replies::value,
    )
    .writes(
        ONE,
        "Sets the value of the key, and replies the value before",
    ),
    law(
        "GETEX key [EX s|PX ms|EXAT s|PXAT ms|PERSIST]",
        1..=3,
        "get",
        of::get_for,
        replies::value,
    )
    .writes(
        ONE,
        "The value of the key, which lasts for some time from now on",
    ),
    law("GETDEL key", 1..=1, "del", of::take, replies::value)
        .writes(ONE, "Removes the key, and replies the value that it had"),
    law(
        "MGET key [key ...]",
        1..=MANY,
        "get",
        of::get_many,
        replies::values,
    )
    .reads(ALL, "The values of the keys"),
    law(
        "MSET key value [key value ...]",
        2..=MANY,
        "set",
        |arguments| of::set_many(arguments, false),
        replies::ok_or_value,
    )
    .writes(PAIRS, "Sets the values of the keys, all at once"),
    law(
        "MSETNX key value [key value ...]",
        2..=MANY,
        "set",
        |arguments| of::set_many(arguments, true),
        replies::number,
    )
    .writes(
        PAIRS,
        "Sets the values of the keys, if none of them has one",
    ),
    law(
        "APPEND key value",
        2..=2,
        "append",
        of::append,
        replies::number,
    )
    .writes(
        ONE,
        "Appends to the value of the key, and replies its length",
    ),
    law(
        "GETRANGE key start end",
        3..=3,
        "get",
        of::range,
        replies::value,
    )
    .reads(ONE, "A part of the value of the key"),
    law(
        "SUBSTR key start end",
        3..=3,
        "get",
        of::range,
        replies::value,
    )
    .reads(ONE, "A part of the value of the key"),
    law(
        "SETRANGE key offset value",
        3..=3,
        "append",
        of::overwrite,
        replies::number,
    )
    .writes(
        ONE,
        "Writes over a part of the value of the key, and replies its length",
    ),
    law("STRLEN key", 1..=1, "get", of::length, replies::number)
        .reads(ONE, "The length of the value of the key"),
    law(
        "DEL key [key ...]",
        1..=MANY,
        "del",
        of::delete,
        replies::number,
    )
    .writes(ALL, "Removes the keys, and replies how many there were"),
    law(
        "UNLINK key [key ...]",
        1..=MANY,
        "del",
        of::delete,
        replies::number,
    )
    .writes(ALL, "Removes the keys, and replies how many there were"),
    law(
        "EXISTS key [key ...]",
        1..=MANY,
        "exists",
        of::count,
        replies::number,
    )
    .reads(ALL, "How many of the keys have a value"),
    law(
        "TOUCH key [key ...]",
        1..=MANY,
        "exists",
        of::count,
        replies::number,
    )
    .reads(ALL, "How many of the keys have a value"),
    law("TYPE key", 1..=1, "exists", of::count, replies::kind)
        .reads(ONE, "The kind of the value of the key: string, or none"),
    law(
        "INCR key",
        1..=1,
        "incr",
        |arguments| Ok(of::add(arguments, 1)),
        replies::number,
    )
    .writes(ONE, "Adds 1 to the number, and replies the sum"),
    law(
        "INCRBY key number",
        2..=2,
        "incr",
        of::increase,
        replies::number,
    )
    .writes(ONE, "Adds to the number, and replies the sum"),
    law(
        "DECR key",
        1..=1,
        "incr",
        |arguments| Ok(of::add(arguments, -1)),
        replies::number,
    )
    .writes(
        ONE,
        "Subtracts 1 from the number, and replies the difference",
    ),
    law(
        "DECRBY key number",
        2..=2,
        "incr",
        of::decrease,
        replies::number,
    )
    .writes(ONE, "Subtracts from the number, and replies the difference"),
    law(
        "CAS key expected new",
        3..=3,
        "cas",
        of::compare_and_set,
        replies::number,
    )
    .writes(ONE, "Sets the value of the key if it is as expected"),
    law(
        "SETEX key seconds value",
        3..=3,
        "set",
        |arguments| of::set_for(arguments, Unit::SECONDS, "setex"),
        replies::ok_or_value,
    )
    .writes(ONE, "Sets the value of the key for so many seconds"),
    law(
        "PSETEX key milliseconds value",
        3..=3,
        "set",
        |arguments| of::set_for(arguments, Unit::MILLISECONDS, "psetex"),
        replies::ok_or_value,
    )
    .writes(ONE, "Sets the value of the key for so many milliseconds"),
    law(
        "EXPIRE key seconds [NX|XX|GT|LT]",
        2..=4,
        "expire",
        |arguments| of::expire(arguments, Unit::SECONDS, "expire"),
        replies::number,
    )
    .writes(ONE, "Lets the value of the key last for so many seconds"),
    law(
        "PEXPIRE key milliseconds [NX|XX|GT|LT]",
        2..=4,
        "expire",
        |arguments| of::expire(arguments, Unit::MILLISECONDS, "pexpire"),
        replies::number,
    )
    .writes(
        ONE,
        "Lets the value of the key last for so many milliseconds",
    ),
    law(
        "EXPIREAT key seconds [NX|XX|GT|LT]",
        2..=4,
        "expire",
        |arguments| of::expire(arguments, Unit::SECONDS.since_1970(), "expireat"),
        replies::number,
    )
    .writes(
        ONE,
        "Lets the value of the key last until a time, in seconds since 1970",
    ),
    law(
        "PEXPIREAT key milliseconds [NX|XX|GT|LT]",
        2..=4,
        "expire",
        |arguments| of::expire(arguments, Unit::MILLISECONDS.since_1970(), "pexpireat"),
        replies::number,
    )
    .writes(
        ONE,
        "Lets the value of the key last until a time, in milliseconds",
    ),
    law("PERSIST key", 1..=1, "expire", of::persist, replies::number)
        .writes(ONE, "Lets the value of the key last for ever"),
    law(
        "TTL key",
        1..=1,
        "expire",
        of::deadline,
        replies::seconds_left,
    )
    .reads(ONE, "How many seconds the value of the key lasts"),
    law(
        "PTTL key",
        1..=1,
        "expire",
        of::deadline,
        replies::milliseconds_left,
    )
    .reads(ONE, "How many milliseconds the value of the key lasts"),
    law(
        "EXPIRETIME key",
        1..=1,
        "expire",
        of::deadline,
        replies::seconds,
    )
    .reads(ONE, "Until when the value of the key lasts, in seconds"),
    law(
        "PEXPIRETIME key",
        1..=1,
        "expire",
        of::deadline,
        replies::number,
    )
    .reads(
        ONE,
        "Until when the value of the key lasts, in milliseconds",
    ),
    here(
        "SCAN cursor [MATCH pattern] [COUNT count] [TYPE type]",
        1..=MANY,
        |arguments| scan::parse(arguments).map(Scan),
    )
    .reads(NONE, "Some of the keys, in ascending order")
    .counted_as("scan"),
    here("MULTI", 0..=0, |_| Ok(Begin)).told("transactions", "Queues the commands until EXEC"),
    here("EXEC", 0..=0, |_| Ok(Execute))
        .told(
            "transactions",
            "Carries out the queued commands as one decree",
        )
        .counted_as("exec"),
    here("DISCARD", 0..=0, |_| Ok(Discard)).told("transactions", "Forgets the queued commands"),
    here("WATCH key [key ...]", 1..=MANY, of::watch)
        .told(
            "transactions",
            "Lets EXEC do nothing if one of the keys has changed",
        )
        .with_keys(ALL)
        .counted_as("watch"),
    here("UNWATCH", 0..=0, |_| Ok(Unwatch)).told("transactions", "Forgets the watched keys"),
    here(
        "LAW FOLLOW decree|$ [MATCH pattern]",
        2..=MANY,
        |arguments| follow::parse(arguments).map(Follow),
    )
    .told(
        "generic",
        "Tells what decrees change from here on, as they become law",
    ),
    here("PING [message]", 0..=1, |of| Ok(Ping(optional(of, 1))))
        .told("connection", "Replies PONG, or the message"),
    here("ECHO message", 1..=1, |of| Ok(Ping(optional(of, 1))))
        .told("connection", "Replies the message"),
    here("QUIT", 0..=MANY, |_| Ok(Quit)).told("connection", "Closes the connection"),
    here("INFO [section ...]", 0..=MANY, |of| Ok(Info(rest(of, 1))))
        .told("server", "The state of the node"),
    here("READONLY", 0..=0, |_| Ok(ReadOwnLaw(true))).told(
        "connection",
        "Lets GET answer from this node's own law, which may be old",
    ),
    here("READWRITE", 0..=0, |_| Ok(ReadOwnLaw(false)))
        .told("connection", "Lets GET go through the parliament again"),
    here("DBSIZE", 0..=0, |_| Ok(CountKeys))
        .told("server", "How many keys this node's own law has"),
    here(
        "HELLO [version [AUTH name password] [SETNAME name]]",
        0..=MANY,
        hello,
    )
    .told("connection", "Chooses the version of the protocol, 2 or 3"),
    here("AUTH [name] password", 1..=2, |arguments| {
        Ok(auth(arguments))
    })
    .told("connection", "Says which user the connection is"),
    here("SELECT 0", 0..=MANY, select).told("connection", "Chooses the only database, 0"),
    here("RESET", 0..=0, |_| Ok(Reset))
        .told("connection", "Returns the connection to its initial state"),
    here("COMMAND [COUNT|DOCS|INFO|LIST]", 0..=MANY, command)
        .told("server", "What commands there are"),
    here("CONFIG GET parameter [parameter ...]", 2..=MANY, config).told(
        "server",
        "The settings that say that every answered write is on disk",
    ),
    here(
        "CLIENT ID|INFO|GETNAME|SETNAME|SETINFO|REPLY",
        1..=MANY,
        client,
    )
    .told("connection", "What is known of the connection"),
];

/// The help on the commands that clients need most, for `synod client --help`. Each line has 80
/// columns at most.
pub const HELP: &str = "  GET key, MGET key [key ...], STRLEN key, EXISTS key [key ...], TYPE key,
  GETRANGE key start end, SUBSTR key start end
                            reply values, parts of them, their length, how many
                            there are
  SET key value [NX|XX] [GET] [EX s|PX ms|EXAT s|PXAT ms|KEEPTTL]
                            set it; NX: only if the key has no value yet,
                            XX: only if it has one; GET: reply the old value;
                            for some time, until then, or as long as before
  SETNX key value, GETSET key value, MSET key value [key value ...],
  MSETNX key value [key value ...], APPEND key value,
  SETRANGE key offset value
                            set values or parts of them, as in Redis
  SETEX key seconds value, PSETEX key milliseconds value,
  EXPIRE key seconds [NX|XX|GT|LT], PEXPIRE key milliseconds [NX|XX|GT|LT],
  EXPIREAT key seconds [NX|XX|GT|LT],
  PEXPIREAT key milliseconds [NX|XX|GT|LT], PERSIST key, TTL key, PTTL key,
  EXPIRETIME key, PEXPIRETIME key,
  GETEX key [EX s|PX ms|EXAT s|PXAT ms|PERSIST]
                            how long values last, as in Redis
  CAS key expected new      compare and set: if the value is as expected, set
                            the new one and reply 1; else reply 0
  DEL key [key ...], UNLINK key [key ...], GETDEL key
                            delete values; reply how many, or the old value
  INCR key, DECR key, INCRBY key number, DECRBY key number
                            add to the number or subtract; reply the result
  SCAN cursor [MATCH pattern] [COUNT count] [TYPE type]
                            reply a new cursor and some of the keys
  WATCH key [key ...], MULTI, EXEC, DISCARD, UNWATCH
                            carry out several commands as one, if the watched
                            keys have not changed
  LAW FOLLOW decree|$ [MATCH pattern]
                            tell the changes after the decree, or from now on,
                            as they become law here
  TOUCH key [key ...]       the same as EXISTS
  READONLY, READWRITE       let GET answer from this node's own law, which may
                            be old, or no longer
  INFO [section]            reply the state of the node";

/// Commands that are recognized, but refused or not listed.
pub(super) static REFUSED: &[CommandEntry] = &[
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
