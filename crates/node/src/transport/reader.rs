//! Reading from a peer: bytes in large pieces, messages to the driver.

use super::Common;
use super::frame::{self, TooLong};
use super::metrics::Received;
use super::peer::Peer;
use crate::event::Event;
use crate::rollback::NotCompared;
use crate::wire::{self, FrameBody, Malformed};
use bytes::{Buf, BytesMut};
use std::io;
use std::sync::Arc;
use tokio::io::AsyncReadExt;
use tokio::task::JoinHandle;

/// How much room there is for a read, at least.
const PIECE: usize = 64 << 10;

/// A buffer that has become larger than this is given back when it is empty.
const KEPT: usize = 1 << 20;

/// Why no more is read.
#[derive(Debug, thiserror::Error)]
pub(super) enum Ended {
    #[error("it closed the connection")]
    Closed,
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("it sent {0}")]
    TooLong(#[from] TooLong),
    #[error("it sent a message that is {0}")]
    Malformed(#[from] Malformed),
    #[error(transparent)]
    NotCompared(#[from] NotCompared),
    #[error("nobody is left to hear it")]
    Deaf,
}

/// A task that reads. It ends when this is dropped.
pub(super) struct ReadTask(JoinHandle<()>);

impl ReadTask {
    /// Runs `reading`, once the old one has come to its end: of a peer no
    /// message is taken from two connections at once.
    pub(super) fn spawn(
        old: Option<Self>,
        reading: impl Future<Output = ()> + Send + 'static,
    ) -> Self {
        Self(tokio::spawn(async move {
            if let Some(mut old) = old {
                old.0.abort();
                // It was ended, or had ended before.
                let _ = (&mut old.0).await;
            }
            reading.await;
        }))
    }
}

impl Drop for ReadTask {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Reads until the connection ends, or something comes that should not. What
/// the driver has no room for stays in the network.
pub(super) async fn read(mut peer: Peer, common: Arc<Common>) -> Ended {
    let received = Received::from(peer.priest);
    loop {
        if let Err(ended) = take(&mut peer, &common, &received).await {
            return ended;
        }
        let Peer {
            connection, buffer, ..
        } = &mut peer;
        if buffer.is_empty() && buffer.capacity() > KEPT {
            *buffer = BytesMut::new();
        }
        // Grows with what has come, whatever a length says.
        buffer.reserve(PIECE);
        match connection.read_buf(buffer).await {
            Ok(0) => return Ended::Closed,
            Ok(_) => {}
            Err(error) => return Ended::Io(error),
        }
    }
}

/// Gives the driver what is complete. What is said of ledgers is known before
/// the messages after it are.
async fn take(peer: &mut Peer, common: &Common, received: &Received) -> Result<(), Ended> {
    let from = peer.priest;
    while let Some(body) = frame::first(&peer.buffer, frame::LARGEST)? {
        let decoded = wire::decode_body(body)?;
        let length = frame::PREFIX + body.len();
        peer.buffer.advance(length);
        received.bytes.increment(length as u64);
        let event = match decoded {
            FrameBody::Introduction(introduction) => {
                common.detector.hear(from, &introduction, peer.remembered)?;
                continue;
            }
            FrameBody::Message(message) => Event::Message { from, message },
            FrameBody::Farewell => Event::Farewell { from },
        };
        received.frames.increment(1);
        common.events.send(event).await.map_err(|_| Ended::Deaf)?;
    }
    Ok(())
}
