//! Connections to the other processes. Timely reads and writes them.
//!
//! Timely ends a connection with a last message. If a connection fails, or ends without
//! that message, Timely's thread panics. The panic drops the thread's [`Connection`], which
//! records the host that was lost.

use super::connect::{Connector, failed};
use super::failure::{Cause, Failure};
use super::hosts::Hosts;
use super::introduction::Introduction;
use socket2::{SockRef, TcpKeepalive};
use std::any::Any;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Once};
use std::time::Duration;
use synod_checker::{CheckError, Peer, Reason};
use timely::communication::allocator::zero_copy::stream::Stream;

/// TCP keepalive probes begin after this time without traffic. With the constants below,
/// the loss of a machine is noticed within 15 seconds.
const KEEPALIVE_TIME: Duration = Duration::from_secs(5);
/// The time between two probes.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(2);
/// The number of unanswered probes after which the connection fails.
const KEEPALIVE_RETRIES: u32 = 5;
/// The time after which unacknowledged data fails the connection (Linux).
const USER_TIMEOUT: Duration = Duration::from_secs(15);

/// A connection to another process.
pub(super) struct Connection {
    stream: TcpStream,
    peer: Peer,
    failure: Arc<Failure>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.failure.set(Cause::ConnectionLost(self.peer.clone()));
        }
    }
}

impl Read for Connection {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.stream.read(bytes)
    }
}

impl Write for Connection {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

impl Stream for Connection {
    fn try_clone(&self) -> io::Result<Self> {
        Ok(Self {
            stream: self.stream.try_clone()?,
            peer: self.peer.clone(),
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

impl Connection {
    /// Closes the connection, so that the other process notices.
    pub(super) fn cut(&self) {
        // It may be closed already.
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

/// The connections by process (none to this one), and the introductions of all processes.
pub(super) struct Connections {
    pub(super) connections: Vec<Option<Connection>>,
    pub(super) introductions: Vec<Introduction>,
}

/// Connects to all other processes. `stopped` returns the reason if the run was stopped.
///
/// # Errors
/// A process cannot be reached in time, or checks something else, or the run is stopped.
pub(super) fn connect(
    hosts: &Hosts,
    ours: &Introduction,
    failure: &Arc<Failure>,
    stopped: &dyn Fn() -> Option<Reason>,
) -> Result<Connections, CheckError> {
    silence_lost_connections();
    let mut connections = Vec::new();
    let mut introductions = Vec::new();
    for (process, connected) in Connector::new(hosts, ours, stopped)?
        .connect_all()?
        .into_iter()
        .enumerate()
    {
        let Some((stream, introduction)) = connected else {
            connections.push(None);
            introductions.push(ours.clone());
            continue;
        };
        introductions.push(introduction);
        let host = hosts.all[process].to_string();
        keep_alive(&stream).map_err(|error| failed(&host, &error))?;
        connections.push(Some(Connection {
            stream,
            peer: Peer { process, host },
            failure: Arc::clone(failure),
        }));
    }
    Ok(Connections {
        connections,
        introductions,
    })
}

/// Sets the options of a connection so that the loss of the machine at the other end is
/// noticed.
fn keep_alive(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_nonblocking(false)?;
    let socket = SockRef::from(stream);
    let keepalive = TcpKeepalive::new()
        .with_time(KEEPALIVE_TIME)
        .with_interval(KEEPALIVE_INTERVAL);
    #[cfg(not(windows))]
    let keepalive = keepalive.with_retries(KEEPALIVE_RETRIES);
    socket.set_tcp_keepalive(&keepalive)?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(USER_TIMEOUT))?;
    Ok(())
}

/// Closes all connections, so that the other processes notice.
pub(super) fn cut_all(connections: &[Option<Connection>]) {
    for connection in connections.iter().flatten() {
        connection.cut();
    }
}

/// Whether the panic with this payload was caused by a lost connection.
pub(super) fn is_of_lost_connection(payload: &(dyn Any + Send)) -> bool {
    payload.downcast_ref() == Some(&LOST)
}

/// The payload with which Timely panics in a worker when a connection is lost.
const LOST: &str = "MergeQueue poisoned.";

/// Silences the messages of panics that a lost connection causes: the report names the
/// lost process instead.
fn silence_lost_connections() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let thread = std::thread::current();
            let name = thread.name().unwrap_or_default();
            let is_of_a_connection =
                name.starts_with("timely:send-") || name.starts_with("timely:recv-");
            if !(is_of_a_connection || is_of_lost_connection(panic.payload())) {
                usual(panic);
            }
        }));
    });
}
