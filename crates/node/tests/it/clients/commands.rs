//! Every command, and its replies as documented.

use super::alone::Alone;
use synod_node::clients::command_names;

/// Sends each line on the left, and expects exactly the reply on the right.
fn dialogue(lines: &[(&str, &str)]) {
    let alone = Alone::start();
    let mut client = alone.connect();
    for (said, heard) in lines {
        client.says(format!("{said}\r\n"), heard);
    }
}

#[test]
fn values_are_set_read_and_deleted() {
    dialogue(&[
        ("GET k", "$-1\r\n"),
        ("SET k 1", "+OK\r\n"),
        ("get k", "$1\r\n1\r\n"),
        ("SET k \"\"", "+OK\r\n"),
        ("GET k", "$0\r\n\r\n"),
        ("DEL k", ":1\r\n"),
        ("DEL k", ":0\r\n"),
        ("SET a 1", "+OK\r\n"),
        ("SET b 1", "+OK\r\n"),
        ("DEL a b c a", ":2\r\n"),
        ("SET \"a\\r\\nb\" \"\\x00\\xff\"", "+OK\r\n"),
    ]);
}

#[test]
fn several_keys_are_one_request() {
    dialogue(&[
        ("MSET a 1 b 2 a 3", "+OK\r\n"),
        (
            "MGET a b c a",
            "*4\r\n$1\r\n3\r\n$1\r\n2\r\n$-1\r\n$1\r\n3\r\n",
        ),
        ("MSETNX c 1 b 1", ":0\r\n"),
        ("EXISTS a b c a", ":3\r\n"),
        ("MSETNX c 1 d 1", ":1\r\n"),
        ("TOUCH c d e", ":2\r\n"),
        ("UNLINK a c e", ":2\r\n"),
        ("TYPE a", "+none\r\n"),
        ("TYPE b", "+string\r\n"),
        (
            "MSET a 1 b",
            "-ERR wrong number of arguments: each key needs a value\r\n",
        ),
    ]);
}

#[test]
fn values_are_appended_to_and_measured() {
    dialogue(&[
        ("STRLEN k", ":0\r\n"),
        ("APPEND k ab", ":2\r\n"),
        ("APPEND k \"\"", ":2\r\n"),
        ("APPEND k c", ":3\r\n"),
        ("STRLEN k", ":3\r\n"),
        ("GET k", "$3\r\nabc\r\n"),
    ]);
}

#[test]
fn parts_of_values_are_read_and_written_over() {
    dialogue(&[
        ("GETRANGE k 0 -1", "$0\r\n\r\n"),
        ("SETRANGE k 2 cd", ":4\r\n"),
        ("GET k", "$4\r\n\x00\x00cd\r\n"),
        ("SETRANGE k 0 ab", ":4\r\n"),
        ("SETRANGE k 1 \"\"", ":4\r\n"),
        ("SETRANGE absent 1 \"\"", ":0\r\n"),
        ("EXISTS absent", ":0\r\n"),
        ("GETRANGE k 1 2", "$2\r\nbc\r\n"),
        ("SUBSTR k -2 -1", "$2\r\ncd\r\n"),
        ("GETRANGE k -100 100", "$4\r\nabcd\r\n"),
        ("GETRANGE k 2 1", "$0\r\n\r\n"),
        ("GETRANGE k 4 9", "$0\r\n\r\n"),
        // As in Redis.
        ("GETRANGE k 0 -9", "$1\r\na\r\n"),
        ("SETRANGE k -1 x", "-ERR offset is out of range\r\n"),
        (
            "SETRANGE k 131072 x",
            "-ERR string exceeds maximum allowed size: a key and its value may have 131072 bytes\r\n",
        ),
        (
            "SETRANGE k 131071 x",
            "-ERR too large: a key and its value may have 131072 bytes, and an answer 524288; nothing was \
             changed\r\n",
        ),
        (
            "GETRANGE k 0 x",
            "-ERR value is not an integer or out of range\r\n",
        ),
        ("STRLEN k", ":4\r\n"),
    ]);
}

#[test]
fn a_value_that_would_grow_too_large_stays_as_it_was() {
    let alone = Alone::start();
    let mut client = alone.connect();
    let append = |length: usize| {
        let value = "v".repeat(length);
        format!("*3\r\n$6\r\nAPPEND\r\n$1\r\nk\r\n${length}\r\n{value}\r\n")
    };
    let most = synod_node::wire::LARGEST_COMMAND - 1;
    client.says(append(most), &format!(":{most}\r\n"));
    let error = "-ERR too large: a key and its value may have 131072 bytes, and an answer 524288; \
        nothing was changed\r\n";
    client.says(append(1), error);
    client.says("STRLEN k\r\n", &format!(":{most}\r\n"));
    // Five such values are too many for an answer.
    client.says("MGET k k k k k\r\n", error);
}

#[test]
fn keys_are_counted() {
    let alone = Alone::start();
    let mut client = alone.connect();
    client.says("DBSIZE\r\n", ":0\r\n");
    client.says("SET a 1\r\nSET b 1\r\n", "+OK\r\n+OK\r\n");
    alone.until(|status| status.keys == 2);
    client.says("DBSIZE\r\n", ":2\r\n");
}

#[test]
fn a_value_is_set_on_a_condition() {
    dialogue(&[
        ("SET k 1 XX", "$-1\r\n"),
        ("SET k 1 NX", "+OK\r\n"),
        ("SET k 2 nx", "$-1\r\n"),
        ("SET k 3 xx XX", "+OK\r\n"),
        ("SET k 3 GET", "$1\r\n3\r\n"),
        ("SET k 5 NX GET", "$1\r\n3\r\n"),
        ("SET new 1 NX GET", "$-1\r\n"),
        ("SETNX new 2", ":0\r\n"),
        ("SETNX newer 2", ":1\r\n"),
        ("GETSET newer 3", "$1\r\n2\r\n"),
        ("GETSET newest 1", "$-1\r\n"),
        ("GETDEL newest", "$1\r\n1\r\n"),
        ("GETDEL newest", "$-1\r\n"),
        ("CAS k 2 4", ":0\r\n"),
        ("CAS k 3 4", ":1\r\n"),
        ("CAS absent \"\" 4", ":0\r\n"),
        ("GET k", "$1\r\n4\r\n"),
    ]);
}

#[test]
fn numbers_are_incremented_and_decremented() {
    dialogue(&[
        ("INCR n", ":1\r\n"),
        ("INCRBY n 41", ":42\r\n"),
        ("DECR n", ":41\r\n"),
        ("DECRBY n 50", ":-9\r\n"),
        ("GET n", "$2\r\n-9\r\n"),
        ("SET n x", "+OK\r\n"),
        ("INCR n", "-ERR value is not an integer or out of range\r\n"),
        ("SET n 9223372036854775807", "+OK\r\n"),
        ("INCR n", "-ERR increment or decrement would overflow\r\n"),
        ("DECR n", ":9223372036854775806\r\n"),
        ("SET n -9223372036854775808", "+OK\r\n"),
        ("DECR n", "-ERR increment or decrement would overflow\r\n"),
        ("INCRBY n 9223372036854775807", ":-1\r\n"),
        (
            "DECRBY n -9223372036854775808",
            "-ERR decrement would overflow\r\n",
        ),
    ]);
}

/// The same texts are integers as stored values and as arguments.
#[test]
fn the_texts_of_integers_are_those_of_redis() {
    let alone = Alone::start();
    let mut client = alone.connect();
    let refused = "-ERR value is not an integer or out of range\r\n";
    for text in [
        "+5",
        "007",
        "00",
        "-0",
        "-",
        " 5",
        "5 ",
        "5.0",
        "1e3",
        "0x1",
        "",
        "9223372036854775808",
    ] {
        client.says(format!("SET n \"{text}\"\r\n"), "+OK\r\n");
        for command in ["INCR n", "DECR n", "INCRBY n 0", "DECRBY n 1"] {
            client.says(format!("{command}\r\n"), refused);
        }
        for command in ["INCRBY", "DECRBY"] {
            client.says(format!("{command} absent \"{text}\"\r\n"), refused);
        }
        client.says(
            "GET n\r\nGET absent\r\n",
            &format!("${}\r\n{text}\r\n$-1\r\n", text.len()),
        );
    }
}

#[test]
fn reset_returns_the_connection_to_its_initial_state() {
    let alone = Alone::start();
    let mut client = alone.connect();
    client.says(
        "SET k v\r\nREADONLY\r\nRESET\r\nGET k\r\n",
        "+OK\r\n+OK\r\n+RESET\r\n$1\r\nv\r\n",
    );
    // The GET was a decree.
    alone.until(|status| status.law.0 == 2);
}

/// A client that overlooks the error would write to another database than it means to, or take a
/// reply for that of another command. So the connection is closed, and later commands are ignored.
#[test]
fn a_refused_command_that_would_change_later_ones_closes_the_connection() {
    let alone = Alone::start();
    for refused in [
        "SELECT 1",
        "SELECT -1",
        "SELECT 00",
        "SELECT",
        "SELECT x",
        "SUBSCRIBE c",
        "psubscribe *",
        "SSUBSCRIBE c",
        "MONITOR",
        "SYNC",
        "PSYNC ? -1",
        "CLIENT REPLY OFF",
        "CLIENT REPLY SKIP",
        "CLIENT TRACKING ON",
        "CLIENT CACHING YES",
    ] {
        let said = format!("{refused}\r\nSET k v\r\n");
        let heard = alone.connect().last_words(said);
        assert!(heard.starts_with("-ERR "), "{refused}: {heard}");
        assert!(
            heard.contains("the connection is closed"),
            "{refused}: {heard}"
        );
        assert_eq!(heard.lines().count(), 1, "{refused}: {heard}");
    }
    alone.connect().says("GET k\r\n", "$-1\r\n");
}

/// What Redis says, by which clients know it.
const NO_PASSWORD: &str = "-ERR AUTH <password> called without any password configured for the default user. \
    Are you sure your configuration is correct?\r\n";

/// Clients send such commands when they connect, and continue without them.
#[test]
fn after_other_refused_commands_the_connection_stays_open() {
    dialogue(&[
        ("SELECT 0", "+OK\r\n"),
        ("CLIENT REPLY ON", "+OK\r\n"),
        ("AUTH secret", NO_PASSWORD),
        ("AUTH default secret", NO_PASSWORD),
        ("HELLO 3 AUTH default secret SETNAME me", NO_PASSWORD),
        (
            "HELLO 4",
            "-NOPROTO unsupported protocol version: 2 and 3 are supported\r\n",
        ),
        (
            "HELLO x",
            "-ERR Protocol version is not an integer or out of range\r\n",
        ),
        ("SET k v", "+OK\r\n"),
        ("GET k", "$1\r\nv\r\n"),
    ]);
}

#[test]
fn commands_about_the_connection_and_the_node_are_answered_without_the_parliament() {
    let names = command_names();
    dialogue(&[
        ("PING", "+PONG\r\n"),
        ("PING hello", "$5\r\nhello\r\n"),
        ("ECHO hello", "$5\r\nhello\r\n"),
        (
            "COMMAND INFO get nothing mset",
            "*3\r\n*10\r\n$3\r\nget\r\n:2\r\n*1\r\n+readonly\r\n:1\r\n:1\r\n:1\r\n*0\r\n*0\r\n*0\r\n*0\r\n\
             *-1\r\n\
             *10\r\n$4\r\nmset\r\n:-3\r\n*1\r\n+write\r\n:1\r\n:-1\r\n:2\r\n*0\r\n*0\r\n*0\r\n*0\r\n",
        ),
        (
            "COMMAND DOCS strlen",
            "*2\r\n$6\r\nstrlen\r\n*8\r\n$7\r\nsummary\r\n$34\r\nThe length of the value of the key\r\n\
             $5\r\ngroup\r\n$6\r\nstring\r\n$5\r\nsince\r\n$5\r\nsynod\r\n\
             $10\r\ncomplexity\r\n$32\r\nO(log m), with m keys in the map\r\n",
        ),
        (
            "COMMAND COUNT",
            &format!(":{}\r\n", names.split(' ').count()),
        ),
        ("CONFIG GET save", "*2\r\n$4\r\nsave\r\n$0\r\n\r\n"),
        (
            "CONFIG GET appendonly",
            "*2\r\n$10\r\nappendonly\r\n$3\r\nyes\r\n",
        ),
        ("CONFIG GET else", "*0\r\n"),
        ("CLIENT GETNAME", "$-1\r\n"),
        ("CLIENT SETINFO LIB-NAME tests", "+OK\r\n"),
        ("CLIENT SETINFO lib-ver 1.0", "+OK\r\n"),
        ("CLIENT SETNAME me", "+OK\r\n"),
        ("CLIENT GETNAME", "$2\r\nme\r\n"),
        ("CLIENT ID", ":1\r\n"),
        (
            "CLIENT INFO",
            "$60\r\nid=1 name=me db=0 resp=2 watch=0 lib-name=tests lib-ver=1.0\n\r\n",
        ),
        ("", ""),
        ("*0", ""),
        ("*-1", ""),
        ("PING", "+PONG\r\n"),
    ]);
}

#[test]
fn hello_tells_the_server_its_version_and_its_role() {
    let alone = Alone::start();
    alone.preside();
    for hello in ["HELLO\r\n", "HELLO 2 SETNAME me\r\n"] {
        let heard = alone.connect().last_words(format!("{hello}QUIT\r\n"));
        let version = env!("CARGO_PKG_VERSION");
        assert!(heard.starts_with("*14\r\n$6\r\nserver\r\n$5\r\nsynod\r\n"));
        assert!(heard.contains(&format!("$7\r\nversion\r\n$5\r\n{version}\r\n")));
        assert!(heard.contains("$5\r\nproto\r\n:2\r\n$2\r\nid\r\n:"));
        assert!(heard.contains("$4\r\nrole\r\n$9\r\npresident\r\n"));
        assert!(heard.ends_with("$7\r\nmodules\r\n*0\r\n+OK\r\n"));
    }
}

#[test]
fn info_tells_the_state_of_the_node() {
    let alone = Alone::start();
    let mut client = alone.connect();
    client.says("SET k v\r\n", "+OK\r\n");
    alone.until(|status| status.law.0 == 1);
    let all = alone.connect().last_words("INFO\r\nQUIT\r\n");
    for line in [
        "# Server",
        "# Clients",
        "redis_version:7.2.0",
        "redis_mode:standalone",
        "connected_clients:2",
        "# Memory",
        "used_memory:2",
        "# Stats",
        "total_connections_received:2",
        "rejected_connections:0",
        "# Parliament",
        "id:1",
        "cluster:paxos",
        "legislators:1",
        "role:president",
        "president:1",
        "last_tried:0",
        "next_bal:0",
        "law_length:1",
        "in_flight:0",
        "waiting:0",
        "# Snapshots",
        "snapshot:",
        "snapshot_bytes:",
        "writing:",
        "decrees_kept:1",
        "behind:0",
        "receiving:",
        "sending:",
        "# Keyspace",
        "keys:1",
        "db0:keys=1,expires=0,avg_ttl=0",
    ] {
        assert!(all.contains(&format!("\r\n{line}\r\n")), "{line} in {all}");
    }
    let one = alone.connect().last_words("info KEYSPACE\r\nQUIT\r\n");
    let keyspace = "# Keyspace\r\nkeys:1\r\ndb0:keys=1,expires=0,avg_ttl=0\r\n";
    assert_eq!(one, format!("${}\r\n{keyspace}\r\n+OK\r\n", keyspace.len()));
    let none = alone.connect().last_words("INFO nothing\r\nQUIT\r\n");
    assert_eq!(none, "$0\r\n\r\n+OK\r\n");
}

#[test]
fn invalid_commands_are_refused_and_the_connection_stays_open() {
    let unknown = format!("; the commands are: {}\r\n", command_names());
    let number = "-ERR wrong number of arguments for";
    dialogue(&[
        (
            "FLUSHALL",
            &format!("-ERR unknown command 'FLUSHALL'{unknown}"),
        ),
        ("\"a\\n\"", &format!("-ERR unknown command 'a\\n'{unknown}")),
        (
            "GET",
            &format!("{number} 'get' command; write: GET key\r\n"),
        ),
        (
            "GET a b",
            &format!("{number} 'get' command; write: GET key\r\n"),
        ),
        (
            "SET a",
            &format!(
                "{number} 'set' command; write: SET key value [NX|XX] [GET] [EX s|PX \
             ms|EXAT s|PXAT ms|KEEPTTL]\r\n"
            ),
        ),
        (
            "CAS a b",
            &format!("{number} 'cas' command; write: CAS key expected new\r\n"),
        ),
        (
            "DEL",
            &format!("{number} 'del' command; write: DEL key [key ...]\r\n"),
        ),
        (
            "PING a b",
            &format!("{number} 'ping' command; write: PING [message]\r\n"),
        ),
        (
            "READONLY x",
            &format!("{number} 'readonly' command; write: READONLY\r\n"),
        ),
        (
            "SET a b FOR 10",
            "-ERR syntax error: unknown option 'FOR'; write: SET key value [NX|XX] [GET] [EX s|PX ms|EXAT \
             s|PXAT ms|KEEPTTL]\r\n",
        ),
        (
            "SET a b NX XX",
            "-ERR syntax error: a key cannot be both absent (NX) and present (XX)\r\n",
        ),
        (
            "HELLO 2 NAME a",
            "-ERR syntax error: HELLO takes a protocol version, AUTH and SETNAME; not 'NAME'\r\n",
        ),
        (
            "CLIENT SETNAME \"a b\"",
            "-ERR Client names cannot contain spaces, newlines or special characters.\r\n",
        ),
        (
            "CONFIG SET a b",
            "-ERR unknown subcommand 'SET' of 'config'; the subcommands are: GET\r\n",
        ),
        (
            "CLIENT KILL a",
            "-ERR unknown subcommand 'KILL' of 'client'; the subcommands are: ID INFO GETNAME \
             SETNAME SETINFO REPLY\r\n",
        ),
        (
            "COMMAND X",
            "-ERR unknown subcommand 'X' of 'command'; the subcommands are: COUNT DOCS INFO LIST\r\n",
        ),
        ("DBSIZE", ":0\r\n"),
    ]);
}

#[test]
fn the_largest_command_is_carried_out_and_a_larger_one_is_refused() {
    let alone = Alone::start();
    let mut client = alone.connect();
    let most = synod_node::wire::LARGEST_COMMAND;
    let set = |length: usize| {
        let value = "v".repeat(length);
        format!("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n${length}\r\n{value}\r\n")
    };
    client.says(set(most - 1), "+OK\r\n");
    let error = format!(
        "-ERR too large: the key and the values of a command have {} bytes; they may have {most}\r\n",
        most + 1
    );
    client.says(set(most), &error);
    let value = "v".repeat(most - 1);
    client.says("GET k\r\n", &format!("${}\r\n{value}\r\n", most - 1));
}

#[test]
fn after_readonly_get_is_answered_without_the_parliament() {
    let alone = Alone::start();
    let mut client = alone.connect();
    client.says("SET k v\r\n", "+OK\r\n");
    alone.until(|status| status.law.0 == 1);
    client.says(
        "READONLY\r\nGET k\r\nGET l\r\n",
        "+OK\r\n$1\r\nv\r\n$-1\r\n",
    );
    assert_eq!(alone.node.handle.status().law.0, 1);
    client.says("SET k w\r\nGET k\r\n", "+OK\r\n$1\r\nw\r\n");
    client.says("READWRITE\r\nGET k\r\n", "+OK\r\n$1\r\nw\r\n");
    alone.until(|status| status.law.0 == 3);
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let alone = Alone::start();
    let incr = "*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n";
    let said: Vec<_> = (1..=500).map(|n| format!("{incr}ECHO {n}\r\n")).collect();
    let heard = (1..=500).map(|n| format!(":{n}\r\n${}\r\n{n}\r\n", n.to_string().len()));
    let heard: Vec<_> = heard.collect();
    alone.connect().says(said.concat(), &heard.concat());
}

#[test]
fn requests_before_quit_are_answered_and_those_after_it_are_ignored() {
    let alone = Alone::start();
    let heard = alone.connect().last_words("INCR n\r\nQUIT\r\nINCR n\r\n");
    assert_eq!(heard, ":1\r\n+OK\r\n");
    alone.connect().says("GET n\r\n", "$1\r\n1\r\n");
}
