//! How the processes of a run meet.
//!
//! Before a search each process connects to those before it and is connected to
//! by those after it. Both say who they are and what they check ([`Greeting`]),
//! and a process that does something else is refused.
//!
//! One loop does it all, and nothing in it waits for a single peer: it looks at
//! the visit that is under way and at all guests, then at the limits of the run,
//! and sleeps a moment. What may block, finding an address and connecting to it,
//! is done by a thread.

use super::greeting::Greeting;
use super::hello::Hello;
use super::hosts::{Host, Hosts};
use crate::engine::CheckError;
use crate::report::Reason;
use std::collections::VecDeque;
use std::fmt::Display;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::time::{Duration, Instant};

/// How long a process that has connected may take to say who it is.
const MANNERS: Duration = Duration::from_secs(5);

/// How many may have connected and not yet said who they are: of more the one
/// that came first is sent away. A process that is sent away comes again.
const MAX_GUESTS: usize = 64;

/// How long to wait before looking again: at first, and at most.
const PAUSE: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(50));

/// How long to wait before a visit is tried again.
const AGAIN: Duration = Duration::from_millis(50);

/// Why a process is not met yet: nothing has come of it, or it has accepted the
/// connection and sent no hello.
const NO_ANSWER: &str = "it does not answer";
const SILENT: &str = "it has let this process connect, and says nothing";

/// A connection to another process, and what that process has said.
type Peer = (TcpStream, Hello);

/// The other processes, as far as they have been met.
pub(super) struct Meeting<'a> {
    hosts: &'a Hosts,
    ours: &'a Hello,
    our_bytes: Vec<u8>,
    stopped: &'a dyn Fn() -> Option<Reason>,
    begun: Instant,
    /// By process; none for this one.
    met: Vec<Option<Peer>>,
    visit: Visit,
    guests: VecDeque<Guest>,
}

/// The visit to the first process before this one that is not met yet.
enum Visit {
    /// It is to be tried; if it was tried before, a moment after that.
    Due {
        tried: Option<Instant>,
    },
    /// A thread connects.
    Connecting(Receiver<io::Result<TcpStream>>),
    Greeting(Greeting),
}

/// A connection from somebody who has not said yet who it is.
struct Guest {
    greeting: Greeting,
    from: SocketAddr,
    since: Instant,
}

impl<'a> Meeting<'a> {
    /// Before any is met. `stopped` tells why the run was stopped, if it was.
    ///
    /// # Errors
    /// The hello of this process cannot be encoded.
    pub(super) fn new(
        hosts: &'a Hosts,
        ours: &'a Hello,
        stopped: &'a dyn Fn() -> Option<Reason>,
    ) -> Result<Self, CheckError> {
        let here = hosts.all[hosts.process].as_str();
        let our_bytes = ours.to_bytes();
        let mut met = Vec::new();
        met.resize_with(hosts.processes(), || None);
        Ok(Self {
            hosts,
            ours,
            our_bytes: our_bytes.map_err(|error| unreachable(here, error))?,
            stopped,
            begun: Instant::now(),
            met,
            visit: Visit::Due { tried: None },
            guests: VecDeque::new(),
        })
    }

    /// Meets all others; by process, none for this one.
    ///
    /// # Errors
    /// One of them cannot be reached in time, or does something else; or the run
    /// is stopped.
    pub(super) fn meet(mut self) -> Result<Vec<Option<Peer>>, CheckError> {
        let mut why = NO_ANSWER.to_owned();
        let mut pause = PAUSE.0;
        while let Some(missing) = self.missing() {
            let not_accepted = self.receive()?;
            if missing > self.hosts.process {
                let usual = || "it has not connected".to_owned();
                why = not_accepted.map_or_else(usual, |error| error.to_string());
            } else if let Some(news) = self.visit(missing)? {
                why = news;
            }
            if self.met[missing].is_some() {
                (why, pause) = (NO_ANSWER.to_owned(), PAUSE.0);
                continue;
            }
            self.look_at_limits(missing, &why)?;
            std::thread::sleep(pause);
            pause = (pause * 2).min(PAUSE.1);
        }
        Ok(self.met)
    }

    /// The first process that is not met yet.
    fn missing(&self) -> Option<usize> {
        let mut others = (0..self.hosts.processes()).filter(|&other| other != self.hosts.process);
        others.find(|&other| self.met[other].is_none())
    }

    fn look_at_limits(&self, missing: usize, why: &str) -> Result<(), CheckError> {
        let host = self.hosts.all[missing].as_str();
        let patience = self.hosts.patience;
        if let Some(reason) = (self.stopped)() {
            Err(unreachable(host, format_args!("{why}; {reason}")))
        } else if self.begun.elapsed() >= patience {
            let seconds = patience.as_secs_f64();
            Err(unreachable(host, format_args!("{why}, in {seconds} s")))
        } else {
            Ok(())
        }
    }

    /// Goes on with the visit to a process; what there is to say of it, if that has
    /// changed.
    fn visit(&mut self, process: usize) -> Result<Option<String>, CheckError> {
        let host = &self.hosts.all[process];
        let went_on = match &mut self.visit {
            Visit::Due { tried } if tried.is_some_and(|tried| tried.elapsed() < AGAIN) => {
                return Ok(None);
            }
            Visit::Due { .. } => {
                let left = self.hosts.patience.saturating_sub(self.begun.elapsed());
                connect(host, left).map(|connecting| (Visit::Connecting(connecting), None))
            }
            Visit::Connecting(connecting) => match connecting.try_recv() {
                Err(TryRecvError::Empty) => return Ok(None),
                Err(TryRecvError::Disconnected) => Err(io::Error::other("it was not connected to")),
                Ok(connected) => connected
                    .and_then(|stream| Greeting::of_visit(stream, self.our_bytes.clone()))
                    .map(|greeting| (Visit::Greeting(greeting), Some(SILENT))),
            },
            Visit::Greeting(greeting) => match greeting.go_on() {
                Ok(false) => return Ok(None),
                Ok(true) => Ok((Visit::Due { tried: None }, None)),
                Err(error) if error.kind() == ErrorKind::InvalidData => {
                    return Err(unreachable(host.as_str(), error));
                }
                Err(error) => Err(error),
            },
        };
        let (next, why) = match went_on {
            Ok((next, why)) => (next, why.map(str::to_owned)),
            Err(error) => {
                let tried = Some(Instant::now());
                (Visit::Due { tried }, Some(error.to_string()))
            }
        };
        if let Visit::Greeting(greeting) = std::mem::replace(&mut self.visit, next)
            && let Some((stream, theirs)) = greeting.done()
        {
            self.accept_host(process, &theirs)?;
            self.met[process] = Some((stream, theirs));
        }
        Ok(why)
    }

    /// Refuses a process that was visited if it is another, or does something else.
    fn accept_host(&self, process: usize, theirs: &Hello) -> Result<(), CheckError> {
        let other = (theirs.process != process as u64)
            .then(|| format!("it is process {}, not {process}", theirs.process));
        match self.ours.differs_from(theirs).or(other) {
            None => Ok(()),
            Some(why) => Err(different(self.hosts.all[process].as_str(), why)),
        }
    }

    /// Lets guests in and goes on with their greetings; why none could be let in,
    /// if that is so.
    fn receive(&mut self) -> Result<Option<io::Error>, CheckError> {
        let mut not_accepted = None;
        for _ in 0..MAX_GUESTS {
            match self.hosts.listener.accept() {
                Ok((stream, from)) => {
                    let greeting = Greeting::of_guest(stream, self.our_bytes.clone());
                    self.guests.extend(greeting.map(|greeting| Guest {
                        greeting,
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
        for mut guest in std::mem::take(&mut self.guests) {
            match guest.greeting.go_on() {
                Ok(true) => self.welcome(guest)?,
                Ok(false) if guest.since.elapsed() < MANNERS => self.guests.push_back(guest),
                // Whoever says nothing that can be understood is none of the processes.
                Ok(false) | Err(_) => {}
            }
        }
        while self.guests.len() > MAX_GUESTS {
            self.guests.pop_front();
        }
        Ok(not_accepted)
    }

    /// Keeps a guest that has said its hello and is one of the processes.
    fn welcome(&mut self, guest: Guest) -> Result<(), CheckError> {
        let from = guest.from;
        let Some((stream, theirs)) = guest.greeting.done() else {
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
                self.met[process] = Some((stream, theirs));
                Ok(())
            }
            _ => {
                let why = format!("there is another process {}", theirs.process);
                Err(different(&from.to_string(), why))
            }
        }
    }
}

/// Connects to a process, in a thread: finding its address may block, and so may
/// the network.
fn connect(host: &Host, left: Duration) -> io::Result<Receiver<io::Result<TcpStream>>> {
    let (tell, told) = channel();
    let (host, left) = (host.clone(), left.max(AGAIN));
    let thread = std::thread::Builder::new().name("connect".to_owned());
    thread.spawn(move || {
        // Whoever has lost its patience hears nothing.
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

pub(super) fn unreachable(host: &str, why: impl Display) -> CheckError {
    CheckError::Unreachable {
        host: host.to_owned(),
        why: why.to_string(),
    }
}

fn different(host: &str, why: String) -> CheckError {
    CheckError::Different {
        host: host.to_owned(),
        why,
    }
}
