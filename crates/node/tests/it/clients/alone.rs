//! A parliament of one, which has a majority without a network.

use crate::transport;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};
use synod_node::config::Config;
use synod_node::handle::Handle;
use synod_node::node::{self, Node};
use synod_node::status::Status;
use synod_node::timers::Timing;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Far longer than any step of these tests takes.
pub const LONG: Duration = Duration::from_secs(60);

/// Any free port of this machine.
pub const ANY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// A node that is alone in its parliament. It runs until this is dropped.
pub struct Alone {
    pub node: Node,
    pub runtime: Runtime,
    _folder: TempDir,
}

/// The configuration of such a node.
pub fn config(folder: &TempDir) -> Config {
    Config {
        folder: folder.path().join("ledger"),
        http: Some(ANY),
        timing: Timing {
            presence: Duration::from_millis(20),
            absence: Duration::from_millis(50),
            round: Duration::from_millis(500),
        },
        patience: LONG,
        ..transport::config(1, &[ANY])
    }
}

impl Alone {
    pub fn start() -> Self {
        Self::with(|_| {})
    }

    pub fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = TempDir::new().unwrap();
        let mut config = config(&folder);
        change(&mut config);
        let runtime = Runtime::new().unwrap();
        let node = runtime.block_on(node::start(&config)).unwrap();
        Self {
            node,
            runtime,
            _folder: folder,
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.node.addresses.clients
    }

    pub fn port(&self) -> String {
        self.address().port().to_string()
    }

    pub fn connect(&self) -> Client {
        Client::of(self.address())
    }

    /// Waits until the legislator presides.
    pub fn preside(&self) {
        self.until(|status| status.president.is_some());
    }

    /// Waits until the status has a property. Replies leave shortly before the status is updated.
    pub fn until(&self, is_so: impl Fn(&Status) -> bool) {
        until(&self.node.handle, is_so);
    }
}

/// Waits until the status of a node has a property.
pub fn until(handle: &Handle, is_so: impl Fn(&Status) -> bool) {
    let end = Instant::now() + LONG;
    while !is_so(&handle.status()) {
        assert!(Instant::now() < end, "{:?}", handle.status());
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// A client that sends and receives bytes.
pub struct Client {
    pub stream: TcpStream,
}

impl Client {
    /// A client of the node at an address.
    pub fn of(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        stream.set_write_timeout(Some(LONG)).unwrap();
        Self { stream }
    }

    /// Sends bytes, and expects exactly these replies.
    pub fn says(&mut self, bytes: impl AsRef<[u8]>, replies: &str) {
        let bytes = bytes.as_ref();
        self.stream.write_all(bytes).unwrap();
        let mut heard = vec![0; replies.len()];
        if let Err(error) = self.stream.read_exact(&mut heard) {
            panic!("{}: {error} before {replies:?}", bytes.escape_ascii());
        }
        let heard = String::from_utf8_lossy(&heard);
        assert_eq!(heard, replies, "to {}", bytes.escape_ascii());
    }

    /// Sends bytes, and returns what is received until it ends with some other bytes.
    pub fn hears_after(&mut self, bytes: impl AsRef<[u8]>, end: &[u8]) -> String {
        self.stream.write_all(bytes.as_ref()).unwrap();
        let (mut heard, mut byte) = (Vec::new(), [0]);
        while !heard.ends_with(end) {
            self.stream.read_exact(&mut byte).unwrap();
            heard.extend(byte);
        }
        String::from_utf8(heard).unwrap()
    }

    /// Sends bytes, and returns everything that is received until the connection is closed.
    pub fn last_words(&mut self, bytes: impl AsRef<[u8]>) -> String {
        self.stream.write_all(bytes.as_ref()).unwrap();
        self.rest()
    }

    pub fn rest(&mut self) -> String {
        let mut heard = Vec::new();
        self.stream.read_to_end(&mut heard).unwrap();
        String::from_utf8(heard).unwrap()
    }
}
