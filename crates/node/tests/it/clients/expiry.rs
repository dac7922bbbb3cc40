//! Values that last for some time.

use super::alone::{Alone, Client, LONG};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Longer than any of these tests, in seconds.
const LATER: u64 = 10_000;

fn since_1970() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    since.as_secs()
}

#[test]
fn a_value_is_gone_after_its_time() {
    let alone = Alone::start();
    let mut client = alone.connect();
    for (set, heard) in [
        ("SET k v PX 30", "+OK\r\n"),
        ("PSETEX k 30 v", "+OK\r\n"),
        ("SET k v\r\nPEXPIRE k 30", "+OK\r\n:1\r\n"),
    ] {
        client.says(format!("{set}\r\n"), heard);
        let end = Instant::now() + LONG;
        while client.hears_after("EXISTS k\r\n", b"\r\n") != ":0\r\n" {
            assert!(Instant::now() < end, "{set}: the key is still there");
        }
        client.says("GET k\r\nTTL k\r\n", "$-1\r\n:-2\r\n");
    }
    alone.until(|status| status.expiring == 0);
}

/// Asks how many seconds are left.
fn seconds_left(client: &mut Client) -> u64 {
    let heard = client.hears_after("TTL k\r\n", b"\r\n");
    heard.trim().trim_start_matches(':').parse().unwrap()
}

#[test]
fn the_time_that_is_left_is_told_and_can_be_changed() {
    let alone = Alone::start();
    let mut client = alone.connect();
    let until = since_1970() + LATER;
    let (expire_at, set_until) = (
        format!("EXPIREAT k {until}"),
        format!("SET k w EXAT {until} GET"),
    );
    let (left, for_ever) = (true, false);
    for (said, heard, is_left) in [
        ("SETEX k 10000 v", "+OK\r\n", left),
        ("PERSIST k", ":1\r\n", for_ever),
        ("PERSIST k", ":0\r\n", for_ever),
        ("EXPIRE k 10000", ":1\r\n", left),
        ("EXPIRE absent 10000", ":0\r\n", left),
        // What changes a value keeps its deadline, and what sets it does not.
        ("APPEND k w", ":2\r\n", left),
        ("SET k v KEEPTTL", "+OK\r\n", left),
        ("SET k v", "+OK\r\n", for_ever),
        (&expire_at, ":1\r\n", left),
        (&set_until, "$1\r\nv\r\n", left),
        ("SET k w NX EX 10", "$-1\r\n", left),
        ("SET k w EX 10000 XX", "+OK\r\n", left),
    ] {
        client.says(format!("{said}\r\n"), heard);
        if is_left {
            let seconds = seconds_left(&mut client);
            assert!((LATER / 2..=LATER).contains(&seconds), "{said}: {seconds}");
        } else {
            client.says("TTL k\r\nPTTL k\r\n", ":-1\r\n:-1\r\n");
        }
    }
    client.says("EXPIRE k 0\r\nEXISTS k\r\n", ":1\r\n:0\r\n");
    // A time that is over.
    client.says(
        "SET k v EX 10000\r\nSET k v EXAT 1\r\nEXISTS k\r\n",
        "+OK\r\n+OK\r\n:0\r\n",
    );
}

#[test]
fn times_that_are_none_are_refused() {
    let alone = Alone::start();
    let mut client = alone.connect();
    let syntax = "-ERR syntax error: one of EX, PX, EXAT and PXAT with its time, or KEEPTTL\r\n";
    for (said, heard) in [
        ("SET k v EX", syntax),
        ("SET k v EX 10 PX 10", syntax),
        ("SET k v EX 10 KEEPTTL", syntax),
        (
            "SET k v EX x",
            "-ERR value is not an integer or out of range\r\n",
        ),
        (
            "SET k v EX 0",
            "-ERR invalid expire time in 'set' command\r\n",
        ),
        (
            "SETEX k -1 v",
            "-ERR invalid expire time in 'setex' command\r\n",
        ),
        (
            "EXPIRE k 9223372036854775807",
            "-ERR invalid expire time in 'expire' command\r\n",
        ),
        // Now and so long after it is more than a number of milliseconds can tell.
        (
            "PEXPIRE k 9223372036854770000",
            "-ERR invalid expire time in 'pexpire' command\r\n",
        ),
        ("GET k", "$-1\r\n"),
    ] {
        client.says(format!("{said}\r\n"), heard);
    }
}

/// Nobody has told the law the time yet.
#[test]
fn what_is_left_of_the_first_deadline_is_told_rightly_at_once() {
    for said in ["SET k v EX 10000", "SET k v EXAT"] {
        let alone = Alone::start();
        let mut client = alone.connect();
        let at = if said.ends_with("EXAT") {
            format!(" {}", since_1970() + LATER)
        } else {
            String::new()
        };
        // One decree: no time is told in between.
        let heard = client.hears_after(format!("{said}{at}\r\nTTL k\r\nPING\r\n"), b"+PONG\r\n");
        let left = heard.lines().nth(1).unwrap().trim_start_matches(':');
        let left: u64 = left.parse().unwrap();
        assert!((LATER / 2..=LATER).contains(&left), "{said}: {left}");
        // It is over when it is said.
        client.says(
            "DEL k\r\nSET k v EXAT 1\r\nEXISTS k\r\n",
            ":1\r\n+OK\r\n:0\r\n",
        );
    }
}

#[test]
fn a_deadline_can_depend_on_the_one_before() {
    let alone = Alone::start();
    let mut client = alone.connect();
    client.says("SET k v\r\n", "+OK\r\n");
    for (said, heard) in [
        // A key that lasts for ever.
        ("EXPIRE k 100 XX", ":0\r\n"),
        ("EXPIRE k 100 GT", ":0\r\n"),
        ("EXPIRE k 100 XX LT", ":0\r\n"),
        ("TTL k", ":-1\r\n"),
        ("EXPIRE k 4000 LT", ":1\r\n"),
        // One that expires.
        ("PEXPIRE k 1000000 nx", ":0\r\n"),
        ("EXPIRE k 3000 GT", ":0\r\n"),
        ("EXPIRE k 5000 LT XX", ":0\r\n"),
        ("EXPIRE k 5000 GT XX", ":1\r\n"),
        ("EXPIRE k 4500 XX LT", ":1\r\n"),
        ("EXPIRE k 5000 XX", ":1\r\n"),
        ("EXPIRE absent 10 NX", ":0\r\n"),
        ("EXPIRE k -1 GT", ":0\r\n"),
        ("EXISTS k", ":1\r\n"),
        ("EXPIRE k -1 XX", ":1\r\n"),
        ("EXISTS k", ":0\r\n"),
        (
            "EXPIRE k 1 NX GT",
            "-ERR NX and XX, GT or LT options at the same time are not compatible\r\n",
        ),
        (
            "EXPIRE k 1 GT LT",
            "-ERR GT and LT options at the same time are not compatible\r\n",
        ),
        (
            "EXPIRE k 1 SOON",
            "-ERR Unsupported option SOON; write NX, XX, GT, LT, or XX with GT or LT\r\n",
        ),
    ] {
        client.says(format!("{said}\r\n"), heard);
    }
}

#[test]
fn a_deadline_is_told_and_given_with_the_value() {
    let alone = Alone::start();
    let mut client = alone.connect();
    let until = since_1970() + LATER;
    for (said, heard) in [
        ("SET k v", "+OK\r\n"),
        ("EXPIRETIME k\r\nPEXPIRETIME k", ":-1\r\n:-1\r\n"),
        ("EXPIRETIME absent", ":-2\r\n"),
        ("GETEX k", "$1\r\nv\r\n"),
        ("TTL k", ":-1\r\n"),
    ] {
        client.says(format!("{said}\r\n"), heard);
    }
    client.says(format!("GETEX k EXAT {until}\r\n"), "$1\r\nv\r\n");
    client.says("EXPIRETIME k\r\n", &format!(":{until}\r\n"));
    client.says("PEXPIRETIME k\r\n", &format!(":{until}000\r\n"));
    let form = "-ERR syntax error: one of EX, PX, EXAT and PXAT with its time, or PERSIST\r\n";
    for (said, heard) in [
        ("GETEX k persist", "$1\r\nv\r\n"),
        ("TTL k", ":-1\r\n"),
        ("GETEX absent EX 10", "$-1\r\n"),
        ("EXISTS absent", ":0\r\n"),
        ("GETEX k KEEPTTL", form),
        ("GETEX k EX", form),
        (
            "GETEX k EX 0",
            "-ERR invalid expire time in 'getex' command\r\n",
        ),
        ("GETEX k EX 10000", "$1\r\nv\r\n"),
        // It is over, so the value is read for the last time.
        ("GETEX k PXAT 1", "$1\r\nv\r\n"),
        ("EXISTS k", ":0\r\n"),
    ] {
        client.says(format!("{said}\r\n"), heard);
    }
}
