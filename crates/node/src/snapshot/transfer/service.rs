//! [`TransferService`]: carries out the transfers of a node, in a thread of its own, because a
//! disk may block it.

use super::partial::{Partial, PartialError, open_to_send, require_room};
use super::{Pace, Receiver, Sender, Step, TransferProgress, UnderWay, Want};
use crate::snapshot::{background, file_in, metrics};
use crate::wire::{FileDigest, SnapshotSummary, Transfer};
use rustix::fs::statvfs;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use synod_math::Priest;
use synod_protocol::parliament::DecreeNumber;

/// How many tasks may wait. A part of a transfer that finds no room is lost, as on a network.
const TASKS: usize = 128;

/// How often the times of transfers under way are looked at.
const TICK: Duration = Duration::from_millis(100);

/// A snapshot that has arrived whole. It is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// The peer that has sent it.
    pub from: Priest,
    /// What it is.
    pub summary: SnapshotSummary,
    /// Its file.
    pub file: PathBuf,
}

/// What a transfer service needs of its node.
pub trait TransferHost: Send + 'static {
    /// Sends a part of a transfer to a peer. Must not wait. Returns whether there was room for
    /// it; if not, it is sent again later.
    fn send(&mut self, to: Priest, transfer: Transfer) -> bool;

    /// Uses a snapshot that has arrived. May take its time: until it returns, no transfer goes
    /// on. Returns whether it could be used; if not, its file is removed.
    fn arrived(&mut self, arrived: Arrived) -> bool;

    /// How many bytes are free on the disk of the folder.
    ///
    /// # Errors
    ///
    /// If the operating system does not tell.
    fn free_space(&self, folder: &Path) -> io::Result<u64> {
        let disk = statvfs(folder)?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    }
}

/// Sends the snapshots of a node to its peers, and receives theirs. Dropping it ends the thread
/// as soon as its task is done.
#[derive(Clone, Debug)]
pub struct TransferService {
    tasks: SyncSender<Task>,
    shared: Arc<Shared>,
    patience: Duration,
}

/// What the thread is told without a task, so that nobody waits for it.
#[derive(Debug, Default)]
struct Shared {
    /// The length of the law.
    law: AtomicU64,
    /// The newest snapshot.
    published: Mutex<Option<SnapshotSummary>>,
    /// The thread tells it.
    under_way: Mutex<UnderWay>,
    /// When peers who have not caught up since have last acknowledged a part of a snapshot.
    lent: Mutex<BTreeMap<Priest, Instant>>,
}

#[derive(Debug)]
enum Task {
    Offer(Priest),
    Receive(Priest, Transfer),
}

impl TransferService {
    /// Starts the service. A partial file in the folder is continued.
    ///
    /// # Errors
    ///
    /// If the operating system has no thread.
    pub fn start(folder: &Path, pace: Pace, host: impl TransferHost) -> io::Result<Self> {
        let (sender, tasks) = sync_channel(TASKS);
        metrics::describe();
        let shared = Arc::new(Shared::default());
        let (folder, told) = (folder.to_owned(), Arc::clone(&shared));
        background::spawn("snapshot transfer", move || {
            let partial = resume(&folder);
            let receiver = match &partial {
                Some(partial) => {
                    Receiver::resume(*partial.summary(), partial.received(), pace, Instant::now())
                }
                None => Receiver::new(pace),
            };
            let transfers = Transfers {
                folder,
                pace,
                host,
                shared: told,
                newest: None,
                sending: BTreeMap::new(),
                receiver,
                partial,
            };
            transfers.run(&tasks);
        })?;
        Ok(Self {
            tasks: sender,
            shared,
            patience: pace.patience,
        })
    }

    /// From now on, offers are of this snapshot, whose file is complete. Never waits.
    pub fn publish(&self, summary: SnapshotSummary) {
        *lock(&self.shared.published) = Some(summary);
    }

    /// Offers the newest snapshot to a peer that needs one, unless a transfer to the peer is
    /// under way. To be repeated as long as the peer needs it. Never waits.
    pub fn offer(&self, to: Priest) {
        let _ = self.tasks.try_send(Task::Offer(to));
    }

    /// Takes a part of a transfer that has arrived from a peer. Never waits.
    pub fn receive(&self, from: Priest, transfer: Transfer) {
        let _ = self.tasks.try_send(Task::Receive(from, transfer));
    }

    /// Whether a peer has acknowledged a part of a snapshot within [`Pace::patience`], and has not caught
    /// up since. Such a peer will need the decrees after it. Never waits.
    pub fn is_lent(&self, now: Instant) -> bool {
        let lent = lock(&self.shared.lent);
        let mut times = lent.values();
        times.any(|time| now.saturating_duration_since(*time) < self.patience)
    }

    /// A peer has caught up. Never waits.
    pub fn caught_up(&self, peer: Priest) {
        lock(&self.shared.lent).remove(&peer);
    }

    /// Tells the length of the law here, so that what it contains is not transferred.
    pub fn set_law(&self, law: DecreeNumber) {
        self.shared.law.store(law.0, Ordering::Relaxed);
    }

    /// The transfers that are under way. Never waits for a disk.
    pub fn under_way(&self) -> UnderWay {
        lock(&self.shared.under_way).clone()
    }
}

/// A panic while the lock is held leaves no harmful partial change.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The partial file that a former run has left.
fn resume(folder: &Path) -> Option<Partial> {
    Partial::resume(folder).unwrap_or_else(|error| {
        tracing::warn!("the part of a snapshot that is here is not continued: {error}");
        None
    })
}

/// A file that is open for as long as it is sent to someone, also after it was removed.
#[derive(Debug)]
struct Source {
    summary: SnapshotSummary,
    file: File,
}

/// The state of the thread.
struct Transfers<H> {
    folder: PathBuf,
    pace: Pace,
    host: H,
    shared: Arc<Shared>,
    newest: Option<Arc<Source>>,
    sending: BTreeMap<Priest, (Sender, Arc<Source>)>,
    receiver: Receiver,
    /// The file of the receiver.
    partial: Option<Partial>,
}

impl<H: TransferHost> Transfers<H> {
    fn run(mut self, tasks: &mpsc::Receiver<Task>) {
        loop {
            let is_idle = self.sending.is_empty() && !self.receiver.is_receiving();
            let task = if is_idle {
                tasks.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                tasks.recv_timeout(TICK)
            };
            match task {
                Ok(task) => self.take(task),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            self.send_wants();
            self.send_files();
            *lock(&self.shared.under_way) = self.under_way();
        }
    }

    fn under_way(&self) -> UnderWay {
        let sending = self.sending.iter();
        let wanted = sending.filter(|(_, (sender, _))| sender.is_wanted());
        let progress = wanted.map(|(to, (sender, _))| TransferProgress {
            peer: Some(*to),
            file: *sender.file(),
            received: sender.acknowledged(),
        });
        UnderWay {
            receiving: self.receiver.progress(),
            sending: progress.collect(),
        }
    }

    fn law(&self) -> DecreeNumber {
        DecreeNumber(self.shared.law.load(Ordering::Relaxed))
    }

    fn take(&mut self, task: Task) {
        match task {
            Task::Offer(to) => self.offer(to),
            Task::Receive(from, Transfer::Offer(file)) => {
                let law = self.law();
                self.receiver.offer(from, file, law, Instant::now());
                self.follow_receiver();
            }
            Task::Receive(from, Transfer::Want { digest, offset }) => {
                self.take_want(from, digest, offset);
            }
            Task::Receive(
                _,
                Transfer::Chunk {
                    digest,
                    offset,
                    bytes,
                },
            ) => self.take_chunk(digest, offset, &bytes),
        }
    }

    /// Opens the newest snapshot, if it is not open yet.
    fn open_newest(&mut self) {
        let Some(summary) = *lock(&self.shared.published) else {
            return;
        };
        if self.newest.as_ref().map(|newest| newest.summary) == Some(summary) {
            return;
        }
        let path = file_in(&self.folder, &summary);
        match open_to_send(&path) {
            Ok(file) => self.newest = Some(Arc::new(Source { summary, file })),
            Err(error) => tracing::error!("{} cannot be sent: {error}", path.display()),
        }
    }

    fn offer(&mut self, to: Priest) {
        self.open_newest();
        let Some(newest) = &self.newest else {
            return;
        };
        let now = Instant::now();
        let begin = || {
            let sender = Sender::new(newest.summary, self.pace, now);
            (sender, Arc::clone(newest))
        };
        let (sender, source) = self.sending.entry(to).or_insert_with(begin);
        // A file that the peer has never asked for gives way to a newer one.
        if sender.is_over(now) || (!sender.is_wanted() && source.summary != newest.summary) {
            (*sender, *source) = begin();
        }
        sender.offer_again(now);
    }

    /// Takes a Want. If it is about a file that is not being sent, then either this node was
    /// restarted, or the transfer was given up: it begins anew.
    fn take_want(&mut self, from: Priest, digest: FileDigest, offset: u64) {
        let now = Instant::now();
        if let Some((sender, _)) = self.sending.get_mut(&from)
            && sender.want(digest, offset, now)
        {
            lock(&self.shared.lent).insert(from, now);
            return;
        }
        self.open_newest();
        let is_whole =
            |source: &Arc<Source>| source.summary.digest == digest && source.summary.size == offset;
        if !self.newest.as_ref().is_some_and(is_whole) {
            self.offer(from);
            if let Some((sender, _)) = self.sending.get_mut(&from) {
                sender.want(digest, offset, now);
            }
        }
    }

    fn take_chunk(&mut self, digest: FileDigest, offset: u64, bytes: &[u8]) {
        let next = self.receiver.chunk(digest, offset, bytes.len());
        let (Some(next), Some(partial)) = (next, &mut self.partial) else {
            return;
        };
        let new = &bytes[next];
        match partial.append(new) {
            Ok(()) => {
                metrics::bytes_received().increment(new.len() as u64);
                self.receiver.added(new.len(), Instant::now());
                self.follow_receiver();
            }
            Err(error) => self.fail(&error),
        }
    }

    /// Makes the partial file that of the receiver, and uses it if it is complete.
    fn follow_receiver(&mut self) {
        let wanted = self.receiver.file().copied();
        if self.partial.as_ref().map(|partial| *partial.summary()) != wanted {
            if let Some(Err(error)) = self.partial.take().map(Partial::discard) {
                tracing::warn!("{error}");
            }
            match wanted.map(|summary| self.begin(&summary)) {
                Some(Ok(partial)) => {
                    let summary = partial.summary();
                    let (through, size) = (summary.through.0, summary.size);
                    tracing::info!(through, size, "a snapshot is being received");
                    self.partial = Some(partial);
                }
                Some(Err(error)) => self.fail(&error),
                None => {}
            }
        }
        if let Some(from) = self.receiver.complete_from()
            && let Some(partial) = self.partial.take()
        {
            self.finish(from, partial);
        }
    }

    fn begin(&self, summary: &SnapshotSummary) -> Result<Partial, PartialError> {
        let free = self.host.free_space(&self.folder);
        require_room(&self.folder, summary, free)?;
        Partial::begin(&self.folder, summary)
    }

    fn finish(&mut self, from: Priest, partial: Partial) {
        let summary = *partial.summary();
        match partial.finish() {
            Ok(file) => {
                tracing::info!(through = summary.through.0, "a snapshot has arrived");
                metrics::received().increment(1);
                // The peer hears of it at once: the transfer is over.
                self.receiver.ended(true, Instant::now());
                self.send_wants();
                let path = file.clone();
                let is_used = self.host.arrived(Arrived {
                    from,
                    summary,
                    file,
                });
                if !is_used {
                    metrics::discarded().increment(1);
                    if let Err(error) = fs::remove_file(&path) {
                        tracing::warn!("{} cannot be removed: {error}", path.display());
                    }
                }
            }
            Err(error) => self.fail(&error),
        }
    }

    /// Gives up the file that is being received, for a while.
    fn fail(&mut self, error: &PartialError) {
        tracing::error!("a snapshot is not received: {error}");
        metrics::discarded().increment(1);
        if let Some(Err(error)) = self.partial.take().map(Partial::discard) {
            tracing::warn!("{error}");
        }
        self.receiver.ended(false, Instant::now());
    }

    fn send_wants(&mut self) {
        while let Some(Want { to, digest, offset }) = self.receiver.next(self.law(), Instant::now())
        {
            // If there is no room, it is repeated later.
            self.host.send(to, Transfer::Want { digest, offset });
        }
        if self.receiver.file().is_none()
            && let Some(partial) = self.partial.take()
            && let Err(error) = partial.discard()
        {
            tracing::warn!("{error}");
        }
    }

    fn send_files(&mut self) {
        let now = Instant::now();
        let host = &mut self.host;
        self.sending.retain(|to, (sender, source)| {
            while let Some(step) = sender.next(now) {
                let transfer = match part(source, step) {
                    Ok(transfer) => transfer,
                    Err(error) => {
                        tracing::error!("a snapshot cannot be read, and is not sent: {error}");
                        return false;
                    }
                };
                let length = match &transfer {
                    Transfer::Chunk { bytes, .. } => bytes.len(),
                    _ => 0,
                };
                if !host.send(*to, transfer) {
                    break;
                }
                metrics::bytes_sent(*to).increment(length as u64);
                sender.sent(step, now);
            }
            if sender.has_delivered() {
                let (through, to) = (source.summary.through.0, *to);
                tracing::info!(through, to = to.index() + 1, "a snapshot was sent");
                metrics::sent(to).increment(1);
            }
            !sender.is_over(now)
        });
    }
}

/// What a sender has to send.
fn part(source: &Source, step: Step) -> io::Result<Transfer> {
    let Step::Chunk { offset, length } = step else {
        return Ok(Transfer::Offer(source.summary));
    };
    let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    source.file.read_exact_at(&mut bytes, offset)?;
    Ok(Transfer::Chunk {
        digest: source.summary.digest,
        offset,
        bytes: bytes.into(),
    })
}
