//! Connections to the other processes.
//!
//! Before a search each process connects to those before it and is connected to
//! by those after it. Both say who they are and what they check, and whoever
//! does something else is refused. What follows on a connection is Timely's.
//!
//! Timely ends a connection with a word of farewell. Where one ends without, or
//! fails, Timely's thread panics: on its way out it drops its [`Link`], which
//! notes the host that was lost.

use super::failure::{Cause, Failure};
use super::hello::Hello;
use super::hosts::Hosts;
use crate::engine::CheckError;
use socket2::{SockRef, TcpKeepalive};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Once};
use std::time::{Duration, Instant};
use timely::communication::allocator::zero_copy::stream::Stream;

/// How long a process that has connected may take to say who it is.
const MANNERS: Duration = Duration::from_secs(5);

/// How long to wait before trying again.
const PAUSE: Duration = Duration::from_millis(50);

/// How soon to look after a connection on which nothing comes, how often, and
/// how many times in vain: a machine that is gone is noticed in 15 seconds.
const QUIET: Duration = Duration::from_secs(5);
const EVERY: Duration = Duration::from_secs(2);
const TIMES: u32 = 5;
const UNANSWERED: Duration = Duration::from_secs(15);

/// A connection to another process.
pub(super) struct Link {
    stream: TcpStream,
    process: usize,
    host: String,
    failure: Arc<Failure>,
}

impl Drop for Link {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let (process, host) = (self.process, self.host.clone());
            self.failure.set(Cause::Lost { process, host });
        }
    }
}

impl Read for Link {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.stream.read(bytes)
    }
}

impl Write for Link {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

impl Stream for Link {
    fn try_clone(&self) -> io::Result<Self> {
        Ok(Self {
            stream: self.stream.try_clone()?,
            process: self.process,
            host: self.host.clone(),
            failure: Arc::clone(&self.failure),
        })
    }

    fn set_nonblocking(&self, nonblocking: bool) -> io::Result<()> {
        self.stream.set_nonblocking(nonblocking)
    }

    fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.stream.shutdown(how)
    }
}

impl Link {
    /// Cuts the connection: the other process notices.
    pub(super) fn cut(&self) {
        // It may be gone already.
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

/// The connections, by process (none to itself), and what all said.
pub(super) struct Links {
    pub(super) links: Vec<Option<Link>>,
    pub(super) hellos: Vec<Hello>,
}

/// Connects to all other processes.
///
/// # Errors
/// One of them cannot be reached in time, or does something else.
pub(super) fn connect(
    hosts: &Hosts,
    ours: &Hello,
    failure: &Arc<Failure>,
    is_stopped: &dyn Fn() -> bool,
) -> Result<Links, CheckError> {
    say_nothing_of_lost_connections();
    let meeting = Meeting {
        hosts,
        ours,
        deadline: Instant::now() + hosts.patience,
        is_stopped,
    };
    let mut met: Vec<Option<(TcpStream, Hello)>> = Vec::new();
    met.resize_with(hosts.processes(), || None);
    for (process, met) in met.iter_mut().enumerate().take(hosts.process) {
        *met = Some(meeting.visit(process)?);
    }
    while let Some(missing) = (hosts.process + 1..hosts.processes()).find(|&p| met[p].is_none()) {
        if let Some((stream, hello)) = meeting.receive(missing)? {
            let process = hello.process as usize;
            met[process] = Some((stream, hello));
        }
    }
    let mut links = Vec::new();
    let mut hellos = Vec::new();
    for (process, met) in met.into_iter().enumerate() {
        let Some((stream, hello)) = met else {
            links.push(None);
            hellos.push(ours.clone());
            continue;
        };
        hellos.push(hello);
        let host = hosts.all[process].to_string();
        watch(&stream).map_err(|error| unreachable(&host, &error.to_string()))?;
        links.push(Some(Link {
            stream,
            process,
            host,
            failure: Arc::clone(failure),
        }));
    }
    Ok(Links { links, hellos })
}

/// Notices when the machine at the other end is gone without a word.
fn watch(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(None)?;
    let socket = SockRef::from(stream);
    let keepalive = TcpKeepalive::new().with_time(QUIET).with_interval(EVERY);
    #[cfg(not(windows))]
    let keepalive = keepalive.with_retries(TIMES);
    socket.set_tcp_keepalive(&keepalive)?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(UNANSWERED))?;
    Ok(())
}

fn unreachable(host: &str, why: &str) -> CheckError {
    CheckError::Unreachable {
        host: host.to_owned(),
        why: why.to_owned(),
    }
}

/// What is the same for all who are met.
struct Meeting<'a> {
    hosts: &'a Hosts,
    ours: &'a Hello,
    deadline: Instant,
    is_stopped: &'a dyn Fn() -> bool,
}

impl Meeting<'_> {
    /// Connects to a process, which may not be there yet.
    fn visit(&self, process: usize) -> Result<(TcpStream, Hello), CheckError> {
        let host = &self.hosts.all[process];
        loop {
            let why = match self.try_to_visit(process) {
                Ok((stream, theirs)) => match self.ours.differs_from(&theirs) {
                    None if theirs.process == process as u64 => return Ok((stream, theirs)),
                    None => {
                        let why = format!("it is process {}, not {process}", theirs.process);
                        return Err(unreachable(host.as_str(), &why));
                    }
                    Some(why) => return Err(unreachable(host.as_str(), &why)),
                },
                Err(error) if error.kind() == ErrorKind::InvalidData => {
                    return Err(unreachable(host.as_str(), &error.to_string()));
                }
                Err(error) => error.to_string(),
            };
            self.pause(host.as_str(), &why)?;
        }
    }

    fn try_to_visit(&self, process: usize) -> io::Result<(TcpStream, Hello)> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        let left = left.max(PAUSE);
        let mut failed = io::Error::from(ErrorKind::NotFound);
        for address in self.hosts.all[process].resolve()? {
            match TcpStream::connect_timeout(&address, left) {
                Ok(mut stream) => {
                    stream.set_read_timeout(Some(left))?;
                    self.ours.write(&mut stream)?;
                    let theirs = Hello::read(&mut stream)?;
                    return Ok((stream, theirs));
                }
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }

    /// Whoever comes next, if he is one of the processes.
    fn receive(&self, missing: usize) -> Result<Option<(TcpStream, Hello)>, CheckError> {
        let host = self.hosts.all[missing].as_str();
        let (mut stream, from) = match self.hosts.listener.accept() {
            Ok(accepted) => accepted,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                self.pause(host, "it has not connected")?;
                return Ok(None);
            }
            Err(error) => {
                self.pause(host, &error.to_string())?;
                return Ok(None);
            }
        };
        let greeted = greet(&mut stream, self.ours);
        // Whoever says nothing that can be understood is none of the processes.
        let Ok(theirs) = greeted else {
            return Ok(None);
        };
        let is_after = (self.hosts.process as u64 + 1..self.hosts.processes() as u64)
            .contains(&theirs.process);
        match self.ours.differs_from(&theirs) {
            None if is_after => Ok(Some((stream, theirs))),
            None => {
                let why = format!("there is another process {} at {from}", theirs.process);
                Err(unreachable(host, &why))
            }
            Some(why) => {
                let host = usize::try_from(theirs.process).ok();
                let host = host.and_then(|process| self.hosts.all.get(process));
                let host = host.map_or(from.to_string(), ToString::to_string);
                Err(unreachable(&host, &why))
            }
        }
    }

    fn pause(&self, host: &str, why: &str) -> Result<(), CheckError> {
        let patience = self.hosts.patience.as_secs_f64();
        if Instant::now() >= self.deadline {
            let why = format!("{why}, in {patience} s");
            return Err(unreachable(host, &why));
        }
        if (self.is_stopped)() {
            return Err(unreachable(host, "interrupted"));
        }
        std::thread::sleep(PAUSE);
        Ok(())
    }
}

fn greet(stream: &mut TcpStream, ours: &Hello) -> io::Result<Hello> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(MANNERS))?;
    let theirs = Hello::read(stream)?;
    ours.write(stream)?;
    Ok(theirs)
}

/// With what Timely panics in a worker when a connection is lost.
pub(super) const LOST: &str = "MergeQueue poisoned.";

/// That a connection is lost is told by the verdict, not by a panic's message.
fn say_nothing_of_lost_connections() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let thread = std::thread::current();
            let name = thread.name().unwrap_or_default();
            let is_of_a_link = name.starts_with("timely:send-") || name.starts_with("timely:recv-");
            if !(is_of_a_link || panic.payload().downcast_ref() == Some(&LOST)) {
                usual(panic);
            }
        }));
    });
}
