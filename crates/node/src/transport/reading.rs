//! Reading from a peer: bytes in large pieces, messages to the driver.

use super::connection::Connection;
use super::frame::{self, TooLong};
use super::numbers::Received;
use crate::driver::Event;
use crate::wire::{self, Malformed};
use bytes::{Buf, BytesMut};
use std::io;
use synod_math::Priest;
use tokio::io::AsyncReadExt;
use tokio::sync::mpsc;
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
    #[error("nobody is left to hear it")]
    Deaf,
}

/// A task that reads. It ends when this is dropped.
pub(super) struct Reader(JoinHandle<()>);

impl Reader {
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

impl Drop for Reader {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Reads until the connection ends, or something comes that should not. What
/// the driver has no room for stays in the network.
pub(super) async fn read(
    from: Priest,
    mut connection: Connection,
    mut buffer: BytesMut,
    events: mpsc::Sender<Event>,
) -> Ended {
    let received = Received::from(from);
    loop {
        if let Err(ended) = take(from, &mut buffer, &events, &received).await {
            return ended;
        }
        if buffer.is_empty() && buffer.capacity() > KEPT {
            buffer = BytesMut::new();
        }
        // Grows with what has come, whatever a length says.
        buffer.reserve(PIECE);
        match connection.read_buf(&mut buffer).await {
            Ok(0) => return Ended::Closed,
            Ok(_) => {}
            Err(error) => return Ended::Io(error),
        }
    }
}

/// Gives the driver what is complete.
async fn take(
    from: Priest,
    buffer: &mut BytesMut,
    events: &mpsc::Sender<Event>,
    received: &Received,
) -> Result<(), Ended> {
    while let Some(body) = frame::first(buffer, frame::LARGEST)? {
        let event = if body == frame::FAREWELL {
            Event::Farewell { from }
        } else {
            let message = wire::decode_message(body)?;
            Event::Message { from, message }
        };
        let length = frame::PREFIX + body.len();
        buffer.advance(length);
        received.frames.increment(1);
        received.bytes.increment(length as u64);
        events.send(event).await.map_err(|_| Ended::Deaf)?;
    }
    Ok(())
}
