//! Connections to the other processes, once they have met ([`Meeting`]). What
//! goes over them is Timely's.
//!
//! Timely ends a connection with a word of farewell. Where one ends without, or
//! fails, Timely's thread panics: on its way out it drops its [`Link`], which
//! notes the host that was lost.

use super::failure::{Cause, Failure};
use super::hello::Hello;
use super::hosts::Hosts;
use super::meeting::{Meeting, unreachable};
use crate::engine::CheckError;
use crate::report::Reason;
use socket2::{SockRef, TcpKeepalive};
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Once};
use std::time::Duration;
use timely::communication::allocator::zero_copy::stream::Stream;

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
/// One of them cannot be reached in time, or does something else; or the run is
/// stopped meanwhile, for the reason that `stopped` tells.
pub(super) fn connect(
    hosts: &Hosts,
    ours: &Hello,
    failure: &Arc<Failure>,
    stopped: &dyn Fn() -> Option<Reason>,
) -> Result<Links, CheckError> {
    say_nothing_of_lost_connections();
    let mut links = Vec::new();
    let mut hellos = Vec::new();
    for (process, met) in Meeting::new(hosts, ours, stopped)?
        .meet()?
        .into_iter()
        .enumerate()
    {
        let Some((stream, hello)) = met else {
            links.push(None);
            hellos.push(ours.clone());
            continue;
        };
        hellos.push(hello);
        let host = hosts.all[process].to_string();
        watch(&stream).map_err(|error| unreachable(&host, error))?;
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
    stream.set_nonblocking(false)?;
    let socket = SockRef::from(stream);
    let keepalive = TcpKeepalive::new().with_time(QUIET).with_interval(EVERY);
    #[cfg(not(windows))]
    let keepalive = keepalive.with_retries(TIMES);
    socket.set_tcp_keepalive(&keepalive)?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(UNANSWERED))?;
    Ok(())
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
