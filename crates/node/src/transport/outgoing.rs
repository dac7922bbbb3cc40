//! The connection to a peer: dials it again and again for as long as this node runs, and writes the
//! queued frames. All frames that wait become one write.

use super::Common;
use super::backoff::Backoff;
use super::connection::{self, Connection, HANDSHAKE};
use super::frame;
use super::handshake_error::HandshakeError;
use super::hello::Hello;
use super::metrics::Sent;
use super::queue::Queue;
use crate::wire;
use bytes::{Buf, BufMut, BytesMut};
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};
use synod_math::Priest;
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A peer that reads nothing for this long counts as disconnected.
const STALLED: Duration = Duration::from_secs(5);

/// Why an established connection has ended; the text continues "the connection is lost: ".
#[derive(Debug, thiserror::Error)]
enum Lost {
    #[error("the peer closed it")]
    Closed,
    #[error("the peer has sent something, although it should only receive")]
    UnexpectedBytes,
    #[error("the peer has read nothing for {} s", STALLED.as_secs())]
    Stalled,
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The task that dials a peer and writes to it.
pub(super) struct Dialer {
    pub(super) common: Arc<Common>,
    pub(super) peer: Priest,
    pub(super) address: String,
    pub(super) queue: Arc<Queue>,
    pub(super) sent: Sent,
}

impl Dialer {
    /// Dials, writes until the connection is lost, and dials again. Never returns; the task is
    /// aborted.
    pub(super) async fn run(self) {
        let legislator = self.peer.index() + 1;
        let address = self.address.as_str();
        let (mut backoff, mut reported) = (Backoff::new(), None);
        loop {
            match self.dial().await {
                Ok(connection) => {
                    reported = None;
                    tracing::info!(legislator, address, "connected");
                    self.sent.connects.increment(1);
                    let began = Instant::now();
                    self.note_connected(true);
                    let lost = self.serve(connection).await;
                    self.note_connected(false);
                    tracing::info!(legislator, address, "the connection is lost: {lost}");
                    backoff.was_connected(began.elapsed());
                }
                Err(refusal) if reported.as_ref() == Some(&refusal) => {}
                Err(refusal) => {
                    // That a peer is unreachable is normal while the cluster starts.
                    if let HandshakeError::Unreachable(_) = refusal {
                        tracing::info!(legislator, "the peer at {address} {refusal}");
                    } else {
                        tracing::warn!(legislator, "the peer at {address} {refusal}");
                    }
                    reported = Some(refusal);
                }
            }
            tokio::time::sleep(backoff.next()).await;
        }
    }

    fn note_connected(&self, is_connected: bool) {
        let dropped = self.queue.set_connected(is_connected, Instant::now());
        self.sent.dropped.increment(dropped as u64);
    }

    /// Makes one attempt to connect, with the handshake.
    async fn dial(&self) -> Result<Connection, HandshakeError> {
        let attempt = timeout(HANDSHAKE, async {
            let stream = TcpStream::connect(&self.address).await;
            let stream = stream.map_err(|e| HandshakeError::Unreachable(e.to_string()))?;
            let tls = self.common.tls.as_ref();
            let mut connection = connection::dialed(stream, tls, self.peer).await?;
            let Common {
                identity, detector, ..
            } = &*self.common;
            let introduction = detector.introduce(self.peer);
            let hello = Hello::to(self.peer.index() as u8, identity, &introduction);
            hello.send(&mut connection).await?;
            let answer = Hello::receive(&mut connection, &mut BytesMut::new()).await?;
            answer.check(identity, Some(self.peer))?;
            detector.meet(self.peer, &answer.introduction()?);
            Ok(connection)
        });
        attempt.await.unwrap_or(Err(HandshakeError::Time))
    }

    /// Writes queued frames until the connection is lost.
    async fn serve(&self, connection: Connection) -> Lost {
        let (mut reading, mut writing) = tokio::io::split(connection);
        loop {
            let result = tokio::select! {
                lost = wait_for_end(&mut reading) => Err(lost),
                (batch, frames) = self.queue.take() => {
                    self.write(&mut writing, batch, frames).await
                }
            };
            if let Err(lost) = result {
                return lost;
            }
        }
    }

    async fn write(
        &self,
        writing: &mut WriteHalf<Connection>,
        batch: BytesMut,
        frames: usize,
    ) -> Result<(), Lost> {
        // The introduction is made now, and not when the frames were queued, so that it tells all
        // that is known.
        let mut introduction = BytesMut::new();
        let body = wire::encode_introduction_body(&self.common.detector.introduce(self.peer));
        let write = |bytes: &mut BytesMut| bytes.put_slice(&body);
        frame::append(&mut introduction, frame::LARGEST, write).map_err(io::Error::other)?;
        let mut batch = introduction.chain(batch);
        let bytes = batch.remaining();
        while batch.has_remaining() {
            let written = timeout(STALLED, writing.write_buf(&mut batch)).await;
            if written.map_err(|_| Lost::Stalled)?? == 0 {
                return Err(Lost::Closed);
            }
        }
        let flushed = timeout(STALLED, writing.flush()).await;
        flushed.map_err(|_| Lost::Stalled)??;
        self.sent.frames.increment(frames as u64);
        self.sent.bytes.increment(bytes as u64);
        Ok(())
    }
}

/// Waits until the connection ends. The peer sends nothing after the handshake.
async fn wait_for_end(reading: &mut ReadHalf<Connection>) -> Lost {
    match reading.read(&mut [0]).await {
        Ok(0) => Lost::Closed,
        Ok(_) => Lost::UnexpectedBytes,
        Err(error) => Lost::Io(error),
    }
}
