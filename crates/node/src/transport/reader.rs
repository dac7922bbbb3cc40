//! Reads from a peer: takes bytes in large pieces, and sends messages to the driver.

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

/// The smallest room for a read, in bytes.
const READ_SIZE: usize = 64 << 10;

/// An empty buffer that has become larger than this is freed.
const LARGEST_IDLE_BUFFER: usize = 1 << 20;

/// Why reading has ended; the text continues "a peer was disconnected: ".
#[derive(Debug, thiserror::Error)]
pub(super) enum Ended {
    #[error("it closed the connection")]
    Closed,
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("it sent {0}")]
    TooLong(#[from] TooLong),
    #[error("it sent a message that cannot be decoded: {0}")]
    Malformed(#[from] Malformed),
    #[error(transparent)]
    NotCompared(#[from] NotCompared),
    #[error("this node has ended")]
    NoDriver,
}

/// A task that reads. It is aborted when this is dropped.
pub(super) struct ReadTask(JoinHandle<()>);

impl ReadTask {
    /// Runs `reading` after the old task of the same peer was aborted and has ended: messages of a
    /// peer are never taken from two connections at once.
    pub(super) fn spawn(
        old: Option<Self>,
        reading: impl Future<Output = ()> + Send + 'static,
    ) -> Self {
        Self(tokio::spawn(async move {
            if let Some(mut old) = old {
                old.0.abort();
                // The result is of no interest: the task was aborted, or had ended before.
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

/// Reads until the connection ends or the peer sends something invalid. While the driver has no
/// room for more events, nothing is read, so that TCP slows the peer down.
pub(super) async fn read(mut peer: Peer, common: Arc<Common>) -> Ended {
    let received = Received::from(peer.priest);
    loop {
        if let Err(ended) = take(&mut peer, &common, &received).await {
            return ended;
        }
        let Peer {
            connection, buffer, ..
        } = &mut peer;
        if buffer.is_empty() && buffer.capacity() > LARGEST_IDLE_BUFFER {
            *buffer = BytesMut::new();
        }
        // The buffer grows with the bytes that arrive, not with the length that a frame announces.
        buffer.reserve(READ_SIZE);
        match connection.read_buf(buffer).await {
            Ok(0) => return Ended::Closed,
            Ok(_) => {}
            Err(error) => return Ended::Io(error),
        }
    }
}

/// Sends the complete messages in the buffer to the driver. An introduction reaches the detector
/// before the messages after it reach the driver.
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
            FrameBody::Transfer(transfer) => Event::Transfer { from, transfer },
            FrameBody::Farewell => Event::Farewell { from },
        };
        received.frames.increment(1);
        let sent = common.events.send(event).await;
        sent.map_err(|_| Ended::NoDriver)?;
    }
    Ok(())
}
