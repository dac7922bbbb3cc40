//! `synod cluster`: nodes on this machine, each a process of its own.

mod member;

use crate::args::ClusterOptions;
use crate::diagnostics::{self, Complaint};
use crate::output::say;
use crate::status::Status;
use member::{Location, Member, Start};
use std::fmt::Write;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};
use synod_terminal::{note, signals};

/// How often the processes of the nodes are polled.
const LOOK: Duration = Duration::from_millis(100);

/// For how long a node may start before this process says what it does, and then again and again.
const PATIENCE: Duration = Duration::from_secs(2);

/// Runs a cluster until Ctrl-C, or until all nodes have ended.
///
/// # Errors
/// It cannot be started, or all nodes have ended.
pub(crate) fn cluster(options: &ClusterOptions) -> Result<Status, Complaint> {
    let is_over = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&is_over);
    signals::watch(move || flag.store(true, Ordering::Relaxed)).map_err(|error| {
        let help = "`synod node` runs a single node";
        Complaint::about(error.to_string(), help)
    })?;
    look_after(start(options, &is_over)?, options, &is_over)
}

fn start(options: &ClusterOptions, is_over: &AtomicBool) -> Result<Vec<Member>, Complaint> {
    let locations: Vec<Location> = (1..=options.nodes)
        .map(|id| Location::of(id, options))
        .collect();
    for location in &locations {
        for port in [location.clients, location.peers, location.http] {
            refuse_taken(port)?;
        }
    }
    let mut members = Vec::new();
    for location in &locations {
        members.push(Member::start(location.clone(), &locations, options)?);
    }
    wait_for_all(&mut members, is_over)?;
    say(&introduction(&members, options));
    Ok(members)
}

fn refuse_taken(port: u16) -> Result<(), Complaint> {
    match TcpListener::bind(("127.0.0.1", port)) {
        Ok(_) => Ok(()),
        Err(error) => Err(Complaint::about(
            format!("127.0.0.1:{port}: {error}"),
            "another cluster may be running; choose other ports with --ports FROM",
        )),
    }
}

/// Waits for as long as it takes: nodes read their ledgers first. What they do meanwhile is told.
fn wait_for_all(members: &mut [Member], is_over: &AtomicBool) -> Result<(), Complaint> {
    for member in members {
        let mut tell_at = Instant::now() + PATIENCE;
        loop {
            let news = match member.start_so_far() {
                Start::Done => break,
                Start::UnderWay(news) => news,
            };
            if member.ended().is_some() {
                return Err(Complaint::about(
                    format!(
                        "node {} does not start: {}",
                        member.location.id,
                        member.last_words()
                    ),
                    format!("its log is {}", member.location.log().display()),
                ));
            }
            if is_over.load(Ordering::Relaxed) {
                return Ok(());
            }
            if Instant::now() >= tell_at {
                tell_at = Instant::now() + PATIENCE;
                note(&format!("node {}: {news}", member.location.id));
            }
            sleep(LOOK);
        }
    }
    Ok(())
}

fn introduction(members: &[Member], options: &ClusterOptions) -> String {
    let mut text = format!(
        "cluster {} of {} in {}\n\n  node     pid  clients          health and metrics     ledger and log\n",
        options.cluster,
        options.nodes,
        options.folder.display()
    );
    for member in members {
        let location = &member.location;
        let _ = writeln!(
            text,
            "  {:>4}  {:>6}  127.0.0.1:{:<5}  http://127.0.0.1:{:<5} {}",
            location.id,
            member.pid(),
            location.clients,
            location.http,
            location.folder.display()
        );
    }
    let first = members.first().map_or(0, |member| member.location.clients);
    let last = members.last().map(|member| member.location.pid());
    let last = last.unwrap_or_default();
    let _ = write!(
        text,
        "\nTalk to any of them:   redis-cli -p {first} set greeting hello\n\
         or without redis-cli:  synod client --address 127.0.0.1:{first} get greeting\n\
         Kill the president:    kill -9 $(cat {})\n\
         Audit what they wrote: synod audit {}\n\
         Ctrl-C ends all of them; the same command goes on from there.\n\n",
        last.display(),
        folders(&options.folder, members)
    );
    text
}

fn folders(folder: &Path, members: &[Member]) -> String {
    let names = members.iter().map(|member| {
        let name = folder.join(format!("node-{}", member.location.id));
        name.display().to_string()
    });
    names.collect::<Vec<_>>().join(" ")
}

/// Ctrl-C on a terminal goes to the nodes and to this process, perhaps a little later.
fn is_told_as_well(is_over: &AtomicBool) -> bool {
    sleep(LOOK);
    is_over.load(Ordering::Relaxed)
}

/// Restarts nodes that were killed or told to end, until the cluster is to end.
fn look_after(
    mut members: Vec<Member>,
    options: &ClusterOptions,
    is_over: &AtomicBool,
) -> Result<Status, Complaint> {
    let locations: Vec<Location> = members
        .iter()
        .map(|member| member.location.clone())
        .collect();
    while !is_over.load(Ordering::Relaxed) {
        sleep(LOOK);
        for member in &mut members {
            if let Some(how) = member.news_of_end() {
                if how.was_told() && is_told_as_well(is_over) {
                    continue;
                }
                say(&format!("node {} {how}\n", member.location.id));
                if how.may_go_on() && !options.no_restart {
                    let pause = member.start_again_soon();
                    if pause > member::PAUSE {
                        let seconds = pause.as_secs();
                        say(&format!(
                            "node {} starts again in {seconds} s\n",
                            member.location.id
                        ));
                    }
                }
            }
            match member.start_if_due(&locations, options) {
                Ok(false) => {}
                Ok(true) => say(&format!(
                    "node {} runs again as process {}\n",
                    member.location.id,
                    member.pid()
                )),
                Err(complaint) => diagnostics::report(&[complaint]),
            }
        }
        if members.iter().all(Member::is_gone) {
            let help = "the log of each node is in its folder";
            return Err(Complaint::about("all nodes have ended", help));
        }
    }
    for member in &mut members {
        member.tell_to_end();
    }
    for member in &mut members {
        member.see_end();
    }
    Ok(Status::AsExpected)
}
