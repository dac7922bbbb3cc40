//! gRPC as a client of etcd speaks it.

use super::protobuf;
use crate::failure::Failure;
use bytes::{Bytes, BytesMut};
use h2::client::SendRequest;
use http::{HeaderMap, HeaderValue, Method, Request, Uri, header};
use std::future::poll_fn;
use std::net::SocketAddr;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// A connection; its clones share it.
#[derive(Clone)]
pub(crate) struct Connection {
    requests: SendRequest<Bytes>,
    /// The address of `Put` at this member.
    put: Uri,
    /// The address of `Range` at this member.
    range: Uri,
    /// The address of `Status` at this member.
    status: Uri,
}

impl Connection {
    /// Connects to a member.
    pub(crate) async fn open(address: SocketAddr) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (requests, connection) = h2::client::handshake(stream).await?;
        // This task ends with the last clone, or with the member. A call that waits
        // for a reply reports the error, so it may be dropped here.
        tokio::spawn(connection);
        let uri = |path: &str| format!("http://{address}/etcdserverpb.{path}").parse::<Uri>();
        Ok(Self {
            requests,
            put: uri("KV/Put")?,
            range: uri("KV/Range")?,
            status: uri("Maintenance/Status")?,
        })
    }

    /// Writes a value to each key, all at the same time, and waits until that is done.
    pub(crate) async fn put(&mut self, keys: &[Vec<u8>], value: &[u8]) -> Result<(), Failure> {
        let message = |key| protobuf::request(&[(1, key), (2, value)]);
        if let [key] = keys {
            self.call(self.put.clone(), message(key)).await?;
            return Ok(());
        }
        let mut calls = JoinSet::new();
        for key in keys {
            let (mut connection, message) = (self.clone(), message(key));
            calls.spawn(async move { connection.call(connection.put.clone(), message).await });
        }
        while let Some(called) = calls.join_next().await {
            called??;
        }
        Ok(())
    }

    /// Reads a value, as of now: it asks a majority whether the leader still leads.
    pub(crate) async fn get(&mut self, key: &[u8]) -> Result<(), Failure> {
        let uri = self.range.clone();
        self.call(uri, protobuf::request(&[(1, key)])).await?;
        Ok(())
    }

    /// How many entries of the log the member has applied.
    pub(crate) async fn decrees(&mut self) -> Result<u64, Failure> {
        let status = self.status().await?;
        protobuf::applied(&status).ok_or_else(|| "Status without an applied index".into())
    }

    /// Whether the member leads.
    pub(crate) async fn leads(&mut self) -> Result<bool, Failure> {
        let status = self.status().await?;
        protobuf::is_leader(&status).ok_or_else(|| "Status without a header".into())
    }

    async fn status(&mut self) -> Result<Bytes, Failure> {
        let uri = self.status.clone();
        self.call(uri, protobuf::request(&[])).await
    }

    /// Waits until a request may be sent; fails if the connection is broken.
    pub(crate) async fn ready(&mut self) -> Result<(), Failure> {
        Ok(poll_fn(|context| self.requests.poll_ready(context)).await?)
    }

    async fn call(&mut self, uri: Uri, message: Bytes) -> Result<Bytes, Failure> {
        self.ready().await?;
        let mut request = Request::new(());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = uri;
        let grpc = HeaderValue::from_static("application/grpc");
        request.headers_mut().insert(header::CONTENT_TYPE, grpc);
        let trailers = HeaderValue::from_static("trailers");
        request.headers_mut().insert(header::TE, trailers);
        let (reply, mut stream) = self.requests.send_request(request, false)?;
        stream.send_data(message, true)?;
        let (head, mut body) = reply.await?.into_parts();
        let mut message = BytesMut::new();
        while let Some(piece) = body.data().await {
            let piece = piece?;
            body.flow_control().release_capacity(piece.len())?;
            message.extend_from_slice(&piece);
        }
        let trailers = body.trailers().await?;
        // A reply that consists of an error alone has its status in the head.
        is_well(trailers.as_ref().unwrap_or(&head.headers))?;
        Ok(message.freeze())
    }
}

fn is_well(headers: &HeaderMap) -> Result<(), Failure> {
    let Some(status) = headers.get("grpc-status") else {
        return Err("no grpc-status".into());
    };
    if status == "0" {
        return Ok(());
    }
    let message = headers.get("grpc-message").map_or(&b""[..], |m| m.as_ref());
    let message = String::from_utf8_lossy(message);
    Err(format!("grpc-status {status:?}: {message}").into())
}
