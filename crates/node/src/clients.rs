//! Clients: the Redis protocol (RESP2) over TCP, with or without TLS.
//!
//! The commands are a table in `commands`; [`HELP`] says what most of them do.
//!
//! What goes through the parliament is linearizable, each `GET` as well, and each
//! key of `DEL` is a request of its own. After `READONLY` a `GET` on this connection answers from the law as this node
//! knows it, which may be old: it asks nobody. `DBSIZE` and `INFO` do so always.
//!
//! A client that overlooks an error must not do any harm by what it says next.
//! So after `MULTI`, which is refused, nothing is carried out until `EXEC` or
//! `DISCARD`; and where a command of Redis is refused that would have changed
//! what later ones mean (another database, messages or nothing in place of
//! replies, a cache that is told of changes), the connection is closed.
//! (`WATCH` changes what `EXEC` does, and there is none.)
//!
//! Errors that tell of more than a mistake:
//!
//! | error | what it says |
//! |---|---|
//! | `TRYAGAIN` | not carried out, and it will not be |
//! | `UNKNOWN` | perhaps carried out; or it will be, as long as the connection asks nothing else; or never |
//! | `EXECABORT` | nothing since `MULTI` was carried out |
//! | `ERR Protocol error` | no request; the connection is closed |
//!
//! | file | what |
//! |---|---|
//! | `connection` | one client |
//! | `commands` | the table of commands: arguments → what is asked for → reply |
//! | `administration`, `arguments` | arguments of commands that need no parliament, and of all |
//! | `client_request`, `command_error` | what is asked for, or why nothing is |
//! | `attempts` | a request and its attempts |
//! | `sessions` | under which names requests are made |
//! | `info` | INFO |
//! | `metrics` | what is counted |
//! | [`dial`] | the other side: connects and asks |

mod administration;
mod arguments;
mod attempts;
mod client_request;
mod command_error;
mod commands;
mod connection;
pub mod dial;
mod info;
mod metrics;
mod sessions;

pub use commands::{HELP, names as command_names};

use crate::accept::{Listener, keep_alive};
use crate::config::{Config, Identity};
use crate::files::{self, TooFewFiles};
use crate::handle::Handle;
use connection::Connection;
use metrics::ClientMetrics;
use sessions::Sessions;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsAcceptor;

/// How long a client may take, if nothing else is said.
const SLOW: Duration = Duration::from_secs(30);

/// How long the handshake of TLS may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// After so long without a word a client's machine is asked whether it is there,
/// and how often from then on: one that lost its power holds a place no longer.
const KEEPALIVE: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(10));

/// What clients are served with.
#[derive(Clone)]
pub struct ServeOptions {
    /// Whose node this is.
    pub identity: Identity,
    /// How long a request may take, all attempts together.
    pub patience: Duration,
    /// For TLS; without it, whoever is on the way can read and change all.
    pub tls: Option<TlsAcceptor>,
    /// How many clients may be connected at once.
    pub most_clients: usize,
    /// How long a client may take to read his replies, or to complete a request
    /// that he began.
    pub slow: Duration,
}

impl ServeOptions {
    /// As the configuration says, with the usual limits.
    ///
    /// # Errors
    ///
    /// If the process may have too few files open.
    pub fn of(config: &Config, tls: Option<TlsAcceptor>) -> Result<Self, TooFewFiles> {
        Ok(Self {
            identity: config.identity.clone(),
            patience: config.patience,
            tls,
            most_clients: files::most_clients(config.identity.legislators)?,
            slow: SLOW,
        })
    }
}

/// What all connections have in common.
struct Shared {
    handle: Handle,
    options: ServeOptions,
    sessions: Arc<Sessions>,
    metrics: ClientMetrics,
    connected: AtomicUsize,
    start: Instant,
}

impl Shared {
    fn info(&self, sections: &[Vec<u8>]) -> String {
        let subject = info::InfoSource {
            identity: &self.options.identity,
            status: &self.handle.status(),
            connected: self.connected.load(Ordering::Relaxed),
            uptime_seconds: self.start.elapsed().as_secs(),
        };
        info::text(&subject, sections)
    }
}

/// Listens where the configuration says, if it may.
///
/// # Errors
///
/// If the address cannot be listened at; and if it is not of this machine alone
/// while there is no TLS.
pub async fn listen(address: SocketAddr, config: &Config) -> io::Result<TcpListener> {
    config.refuse_what_others_can_reach(address)?;
    let named = |error: io::Error| {
        let text = format!("cannot listen for clients at {address}: {error}");
        io::Error::new(error.kind(), text)
    };
    TcpListener::bind(address).await.map_err(named)
}

/// Serves clients until the node ends, and those who are connected have their
/// last replies; whoever drops it closes all their connections.
pub async fn serve(listener: TcpListener, handle: Handle, options: ServeOptions) {
    let shared = Arc::new(Shared {
        handle,
        options,
        sessions: Arc::default(),
        metrics: ClientMetrics::new(),
        connected: AtomicUsize::new(0),
        start: Instant::now(),
    });
    let mut is_ending = shared.handle.is_ending();
    let mut listener = Listener::new(listener, "client");
    let mut connections = JoinSet::new();
    let mut id = 0;
    loop {
        while connections.try_join_next().is_some() {}
        let (stream, _) = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
            _ = is_ending.wait_for(|is_ending| *is_ending) => break,
        };
        if connections.len() >= shared.options.most_clients {
            shared.metrics.turned_away.increment(1);
            turn_away(&stream, shared.options.tls.is_some());
        } else {
            id += 1;
            connections.spawn(connect(stream, id, Arc::clone(&shared)));
        }
    }
    // Nobody else is let in.
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// Tells one too many, if he can be told without waiting.
fn turn_away(stream: &TcpStream, is_tls: bool) {
    if !is_tls {
        // He is turned away in any case.
        let _ = stream.try_write(b"-ERR max number of clients reached\r\n");
    }
}

async fn connect(stream: TcpStream, id: u64, shared: Arc<Shared>) {
    // Replies are written when they are complete: there is nothing to wait for.
    let _ = stream.set_nodelay(true);
    // Where the system cannot, a client that is gone without a word stays.
    let _ = keep_alive(&stream, KEEPALIVE.0, KEEPALIVE.1);
    let served = match shared.options.tls.clone() {
        None => converse(stream, id, shared).await,
        Some(tls) => match timeout(HANDSHAKE, tls.accept(stream)).await {
            Ok(Ok(stream)) => converse(stream, id, shared).await,
            Ok(Err(error)) => Err(error),
            Err(slow) => Err(slow.into()),
        },
    };
    if let Err(error) = served {
        tracing::debug!("client {id}: {error}");
    }
}

async fn converse<S>(stream: S, id: u64, shared: Arc<Shared>) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let _present = Present::new(&shared);
    Connection::new(stream, id, Arc::clone(&shared))
        .serve()
        .await
}

/// Counts a client for as long as he is connected, however he leaves.
struct Present(Arc<Shared>);

impl Present {
    fn new(shared: &Arc<Shared>) -> Self {
        shared.connected.fetch_add(1, Ordering::Relaxed);
        shared.metrics.connected.increment(1);
        Self(Arc::clone(shared))
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        self.0.connected.fetch_sub(1, Ordering::Relaxed);
        self.0.metrics.connected.decrement(1);
    }
}
