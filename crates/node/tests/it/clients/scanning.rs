//! SCAN: its cursors, and what it replies while keys come and go.

use super::alone::{Alone, Client, LONG};
use std::collections::BTreeSet;
use std::net::TcpStream;
use synod_resp::{Client as Asking, Reply};

fn asking(alone: &Alone) -> Asking<TcpStream> {
    let stream = TcpStream::connect(alone.address()).unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    Asking::new(stream)
}

/// One SCAN: the next cursor, and the keys.
fn scan(client: &mut Asking<TcpStream>, arguments: &[&str]) -> (String, Vec<String>) {
    let text = |reply: Reply| match reply {
        Reply::Bulk(Some(bytes)) => String::from_utf8(bytes).unwrap(),
        other => panic!("{other:?}"),
    };
    let all = [&["SCAN"], arguments].concat();
    match client.ask(&all).unwrap() {
        Reply::Array(Some(parts)) => match <[Reply; 2]>::try_from(parts).unwrap() {
            [cursor, Reply::Array(Some(keys))] => {
                (text(cursor), keys.into_iter().map(text).collect())
            }
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_key_is_replied_once_although_others_come_and_go() {
    let alone = Alone::start();
    let mut client = asking(&alone);
    for n in 0..50 {
        client.ask(&["SET", &format!("stays:{n:02}"), "v"]).unwrap();
        client.ask(&["SET", &format!("goes:{n:02}"), "v"]).unwrap();
    }
    let (mut cursor, mut found, mut rounds) = ("0".to_owned(), Vec::new(), 0);
    loop {
        // Any connection goes on.
        let mut other = asking(&alone);
        let (next, keys) = scan(&mut other, &[&cursor, "MATCH", "stays:*"]);
        found.extend(keys);
        rounds += 1;
        if next == "0" {
            break;
        }
        cursor = next;
        client.ask(&["DEL", &format!("goes:{rounds:02}")]).unwrap();
        client
            .ask(&["SET", &format!("comes:{rounds:02}"), "v"])
            .unwrap();
    }
    let expected: Vec<_> = (0..50).map(|n| format!("stays:{n:02}")).collect();
    assert_eq!(found, expected);
    assert!(rounds > 5, "{rounds}");
}

#[test]
fn the_options_say_how_many_keys_and_which() {
    let alone = Alone::start();
    let mut client = asking(&alone);
    for key in ["a", "b", "c"] {
        client.ask(&["SET", key, "v"]).unwrap();
    }
    let (cursor, keys) = scan(&mut client, &["0", "COUNT", "2"]);
    assert_ne!(cursor, "0");
    assert_eq!(keys, ["a", "b"]);
    // A cursor may be used again: a client whose connection breaks does.
    for _ in 0..2 {
        let (end, keys) = scan(&mut client, &[&cursor, "count", "1000000"]);
        assert_eq!((end.as_str(), keys), ("0", vec!["c".to_owned()]));
    }
    let all: BTreeSet<_> = scan(&mut client, &["0", "TYPE", "string", "MATCH", "[^b]"])
        .1
        .into_iter()
        .collect();
    assert_eq!(all, BTreeSet::from(["a".to_owned(), "c".to_owned()]));
    assert_eq!(
        scan(&mut client, &["0", "TYPE", "list"]).1,
        Vec::<String>::new()
    );
}

#[test]
fn what_is_no_scan_is_refused() {
    let alone = Alone::start();
    let mut client: Client = alone.connect();
    let cursor = "-ERR invalid cursor: SCAN begins with 0, and goes on at the same node with what it replied\r\n";
    for wrong in ["SCAN x", "SCAN -1", "SCAN 77"] {
        client.says(format!("{wrong}\r\n"), cursor);
    }
    let form = "write: SCAN cursor [MATCH pattern] [COUNT count] [TYPE type]\r\n";
    client.says(
        "SCAN 0 MATCH\r\n",
        &format!("-ERR syntax error: 'MATCH'; {form}"),
    );
    client.says(
        "SCAN 0 NEAR x\r\n",
        &format!("-ERR syntax error: 'NEAR'; {form}"),
    );
    client.says(
        "SCAN 0 COUNT 0\r\n",
        "-ERR syntax error: COUNT must be at least 1\r\n",
    );
    client.says(
        "SCAN 0 COUNT x\r\n",
        "-ERR value is not an integer or out of range\r\n",
    );
}
