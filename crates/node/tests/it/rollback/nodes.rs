//! Nodes whose folders are wiped, or replaced by an older copy.

use crate::transport::{LONG, config, listener};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use synod_node::config::Config;
use synod_node::ledger::{LedgerError, accept_loss};
use synod_node::ledger_identity::LedgerId;
use synod_node::node::{self, Node, NodeError};
use synod_node::rollback::{Loss, Refusal};
use synod_node::status::Status;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

/// Nodes. Some of them are running.
pub(crate) struct Parliament {
    folder: TempDir,
    pub(crate) configs: BTreeMap<usize, Config>,
    pub(crate) running: BTreeMap<usize, Node>,
}

impl Parliament {
    /// Three nodes.
    pub(crate) async fn new() -> Self {
        Self::of_size(3).await
    }

    pub(crate) async fn of_size(size: usize) -> Self {
        let (mut listeners, mut addresses) = (Vec::new(), Vec::new());
        for _ in 0..size {
            let (listener, address) = listener().await;
            listeners.push(listener);
            addresses.push(address);
        }
        let folder = TempDir::new().unwrap();
        let configs = (1..=size).map(|number| {
            let mut config = config(number, &addresses);
            config.folder = folder.path().join(number.to_string());
            config.patience = Duration::from_secs(2);
            (number, config)
        });
        Self {
            configs: configs.collect(),
            folder,
            running: BTreeMap::new(),
        }
    }

    pub(crate) fn folder(&self, number: usize) -> PathBuf {
        self.configs[&number].folder.clone()
    }

    pub(crate) async fn start(&mut self, numbers: &[usize]) {
        for number in numbers {
            // The last node at this port has ended, but the port may not be free yet.
            let end = Instant::now() + LONG;
            let node = loop {
                match node::start(&self.configs[number]).await {
                    Ok(node) => break node,
                    Err(NodeError::Transport(error)) => assert!(Instant::now() < end, "{error}"),
                    Err(error) => panic!("{error}"),
                }
                sleep(Duration::from_millis(20)).await;
            };
            self.running.insert(*number, node);
        }
    }

    pub(crate) async fn stop(&mut self, numbers: &[usize]) {
        for number in numbers {
            let node = self.running.remove(number).unwrap();
            node.handle.end().await;
            node.end.await.unwrap().unwrap();
        }
    }

    pub(crate) fn status(&self, number: usize) -> Status {
        self.running[&number].handle.status()
    }

    pub(crate) fn loss(&self, number: usize) -> Option<Loss> {
        match self.status(number).refusal {
            Some(Refusal::Loss(loss)) => Some(loss),
            _ => None,
        }
    }

    /// How many lost ledgers the ledger of a node replaces.
    pub(crate) fn replaced(&self, number: usize) -> usize {
        self.status(number).replaced
    }

    pub(crate) async fn until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let end = Instant::now() + LONG;
        while !is_so(self) {
            let all: Vec<_> = self.running.keys().map(|of| self.status(*of)).collect();
            assert!(Instant::now() < end, "this never happens: {what}: {all:#?}");
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// The first line of a reply.
    pub(crate) async fn ask(&self, number: usize, request: &str) -> String {
        let address = self.running[&number].addresses.clients;
        let mut stream = BufReader::new(TcpStream::connect(address).await.unwrap());
        stream
            .write_all(format!("{request}\r\n").as_bytes())
            .await
            .unwrap();
        let (mut line, mut value) = (String::new(), String::new());
        stream.read_line(&mut line).await.unwrap();
        if line.starts_with('$') && line.trim() != "$-1" {
            stream.read_line(&mut value).await.unwrap();
            return value.trim().to_owned();
        }
        line.trim().to_owned()
    }

    /// Asks until the reply is the expected one, while the parliament does not serve yet.
    pub(crate) async fn gets(&self, number: usize, request: &str, reply: &str) {
        let end = Instant::now() + LONG;
        loop {
            let got = self.ask(number, request).await;
            if got == reply {
                return;
            }
            let is_early = got.starts_with("-TRYAGAIN") || got.starts_with("-UNKNOWN");
            assert!(is_early && Instant::now() < end, "{request}: {got}");
        }
    }

    /// Waits until all laws are equally long and the nodes have told each other.
    pub(crate) async fn agree(&self) {
        self.until("equal laws", |all| {
            let laws = all.running.keys().map(|of| all.status(*of).law);
            laws.collect::<std::collections::BTreeSet<_>>().len() == 1
        })
        .await;
        sleep(Duration::from_millis(500)).await;
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        if file.file_type().unwrap().is_file() {
            fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
}

/// Three nodes have met; then 3 was stopped, and 1 and 2 have passed a decree.
async fn precious_gold() -> Parliament {
    let mut all = Parliament::new().await;
    all.start(&[1, 2, 3]).await;
    all.gets(1, "SET greeting hello", "+OK").await;
    all.agree().await;
    all.stop(&[3]).await;
    all.gets(1, "SET precious gold", "+OK").await;
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_is_not_lost_with_the_ledger_of_a_node_that_voted_for_it() {
    let mut all = precious_gold().await;
    all.stop(&[1, 2]).await;
    fs::remove_dir_all(all.folder(2)).unwrap();
    all.start(&[2, 3]).await;
    all.until("2 detects its loss", |all| all.loss(2).is_some())
        .await;
    let loss = all.loss(2).unwrap();
    assert_ne!(loss.remembered.ledger, all.status(2).ledger);
    let reply = all.ask(2, "SET precious lead NX").await;
    assert!(reply.starts_with("-TRYAGAIN"), "{reply}");
    assert!(reply.contains("ledger of this node is lost"), "{reply}");
    let reply = all.ask(3, "SET precious lead NX").await;
    assert!(
        reply.starts_with("-TRYAGAIN") || reply.starts_with("-UNKNOWN"),
        "{reply}"
    );
    // Nor does it vote after a restart, also if no other node is running.
    all.stop(&[2, 3]).await;
    all.start(&[2]).await;
    assert_eq!(all.loss(2), Some(loss));
    // With 1, which knows the write, there is a majority, and 2 learns it.
    all.start(&[1, 3]).await;
    all.gets(3, "GET precious", "gold").await;
    all.gets(1, "SET precious lead NX", "$-1").await;
    // Now all have answered, so that 2 takes part again.
    all.gets(2, "GET precious", "gold").await;
    assert_eq!(all.replaced(2), 1);
}

/// A majority is not enough: 3 may be the only one who knows of a ballot in which 2 has voted.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_lost_its_ledger_waits_for_the_answers_of_all_others() {
    let mut all = precious_gold().await;
    all.stop(&[2]).await;
    fs::remove_dir_all(all.folder(2)).unwrap();
    all.start(&[2]).await;
    all.until("2 detects its loss", |all| all.loss(2).is_some())
        .await;
    sleep(Duration::from_secs(1)).await;
    assert!(all.loss(2).is_some());
    // It also asks after a restart.
    all.stop(&[2]).await;
    all.start(&[2, 3]).await;
    all.gets(2, "GET precious", "gold").await;
    assert_eq!((all.loss(2), all.replaced(2)), (None, 1));
    // It votes: without it there is no majority. And it has promised what the others have.
    all.stop(&[1]).await;
    all.gets(3, "SET precious silver", "+OK").await;
    all.agree().await;
    assert_eq!(all.status(2).next_bal, all.status(3).next_bal);
    // After restarts, all remember the new ledger.
    all.stop(&[2, 3]).await;
    all.start(&[1, 2, 3]).await;
    all.gets(2, "GET precious", "silver").await;
    assert_eq!((all.loss(2), all.replaced(2)), (None, 1));
}

/// If two nodes have lost their ledgers, neither answers the other.
#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_that_lost_their_ledgers_do_not_let_each_other_vote() {
    let mut all = precious_gold().await;
    all.start(&[3]).await;
    all.agree().await;
    all.stop(&[2, 3]).await;
    for lost in [2, 3] {
        fs::remove_dir_all(all.folder(lost)).unwrap();
    }
    all.start(&[2, 3]).await;
    all.until("2 and 3 detect their losses", |all| {
        all.loss(2).is_some() && all.loss(3).is_some()
    })
    .await;
    sleep(Duration::from_secs(1)).await;
    assert!(all.loss(2).is_some() && all.loss(3).is_some());
    let reply = all.ask(1, "GET precious").await;
    assert!(
        reply.starts_with("-TRYAGAIN") || reply.starts_with("-UNKNOWN"),
        "{reply}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_with_an_older_copy_does_not_vote_before_it_knows_what_it_has_lost() {
    let mut all = Parliament::new().await;
    all.start(&[1, 2, 3]).await;
    all.gets(1, "SET greeting hello", "+OK").await;
    all.agree().await;
    all.stop(&[2]).await;
    let (copied, kept) = (
        all.folder.path().join("copy"),
        all.folder.path().join("kept"),
    );
    copy(&all.folder(2), &copied);
    all.start(&[2]).await;
    all.gets(2, "SET precious gold", "+OK").await;
    all.agree().await;
    all.stop(&[2]).await;
    fs::rename(all.folder(2), &kept).unwrap();
    fs::rename(&copied, all.folder(2)).unwrap();
    all.stop(&[1]).await;
    all.start(&[2]).await;
    all.until("2 detects its loss", |all| all.loss(2).is_some())
        .await;
    let copied = all.loss(2).unwrap().here;
    assert_eq!(all.loss(2).unwrap().remembered.ledger, copied);
    let reply = all.ask(2, "GET precious").await;
    assert!(reply.contains("is an older copy"), "{reply}");
    all.start(&[1]).await;
    all.gets(2, "GET precious", "gold").await;
    assert_eq!(all.replaced(2), 1);
    assert_ne!(all.status(2).ledger, copied, "it is another ledger now");
    // So its own ledger, if it is put back, is an older one, too.
    all.stop(&[2]).await;
    fs::remove_dir_all(all.folder(2)).unwrap();
    fs::rename(&kept, all.folder(2)).unwrap();
    all.stop(&[3]).await;
    all.start(&[2]).await;
    all.until("2 detects its loss", |all| all.loss(2).is_some())
        .await;
    all.start(&[3]).await;
    all.gets(2, "GET precious", "gold").await;
    assert_eq!(all.status(2).refusal, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_loss_of_a_named_ledger_can_be_accepted() {
    let mut all = precious_gold().await;
    all.start(&[3]).await;
    all.agree().await;
    all.stop(&[2, 3]).await;
    let identity = all.configs[&2].identity.clone();
    let accept = |lost, folder: &Path| accept_loss(folder, &identity, lost);
    let nothing = accept(LedgerId(7), &all.folder(2)).unwrap_err();
    assert!(
        matches!(nothing, LedgerError::NothingLost { .. }),
        "{nothing}"
    );
    fs::remove_dir_all(all.folder(2)).unwrap();
    let nothing = accept(LedgerId(7), &all.folder(2)).unwrap_err();
    assert!(matches!(nothing, LedgerError::Nothing { .. }), "{nothing}");
    all.start(&[2]).await;
    all.until("2 detects its loss", |all| all.loss(2).is_some())
        .await;
    let lost = all.loss(2).unwrap().remembered.ledger;
    all.stop(&[2]).await;
    let other = accept(LedgerId(7), &all.folder(2)).unwrap_err();
    assert!(matches!(other, LedgerError::OtherLoss { .. }), "{other}");
    accept(lost, &all.folder(2)).unwrap();
    // The same loss may be accepted again: a start that failed afterwards is repeated with the same
    // command.
    accept(lost, &all.folder(2)).unwrap();
    let other = accept(LedgerId(7), &all.folder(2)).unwrap_err();
    assert!(matches!(other, LedgerError::NothingLost { .. }), "{other}");
    all.start(&[2]).await;
    all.gets(2, "GET precious", "gold").await;
    // The other nodes have met the new ledger, and accept it after restarts too.
    all.agree().await;
    all.stop(&[1, 2]).await;
    all.start(&[1, 2, 3]).await;
    all.gets(2, "GET precious", "gold").await;
    all.agree().await;
    assert_eq!(all.status(2).refusal, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn laws_that_differ_stop_every_node_when_the_node_that_knows_returns() {
    let mut all = Parliament::new().await;
    all.start(&[1, 2]).await;
    all.gets(1, "SET precious gold", "+OK").await;
    all.stop(&[1, 2]).await;
    fs::remove_dir_all(all.folder(2)).unwrap();
    // 3 has never met 2, so that the loss is not detected yet.
    all.start(&[2, 3]).await;
    all.gets(2, "SET precious lead NX", "+OK").await;
    all.start(&[1]).await;
    let differs = |all: &Parliament, number| {
        matches!(all.status(number).refusal, Some(Refusal::Difference(_)))
    };
    // 2 hears from 1 that its ledger is lost; 1 and 3 find that their laws differ.
    let stopped =
        |all: &Parliament| differs(all, 1) && differs(all, 3) && all.status(2).refusal.is_some();
    all.until("all nodes are stopped", stopped).await;
    for number in 1..=3 {
        let reply = all.ask(number, "GET precious").await;
        let is_told = reply.contains("laws of legislators") || reply.contains("is lost");
        assert!(is_told, "{reply}");
        let reply = all.ask(number, "INFO parliament").await;
        assert_eq!(reply, "# Parliament");
    }
}
