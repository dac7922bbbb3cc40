//! A node: everything put together.

use crate::certificates::{CertificateError, client_acceptor};
use crate::config::Config;
use crate::driver::Driver;
use crate::event::Event;
use crate::files::TooFewFiles;
use crate::handle::Handle;
pub use crate::host::DriverError;
use crate::host::{Hearing, LegislatorHost, PendingRequests, drive};
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

/// How many events wait for the driver; who has more waits himself.
const EVENTS: usize = 4096;

/// Why a node did not start, or ended.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// So many legislators do not make a parliament.
    #[error("{0}")]
    Quorums(NoQuorum),
    /// The ledger cannot be opened.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The trace cannot be opened.
    #[error("{file}: {source}")]
    Trace {
        /// Which.
        file: PathBuf,
        /// And why.
        source: io::Error,
    },
    /// It cannot listen, or its peers may not be reached like this.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// It cannot listen for clients, or answer over HTTP.
    #[error("{0}")]
    Listen(#[from] io::Error),
    /// The certificates are not what they should be.
    #[error(transparent)]
    Certificates(#[from] CertificateError),
    /// The process may have too few files open.
    #[error(transparent)]
    Files(#[from] TooFewFiles),
    /// The thread of the legislator cannot start.
    #[error("the thread of the legislator does not start: {0}")]
    Thread(io::Error),
    /// It ran, and something failed.
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

/// A node that runs.
#[derive(Debug)]
pub struct Node {
    /// The way to its legislator.
    pub handle: Handle,
    /// How it ended, once it has.
    pub end: oneshot::Receiver<Result<(), DriverError>>,
    /// Where it really listens, if it was told any free port.
    pub addresses: Addresses,
    /// Who serves clients and HTTP. Dropped, they close their connections.
    pub servers: JoinSet<()>,
}

/// How long clients may take to read their last replies.
const LAST_REPLIES: Duration = Duration::from_millis(250);

impl Node {
    /// Waits until the clients of a node that has ended have their last replies;
    /// not for long.
    pub async fn see_clients_off(&mut self) {
        let all = async { while self.servers.join_next().await.is_some() {} };
        // Whoever takes longer is cut off.
        let _ = timeout(LAST_REPLIES, all).await;
    }
}

/// Where a node listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// For clients.
    pub clients: SocketAddr,
    /// For health and metrics, if it does.
    pub http: Option<SocketAddr>,
}

/// Starts a node: opens its ledger, recovers, and goes on from there.
///
/// # Errors
///
/// If the ledger or the trace cannot be opened, or an address not be listened
/// at.
pub async fn start(config: &Config) -> Result<Node, NodeError> {
    let identity = &config.identity;
    let quorums = Quorums::majority(identity.legislators).map_err(NodeError::Quorums)?;
    // Whoever cannot listen makes no ledger: it would be his for ever.
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
            "it cannot be audited while it runs: no socket can be made in {}: {error}",
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
        leaves_at: None,
        hearing: Hearing::new(identity.legislators, config.timing.absence),
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

/// What is listened at before anything runs: whoever cannot listen does not
/// start.
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

/// A thread of its own: an fsync blocks it, and nobody else.
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
            // Nobody may be left to hear of it.
            let _ = sender.send(result);
            // A process that ends does not wait for this.
            drop(legislator);
        })?;
    Ok(end)
}
