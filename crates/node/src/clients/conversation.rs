//! [`Conversation`]: what one client asks, in order, and what it is answered.
//!
//! The requests that have arrived together are one decree: they cost one, and no other client's come between
//! them. So they are carried out in order whatever happens to presidents and messages on the way, each once,
//! as a request of one command is. The requests that arrive meanwhile wait, and are the next decree.

use super::Shared;
use super::attempts::{RequestOutcome, Requester};
use super::client_request::{ClientPart, ClientRequest, Hello};
use super::command_error::CommandError;
use super::commands;
use super::follow::Follow;
use super::metrics::{End, OWN_LAW};
use super::scan::Scan;
use super::together::Together;
use super::transaction::{Queued, Transaction};
use super::users::{Login, Permission};
use crate::wire::LARGEST_COMMAND;
use crate::{Command, Response, SharedCommand};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use synod_resp::{Encoder, Version};
use tokio::time::Instant;

/// The requests and replies of one connection, without its bytes.
pub(super) struct Conversation {
    id: u64,
    shared: Arc<Shared>,
    requester: Requester,
    login: Login,
    /// The replies that are not written yet.
    pub(super) out: Encoder,
    state: State,
    /// What the connection follows from now on, after [`Then::Follow`].
    pub(super) follow: Option<Follow>,
    /// The commands that were read and are not carried out yet.
    together: Together,
    /// Whether the node was seen to take part: it is starting only once.
    has_started: bool,
}

/// The state of a connection that earlier requests have set: later ones depend on it.
#[derive(Default)]
struct State {
    /// Whether GET is answered from this node's own law: after READONLY.
    reads_own_law: bool,
    /// The commands that were queued since MULTI; `None` outside a transaction.
    transaction: Option<Transaction>,
    /// The keys of WATCH, with their numbers.
    watched: BTreeMap<Vec<u8>, u64>,
    name: Vec<u8>,
    library: Vec<u8>,
    library_version: Vec<u8>,
}

/// A request that is not carried out.
pub(super) struct Refused {
    error: CommandError,
    /// Whether it is EXEC, whose transaction is over then.
    is_execute: bool,
}

/// What becomes of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    GoOn,
    /// It is told what becomes law, and takes no further requests.
    Follow,
    Close,
}

impl Conversation {
    pub(super) fn new(id: u64, login: Login, shared: Arc<Shared>) -> Self {
        let requester = Requester::new(
            shared.handle.clone(),
            shared.options.patience,
            Arc::clone(&shared.sessions),
        );
        Self {
            id,
            shared,
            requester,
            login,
            out: Encoder::default(),
            state: State::default(),
            follow: None,
            together: Together::default(),
            has_started: false,
        }
    }

    /// Gives the client id back, because no further request will be made.
    pub(super) fn end_session(&mut self) {
        self.requester.end_session();
    }

    /// Refuses a request that the client may not make. What is none is refused already.
    pub(super) fn permit(
        &mut self,
        parsed: Result<ClientRequest, CommandError>,
    ) -> Result<ClientRequest, Refused> {
        self.shared.asked.fetch_add(1, Ordering::Relaxed);
        let is_execute = match &parsed {
            Ok(request) => matches!(request, ClientRequest::Execute),
            Err(error) => matches!(error, CommandError::Number(name, _) if name == "exec"),
        };
        let permitted = parsed.and_then(|request| {
            self.login.permit(request.takes())?;
            Ok(request)
        });
        permitted.map_err(|error| Refused { error, is_execute })
    }

    /// Whether the commands before a request have to be carried out before it is taken.
    pub(super) fn settles_before(&mut self, request: &Result<ClientRequest, Refused>) -> bool {
        let Ok(request) = request else {
            return true;
        };
        match request {
            request if self.is_queued(request) => false,
            ClientRequest::Nothing | ClientRequest::CrossProtocol => false,
            request if request.needs_the_law() && self.is_starting() => true,
            ClientRequest::Law(_, Command::Get { .. }) if self.state.reads_own_law => true,
            ClientRequest::Law(_, command) => !self.together.has_room_for(command),
            _ => true,
        }
    }

    /// Takes the next request. Its reply may come only when [`settle_some`](Self::settle_some) is called.
    pub(super) async fn take(&mut self, request: Result<ClientRequest, Refused>) -> Then {
        let Refused { error, is_execute } = match request {
            Ok(request) => return self.carry_out(request).await,
            Err(refused) => refused,
        };
        if is_execute {
            self.abort(&error);
        } else {
            self.refuse(&error);
        }
        if error.ends_the_connection() {
            return Then::Close;
        }
        Then::GoOn
    }

    /// Whether a request waits for EXEC.
    fn is_queued(&self, request: &ClientRequest) -> bool {
        self.state.transaction.is_some() && !request.is_not_queued()
    }

    /// Answers with an error. A transaction with a refused command must not be carried out.
    fn refuse(&mut self, error: impl Display) {
        self.out.error(error);
        if let Some(transaction) = &mut self.state.transaction {
            transaction.is_broken = true;
        }
    }

    /// Answers an EXEC that is refused. As in Redis, the transaction is over: what the client asks next must not
    /// be queued.
    fn abort(&mut self, why: impl Display) {
        self.state.transaction = None;
        self.state.watched.clear();
        let why = why.to_string();
        let why = why.strip_prefix("ERR ").unwrap_or(&why);
        let text = format_args!("EXECABORT Transaction discarded because of: {why}");
        self.out.error(text);
    }

    async fn carry_out(&mut self, request: ClientRequest) -> Then {
        if self.is_queued(&request) {
            self.queue(request);
            return Then::GoOn;
        }
        match request {
            ClientRequest::Nothing => return Then::GoOn,
            ClientRequest::CrossProtocol => return Then::Close,
            _ if request.needs_the_law() && self.is_starting() => {
                let loading = self.loading();
                match request {
                    ClientRequest::Execute => self.abort(loading),
                    _ => self.out.error(loading),
                }
            }
            ClientRequest::Law(_, Command::Get { key }) if self.state.reads_own_law => {
                self.read_own_law(key).await;
            }
            ClientRequest::Law(operation, command) => self.together.push(operation, command),
            request => return self.carry_out_alone(request).await,
        }
        Then::GoOn
    }

    /// Carries out a request when everything before it is answered.
    async fn carry_out_alone(&mut self, request: ClientRequest) -> Then {
        match request {
            ClientRequest::Scan(scan) => self.scan(scan).await,
            ClientRequest::Watch(keys) => self.watch(keys).await,
            ClientRequest::Follow(follow) => {
                self.follow = Some(follow);
                return Then::Follow;
            }
            ClientRequest::Execute => self.execute().await,
            ClientRequest::Hello(hello) => self.hello(hello).await,
            ClientRequest::Authenticate(credentials) => {
                match self.login.authenticate(&credentials).await {
                    Ok(()) => self.out.simple("OK"),
                    Err(error) => self.refuse(&error),
                }
            }
            ClientRequest::Quit => {
                self.out.simple("OK");
                return Then::Close;
            }
            request => self.answer_here(request),
        }
        Then::GoOn
    }

    /// Carries out the commands that were read, as many of them as are answered at once. `false` if there are none.
    pub(super) async fn settle_some(&mut self) -> bool {
        let Some((command, operations)) = self.together.take() else {
            return false;
        };
        let names = operations.iter().map(|operation| operation.counted);
        let names: Vec<_> = names.collect();
        let command = SharedCommand::new(command);
        match self.ask(&command, &names).await {
            Ok(response) => {
                let responses = match response {
                    Response::Many(responses) => responses,
                    one => [one].into(),
                };
                let answered = operations.iter().zip(responses.iter());
                answered.for_each(|(operation, response)| {
                    (operation.reply)(&mut self.out, response.clone());
                });
                if responses.len() < operations.len() {
                    let command = SharedCommand::unwrap_or_clone(command);
                    self.together.put_back(command, operations, responses.len());
                }
            }
            Err(text) => operations.iter().for_each(|_| self.out.error(&text)),
        }
        true
    }

    /// The response of the parliament, or the error for the client. It is counted under each of the names.
    async fn ask(
        &mut self,
        command: &SharedCommand,
        names: &[&'static str],
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
        for name in names {
            self.shared.metrics.count(name, end, start.elapsed());
        }
        answer
    }

    fn is_starting(&mut self) -> bool {
        if !self.has_started {
            self.has_started = self.shared.handle.status().starting.is_none();
        }
        !self.has_started
    }

    /// What a request is answered that cannot be carried out yet.
    fn loading(&self) -> String {
        let stage = self.shared.handle.status().starting;
        let stage = stage.map(|stage| format!(": {stage}")).unwrap_or_default();
        format!("LOADING the node is starting{stage}; nothing was carried out")
    }

    async fn read_own_law(&mut self, key: Vec<u8>) {
        let start = Instant::now();
        let end = if let Some(value) = self.shared.handle.read(key).await {
            self.out.bulk_or_nil(value.as_deref());
            End::Answered
        } else {
            self.out
                .error("TRYAGAIN this node is shutting down, or may not serve clients");
            End::Declined
        };
        let metrics = &self.shared.metrics;
        metrics.count(OWN_LAW, end, start.elapsed());
    }

    async fn scan(&mut self, scan: Scan) {
        let command = match scan.command(&self.shared.cursors) {
            Ok(command) => command,
            Err(error) => return self.out.error(error),
        };
        match self.ask(&command.into(), &["scan"]).await {
            Err(text) => self.out.error(text),
            Ok(response) => {
                let (cursor, keys) = scan.outcome(response, &self.shared.cursors);
                self.out.array(2);
                self.out.bulk(cursor.to_string().as_bytes());
                self.out.array(keys.len());
                for key in keys {
                    self.out.bulk(&key);
                }
            }
        }
    }

    /// WATCH. A key that is watched already keeps its number: it must not have changed since then.
    async fn watch(&mut self, keys: Vec<Vec<u8>>) {
        let command = Command::Watch { keys: keys.clone() };
        if command.size() > LARGEST_COMMAND {
            return self.out.error(CommandError::TooLarge(command.size()));
        }
        match self.ask(&command.into(), &["watch"]).await {
            Err(text) => self.out.error(text),
            Ok(Response::Watched(numbers)) => {
                for (key, number) in keys.into_iter().zip(numbers) {
                    self.state.watched.entry(key).or_insert(number);
                }
                self.out.simple("OK");
            }
            Ok(other) => commands::unfit(&mut self.out, &other),
        }
    }

    /// After MULTI: the request waits for EXEC.
    fn queue(&mut self, request: ClientRequest) {
        if request.needs_the_law() && self.is_starting() {
            return self.refuse(self.loading());
        }
        let Some(transaction) = &mut self.state.transaction else {
            return;
        };
        match transaction.queue(request) {
            Ok(()) => self.out.simple("QUEUED"),
            Err(error) => self.out.error(error),
        }
    }

    async fn execute(&mut self) {
        let Some(transaction) = self.state.transaction.take() else {
            return self.out.error("ERR EXEC without MULTI");
        };
        let watched = std::mem::take(&mut self.state.watched);
        let command = match transaction.command(watched) {
            Ok(command) => command,
            Err(error) => return self.out.error(error),
        };
        match self.ask(&command.into(), &["exec"]).await {
            Err(text) => self.out.error(text),
            Ok(Response::Changed) => self.out.nil_array(),
            Ok(Response::Many(responses)) => {
                self.answer_all(transaction, responses.iter().cloned());
            }
            Ok(other) => commands::unfit(&mut self.out, &other),
        }
    }

    /// Answers EXEC: each queued request in its place.
    fn answer_all(&mut self, transaction: Transaction, responses: impl Iterator<Item = Response>) {
        let mut responses = responses;
        self.out.array(transaction.queued.len());
        for queued in transaction.queued {
            match queued {
                Queued::Here(request) => self.answer_here(request),
                Queued::Law(operation, _) => match responses.next() {
                    Some(response) => (operation.reply)(&mut self.out, response),
                    None => self.out.nil(),
                },
            }
        }
    }

    /// Answers a request that needs no parliament.
    fn answer_here(&mut self, request: ClientRequest) {
        match request {
            ClientRequest::Ping(None) => self.out.simple("PONG"),
            ClientRequest::Ping(Some(message)) => self.out.bulk(&message),
            ClientRequest::ReadOwnLaw(reads_own_law) => {
                self.state.reads_own_law = reads_own_law;
                self.out.simple("OK");
            }
            ClientRequest::Info(sections) => self.out.text(&self.shared.info(&sections)),
            ClientRequest::CountKeys => self.out.integer(self.shared.handle.status().keys),
            ClientRequest::Begin => self.begin(),
            ClientRequest::Discard => self.discard(),
            ClientRequest::Unwatch => {
                self.state.watched.clear();
                self.out.simple("OK");
            }
            ClientRequest::Reset => {
                self.state = State::default();
                self.login.begin();
                self.out.version = Version::default();
                self.out.simple("RESET");
            }
            ClientRequest::Accept => self.out.simple("OK"),
            ClientRequest::Client(part) => self.client(part),
            ClientRequest::Commands(part) => commands::tell(&mut self.out, &part),
            ClientRequest::Settings(names) => settings(&mut self.out, &names),
            ClientRequest::Nothing
            | ClientRequest::Law(..)
            | ClientRequest::Scan(_)
            | ClientRequest::Watch(_)
            | ClientRequest::Follow(_)
            | ClientRequest::Execute
            | ClientRequest::Hello(_)
            | ClientRequest::Authenticate(_)
            | ClientRequest::Quit
            | ClientRequest::CrossProtocol => {}
        }
    }

    fn begin(&mut self) {
        if self.state.transaction.is_some() {
            return self.out.error("ERR MULTI calls can not be nested");
        }
        self.state.transaction = Some(Transaction::default());
        self.out.simple("OK");
    }

    fn discard(&mut self) {
        if self.state.transaction.take().is_none() {
            return self.out.error("ERR DISCARD without MULTI");
        }
        self.state.watched.clear();
        self.out.simple("OK");
    }

    fn client(&mut self, part: ClientPart) {
        let state = &mut self.state;
        let kept = match part {
            ClientPart::Id => return self.out.integer(self.id),
            ClientPart::Info => return self.tell_of_the_connection(),
            ClientPart::GetName => {
                let name = Some(state.name.as_slice()).filter(|name| !name.is_empty());
                return self.out.bulk_or_nil(name);
            }
            ClientPart::SetName(name) => (&mut state.name, name),
            ClientPart::SetLibrary(name) => (&mut state.library, name),
            ClientPart::SetVersion(version) => (&mut state.library_version, version),
        };
        *kept.0 = kept.1;
        self.out.simple("OK");
    }

    fn tell_of_the_connection(&mut self) {
        let State {
            name,
            library,
            library_version,
            watched,
            ..
        } = &self.state;
        let shown = |bytes: &[u8]| bytes.escape_ascii().to_string();
        let text = format!(
            "id={} name={} db=0 resp={} watch={} lib-name={} lib-ver={}\n",
            self.id,
            shown(name),
            self.out.version.number(),
            watched.len(),
            shown(library),
            shown(library_version),
        );
        self.out.text(&text);
    }

    async fn hello(&mut self, hello: Hello) {
        if let Some(credentials) = hello.credentials
            && let Err(error) = self.login.authenticate(&credentials).await
        {
            return self.refuse(&error);
        }
        if let Err(error) = self.login.permit(Permission::Read) {
            return self.refuse(&error);
        }
        if let Some(version) = hello.version {
            self.out.version = version;
        }
        if let Some(name) = hello.name {
            self.state.name = name;
        }
        let out = &mut self.out;
        out.map(7);
        for (name, value) in [("server", "synod"), ("version", env!("CARGO_PKG_VERSION"))] {
            out.bulk(name.as_bytes());
            out.bulk(value.as_bytes());
        }
        for (name, value) in [("proto", out.version.number().into()), ("id", self.id)] {
            out.bulk(name.as_bytes());
            out.integer(value);
        }
        let role = self.shared.handle.status().role();
        // Not a cluster of Redis, in which clients would look for the nodes of each key.
        for (name, value) in [("mode", "standalone"), ("role", role)] {
            out.bulk(name.as_bytes());
            out.bulk(value.as_bytes());
        }
        out.bulk(b"modules");
        out.array(0);
    }
}

/// CONFIG GET: the settings that redis-benchmark asks for. They say that every answered write is on
/// disk.
fn settings(out: &mut Encoder, names: &[Vec<u8>]) {
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
    out.map(found().count());
    for (name, value) in found() {
        out.bulk(name.as_bytes());
        out.bulk(value.as_bytes());
    }
}
