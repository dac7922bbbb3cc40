//! `synod_node::transport`: frames between legislators, over loopback.

mod certificates;
mod delivery;
mod driver;
mod intruders;
mod refusals;

use crate::common::identity;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use synod_math::{BallotNumber, Priest};
use synod_node::config::{Config, WithoutTls};
use synod_node::event::Event;
use synod_node::rollback::{LedgerMetadata, RollbackDetector};
use synod_node::timers::Timing;
use synod_node::transport::{self, Links};
use synod_node::{Message, wire};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

/// Longer than any step takes, also on a busy machine.
pub(crate) const LONG: Duration = Duration::from_secs(30);

pub(crate) fn priest(number: usize) -> Priest {
    Priest::new(number - 1).unwrap()
}

/// A message that contains a number.
fn message(number: u64) -> Message {
    Message::Refused {
        next_bal: BallotNumber(number),
    }
}

/// A listener at a free port, and its address.
pub(crate) async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// An address at which nobody listens.
pub(crate) fn free() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

/// The configuration of legislator `number` of those who listen at these addresses.
pub(crate) fn config(number: usize, addresses: &[SocketAddr]) -> Config {
    let peers = addresses.iter().zip(1..);
    let peers: BTreeMap<_, _> = peers
        .map(|(address, number)| (priest(number), address.to_string()))
        .collect();
    let free = "127.0.0.1:0".parse().unwrap();
    Config {
        identity: identity(number - 1, addresses.len()),
        peers,
        folder: PathBuf::new(),
        listen: addresses[number - 1],
        clients: free,
        http: None,
        tls: None,
        without_tls: WithoutTls::LoopbackOnly,
        users: None,
        trace: None,
        timing: Timing::DEFAULT,
        settings: synod_node::config::SETTINGS,
        patience: LONG,
    }
}

/// The rollback detector of a new ledger.
pub(crate) fn detector(config: &Config) -> RollbackDetector {
    let mut kept = LedgerMetadata::new().unwrap();
    kept.history.begin_life().unwrap();
    RollbackDetector::new(&config.identity, kept)
}

/// A transport, and the events that arrive through it.
struct End {
    links: Links,
    events: mpsc::Receiver<Event>,
    detector: RollbackDetector,
}

impl End {
    fn start(listener: TcpListener, config: &Config) -> Self {
        let (sender, events) = mpsc::channel(16);
        let detector = detector(config);
        let links = transport::start(listener, config, detector.clone(), sender).unwrap();
        Self {
            links,
            events,
            detector,
        }
    }

    /// Starts at the address of the configuration.
    async fn start_again(config: &Config) -> Self {
        Self::start(transport::listen(config).await.unwrap(), config)
    }

    fn send(&mut self, to: usize, number: u64) {
        self.links.push(priest(to), message(number));
        self.links.flush();
    }

    /// The number of the sender of the next message, and the message.
    async fn next(&mut self) -> (usize, Message) {
        match timeout(LONG, self.events.recv()).await {
            Ok(Some(Event::Message { from, message })) => (from.index() + 1, message),
            other => panic!("no message, but {other:?}"),
        }
    }

    /// Asserts that nothing arrives for a time that is long enough for a few attempts to connect.
    async fn hears_nothing(&mut self) {
        if let Ok(event) = timeout(Duration::from_millis(500), self.events.recv()).await {
            panic!("{event:?}");
        }
    }
}

/// Sends messages until one arrives, which shows that the two are connected.
async fn connect(from: (usize, &mut End), to: (usize, &mut End)) {
    let (sender, receiver) = (from, to);
    let all = async {
        loop {
            sender.1.send(receiver.0, 0);
            let next = receiver.1.events.recv();
            if let Ok(Some(Event::Message { from, .. })) =
                timeout(Duration::from_millis(100), next).await
                && from == priest(sender.0)
            {
                break;
            }
        }
    };
    timeout(LONG, all).await.expect("they connect");
    // Discards the other messages that were sent meanwhile.
    sleep(Duration::from_millis(100)).await;
    while receiver.1.events.try_recv().is_ok() {}
}

/// Starts `count` transports that know each other. `change` may change each configuration before.
async fn ends(count: usize, change: impl Fn(usize, &mut Config)) -> (Vec<End>, Vec<Config>) {
    let (mut listeners, mut addresses) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let (listener, address) = listener().await;
        listeners.push(listener);
        addresses.push(address);
    }
    let (mut ends, mut configs) = (Vec::new(), Vec::new());
    for (listener, number) in listeners.into_iter().zip(1..) {
        let mut config = config(number, &addresses);
        change(number, &mut config);
        ends.push(End::start(listener, &config));
        configs.push(config);
    }
    (ends, configs)
}

/// The frame of a body.
fn framed(body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap();
    [&length.to_be_bytes(), body].concat()
}

/// The Hello of legislator `from` to legislator `to`, of three legislators of a cluster, with a
/// ledger that no other legislator has met.
fn hello(cluster: &str, from: usize, to: usize) -> Vec<u8> {
    let some = "127.0.0.1:1".parse().unwrap();
    let introduction = detector(&config(2, &[some; 3])).introduce(priest(1));
    let parts = (*b"synod/pp", wire::VERSION);
    let (from, to) = ((from - 1) as u8, (to - 1) as u8);
    let said = wire::encode_introduction(&introduction);
    framed(&postcard::to_stdvec(&(parts, (cluster, 3_u64, from, to), said)).unwrap())
}
