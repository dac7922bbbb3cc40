//! A node that starts: clients and HTTP are served from the first moment.

use super::alone::{Client, config};
use super::http::{BAD, GOOD, ask_at};
use crate::common::{identity, in_memory};
use std::cell::RefCell;
use synod_node::config::Config;
use synod_node::ledger::{self, DiskLedger};
use synod_node::node::{self, NodeError, Starting};
use synod_node::stage::Stage;
use synod_node::{Decree, Note};
use synod_protocol::parliament::DecreeNumber;
use tokio::runtime::Runtime;

/// A node that has not opened its ledger yet.
fn starting(runtime: &Runtime, config: &Config) -> Starting {
    runtime.block_on(node::serve(config)).unwrap()
}

const LOADING: &str =
    "-LOADING the node is starting: opening the ledger; nothing was carried out\r\n";

#[test]
fn a_node_that_starts_says_so_on_every_path() {
    let (folder, runtime) = (in_memory(), Runtime::new().unwrap());
    let mut config = config(&folder);
    config.identity.cluster = "begins".to_owned();
    let starting = starting(&runtime, &config);
    assert!(!config.folder.exists(), "there is no ledger yet");
    let http = starting.addresses.http.unwrap();
    let ask = |path: &str| ask_at(http, &format!("GET {path}"));
    assert_eq!(ask("/livez"), (GOOD.to_owned(), "alive\n".to_owned()));
    let why = "the node is starting: opening the ledger";
    assert_eq!(
        ask("/readyz"),
        (BAD.to_owned(), format!("not ready: {why}\n"))
    );
    let (line, body) = ask("/health");
    assert_eq!(line, BAD);
    let health: serde_json::Value = serde_json::from_str(&body).unwrap();
    let expected = serde_json::json!({
        "id": 1, "cluster": "begins", "starting": "opening the ledger", "role": "starting",
        "president": null, "law_length": 0, "behind": 0, "ready": false, "hindrances": [why],
    });
    assert_eq!(health, expected);
    let figures = |text: &str| -> Vec<String> {
        let mine = text.lines().filter(|line| line.contains("begins"));
        mine.map(|line| line.replace("{cluster=\"begins\",id=\"1\"}", ""))
            .collect()
    };
    let (line, body) = ask("/metrics");
    assert_eq!(line, GOOD);
    let mut found = figures(&body);
    found.sort();
    assert_eq!(found, ["synod_is_ready 0", "synod_is_starting 1"]);

    let node = runtime.block_on(starting.finish()).unwrap();
    let health = ask("/health").1;
    assert!(!health.contains("starting"), "{health}");
    let found = figures(&ask("/metrics").1);
    for figure in ["synod_is_starting 0", "synod_law_length 0"] {
        assert!(found.contains(&figure.to_owned()), "{found:?}");
    }
    runtime.block_on(node.handle.end());
}

#[test]
fn clients_of_a_node_that_starts_are_told_so_and_served_afterwards() {
    let (folder, runtime) = (in_memory(), Runtime::new().unwrap());
    let starting = starting(&runtime, &config(&folder));
    let mut client = Client::of(starting.addresses.clients);
    for request in [
        "PING",
        "SET k v",
        "GET k",
        "DEL k l",
        "DBSIZE",
        "INCRBY k 2",
    ] {
        client.says(format!("{request}\r\n"), LOADING);
    }
    client.says("READONLY\r\nGET k\r\n", &format!("+OK\r\n{LOADING}"));
    // A transaction that is refused is over: what follows is not queued.
    let aborted = format!(
        "-EXECABORT Transaction discarded because of: {}",
        &LOADING[1..]
    );
    let replies = format!("+OK\r\n{LOADING}{aborted}{LOADING}");
    client.says("MULTI\r\nSET k v\r\nEXEC\r\nGET k\r\n", &replies);
    let loading =
        |is: u8, what: &str| format!("# Persistence\r\nloading:{is}\r\nstarting:{what}\r\n");
    let info = |text: String| format!("${}\r\n{text}\r\n", text.len());
    let text = info(loading(1, "opening the ledger"));
    client.says("INFO persistence\r\n", &text);
    client.says("SELECT 0\r\nCLIENT GETNAME\r\n", "+OK\r\n$-1\r\n");
    let mut idle = Client::of(starting.addresses.clients);

    let node = runtime.block_on(starting.finish()).unwrap();
    client.says("INFO persistence\r\n", &info(loading(0, "")));
    client.says(
        "READWRITE\r\nSET k v\r\nPING\r\n",
        "+OK\r\n+OK\r\n+PONG\r\n",
    );
    idle.says("GET k\r\n", "$1\r\nv\r\n");
    runtime.block_on(node.handle.end());
}

#[test]
fn a_node_whose_ledger_cannot_be_opened_closes_its_connections() {
    let (folder, runtime) = (in_memory(), Runtime::new().unwrap());
    let config = config(&folder);
    let _other = DiskLedger::open(&config.folder, &config.identity).unwrap();
    let starting = starting(&runtime, &config);
    let mut client = Client::of(starting.addresses.clients);
    client.says("PING\r\n", LOADING);
    let error = runtime.block_on(starting.finish()).unwrap_err();
    assert!(matches!(error, NodeError::Ledger(_)), "{error}");
    assert!(error.to_string().contains("in use by another process"));
    assert_eq!(client.rest(), "");
}

#[test]
fn opening_a_ledger_tells_what_it_does_and_how_far_it_is() {
    let folder = in_memory();
    let (mut disk, _) = DiskLedger::open(folder.path(), &identity(0, 3)).unwrap();
    let outcomes = (1..=3000).map(|at| Note::Outcome(DecreeNumber(at), Decree::OliveDay));
    disk.commit(outcomes.collect()).unwrap();
    drop(disk);
    let bytes = std::fs::metadata(folder.path().join(ledger::FILE)).unwrap();
    let told = RefCell::new(Vec::new());
    let tell = |stage| told.borrow_mut().push(stage);
    DiskLedger::open_and_tell(folder.path(), &identity(0, 3), &tell).unwrap();
    let reading = |done| Stage::Reading { done, of: 3000 };
    let verifying = Stage::Verifying { bytes: bytes.len() };
    let expected = [
        Stage::Opening,
        verifying,
        reading(0),
        reading(1024),
        reading(2048),
    ];
    assert_eq!(told.into_inner(), expected);
    assert_eq!(
        reading(1024).to_string(),
        "reading the ledger, 1024 of 3000 decrees"
    );
}
