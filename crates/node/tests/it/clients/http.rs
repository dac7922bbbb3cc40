//! `synod_node::http`: health and metrics.

use super::alone::{Alone, Client, LONG};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};
use synod_math::Priest;
use synod_node::http::MOST_CONNECTIONS;

/// The status line and the body of a reply.
fn ask(alone: &Alone, request: &str) -> (String, String) {
    ask_at(alone.node.addresses.http.unwrap(), request)
}

/// The status line and the body of a reply from this address.
pub(crate) fn ask_at(address: SocketAddr, request: &str) -> (String, String) {
    let request = format!("{request} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
    let reply = Client::of(address).last_words(request);
    let (head, body) = reply.split_once("\r\n\r\n").unwrap();
    let line = head.lines().next().unwrap();
    (line.to_owned(), body.to_owned())
}

/// Asks until the reply is this one.
fn until(alone: &Alone, path: &str, line: &str, body: &str) {
    let end = Instant::now() + LONG;
    loop {
        let heard = ask(alone, &format!("GET {path}"));
        if heard == (line.to_owned(), body.to_owned()) {
            return;
        }
        assert!(Instant::now() < end, "{path}: {heard:?}");
    }
}

pub(super) const GOOD: &str = "HTTP/1.1 200 OK";
pub(super) const BAD: &str = "HTTP/1.1 503 Service Unavailable";

#[test]
fn a_node_is_ready_when_a_president_is_known() {
    let alone = Alone::with(|config| config.timing.absence = Duration::from_secs(3600));
    until(&alone, "/readyz", BAD, "not ready: no president is known\n");
    assert_eq!(
        ask(&alone, "GET /livez"),
        (GOOD.to_owned(), "alive\n".to_owned())
    );
    let (line, body) = ask(&alone, "GET /health");
    assert_eq!(line, BAD);
    let health: serde_json::Value = serde_json::from_str(&body).unwrap();
    let expected = serde_json::json!({
        "id": 1, "cluster": "paxos", "role": "legislator", "president": null,
        "law_length": 0, "behind": 0, "ready": false, "hindrances": ["no president is known"],
    });
    assert_eq!(health, expected);

    let alone = Alone::start();
    alone.connect().says("SET k v\r\n", "+OK\r\n");
    alone.until(|status| status.law.0 == 1);
    until(&alone, "/readyz", GOOD, "ready\n");
    let (line, body) = ask(&alone, "GET /health");
    assert_eq!(line, GOOD);
    let health: serde_json::Value = serde_json::from_str(&body).unwrap();
    let expected = serde_json::json!({
        "id": 1, "cluster": "paxos", "role": "president", "president": 1,
        "law_length": 1, "behind": 0, "ready": true, "hindrances": [],
    });
    assert_eq!(health, expected);
}

/// A legislator that reaches none of its two peers takes itself for president, but has no majority.
#[test]
fn a_node_without_a_majority_is_alive_and_not_ready() {
    let alone = Alone::with(|config| {
        config.identity.legislators = 3;
        let peers = (1..3).map(|index| Priest::new(index).unwrap());
        config.peers = peers.map(|peer| (peer, "127.0.0.1:1".to_owned())).collect();
    });
    alone.until(|status| status.is_president);
    let why = "not ready: no message has come from a majority of legislators yet; \
               the law here is not yet known to be as long as those of a majority\n";
    until(&alone, "/readyz", BAD, why);
    assert_eq!(ask(&alone, "GET /livez").0, GOOD);
    assert_eq!(ask(&alone, "GET /health").0, BAD);
    let metrics = ask(&alone, "GET /metrics").1;
    assert!(
        metrics.contains("synod_is_ready{cluster=\"paxos\",id=\"1\"} 0"),
        "{metrics}"
    );
}

/// Each connection too many ends the oldest one.
#[test]
fn silent_connections_do_not_keep_others_waiting() {
    let alone = Alone::start();
    alone.preside();
    let address = alone.node.addresses.http.unwrap();
    let silent = (0..4 * MOST_CONNECTIONS).map(|_| TcpStream::connect(address).unwrap());
    let silent: Vec<_> = silent.collect();
    until(&alone, "/health", GOOD, &ask(&alone, "GET /health").1);
    let mut oldest = Client {
        stream: silent.into_iter().next().unwrap(),
    };
    oldest.stream.set_read_timeout(Some(LONG)).unwrap();
    assert_eq!(oldest.rest(), "");
}

#[test]
fn metrics_are_served_to_prometheus() {
    let alone = Alone::with(|config| config.identity.cluster = "figures".to_owned());
    let mut client = alone.connect();
    client.says("SET k v\r\n", "+OK\r\n");
    let no_number = "-ERR value is not an integer or out of range\r\n";
    client.says("INCR k\r\n", no_number);
    client.says("GET k\r\n", "$1\r\nv\r\n");
    alone.until(|status| status.law.0 == 3);
    let (line, body) = ask(&alone, "GET /metrics");
    assert_eq!(line, "HTTP/1.1 200 OK");
    for start in [
        "synod_requests_total{command=\"set\",outcome=\"answered\"} ",
        "synod_request_seconds_bucket{command=\"get\",le=\"0.001\"} ",
        "synod_request_seconds_count{command=\"set\"} ",
        "synod_clients_connected ",
        "synod_law_length{cluster=\"figures\",id=\"1\"} 3",
        "synod_law_bytes{cluster=\"figures\",id=\"1\"} 2",
        concat!(
            "synod_build_info{version=\"",
            env!("CARGO_PKG_VERSION"),
            "\",format=\"6\"} 1"
        ),
        "synod_is_president{cluster=\"figures\",id=\"1\"} 1",
        "synod_is_ready{cluster=\"figures\",id=\"1\"} 1",
        "synod_is_caught_up{cluster=\"figures\",id=\"1\"} 1",
        "synod_last_tried_ballot{cluster=\"figures\",id=\"1\"} 0",
        "synod_decrees_kept{cluster=\"figures\",id=\"1\"} 3",
        "synod_decrees_behind{cluster=\"figures\",id=\"1\"} 0",
        "synod_snapshot_decree{cluster=\"figures\",id=\"1\"} 0",
        "synod_snapshots_taken_total ",
        "synod_batch_inputs_bucket{le=\"1\"} ",
        "synod_batch_records_count ",
        "synod_commit_seconds_sum ",
        "synod_records_committed_total ",
    ] {
        let is_there = body.lines().any(|line| line.starts_with(start));
        assert!(is_there, "{start} in {body}");
    }
}

#[test]
fn every_metric_is_described() {
    let alone = Alone::start();
    alone.connect().says("SET k v\r\n", "+OK\r\n");
    alone.until(|status| status.law.0 == 1);
    let body = ask(&alone, "GET /metrics").1;
    let named = |start: &str| {
        let lines = body.lines().filter_map(|line| line.strip_prefix(start));
        let names = lines.filter_map(|rest| rest.split(' ').next());
        names
            .map(str::to_owned)
            .collect::<std::collections::BTreeSet<_>>()
    };
    let (described, all) = (named("# HELP "), named("# TYPE "));
    assert!(all.len() > 25, "{body}");
    let without: Vec<_> = all.difference(&described).collect();
    assert!(without.is_empty(), "{without:?}");
}

#[test]
fn other_paths_and_methods_are_refused() {
    let alone = Alone::start();
    for (request, line) in [
        ("GET /", "HTTP/1.1 404 Not Found"),
        ("GET /metrics/x", "HTTP/1.1 404 Not Found"),
        ("POST /readyz", "HTTP/1.1 405 Method Not Allowed"),
        ("POST /health", "HTTP/1.1 405 Method Not Allowed"),
        ("DELETE /metrics", "HTTP/1.1 405 Method Not Allowed"),
    ] {
        assert_eq!(ask(&alone, request).0, line, "{request}");
    }
    let (line, body) = ask(&alone, "HEAD /metrics");
    assert_eq!((line.as_str(), body.as_str()), ("HTTP/1.1 200 OK", ""));
}
