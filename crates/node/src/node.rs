//! [`start`] starts a node: it opens the ledger, recovers the legislator, and connects the
//! [driver](crate::driver) with the [ledger](crate::ledger), the [transport] and the servers
//! of [clients] and of [HTTP](crate::http).
//!
//! A ledger takes time to read. So the servers come first ([`serve`]): until the ledger is read
//! ([`Starting::finish`]), they tell which [stage](crate::stage) the start has reached.

use crate::certificates::{CertificateError, EndWatch, client_acceptors};
use crate::clients::{UsersError, users_of};
use crate::config::Config;
use crate::driver::Driver;
use crate::event::Event;
use crate::files::TooFewFiles;
use crate::handle::Handle;
pub use crate::host::DriverError;
use crate::host::{
    Followers, LegislatorHost, Pacing, PeerActivity, PendingRequests, Snapshots, drive,
};
use crate::ledger::{DiskLedger, LedgerError};
use crate::stage::Stage;
use crate::status::Status;
use crate::timers::Timing;
use crate::transport::TransportError;
use crate::{Ledger, Legislator, clients, http, transport};
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use synod_math::{NoQuorum, Quorums};
use synod_process::{OutputsOf, Process as _};
use synod_protocol::parliament::{DecreeNumber, Parliament, Shipped};
use synod_trace::{self as trace, Trace};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{JoinHandle, JoinSet, spawn_blocking};
use tokio::time::{Instant, sleep, timeout};

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
    /// The file of users cannot be used.
    #[error(transparent)]
    Users(#[from] UsersError),
    /// The process may open too few files.
    #[error(transparent)]
    Files(#[from] TooFewFiles),
    /// A thread of the node cannot be started, or has panicked.
    #[error("a thread of this node failed: {0}")]
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
    serve(config).await?.finish().await
}

/// The first half of [`start`]: opens the listeners, and serves clients and HTTP. They are told
/// that the node is starting.
///
/// # Errors
///
/// If the configuration is invalid, or the node cannot listen at an address. Then there is no new
/// ledger: a ledger is bound to its legislator for ever.
pub async fn serve(config: &Config) -> Result<Starting, NodeError> {
    let quorums = Quorums::majority(config.identity.legislators).map_err(NodeError::Quorums)?;
    let listeners = Listeners::open(config).await?;
    let peers = transport::listen(config).await?;
    let (events, inbox) = mpsc::channel(EVENTS);
    let (status, shown) = watch::channel(Status::starting(Stage::Opening));
    let handle = Handle::new(events.clone(), shown);
    Ok(Starting {
        config: config.clone(),
        parliament: Parliament {
            quorums: Arc::new(quorums),
            settings: config.settings,
            variant: Shipped,
        },
        peers,
        events,
        inbox,
        status,
        addresses: listeners.addresses,
        servers: listeners.serve(&handle, config),
        handle,
    })
}

/// A node that serves clients and HTTP, and has not opened its ledger yet. [`serve`] returns it.
/// When it is dropped, the servers end.
#[derive(Debug)]
pub struct Starting {
    config: Config,
    parliament: Parliament,
    peers: TcpListener,
    events: mpsc::Sender<Event>,
    inbox: mpsc::Receiver<Event>,
    status: watch::Sender<Status>,
    /// Shows the status of the node.
    pub handle: Handle,
    /// The addresses at which the node listens, with the real ports.
    pub addresses: Addresses,
    servers: JoinSet<()>,
}

/// How often the log tells what a node that starts is doing.
const LOGGED: Duration = Duration::from_secs(1);

impl Starting {
    /// The second half of [`start`]: opens the ledger, recovers the legislator, and serves peers.
    ///
    /// # Errors
    ///
    /// If the ledger or the trace cannot be opened.
    pub async fn finish(self) -> Result<Node, NodeError> {
        let Self {
            config,
            parliament,
            status,
            ..
        } = self;
        let open = {
            let (config, parliament) = (config.clone(), parliament.clone());
            move || Opened::open(&config, &parliament, status)
        };
        let opened = logging_the_stage(&self.handle, spawn_blocking(open)).await?;
        let Opened {
            ledger,
            trace,
            recovered,
            status,
        } = opened;
        let detector = ledger.detector().clone();
        let links = transport::start(self.peers, &config, detector, self.events.clone())?;
        let transfers = links.transfers();
        let snapshots = Snapshots::start(&config, ledger.snapshot(), transfers, self.events);
        status.send_replace(Status::of(&recovered.0, ledger.detector()));
        let legislators = config.identity.legislators;
        let host = LegislatorHost {
            parliament,
            refusal: ledger.detector().refusal(),
            is_learner: recovered.0.is_learner(),
            ledger,
            timing: timing(&config),
            links,
            snapshots: snapshots.map_err(NodeError::Thread)?,
            trace,
            status,
            waiting: PendingRequests::default(),
            followers: Followers::of(recovered.0.law().through()),
            pacing: Pacing::default(),
            since_cut: 0,
            told: DecreeNumber::ZERO,
            committed: Instant::now(),
            ends_at: None,
            activity: PeerActivity::new(legislators, config.timing.absence),
        };
        let driver = Driver::new(recovered, host);
        Ok(Node {
            end: run_in_a_thread(driver, self.inbox).map_err(NodeError::Thread)?,
            addresses: self.addresses,
            servers: self.servers,
            handle: self.handle,
        })
    }
}

/// Waits for a task that opens a ledger. Its stage is logged once a second.
async fn logging_the_stage(
    handle: &Handle,
    mut opening: JoinHandle<Result<Opened, NodeError>>,
) -> Result<Opened, NodeError> {
    loop {
        tokio::select! {
            opened = &mut opening => return opened.map_err(|e| NodeError::Thread(e.into()))?,
            () = sleep(LOGGED) => {
                if let Some(stage) = handle.status().starting {
                    tracing::info!("starting: {stage}");
                }
            }
        }
    }
}

/// What a node reads from its folder before it takes part.
struct Opened {
    ledger: DiskLedger,
    trace: Option<Trace>,
    recovered: (Legislator, OutputsOf<Legislator>),
    status: watch::Sender<Status>,
}

impl Opened {
    /// Opens the ledger and recovers the legislator. Blocks the thread, and tells the status how far
    /// it has come.
    fn open(
        config: &Config,
        parliament: &Parliament,
        status: watch::Sender<Status>,
    ) -> Result<Self, NodeError> {
        let tell = |stage| {
            status.send_replace(Status::starting(stage));
        };
        let identity = &config.identity;
        let (ledger, known) = DiskLedger::open_and_tell(&config.folder, identity, &tell)?;
        if let Some(refusal) = ledger.detector().refusal() {
            tracing::error!("{refusal}");
        }
        let trace = open_trace(config, &known)?;
        if let Err(error) = ledger.serve_readers() {
            tracing::warn!(
                "this node cannot be audited while it runs: no socket can be made in {}: {error}",
                config.folder.display()
            );
        }
        let decrees = known.decrees.len() as u64;
        tell(Stage::Restoring { decrees });
        Ok(Self {
            ledger,
            trace,
            recovered: Legislator::recover(parliament, identity.me, known),
            status,
        })
    }
}

fn open_trace(config: &Config, known: &Ledger) -> Result<Option<Trace>, NodeError> {
    let open = |options: &trace::TraceOptions| {
        Trace::open(options, &config.identity, known).map_err(|source| NodeError::Trace {
            file: options.file.clone(),
            source,
        })
    };
    config.trace.as_ref().map(open).transpose()
}

/// The listeners of clients and HTTP, opened before anything else of the node is started, so
/// that a node that cannot listen does not start.
struct Listeners {
    addresses: Addresses,
    clients: TcpListener,
    options: clients::ServeOptions,
    http: Option<TcpListener>,
    /// What looks at files that may change.
    watches: JoinSet<()>,
}

impl Listeners {
    async fn open(config: &Config) -> Result<Self, NodeError> {
        let mut options = clients::ServeOptions::of(config, None)?;
        let (renewal, tls) = client_acceptors(config)?.unzip();
        let (users_reread, users) = config.users.as_deref().map(users_of).transpose()?.unzip();
        (options.tls, options.users) = (tls, users);
        let clients = clients::listen(config.clients, config).await?;
        let http = match config.http {
            None => None,
            Some(address) => {
                http::record_metrics()?;
                Some(http::listen(address, config).await?)
            }
        };
        // These come last, so that their metrics are recorded.
        let mut watches = JoinSet::new();
        if let (Some(renewal), Some(folder)) = (renewal, &config.tls) {
            watches.spawn(EndWatch::new(folder, &config.identity)?.run());
            // Whether the files can be used is told by the watch of their end.
            watches.spawn(renewal.run(|_| {}));
        }
        if let Some(reread) = users_reread {
            watches.spawn(clients::keep_reading_users(reread));
        }
        Ok(Self {
            addresses: Addresses::of(&clients, http.as_ref())?,
            clients,
            options,
            http,
            watches,
        })
    }

    fn serve(self, handle: &Handle, config: &Config) -> JoinSet<()> {
        let mut servers = JoinSet::new();
        let (watches, serve) = (
            self.watches,
            clients::serve(self.clients, handle.clone(), self.options),
        );
        servers.spawn(async move {
            serve.await;
            // They go on for as long as clients are served.
            drop(watches);
        });
        if let Some(listener) = self.http {
            servers.spawn(http::serve(listener, handle.clone(), config.clone()));
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
