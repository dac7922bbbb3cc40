//! MULTI, EXEC, DISCARD, WATCH and UNWATCH.

use super::alone::{Alone, Client};

/// Sends each line on the left, and expects exactly the reply on the right.
fn dialogue(client: &mut Client, lines: &[(&str, &str)]) {
    for (said, heard) in lines {
        client.says(format!("{said}\r\n"), heard);
    }
}

#[test]
fn a_transaction_is_one_decree() {
    let alone = Alone::start();
    let mut client = alone.connect();
    dialogue(
        &mut client,
        &[
            ("MULTI", "+OK\r\n"),
            ("SET k 1", "+QUEUED\r\n"),
            ("INCR k", "+QUEUED\r\n"),
            ("PING", "+QUEUED\r\n"),
            ("GET absent", "+QUEUED\r\n"),
            ("INCR k", "+QUEUED\r\n"),
            ("EXEC", "*5\r\n+OK\r\n:2\r\n+PONG\r\n$-1\r\n:3\r\n"),
            ("GET k", "$1\r\n3\r\n"),
        ],
    );
    alone.until(|status| status.law.0 == 2);
}

#[test]
fn a_discarded_transaction_does_nothing() {
    let alone = Alone::start();
    dialogue(
        &mut alone.connect(),
        &[
            ("DISCARD", "-ERR DISCARD without MULTI\r\n"),
            ("EXEC", "-ERR EXEC without MULTI\r\n"),
            ("MULTI", "+OK\r\n"),
            ("SET k 1", "+QUEUED\r\n"),
            ("DISCARD", "+OK\r\n"),
            ("GET k", "$-1\r\n"),
            ("MULTI", "+OK\r\n"),
            ("SET k 1", "+QUEUED\r\n"),
            ("RESET", "+RESET\r\n"),
            ("EXEC", "-ERR EXEC without MULTI\r\n"),
            ("GET k", "$-1\r\n"),
            ("MULTI", "+OK\r\n"),
            ("EXEC", "*0\r\n"),
        ],
    );
}

/// The client may have sent all of it at once, and overlook the error.
#[test]
fn a_transaction_with_a_refused_command_does_nothing() {
    let alone = Alone::start();
    let abort = "-EXECABORT Transaction discarded because of previous errors.\r\n";
    let number = "-ERR wrong number of arguments for 'get' command; write: GET key\r\n";
    let mut client = alone.connect();
    dialogue(
        &mut client,
        &[
            ("MULTI", "+OK\r\n"),
            ("SET k 1", "+QUEUED\r\n"),
            ("GET", number),
            ("EXEC", abort),
            ("GET k", "$-1\r\n"),
            ("MULTI", "+OK\r\n"),
            ("SCAN 0", "-ERR SCAN inside MULTI is not allowed\r\n"),
            ("SET k 1", "+QUEUED\r\n"),
            ("EXEC", abort),
            (
                "MULTI\r\nSET k 1\r\nGET\r\nEXEC\r\nGET k",
                &format!("+OK\r\n+QUEUED\r\n{number}{abort}$-1\r\n"),
            ),
            ("MULTI\r\nSET k 1", "+OK\r\n+QUEUED\r\n"),
            (
                "EXEC now",
                "-EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' \
                 command; write: EXEC\r\n",
            ),
            ("GET k", "$-1\r\n"),
        ],
    );
}

/// As in Redis, these two are refused and change nothing.
#[test]
fn multi_and_watch_inside_multi_are_refused() {
    let alone = Alone::start();
    dialogue(
        &mut alone.connect(),
        &[
            ("MULTI", "+OK\r\n"),
            ("MULTI", "-ERR MULTI calls can not be nested\r\n"),
            ("WATCH k", "-ERR WATCH inside MULTI is not allowed\r\n"),
            ("INCR k", "+QUEUED\r\n"),
            ("EXEC", "*1\r\n:1\r\n"),
        ],
    );
}

/// An error of one command does not keep the others from being carried out, as in Redis.
#[test]
fn an_error_within_a_transaction_is_one_answer_of_it() {
    let alone = Alone::start();
    dialogue(
        &mut alone.connect(),
        &[
            ("MULTI", "+OK\r\n"),
            ("SET k one", "+QUEUED\r\n"),
            ("INCR k", "+QUEUED\r\n"),
            ("SET l 1", "+QUEUED\r\n"),
            (
                "EXEC",
                "*3\r\n+OK\r\n-ERR value is not an integer or out of range\r\n+OK\r\n",
            ),
            ("GET l", "$1\r\n1\r\n"),
        ],
    );
}

#[test]
fn a_transaction_fails_if_another_client_has_changed_a_watched_key() {
    let alone = Alone::start();
    let (mut one, mut other) = (alone.connect(), alone.connect());
    let read = |client: &mut Client, value: &str| {
        client.says(
            "WATCH n\r\nGET n\r\nMULTI\r\n",
            &format!("+OK\r\n{value}+OK\r\n"),
        );
    };
    read(&mut one, "$-1\r\n");
    read(&mut other, "$-1\r\n");
    one.says("INCR n\r\nEXEC\r\n", "+QUEUED\r\n*1\r\n:1\r\n");
    other.says("INCR n\r\nEXEC\r\n", "+QUEUED\r\n*-1\r\n");
    read(&mut other, "$1\r\n1\r\n");
    other.says("INCR n\r\nEXEC\r\n", "+QUEUED\r\n*1\r\n:2\r\n");
    // Nothing is watched any more.
    one.says(
        "MULTI\r\nINCR n\r\nEXEC\r\n",
        "+OK\r\n+QUEUED\r\n*1\r\n:3\r\n",
    );
}

#[test]
fn unwatch_and_discard_end_all_watches() {
    let alone = Alone::start();
    let (mut one, mut other) = (alone.connect(), alone.connect());
    for end in ["UNWATCH", "MULTI\r\nDISCARD", "RESET"] {
        one.says("WATCH n m\r\n", "+OK\r\n");
        other.says("SET n 1\r\n", "+OK\r\n");
        let heard = match end {
            "UNWATCH" => "+OK\r\n",
            "RESET" => "+RESET\r\n",
            _ => "+OK\r\n+OK\r\n",
        };
        one.says(format!("{end}\r\n"), heard);
        one.says(
            "MULTI\r\nGET n\r\nEXEC\r\n",
            "+OK\r\n+QUEUED\r\n*1\r\n$1\r\n1\r\n",
        );
    }
}

/// A second WATCH of a key does not forgive what has happened since the first.
#[test]
fn a_key_that_has_changed_and_is_watched_again_has_changed() {
    let alone = Alone::start();
    let mut client = alone.connect();
    client.says("WATCH n\r\nSET n 1\r\nWATCH n\r\n", "+OK\r\n+OK\r\n+OK\r\n");
    client.says("MULTI\r\nSET n 2\r\nEXEC\r\n", "+OK\r\n+QUEUED\r\n*-1\r\n");
}

#[test]
fn a_transaction_that_is_too_large_does_nothing() {
    let alone = Alone::start();
    let mut client = alone.connect();
    let value = "v".repeat(60 << 10);
    let set = format!(
        "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n${}\r\n{value}\r\n",
        value.len()
    );
    client.says("MULTI\r\n", "+OK\r\n");
    client.says([&*set, &set].concat(), "+QUEUED\r\n+QUEUED\r\n");
    client.says(&set, "-ERR too large: the key and the values of a command have 184443 bytes; they may have 131072\r\n");
    client.says(
        "EXEC\r\nGET k\r\n",
        "-EXECABORT Transaction discarded because of previous errors.\r\n$-1\r\n",
    );
}
