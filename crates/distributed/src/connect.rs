//! How the processes of a run connect to each other.
//!
//! Before a search each process connects to those before it and is connected to
//! by those after it. Both introduce themselves ([`Handshake`]), and a process that
//! does something else is refused.
//!
//! One loop does it all, and nothing in it waits for a single peer: it looks at
//! the outgoing connection that is under way and at all incoming ones, then at the
//! limits of the run, and sleeps a moment. What may block, finding an address and
//! connecting to it, is done by a thread.

use super::handshake::Handshake;
use super::hosts::{Host, Hosts};
use super::introduction::Introduction;
use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::time::{Duration, Instant};
use synod_checker::{CheckError, Connecting, Mismatch, Reason, Unreachable};

/// How long a process that has connected may take to introduce itself.
const HANDSHAKE_TIME: Duration = Duration::from_secs(5);

/// How many may have connected and not yet introduced themselves: of more, the
/// oldest connection is closed. A process whose connection is closed tries again.
const MAX_INCOMING: usize = 64;

/// How long to wait before looking again: at first, and at most.
const PAUSE: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(50));

/// How long to wait before a connection is tried again.
const RETRY: Duration = Duration::from_millis(50);

/// A connection to another process, and what that process has said.
type ConnectedPeer = (TcpStream, Introduction);

/// The other processes, as far as they have been connected.
pub(super) struct Connector<'a> {
    hosts: &'a Hosts,
    ours: &'a Introduction,
    our_bytes: Vec<u8>,
    stopped: &'a dyn Fn() -> Option<Reason>,
    begun: Instant,
    /// By process; none for this one.
    connected: Vec<Option<ConnectedPeer>>,
    outgoing: Outgoing,
    incoming: VecDeque<Incoming>,
}

/// The connection to the first process before this one that is not there yet.
enum Outgoing {
    /// It is to be tried; if it was tried before, a moment after that.
    Due {
        tried: Option<Instant>,
    },
    /// A thread connects.
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
    /// Before any is connected. `stopped` tells why the run was stopped, if it was.
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

    /// Connects to all others; by process, none for this one.
    ///
    /// # Errors
    /// One of them cannot be reached in time, or does something else; or the run
    /// is stopped.
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
            self.look_at_limits(missing, &last)?;
            std::thread::sleep(pause);
            pause = (pause * 2).min(PAUSE.1);
        }
        Ok(self.connected)
    }

    /// The first process that is not connected yet.
    fn missing(&self) -> Option<usize> {
        let mut others = (0..self.hosts.processes()).filter(|&other| other != self.hosts.process);
        others.find(|&other| self.connected[other].is_none())
    }

    fn look_at_limits(&self, missing: usize, last: &Connecting) -> Result<(), CheckError> {
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

    /// Goes on connecting to a process; what keeps it from being connected, if that
    /// has changed.
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
                Err(TryRecvError::Disconnected) => Err(io::Error::other("it was not connected to")),
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

    /// Refuses a process that was connected to if it is another, or does something
    /// else.
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

    /// Accepts connections and goes on with their handshakes; why none could be
    /// accepted, if that is so.
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
                    let is_for_lack = error.kind() != ErrorKind::WouldBlock;
                    not_accepted = is_for_lack.then_some(error);
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
                // What says nothing that can be understood is none of the processes.
                Ok(false) | Err(_) => {}
            }
        }
        while self.incoming.len() > MAX_INCOMING {
            self.incoming.pop_front();
        }
        Ok(not_accepted)
    }

    /// Keeps a process that has introduced itself, if it is one of the others.
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

/// Connects to a process, in a thread: finding its address may block, and so may
/// the network.
fn connect(host: &Host, left: Duration) -> io::Result<Receiver<io::Result<TcpStream>>> {
    let (tell, told) = channel();
    let (host, left) = (host.clone(), left.max(RETRY));
    let thread = std::thread::Builder::new().name("connect".to_owned());
    thread.spawn(move || {
        // The receiver may have lost its patience.
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

/// That there is no connection, for good.
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
