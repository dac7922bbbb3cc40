//! `synod node`.

mod log;

use crate::args::NodeOptions;
use crate::diagnostics::{self, Complaint};
use crate::output::say;
use crate::status::Status;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use sd_notify::NotifyState;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{SocketAddr, ToSocketAddrs};
use std::num::NonZeroUsize;
use std::pin::pin;
use synod_math::Priest;
use synod_node::certificates::client_acceptor;
use synod_node::clients::Users;
use synod_node::config::{Config, Identity, WithoutTls, with_snapshot_after};
use synod_node::ledger;
use synod_node::ledger_identity::LedgerId;
use synod_node::node::{self, Node, NodeError};
use synod_node::timers::Timing;
use synod_report::plurals::plural;
use synod_terminal::signals;
use synod_trace as trace;
use tokio::io::AsyncReadExt;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

/// Runs a node until it is told to end, or cannot go on.
///
/// # Errors
/// It does not start: what was given cannot be used.
pub(crate) fn node(options: &NodeOptions) -> Result<Status, Complaint> {
    let config = configure(options)?;
    if options.check_config {
        return check(&config, options);
    }
    log::begin(options.log);
    open_many_files();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers())
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return Ok(fail(&error)),
    };
    let status = runtime.block_on(run(&config, options));
    // The task that reads standard input may wait for ever.
    runtime.shutdown_background();
    status
}

/// How many threads serve clients and peers, beside that of the legislator. On few processors more threads
/// only wake each other.
fn workers() -> usize {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    (processors / 2).clamp(1, 4)
}

/// `--check-config`: nothing is started, and no ledger is touched.
fn check(config: &Config, options: &NodeOptions) -> Result<Status, Complaint> {
    client_acceptor(config).map_err(|error| {
        let help = "`synod cert` makes such a folder";
        Complaint::about(error.to_string(), help)
    })?;
    if let Some(file) = &config.users {
        Users::read(file).map_err(|error| {
            let help = "docs/node.md shows such a file";
            Complaint::about(error.to_string(), help)
        })?;
    }
    let file = options.config.as_ref();
    let from = file.map_or(String::new(), |file| format!(" of {}", file.display()));
    say(&format!(
        "The configuration{from} can be used: node {} of {}, cluster {}, clients at {}\n",
        config.identity.me.index() + 1,
        config.identity.legislators,
        config.identity.cluster,
        config.clients,
    ));
    Ok(Status::AsExpected)
}

/// The loss is accepted before the ledger is read.
async fn start(config: &Config, lost: Option<LedgerId>) -> Result<Node, NodeError> {
    let starting = node::serve(config).await?;
    if let Some(lost) = lost {
        let (folder, identity) = (config.folder.clone(), config.identity.clone());
        let accept = move || ledger::accept_loss(&folder, &identity, lost);
        let accepted = spawn_blocking(accept).await;
        accepted.map_err(|error| NodeError::Thread(error.into()))??;
        tracing::warn!("the loss of ledger {lost} is accepted: this node takes part again");
    }
    starting.finish().await
}

async fn run(config: &Config, options: &NodeOptions) -> Result<Status, Complaint> {
    let mut told = pin!(told_to_end(options.end_with_input));
    let started = tokio::select! {
        started = start(config, options.accept_loss) => started,
        // No message has left, and the folder is consistent at any moment.
        () = &mut told => return Ok(Status::AsExpected),
    };
    let mut node = match started {
        Ok(node) => node,
        Err(error @ NodeError::Driver(_)) => return Ok(fail(&error)),
        Err(error) => return Err(Complaint::about(error.to_string(), help(&error))),
    };
    announce(config, &node);
    tell_the_manager(&[NotifyState::Ready]);
    let end = &mut node.end;
    tokio::select! {
        ended = end => return Ok(ended_by_itself(ended.ok())),
        () = told => {}
    }
    tell_the_manager(&[NotifyState::Stopping]);
    node.handle.end().await;
    let ended = (&mut node.end).await.ok();
    node.finish_replies().await;
    Ok(ended_by_itself(ended))
}

fn ended_by_itself(ended: Option<Result<(), node::DriverError>>) -> Status {
    match ended {
        Some(Ok(())) => Status::AsExpected,
        Some(Err(error)) => fail(&error),
        None => fail(&"the legislator's thread ended"),
    }
}

/// A running node cannot continue.
fn fail(error: &impl ToString) -> Status {
    let help = "the node sent nothing that depends on the failed write, and its folder is consistent: \
                remove the cause and start the node again";
    diagnostics::report(&[Complaint::about(error.to_string(), help)]);
    Status::NotAsExpected
}

fn help(error: &NodeError) -> &'static str {
    match error {
        NodeError::Ledger(_) => {
            "no vote, promise or decree was changed; keep a copy of the folder before you try to rescue it"
        }
        NodeError::Files(_) => "raise it: `ulimit -n NUMBER`, or LimitNOFILE= of systemd",
        NodeError::Listen(_) | NodeError::Transport(_) => {
            "choose other addresses: --listen, --clients, --http, and --peers for all nodes"
        }
        _ => "`synod node --help` explains the options",
    }
}

fn configure(options: &NodeOptions) -> Result<Config, Complaint> {
    let peers = peers(&options.peers)?;
    let own = peers.get(&options.id).ok_or_else(|| {
        let id = options.id.index() + 1;
        Complaint::about(
            format!("--id {id} is not among --peers"),
            format!("--peers names every legislator, this one too: add {id}=HOST:PORT"),
        )
    })?;
    let run = &options.run;
    if run.absence <= run.presence {
        return Err(Complaint::about(
            "--absence is not longer than --presence".to_owned(),
            "give --absence several times --presence, so that a node that is present is heard in time",
        ));
    }
    Ok(Config {
        listen: match options.listen {
            Some(address) => address,
            None => resolve(own)?,
        },
        identity: Identity {
            cluster: options.cluster.clone(),
            me: options.id,
            legislators: peers.len(),
        },
        peers,
        folder: options.folder.clone(),
        clients: options.clients,
        http: options.http,
        tls: options.tls.clone(),
        users: options.users.clone(),
        without_tls: if options.insecure {
            WithoutTls::Anywhere
        } else {
            WithoutTls::LoopbackOnly
        },
        trace: run.trace.then(|| trace::TraceOptions {
            file_size: run.trace_file_size.0,
            files: run.trace_files.map(NonZeroUsize::get),
            is_cut: run.trace_cut,
            ..trace::TraceOptions::within(&options.folder)
        }),
        timing: Timing {
            presence: run.presence,
            absence: run.absence,
            round: run.round,
        },
        settings: with_snapshot_after(run.snapshot_after.0 as usize),
        patience: run.patience,
    })
}

/// The address of each legislator, numbered from 1 without a gap.
fn peers(named: &[(Priest, String)]) -> Result<BTreeMap<Priest, String>, Complaint> {
    let mut peers = BTreeMap::new();
    let mut addresses = BTreeSet::new();
    for (priest, address) in named {
        if !addresses.insert(address) {
            return Err(Complaint::about(
                format!("--peers names {address} twice"),
                "every legislator has an address of its own",
            ));
        }
        if named.len() > 1 && address.ends_with(":0") {
            return Err(Complaint::about(
                format!("--peers: the others cannot reach {address}"),
                "give a port from 1 to 65535",
            ));
        }
        if peers.insert(*priest, address.clone()).is_some() {
            let id = priest.index() + 1;
            return Err(Complaint::about(
                format!("--peers names {id} twice"),
                "every legislator has one address",
            ));
        }
    }
    let missing = peers
        .keys()
        .zip(0..)
        .find(|(priest, index)| priest.index() != *index);
    match missing {
        None => Ok(peers),
        Some((_, index)) => Err(Complaint::about(
            format!("--peers lacks {}", index + 1),
            "legislators are counted from 1 without a gap",
        )),
    }
}

fn resolve(address: &str) -> Result<SocketAddr, Complaint> {
    let resolved = address.to_socket_addrs().map(|mut found| found.next());
    match resolved {
        Ok(Some(found)) => Ok(found),
        Ok(None) => Err(format!("{address} has no address")),
        Err(error) => Err(format!("{address}: {error}")),
    }
    .map_err(|what| Complaint::about(what, "say where to listen: --listen ADDRESS:PORT"))
}

fn announce(config: &Config, node: &Node) {
    let identity = &config.identity;
    let law = node.handle.status().law;
    let http = match node.addresses.http {
        Some(address) => format!(", http://{address}/health"),
        None => String::new(),
    };
    say(&format!(
        "legislator {} of {} in {}: clients at {}{http}, peers at {}, {law} {} in {}\n",
        identity.me.index() + 1,
        identity.legislators,
        identity.cluster,
        node.addresses.clients,
        config.listen,
        plural(law.0, "decree", "decrees"),
        config.folder.display(),
    ));
}

/// Tells systemd, if it has started this process and waits for word (`Type=notify`).
fn tell_the_manager(news: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(news) {
        tracing::warn!("systemd could not be told: {error}");
    }
}

/// Raises the limit of open files as far as the system allows: each connection is one.
fn open_many_files() {
    if let Ok((_, most)) = getrlimit(Resource::RLIMIT_NOFILE) {
        // Where it fails, the node takes fewer clients, or does not start.
        let _ = setrlimit(Resource::RLIMIT_NOFILE, most, most);
    }
}

/// A signal, or the end of standard input if that is to end the node.
async fn told_to_end(with_input: bool) {
    tokio::select! {
        () = signalled() => {}
        () = input_ended(), if with_input => {}
    }
}

/// SIGINT, SIGTERM or SIGHUP.
async fn signalled() {
    let (tell, mut told) = mpsc::unbounded_channel();
    // Later signals are ignored.
    let tell = move || {
        let _ = tell.send(());
    };
    if signals::watch(tell).is_ok() {
        told.recv().await;
    } else {
        // Then a signal ends the process at once, which is safe.
        std::future::pending::<()>().await;
    }
}

async fn input_ended() {
    let (mut input, mut buffer) = (tokio::io::stdin(), [0; 64]);
    while input.read(&mut buffer).await.is_ok_and(|count| count > 0) {}
}
