//! Health and metrics, over HTTP/1. [`Config::http`] turns it on.
//!
//! | request | reply |
//! |---|---|
//! | `GET /livez` | 200 while the node starts or runs, even without a majority; 503 once it has ended |
//! | `GET /readyz` | 200 if this node can serve clients; 503 and the reasons if not |
//! | `GET /health` | the same as JSON, with the state of the node |
//! | `GET /metrics` | the metrics of this process, in the text format of Prometheus |
//!
//! A node is ready if it has heard a majority and the president within T (`--absence`, the
//! time after which the protocol takes a legislator for absent), and if its law is as long as
//! theirs. A node that may not take part (see [`crate::rollback`]) is live and never ready.
//! HTTP is served from the first moment: until the ledger is read, the reason is that the node is
//! starting, with the [stage](crate::stage) that it has reached.
//!
//! HTTP is never encrypted: it tells no secrets and changes nothing.
//! [`Status`] says where the figures come from.

use crate::accept::{Listener, NewestTasks};
use crate::config::{Config, Identity};
use crate::described;
use crate::handle::Handle;
use crate::resources::Resources;
use crate::status::Status;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use metrics::gauge;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use serde::Serialize;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout};

/// How many connections there may be at once. One more ends the oldest.
pub const MOST_CONNECTIONS: usize = 64;

/// How long a request may take to arrive.
const REQUEST_TIME: Duration = Duration::from_secs(5);

/// How long a connection lasts at most.
const CONNECTION_TIME: Duration = Duration::from_secs(120);

/// How often recorded times are added to their buckets, even if no scraper asks.
const UPKEEP: Duration = Duration::from_secs(5);

/// The upper bounds of the buckets for times, in seconds: from a request that is answered
/// from memory to one whose patience is over.
const SECONDS: [f64; 16] = [
    0.0001, 0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
    5.0, 10.0,
];

/// The upper bounds of the buckets for counts.
const COUNTS: [f64; 11] = [
    1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0,
];

/// The metrics of this process, once [`record_metrics`] was called.
static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();

/// Records metrics from now on, for all nodes of this process. Calls after the first do
/// nothing.
///
/// # Errors
///
/// If this process has another recorder of metrics already.
pub(crate) fn record_metrics() -> io::Result<()> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    if METRICS.get().is_some() {
        return Ok(());
    }
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
        .and_then(|builder| {
            builder.set_buckets_for_metric(Matcher::Prefix("synod_batch_".to_owned()), &COUNTS)
        })
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(io::Error::other)?;
    METRICS.get_or_init(|| handle.clone());
    described::describe();
    // Without upkeep, each time would stay in memory on its own until a scraper asks.
    let upkeep = move || {
        loop {
            std::thread::sleep(UPKEEP);
            handle.run_upkeep();
        }
    };
    let thread = std::thread::Builder::new().name("metrics".to_owned());
    thread.spawn(upkeep)?;
    Ok(())
}

/// Listens at an address, if the configuration allows it.
///
/// # Errors
///
/// If the address is not allowed without TLS, or the operating system refuses it.
pub(crate) async fn listen(address: SocketAddr, config: &Config) -> io::Result<TcpListener> {
    config.refuse_what_others_can_reach(address)?;
    TcpListener::bind(address).await.map_err(|error| {
        let text = format!("cannot listen for HTTP at {address}: {error}");
        io::Error::new(error.kind(), text)
    })
}

/// Serves HTTP until the node has ended.
pub(crate) async fn serve(listener: TcpListener, handle: Handle, config: Config) {
    let service = Arc::new(HttpService {
        handle,
        absence: config.timing.absence,
        resources: Resources::new(config.folder),
        identity: config.identity,
    });
    let mut listener = Listener::new(listener, "HTTP connection");
    let mut connections = NewestTasks::new(MOST_CONNECTIONS);
    loop {
        tokio::select! {
            (stream, _) = listener.accept() => {
                connections.spawn(serve_connection(stream, Arc::clone(&service)));
            }
            Some(_) = connections.next() => {}
            () = service.handle.ended() => return,
        }
    }
}

/// Answers requests about one node.
struct HttpService {
    handle: Handle,
    identity: Identity,
    /// T.
    absence: Duration,
    resources: Resources,
}

async fn serve_connection(stream: TcpStream, service: Arc<HttpService>) {
    let service = service_fn(move |request| {
        let reply = service.reply(&request);
        async move { Ok::<_, Infallible>(reply) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(REQUEST_TIME)
        .serve_connection(TokioIo::new(stream), service);
    match timeout(CONNECTION_TIME, connection).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!("HTTP: {error}"),
        Err(_) => tracing::debug!("HTTP: a connection was closed after {CONNECTION_TIME:?}"),
    }
}

type Reply = Response<Full<Bytes>>;

impl HttpService {
    fn reply(&self, request: &Request<Incoming>) -> Reply {
        let path = request.uri().path();
        if !matches!(path, "/livez" | "/readyz" | "/health" | "/metrics") {
            let text = "not found; the paths are /livez, /readyz, /health and /metrics\n";
            return reply(StatusCode::NOT_FOUND, TEXT, text);
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let text = "method not allowed; use GET\n";
            let mut reply = reply(StatusCode::METHOD_NOT_ALLOWED, TEXT, text);
            let allowed = HeaderValue::from_static("GET, HEAD");
            reply.headers_mut().insert(ALLOW, allowed);
            return reply;
        }
        match path {
            "/livez" => self.live(),
            "/readyz" => self.ready(),
            "/health" => self.health(),
            _ => self.metrics(),
        }
    }

    fn live(&self) -> Reply {
        if self.handle.has_ended() {
            reply(code(false), TEXT, "the node is shutting down\n")
        } else {
            reply(code(true), TEXT, "alive\n")
        }
    }

    fn ready(&self) -> Reply {
        let hindrances = self.hindrances(&self.handle.status());
        let text = if hindrances.is_empty() {
            "ready\n".to_owned()
        } else {
            format!("not ready: {}\n", hindrances.join("; "))
        };
        reply(code(hindrances.is_empty()), TEXT, text)
    }

    /// The reasons why this node cannot serve clients; empty if it can.
    fn hindrances(&self, status: &Status) -> Vec<String> {
        if *self.handle.is_ending().borrow() || self.handle.has_ended() {
            return vec!["the node is shutting down".to_owned()];
        }
        status.hindrances(self.absence, Instant::now())
    }

    fn health(&self) -> Reply {
        let status = self.handle.status();
        let hindrances = self.hindrances(&status);
        let health = Health {
            id: self.identity.me.index() + 1,
            cluster: &self.identity.cluster,
            starting: status.starting.map(|stage| stage.to_string()),
            role: status.role(),
            president: status.president.map(|priest| priest.index() + 1),
            law_length: status.law.0,
            behind: status.contact.behind,
            snapshot: status.snapshots.in_ledger.map(|it| it.through.0),
            receiving: (status.snapshots.transfers.receiving).map(|it| it.to_string()),
            refused: status.refusal.map(|refusal| refusal.to_string()),
            ready: hindrances.is_empty(),
            hindrances,
        };
        match serde_json::to_string(&health) {
            Ok(json) => reply(code(health.ready), "application/json", json + "\n"),
            Err(error) => reply(
                StatusCode::INTERNAL_SERVER_ERROR,
                TEXT,
                format!("{error}\n"),
            ),
        }
    }

    fn metrics(&self) -> Reply {
        let Some(metrics) = METRICS.get() else {
            let text = "this process records no metrics\n";
            return reply(StatusCode::SERVICE_UNAVAILABLE, TEXT, text);
        };
        self.set_gauges();
        reply(
            StatusCode::OK,
            "text/plain; version=0.0.4; charset=utf-8",
            metrics.render(),
        )
    }

    /// Sets the gauges to the present status. They carry cluster and id, because a process may
    /// run several nodes. Those of the law are left out until there is one.
    fn set_gauges(&self) {
        let status = self.handle.status();
        let (cluster, id) = (&self.identity.cluster, self.identity.me.index() + 1);
        self.resources.collect();
        let is_ready = self.hindrances(&status).is_empty();
        let is_caught_up = (status.contact.lag).is_caught_up(self.absence, Instant::now());
        let set = |name: &'static str, value: f64| {
            gauge!(name, "cluster" => cluster.clone(), "id" => id.to_string()).set(value);
        };
        let is_starting = status.starting.is_some();
        set("synod_is_starting", f64::from(u8::from(is_starting)));
        set("synod_is_ready", f64::from(u8::from(is_ready)));
        // Exact up to 2^53, which no disk has.
        #[allow(clippy::cast_precision_loss)]
        for (name, value) in self.resources.disk() {
            set(name, value as f64);
        }
        if is_starting {
            return;
        }
        let snapshots = &status.snapshots;
        let in_ledger = snapshots.in_ledger;
        // Exact up to 2^53. Law and ballot numbers stay far below.
        #[allow(clippy::cast_precision_loss)]
        for (name, value) in [
            ("synod_law_length", status.law.0),
            ("synod_is_president", u64::from(status.is_president)),
            ("synod_is_caught_up", u64::from(is_caught_up)),
            (
                "synod_last_tried_ballot",
                status.last_tried.map_or(0, |b| b.0),
            ),
            ("synod_next_ballot", status.next_bal.map_or(0, |b| b.0)),
            ("synod_keys", status.keys as u64),
            ("synod_law_bytes", status.bytes as u64),
            ("synod_decrees_in_flight", status.in_flight as u64),
            ("synod_requests_waiting", status.waiting as u64),
            ("synod_decrees_kept", status.decrees_kept as u64),
            ("synod_decrees_behind", status.contact.behind),
            (
                "synod_snapshot_decree",
                in_ledger.map_or(0, |it| it.through.0),
            ),
            ("synod_snapshot_bytes", in_ledger.map_or(0, |it| it.size)),
            (
                "synod_snapshot_is_written",
                u64::from(snapshots.writing.is_some()),
            ),
            (
                "synod_snapshot_is_received",
                u64::from(snapshots.transfers.receiving.is_some()),
            ),
            (
                "synod_snapshots_being_sent",
                snapshots.transfers.sending.len() as u64,
            ),
        ] {
            set(name, value as f64);
        }
    }
}

/// The JSON of `/health`.
#[derive(Serialize)]
struct Health<'a> {
    id: usize,
    cluster: &'a str,
    /// What the node does before it takes part; left out once it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    starting: Option<String>,
    role: &'static str,
    president: Option<usize>,
    law_length: u64,
    /// How many decrees the law lacks that another legislator has.
    behind: u64,
    /// The number of the snapshot in the ledger; left out if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot: Option<u64>,
    /// How far the snapshot has come that is being received; left out if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    receiving: Option<String>,
    /// Why the node may not take part; left out if it may.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
    ready: bool,
    hindrances: Vec<String>,
}

const fn code(is_good: bool) -> StatusCode {
    if is_good {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    }
}

const TEXT: &str = "text/plain; charset=utf-8";

fn reply(code: StatusCode, kind: &'static str, text: impl Into<Bytes>) -> Reply {
    let mut reply = Response::new(Full::new(text.into()));
    *reply.status_mut() = code;
    let headers = reply.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    reply
}
