//! Serves clients: the Redis protocol (RESP2, or RESP3 after `HELLO 3`) over TCP, with or without TLS. The
//! client's side is [`dial`].
//!
//! The commands are a table in `commands`; [`HELP`] says what most of them do.
//!
//! Every command that goes through the parliament is linearizable, each `GET` too. The commands that a client
//! sends together, without waiting for replies, are one decree, and so is a transaction. After `READONLY`, a
//! `GET` on the same connection is answered from this node's own law, which may be old. `DBSIZE` and `INFO` are
//! always answered so.
//!
//! A client that overlooks an error must not do harm with its next commands. So the connection is closed
//! after a refused command that would have changed the meaning of later ones: it would have selected another
//! database, turned replies off or into a stream of messages, or enabled invalidation messages for a client's
//! cache. A transaction with a refused command is not carried out.
//!
//! Errors with a special meaning:
//!
//! | error | meaning |
//! |---|---|
//! | `TRYAGAIN` | the command was not carried out, and will not be |
//! | `LOADING` | likewise: the node is starting, and has no law yet |
//! | `UNKNOWN` | it was carried out; or it may still be, until the connection makes another request; or it never is |
//! | `NOAUTH`, `WRONGPASS`, `NOPERM` | there are users, and this connection has not said which it is, or may not do this |
//! | `CUT n` | the decrees up to n are known here by what they have led to only: read it, and follow the law from n on |
//! | `EXECABORT` | a command since `MULTI` was refused, and none was carried out |
//! | `ERR Protocol error` | the bytes are not a request; the connection is closed |
//!
//! | module | contents |
//! |---|---|
//! | `connection` | the bytes of one client |
//! | `conversation` | its requests, in order, and the replies |
//! | `together` | requests that arrive together and become one decree |
//! | `transaction` | requests between MULTI and EXEC |
//! | `scan`, `pattern` | SCAN: its cursors, and the patterns of its MATCH |
//! | `follow` | LAW FOLLOW: what the decrees change, as they become law |
//! | `time` | how long values last, and the clock that the law is told |
//! | `commands` | the table of commands: how to parse each, and how to reply |
//! | `arguments`, `administration` | parsing of arguments; of commands that need no parliament |
//! | `client_request`, `command_error` | a parsed request, or why there is none |
//! | `attempts` | a request to the parliament and its attempts |
//! | `users` | who may do what |
//! | `sessions` | the client ids under which connections make requests |
//! | `info` | the text of INFO |
//! | `metrics` | the metrics of requests |
//! | [`dial`] | the client's side: connects and asks |

mod administration;
mod arguments;
mod attempts;
mod client_request;
mod command_error;
mod commands;
mod connection;
mod conversation;
pub mod dial;
mod follow;
mod info;
mod metrics;
mod pattern;
mod scan;
mod sessions;
mod time;
mod together;
mod transaction;
mod users;

pub use commands::{HELP, names as command_names};
pub use users::{Users, UsersError};
pub(crate) use users::{keep_reading as keep_reading_users, users_of};

use crate::accept::{Listener, keep_alive};
use crate::certificates::PeerCertificate;
use crate::config::{Config, Identity};
use crate::files::{self, TooFewFiles};
use crate::handle::Handle;
use connection::Connection;
use metrics::ClientMetrics;
use scan::Cursors;
use sessions::Sessions;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsAcceptor;
use users::Login;

/// The usual value of [`ServeOptions::slow`].
const SLOW: Duration = Duration::from_secs(30);

/// How long a TLS handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// TCP keepalive probes a client's machine after this time without traffic, so that a machine that
/// has lost its power does not occupy a connection for ever.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(60);

/// The time between two keepalive probes.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(10);

/// How [`serve`] serves clients.
#[derive(Clone)]
pub struct ServeOptions {
    /// Which legislator of which cluster this node is.
    pub identity: Identity,
    /// How long a request may take, all attempts together.
    pub patience: Duration,
    /// Accepts TLS connections. If `None`, clients connect without TLS, so that anyone on the
    /// network path can read and change everything.
    pub tls: Option<watch::Receiver<TlsAcceptor>>,
    /// Who may do what. If `None`, everybody who can connect may do everything.
    pub users: Option<watch::Receiver<Users>>,
    /// How many clients may be connected at once.
    pub most_clients: usize,
    /// How long a client may take to read its replies, or to complete a request that it has begun.
    pub slow: Duration,
}

impl ServeOptions {
    /// The options for a configuration, with the usual limits.
    ///
    /// # Errors
    ///
    /// If the process may open too few files.
    pub fn of(config: &Config, tls: Option<TlsAcceptor>) -> Result<Self, TooFewFiles> {
        Ok(Self {
            identity: config.identity.clone(),
            patience: config.patience,
            tls: tls.map(|tls| watch::channel(tls).1),
            users: None,
            most_clients: files::most_clients(config.identity.legislators)?,
            slow: SLOW,
        })
    }
}

/// The state that all connections share.
struct Shared {
    handle: Handle,
    options: ServeOptions,
    sessions: Arc<Sessions>,
    metrics: ClientMetrics,
    cursors: Cursors,
    connected: AtomicUsize,
    /// How many clients follow the law.
    following: AtomicUsize,
    /// How many clients have connected.
    accepted: AtomicU64,
    /// How many requests clients have made.
    asked: AtomicU64,
    /// How many clients were turned away.
    turned_away: AtomicU64,
    start: Instant,
}

impl Shared {
    fn info(&self, sections: &[Vec<u8>]) -> String {
        let source = info::InfoSource {
            identity: &self.options.identity,
            status: &self.handle.status(),
            connected: self.connected.load(Ordering::Relaxed),
            most_clients: self.options.most_clients,
            accepted: self.accepted.load(Ordering::Relaxed),
            asked: self.asked.load(Ordering::Relaxed),
            turned_away: self.turned_away.load(Ordering::Relaxed),
            uptime_seconds: self.start.elapsed().as_secs(),
        };
        info::text(&source, sections)
    }
}

/// Listens for clients at an address, if the configuration allows it.
///
/// # Errors
///
/// If the address is not allowed without TLS, or the operating system refuses it.
pub(crate) async fn listen(address: SocketAddr, config: &Config) -> io::Result<TcpListener> {
    config.refuse_what_others_can_reach(address)?;
    let named = |error: io::Error| {
        let text = format!("cannot listen for clients at {address}: {error}");
        io::Error::new(error.kind(), text)
    };
    TcpListener::bind(address).await.map_err(named)
}

/// Serves clients until the node ends and the connected clients have their last replies. Dropping the
/// future closes all connections.
pub async fn serve(listener: TcpListener, handle: Handle, options: ServeOptions) {
    let shared = Arc::new(Shared {
        handle,
        options,
        sessions: Arc::default(),
        metrics: ClientMetrics::new(),
        cursors: Cursors::default(),
        connected: AtomicUsize::new(0),
        following: AtomicUsize::new(0),
        accepted: AtomicU64::new(0),
        asked: AtomicU64::new(0),
        turned_away: AtomicU64::new(0),
        start: Instant::now(),
    });
    let mut is_ending = shared.handle.is_ending();
    let mut listener = Listener::new(listener, "client");
    let mut connections = JoinSet::new();
    let mut clock = pin!(time::tell(Arc::clone(&shared)));
    let mut id = 0;
    loop {
        while connections.try_join_next().is_some() {}
        let (stream, _) = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
            () = &mut clock => continue,
            _ = is_ending.wait_for(|is_ending| *is_ending) => break,
        };
        if connections.len() >= shared.options.most_clients {
            shared.metrics.turned_away.increment(1);
            shared.turned_away.fetch_add(1, Ordering::Relaxed);
            turn_away(&stream, shared.options.tls.is_some());
        } else {
            id += 1;
            shared.accepted.fetch_add(1, Ordering::Relaxed);
            connections.spawn(connect(stream, id, Arc::clone(&shared)));
        }
    }
    // No further client can connect.
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// Tells a client that there are too many, if that takes no waiting.
fn turn_away(stream: &TcpStream, is_tls: bool) {
    if !is_tls {
        // The connection is closed whether the write succeeds or not.
        let _ = stream.try_write(b"-ERR max number of clients reached\r\n");
    }
}

async fn connect(stream: TcpStream, id: u64, shared: Arc<Shared>) {
    // Replies are batched before they are written: Nagle's algorithm would only delay them. If the
    // system refuses, they are delayed.
    let _ = stream.set_nodelay(true);
    // If the system refuses, the connection of a client whose machine is gone remains.
    let _ = keep_alive(&stream, KEEPALIVE_IDLE, KEEPALIVE_INTERVAL);
    let acceptor = shared.options.tls.as_ref().map(|tls| tls.borrow().clone());
    let served = match acceptor {
        None => serve_one(stream, id, None, shared).await,
        Some(tls) => match timeout(HANDSHAKE, tls.accept(stream)).await {
            Ok(Ok(stream)) => {
                let certificate = PeerCertificate::shown(&stream).ok();
                serve_one(stream, id, certificate, shared).await
            }
            Ok(Err(error)) => Err(error),
            Err(slow) => Err(slow.into()),
        },
    };
    if let Err(error) = served {
        tracing::debug!("client {id}: {error}");
    }
}

async fn serve_one<S>(
    stream: S,
    id: u64,
    certificate: Option<PeerCertificate>,
    shared: Arc<Shared>,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let _count = ClientCount::new(&shared);
    let login = Login::of(shared.options.users.clone(), certificate);
    Connection::new(stream, id, login, Arc::clone(&shared))
        .serve()
        .await
}

/// Counts a client as connected until it is dropped, so that every way to disconnect is counted.
struct ClientCount(Arc<Shared>);

impl ClientCount {
    fn new(shared: &Arc<Shared>) -> Self {
        shared.connected.fetch_add(1, Ordering::Relaxed);
        shared.metrics.connected.increment(1);
        Self(Arc::clone(shared))
    }
}

impl Drop for ClientCount {
    fn drop(&mut self) {
        self.0.connected.fetch_sub(1, Ordering::Relaxed);
        self.0.metrics.connected.decrement(1);
    }
}
