//! What a node that may not take part still does, and what the other nodes do without it.

use super::nodes::Parliament;
use std::fs;
use std::time::Duration;
use synod_math::{BallotNumber, Priest};
use synod_node::Note;
use synod_node::ledger::{DiskLedger, accept_loss};
use synod_protocol::horizon::STRIDE;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const GOOD: &str = "HTTP/1.1 200 OK";
const BAD: &str = "HTTP/1.1 503 Service Unavailable";

impl Parliament {
    /// Starts all three nodes; then wipes the folder of the second, and restarts it.
    async fn lose_the_second(&mut self) {
        self.start(&[1, 2, 3]).await;
        self.gets(1, "SET precious gold", "+OK").await;
        self.agree().await;
        self.stop(&[2]).await;
        fs::remove_dir_all(self.of(2)).unwrap();
        self.start(&[2]).await;
        self.until("2 detects its loss", |all| all.loss(2).is_some())
            .await;
    }

    /// The status line, and the body.
    async fn http(&self, number: usize, path: &str) -> (String, String) {
        let address = self.running[&number].addresses.http.unwrap();
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).await.unwrap();
        let (head, body) = reply.split_once("\r\n\r\n").unwrap();
        (head.lines().next().unwrap().to_owned(), body.to_owned())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_lost_its_ledger_is_alive_and_says_why_it_is_not_ready() {
    let mut all = Parliament::new().await;
    for config in all.configs.values_mut() {
        config.http = Some("127.0.0.1:0".parse().unwrap());
    }
    all.lose_the_second().await;
    let why = all.loss(2).unwrap().to_string();
    let not_ready = format!("not ready: {why}\n");
    assert_eq!(all.http(2, "/readyz").await, (BAD.to_owned(), not_ready));
    assert_eq!(all.http(2, "/livez").await.0, GOOD);
    let (line, body) = all.http(2, "/health").await;
    assert_eq!(line, BAD);
    let health: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(health["refused"], serde_json::json!(why));
    assert_eq!(health["hindrances"], serde_json::json!([why]));
    assert_eq!(health["ready"], serde_json::json!(false));
    // The other two are a majority, and need not wait for it.
    all.gets(1, "GET precious", "gold").await;
    all.until("1 is ready", |all| {
        let (absence, now) = (all.configs[&1].timing.absence, tokio::time::Instant::now());
        all.status(1).hindrances(absence, now).is_empty()
    })
    .await;
    // A learner does not count for the majority.
    all.stop(&[3]).await;
    all.until("1 has no majority", |all| {
        let (absence, now) = (all.configs[&1].timing.absence, tokio::time::Instant::now());
        let hindrances = all.status(1).hindrances(absence, now);
        let is_silent = |why: &String| why.contains("no message has come from a majority");
        hindrances.iter().any(is_silent)
    })
    .await;
}

/// T is an hour. Without the farewell, no legislator would preside; nor if the learner, which is the
/// next in rank, counted as present.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_lost_its_ledger_does_not_preside_after_a_farewell() {
    let mut all = Parliament::new().await;
    for config in all.configs.values_mut() {
        config.timing.absence = Duration::from_secs(3600);
    }
    all.lose_the_second().await;
    all.until("1 takes 3 for president", |all| {
        all.status(1).president == Priest::new(2)
    })
    .await;
    all.stop(&[3]).await;
    all.until("1 presides", |all| all.status(1).is_president)
        .await;
    all.start(&[3]).await;
    all.gets(1, "GET precious", "gold").await;
    let refused = all.status(2);
    assert_eq!((refused.last_tried, refused.next_bal), (None, None));
    // When the learner itself ends, it does so at once, and the president stays.
    all.stop(&[2]).await;
    all.gets(1, "GET precious", "gold").await;
}

/// A legislator believes ballot numbers only up to a horizon, which starts far below for an empty
/// ledger.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_whose_loss_is_accepted_catches_up_with_large_ballot_numbers() {
    let mut all = Parliament::new().await;
    let large = BallotNumber(5 * STRIDE);
    for number in [1, 3] {
        let identity = all.configs[&number].identity.clone();
        let (mut ledger, _) = DiskLedger::open(&all.of(number), &identity).unwrap();
        ledger.commit(vec![Note::NextBal(large)]).unwrap();
    }
    all.lose_the_second().await;
    let lost = all.loss(2).unwrap().remembered.ledger;
    all.gets(1, "SET after loss", "+OK").await;
    all.agree().await;
    assert_eq!(all.status(2).next_bal, None);
    all.stop(&[2, 3]).await;
    accept_loss(&all.of(2), &all.configs[&2].identity, lost).unwrap();
    all.start(&[2]).await;
    // Its vote is needed.
    all.gets(1, "GET precious", "gold").await;
    assert!(all.status(2).next_bal > Some(large));
}
