//! Clients that violate the protocol or occupy resources: they get an error if possible, their
//! connection is closed, and the node continues to serve others.

use super::alone::{ANY, Alone, Client, LONG};
use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use synod_node::clients::{self, ServeOptions};
use synod_node::config::WithoutTls;
use synod_node::event::Reply;
use synod_node::node;
use synod_node::{Command, Request, Response};
use synod_protocol::parliament::RequestId;
use synod_resp::request::MOST_BYTES;
use tempfile::TempDir;
use tokio::net::TcpListener;

/// Serves clients of the node at another address too, with other options.
pub(super) fn serve(alone: &Alone, change: impl FnOnce(&mut ServeOptions)) -> SocketAddr {
    let mut options =
        ServeOptions::of(&super::alone::config(&TempDir::new().unwrap()), None).unwrap();
    change(&mut options);
    let listener = alone.runtime.block_on(TcpListener::bind(ANY)).unwrap();
    let address = listener.local_addr().unwrap();
    let handle = alone.node.handle.clone();
    alone
        .runtime
        .spawn(clients::serve(listener, handle, options));
    address
}

#[test]
fn a_malformed_request_gets_an_error_and_the_connection_is_closed() {
    let alone = Alone::start();
    let line = "k".repeat(70_000);
    for (said, heard) in [
        (
            "*x\r\n",
            "invalid multibulk length: '*' must be followed by an integer, 1024 at most, and CRLF",
        ),
        (
            "*1\r\n$200000\r\n",
            "invalid bulk length: '$' must be followed by an integer from 0 to 131328, and CRLF",
        ),
        (
            "*1\r\n:1\r\n",
            "expected '$', got ':': a request is an array of bulk strings",
        ),
        (
            "*1\r\n$1\r\nPING\r\n",
            "expected CRLF after a bulk string: its length is not the announced one",
        ),
        (
            "GET 'k\r\n",
            "unbalanced quotes in request: each quote must be closed, and a space or the end of the \
             line must follow it",
        ),
        (&line, "too big inline request: a line may have 65536 bytes"),
    ] {
        let last = alone.connect().last_words(format!("PING\r\n{said}"));
        let expected = format!("+PONG\r\n-ERR Protocol error: {heard}\r\n");
        assert_eq!(last, expected, "{said:.60}");
    }
    alone.connect().says("PING\r\n", "+PONG\r\n");
}

#[test]
fn a_browser_cannot_be_tricked_into_sending_requests() {
    let alone = Alone::start();
    for first in ["POST / HTTP/1.1\r\n", "Host: 127.0.0.1\r\n"] {
        let heard = alone
            .connect()
            .last_words(format!("{first}\r\nSET k v\r\n"));
        assert_eq!(heard, "");
    }
    alone.connect().says("GET k\r\n", "$-1\r\n");
}

#[test]
fn an_endless_request_closes_the_connection() {
    let alone = Alone::start();
    for start in [
        "",
        "*1\r\n$131328\r\n",
        "*",
        "PING\r\n*1024\r\n$1\r\nx\r\n$0",
    ] {
        let mut client = alone.connect();
        client.stream.write_all(start.as_bytes()).unwrap();
        let is_refused = (0..10_000).any(|_| client.stream.write_all(&[b'0'; 4096]).is_err());
        assert!(is_refused, "40 MB after {start:?}");
    }
    alone.connect().says("PING\r\n", "+PONG\r\n");
}

/// The replies to a client that never reads fill the buffers of the operating system; after a while
/// its connection is closed.
#[test]
fn a_client_that_never_reads_is_disconnected_and_delays_no_other() {
    let alone = Alone::start();
    let address = serve(&alone, |options| options.slow = Duration::from_millis(300));
    let mut other = alone.connect();
    let value = "v".repeat(100_000);
    other.says(
        format!("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100000\r\n{value}\r\n"),
        "+OK\r\n",
    );
    let mut mute = Client::of(address);
    let asked = "READONLY\r\n".to_owned() + &"GET k\r\n".repeat(1000);
    let error = loop {
        other.says("INCR n\r\nDEL n\r\n", ":1\r\n:1\r\n");
        if let Err(error) = mute.stream.write_all(asked.as_bytes()) {
            break error;
        }
    };
    let is_cut = matches!(
        error.kind(),
        ErrorKind::BrokenPipe | ErrorKind::ConnectionReset
    );
    assert!(is_cut, "{error}");
}

#[test]
fn a_client_must_complete_a_request_in_time_but_an_idle_client_may_stay() {
    let alone = Alone::start();
    let address = serve(&alone, |options| options.slow = Duration::from_millis(100));
    let (mut idle, mut slow) = (Client::of(address), Client::of(address));
    idle.says("PING\r\n", "+PONG\r\n");
    assert_eq!(slow.last_words("PING\r\n*2\r\n$3\r\nGE"), "+PONG\r\n");
    idle.says("PING\r\n", "+PONG\r\n");
}

/// TCP keepalive is on (Linux shows the timers of sockets).
#[cfg(target_os = "linux")]
#[test]
fn a_client_whose_machine_is_gone_is_detected() {
    let alone = Alone::start();
    let mut client = alone.connect();
    client.says("PING\r\n", "+PONG\r\n");
    let port = |address: SocketAddr| format!("0100007F:{:04X}", address.port());
    let ends = format!(
        " {} {} ",
        port(alone.address()),
        port(client.stream.local_addr().unwrap())
    );
    let sockets = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let line = sockets.lines().find(|line| line.contains(&ends)).unwrap();
    // 02 in the column "tr tm->when" is the keepalive timer.
    assert!(
        line.split_whitespace().nth(5).unwrap().starts_with("02:"),
        "{line}"
    );
}

fn is_served(mut client: Client) -> bool {
    // The write fails if the client is turned away first.
    let _ = client.stream.write_all(b"PING\r\nQUIT\r\n");
    let mut heard = [0; 5];
    let is_heard = client.stream.read_exact(&mut heard).is_ok();
    is_heard && &heard == b"+PONG"
}

#[test]
fn a_client_too_many_is_turned_away() {
    let alone = Alone::start();
    let address = serve(&alone, |options| options.most_clients = 2);
    let (mut first, mut second) = (Client::of(address), Client::of(address));
    first.says("PING\r\n", "+PONG\r\n");
    second.says("PING\r\n", "+PONG\r\n");
    assert_eq!(
        Client::of(address).rest(),
        "-ERR max number of clients reached\r\n"
    );
    assert_eq!(second.last_words("QUIT\r\n"), "+OK\r\n");
    drop(second);
    let end = Instant::now() + LONG;
    while !is_served(Client::of(address)) {
        assert!(Instant::now() < end, "the place of the client is not free");
    }
    first.says("PING\r\n", "+PONG\r\n");
}

#[test]
fn a_repeated_request_is_carried_out_once() {
    let alone = Alone::start();
    alone.preside();
    let id = RequestId {
        client: 7,
        sequence: 1,
    };
    let key = b"n".to_vec();
    let command = Command::Increment { key, by: 1 };
    let mut answers = Vec::new();
    for _ in 0..3 {
        let request = Request {
            id,
            command: command.clone().into(),
        };
        let handle = &alone.node.handle;
        let reply = alone
            .runtime
            .block_on(async { handle.request(request).await.unwrap().await });
        match reply.unwrap() {
            Reply::Answer(answer) => answers.push(answer),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(answers[0].response, Response::Number(1));
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    alone.connect().says("GET n\r\n", "$1\r\n1\r\n");
}

#[test]
fn without_tls_clients_are_served_on_loopback_only_unless_other_addresses_are_allowed() {
    let folder = TempDir::new().unwrap();
    let mut config = super::alone::config(&folder);
    config.clients = "0.0.0.0:0".parse().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let error = runtime.block_on(node::start(&config)).unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("--tls DIR") && text.contains("--insecure"),
        "{text}"
    );
    config.without_tls = WithoutTls::Anywhere;
    let started = runtime.block_on(node::start(&config));
    assert!(started.is_ok(), "{started:?}");
}

/// The bound of an incomplete request is below twice the largest command.
#[test]
fn the_memory_of_an_incomplete_request_is_bounded() {
    const { assert!(MOST_BYTES < 2 * synod_node::wire::LARGEST_COMMAND) };
}
