//! Why a transport does not start.

use super::frame;
use super::hello::LONGEST_NAME;
use crate::certificates::CertificateError;
use crate::config::{Config, WithoutTls};
use std::io;
use std::net::{IpAddr, SocketAddr};
use synod_math::Priest;

/// Why a transport does not start.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// It cannot listen.
    #[error("cannot listen for peers at {address}: {source}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// And why.
        source: io::Error,
    },
    /// Anybody who can reach the address could do anything.
    #[error(
        "{what} is at {address}, which other machines can reach, and there is no TLS: \
         give certificates with --tls DIR, or say --insecure if the network is trusted"
    )]
    Plaintext {
        /// What would be there.
        what: String,
        /// Where.
        address: String,
    },
    /// The certificates are not what they should be.
    #[error(transparent)]
    Certificates(#[from] CertificateError),
    /// A legislator has no address.
    #[error("there are {legislators} legislators, and no address of legislator {missing}")]
    NoAddress {
        /// How many there are.
        legislators: usize,
        /// Who has none; counted from 1.
        missing: usize,
    },
    /// An address is nobody's.
    #[error("there are {legislators} legislators, and an address of legislator {stranger}")]
    Stranger {
        /// How many there are.
        legislators: usize,
        /// Who is none of them; counted from 1.
        stranger: usize,
    },
    /// The name of the cluster does not fit into a handshake.
    #[error("the name of the cluster has {0} bytes; it may have {LONGEST_NAME}")]
    LongName(usize),
    /// A message could be longer than a frame may be.
    #[error(
        "batch and in_flight are {0} together, and a message carries {most} decrees at most",
        most = frame::DECREES
    )]
    Settings(usize),
}

/// Whether a transport may start with this.
pub(super) fn check(config: &Config) -> Result<(), TransportError> {
    let (identity, settings) = (&config.identity, &config.settings);
    let legislators = identity.legislators;
    if identity.cluster.len() > LONGEST_NAME {
        return Err(TransportError::LongName(identity.cluster.len()));
    }
    let decrees = settings.batch.saturating_add(settings.in_flight);
    if decrees > frame::DECREES {
        return Err(TransportError::Settings(decrees));
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

/// Without TLS everything stays on this machine, or somebody has said that it
/// need not.
fn check_plaintext(config: &Config) -> Result<(), TransportError> {
    if config.tls.is_some() || config.without_tls == WithoutTls::Anywhere {
        return Ok(());
    }
    if !config.listen.ip().is_loopback() {
        return Err(TransportError::Plaintext {
            what: "where this node listens for peers".to_owned(),
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

/// Whether an address is of this machine whatever the network says. A name that
/// has to be looked up is not, but for the one that is reserved.
fn is_loopback(address: &str) -> bool {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_of_this_machine() {
        for address in ["127.0.0.1:1", "127.3.2.1:1", "[::1]:1", "localhost:1"] {
            assert!(is_loopback(address), "{address}");
        }
        for address in ["10.0.0.1:1", "[::]:1", "0.0.0.0:1", "localhost.example:1"] {
            assert!(!is_loopback(address), "{address}");
        }
    }
}
