//! What a node has to be told.

use crate::timers::Timing;
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use synod_math::Priest;
use synod_protocol::parliament::Settings;
use synod_trace as trace;

pub use synod_trace::Identity;

/// The limits of a node. In flight is what a few hundred clients ask for at
/// once, so that they share commits; a batch is how much of what it missed a
/// node is sent at once, which is every time that it says that it is present.
pub const SETTINGS: Settings = Settings {
    in_flight: 512,
    batch: 512,
    ..Settings::DEFAULT
};

/// All of it.
#[derive(Clone, Debug)]
pub struct Config {
    /// Who this is.
    pub identity: Identity,
    /// Where the others listen, and this one: a host name or address with a
    /// port.
    pub peers: BTreeMap<Priest, String>,
    /// The folder of the ledger.
    pub folder: PathBuf,
    /// Where this one listens for peers.
    pub listen: SocketAddr,
    /// Where it listens for clients.
    pub clients: SocketAddr,
    /// Where it answers for health and metrics, if it does.
    pub http: Option<SocketAddr>,
    /// The folder with the certificates, if peers and clients use TLS.
    pub tls: Option<PathBuf>,
    /// How far to trust a network without TLS.
    pub without_tls: WithoutTls,
    /// Where to write the trace, and how much of it, if at all.
    pub trace: Option<trace::TraceOptions>,
    /// The times of timers.
    pub timing: Timing,
    /// Limits and variants of the protocol.
    pub settings: Settings,
    /// How long a request may take, all attempts together.
    pub patience: Duration,
}

impl Config {
    /// Without TLS, only this machine is trusted unless the configuration says
    /// otherwise.
    pub(crate) fn refuse_what_others_can_reach(&self, address: SocketAddr) -> io::Result<()> {
        let is_allowed = self.tls.is_some() || self.without_tls == WithoutTls::Anywhere;
        if is_allowed || address.ip().is_loopback() {
            return Ok(());
        }
        Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!(
                "cannot listen at {address}: other machines could reach it, and without TLS nothing \
                 protects it; give certificates with --tls DIR, or allow it with --insecure"
            ),
        ))
    }
}

/// What may be done without TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithoutTls {
    /// Only addresses of this machine are used.
    LoopbackOnly,
    /// Any address: who can reach it can do anything.
    Anywhere,
}
