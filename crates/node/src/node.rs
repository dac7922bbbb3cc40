//! [`start`] starts a node: it opens the ledger, recovers the legislator, and connects the
//! [driver](crate::driver) with the [ledger](crate::ledger), the [transport] and the servers
//! of [clients] and of [HTTP](crate::http).

use crate::certificates::{CertificateError, client_acceptor};
use crate::config::Config;
use crate::driver::Driver;
use crate::event::Event;
use crate::files::TooFewFiles;
use crate::handle::Handle;
pub use crate::host::DriverError;
use crate::host::{LegislatorHost, PeerActivity, PendingRequests, drive};
use crate::ledger::{DiskLedger, LedgerError};
use crate::status::Status;
use crate::timers::Timing;
use crate::transport::TransportError;
use crate::{Legislator, clients, http, transport};
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use synod_math::{NoQuorum, Quorums};
use synod_process::Process as _;
use synod_protocol::parliament::{Parliament, Shipped};
use synod_trace::{self as trace, Trace};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How many events may wait for the driver. Senders of more wait themselves.
const EVENTS: usize = 4096;

/// Why a node did not start, or could not continue. [`start`] returns it.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// A parliament cannot have this number of legislators.
    #[error("{0}")]
    Quorums(NoQuorum),
    /// The ledger cannot be opened.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The trace cannot be opened.
    #[error("{file}: {source}")]
    Trace {
        /// The file of the trace.
        file: PathBuf,
        /// Why it cannot be opened.
        source: io::Error,
    },
    /// The node cannot listen for peers, or the configuration of peers is invalid.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The node cannot listen for clients or for HTTP.
    #[error("{0}")]
    Listen(#[from] io::Error),
    /// The certificates cannot be used.
    #[error(transparent)]
    Certificates(#[from] CertificateError),
    /// The process may open too few files.
    #[error(transparent)]
    Files(#[from] TooFewFiles),
    /// The thread of the legislator cannot be started.
    #[error("the thread of the legislator cannot be started: {0}")]
    Thread(io::Error),
    /// The node was running and could not continue.
    #[error(transparent)]
    Driver(#[from] DriverError),
}

impl Addresses {
    fn of(clients: &TcpListener, http: Option<&TcpListener>) -> io::Result<Self> {
        Ok(Self {
            clients: clients.local_addr()?,
            http: http.map(TcpListener::local_addr).transpose()?,
        })
    }
}

/// A running node. [`start`] returns it.
///
/// To end it: call [`Handle::end`], wait for [`end`](Self::end), and then call
/// [`finish_replies`](Self::finish_replies).
#[derive(Debug)]
pub struct Node {
    /// Reaches the legislator.
    pub handle: Handle,
    /// Receives the result when the node has ended.
    pub end: oneshot::Receiver<Result<(), DriverError>>,
    /// The addresses at which the node listens, with the real ports.
    pub addresses: Addresses,
    /// The servers of clients and HTTP. When this is dropped, they close their connections.
    pub servers: JoinSet<()>,
}

/// How long clients may take to read their last replies.
const LAST_REPLIES: Duration = Duration::from_millis(250);

impl Node {
    /// Waits until the clients of a node that has ended have read their last replies, for at
    /// most a quarter of a second.
    pub async fn finish_replies(&mut self) {
        let all = async { while self.servers.join_next().await.is_some() {} };
        // A client that takes longer is cut off.
        let _ = timeout(LAST_REPLIES, all).await;
    }
}

/// The addresses at which a node listens: [`Node::addresses`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// For clients.
    pub clients: SocketAddr,
    /// For health and metrics, if the configuration turns them on.
    pub http: Option<SocketAddr>,
}

/// Starts a node: opens its ledger, recovers the legislator from it, and serves peers and
/// clients. The example of the [crate] starts one.
///
/// Must be called within a tokio runtime with time and I/O, which must keep running while the
/// node does. The legislator gets a thread of its own.
///
/// # Errors
///
/// If the configuration is invalid, the ledger or the trace cannot be opened, or the node
/// cannot listen at an address.
pub async fn start(config: &Config) -> Result<Node, NodeError> {
    let identity = &config.identity;
    let quorums = Quorums::majority(identity.legislators).map_err(NodeError::Quorums)?;
    // A node that cannot listen makes no ledger: a ledger is bound to its legislator for ever.
    let listeners = Listeners::open(config).await?;
    let peers = transport::listen(config).await?;
    let (ledger, known) = DiskLedger::open(&config.folder, identity)?;
    if let Some(refusal) = ledger.detector().refusal() {
        tracing::error!("{refusal}");
    }
    let (events, inbox) = mpsc::channel(EVENTS);
    let links = transport::start(peers, config, ledger.detector().clone(), events.clone())?;
    let open_trace = |options: &trace::TraceOptions| {
        Trace::open(options, identity, &known).map_err(|source| NodeError::Trace {
            file: options.file.clone(),
            source,
        })
    };
    let trace = config.trace.as_ref().map(open_trace).transpose()?;
    if let Err(error) = ledger.serve_readers() {
        tracing::warn!(
            "this node cannot be audited while it runs: no socket can be made in {}: {error}",
            config.folder.display()
        );
    }
    let parliament = Parliament {
        quorums: Arc::new(quorums),
        settings: config.settings,
        variant: Shipped,
    };
    let recovered = Legislator::recover(&parliament, identity.me, known);
    let (sender, status) = watch::channel(Status::of(&recovered.0, ledger.detector()));
    let host = LegislatorHost {
        parliament,
        refusal: ledger.detector().refusal(),
        ledger,
        timing: timing(config),
        links,
        trace,
        status: sender,
        waiting: PendingRequests::default(),
        ends_at: None,
        activity: PeerActivity::new(identity.legislators, config.timing.absence),
    };
    let driver = Driver::new(recovered, host);
    let end = run_in_a_thread(driver, inbox).map_err(NodeError::Thread)?;
    let handle = Handle::new(events, status);
    Ok(Node {
        end,
        addresses: listeners.addresses,
        servers: listeners.serve(&handle, config),
        handle,
    })
}

/// The listeners of clients and HTTP, opened before anything else of the node is started, so
/// that a node that cannot listen does not start.
struct Listeners {
    addresses: Addresses,
    clients: TcpListener,
    options: clients::ServeOptions,
    http: Option<TcpListener>,
}

impl Listeners {
    async fn open(config: &Config) -> Result<Self, NodeError> {
        let options = clients::ServeOptions::of(config, client_acceptor(config)?)?;
        let clients = clients::listen(config.clients, config).await?;
        let http = match config.http {
            None => None,
            Some(address) => {
                http::record_metrics()?;
                Some(http::listen(address, config).await?)
            }
        };
        Ok(Self {
            addresses: Addresses::of(&clients, http.as_ref())?,
            clients,
            options,
            http,
        })
    }

    fn serve(self, handle: &Handle, config: &Config) -> JoinSet<()> {
        let mut servers = JoinSet::new();
        servers.spawn(clients::serve(self.clients, handle.clone(), self.options));
        if let Some(listener) = self.http {
            let (identity, absence) = (config.identity.clone(), config.timing.absence);
            servers.spawn(http::serve(listener, handle.clone(), identity, absence));
        }
        servers
    }
}

fn timing(config: &Config) -> Timing {
    let identity = &config.identity;
    if identity.me.index() + 1 == identity.legislators {
        config.timing.of_the_highest()
    } else {
        config.timing
    }
}

/// Runs the driver in a thread of its own, because an fsync blocks its thread.
fn run_in_a_thread(
    driver: Driver<Legislator, LegislatorHost>,
    inbox: mpsc::Receiver<Event>,
) -> io::Result<oneshot::Receiver<Result<(), DriverError>>> {
    let (sender, end) = oneshot::channel();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    std::thread::Builder::new()
        .name("legislator".to_owned())
        .spawn(move || {
            let (result, legislator) = runtime.block_on(drive(driver, inbox));
            // Sending fails if the node was dropped, which is fine.
            let _ = sender.send(result);
            // Freeing a large law takes time. The result is sent before, so that the end of the
            // program does not wait for it.
            drop(legislator);
        })?;
    Ok(end)
}
