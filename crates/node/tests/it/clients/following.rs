//! LAW FOLLOW: clients are told what decrees change.

use super::alone::{self, Alone, Client, LONG};
use super::unfriendly::serve;
use crate::farewell::Three;
use std::collections::BTreeMap;
use std::io::Read;
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};
use synod_node::config::Config;
use synod_node::node::{self, Node};
use synod_resp::{Client as Asking, Reply};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A client that follows the law.
struct Follower(Asking<TcpStream>);

/// What it is told.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    /// The keys that a decree has changed, with their values.
    Change(i64, Vec<(String, Option<String>)>),
    /// All changes up to this decree are told.
    Law(i64),
    /// It ends.
    Error(String),
}

fn text(reply: Reply) -> Option<String> {
    match reply {
        Reply::Bulk(bytes) => bytes.map(|bytes| String::from_utf8(bytes).unwrap()),
        other => panic!("{other:?}"),
    }
}

impl Follower {
    /// Follows from a decree on, and returns which.
    fn begin(address: SocketAddr, arguments: &[&str]) -> (Self, i64) {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        let mut client = Asking::new(stream);
        let request = [&["LAW", "FOLLOW"], arguments].concat();
        match client.ask(&request).unwrap() {
            Reply::Array(Some(parts)) => match <[Reply; 2]>::try_from(parts).unwrap() {
                [kind, Reply::Integer(after)] => {
                    assert_eq!(text(kind).as_deref(), Some("follow"));
                    (Self(client), after)
                }
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    fn next(&mut self) -> Told {
        let mut parts = match self.0.receive().unwrap() {
            Reply::Array(Some(parts)) => parts.into_iter(),
            Reply::Error(error) => return Told::Error(error),
            other => panic!("{other:?}"),
        };
        match (text(parts.next().unwrap()).as_deref(), parts.next()) {
            (Some("law"), Some(Reply::Integer(number))) => Told::Law(number),
            (Some("change"), Some(Reply::Integer(number))) => {
                let Some(Reply::Array(Some(changes))) = parts.next() else {
                    panic!("{parts:?}");
                };
                let mut changes = changes.into_iter().map(text);
                let changes = std::iter::from_fn(|| Some((changes.next()??, changes.next()?)));
                Told::Change(number, changes.collect())
            }
            other => panic!("{other:?}"),
        }
    }

    /// The changes until the law has come to a decree, without the numbers; and the decree.
    fn changes_through(&mut self, through: i64) -> (Vec<(String, Option<String>)>, i64) {
        let mut all = Vec::new();
        loop {
            match self.next() {
                Told::Change(_, changes) => all.extend(changes),
                Told::Law(number) if number >= through => return (all, number),
                Told::Law(_) => {}
                Told::Error(error) => panic!("{error}"),
            }
        }
    }
}

fn now(key: &str, value: &str) -> (String, Option<String>) {
    (key.to_owned(), Some(value.to_owned()))
}

fn gone(key: &str) -> (String, Option<String>) {
    (key.to_owned(), None)
}

/// How many decrees are law.
fn law(alone: &Alone) -> i64 {
    alone.node.handle.status().law.0.try_into().unwrap()
}

#[test]
fn a_client_is_told_every_change_in_order_and_nothing_else() {
    let alone = Alone::start();
    let mut client = alone.connect();
    client.says("SET a 1\r\n", "+OK\r\n");
    client.says("GET a\r\n", "$1\r\n1\r\n");
    let (mut follower, after) = Follower::begin(alone.address(), &["0"]);
    assert_eq!(after, 0);
    for (said, heard) in [
        ("SET a 2 NX", "$-1\r\n"),
        ("INCR a", ":2\r\n"),
        ("DEL b", ":0\r\n"),
        // The value is the same.
        ("SET a 2", "+OK\r\n"),
        ("MSET c 3 b 2", "+OK\r\n"),
        (
            "MULTI\r\nDEL a\r\nSET b 5\r\nINCR b\r\nEXEC",
            "+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*3\r\n:1\r\n+OK\r\n:6\r\n",
        ),
        ("EXPIRE c 10000", ":1\r\n"),
        ("GETDEL c", "$1\r\n3\r\n"),
    ] {
        client.says(format!("{said}\r\n"), heard);
    }
    // Where it tells how far it has come depends on when it looks.
    let mut told = Vec::new();
    while told.len() < 5 {
        match follower.next() {
            Told::Change(_, changes) => told.push(changes),
            Told::Law(_) => {}
            Told::Error(error) => panic!("{error}"),
        }
    }
    let expected = [
        vec![now("a", "1")],
        vec![now("a", "2")],
        // The keys of one decree are in order.
        vec![now("b", "2"), now("c", "3")],
        vec![gone("a"), now("b", "6")],
        vec![gone("c")],
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_key_that_expires_is_told() {
    let alone = Alone::start();
    let (mut follower, _) = Follower::begin(alone.address(), &["0"]);
    alone.connect().says("SET k v PX 30\r\n", "+OK\r\n");
    let mut told = Vec::new();
    while told.len() < 2 {
        if let Told::Change(_, changes) = follower.next() {
            told.push(changes);
        }
    }
    assert_eq!(told, [vec![now("k", "v")], vec![gone("k")]]);
}

#[test]
fn a_client_begins_in_the_middle_with_a_pattern_or_now() {
    let alone = Alone::start();
    let mut client = alone.connect();
    client.says("SET a:1 x\r\n", "+OK\r\n");
    alone.until(|status| status.law.0 > 0);
    let middle = law(&alone);
    client.says("SET a:2 y\r\nSET b:2 y\r\n", "+OK\r\n+OK\r\n");
    alone.until(|status| status.keys == 3);
    let end = law(&alone);
    let from = middle.to_string();
    let (mut follower, after) = Follower::begin(alone.address(), &[&from, "match", "a:*"]);
    assert_eq!(after, middle);
    assert_eq!(follower.changes_through(end), (vec![now("a:2", "y")], end));
    let (mut from_now, after) = Follower::begin(alone.address(), &["$"]);
    assert!(after >= end, "{after}");
    client.says("SET b:1 z\r\n", "+OK\r\n");
    let (changes, number) = from_now.changes_through(after + 1);
    assert_eq!(changes, [now("b:1", "z")]);
    // What does not match the pattern is told as progress.
    assert_eq!(follower.changes_through(number).0, []);
}

#[test]
fn a_client_that_comes_back_misses_nothing() {
    let alone = Alone::start();
    let mut client = alone.connect();
    let (mut seen, mut last) = (Vec::new(), 0);
    for round in 0..5 {
        let (mut follower, after) = Follower::begin(alone.address(), &[&last.to_string()]);
        assert_eq!(after, last);
        client.says(format!("SET k {round}\r\n"), "+OK\r\n");
        let (changes, number) = follower.changes_through(last + 1);
        seen.extend(changes);
        last = number;
        // It is away, and something is changed.
        drop(follower);
        client.says(format!("SET away {round}\r\n"), "+OK\r\n");
    }
    let (mut follower, _) = Follower::begin(alone.address(), &[&last.to_string()]);
    seen.extend(follower.changes_through(last + 1).0);
    for key in ["k", "away"] {
        let of_key = seen.iter().filter(|(changed, _)| changed == key);
        let values: Vec<_> = of_key.map(|(_, value)| value.as_deref().unwrap()).collect();
        assert_eq!(values, ["0", "1", "2", "3", "4"], "{seen:?}");
    }
}

/// The numbers are those of decrees, which are the same everywhere.
#[test]
fn a_client_that_goes_from_node_to_node_misses_nothing() {
    let mut three = Three::start();
    let (mut seen, mut last) = (Vec::new(), 0);
    let mut follow = |address: SocketAddr| {
        let (mut follower, after) = Follower::begin(address, &[&last.to_string()]);
        assert_eq!(after, last);
        let (changes, number) = follower.changes_through(last + 1);
        last = number;
        changes
    };
    for round in 0..24 {
        if round == 12 {
            three.end_the_last();
        }
        let nodes = three.nodes.len();
        let set = format!("SET k{} {round}\r\n", round % 5);
        three.client_of(round % nodes).says(set, "+OK\r\n");
        seen.extend(follow(three.address((round + 1) % nodes)));
    }
    while seen.len() < 24 {
        seen.extend(follow(three.address(0)));
    }
    let expected = (0..24).map(|round| now(&format!("k{}", round % 5), &round.to_string()));
    assert_eq!(seen, expected.collect::<Vec<_>>());
    for node in 0..2 {
        let (mut follower, _) = Follower::begin(three.address(node), &["0"]);
        assert_eq!(follower.changes_through(last).0, seen, "node {node}");
    }
}

/// A node that takes a snapshot every few decrees.
fn with_snapshots() -> Alone {
    Alone::with(|config| {
        config.settings.snapshot = Some(2000);
        config.settings.kept = 200;
    })
}

/// Sets keys one by one, so that snapshots are taken.
fn set_many(alone: &Alone, count: usize) -> BTreeMap<String, Option<String>> {
    let mut client = alone.connect();
    let set = |n: usize| (format!("k{}", n % 7), Some(n.to_string()));
    for n in 0..count {
        client.says(format!("SET k{} {n}\r\n", n % 7), "+OK\r\n");
    }
    (0..count).map(set).collect()
}

#[test]
fn decrees_that_a_snapshot_stands_for_are_cut_and_it_is_said_where_to_go_on() {
    let alone = with_snapshots();
    set_many(&alone, 200);
    alone.until(|status| status.snapshots.in_ledger.is_some());
    let heard = alone.connect().last_words("LAW FOLLOW 0\r\n");
    let number = heard.strip_prefix("-CUT ").expect(&heard);
    let number = number.split_once(' ').unwrap().0;
    assert!(number.parse::<i64>().unwrap() > 0, "{heard}");
    let ending = format!("follow from decree {number} on\r\n");
    assert!(heard.ends_with(&ending), "{heard}");
    let (mut follower, _) = Follower::begin(alone.address(), &[number]);
    let before = law(&alone);
    alone.connect().says("SET new v\r\n", "+OK\r\n");
    let changes = follower.changes_through(before + 1).0;
    assert!(changes.ends_with(&[now("new", "v")]), "{changes:?}");
}

#[test]
fn who_follows_closely_is_told_everything_while_snapshots_are_taken() {
    let alone = with_snapshots();
    let (mut follower, _) = Follower::begin(alone.address(), &["0"]);
    let (mut told, mut law) = (BTreeMap::new(), 0);
    for _ in 0..20 {
        let wanted = set_many(&alone, 20);
        let (changes, number) = follower.changes_through(law + 20);
        assert!(changes.len() == 20, "{changes:?}");
        told.extend(changes);
        assert_eq!(told, wanted);
        law = number;
    }
    let snapshot = alone.node.handle.status().snapshots.in_ledger.unwrap();
    assert!(snapshot.through.0 > 20, "{snapshot:?}");
}

#[test]
fn a_client_that_does_not_read_holds_nobody_up_and_can_come_back() {
    // No decree is cut off meanwhile.
    let alone = Alone::with(|config| config.settings.snapshot = None);
    let slow = serve(&alone, |options| options.slow = Duration::from_millis(200));
    let (mut follower, _) = Follower::begin(slow, &["0"]);
    let (mut other, _) = Follower::begin(alone.address(), &["0"]);
    let mut client = alone.connect();
    // More than the operating system keeps for the client.
    for n in 0..400 {
        let value = format!("{n:50000}");
        let request = format!("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$50000\r\n{value}\r\n");
        client.says(request, "+OK\r\n");
    }
    let (changes, number) = other.changes_through(400);
    assert_eq!(changes.len(), 400);
    // What was written before the end is complete up to the last number.
    let mut last = 0;
    let end = Instant::now() + LONG;
    while let Ok(reply) = follower.0.receive() {
        assert!(Instant::now() < end);
        if let Reply::Array(Some(parts)) = reply
            && let [Reply::Bulk(Some(kind)), Reply::Integer(number)] = &parts[..]
            && kind == b"law"
        {
            last = *number;
        }
    }
    assert!(last < number, "{last}");
    let (mut follower, _) = Follower::begin(alone.address(), &[&last.to_string()]);
    let (changes, _) = follower.changes_through(number);
    assert_eq!(changes.len(), usize::try_from(number - last).unwrap());
}

#[test]
fn a_decree_that_changes_much_is_told_in_parts() {
    let alone = Alone::start();
    let mut client = alone.connect();
    let value = "v".repeat(60_000);
    for n in 0..10 {
        client.says(format!("SET k{n} {value}\r\n"), "+OK\r\n");
    }
    alone.until(|status| status.keys == 10);
    let before = law(&alone);
    let (mut follower, _) = Follower::begin(alone.address(), &[&before.to_string()]);
    let append: String = (0..10)
        .map(|n| format!("APPEND k{n} w\r\n"))
        .collect::<Vec<_>>()
        .concat();
    let queued = "+QUEUED\r\n".repeat(10);
    let replies = ":60001\r\n".repeat(10);
    client.says(
        format!("MULTI\r\n{append}EXEC\r\n"),
        &format!("+OK\r\n{queued}*10\r\n{replies}"),
    );
    let mut numbers = Vec::new();
    let mut keys = 0;
    loop {
        match follower.next() {
            Told::Change(number, changes) => {
                keys += changes.len();
                numbers.push(number);
            }
            // Not before all parts are told.
            Told::Law(number) if keys == 10 => break assert_eq!(numbers.last(), Some(&number)),
            told => panic!("{told:?}"),
        }
    }
    assert!(numbers.len() > 1);
    assert!(numbers.iter().all(|number| *number == numbers[0]));
}

/// A node in a folder that outlives it.
struct Restarted {
    runtime: Runtime,
    config: Config,
}

impl Restarted {
    fn start(&self) -> Node {
        self.runtime.block_on(node::start(&self.config)).unwrap()
    }

    fn end(&self, mut node: Node) {
        self.runtime.block_on(async {
            node.handle.end().await;
            (&mut node.end).await.unwrap().unwrap();
            node.finish_replies().await;
        });
    }
}

#[test]
fn the_law_goes_on_where_it_was_when_a_node_is_started_again() {
    let folder = TempDir::new().unwrap();
    let all = Restarted {
        runtime: Runtime::new().unwrap(),
        config: alone::config(&folder),
    };
    let node = all.start();
    let (mut follower, _) = Follower::begin(node.addresses.clients, &["0"]);
    Client::of(node.addresses.clients).says("SET a 1\r\n", "+OK\r\n");
    let (changes, last) = follower.changes_through(1);
    assert_eq!(changes, [now("a", "1")]);
    Client::of(node.addresses.clients).says("SET b 2\r\n", "+OK\r\n");
    all.end(node);
    // The connection is closed, at the latest after what was law.
    let mut rest = Vec::new();
    let mut stream = follower.0.stream().try_clone().unwrap();
    stream.read_to_end(&mut rest).unwrap();

    let node = all.start();
    let (mut follower, _) = Follower::begin(node.addresses.clients, &[&last.to_string()]);
    Client::of(node.addresses.clients).says("SET c 3\r\n", "+OK\r\n");
    let changes = follower.changes_through(last + 2).0;
    assert_eq!(changes, [now("b", "2"), now("c", "3")]);
    all.end(node);
}

#[test]
fn a_client_of_resp3_is_told_by_messages_of_their_own_kind() {
    let alone = Alone::start();
    let mut client = alone.connect();
    client.hears_after("HELLO 3\r\n", b"modules\r\n*0\r\n");
    alone.preside();
    client.says("LAW FOLLOW 0\r\n", ">2\r\n$6\r\nfollow\r\n:0\r\n");
    alone.connect().says("SET k v\r\n", "+OK\r\n");
    let heard = client.hears_after("", b"$1\r\nv\r\n");
    let change = heard.find(">3\r\n$6\r\nchange\r\n:").expect(&heard);
    assert!(
        heard[change..].ends_with("\r\n%1\r\n$1\r\nk\r\n$1\r\nv\r\n"),
        "{heard}"
    );
}

#[test]
fn what_cannot_be_followed_is_refused() {
    let alone = Alone::start();
    let mut client = alone.connect();
    let decree = "-ERR invalid decree: LAW FOLLOW takes the number of the last decree that you have, 0 for none, or $ for all up to now\r\n";
    for wrong in ["LAW FOLLOW x", "LAW FOLLOW -1", "LAW FOLLOW 01"] {
        client.says(format!("{wrong}\r\n"), decree);
    }
    let form = "write: LAW FOLLOW decree|$ [MATCH pattern]\r\n";
    client.says(
        "LAW FOLLOW 0 NEAR x\r\n",
        &format!("-ERR syntax error: 'NEAR'; {form}"),
    );
    client.says(
        "LAW FOLLOW 0 MATCH\r\n",
        &format!("-ERR syntax error: 'MATCH'; {form}"),
    );
    client.says(
        "LAW PASS 1\r\n",
        "-ERR unknown subcommand 'PASS' of 'law'; the subcommands are: FOLLOW\r\n",
    );
    client.says(
        "MULTI\r\nLAW FOLLOW 0\r\nDISCARD\r\n",
        "+OK\r\n-ERR LAW FOLLOW inside MULTI is not allowed\r\n+OK\r\n",
    );
    let heard = client.last_words("LAW FOLLOW 99999999\r\nGET k\r\n");
    let refused = "-ERR a connection that follows the law takes no requests: use another one\r\n";
    let follow = "*2\r\n$6\r\nfollow\r\n:99999999\r\n";
    assert_eq!(heard, format!("{follow}{refused}"));
}

#[test]
fn a_node_has_so_many_followers_and_no_more() {
    let alone = Alone::start();
    let begin = || Follower::begin(alone.address(), &["$"]).0;
    let mut all: Vec<_> = (0..64).map(|_| begin()).collect();
    let heard = alone.connect().last_words("LAW FOLLOW $\r\n");
    let refused = "-TRYAGAIN 64 clients follow the law of this node: ask another one\r\n";
    assert_eq!(heard, refused);
    drop(all.pop());
    let end = Instant::now() + LONG;
    loop {
        let mut client = alone.connect();
        if client.hears_after("LAW FOLLOW $\r\n", b"\r\n") != refused {
            break;
        }
        assert!(Instant::now() < end);
    }
}
