//! Health and metrics, over HTTP/1.
//!
//! | request | reply |
//! |---|---|
//! | `GET /livez` | 200 while the legislator runs, whatever it can do alone; 503 once it has ended |
//! | `GET /readyz` | 200 if clients can be served here, 503 and the reasons if not |
//! | `GET /health` | the same as `/readyz`, as JSON, and how the node does |
//! | `GET /metrics` | the figures of this process, in the text format of Prometheus |
//!
//! Ready is a node that has heard a majority and the president within T, after
//! which the protocol takes somebody for absent (`--absence`), and whose law has
//! what those have. One that may not take part (see [`crate::rollback`]) is live
//! and never ready.
//!
//! Never with TLS: what is told here is no secret, and nothing can be changed.

use crate::accept::{Listener, Newest};
use crate::config::{Config, Identity};
use crate::handle::Handle;
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

/// How many connections there may be at once. The next one ends the oldest.
pub const MOST_CONNECTIONS: usize = 64;

/// How long a request may take to arrive, and how long a connection lasts.
const SLOW: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(120));

/// How often times that nobody asked for are put into their buckets.
const UPKEEP: Duration = Duration::from_secs(5);

/// The upper ends of buckets for times: from a request that stays in memory to
/// one that is given up.
const SECONDS: [f64; 16] = [
    0.0001, 0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
    5.0, 10.0,
];

/// And for counts.
const COUNTS: [f64; 11] = [
    1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0,
];

/// The figures of this process, once somebody records them.
static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();

/// From now on, what is counted in this process is recorded, for all nodes in
/// it. Once is enough, and more does no harm.
///
/// # Errors
///
/// If something else in this process records metrics already.
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
    // Without it, times would be kept one by one until somebody asks.
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

/// Listens where the configuration says, if it may.
///
/// # Errors
///
/// If the address cannot be listened at, or may not.
pub async fn listen(address: SocketAddr, config: &Config) -> io::Result<TcpListener> {
    config.refuse_what_others_can_reach(address)?;
    TcpListener::bind(address).await.map_err(|error| {
        let text = format!("cannot listen for HTTP at {address}: {error}");
        io::Error::new(error.kind(), text)
    })
}

/// Answers for as long as it is polled.
/// `absence` is T.
pub async fn serve(listener: TcpListener, handle: Handle, identity: Identity, absence: Duration) {
    let subject = Arc::new(HttpService {
        handle,
        identity,
        absence,
    });
    let mut listener = Listener::new(listener, "HTTP connection");
    let mut connections = Newest::new(MOST_CONNECTIONS);
    loop {
        tokio::select! {
            (stream, _) = listener.accept() => {
                connections.spawn(converse(stream, Arc::clone(&subject)));
            }
            Some(_) = connections.next() => {}
            () = subject.handle.ended() => return,
        }
    }
}

/// Whom the answers are about.
struct HttpService {
    handle: Handle,
    identity: Identity,
    /// T.
    absence: Duration,
}

async fn converse(stream: TcpStream, subject: Arc<HttpService>) {
    let service = service_fn(move |request| {
        let reply = subject.reply(&request);
        async move { Ok::<_, Infallible>(reply) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(SLOW.0)
        .serve_connection(TokioIo::new(stream), service);
    match timeout(SLOW.1, connection).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!("HTTP: {error}"),
        Err(_) => tracing::debug!("HTTP: a connection was open for {:?}", SLOW.1),
    }
}

type Reply = Response<Full<Bytes>>;

impl HttpService {
    fn reply(&self, request: &Request<Incoming>) -> Reply {
        let path = request.uri().path();
        if !matches!(path, "/livez" | "/readyz" | "/health" | "/metrics") {
            let text = "not found; there are /livez, /readyz, /health and /metrics\n";
            return reply(StatusCode::NOT_FOUND, TEXT, text);
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let text = "method not allowed; only GET is\n";
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

    /// Why no client can be served here; nothing if it can.
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
            role: status.role(),
            president: status.president.map(|priest| priest.index() + 1),
            law_length: status.law.0,
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
            let text = "nothing is recorded in this process\n";
            return reply(StatusCode::SERVICE_UNAVAILABLE, TEXT, text);
        };
        self.gauge();
        reply(
            StatusCode::OK,
            "text/plain; version=0.0.4; charset=utf-8",
            metrics.render(),
        )
    }

    /// How the legislator does, with whose node this is: there may be several
    /// in a process.
    fn gauge(&self) {
        let status = self.handle.status();
        let (cluster, id) = (&self.identity.cluster, self.identity.me.index() + 1);
        let is_ready = self.hindrances(&status).is_empty();
        let is_caught_up = (status.contact.lag).is_caught_up(self.absence, Instant::now());
        let set = |name: &'static str, value: f64| {
            gauge!(name, "cluster" => cluster.clone(), "id" => id.to_string()).set(value);
        };
        // Exact up to 2^53, and ballots and decrees are far fewer.
        #[allow(clippy::cast_precision_loss)]
        for (name, value) in [
            ("synod_law_length", status.law.0),
            ("synod_is_president", u64::from(status.is_president)),
            ("synod_is_ready", u64::from(is_ready)),
            ("synod_is_caught_up", u64::from(is_caught_up)),
            (
                "synod_last_tried_ballot",
                status.last_tried.map_or(0, |b| b.0),
            ),
            ("synod_next_ballot", status.next_bal.map_or(0, |b| b.0)),
            ("synod_keys", status.keys as u64),
            ("synod_decrees_in_flight", status.in_flight as u64),
            ("synod_requests_waiting", status.waiting as u64),
        ] {
            set(name, value as f64);
        }
    }
}

#[derive(Serialize)]
struct Health<'a> {
    id: usize,
    cluster: &'a str,
    role: &'static str,
    president: Option<usize>,
    law_length: u64,
    /// Why the node may not take part, if it may not.
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
