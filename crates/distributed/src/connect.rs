//! The connections between the processes of a run are made before the search.
//!
//! Each process connects to the processes before it in the list of hosts, and accepts
//! connections from those after it. Both exchange introductions ([`Handshake`]). A process
//! that checks something else is refused.
//!
//! One loop does all of this, and never blocks on a single peer. It advances the outgoing
//! connection that is under way and all incoming ones, checks the limits of the run, and
//! sleeps a moment. What may block (to resolve an address, and to connect to it) is done by
//! a thread.

use super::handshake::Handshake;
use super::hosts::{Host, Hosts};
use super::introduction::Introduction;
use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::time::{Duration, Instant};
use synod_checker::{CheckError, Connecting, Mismatch, Reason, Unreachable};

/// The time in which a process that has connected must introduce itself.
const HANDSHAKE_TIME: Duration = Duration::from_secs(5);

/// The largest number of incoming connections without an introduction. If there are more,
/// the oldest is closed. A process whose connection is closed tries again.
const MAX_INCOMING: usize = 64;

/// The pause between two passes of the loop: the first one, and the longest.
const PAUSE: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(50));

/// The pause before another attempt to connect.
const RETRY: Duration = Duration::from_millis(50);

/// A connection to another process, and the introduction of that process.
type ConnectedPeer = (TcpStream, Introduction);

/// Connects this process to all others.
pub(super) struct Connector<'a> {
    hosts: &'a Hosts,
    ours: &'a Introduction,
    our_bytes: Vec<u8>,
    stopped: &'a dyn Fn() -> Option<Reason>,
    begun: Instant,
    /// The connections by process; none for this one, and until it is connected.
    connected: Vec<Option<ConnectedPeer>>,
    outgoing: Outgoing,
    incoming: VecDeque<Incoming>,
}

/// The outgoing connection that is under way: to the first process before this one that is
/// not connected.
enum Outgoing {
    /// An attempt is due; if there was one before, a moment after it.
    Due {
        /// The time of the previous attempt, if it failed.
        tried: Option<Instant>,
    },
    /// A thread is connecting.
    Connecting(Receiver<io::Result<TcpStream>>),
    Handshake(Handshake),
}

/// A connection from a process that has not introduced itself yet.
struct Incoming {
    handshake: Handshake,
    from: SocketAddr,
    since: Instant,
}

impl<'a> Connector<'a> {
    /// Without connections. `stopped` returns the reason if the run was stopped.
    ///
    /// # Errors
    /// The introduction of this process cannot be encoded.
    pub(super) fn new(
        hosts: &'a Hosts,
        ours: &'a Introduction,
        stopped: &'a dyn Fn() -> Option<Reason>,
    ) -> Result<Self, CheckError> {
        let here = hosts.all[hosts.process].as_str();
        let our_bytes = ours.to_bytes();
        let mut connected = Vec::new();
        connected.resize_with(hosts.processes(), || None);
        Ok(Self {
            hosts,
            ours,
            our_bytes: our_bytes.map_err(|error| failed(here, &error))?,
            stopped,
            begun: Instant::now(),
            connected,
            outgoing: Outgoing::Due { tried: None },
            incoming: VecDeque::new(),
        })
    }

    /// Connects to all other processes. Returns the connections by process; none for this
    /// one.
    ///
    /// # Errors
    /// A process cannot be reached in time, or checks something else, or the run is
    /// stopped.
    pub(super) fn connect_all(mut self) -> Result<Vec<Option<ConnectedPeer>>, CheckError> {
        let mut last = Connecting::NoAnswer;
        let mut pause = PAUSE.0;
        while let Some(missing) = self.missing() {
            let not_accepted = self.receive()?;
            if missing > self.hosts.process {
                let failed = |error: io::Error| Connecting::Failed(error.to_string());
                last = not_accepted.map_or(Connecting::NotConnected, failed);
            } else if let Some(news) = self.reach(missing)? {
                last = news;
            }
            if self.connected[missing].is_some() {
                (last, pause) = (Connecting::NoAnswer, PAUSE.0);
                continue;
            }
            self.check_limits(missing, &last)?;
            std::thread::sleep(pause);
            pause = (pause * 2).min(PAUSE.1);
        }
        Ok(self.connected)
    }

    /// The first other process that is not connected.
    fn missing(&self) -> Option<usize> {
        let mut others = (0..self.hosts.processes()).filter(|&other| other != self.hosts.process);
        others.find(|&other| self.connected[other].is_none())
    }

    /// Fails if the run was stopped, or if this process has waited for too long.
    fn check_limits(&self, missing: usize, last: &Connecting) -> Result<(), CheckError> {
        let patience = self.hosts.patience;
        let last = last.clone();
        let why = if let Some(reason) = (self.stopped)() {
            Unreachable::Stopped { last, reason }
        } else if self.begun.elapsed() >= patience {
            Unreachable::Timeout { last, patience }
        } else {
            return Ok(());
        };
        let host = self.hosts.all[missing].to_string();
        Err(CheckError::Unreachable { host, why })
    }

    /// Takes the next step of connecting to a process. Returns what keeps it from being
    /// connected, if that has changed.
    fn reach(&mut self, process: usize) -> Result<Option<Connecting>, CheckError> {
        let host = &self.hosts.all[process];
        let went_on = match &mut self.outgoing {
            Outgoing::Due { tried } if tried.is_some_and(|tried| tried.elapsed() < RETRY) => {
                return Ok(None);
            }
            Outgoing::Due { .. } => {
                let left = self.hosts.patience.saturating_sub(self.begun.elapsed());
                connect(host, left).map(|connecting| (Outgoing::Connecting(connecting), None))
            }
            Outgoing::Connecting(connecting) => match connecting.try_recv() {
                Err(TryRecvError::Empty) => return Ok(None),
                Err(TryRecvError::Disconnected) => {
                    Err(io::Error::other("the thread that connects has ended"))
                }
                Ok(connected) => connected
                    .and_then(|stream| Handshake::outgoing(stream, self.our_bytes.clone()))
                    .map(|handshake| {
                        (
                            Outgoing::Handshake(handshake),
                            Some(Connecting::NoHandshake),
                        )
                    }),
            },
            Outgoing::Handshake(handshake) => match handshake.go_on() {
                Ok(false) => return Ok(None),
                Ok(true) => Ok((Outgoing::Due { tried: None }, None)),
                Err(error) if error.kind() == ErrorKind::InvalidData => {
                    return Err(failed(host.as_str(), &error));
                }
                Err(error) => Err(error),
            },
        };
        let (next, news) = went_on.unwrap_or_else(|error| {
            let tried = Some(Instant::now());
            let failed = Connecting::Failed(error.to_string());
            (Outgoing::Due { tried }, Some(failed))
        });
        if let Outgoing::Handshake(handshake) = std::mem::replace(&mut self.outgoing, next)
            && let Some((stream, theirs)) = handshake.done()
        {
            self.accept_host(process, &theirs)?;
            self.connected[process] = Some((stream, theirs));
        }
        Ok(news)
    }

    /// Refuses a process to which this one has connected, if it is not the expected process
    /// or checks something else.
    fn accept_host(&self, process: usize, theirs: &Introduction) -> Result<(), CheckError> {
        let other = (theirs.process != process as u64).then_some(Mismatch::Process {
            theirs: theirs.process,
            expected: process,
        });
        match self.ours.differs_from(theirs).or(other) {
            None => Ok(()),
            Some(why) => Err(different(self.hosts.all[process].as_str(), why)),
        }
    }

    /// Accepts connections and advances their handshakes. Returns the error if the system
    /// could not accept a connection.
    fn receive(&mut self) -> Result<Option<io::Error>, CheckError> {
        let mut not_accepted = None;
        for _ in 0..MAX_INCOMING {
            match self.hosts.listener.accept() {
                Ok((stream, from)) => {
                    let handshake = Handshake::incoming(stream, self.our_bytes.clone());
                    self.incoming.extend(handshake.map(|handshake| Incoming {
                        handshake,
                        from,
                        since: Instant::now(),
                    }));
                }
                Err(error) => {
                    let is_failure = error.kind() != ErrorKind::WouldBlock;
                    not_accepted = is_failure.then_some(error);
                    break;
                }
            }
        }
        for mut incoming in std::mem::take(&mut self.incoming) {
            match incoming.handshake.go_on() {
                Ok(true) => self.accept(incoming)?,
                Ok(false) if incoming.since.elapsed() < HANDSHAKE_TIME => {
                    self.incoming.push_back(incoming);
                }
                // A peer that sends no valid introduction is no process of the run.
                Ok(false) | Err(_) => {}
            }
        }
        while self.incoming.len() > MAX_INCOMING {
            self.incoming.pop_front();
        }
        Ok(not_accepted)
    }

    /// Keeps a connection whose handshake is done, if the peer is a process after this one.
    fn accept(&mut self, incoming: Incoming) -> Result<(), CheckError> {
        let from = incoming.from;
        let Some((stream, theirs)) = incoming.handshake.done() else {
            return Ok(());
        };
        let host = usize::try_from(theirs.process).ok();
        let host = host.and_then(|process| self.hosts.all.get(process));
        if let Some(why) = self.ours.differs_from(&theirs) {
            let host = host.map_or(from.to_string(), ToString::to_string);
            return Err(different(&host, why));
        }
        let after = self.hosts.process + 1..self.hosts.processes();
        match usize::try_from(theirs.process) {
            Ok(process) if after.contains(&process) => {
                self.connected[process] = Some((stream, theirs));
                Ok(())
            }
            _ => {
                let why = Mismatch::Duplicate(theirs.process);
                Err(different(&from.to_string(), why))
            }
        }
    }
}

/// Connects to a process, in a thread: to resolve its address may block, and so may the
/// network.
fn connect(host: &Host, left: Duration) -> io::Result<Receiver<io::Result<TcpStream>>> {
    let (tell, told) = channel();
    let (host, left) = (host.clone(), left.max(RETRY));
    let thread = std::thread::Builder::new().name("connect".to_owned());
    thread.spawn(move || {
        // If the receiver has given up, the result is not needed.
        let _ = tell.send(connected(&host, left));
    })?;
    Ok(told)
}

fn connected(host: &Host, left: Duration) -> io::Result<TcpStream> {
    let mut failed = io::Error::from(ErrorKind::NotFound);
    for address in host.resolve()? {
        match TcpStream::connect_timeout(&address, left) {
            Ok(stream) => return Ok(stream),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

/// The error of a connection that has failed for good.
pub(super) fn failed(host: &str, error: &io::Error) -> CheckError {
    CheckError::Unreachable {
        host: host.to_owned(),
        why: Unreachable::Failed(error.to_string()),
    }
}

fn different(host: &str, why: Mismatch) -> CheckError {
    CheckError::Different {
        host: host.to_owned(),
        why,
    }
}
