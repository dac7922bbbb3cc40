//! A connection, with or without TLS.

use super::handshake_error::HandshakeError;
use crate::accept::keep_alive;
use crate::certificates::{PeerCertificate, PeerTls};
use socket2::SockRef;
use std::io;
use std::time::Duration;
use synod_math::Priest;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

/// A connection is dead after this time without an answer of the other machine. By the defaults of
/// TCP, a node would wait a quarter of an hour for a machine that has lost its power.
pub(super) const SILENCE: Duration = Duration::from_secs(5);

/// How long a handshake may take, TLS included.
pub(super) const HANDSHAKE: Duration = Duration::from_secs(3);

/// A byte stream in both directions.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A connection to a peer.
pub(super) type Connection = Box<dyn Stream>;

/// Sets the options of a TCP connection.
pub(super) fn prepare(stream: &TcpStream) -> io::Result<()> {
    // Frames are batched before they are written: Nagle's algorithm would only delay them.
    stream.set_nodelay(true)?;
    keep_alive(stream, SILENCE, Duration::from_secs(1))?;
    #[cfg(target_os = "linux")]
    SockRef::from(stream).set_tcp_user_timeout(Some(SILENCE))?;
    Ok(())
}

/// Prepares a connection that this node has dialed. With TLS, the peer must show the certificate of
/// this legislator.
pub(super) async fn dialed(
    stream: TcpStream,
    tls: Option<&PeerTls>,
    peer: Priest,
) -> Result<Connection, HandshakeError> {
    prepare(&stream)?;
    match tls {
        None => Ok(Box::new(stream)),
        Some(tls) => {
            let stream = tls
                .connect(peer, stream)
                .await
                .map_err(|e| HandshakeError::Tls(e.to_string()))?;
            Ok(Box::new(stream))
        }
    }
}

/// Prepares a connection that a peer has dialed. With TLS, the peer must show a certificate of the
/// authority. It is returned, because the name in it must still be compared with the Hello.
pub(super) async fn accepted(
    stream: TcpStream,
    tls: Option<&PeerTls>,
) -> Result<(Connection, Option<PeerCertificate>), HandshakeError> {
    prepare(&stream)?;
    match tls {
        None => Ok((Box::new(stream), None)),
        Some(tls) => {
            let (stream, certificate) = tls
                .accept(stream)
                .await
                .map_err(|e| HandshakeError::Tls(e.to_string()))?;
            Ok((Box::new(stream), Some(certificate)))
        }
    }
}
