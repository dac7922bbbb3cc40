//! [`Snapshots`]: the snapshots of a node (§3.3.2) are written, sent, received and read in threads of
//! their own. Their results reach the driver as events.

use crate::config::{Config, Identity};
use crate::event::Event;
use crate::ledger::KeptSnapshot;
use crate::rollback::RollbackDetector;
use crate::snapshot::transfer::{Arrived, Pace, TransferHost, TransferService};
use crate::snapshot::{
    self, SnapshotError, SnapshotHeader, SnapshotReader, background, file_in, metrics,
};
use crate::status::SnapshotStatus;
use crate::transport::TransferLinks;
use crate::wire::{self, Transfer};
use crate::{Legislator, Map};
use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::Duration;
use synod_math::Priest;
use synod_protocol::parliament::{DecreeNumber, Law};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// How long to wait after a snapshot could not be written, for example because the disk is full.
const PAUSE: Duration = Duration::from_secs(30);

/// The snapshots of a node.
#[derive(Debug)]
pub(crate) struct Snapshots {
    folder: PathBuf,
    identity: Identity,
    events: mpsc::Sender<Event>,
    transfers: TransferService,
    /// The snapshot that is being written.
    writing: Option<DecreeNumber>,
    /// When the next one may be written, after one could not be.
    not_before: Option<Instant>,
    /// The snapshot in the ledger, and complete ones that may get there.
    files: Vec<KeptSnapshot>,
    /// The snapshot in the ledger.
    in_ledger: Option<KeptSnapshot>,
    /// The last one that has arrived from a peer, and is newer than the law.
    received: Option<KeptSnapshot>,
}

impl Snapshots {
    /// Starts the transfers. `kept` is the snapshot in the ledger.
    ///
    /// # Errors
    ///
    /// If the operating system has no thread.
    pub(crate) fn start(
        config: &Config,
        kept: Option<&KeptSnapshot>,
        links: TransferLinks,
        events: mpsc::Sender<Event>,
    ) -> io::Result<Self> {
        let incoming = Incoming {
            links,
            identity: config.identity.clone(),
            events: events.clone(),
        };
        let mut snapshots = Self {
            folder: config.folder.clone(),
            identity: config.identity.clone(),
            events,
            transfers: TransferService::start(&config.folder, Pace::DEFAULT, incoming)?,
            writing: None,
            not_before: None,
            files: Vec::new(),
            in_ledger: kept.copied(),
            received: None,
        };
        snapshots.kept(kept);
        let me = config.identity.me;
        config
            .peers
            .keys()
            .filter(|peer| **peer != me)
            .for_each(|peer| metrics::show(*peer));
        Ok(snapshots)
    }

    /// Called after each batch: begins to write the snapshot that the legislator has taken.
    pub(crate) fn settle(&mut self, legislator: &Legislator, detector: &RollbackDetector) {
        self.transfers.set_law(legislator.law().through());
        let is_early = || self.not_before.is_some_and(|time| Instant::now() < time);
        if let Some(law) = legislator.pending_snapshot()
            && self.writing.is_none()
            && !is_early()
        {
            // It is known: the law here has this number at least.
            let digest = detector.law_digest(law.through()).unwrap_or_default();
            self.write(law.clone(), digest);
        }
    }

    fn write(&mut self, law: Law<Map>, law_digest: u64) {
        let through = law.through();
        let header = SnapshotHeader {
            cluster: self.identity.cluster.clone(),
            legislators: self.identity.legislators,
            through,
            law_digest,
        };
        let (folder, events) = (self.folder.clone(), self.events.clone());
        let work = move || {
            let start = std::time::Instant::now();
            let entries = law.entries().map(wire::encode_law_entry);
            let written = snapshot::write(&folder, &header, entries);
            ::metrics::histogram!("synod_snapshot_write_seconds").record(start.elapsed());
            let written = written.map(|summary| KeptSnapshot {
                summary,
                law_digest,
            });
            // It fails if the node has ended.
            let _ = events.blocking_send(Event::SnapshotWritten(written));
        };
        match background::spawn("snapshot", work) {
            Ok(_) => self.writing = Some(through),
            Err(error) => self.pause(&error),
        }
    }

    /// Takes the result of writing.
    pub(crate) fn written(
        &mut self,
        written: Result<KeptSnapshot, SnapshotError>,
        legislator: &Legislator,
    ) {
        self.writing = None;
        match written {
            Ok(kept) => {
                let pending = legislator.pending_snapshot().map(Law::through);
                self.add_or_remove(kept, pending == Some(kept.summary.through));
            }
            Err(error) => self.pause(&error),
        }
    }

    /// Whether the snapshot that the legislator has taken is durable, and not in the ledger yet.
    pub(crate) fn has_written_the_pending(&self, legislator: &Legislator) -> bool {
        let pending = legislator.pending_snapshot().map(Law::through);
        pending.is_some_and(|through| self.file_of(through).is_some())
    }

    /// Whether a peer is receiving a snapshot, or has received one a moment ago and has not caught up.
    pub(crate) fn is_lent(&self, now: Instant) -> bool {
        self.transfers.is_lent(now.into_std())
    }

    /// A peer has caught up: it needs no snapshot, and the decrees after none.
    pub(crate) fn caught_up(&self, peer: Priest) {
        self.transfers.caught_up(peer);
    }

    fn pause(&mut self, error: &dyn std::error::Error) {
        tracing::error!(
            "no snapshot is taken, so that the ledger grows: {error}; trying again in {} s",
            PAUSE.as_secs()
        );
        metrics::failed().increment(1);
        self.not_before = Some(Instant::now() + PAUSE);
    }

    /// Takes a snapshot that has arrived. Returns whether it is newer than the law.
    pub(crate) fn arrived(&mut self, kept: KeptSnapshot, legislator: &Legislator) -> bool {
        let is_newer = kept.summary.through > legislator.law().through();
        if is_newer {
            self.received = Some(kept);
        }
        self.add_or_remove(kept, is_newer);
        is_newer
    }

    fn add_or_remove(&mut self, kept: KeptSnapshot, is_useful: bool) {
        // Snapshots of the same law are the same file.
        let is_used = self.files.contains(&kept) || self.writing == Some(kept.summary.through);
        match (is_useful, is_used) {
            (true, _) => self.files.push(kept),
            (false, true) => {}
            (false, false) => self.remove(&kept),
        }
    }

    /// The file of the snapshot with this number, which goes to the ledger.
    pub(crate) fn file_of(&self, through: DecreeNumber) -> Option<KeptSnapshot> {
        let mut files = self.files.iter().rev();
        files.find(|kept| kept.summary.through == through).copied()
    }

    /// Called after each commit, with the snapshot in the ledger: it is the one to offer, and the files
    /// of older ones are removed.
    pub(crate) fn kept(&mut self, kept: Option<&KeptSnapshot>) {
        let Some(kept) = kept else {
            return;
        };
        self.count(kept);
        if self.files.as_slice() == [*kept] {
            return;
        }
        self.transfers.publish(kept.summary);
        let files = std::mem::take(&mut self.files).into_iter();
        for file in files.filter(|file| file.summary != kept.summary) {
            if file.summary.through > kept.summary.through {
                self.files.push(file);
            } else {
                self.remove(&file);
            }
        }
        self.files.push(*kept);
    }

    /// Counts and logs the snapshot in the ledger, if it is a new one.
    fn count(&mut self, kept: &KeptSnapshot) {
        if self.in_ledger.replace(*kept) == Some(*kept) {
            return;
        }
        let (through, size) = (kept.summary.through.0, kept.summary.size);
        if self.received == Some(*kept) {
            metrics::installed().increment(1);
            tracing::info!(through, size, "a snapshot was installed");
        } else {
            metrics::taken().increment(1);
            tracing::info!(through, size, "a snapshot was taken");
        }
    }

    /// What the node shows of its snapshots.
    pub(crate) fn status(&self) -> SnapshotStatus {
        SnapshotStatus {
            in_ledger: self.in_ledger.map(|kept| kept.summary),
            writing: self.writing,
            transfers: self.transfers.under_way(),
        }
    }

    fn remove(&self, kept: &KeptSnapshot) {
        let file = file_in(&self.folder, &kept.summary);
        if let Err(error) = fs::remove_file(&file) {
            tracing::warn!("{} cannot be removed: {error}", file.display());
        }
    }

    /// Offers the snapshot in the ledger to a peer, as the legislator says.
    pub(crate) fn offer(&self, to: Priest) {
        self.transfers.offer(to);
    }

    /// Takes a part of a transfer.
    pub(crate) fn receive(&self, from: Priest, transfer: Transfer) {
        self.transfers.receive(from, transfer);
    }
}

/// What the transfers use of this node.
struct Incoming {
    links: TransferLinks,
    identity: Identity,
    events: mpsc::Sender<Event>,
}

impl TransferHost for Incoming {
    fn send(&mut self, to: Priest, transfer: Transfer) -> bool {
        self.links.send(to, transfer)
    }

    fn arrived(&mut self, arrived: Arrived) -> bool {
        let Arrived {
            from,
            summary,
            file,
        } = arrived;
        let read = || {
            let reader = SnapshotReader::open(&file)?;
            reader.require_cluster_of(&self.identity)?;
            let law_digest = reader.header.law_digest;
            let through = reader.header.through;
            let (summary, law) = reader.read(wire::decode_law_entry, |entries| {
                Law::restore(through, entries)
            })?;
            let kept = KeptSnapshot {
                summary,
                law_digest,
            };
            Ok((law, kept))
        };
        match read() {
            Ok((law, kept)) if kept.summary == summary => {
                let event = Event::SnapshotArrived { from, law, kept };
                self.events.blocking_send(event).is_ok()
            }
            Ok(_) => {
                tracing::error!(
                    "{} is not what legislator {} has offered",
                    file.display(),
                    from.index() + 1
                );
                false
            }
            Err::<_, SnapshotError>(error) => {
                tracing::error!(
                    "a snapshot of legislator {} cannot be used: {error}",
                    from.index() + 1
                );
                false
            }
        }
    }
}
