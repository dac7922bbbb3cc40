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

/// After so long without an answer of the other machine a connection is dead.
/// Without it a machine that lost its power would be waited for, by the
/// defaults of TCP, for a quarter of an hour.
pub(super) const SILENCE: Duration = Duration::from_secs(5);

/// How long a handshake may take, everything in it together.
pub(super) const HANDSHAKE: Duration = Duration::from_secs(3);

/// Both ways at once.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A connection to a peer.
pub(super) type Connection = Box<dyn Stream>;

/// A TCP connection as the transport wants it.
pub(super) fn prepare(stream: &TcpStream) -> io::Result<()> {
    // What is to be sent is collected before: nothing is gained by waiting.
    stream.set_nodelay(true)?;
    keep_alive(stream, SILENCE, Duration::from_secs(1))?;
    #[cfg(target_os = "linux")]
    SockRef::from(stream).set_tcp_user_timeout(Some(SILENCE))?;
    Ok(())
}

/// The side that dials: with TLS the peer shows that it is this legislator.
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

/// The side that listens: with TLS the peer shows a certificate, which has yet
/// to be compared with what he says.
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
