//! `TransferService`: files on disk, from one folder to another.

use super::header;
use crate::common::in_memory;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use synod_math::Priest;
use synod_node::snapshot::transfer::{Arrived, Pace, RESERVE, TransferHost, TransferService};
use synod_node::snapshot::{file_in, remove_unreferenced, write};
use synod_node::wire::{SnapshotSummary, Transfer};
use tempfile::TempDir;

/// Longer than any transfer takes, also on a busy machine.
const LONG: Duration = Duration::from_secs(30);

const PACE: Pace = Pace {
    resend: Duration::from_millis(100),
    patience: Duration::from_millis(400),
    ..Pace::DEFAULT
};

/// The service at the other end, once it is started.
type OtherEnd = Arc<Mutex<Option<TransferService>>>;

/// Which messages the network changes (or loses: `None`).
type Network = Arc<dyn Fn(Transfer) -> Option<Transfer> + Send + Sync>;

struct End {
    me: usize,
    other: OtherEnd,
    network: Network,
    arrived: Sender<Arrived>,
    free: Arc<AtomicU64>,
}

impl TransferHost for End {
    fn send(&mut self, _: Priest, transfer: Transfer) -> bool {
        if let (Some(other), Some(transfer)) =
            (&*self.other.lock().unwrap(), (self.network)(transfer))
        {
            other.receive(priest(self.me), transfer);
        }
        true
    }

    fn arrived(&mut self, arrived: Arrived) -> bool {
        self.arrived.send(arrived).is_ok()
    }

    fn free_space(&self, _: &Path) -> io::Result<u64> {
        Ok(self.free.load(Ordering::Relaxed))
    }
}

fn priest(index: usize) -> Priest {
    Priest::new(index).unwrap()
}

/// Node 0 has a snapshot of a few megabytes, which node 1 lacks.
struct Pair {
    folders: [TempDir; 2],
    summary: SnapshotSummary,
    ends: [OtherEnd; 2],
    network: Network,
    arrivals: Receiver<Arrived>,
    arrived: Sender<Arrived>,
    /// How many bytes are free on the disks.
    free: Arc<AtomicU64>,
}

impl Pair {
    fn new(network: impl Fn(Transfer) -> Option<Transfer> + Send + Sync + 'static) -> Self {
        let folders = [in_memory(), in_memory()];
        let entries = (0..60_u32).map(|number| number.to_le_bytes().repeat(16 << 10));
        let summary = write(folders[0].path(), &header(9), entries).unwrap();
        let (arrived, arrivals) = channel();
        let pair = Self {
            folders,
            summary,
            ends: [OtherEnd::default(), OtherEnd::default()],
            network: Arc::new(network),
            arrivals,
            arrived,
            free: Arc::new(AtomicU64::new(1 << 30)),
        };
        pair.start(0);
        pair.start(1);
        pair.service(0).publish(summary);
        pair
    }

    fn start(&self, me: usize) {
        let end = End {
            me,
            other: Arc::clone(&self.ends[1 - me]),
            network: Arc::clone(&self.network),
            arrived: self.arrived.clone(),
            free: Arc::clone(&self.free),
        };
        let service = TransferService::start(self.folders[me].path(), PACE, end).unwrap();
        *self.ends[me].lock().unwrap() = Some(service);
    }

    fn service(&self, me: usize) -> TransferService {
        self.ends[me].lock().unwrap().clone().unwrap()
    }

    /// Offers the snapshot, as often as a legislator does, until it has arrived.
    fn wait(&self) -> Arrived {
        for _ in 0..LONG.as_millis() / 20 {
            self.service(0).offer(priest(1));
            if let Ok(arrived) = self.arrivals.recv_timeout(Duration::from_millis(20)) {
                return arrived;
            }
        }
        panic!("it has not arrived");
    }

    fn check(&self, arrived: &Arrived) {
        let folder = self.folders[1].path();
        assert_eq!(arrived.from, priest(0));
        assert_eq!(arrived.summary, self.summary);
        assert_eq!(arrived.file, file_in(folder, &self.summary));
        assert_eq!(files(folder), std::slice::from_ref(&arrived.file));
    }
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn a_file_arrives_although_messages_are_lost() {
    let count = AtomicU64::new(0);
    let pair = Pair::new(move |transfer| {
        let number = count.fetch_add(1, Ordering::Relaxed);
        (number % 23 != 22).then_some(transfer)
    });
    let arrived = pair.wait();
    pair.check(&arrived);
    let sent = file_in(pair.folders[0].path(), &pair.summary);
    assert_eq!(fs::read(sent).unwrap(), fs::read(&arrived.file).unwrap());
}

#[test]
fn a_snapshot_is_lent_until_the_peer_has_caught_up_or_is_silent() {
    let pair = Pair::new(Some);
    let (service, before) = (pair.service(0), Instant::now());
    assert!(!service.is_lent(before));
    pair.wait();
    assert!(service.is_lent(before));
    assert!(!service.is_lent(Instant::now() + LONG));
    // The last acknowledgement may come late. A peer who has caught up says so again and again.
    while service.is_lent(before) {
        service.caught_up(priest(1));
    }
}

#[test]
fn a_file_that_was_removed_arrives_whole() {
    let folder = Arc::new(Mutex::new(None::<std::path::PathBuf>));
    let removed = Arc::clone(&folder);
    let pair = Pair::new(move |transfer| {
        if matches!(&transfer, Transfer::Chunk { offset, .. } if *offset > 1 << 20)
            && let Some(folder) = removed.lock().unwrap().take()
        {
            remove_unreferenced(&folder, None).unwrap();
        }
        Some(transfer)
    });
    *folder.lock().unwrap() = Some(pair.folders[0].path().to_owned());
    pair.check(&pair.wait());
    assert_eq!(files(pair.folders[0].path()).len(), 0);
}

#[test]
fn a_file_that_would_fill_the_disk_is_not_begun_until_there_is_room() {
    let (asked, offers) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let (wants, offered) = (Arc::clone(&asked), Arc::clone(&offers));
    let pair = Pair::new(move |transfer| {
        match &transfer {
            Transfer::Want { .. } => wants.fetch_add(1, Ordering::Relaxed),
            Transfer::Offer(_) => offered.fetch_add(1, Ordering::Relaxed),
            Transfer::Chunk { .. } => 0,
        };
        Some(transfer)
    });
    let needed = pair.summary.size + RESERVE;
    pair.free.store(needed - 1, Ordering::Relaxed);
    // It is refused, and offered again after the pause.
    while offers.load(Ordering::Relaxed) < 8 {
        pair.service(0).offer(priest(1));
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    assert_eq!(files(pair.folders[1].path()).len(), 0);
    pair.free.store(needed, Ordering::Relaxed);
    pair.check(&pair.wait());
}

/// A snapshot that a peer makes up: nothing of it is on any disk.
#[test]
fn an_offer_of_a_forged_size_takes_no_room() {
    let pair = Pair::new(Some);
    let forged = SnapshotSummary {
        size: 1 << 40,
        ..pair.summary
    };
    let receiver = pair.service(1);
    receiver.receive(priest(0), Transfer::Offer(forged));
    pair.check(&pair.wait());
}

#[test]
fn a_file_with_a_wrong_byte_is_discarded_and_sent_again() {
    let count = AtomicU64::new(0);
    let pair = Pair::new(move |transfer| match transfer {
        Transfer::Chunk {
            digest,
            offset,
            bytes,
        } if count.fetch_add(1, Ordering::Relaxed) == 5 => {
            let mut bytes = bytes.to_vec();
            bytes[0] ^= 1;
            let bytes = bytes.into();
            Some(Transfer::Chunk {
                digest,
                offset,
                bytes,
            })
        }
        transfer => Some(transfer),
    });
    pair.check(&pair.wait());
}

#[test]
fn after_a_restart_of_either_side_the_rest_is_sent() {
    let (sent, bound) = (
        Arc::new(AtomicU64::new(0)),
        Arc::new(AtomicU64::new(2 << 20)),
    );
    let (counter, most) = (Arc::clone(&sent), Arc::clone(&bound));
    let pair = Pair::new(move |transfer| {
        if let Transfer::Chunk { offset, bytes, .. } = &transfer {
            if offset + bytes.len() as u64 > most.load(Ordering::Relaxed) {
                return None;
            }
            counter.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        }
        Some(transfer)
    });
    pair.service(0).offer(priest(1));
    let has_most = || sent.load(Ordering::Relaxed) >= 2 << 20;
    while !has_most() {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(50));
    let partial = files(pair.folders[1].path());
    assert_eq!(fs::metadata(&partial[0]).unwrap().len(), 2 << 20);
    let progress = pair.service(1).under_way().receiving.unwrap();
    assert_eq!(progress.peer, Some(priest(0)));
    assert_eq!((progress.file, progress.received), (pair.summary, 2 << 20));
    let sending = pair.service(0).under_way().sending;
    assert_eq!(sending[0].peer, Some(priest(1)));
    assert!(sending[0].received <= 2 << 20);
    pair.start(1);
    pair.start(0);
    pair.service(0).publish(pair.summary);
    let before = sent.swap(0, Ordering::Relaxed);
    assert!(before >= 2 << 20);
    bound.store(u64::MAX, Ordering::Relaxed);
    pair.check(&pair.wait());
    assert_eq!(sent.load(Ordering::Relaxed), pair.summary.size - (2 << 20));
}
