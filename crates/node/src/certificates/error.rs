//! What is wrong with certificates, and what would be right.

use rustls::server::VerifierBuilderError;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// What is wrong with certificates, and what would be right.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The name of a cluster cannot be in a certificate.
    #[error(
        "the cluster {0:?} cannot have certificates: its name is to have 1 to 63 of a-z, 0-9 \
         and -, no - at either end"
    )]
    Cluster(String),
    /// A file cannot be read.
    #[error("{file}: {source}; it should hold {what}, as PEM")]
    Unreadable {
        /// Which.
        file: PathBuf,
        /// What it should hold.
        what: &'static str,
        /// Why it cannot.
        source: rustls::pki_types::pem::Error,
    },
    /// A key cannot be read, or others can read it.
    #[error(
        "{file}: {source}; it should hold the key of this node, as PEM, for its owner alone (chmod 600)"
    )]
    Key {
        /// Which.
        file: PathBuf,
        /// What is wrong.
        source: io::Error,
    },
    /// A file holds no certificate.
    #[error("{file}: there is no certificate in it; it should hold {what}, as PEM")]
    Empty {
        /// Which.
        file: PathBuf,
        /// What it should hold.
        what: &'static str,
    },
    /// What should be the certificate of an authority is none.
    #[error("{file}: not the certificate of an authority: {source}")]
    NoAuthority {
        /// Which.
        file: PathBuf,
        /// Why not.
        source: Box<rustls::Error>,
    },
    /// The certificate of this node is not good for it.
    #[error("{file}: {source}; it should be signed by {authority}, be valid now, and name {name}")]
    WrongCertificate {
        /// Which.
        file: PathBuf,
        /// By whom it should be signed.
        authority: PathBuf,
        /// What it should name.
        name: String,
        /// What is wrong.
        source: Box<rustls::Error>,
    },
    /// Certificate and key do not go together, or cannot be used.
    #[error("{certificate} and {key}: {source}; the key should be that of the certificate")]
    Unusable {
        /// The certificate.
        certificate: PathBuf,
        /// The key.
        key: PathBuf,
        /// Why not.
        source: Box<rustls::Error>,
    },
    /// The authority cannot be used to verify others.
    #[error("the authority cannot verify anybody: {0}")]
    Verifier(VerifierBuilderError),
    /// Anybody who can reach the address could do anything.
    #[error(
        "clients are listened to at {0}, which other machines can reach, and there is no TLS: \
         give certificates with --tls DIR, or say --insecure if the network is trusted"
    )]
    PlaintextClients(SocketAddr),
    /// Nothing is overwritten.
    #[error("{0}: it exists, and nothing is overwritten")]
    Exists(PathBuf),
    /// Something cannot be written.
    #[error("{file}: {source}")]
    Unwritable {
        /// What.
        file: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// So many nodes do not make a cluster.
    #[error("{0} nodes; there can be 1 to {most}", most = synod_math::Priest::LIMIT)]
    Nodes(usize),
    /// A host is none.
    #[error("{0:?} is no host name and no address")]
    Host(String),
    /// A certificate cannot be made.
    #[error("the certificate of {name} cannot be made: {source}")]
    Unmakable {
        /// Whose.
        name: String,
        /// Why not.
        source: rcgen::Error,
    },
    /// The clock of this machine is not set.
    #[error("the clock of this machine is before 1970: set it")]
    Clock,
}
