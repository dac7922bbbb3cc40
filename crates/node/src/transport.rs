//! Frames between legislators.
//!
//! ```text
//! driver ─push─→ Link ─flush─→ queue ─→ dialer ══TCP or TLS══→ reader ─→ driver
//! ```
//!
//! There is a connection for each direction: what i dials to j carries frames
//! from i to j only, after a handshake in which both say who they are and what
//! they remember of each other's ledgers; the sender says that again before each
//! batch of frames (see [`crate::rollback`]). Frames
//! come in the order in which they were pushed, each at most once; a
//! connection that is lost takes with it what was under way, and a queue that
//! is full what does not fit. The protocol tolerates both.
//!
//! | file | what |
//! |---|---|
//! | [`frame`] | lengths and limits |
//! | `hello`, `handshake_error` | the handshake |
//! | `connection`, `peer` | with TLS and without |
//! | [`queue`] | what waits for a peer |
//! | `outgoing`, `backoff` | the side that dials and writes |
//! | [`incoming`], `reader` | the side that listens and reads |
//! | `metrics` | what is counted |
//! | `error` | why it does not start |

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

/// How long a peer may take to be told that this node leaves.
const FAREWELL: Duration = Duration::from_millis(200);

/// The ways to the other legislators, as the driver sees them. With it ends
/// the transport: nothing more is received either.
#[derive(Debug, Default)]
pub struct Links {
    peers: BTreeMap<Priest, Link>,
    /// Who dials and who listens; they end with this.
    _tasks: JoinSet<()>,
}

struct Link {
    frames: BytesMut,
    /// Where each of them ends.
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

impl fmt::Debug for Link {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut link = formatter.debug_struct("Link");
        link.field("queue", &self.queue).finish_non_exhaustive()
    }
}

/// What all tasks of a transport share.
struct Common {
    identity: Identity,
    tls: Option<PeerTls>,
    detector: RollbackDetector,
    events: mpsc::Sender<Event>,
}

impl Links {
    /// Puts a message on its way with the next [`flush`](Self::flush). One that
    /// is longer than a frame may be is dropped: the peer would close the
    /// connection.
    pub fn push(&mut self, to: Priest, message: Message) {
        if let Some(link) = self.peers.get_mut(&to) {
            let write = |body: &mut BytesMut| wire::write_message(message, body.writer());
            if let Err(too_long) = link.append(write) {
                let legislator = to.index() + 1;
                tracing::warn!(legislator, "a message was not sent: it makes {too_long}");
                link.sent.dropped.increment(1);
            }
        }
    }

    /// Tells all that this one leaves, and waits until those who are connected
    /// have been written all there is for them; not for long.
    pub async fn say_farewell(&mut self) {
        for link in self.peers.values_mut() {
            // It is not too long.
            let _ = link.append(|body| body.put_slice(wire::FAREWELL));
        }
        self.flush();
        let end = Instant::now() + FAREWELL;
        let is_busy = |link: &Link| link.queue.is_busy();
        while self.peers.values().any(is_busy) && Instant::now() < end {
            sleep(Duration::from_millis(1)).await;
        }
    }

    /// Whether there is a connection to this one now.
    pub fn reach(&self, peer: Priest) -> bool {
        let link = self.peers.get(&peer);
        link.is_some_and(|link| link.queue.is_connected())
    }

    /// Lets go what was pushed, or drops it where too much waits already. Waits
    /// for nobody.
    pub fn flush(&mut self) {
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

/// Listens to the other legislators where the configuration says.
///
/// # Errors
///
/// If it cannot, or the configuration does not allow it.
pub async fn listen(config: &Config) -> Result<TcpListener, TransportError> {
    error::check(config)?;
    PeerTls::of(config)?;
    let listener = TcpListener::bind(config.listen).await;
    listener.map_err(|source| TransportError::Listen {
        address: config.listen,
        source,
    })
}

/// Takes connections of the other legislators, and connects to them, for as long
/// as the [`Links`] are kept. What arrives comes through `events`.
///
/// # Errors
///
/// If the configuration does not allow it.
pub fn start(
    listener: TcpListener,
    config: &Config,
    detector: RollbackDetector,
    events: mpsc::Sender<Event>,
) -> Result<Links, TransportError> {
    error::check(config)?;
    metrics::describe();
    let common = Arc::new(Common {
        identity: config.identity.clone(),
        tls: PeerTls::of(config)?,
        detector,
        events,
    });
    let (mut peers, mut tasks) = (BTreeMap::new(), JoinSet::new());
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
        _tasks: tasks,
    })
}
