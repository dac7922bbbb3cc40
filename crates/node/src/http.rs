//! Health and metrics, over HTTP/1.
//!
//! | request | reply |
//! |---|---|
//! | `GET /health` | 200 and JSON if a president is known, 503 and JSON if not |
//! | `GET /metrics` | the figures of this process, in the text format of Prometheus |
//!
//! Never with TLS: what is told here is no secret, and nothing can be changed.

use crate::clients::{self, info};
use crate::config::{Config, Identity};
use crate::node::Handle;
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
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// How many connections there may be at once.
const MOST_CONNECTIONS: usize = 256;

/// How long a request may take to arrive, and how long a connection lasts.
const SLOW: (Duration, Duration) = (Duration::from_secs(10), Duration::from_secs(120));

/// How long to wait when no connection can be accepted.
const BREATHER: Duration = Duration::from_millis(100);

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
pub fn record_metrics() -> io::Result<()> {
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
    clients::refuse_what_others_can_reach(address, config)?;
    TcpListener::bind(address).await.map_err(|error| {
        let text = format!("cannot listen for HTTP at {address}: {error}");
        io::Error::new(error.kind(), text)
    })
}

/// Answers for as long as it is polled.
pub async fn serve(listener: TcpListener, handle: Handle, identity: Identity) {
    let subject = Arc::new(Subject { handle, identity });
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        if connections.len() >= MOST_CONNECTIONS {
            connections.join_next().await;
            continue;
        }
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(converse(stream, Arc::clone(&subject)));
            }
            Err(error) => {
                tracing::warn!("no HTTP connection can be accepted: {error}");
                sleep(BREATHER).await;
            }
        }
    }
}

/// Whom the answers are about.
struct Subject {
    handle: Handle,
    identity: Identity,
}

async fn converse(stream: TcpStream, subject: Arc<Subject>) {
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

impl Subject {
    fn reply(&self, request: &Request<Incoming>) -> Reply {
        let path = request.uri().path();
        if !matches!(path, "/health" | "/metrics") {
            let text = "not found; there are /health and /metrics\n";
            return reply(StatusCode::NOT_FOUND, TEXT, text);
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let text = "method not allowed; only GET is\n";
            let mut reply = reply(StatusCode::METHOD_NOT_ALLOWED, TEXT, text);
            let allowed = HeaderValue::from_static("GET, HEAD");
            reply.headers_mut().insert(ALLOW, allowed);
            return reply;
        }
        if path == "/health" {
            self.health()
        } else {
            self.metrics()
        }
    }

    fn health(&self) -> Reply {
        let status = self.handle.status();
        let health = Health {
            id: self.identity.me.index() + 1,
            cluster: &self.identity.cluster,
            role: info::role(&status),
            president: status.president.map(|priest| priest.index() + 1),
            law_length: status.law.0,
            refused: status.refusal.map(|refusal| refusal.to_string()),
            ready: status.president.is_some() && !self.handle.has_ended(),
        };
        let code = if health.ready {
            StatusCode::OK
        } else {
            StatusCode::SERVICE_UNAVAILABLE
        };
        match serde_json::to_string(&health) {
            Ok(json) => reply(code, "application/json", json + "\n"),
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
        let set = |name: &'static str, value: f64| {
            gauge!(name, "cluster" => cluster.clone(), "id" => id.to_string()).set(value);
        };
        // Exact up to 2^53, and ballots and decrees are far fewer.
        #[allow(clippy::cast_precision_loss)]
        for (name, value) in [
            ("synod_law_length", status.law.0),
            ("synod_is_president", u64::from(status.is_president)),
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
}

const TEXT: &str = "text/plain; charset=utf-8";

fn reply(code: StatusCode, kind: &'static str, text: impl Into<Bytes>) -> Reply {
    let mut reply = Response::new(Full::new(text.into()));
    *reply.status_mut() = code;
    let headers = reply.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    reply
}
