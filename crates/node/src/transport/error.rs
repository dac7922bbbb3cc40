//! [`TransportError`], and the check of a configuration.

use super::hello::LONGEST_NAME;
use crate::certificates::CertificateError;
use crate::config::{Config, SETTINGS, WithoutTls};
use std::io;
use std::net::{IpAddr, SocketAddr};
use synod_math::Priest;

/// Why the transport does not start. [`listen`](super::listen) and [`start`](super::start) return
/// it.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// The operating system refuses the address.
    #[error("cannot listen for peers at {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why it is refused.
        source: io::Error,
    },
    /// Without TLS, an address is configured that is not a loopback address: anyone who can reach it
    /// could read and forge messages.
    #[error(
        "{what} is at {address}, which other machines can reach, and there is no TLS: \
         give certificates with --tls DIR, or --insecure if the network is trusted"
    )]
    Plaintext {
        /// What has the address: this node or a peer.
        what: String,
        /// The address.
        address: String,
    },
    /// The certificates cannot be used.
    #[error(transparent)]
    Certificates(#[from] CertificateError),
    /// The address of a legislator is missing.
    #[error("there are {legislators} legislators, but no address of legislator {missing}")]
    NoAddress {
        /// How many legislators there are.
        legislators: usize,
        /// The legislator without an address, counted from 1.
        missing: usize,
    },
    /// There is an address of a legislator that does not exist.
    #[error("there are {legislators} legislators, but also an address of legislator {stranger}")]
    Stranger {
        /// How many legislators there are.
        legislators: usize,
        /// The legislator that does not exist, counted from 1.
        stranger: usize,
    },
    /// The name of the cluster does not fit into a handshake.
    #[error("the name of the cluster has {0} bytes; it may have {LONGEST_NAME}")]
    LongName(usize),
    /// With these limits of the protocol, a message could be longer than a frame may be.
    #[error(
        "a message may have decrees of {size} bytes and {batch} numbers; it carries {} and {} at most",
        SETTINGS.size, SETTINGS.batch
    )]
    Settings {
        /// The limit of the size of the decrees in a message.
        size: usize,
        /// The limit of the numbers of missing decrees in a message.
        batch: usize,
    },
}

/// Checks that the transport may start with this configuration.
pub(super) fn check(config: &Config) -> Result<(), TransportError> {
    let (identity, settings) = (&config.identity, &config.settings);
    let legislators = identity.legislators;
    if identity.cluster.len() > LONGEST_NAME {
        return Err(TransportError::LongName(identity.cluster.len()));
    }
    let (size, batch) = (settings.size, settings.batch);
    if size > SETTINGS.size || batch > SETTINGS.batch {
        return Err(TransportError::Settings { size, batch });
    }
    let mut all = (0..legislators).filter_map(Priest::new);
    let lacks = |priest: &Priest| *priest != identity.me && !config.peers.contains_key(priest);
    if let Some(missing) = all.find(lacks) {
        let missing = missing.index() + 1;
        return Err(TransportError::NoAddress {
            legislators,
            missing,
        });
    }
    let mut priests = config.peers.keys();
    if let Some(stranger) = priests.find(|priest| priest.index() >= legislators) {
        let stranger = stranger.index() + 1;
        return Err(TransportError::Stranger {
            legislators,
            stranger,
        });
    }
    check_plaintext(config)
}

/// Refuses addresses of other machines without TLS, unless the configuration allows them.
fn check_plaintext(config: &Config) -> Result<(), TransportError> {
    if config.tls.is_some() || config.without_tls == WithoutTls::Anywhere {
        return Ok(());
    }
    if !config.listen.ip().is_loopback() {
        return Err(TransportError::Plaintext {
            what: "the listener for peers".to_owned(),
            address: config.listen.to_string(),
        });
    }
    let mut peers = config.peers.iter();
    match peers.find(|(_, address)| !is_loopback(address)) {
        None => Ok(()),
        Some((priest, address)) => Err(TransportError::Plaintext {
            what: format!("legislator {}", priest.index() + 1),
            address: address.clone(),
        }),
    }
}

/// Whether an address certainly stays on this machine. A host name does not count, because the DNS
/// may resolve it to anything; `localhost` does, because it is reserved.
fn is_loopback(address: &str) -> bool {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_addresses_and_localhost_stay_on_this_machine() {
        for address in ["127.0.0.1:1", "127.3.2.1:1", "[::1]:1", "localhost:1"] {
            assert!(is_loopback(address), "{address}");
        }
        for address in ["10.0.0.1:1", "[::]:1", "0.0.0.0:1", "localhost.example:1"] {
            assert!(!is_loopback(address), "{address}");
        }
    }
}
