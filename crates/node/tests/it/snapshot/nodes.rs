//! Nodes take snapshots, cut their ledgers, and send a snapshot to a node that was away.

use crate::rollback::nodes::Parliament;
use std::fs;
use synod_node::ledger;
use synod_protocol::parliament::DecreeNumber;

/// How many decrees are passed.
const DECREES: u64 = 400;

/// Nodes 1 and 2 have passed decrees, and have taken a snapshot every few tens of them.
async fn after_many_decrees() -> Parliament {
    let mut all = Parliament::new().await;
    for config in all.configs.values_mut() {
        config.settings.snapshot = Some(2000);
        config.settings.kept = 500;
    }
    all.start(&[1, 2]).await;
    for number in 1..=DECREES {
        let request = format!("SET key{} {number}", number % 10);
        all.gets(1, &request, "+OK").await;
    }
    all
}

fn has_caught_up(all: &Parliament) -> bool {
    all.status(3).law >= all.status(1).law && all.status(1).law >= DecreeNumber(DECREES)
}

/// The number of the snapshot on the disk of a node that is not running.
fn snapshot_of(all: &Parliament, number: usize) -> DecreeNumber {
    let contents = ledger::read(&all.folder(number)).unwrap();
    let kept = contents.snapshot.expect("the ledger refers to a snapshot");
    assert!(contents.ledger.decrees.len() < DECREES as usize / 2);
    let files = fs::read_dir(all.folder(number)).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let snapshots = names.filter(|name| name.starts_with("snapshot-"));
    assert_eq!(snapshots.count(), 1, "older files are removed");
    kept.summary.through
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_was_away_gets_a_snapshot_and_serves_from_it_after_a_restart() {
    let mut all = after_many_decrees().await;
    all.start(&[3]).await;
    all.until("3 catches up", has_caught_up).await;
    all.agree().await;
    for number in 1..=3 {
        let status = all.status(number);
        let in_ledger = status.snapshots.in_ledger.expect("a snapshot");
        assert!(in_ledger.through > DecreeNumber(DECREES / 2) && in_ledger.size > 0);
        assert!(status.decrees_kept < DECREES as usize / 2, "{status:?}");
        assert_eq!(status.contact.behind, 0);
    }
    all.stop(&[1, 2, 3]).await;
    for number in 1..=3 {
        assert!(snapshot_of(&all, number) > DecreeNumber(DECREES / 2));
    }
    all.start(&[2, 3]).await;
    all.gets(3, "GET key7", "397").await;
    all.gets(3, "SET key7 more", "+OK").await;
    all.gets(2, "GET key7", "more").await;
    assert_eq!(all.status(3).refusal, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_has_lost_its_ledger_learns_from_a_snapshot() {
    let mut all = after_many_decrees().await;
    all.start(&[3]).await;
    all.until("3 catches up", has_caught_up).await;
    all.agree().await;
    all.stop(&[3]).await;
    fs::remove_dir_all(all.folder(3)).unwrap();
    all.start(&[3]).await;
    all.until("3 detects its loss", |all| all.loss(3).is_some())
        .await;
    all.until("3 catches up", has_caught_up).await;
    all.stop(&[3]).await;
    assert!(snapshot_of(&all, 3) > DecreeNumber(DECREES / 2));
}
