//! The server: the page, and the calls of the interface.

use crate::interface::Interface;
use crate::page;
use crate::refusal::Refusal;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::Value;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::runtime;

/// What a page of another origin must not do: only the page itself may load from here, and it
/// loads nothing from elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// The most bytes of a call: a trace that is imported may be long.
const MOST_BYTES: usize = 64 << 20;

/// A server that listens.
pub struct Server {
    listener: std::net::TcpListener,
    interface: Arc<Interface>,
}

impl Server {
    /// Listens at this port of this machine; 0 is any that is free.
    ///
    /// # Errors
    /// The port is in use.
    pub fn listen(interface: Interface, port: u16) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let interface = Arc::new(interface);
        Ok(Self {
            listener,
            interface,
        })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until the process is ended.
    ///
    /// # Errors
    /// The system has no room for threads, or the socket fails.
    pub fn serve(self) -> io::Result<()> {
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async {
            let listener = TcpListener::from_std(self.listener)?;
            axum::serve(listener, router(self.interface)).await
        })
    }
}

fn router(interface: Arc<Interface>) -> Router {
    Router::new()
        .route(
            "/",
            get(|| async { file(Path("index.html".to_owned())).await }),
        )
        .route("/page/{name}", get(file))
        .route("/api/{call}", post(call))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(interface)
}

async fn file(Path(name): Path<String>) -> Response<Body> {
    let (status, media_type, text) = match page::file(&name) {
        Some(file) => (StatusCode::OK, file.media_type(), file.text),
        None => (
            StatusCode::NOT_FOUND,
            "text/plain",
            "there is no such file\n",
        ),
    };
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

async fn call(
    State(interface): State<Arc<Interface>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: String,
) -> (StatusCode, Json<Value>) {
    if !is_of_this_machine(&headers) {
        let refusal = Refusal::new(
            "this server answers the pages that it has served, and programs of this machine",
            "call http://127.0.0.1 or http://localhost",
        );
        return refused(StatusCode::FORBIDDEN, &refusal);
    }
    let body = match body.trim() {
        "" => Ok(Value::Object(serde_json::Map::new())),
        body => serde_json::from_str(body),
    };
    let Ok(body) = body.map_err(|error| error.to_string()) else {
        let refusal = Refusal::new("the body is no JSON", "send a JSON object");
        return refused(StatusCode::BAD_REQUEST, &refusal);
    };
    // A call computes: on a thread that may.
    let answered = tokio::task::spawn_blocking(move || interface.call(&name, body)).await;
    match answered {
        Ok(Ok(answer)) => (StatusCode::OK, Json(answer)),
        Ok(Err(refusal)) => refused(StatusCode::BAD_REQUEST, &refusal),
        Err(panic) => {
            let refusal = Refusal::new(panic.to_string(), "this is a mistake of the explorer");
            refused(StatusCode::INTERNAL_SERVER_ERROR, &refusal)
        }
    }
}

fn refused(status: StatusCode, refusal: &Refusal) -> (StatusCode, Json<Value>) {
    (status, Json(serde_json::json!(refusal)))
}

/// Whether the caller knows this server by a name of this machine. A page from elsewhere that
/// has its own name resolved to this machine does not.
fn is_of_this_machine(headers: &HeaderMap) -> bool {
    let host_of = |name| {
        let value = headers.get(name)?.to_str().ok()?;
        let host = value.rsplit("//").next()?;
        Some(
            host.rsplit_once(':')
                .map_or(host, |(host, _)| host)
                .to_owned(),
        )
    };
    let is_here = |host: Option<String>| {
        host.is_none_or(|host| ["127.0.0.1", "localhost", "[::1]"].contains(&&*host))
    };
    is_here(host_of(header::HOST)) && is_here(host_of(header::ORIGIN))
}
