//! [`Connection`]: the bytes of one client. What they say is a [`Conversation`].

use super::Shared;
use super::command_error::CommandError;
use super::commands;
use super::conversation::{Conversation, Then};
use super::follow::Follower;
use super::users::Login;
use bytes::BytesMut;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use synod_resp::request;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;
use tokio::time::timeout;

/// How many bytes a read has room for, about, and at least.
const READ_SIZE: usize = 4096;

/// How many bytes a read has room for after one that was full: requests that are read together are
/// carried out together.
const MOST_READ: usize = 64 << 10;

/// When more bytes of replies than this wait, they are written before the next request is carried
/// out. An idle connection keeps buffers of about this size.
const MOST_REPLIES: usize = 64 << 10;

/// How long to read from a client after its last reply. If bytes of the client were left unread when
/// the connection is closed, the operating system would discard the reply.
const LINGER_TIME: Duration = Duration::from_secs(1);

/// How many bytes to read from a client after its last reply.
const LINGER_BYTES: usize = 1 << 20;

/// The connection of a client.
pub(super) struct Connection<S> {
    stream: S,
    shared: Arc<Shared>,
    conversation: Conversation,
    input: BytesMut,
    /// How many bytes the next read has room for.
    room: usize,
    /// Whether the node is shutting down.
    is_ending: watch::Receiver<bool>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    pub(super) fn new(stream: S, id: u64, login: Login, shared: Arc<Shared>) -> Self {
        Self {
            is_ending: shared.handle.is_ending(),
            stream,
            conversation: Conversation::new(id, login, Arc::clone(&shared)),
            shared,
            input: BytesMut::new(),
            room: READ_SIZE,
        }
    }

    /// Serves the client until the client or the node ends the connection.
    ///
    /// # Errors
    ///
    /// If the connection fails, or the client is too slow.
    pub(super) async fn serve(mut self) -> io::Result<()> {
        let mut decoder = request::Decoder::default();
        loop {
            match decoder.take(&mut self.input, commands::parse) {
                Ok(Some(parsed)) => {
                    let request = self.conversation.permit(parsed);
                    if self.conversation.settles_before(&request) {
                        self.settle().await?;
                    }
                    match self.conversation.take(request).await {
                        Then::GoOn => {}
                        Then::Close => break,
                        Then::Follow => {
                            self.follow().await?;
                            break;
                        }
                    }
                }
                Ok(None) => {
                    self.settle().await?;
                    self.flush().await?;
                    if !self.read().await? {
                        return Ok(());
                    }
                }
                Err(malformed) => {
                    self.settle().await?;
                    self.shared.metrics.malformed.increment(1);
                    let text = format_args!("ERR Protocol error: {malformed}");
                    self.conversation.out.error(text);
                    break;
                }
            }
            self.flush_much().await?;
        }
        self.flush().await?;
        self.linger().await
    }

    /// Carries out what was read, and does not keep more replies than it has to.
    async fn settle(&mut self) -> io::Result<()> {
        while self.conversation.settle_some().await {
            self.flush_much().await?;
        }
        Ok(())
    }

    /// Tells the client what becomes law, until the client or the node ends the connection, or the law before is
    /// gone.
    async fn follow(&mut self) -> io::Result<()> {
        self.conversation.end_session();
        let Some(follow) = self.conversation.follow.take() else {
            return Ok(());
        };
        let out = &mut self.conversation.out;
        let mut follower = match Follower::begin(follow, &self.shared, out).await {
            Ok(follower) => follower,
            Err(error) => {
                out.error(error);
                return Ok(());
            }
        };
        loop {
            self.flush().await?;
            if !self.input.is_empty() {
                self.conversation.out.error(CommandError::Following);
                return Ok(());
            }
            let told = follower.tell(&mut self.conversation.out);
            let refused = tokio::select! {
                biased;
                _ = self.is_ending.wait_for(|is_ending| *is_ending) => return Ok(()),
                count = self.stream.read_buf(&mut self.input) => match count? {
                    0 => return Ok(()),
                    _ => Ok(()),
                },
                told = told => told,
            };
            if let Err(error) = refused {
                self.conversation.out.error(error);
                return Ok(());
            }
        }
    }

    /// Reads more bytes; `false` if the client has closed the connection or the node is shutting down.
    async fn read(&mut self) -> io::Result<bool> {
        let is_idle = self.input.is_empty();
        if is_idle && self.input.capacity() > MOST_REPLIES {
            self.input = BytesMut::new();
        }
        if self.input.capacity() - self.input.len() < self.room / 4 {
            self.input.reserve(self.room);
        }
        let room = self.input.capacity() - self.input.len();
        let read = self.stream.read_buf(&mut self.input);
        let slow = self.shared.options.slow;
        let read = async {
            if is_idle {
                read.await
            } else {
                timeout(slow, read).await?
            }
        };
        let count = tokio::select! {
            biased;
            count = read => count?,
            _ = self.is_ending.wait_for(|is_ending| *is_ending) => return Ok(false),
        };
        self.room = if count < room { READ_SIZE } else { MOST_READ };
        Ok(count > 0)
    }

    /// Writes all replies so far if they are many.
    async fn flush_much(&mut self) -> io::Result<()> {
        if self.conversation.out.bytes.len() >= MOST_REPLIES {
            self.flush().await?;
        }
        Ok(())
    }

    /// Writes all replies so far, at once.
    async fn flush(&mut self) -> io::Result<()> {
        let (stream, replies) = (&mut self.stream, &mut self.conversation.out.bytes);
        if replies.is_empty() {
            return Ok(());
        }
        let write = async {
            stream.write_all(replies).await?;
            stream.flush().await
        };
        timeout(self.shared.options.slow, write).await??;
        replies.clear();
        if replies.capacity() > 2 * MOST_REPLIES {
            *replies = BytesMut::new();
        }
        Ok(())
    }

    /// Closes the connection such that the client can read its last reply: see [`LINGER_TIME`].
    async fn linger(mut self) -> io::Result<()> {
        self.conversation.end_session();
        let goodbye = async {
            self.stream.shutdown().await?;
            let mut ignored = 0;
            while ignored < LINGER_BYTES {
                self.input.clear();
                self.input.reserve(READ_SIZE);
                match self.stream.read_buf(&mut self.input).await? {
                    0 => break,
                    count => ignored += count,
                }
            }
            Ok(())
        };
        timeout(LINGER_TIME, goodbye).await.unwrap_or(Ok(()))
    }
}
