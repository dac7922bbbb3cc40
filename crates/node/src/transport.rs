//! The transport: carries frames between legislators, over TCP or TLS.
//!
//! ```text
//! driver ─push─→ Link ─flush─→ queue ─→ dialer ══TCP or TLS══→ reader ─→ driver
//! ```
//!
//! Each direction has a connection of its own: the connection that legislator i dials to j carries
//! frames from i to j only. It begins with a handshake, in which both sides tell who they are and
//! what they remember of each other's ledgers. The sender tells the latter again before each batch
//! of frames (see [`crate::rollback`]).
//!
//! Frames arrive in the order in which they were pushed, each at most once. Frames are lost when a
//! connection breaks while they are under way, and when they do not fit into a full queue. The
//! protocol tolerates both.
//!
//! [`listen`] and [`start`] are called by [`node::start`](crate::node::start), which gives the
//! [`Links`] to the driver's host; received messages arrive as [`Event`]s.
//!
//! | module | contents |
//! |---|---|
//! | [`frame`] | the format of a frame, and its limits |
//! | `hello`, `handshake_error` | the handshake |
//! | `connection`, `peer` | a connection with TLS or without |
//! | [`queue`] | the frames that wait for a peer |
//! | `outgoing`, `backoff` | the side that dials and writes |
//! | [`incoming`], `reader` | the side that listens and reads |
//! | `metrics` | the counters of the transport |
//! | `error` | [`TransportError`] |

mod backoff;
mod connection;
mod error;
pub mod frame;
mod handshake_error;
mod hello;
pub mod incoming;
mod metrics;
mod outgoing;
mod peer;
pub mod queue;
mod reader;

pub use error::TransportError;

use crate::certificates::PeerTls;
use crate::config::{Config, Identity};
use crate::event::Event;
use crate::rollback::RollbackDetector;
use crate::wire::Transfer;
use crate::{Message, wire};
use bytes::{BufMut, BytesMut};
use frame::TooLong;
use incoming::Acceptor;
use metrics::Sent;
use outgoing::Dialer;
use queue::{Queue, QueueBounds};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use synod_math::Priest;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// How long the farewell and the frames before it may take to be written.
const FAREWELL_TIME: Duration = Duration::from_millis(200);

/// The links to the other legislators, for the driver's host. Dropping them ends the whole
/// transport: then nothing is received either.
#[derive(Debug, Default)]
pub struct Links {
    peers: BTreeMap<Priest, Link>,
    /// The message that was pushed last, and the peer at the end of whose frames it is.
    last: Option<(Message, Priest)>,
    /// The tasks that dial and listen. They are aborted when this is dropped.
    _tasks: JoinSet<()>,
}

/// The link to one peer.
struct Link {
    /// The frames that were pushed since the last flush.
    frames: BytesMut,
    /// Where each of these frames ends.
    ends: Vec<usize>,
    queue: Arc<Queue>,
    sent: Sent,
}

impl Link {
    fn append(&mut self, write: impl FnOnce(&mut BytesMut)) -> Result<(), TooLong> {
        frame::append(&mut self.frames, frame::LARGEST, write)?;
        self.ends.push(self.frames.len());
        Ok(())
    }
}

/// Sends parts of transfers to the other legislators, from any thread. [`Links::transfers`] returns
/// it.
#[derive(Clone, Debug)]
pub struct TransferLinks(BTreeMap<Priest, Arc<Queue>>);

impl TransferLinks {
    /// Sends a part of a transfer to a peer. Never waits. Returns whether there was room in the
    /// queue for the peer, and the peer is connected.
    pub fn send(&self, to: Priest, transfer: Transfer) -> bool {
        let Some(queue) = self.0.get(&to) else {
            return false;
        };
        let body = wire::encode_transfer_body(transfer);
        let mut frame = BytesMut::with_capacity(frame::PREFIX + body.len());
        let write = |bytes: &mut BytesMut| bytes.put_slice(&body);
        // Never too long: a chunk is much shorter than the longest frame.
        frame::append(&mut frame, frame::LARGEST, write).is_ok() && queue.put_transfer(frame)
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut link = formatter.debug_struct("Link");
        link.field("queue", &self.queue).finish_non_exhaustive()
    }
}

/// The state that all tasks of a transport share.
struct Common {
    identity: Identity,
    tls: Option<PeerTls>,
    detector: RollbackDetector,
    events: mpsc::Sender<Event>,
}

impl Links {
    /// Adds a message to those that the next [`flush`](Self::flush) sends. No message of a legislator is
    /// longer than a frame may be: see [`frame::LARGEST`].
    ///
    /// A message that goes to several peers one after the other is encoded once.
    pub fn push(&mut self, to: Priest, message: Message) {
        let Some(mut link) = self.peers.remove(&to) else {
            return;
        };
        let encoded = self.encoded(&message);
        let appended = match encoded {
            Some(body) => link.append(|bytes| bytes.put_slice(body)),
            None => link.append(|bytes| wire::write_message(message.clone(), bytes.writer())),
        };
        if let Err(too_long) = appended {
            let legislator = to.index() + 1;
            tracing::warn!(legislator, "a message was not sent: {too_long}");
            link.sent.dropped.increment(1);
            self.last = None;
        } else if encoded.is_none() {
            self.last = Some((message, to));
        }
        self.peers.insert(to, link);
    }

    /// The body of the last frame that was pushed, if it has this message.
    fn encoded(&self, message: &Message) -> Option<&[u8]> {
        let (last, of) = self.last.as_ref()?;
        let link = self.peers.get(of).filter(|_| last == message)?;
        let start = link.ends.iter().rev().nth(1).copied().unwrap_or_default();
        link.frames.get(start + frame::PREFIX..)
    }

    /// Sends all peers a farewell, and waits until everything is written to the connected ones, for
    /// at most 200 ms.
    pub async fn say_farewell(&mut self) {
        for link in self.peers.values_mut() {
            // Never fails: an empty body fits into a frame.
            let _ = link.append(|body| body.put_slice(wire::FAREWELL));
        }
        self.flush();
        let end = Instant::now() + FAREWELL_TIME;
        let is_busy = |link: &Link| link.queue.is_busy();
        while self.peers.values().any(is_busy) && Instant::now() < end {
            sleep(Duration::from_millis(1)).await;
        }
    }

    /// The way of snapshots to the other legislators.
    pub fn transfers(&self) -> TransferLinks {
        let queues = self.peers.iter();
        TransferLinks(
            queues
                .map(|(peer, link)| (*peer, Arc::clone(&link.queue)))
                .collect(),
        )
    }

    /// Whether there is a connection to this peer now.
    pub(crate) fn is_connected(&self, peer: Priest) -> bool {
        let link = self.peers.get(&peer);
        link.is_some_and(|link| link.queue.is_connected())
    }

    /// Sends the messages that were pushed; those that do not fit into a peer's queue are dropped.
    /// Never waits for a peer.
    pub fn flush(&mut self) {
        self.last = None;
        for link in self.peers.values_mut() {
            if !link.frames.is_empty() {
                let frames = link.frames.split();
                let dropped = link.queue.put(frames, &link.ends, Instant::now());
                link.ends.clear();
                link.sent.dropped.increment(dropped as u64);
            }
        }
    }
}

/// Listens for the other legislators at the configured address.
///
/// # Errors
///
/// If the configuration or its certificates are invalid, or if the operating system refuses the
/// address.
pub async fn listen(config: &Config) -> Result<TcpListener, TransportError> {
    error::check(config)?;
    PeerTls::of(config)?;
    let listener = TcpListener::bind(config.listen).await;
    listener.map_err(|source| TransportError::Listen {
        address: config.listen,
        source,
    })
}

/// Accepts connections of the other legislators and connects to them, for as long as the [`Links`]
/// exist. Messages that arrive are sent to `events`.
///
/// # Errors
///
/// If the configuration or its certificates are invalid.
pub fn start(
    listener: TcpListener,
    config: &Config,
    detector: RollbackDetector,
    events: mpsc::Sender<Event>,
) -> Result<Links, TransportError> {
    error::check(config)?;
    metrics::describe();
    let (tls, renewal) = PeerTls::of(config)?.unzip();
    let common = Arc::new(Common {
        identity: config.identity.clone(),
        tls,
        detector,
        events,
    });
    let (mut peers, mut tasks) = (BTreeMap::new(), JoinSet::new());
    if let Some(renewal) = renewal {
        // Whether the files can be used is told by the watch of their end, which reads them as well.
        tasks.spawn(renewal.run(|_| {}));
    }
    tasks.spawn(Acceptor::new(Arc::clone(&common)).run(listener));
    for (&peer, address) in &config.peers {
        if peer == config.identity.me {
            continue;
        }
        let (queue, sent) = (Arc::new(Queue::new(QueueBounds::DEFAULT)), Sent::to(peer));
        let dialer = Dialer {
            common: Arc::clone(&common),
            peer,
            address: address.clone(),
            queue: Arc::clone(&queue),
            sent: sent.clone(),
        };
        tasks.spawn(dialer.run());
        let link = Link {
            frames: BytesMut::new(),
            ends: Vec::new(),
            queue,
            sent,
        };
        peers.insert(peer, link);
    }
    Ok(Links {
        peers,
        last: None,
        _tasks: tasks,
    })
}
