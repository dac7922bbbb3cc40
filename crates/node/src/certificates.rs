//! Who may take part, where TLS is used.
//!
//! A folder holds `authority.crt`, and for legislator N `node-N.crt` and
//! `node-N.key`, as PEM. The certificate of a node is signed by the authority
//! and names `node-N.CLUSTER.synod` (a DNS name among its subject alternative
//! names, and nobody's in the DNS): so it is bound to one legislator of one
//! cluster. Whoever dials asks for the name of whom he dials; whoever listens
//! compares the name with the legislator that the other says he is.
//!
//! Clients of a cluster show any certificate of its authority. So an authority
//! is of one cluster.
//!
//! TLS 1.3 only, mutual, no resumption among peers.
//!
//! | file | what |
//! |---|---|
//! | `error` | what is wrong with the files, and what would be right |
//! | `files` | reads them |
//! | [`make`], `authority` | makes them, for tests and small clusters |

mod authority;
mod error;
mod files;
pub mod make;

pub use error::CertificateError;

use crate::config::{Config, Identity, WithoutTls};
use files::Files;
use rustls::RootCertStore;
use rustls::client::{Resumption, verify_server_name};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::server::{ParsedCertificate, WebPkiClientVerifier};
use rustls::version::TLS13;
use rustls::{ClientConfig, ServerConfig};
use std::io;
use std::sync::Arc;
use synod_math::Priest;
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, TlsConnector, client, server};

/// The name in the certificate of a legislator, who counts from 1.
pub fn node_name(number: usize, cluster: &str) -> String {
    format!("node-{number}.{cluster}.synod")
}

/// The name in the certificate of a client.
pub(crate) fn client_name(cluster: &str) -> String {
    format!("client.{cluster}.synod")
}

/// Whether a cluster can have certificates: its name is a part of a DNS name.
///
/// # Errors
///
/// If it is not.
pub fn check_cluster(name: &str) -> Result<(), CertificateError> {
    let is_good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_label = (1..=63).contains(&name.len())
        && name.bytes().all(is_good)
        && !name.starts_with('-')
        && !name.ends_with('-');
    if is_label {
        Ok(())
    } else {
        Err(CertificateError::Cluster(name.to_owned()))
    }
}

/// What the listener of clients does with a connection: `None` if it is taken
/// as it comes.
///
/// # Errors
///
/// If the certificates are not what they should be, or there are none, other
/// machines can reach the address and nobody has said that they may.
pub fn client_acceptor(config: &Config) -> Result<Option<TlsAcceptor>, CertificateError> {
    let Some(folder) = &config.tls else {
        let is_open = config.without_tls == WithoutTls::Anywhere;
        return if is_open || config.clients.ip().is_loopback() {
            Ok(None)
        } else {
            Err(CertificateError::PlaintextClients(config.clients))
        };
    };
    let files = Files::read(folder, &config.identity)?;
    Ok(Some(TlsAcceptor::from(Arc::new(accepting(&files)?))))
}

/// TLS with peers.
pub(crate) struct PeerTls {
    connector: TlsConnector,
    acceptor: TlsAcceptor,
    cluster: String,
}

/// The certificate that a peer has shown: the authority has signed it.
pub(crate) struct PeerCertificate(CertificateDer<'static>);

impl PeerTls {
    /// As the configuration says, if it says that there is any.
    pub(crate) fn of(config: &Config) -> Result<Option<Self>, CertificateError> {
        let Some(folder) = &config.tls else {
            return Ok(None);
        };
        let Identity { cluster, .. } = &config.identity;
        let files = Files::read(folder, &config.identity)?;
        let mut accepting = accepting(&files)?;
        accepting.send_tls13_tickets = 0;
        Ok(Some(Self {
            connector: TlsConnector::from(Arc::new(dialing(&files)?)),
            acceptor: TlsAcceptor::from(Arc::new(accepting)),
            cluster: cluster.clone(),
        }))
    }

    /// Who dials: the other is this peer, or it fails.
    pub(crate) async fn connect(
        &self,
        peer: Priest,
        stream: TcpStream,
    ) -> io::Result<client::TlsStream<TcpStream>> {
        let name = node_name(peer.index() + 1, &self.cluster);
        let name = ServerName::try_from(name).map_err(io::Error::other)?;
        self.connector.connect(name, stream).await
    }

    /// Who listens: the other has shown this.
    pub(crate) async fn accept(
        &self,
        stream: TcpStream,
    ) -> io::Result<(server::TlsStream<TcpStream>, PeerCertificate)> {
        let stream = self.acceptor.accept(stream).await?;
        let (_, session) = stream.get_ref();
        let certificate = session.peer_certificates().and_then(<[_]>::first).cloned();
        // The verifier has asked for one.
        let certificate =
            certificate.ok_or_else(|| io::Error::other("no certificate was shown"))?;
        Ok((stream, PeerCertificate(certificate)))
    }

    /// The name that the certificate of this peer would have, if the one that
    /// was shown has it not.
    pub(crate) fn wrong_name(&self, certificate: &PeerCertificate, index: u8) -> Option<String> {
        let name = node_name(usize::from(index) + 1, &self.cluster);
        (!is_for(&certificate.0, &name)).then_some(name)
    }
}

fn is_for(certificate: &CertificateDer<'_>, name: &str) -> bool {
    let (Ok(certificate), Ok(name)) = (
        ParsedCertificate::try_from(certificate),
        ServerName::try_from(name),
    ) else {
        return false;
    };
    verify_server_name(&certificate, &name).is_ok()
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn roots(files: &Files) -> Result<Arc<RootCertStore>, CertificateError> {
    let mut roots = RootCertStore::empty();
    for certificate in &files.authority {
        roots
            .add(certificate.clone())
            .map_err(|source| CertificateError::NoAuthority {
                file: files.authority_file.clone(),
                source: Box::new(source),
            })?;
    }
    Ok(Arc::new(roots))
}

fn accepting(files: &Files) -> Result<ServerConfig, CertificateError> {
    let verifier = WebPkiClientVerifier::builder_with_provider(roots(files)?, provider());
    let verifier = verifier.build().map_err(CertificateError::Verifier)?;
    ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])
        .map_err(|source| files.unusable(source))?
        .with_client_cert_verifier(verifier)
        .with_single_cert(files.chain.clone(), files.key.clone_key())
        .map_err(|source| files.unusable(source))
}

fn dialing(files: &Files) -> Result<ClientConfig, CertificateError> {
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])
        .map_err(|source| files.unusable(source))?
        .with_root_certificates(roots(files)?)
        .with_client_auth_cert(files.chain.clone(), files.key.clone_key())
        .map_err(|source| files.unusable(source))?;
    config.resumption = Resumption::disabled();
    Ok(config)
}
