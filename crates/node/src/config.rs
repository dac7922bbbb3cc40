//! The configuration of a node: [`Config`], which [`node::start`](crate::node::start) takes.
//! The example of the [crate] fills it in.

use crate::timers::Timing;
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;
use synod_math::Priest;
use synod_protocol::parliament::Settings;
use synod_trace as trace;

pub use synod_trace::Identity;

/// The limits of a node. `in_flight` is enough for the simultaneous requests of a few
/// hundred clients, so that they share commits. `batch` is how many decrees a node that
/// lacks some is sent each time that it says that it is present. A snapshot is taken after 16 MiB of
/// decrees: see [`with_snapshot_after`].
pub const SETTINGS: Settings = with_snapshot_after(16 << 20);

/// After how many bytes of decrees a snapshot may be taken. After fewer, a node would be busy with
/// snapshots; and more decrees would take gigabytes of memory.
pub const SNAPSHOT_AFTER: RangeInclusive<usize> = 16 << 10..=1 << 30;

/// [`SETTINGS`], with a snapshot after so many bytes of decrees, or as many as the law has. A quarter
/// of them is kept below it, so that a node that was away for a moment needs no snapshot.
pub const fn with_snapshot_after(bytes: usize) -> Settings {
    Settings {
        in_flight: 512,
        batch: 512,
        snapshot: Some(bytes),
        kept: bytes / 4,
        ..Settings::DEFAULT
    }
}

/// The configuration of a node. Shown in the example of the [crate].
#[derive(Clone, Debug)]
pub struct Config {
    /// Which legislator of which cluster this node is.
    pub identity: Identity,
    /// Where each legislator listens for the others, this one included: a host name or an
    /// address, with a port.
    pub peers: BTreeMap<Priest, String>,
    /// The folder of the ledger. It is made if it does not exist.
    pub folder: PathBuf,
    /// Where this node listens for peers.
    pub listen: SocketAddr,
    /// Where this node listens for clients.
    pub clients: SocketAddr,
    /// Where this node serves health and metrics over HTTP; `None` if it does not.
    pub http: Option<SocketAddr>,
    /// The folder with the certificates; `None` if peers and clients connect without TLS.
    pub tls: Option<PathBuf>,
    /// Which addresses are allowed without TLS.
    pub without_tls: WithoutTls,
    /// The file that says which clients may do what; `None` if everybody who can connect may do
    /// everything.
    pub users: Option<PathBuf>,
    /// Where to write the trace, and how much of it; `None` if no trace is written.
    pub trace: Option<trace::TraceOptions>,
    /// The times of the protocol's timers.
    pub timing: Timing,
    /// Limits and variants of the protocol: [`SETTINGS`].
    pub settings: Settings,
    /// How long a request of a client may take, all attempts together.
    pub patience: Duration,
}

impl Config {
    /// Refuses an address that other machines can reach, unless TLS or
    /// [`WithoutTls::Anywhere`] is configured.
    pub(crate) fn refuse_what_others_can_reach(&self, address: SocketAddr) -> io::Result<()> {
        let is_allowed = self.tls.is_some() || self.without_tls == WithoutTls::Anywhere;
        if is_allowed || address.ip().is_loopback() {
            return Ok(());
        }
        Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!(
                "cannot listen at {address}: other machines can reach it, and without TLS nothing \
                 protects it; give certificates with --tls DIR, or allow it with --insecure"
            ),
        ))
    }
}

/// Which addresses are allowed without TLS, for [`Config::without_tls`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithoutTls {
    /// Only loopback addresses of this machine.
    LoopbackOnly,
    /// All addresses. Anyone who can reach them can read and write everything, and break
    /// agreement.
    Anywhere,
}
