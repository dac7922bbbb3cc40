//! [`CertificateError`].

use rustls::server::VerifierBuilderError;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why certificates cannot be made, read or used. Each text also says what would be right.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The name of a cluster cannot be in a certificate.
    #[error(
        "the cluster {0:?} cannot have certificates: its name must have 1 to 63 of a-z, 0-9 \
         and -, without a - at either end"
    )]
    Cluster(String),
    /// A file cannot be read.
    #[error("{file}: {source}; it should hold {what}, as PEM")]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the file should hold.
        what: &'static str,
        /// Why it cannot be read.
        source: rustls::pki_types::pem::Error,
    },
    /// A key cannot be read, or other users can read it.
    #[error(
        "{file}: {source}; it should hold the key of this node, as PEM, with access for its owner \
         only (chmod 600)"
    )]
    Key {
        /// The file of the key.
        file: PathBuf,
        /// What is wrong with it.
        source: io::Error,
    },
    /// A file holds no certificate.
    #[error("{file}: there is no certificate in it; it should hold {what}, as PEM")]
    Empty {
        /// The file.
        file: PathBuf,
        /// What the file should hold.
        what: &'static str,
    },
    /// The certificate in the file of the authority is not one of an authority.
    #[error("{file}: not the certificate of an authority: {source}")]
    NoAuthority {
        /// The file.
        file: PathBuf,
        /// Why not.
        source: Box<rustls::Error>,
    },
    /// A peer would not accept the certificate of this node.
    #[error("{file}: {source}; it should be signed by {authority}, be valid now, and name {name}")]
    WrongCertificate {
        /// The file of the certificate.
        file: PathBuf,
        /// The file of the authority that should have signed it.
        authority: PathBuf,
        /// The name that it should have.
        name: String,
        /// Why a peer would not accept it.
        source: Box<rustls::Error>,
    },
    /// Certificate and key do not belong together, or cannot be used.
    #[error("{certificate} and {key}: {source}; the key should be that of the certificate")]
    Unusable {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
        /// Why they cannot be used.
        source: Box<rustls::Error>,
    },
    /// The certificate of the authority cannot be used to verify other certificates.
    #[error("the certificate of the authority cannot be used to verify others: {0}")]
    Verifier(VerifierBuilderError),
    /// Clients would be served without TLS at an address that other machines can reach.
    #[error(
        "clients would connect to {0}, which other machines can reach, without TLS: \
         give certificates with --tls DIR, or --insecure if the network is trusted"
    )]
    PlaintextClients(SocketAddr),
    /// A file exists already. Nothing is overwritten.
    #[error("{0}: it exists, and nothing is overwritten")]
    Exists(PathBuf),
    /// A file or the folder cannot be written.
    #[error("{file}: {source}")]
    Unwritable {
        /// The file or the folder.
        file: PathBuf,
        /// Why it cannot be written.
        source: io::Error,
    },
    /// A cluster cannot have this number of nodes.
    #[error("a cluster has 1 to {most} nodes, not {0}", most = synod_math::Priest::LIMIT)]
    Nodes(usize),
    /// A host is neither a host name nor an address.
    #[error("{0:?} is no host name and no address")]
    Host(String),
    /// A certificate cannot be made.
    #[error("the certificate of {name} cannot be made: {source}")]
    Unmakable {
        /// The name in the certificate.
        name: String,
        /// Why it cannot be made.
        source: rcgen::Error,
    },
    /// The clock of this machine is not set.
    #[error("the clock of this machine is before 1970: set it")]
    Clock,
}
