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
    /// Starts all nodes. Then wipes the folder of one, and restarts it while others are absent, so that
    /// it cannot take part again.
    async fn lose(&mut self, lost: usize, absent: &[usize]) {
        let numbers: Vec<usize> = self.configs.keys().copied().collect();
        self.start(&numbers).await;
        self.gets(1, "SET precious gold", "+OK").await;
        self.agree().await;
        self.stop(&[lost]).await;
        self.stop(absent).await;
        fs::remove_dir_all(self.folder(lost)).unwrap();
        self.start(&[lost]).await;
        self.until("the loss is detected", |all| all.loss(lost).is_some())
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
    all.lose(2, &[3]).await;
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
    // A learner does not count for the majority.
    all.until("1 has no majority", |all| {
        let (absence, now) = (all.configs[&1].timing.absence, tokio::time::Instant::now());
        let hindrances = all.status(1).hindrances(absence, now);
        let is_silent = |why: &String| why.contains("no message has come from a majority");
        hindrances.iter().any(is_silent)
    })
    .await;
    // When all others have answered, it is ready.
    all.start(&[3]).await;
    all.gets(2, "GET precious", "gold").await;
    all.until("2 is ready", |all| {
        let (absence, now) = (all.configs[&2].timing.absence, tokio::time::Instant::now());
        all.status(2).hindrances(absence, now).is_empty()
    })
    .await;
}

/// T is an hour. Without the farewell, no legislator would preside; nor if the learner, which is the
/// next in rank, counted as present.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_lost_its_ledger_does_not_preside_after_a_farewell() {
    let mut all = Parliament::of_size(5).await;
    for config in all.configs.values_mut() {
        config.timing.absence = Duration::from_secs(3600);
    }
    all.lose(4, &[1]).await;
    all.until("2 and 3 take 5 for president", |all| {
        [2, 3].map(|of| all.status(of).president) == [Priest::new(4); 2]
    })
    .await;
    all.stop(&[5]).await;
    all.until("3 presides", |all| all.status(3).is_president)
        .await;
    all.start(&[5]).await;
    all.gets(2, "GET precious", "gold").await;
    let refused = all.status(4);
    assert_eq!((refused.last_tried, refused.next_bal), (None, None));
    // When the learner itself ends, it does so at once, and the president stays.
    all.stop(&[4]).await;
    all.gets(2, "GET precious", "gold").await;
}

/// A legislator believes ballot numbers only up to a horizon, which starts far below for an empty
/// ledger.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_lost_its_ledger_catches_up_with_large_ballot_numbers() {
    for is_accepted in [false, true] {
        catches_up(is_accepted).await;
    }
}

async fn catches_up(is_accepted: bool) {
    let mut all = Parliament::new().await;
    let large = BallotNumber(5 * STRIDE);
    for number in [1, 3] {
        let identity = all.configs[&number].identity.clone();
        let (mut ledger, _) = DiskLedger::open(&all.folder(number), &identity).unwrap();
        ledger.commit(vec![Note::NextBal(large)]).unwrap();
    }
    all.lose(2, &[3]).await;
    assert_eq!(all.status(2).next_bal, None);
    if is_accepted {
        let lost = all.loss(2).unwrap().remembered.ledger;
        all.stop(&[2]).await;
        accept_loss(&all.folder(2), &all.configs[&2].identity, lost).unwrap();
        all.start(&[2]).await;
    } else {
        all.start(&[3]).await;
        all.gets(2, "GET precious", "gold").await;
        all.stop(&[3]).await;
    }
    // Its vote is needed.
    all.gets(1, "GET precious", "gold").await;
    assert!(all.status(2).next_bal > Some(large));
}
