//! [`Connection`]: serves one client. Its requests are answered one after the other, in order.

use super::Shared;
use super::attempts::{RequestOutcome, Requester};
use super::client_request::{ClientRequest, Operation};
use super::commands;
use super::metrics::{End, OWN_LAW};
use crate::{Command, Response};
use bytes::BytesMut;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use synod_resp::{encode, request};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

/// How many bytes a read has room for, about.
const READ_SIZE: usize = 4096;

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
    id: u64,
    shared: Arc<Shared>,
    requester: Requester,
    input: BytesMut,
    output: BytesMut,
    state: State,
    /// Whether the node was seen to take part: it is starting only once.
    has_started: bool,
    /// Whether the node is shutting down.
    is_ending: watch::Receiver<bool>,
}

/// What later requests on a connection depend on.
#[derive(Clone, Copy, Default)]
struct State {
    /// Whether GET is answered from this node's own law: after READONLY.
    reads_own_law: bool,
    /// Whether MULTI was refused, and neither EXEC nor DISCARD has come since. The client expects that
    /// its commands are queued, so they must not be carried out one by one.
    is_in_refused_transaction: bool,
}

const MULTI: &str = "ERR MULTI is not supported: there are no transactions, and nothing is \
    carried out on this connection before EXEC or DISCARD (CAS compares and sets one value)";
const NOT_QUEUED: &str =
    "ERR not carried out: MULTI was refused, and neither EXEC nor DISCARD has come since";
const EXECABORT: &str = "EXECABORT Transaction discarded because of previous errors: MULTI is not \
    supported, and nothing was carried out";

/// Whether a connection stays open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    GoOn,
    Close,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    pub(super) fn new(stream: S, id: u64, shared: Arc<Shared>) -> Self {
        let requester = Requester::new(
            shared.handle.clone(),
            shared.options.patience,
            Arc::clone(&shared.sessions),
        );
        Self {
            is_ending: shared.handle.is_ending(),
            stream,
            id,
            shared,
            requester,
            input: BytesMut::new(),
            output: BytesMut::new(),
            state: State::default(),
            has_started: false,
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
                Ok(Some(Ok(request))) => {
                    if self.carry_out(request).await == Then::Close {
                        break;
                    }
                }
                Ok(Some(Err(error))) => {
                    encode::error(&mut self.output, &error);
                    if error.ends_the_connection() {
                        break;
                    }
                }
                Ok(None) => {
                    self.flush().await?;
                    if !self.read().await? {
                        return Ok(());
                    }
                }
                Err(malformed) => {
                    self.shared.metrics.malformed.increment(1);
                    let text = format_args!("ERR Protocol error: {malformed}");
                    encode::error(&mut self.output, text);
                    break;
                }
            }
            if self.output.len() >= MOST_REPLIES {
                self.flush().await?;
            }
        }
        self.flush().await?;
        self.linger().await
    }

    /// Reads more bytes; `false` if the client has closed the connection or the node is shutting down.
    async fn read(&mut self) -> io::Result<bool> {
        let is_idle = self.input.is_empty();
        if is_idle && self.input.capacity() > MOST_REPLIES {
            self.input = BytesMut::new();
        }
        if self.input.capacity() - self.input.len() < READ_SIZE / 4 {
            self.input.reserve(READ_SIZE);
        }
        let read = self.stream.read_buf(&mut self.input);
        let slow = self.shared.options.slow;
        let read = async {
            if is_idle {
                read.await
            } else {
                timeout(slow, read).await?
            }
        };
        tokio::select! {
            biased;
            count = read => Ok(count? > 0),
            _ = self.is_ending.wait_for(|is_ending| *is_ending) => Ok(false),
        }
    }

    /// Writes all replies so far, at once.
    async fn flush(&mut self) -> io::Result<()> {
        if self.output.is_empty() {
            return Ok(());
        }
        let write = async {
            self.stream.write_all(&self.output).await?;
            self.stream.flush().await
        };
        timeout(self.shared.options.slow, write).await??;
        self.output.clear();
        if self.output.capacity() > 2 * MOST_REPLIES {
            self.output = BytesMut::new();
        }
        Ok(())
    }

    /// Closes the connection such that the client can read its last reply: see [`LINGER_TIME`].
    async fn linger(mut self) -> io::Result<()> {
        self.requester.end_session();
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

    async fn carry_out(&mut self, request: ClientRequest) -> Then {
        match request {
            ClientRequest::Nothing => {}
            ClientRequest::CrossProtocol => return Then::Close,
            _ if self.state.is_in_refused_transaction && request.would_be_queued() => {
                encode::error(&mut self.output, NOT_QUEUED);
            }
            _ if request.needs_the_law() && self.refuse_if_starting() => {}
            ClientRequest::Law(_, Command::Get { key }) if self.state.reads_own_law => {
                self.read_own_law(key).await;
            }
            ClientRequest::Law(operation, command) => self.ask(operation, command).await,
            ClientRequest::Each(counted, commands) => self.ask_each(counted, commands).await,
            ClientRequest::Quit => {
                encode::simple(&mut self.output, "OK");
                return Then::Close;
            }
            request => self.answer_here(request),
        }
        Then::GoOn
    }

    /// Answers with an error if the node is still starting. Returns whether it is.
    fn refuse_if_starting(&mut self) -> bool {
        if self.has_started {
            return false;
        }
        let Some(stage) = self.shared.handle.status().starting else {
            self.has_started = true;
            return false;
        };
        let text = format_args!("LOADING the node is starting: {stage}; nothing was carried out");
        encode::error(&mut self.output, text);
        true
    }

    /// Answers a request that needs no parliament.
    fn answer_here(&mut self, request: ClientRequest) {
        let out = &mut self.output;
        match request {
            ClientRequest::Ping(None) => encode::simple(out, "PONG"),
            ClientRequest::Ping(Some(message)) => encode::bulk(out, &message),
            ClientRequest::ReadOwnLaw(reads_own_law) => {
                self.state.reads_own_law = reads_own_law;
                encode::simple(out, "OK");
            }
            ClientRequest::Info(sections) => {
                let text = self.shared.info(&sections);
                encode::bulk(out, text.as_bytes());
            }
            ClientRequest::CountKeys => encode::integer(out, self.shared.handle.status().keys),
            ClientRequest::Hello => self.hello(),
            ClientRequest::Begin => {
                self.state.is_in_refused_transaction = true;
                encode::error(out, MULTI);
            }
            ClientRequest::Execute => {
                self.end_transaction("EXEC", |out| encode::error(out, EXECABORT));
            }
            ClientRequest::Discard => {
                self.end_transaction("DISCARD", |out| encode::simple(out, "OK"));
            }
            ClientRequest::Reset => {
                self.state = State::default();
                encode::simple(out, "RESET");
            }
            ClientRequest::Accept => encode::simple(out, "OK"),
            ClientRequest::ConnectionId => encode::integer(out, self.id),
            ClientRequest::NoName => encode::bulk_or_nil(out, None),
            ClientRequest::NoDetails => encode::array(out, 0),
            ClientRequest::CountCommands => encode::integer(out, commands::count()),
            ClientRequest::Settings(names) => settings(out, &names),
            ClientRequest::Nothing
            | ClientRequest::Law(..)
            | ClientRequest::Each(..)
            | ClientRequest::Quit
            | ClientRequest::CrossProtocol => {}
        }
    }

    /// EXEC or DISCARD: later commands are carried out again.
    fn end_transaction(&mut self, name: &str, reply: impl FnOnce(&mut BytesMut)) {
        if std::mem::take(&mut self.state.is_in_refused_transaction) {
            reply(&mut self.output);
        } else {
            encode::error(&mut self.output, format_args!("ERR {name} without MULTI"));
        }
    }

    async fn ask(&mut self, operation: &'static Operation, command: Command) {
        match self.ask_and_count(operation.counted, command).await {
            Ok(response) => (operation.reply)(&mut self.output, response),
            Err(text) => encode::error(&mut self.output, text),
        }
    }

    /// Carries out DEL, key by key. The first failure ends it; the reply tells which key failed.
    async fn ask_each(&mut self, counted: &'static str, commands: Vec<Command>) {
        let (mut deleted, all) = (0, commands.len());
        for (done, command) in commands.into_iter().enumerate() {
            match self.ask_and_count(counted, command).await {
                Ok(response) => deleted += u32::from(response == Response::Deleted(true)),
                Err(text) if all == 1 => return encode::error(&mut self.output, text),
                Err(text) => {
                    let text = format!(
                        "{text} (key {} of {all}; those before it are deleted)",
                        done + 1
                    );
                    return encode::error(&mut self.output, text);
                }
            }
        }
        encode::integer(&mut self.output, deleted);
    }

    /// The response of the parliament, or the error for the client.
    async fn ask_and_count(
        &mut self,
        counted: &'static str,
        command: Command,
    ) -> Result<Response, String> {
        let start = Instant::now();
        let (end, answer) = match self.requester.ask(command).await {
            RequestOutcome::Answered(response) => (End::Answered, Ok(response)),
            RequestOutcome::Declined(why) => {
                let text = format!("TRYAGAIN the request was not carried out: {why}");
                (End::Declined, Err(text))
            }
            RequestOutcome::Unknown(why) => {
                let text = format!(
                    "UNKNOWN the outcome of this request is not known: {why}; \
                     it was carried out, or may still be, or never is"
                );
                (End::Unknown, Err(text))
            }
        };
        self.shared.metrics.count(counted, end, start.elapsed());
        answer
    }

    async fn read_own_law(&mut self, key: Vec<u8>) {
        let start = Instant::now();
        let end = if let Some(value) = self.shared.handle.read(key).await {
            encode::bulk_or_nil(&mut self.output, value.as_deref());
            End::Answered
        } else {
            encode::error(
                &mut self.output,
                "TRYAGAIN this node is shutting down, or may not serve clients",
            );
            End::Declined
        };
        let metrics = &self.shared.metrics;
        metrics.count(OWN_LAW, end, start.elapsed());
    }

    fn hello(&mut self) {
        let out = &mut self.output;
        encode::array(out, 14);
        for (name, value) in [("server", "synod"), ("version", env!("CARGO_PKG_VERSION"))] {
            encode::bulk(out, name.as_bytes());
            encode::bulk(out, value.as_bytes());
        }
        for (name, value) in [("proto", 2), ("id", self.id)] {
            encode::bulk(out, name.as_bytes());
            encode::integer(out, value);
        }
        let role = self.shared.handle.status().role();
        for (name, value) in [("mode", "cluster"), ("role", role)] {
            encode::bulk(out, name.as_bytes());
            encode::bulk(out, value.as_bytes());
        }
        encode::bulk(out, b"modules");
        encode::array(out, 0);
    }
}

/// CONFIG GET: the settings that redis-benchmark asks for. They say that every answered write is on
/// disk.
fn settings(out: &mut BytesMut, names: &[Vec<u8>]) {
    let known = [
        ("save", ""),
        ("appendonly", "yes"),
        ("appendfsync", "always"),
    ];
    let is_asked = |name: &str| {
        let asked = |n: &Vec<u8>| n.eq_ignore_ascii_case(name.as_bytes()) || n == b"*";
        names.iter().any(asked)
    };
    let found = || known.iter().filter(|(name, _)| is_asked(name));
    encode::array(out, 2 * found().count());
    for (name, value) in found() {
        encode::bulk(out, name.as_bytes());
        encode::bulk(out, value.as_bytes());
    }
}
