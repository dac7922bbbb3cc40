//! Nodes take snapshots, cut their ledgers, and send a snapshot to a node that was away.

use crate::backup::read;
use crate::rollback::nodes::Parliament;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use synod_node::backup::{self, Backup};
use synod_node::ledger;
use synod_protocol::parliament::DecreeNumber;

/// How many decrees are passed.
const DECREES: u64 = 400;

/// Nodes 1 and 2, which take a snapshot every few tens of decrees.
async fn two_nodes() -> Parliament {
    let mut all = Parliament::new().await;
    for config in all.configs.values_mut() {
        config.settings.snapshot = Some(2000);
        config.settings.kept = 500;
    }
    all.start(&[1, 2]).await;
    all
}

async fn pass_many_decrees(all: &mut Parliament) {
    for number in 1..=DECREES {
        let request = format!("SET key{} {number}", number % 10);
        all.gets(1, &request, "+OK").await;
    }
}

/// Nodes 1 and 2 have passed decrees, and have taken snapshots.
async fn after_many_decrees() -> Parliament {
    let mut all = two_nodes().await;
    pass_many_decrees(&mut all).await;
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

/// Makes one backup after another until `is_over`.
fn back_up(node: &Path, to: &Path, is_over: &AtomicBool) -> Vec<Backup> {
    let mut made = Vec::new();
    while !is_over.load(Relaxed) {
        let file = to.join(made.len().to_string());
        made.push(backup::make(node, &file).unwrap());
    }
    made
}

/// Asserts that a backup has the first requests of [`pass_many_decrees`], and a restored ledger too.
fn is_a_prefix(file: &Path, restored: &Path) -> u64 {
    let law = read(file);
    let value = |key: u64| {
        let value = law.state().get(format!("key{key}").as_bytes());
        value.map_or(0, |value| str::from_utf8(value).unwrap().parse().unwrap())
    };
    let last = (0..10).map(value).max().unwrap();
    for key in 0..10 {
        let mut numbers = (1..=last).rev();
        let expected = numbers.find(|number| number % 10 == key);
        assert_eq!(
            value(key),
            expected.unwrap_or_default(),
            "{last} are passed"
        );
    }
    let folders = [restored.to_owned()];
    backup::restore(file, "delphi", 1, &folders).unwrap();
    let kept = ledger::read(restored).unwrap().snapshot.unwrap();
    assert_eq!(kept.summary.through, law.through());
    last
}

#[tokio::test(flavor = "multi_thread")]
async fn backups_of_a_node_that_takes_snapshots_meanwhile_are_prefixes_of_its_law() {
    let mut all = two_nodes().await;
    let folder = crate::common::in_memory();
    let is_over = Arc::new(AtomicBool::new(false));
    let (node, to, over) = (
        all.folder(1),
        folder.path().to_owned(),
        Arc::clone(&is_over),
    );
    let making = tokio::task::spawn_blocking(move || back_up(&node, &to, &over));
    pass_many_decrees(&mut all).await;
    is_over.store(true, Relaxed);
    let made = making.await.unwrap();
    assert!(made.is_sorted_by_key(|backup| backup.header.through));
    let file = |number: usize| folder.path().join(number.to_string());
    let restored = |number: usize| folder.path().join(format!("restored {number}"));
    let numbers = 0..made.len();
    let lasts: Vec<_> = numbers
        .map(|number| is_a_prefix(&file(number), &restored(number)))
        .collect();
    assert!(lasts.is_sorted());
    let some = lasts.iter().filter(|last| (100..DECREES).contains(last));
    assert!(some.count() > 1, "{lasts:?}");
    all.stop(&[1, 2]).await;
    assert!(snapshot_of(&all, 1) > DecreeNumber(DECREES / 2));
}
