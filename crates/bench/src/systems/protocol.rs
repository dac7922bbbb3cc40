//! The protocols that clients speak. In all else the two systems are the same to them.

use super::{grpc, resp};
use crate::failure::Failure;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::Mutex;

/// How a client speaks to a system.
#[derive(Clone)]
pub(crate) enum Protocol {
    /// Redis' protocol (RESP), with a connection for each client.
    Resp,
    /// gRPC, with a connection for each client.
    Grpc,
    /// gRPC over connections that clients share.
    SharedGrpc(Arc<Mutex<HashMap<Slot, grpc::Connection>>>),
}

/// The number of a shared connection, and the node to which it leads.
type Slot = (usize, SocketAddr);

/// A client's connection.
pub(crate) enum Connection {
    /// Redis' protocol.
    Resp(resp::Connection),
    /// gRPC.
    Grpc(grpc::Connection),
}

impl Protocol {
    /// gRPC over shared connections, none of which is open yet.
    pub(crate) fn shared_grpc() -> Self {
        Self::SharedGrpc(Arc::default())
    }

    /// Connects to the node at `address`. If the protocol shares connections, all clients
    /// with the same `slot` share one.
    pub(crate) async fn connect(
        &self,
        slot: usize,
        address: SocketAddr,
    ) -> Result<Connection, Failure> {
        match self {
            Self::Resp => Ok(Connection::Resp(resp::Connection::open(address).await?)),
            Self::Grpc => Ok(Connection::Grpc(grpc::Connection::open(address).await?)),
            Self::SharedGrpc(shared) => {
                let mut shared = shared.lock().await;
                let slot = (slot, address);
                if let Some(connection) = shared.get_mut(&slot)
                    && connection.ready().await.is_ok()
                {
                    return Ok(Connection::Grpc(connection.clone()));
                }
                let connection = grpc::Connection::open(address).await?;
                shared.insert(slot, connection.clone());
                Ok(Connection::Grpc(connection))
            }
        }
    }
}

impl Connection {
    /// Writes a value to each key, all at the same time, and waits until that is done.
    pub(crate) async fn put(&mut self, keys: &[Vec<u8>], value: &[u8]) -> Result<(), Failure> {
        match self {
            Self::Resp(connection) => connection.put(keys, value).await,
            Self::Grpc(connection) => connection.put(keys, value).await,
        }
    }

    /// Reads a value.
    pub(crate) async fn get(&mut self, key: &[u8]) -> Result<(), Failure> {
        match self {
            Self::Resp(connection) => connection.get(key).await,
            Self::Grpc(connection) => connection.get(key).await,
        }
    }

    /// How many decrees the node has carried out.
    pub(crate) async fn decrees(&mut self) -> Result<u64, Failure> {
        match self {
            Self::Resp(connection) => connection.decrees().await,
            Self::Grpc(connection) => connection.decrees().await,
        }
    }

    /// Whether the node presides, or the member leads.
    pub(crate) async fn leads(&mut self) -> Result<bool, Failure> {
        match self {
            Self::Resp(connection) => connection.presides().await,
            Self::Grpc(connection) => connection.leads().await,
        }
    }
}
