//! TLS: the certificates of nodes and clients, and which connections they permit.
//!
//! The folder of a node holds `authority.crt` and, for legislator N, `node-N.crt` and
//! `node-N.key`, as PEM. The authority signs the certificate of a node, which names
//! `node-N.CLUSTER.synod`. (This is a DNS name among its subject alternative names, but
//! it does not exist in the DNS.) So a certificate is bound to one legislator of one
//! cluster. The side that dials requires the name of the legislator that it dials. The
//! side that listens compares the name with the legislator that the peer claims to be
//! in the handshake.
//!
//! Any certificate of the authority admits a client. So each cluster needs an
//! authority of its own.
//!
//! TLS 1.3 only, with certificates of both sides, and without session resumption among
//! peers. The configuration turns TLS on: [`Config::tls`].
//!
//! | module | contents |
//! |---|---|
//! | [`make`], `authority` | makes certificates, for tests and small clusters |
//! | `files` | reads the files of a node and checks them |
//! | `end` | tells when the certificates end |
//! | `error` | [`CertificateError`] |

mod authority;
mod end;
mod error;
mod files;
pub mod make;

pub(crate) use end::EndWatch;
pub use error::CertificateError;

use crate::config::{Config, Identity, WithoutTls};
use crate::reread::Reread;
use files::Files;
use rustls::RootCertStore;
use rustls::client::{Resumption, verify_server_name};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::server::{ParsedCertificate, WebPkiClientVerifier};
use rustls::version::TLS13;
use rustls::{ClientConfig, ServerConfig};
use std::io;
use std::path::Path;
use std::sync::Arc;
use synod_math::Priest;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::{TlsAcceptor, TlsConnector, client, server};

/// The name in the certificate of a legislator. `number` counts from 1.
pub(crate) fn node_name(number: usize, cluster: &str) -> String {
    format!("node-{number}.{cluster}.synod")
}

/// The name in the certificate of a client.
pub(crate) fn client_name(cluster: &str) -> String {
    format!("client.{cluster}.synod")
}

/// Checks that a cluster can have certificates: its name becomes a label of a DNS name.
///
/// # Errors
///
/// [`CertificateError::Cluster`] if the name is not a label in lower case.
///
/// ```
/// use synod_node::certificates::check_cluster;
///
/// assert!(check_cluster("paxos-1").is_ok());
/// assert!(check_cluster("Paxos!").is_err());
/// ```
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

/// Accepts TLS connections of clients as configured; `None` if clients connect without TLS.
/// [`clients::ServeOptions::of`](crate::clients::ServeOptions::of) takes the result.
///
/// # Errors
///
/// If the certificates cannot be used; or if there are none, although other machines can
/// reach the address and the configuration does not allow that
/// ([`WithoutTls::Anywhere`]).
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
    of_clients(&files).map(Some)
}

fn of_clients(files: &Files) -> Result<TlsAcceptor, CertificateError> {
    Ok(TlsAcceptor::from(Arc::new(server_config(files)?)))
}

/// As [`client_acceptor`], made again when the certificates change.
pub(crate) fn client_acceptors(config: &Config) -> Result<Option<ClientTls>, CertificateError> {
    match &config.tls {
        None => client_acceptor(config).map(|_| None),
        Some(folder) => renewal(folder, &config.identity, of_clients).map(Some),
    }
}

/// What is made of the certificates of a node.
pub(crate) type Renewal<T> = Reread<T, CertificateError>;

fn renewal<T>(
    folder: &Path,
    identity: &Identity,
    make: fn(&Files) -> Result<T, CertificateError>,
) -> Result<(Renewal<T>, watch::Receiver<T>), CertificateError>
where
    T: 'static,
{
    let files = Files::paths(folder, identity);
    let (folder, identity) = (folder.to_owned(), identity.clone());
    Reread::new(files, move || make(&Files::read(&folder, &identity)?))
}

/// What [`client_acceptors`] returns.
pub(crate) type ClientTls = (Renewal<TlsAcceptor>, watch::Receiver<TlsAcceptor>);

/// Makes the TLS sessions with peers, in both directions.
pub(crate) struct PeerTls {
    ends: watch::Receiver<PeerEnds>,
    cluster: String,
}

/// Both ends of the sessions with peers, as the certificates are now.
#[derive(Clone)]
pub(crate) struct PeerEnds {
    connector: TlsConnector,
    acceptor: TlsAcceptor,
}

impl PeerEnds {
    fn of(files: &Files) -> Result<Self, CertificateError> {
        let mut server = server_config(files)?;
        server.send_tls13_tickets = 0;
        Ok(Self {
            connector: TlsConnector::from(Arc::new(client_config(files)?)),
            acceptor: TlsAcceptor::from(Arc::new(server)),
        })
    }
}

/// The certificate that a peer or a client has shown. The authority has signed it; the name in it is not
/// checked yet.
#[derive(Debug)]
pub(crate) struct PeerCertificate(CertificateDer<'static>);

impl PeerTls {
    /// As configured; `None` if peers connect without TLS. For as long as the renewal runs, sessions
    /// begin with the certificates that are in the folder then.
    pub(crate) fn of(
        config: &Config,
    ) -> Result<Option<(Self, Renewal<PeerEnds>)>, CertificateError> {
        let Some(folder) = &config.tls else {
            return Ok(None);
        };
        let (renewal, ends) = renewal(folder, &config.identity, PeerEnds::of)?;
        let cluster = config.identity.cluster.clone();
        Ok(Some((Self { ends, cluster }, renewal)))
    }

    /// Dials: fails unless the other side shows the certificate of this peer.
    pub(crate) async fn connect(
        &self,
        peer: Priest,
        stream: TcpStream,
    ) -> io::Result<client::TlsStream<TcpStream>> {
        let name = node_name(peer.index() + 1, &self.cluster);
        let name = ServerName::try_from(name).map_err(io::Error::other)?;
        let connector = self.ends.borrow().connector.clone();
        connector.connect(name, stream).await
    }

    /// Listens: fails unless the other side shows a certificate of the authority, which is
    /// returned.
    pub(crate) async fn accept(
        &self,
        stream: TcpStream,
    ) -> io::Result<(server::TlsStream<TcpStream>, PeerCertificate)> {
        let acceptor = self.ends.borrow().acceptor.clone();
        let stream = acceptor.accept(stream).await?;
        let certificate = PeerCertificate::shown(&stream)?;
        Ok((stream, certificate))
    }

    /// Checks that the certificate is that of the legislator with this index. Returns the
    /// missing name if it is not.
    pub(crate) fn wrong_name(&self, certificate: &PeerCertificate, index: u8) -> Option<String> {
        let name = node_name(usize::from(index) + 1, &self.cluster);
        (!certificate.is_for(&name)).then_some(name)
    }
}

impl PeerCertificate {
    /// The certificate that the other side of a session has shown.
    pub(crate) fn shown(stream: &server::TlsStream<TcpStream>) -> io::Result<Self> {
        let (_, session) = stream.get_ref();
        let certificate = session.peer_certificates().and_then(<[_]>::first).cloned();
        // Never missing: the verifier requires one.
        let certificate =
            certificate.ok_or_else(|| io::Error::other("no certificate was shown"))?;
        Ok(Self(certificate))
    }

    /// Whether the name is among those in the certificate.
    pub(crate) fn is_for(&self, name: &str) -> bool {
        let (Ok(certificate), Ok(name)) = (
            ParsedCertificate::try_from(&self.0),
            ServerName::try_from(name),
        ) else {
            return false;
        };
        verify_server_name(&certificate, &name).is_ok()
    }
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

fn server_config(files: &Files) -> Result<ServerConfig, CertificateError> {
    let verifier = WebPkiClientVerifier::builder_with_provider(roots(files)?, provider());
    let verifier = verifier.build().map_err(CertificateError::Verifier)?;
    ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])
        .map_err(|source| files.unusable(source))?
        .with_client_cert_verifier(verifier)
        .with_single_cert(files.chain.clone(), files.key.clone_key())
        .map_err(|source| files.unusable(source))
}

fn client_config(files: &Files) -> Result<ClientConfig, CertificateError> {
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])
        .map_err(|source| files.unusable(source))?
        .with_root_certificates(roots(files)?)
        .with_client_auth_cert(files.chain.clone(), files.key.clone_key())
        .map_err(|source| files.unusable(source))?;
    config.resumption = Resumption::disabled();
    Ok(config)
}
