//! The processes of a run, and the addresses at which they listen.
//!
//! [`parse_hosts`] reads the addresses from a text, [`Hosts::listen`] begins to listen, and
//! [`Timely::hosts`](crate::Timely::hosts) takes the result.
//!
//! Traffic between the processes is neither encrypted nor authenticated. A program that
//! can reach an address can read states, send false ones, and end the run; so use a private
//! network.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::time::Duration;
use thiserror::Error;

/// The largest number of processes of a run.
pub const MAX_PROCESSES: usize = 256;

/// The address of a process: `host:port`. A port alone means this machine, 127.0.0.1.
/// [`parse_hosts`] makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host(String);

/// The error of [`parse_hosts`]: why a text is no list of hosts.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{why}")]
pub struct HostsError {
    /// The number of the line, from 1; none if the list as a whole is wrong.
    pub line: Option<usize>,
    /// The reason.
    pub why: InvalidHosts,
}

/// What is wrong with a host or a list of hosts: a part of [`HostsError`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidHosts {
    /// The port is 0, which other processes cannot reach.
    #[error("invalid port 0: other processes cannot reach it")]
    PortZero,
    /// The port is not a number from 1 to 65535.
    #[error("invalid port `{0}`: it must be a number from 1 to 65535")]
    Port(String),
    /// An IPv6 address is not in brackets.
    #[error("write an IPv6 address in brackets: [{host}]:{port}")]
    WithoutBrackets {
        /// The address.
        host: String,
        /// The port behind it.
        port: String,
    },
    /// The host has a character that no host name has.
    #[error("invalid host `{0}`")]
    Host(String),
    /// A host is listed twice.
    #[error("{0} is listed twice")]
    Twice(Host),
    /// There are more than [`MAX_PROCESSES`] hosts.
    #[error("more than {MAX_PROCESSES} hosts")]
    TooMany,
    /// There is no host.
    #[error("no hosts: write one `host:port` on each line")]
    None,
}

impl Host {
    fn parse(text: &str) -> Result<Self, InvalidHosts> {
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) => (host, port),
            None => ("", text),
        };
        let host = if host.is_empty() { "127.0.0.1" } else { host };
        match port.parse::<u16>() {
            Ok(0) => return Err(InvalidHosts::PortZero),
            Ok(_) => {}
            Err(_) => return Err(InvalidHosts::Port(port.to_owned())),
        }
        let is_bracketed = host.starts_with('[') && host.ends_with(']');
        if host.contains(':') && !is_bracketed {
            let (host, port) = (host.to_owned(), port.to_owned());
            return Err(InvalidHosts::WithoutBrackets { host, port });
        }
        if host.contains(|c: char| c.is_whitespace() || c == '/' || c == '@') {
            return Err(InvalidHosts::Host(host.to_owned()));
        }
        Ok(Self(format!("{host}:{port}")))
    }

    /// The address as `host:port`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The socket addresses to which the host name resolves.
    pub(super) fn resolve(&self) -> io::Result<Vec<SocketAddr>> {
        let addresses: Vec<_> = self.0.to_socket_addrs()?.collect();
        if addresses.is_empty() {
            return Err(io::Error::new(
                io::ErrorKind::NotFound,
                "the host has no address",
            ));
        }
        Ok(addresses)
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads a list of hosts, one on each line. A `#` begins a comment.
///
/// # Errors
/// A line is no address or is listed twice, or there is no host, or there are more than
/// [`MAX_PROCESSES`].
///
/// # Examples
///
/// ```
/// use synod_distributed::parse_hosts;
///
/// let hosts = parse_hosts("4001 # on this machine\nexample.org:4002\n").unwrap();
/// assert_eq!(hosts[0].as_str(), "127.0.0.1:4001");
/// assert_eq!(hosts[1].as_str(), "example.org:4002");
/// assert_eq!(parse_hosts("4001\n4001\n").unwrap_err().line, Some(2));
/// ```
pub fn parse_hosts(text: &str) -> Result<Vec<Host>, HostsError> {
    let mut hosts: Vec<Host> = Vec::new();
    for (position, line) in text.lines().enumerate() {
        let line_number = position + 1;
        let wrong = |why| HostsError {
            line: Some(line_number),
            why,
        };
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        let host = Host::parse(line).map_err(wrong)?;
        if hosts.contains(&host) {
            return Err(wrong(InvalidHosts::Twice(host)));
        }
        hosts.push(host);
        if hosts.len() > MAX_PROCESSES {
            return Err(wrong(InvalidHosts::TooMany));
        }
    }
    if hosts.is_empty() {
        let why = InvalidHosts::None;
        return Err(HostsError { line: None, why });
    }
    Ok(hosts)
}

/// The processes of a run, seen from one of them. This process listens from the beginning,
/// so that the others can connect at any time.
///
/// # Examples
///
/// ```
/// use std::net::TcpListener;
/// use std::time::Duration;
/// use synod_distributed::{Hosts, parse_hosts};
///
/// // A port that is free.
/// let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
/// let hosts = parse_hosts(&format!("{port}\nexample.org:4002\n")).unwrap();
/// let hosts = Hosts::listen(hosts, 0, Duration::from_secs(60))?; // This is process 0.
/// assert_eq!((hosts.processes(), hosts.process()), (2, 0));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Hosts {
    pub(super) all: Vec<Host>,
    pub(super) process: usize,
    pub(super) listener: TcpListener,
    /// For how long to wait for the others: until they connect, and until they acknowledge
    /// that the run was stopped.
    pub(super) patience: Duration,
}

impl Hosts {
    /// Listens at the address of the process at position `process` in the list. `patience`
    /// is how long it waits for the others: until they connect, and until they acknowledge
    /// that the run was stopped.
    ///
    /// # Errors
    /// There is no such process, or this machine cannot listen at its address.
    pub fn listen(hosts: Vec<Host>, process: usize, patience: Duration) -> io::Result<Self> {
        let Some(host) = hosts.get(process) else {
            let why = format!("there is no process {process} among {} hosts", hosts.len());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        };
        let listener = TcpListener::bind(&host.resolve()?[..])?;
        listener.set_nonblocking(true)?;
        Ok(Self {
            all: hosts,
            process,
            listener,
            patience,
        })
    }

    /// The number of processes.
    pub const fn processes(&self) -> usize {
        self.all.len()
    }

    /// The position of this process in the list.
    pub const fn process(&self) -> usize {
        self.process
    }

    /// Whether all processes are on this machine.
    pub fn are_all_here(&self) -> bool {
        let is_here = |host: &Host| {
            let addresses = host.resolve().unwrap_or_default();
            !addresses.is_empty() && addresses.iter().all(|address| address.ip().is_loopback())
        };
        self.all.iter().all(is_here)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_host_without_a_name_is_on_this_machine() {
        let hosts = parse_hosts("# three\n4001\n:4002 # second\n\nexample.org:4003\n[::1]:4004\n");
        let hosts: Vec<_> = hosts.unwrap().iter().map(Host::to_string).collect();
        let expected = [
            "127.0.0.1:4001",
            "127.0.0.1:4002",
            "example.org:4003",
            "[::1]:4004",
        ];
        assert_eq!(hosts, expected);
    }

    #[test]
    fn an_invalid_host_is_refused_with_its_line() {
        for (text, line) in [
            ("4001\nlocalhost\n", Some(2)),
            ("4001\n4001\n", Some(2)),
            ("host:0", Some(1)),
            ("host:70000", Some(1)),
            ("::1:4001", Some(1)),
            ("a b:4001", Some(1)),
            ("http://a:80", Some(1)),
            ("# nothing", None),
            ("", None),
        ] {
            assert_eq!(parse_hosts(text).unwrap_err().line, line, "{text:?}");
        }
    }
}
