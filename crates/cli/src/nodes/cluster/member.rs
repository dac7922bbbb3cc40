//! A node of a cluster on this machine: its location and its process.

use crate::args::{ClusterOptions, RunOptions};
use crate::diagnostics::Complaint;
use std::fmt;
use std::fs::OpenOptions;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use synod_node::private::refuse_special_files_in;
use synod_resp::{Client, NoReply, Reply};

/// How long a killed node stays down: long enough to see that the other nodes serve
/// without it. If it ends again soon, twice as long each time.
pub(super) const PAUSE: Duration = Duration::from_secs(2);

/// The longest time that a node stays down.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// A node that has run for so long did not end soon.
const LONG: Duration = Duration::from_secs(20);

/// How long a node may take to end.
const END: Duration = Duration::from_secs(5);

/// Where a node is.
#[derive(Clone, Debug)]
pub(super) struct Location {
    pub(super) id: u8,
    pub(super) folder: PathBuf,
    pub(super) clients: u16,
    pub(super) peers: u16,
    pub(super) http: u16,
}

impl Location {
    pub(super) fn of(id: u8, options: &ClusterOptions) -> Self {
        let port = |offset: u16| options.ports + offset + u16::from(id);
        Self {
            id,
            folder: options.folder.join(format!("node-{id}")),
            clients: port(0),
            peers: port(100),
            http: port(200),
        }
    }

    pub(super) fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// The file with the number of its process, for scripts and for commands that are pasted.
    pub(super) fn pid(&self) -> PathBuf {
        self.folder.join("pid")
    }
}

/// How a node ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct HowItEnded(ExitStatus);

impl HowItEnded {
    /// It ended as a node does that is told to end.
    pub(super) fn was_told(self) -> bool {
        self.0.success()
    }

    /// It may be restarted: it did not end because of an error of its own.
    pub(super) fn may_go_on(self) -> bool {
        self.0.signal().is_some() || self.was_told()
    }
}

impl fmt::Display for HowItEnded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.signal(), self.0.code()) {
            (Some(9), _) => f.write_str("was killed"),
            (Some(signal), _) => write!(f, "was ended by signal {signal}"),
            (None, Some(0)) => f.write_str("was told to end"),
            (None, Some(code)) => write!(f, "ended with status {code}: see its log"),
            (None, None) => f.write_str("ended"),
        }
    }
}

/// A node and its process.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) location: Location,
    child: Child,
    end_was_told: bool,
    started: Instant,
    start_again: Option<Instant>,
    /// How long it stayed down last.
    pause: Duration,
}

/// How far the start of a node has come.
pub(super) enum Start {
    /// It serves clients.
    Done,
    /// The node is starting; the text says what it is doing.
    UnderWay(String),
}

impl Member {
    pub(super) fn start(
        location: Location,
        all: &[Location],
        options: &ClusterOptions,
    ) -> Result<Self, Complaint> {
        let child = spawn(&location, all, options)?;
        Ok(Self {
            location,
            child,
            end_was_told: false,
            started: Instant::now(),
            start_again: None,
            pause: Duration::ZERO,
        })
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// It listens before it has read its ledger, and answers a PING with what it does.
    pub(super) fn start_so_far(&self) -> Start {
        match self.ping() {
            Ok(Reply::Simple(pong)) if pong == "PONG" => Start::Done,
            Ok(Reply::Error(text)) => {
                let news = text.trim_start_matches("LOADING ");
                Start::UnderWay(news.replace("; nothing was carried out", ""))
            }
            _ => Start::UnderWay("it does not listen for clients yet".to_owned()),
        }
    }

    fn ping(&self) -> Result<Reply, NoReply> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.location.clients));
        let stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        Client::new(stream).ask(&["PING"])
    }

    pub(super) fn ended(&mut self) -> Option<HowItEnded> {
        self.child.try_wait().ok().flatten().map(HowItEnded)
    }

    /// How it ended; reported once.
    pub(super) fn news_of_end(&mut self) -> Option<HowItEnded> {
        let how = self.ended().filter(|_| !self.end_was_told)?;
        self.end_was_told = true;
        Some(how)
    }

    /// Whether it has ended and will not be restarted.
    pub(super) fn is_gone(&self) -> bool {
        self.end_was_told && self.start_again.is_none()
    }

    /// Returns after what time.
    pub(super) fn start_again_soon(&mut self) -> Duration {
        self.pause = pause_after(self.pause, self.started.elapsed());
        self.start_again = Some(Instant::now() + self.pause);
        self.pause
    }

    /// Restarts it if that is due. Returns whether it was.
    pub(super) fn start_if_due(
        &mut self,
        all: &[Location],
        options: &ClusterOptions,
    ) -> Result<bool, Complaint> {
        if self.start_again.is_none_or(|due| due > Instant::now()) {
            return Ok(false);
        }
        self.start_again = None;
        self.child = spawn(&self.location, all, options)?;
        self.end_was_told = false;
        self.started = Instant::now();
        Ok(true)
    }

    /// Closes its standard input, on which it ends.
    pub(super) fn tell_to_end(&mut self) {
        drop(self.child.stdin.take());
    }

    /// Waits until it has ended. A node that does not end in time is killed, which its
    /// ledger survives.
    pub(super) fn see_end(&mut self) {
        let end = Instant::now() + END;
        while self.ended().is_none() && Instant::now() < end {
            sleep(Duration::from_millis(10));
        }
        // Neither can fail for a child that was not waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// The error in its log, or else the last line.
    pub(super) fn last_words(&self) -> String {
        let log = std::fs::read_to_string(self.location.log()).unwrap_or_default();
        let line = log.lines().find(|line| line.starts_with("error"));
        let line = line.or_else(|| log.lines().last());
        line.unwrap_or("its log is empty").to_owned()
    }
}

/// How long a node stays down that has run for some time, and stayed down for `last` before that.
fn pause_after(last: Duration, ran: Duration) -> Duration {
    if ran >= LONG {
        return PAUSE;
    }
    (2 * last).clamp(PAUSE, LONGEST_PAUSE)
}

fn spawn(
    location: &Location,
    all: &[Location],
    options: &ClusterOptions,
) -> Result<Child, Complaint> {
    let complaint = |error| Complaint::file(&location.folder, error, "choose another --folder");
    refuse_special_files_in(&location.folder).map_err(complaint)?;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&location.folder)
        .map_err(complaint)?;
    let log = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(location.log())
        .map_err(complaint)?;
    let program = std::env::current_exe().map_err(complaint)?;
    let child = Command::new(program)
        .args(arguments(location, all, options))
        .stdin(Stdio::piped())
        .stdout(log.try_clone().map_err(complaint)?)
        .stderr(log)
        .spawn()
        .map_err(complaint)?;
    std::fs::write(location.pid(), format!("{}\n", child.id())).map_err(complaint)?;
    Ok(child)
}

fn arguments(location: &Location, all: &[Location], options: &ClusterOptions) -> Vec<String> {
    let peers: Vec<String> = all
        .iter()
        .map(|peer| format!("{}=127.0.0.1:{}", peer.id, peer.peers))
        .collect();
    let RunOptions {
        trace,
        trace_file_size,
        trace_files,
        trace_cut,
        snapshot_after,
        presence,
        absence,
        round,
        patience,
    } = options.run;
    let time = |time: Duration| humantime::format_duration(time).to_string();
    let mut arguments: Vec<String> = [
        ("--id", location.id.to_string()),
        ("--cluster", options.cluster.clone()),
        ("--peers", peers.join(",")),
        ("--folder", location.folder.display().to_string()),
        ("--clients", format!("127.0.0.1:{}", location.clients)),
        ("--http", format!("127.0.0.1:{}", location.http)),
        ("--snapshot-after", format!("{}B", snapshot_after.0)),
        ("--presence", time(presence)),
        ("--absence", time(absence)),
        ("--round", time(round)),
        ("--patience", time(patience)),
    ]
    .into_iter()
    .flat_map(|(name, value)| [name.to_owned(), value])
    .collect();
    arguments.insert(0, "node".to_owned());
    arguments.push("--end-with-input".to_owned());
    if trace {
        arguments.push("--trace".to_owned());
        arguments.push(format!("--trace-file-size={}B", trace_file_size.0));
        arguments.extend(trace_files.map(|files| format!("--trace-files={files}")));
        arguments.extend(trace_cut.then(|| "--trace-cut".to_owned()));
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_that_ends_again_and_again_stays_down_longer_each_time() {
        let mut pause = Duration::ZERO;
        for seconds in [2, 4, 8, 16, 32, 60, 60] {
            pause = pause_after(pause, Duration::from_secs(1));
            assert_eq!(pause, Duration::from_secs(seconds));
        }
        assert_eq!(pause_after(pause, LONG), PAUSE);
    }
}
