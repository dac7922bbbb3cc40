//! One client: requests in, replies out, in order.

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

/// How many bytes are read at once, at least.
const READ: usize = 4096;

/// How many bytes of replies wait for the client at most before he must take
/// some; and how much an idle connection keeps of its buffers.
const REPLIES: usize = 64 << 10;

/// How long, and how many bytes, to go on reading from a client who is told why
/// he is cut off: if bytes of his were left unread, the system would throw away
/// what he is told.
const LINGER: (Duration, usize) = (Duration::from_secs(1), 1 << 20);

/// A client who is connected.
pub(super) struct Connection<S> {
    stream: S,
    id: u64,
    shared: Arc<Shared>,
    requester: Requester,
    input: BytesMut,
    output: BytesMut,
    state: State,
    /// Of the node.
    is_ending: watch::Receiver<bool>,
}

/// What earlier requests have made of a connection.
#[derive(Clone, Copy, Default)]
struct State {
    /// After READONLY.
    reads_own_law: bool,
    /// After MULTI, which was refused, up to EXEC or DISCARD: the client takes
    /// what it says for queued, and it must not be carried out one by one.
    is_in_refused_transaction: bool,
}

const MULTI: &str = "ERR MULTI is not supported: there are no transactions, and nothing is \
    carried out on this connection before EXEC or DISCARD (CAS compares and sets one value)";
const NOT_QUEUED: &str =
    "ERR not carried out: MULTI was refused, and neither EXEC nor DISCARD has come since";
const EXECABORT: &str = "EXECABORT Transaction discarded because of previous errors: MULTI is not \
    supported, and nothing was carried out";

/// Whether a connection goes on.
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
        }
    }

    /// Serves the client until one of the two ends it.
    ///
    /// # Errors
    ///
    /// If the client is gone, or too slow.
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
            if self.output.len() >= REPLIES {
                self.flush().await?;
            }
        }
        self.flush().await?;
        self.linger().await
    }

    /// Reads more; false if the client has ended, or the node ends.
    async fn read(&mut self) -> io::Result<bool> {
        let is_idle = self.input.is_empty();
        if is_idle && self.input.capacity() > REPLIES {
            self.input = BytesMut::new();
        }
        if self.input.capacity() - self.input.len() < READ / 4 {
            self.input.reserve(READ);
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

    /// One write for all replies so far.
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
        if self.output.capacity() > 2 * REPLIES {
            self.output = BytesMut::new();
        }
        Ok(())
    }

    async fn linger(mut self) -> io::Result<()> {
        self.requester.is_done();
        let goodbye = async {
            self.stream.shutdown().await?;
            let mut ignored = 0;
            while ignored < LINGER.1 {
                self.input.clear();
                self.input.reserve(READ);
                match self.stream.read_buf(&mut self.input).await? {
                    0 => break,
                    count => ignored += count,
                }
            }
            Ok(())
        };
        timeout(LINGER.0, goodbye).await.unwrap_or(Ok(()))
    }

    async fn carry_out(&mut self, request: ClientRequest) -> Then {
        match request {
            ClientRequest::Nothing => {}
            ClientRequest::CrossProtocol => return Then::Close,
            _ if self.state.is_in_refused_transaction && request.would_be_queued() => {
                encode::error(&mut self.output, NOT_QUEUED);
            }
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

    /// What needs no parliament.
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

    /// EXEC or DISCARD: what follows is carried out again.
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

    /// DEL, key by key; the first that fails ends it, and the reply says how far it
    /// came.
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

    /// The answer, or an error as the client is told it.
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
                "TRYAGAIN this node is shutting down, or does not serve",
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

/// CONFIG GET: what redis-benchmark wants to know, in its terms. All that is
/// answered is on disks.
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
