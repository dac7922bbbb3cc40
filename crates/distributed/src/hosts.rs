//! The processes of a run and where they listen.
//!
//! What goes between them is neither encrypted nor authenticated: whoever can
//! reach an address can read states, send false ones, and end the run. It
//! belongs on a private network. An address without a host is on this machine.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::time::Duration;
use thiserror::Error;

/// How many processes there may be.
pub const MAX_PROCESSES: usize = 256;

/// The address of a process: `host:port`, or only a port, at 127.0.0.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host(String);

/// Why some text is no list of hosts.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{why}")]
pub struct HostsError {
    /// The line, from 1; none if it is the whole.
    pub line: Option<usize>,
    /// What is wrong.
    pub why: InvalidHosts,
}

/// What is wrong with a host, or with a list of them.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidHosts {
    /// The port is 0, which others cannot reach.
    #[error("port 0 is none that others can reach")]
    PortZero,
    /// This is no port.
    #[error("`{0}` is no port: a number from 1 to 65535")]
    Port(String),
    /// An IPv6 address is not in brackets.
    #[error("write an IPv6 address in brackets: [{host}]:{port}")]
    WithoutBrackets {
        /// The address.
        host: String,
        /// The port behind it.
        port: String,
    },
    /// This is no host.
    #[error("`{0}` is no host")]
    Host(String),
    /// A host is there twice.
    #[error("{0} is there twice")]
    Twice(Host),
    /// There are more than [`MAX_PROCESSES`].
    #[error("more than {MAX_PROCESSES} hosts")]
    TooMany,
    /// There is none.
    #[error("no hosts: write one `host:port` a line")]
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

    /// `host:port`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The addresses that it stands for.
    pub(super) fn resolve(&self) -> io::Result<Vec<SocketAddr>> {
        let addresses: Vec<_> = self.0.to_socket_addrs()?.collect();
        if addresses.is_empty() {
            return Err(io::Error::new(io::ErrorKind::NotFound, "it has no address"));
        }
        Ok(addresses)
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads a list of hosts, one a line; what follows a `#` is a comment.
///
/// # Errors
/// A line is no address, or is there twice; or there are too few or too many.
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

/// The processes of a run, and which of them this is. It listens from the
/// start, so that others find it whenever they come.
#[derive(Debug)]
pub struct Hosts {
    pub(super) all: Vec<Host>,
    pub(super) process: usize,
    pub(super) listener: TcpListener,
    /// How long to wait for the others: to connect, and to say that they heard
    /// that the run was stopped.
    pub(super) patience: Duration,
}

impl Hosts {
    /// Listens at the address of process `process`, and at no other.
    ///
    /// # Errors
    /// There is no such process, or its address cannot be listened at.
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

    /// How many processes there are.
    pub const fn processes(&self) -> usize {
        self.all.len()
    }

    /// Which process this is.
    pub const fn process(&self) -> usize {
        self.process
    }

    /// Whether all of them are on this machine.
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
    fn what_is_no_host_is_refused_with_its_line() {
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
