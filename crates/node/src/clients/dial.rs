//! A client's side of a connection, one that blocks: for `synod client`.

use crate::private;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use synod_resp::{Client, NoReply, Reply};

/// How long to wait until somebody takes the connection.
const CONNECT: Duration = Duration::from_secs(3);

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// Nobody takes it.
    #[error("{address}: {source}")]
    Unreachable {
        /// Where.
        address: String,
        /// Why not.
        source: io::Error,
    },
    /// What is given is no address.
    #[error("{0}: no address; it is written HOST:PORT, such as 127.0.0.1:7379")]
    NoAddress(String),
    /// A file of the certificates cannot be used.
    #[error("{file}: {source}; the folder should hold authority.crt, client.crt and client.key")]
    File {
        /// Which.
        file: PathBuf,
        /// Why not.
        source: pem::Error,
    },
    /// The key cannot be read, or others can read it.
    #[error(
        "{file}: {source}; it should hold the key of a client, as PEM, for its owner alone (chmod 600)"
    )]
    Key {
        /// Which.
        file: PathBuf,
        /// What is wrong.
        source: io::Error,
    },
    /// The certificates are none that can be used.
    #[error("{folder}: {source}")]
    Certificates {
        /// Where they are.
        folder: PathBuf,
        /// Why not.
        source: rustls::Error,
    },
}

/// What a client shows, and whom it trusts: `authority.crt`, `client.crt` and
/// `client.key` of a folder.
#[derive(Clone, Debug)]
pub struct Trust(Arc<ClientConfig>);

impl Trust {
    /// Reads the files.
    ///
    /// # Errors
    ///
    /// If they are not there, or not what they should be.
    pub fn read(folder: &Path) -> Result<Self, DialError> {
        let mut roots = RootCertStore::empty();
        let unusable = |source| DialError::Certificates {
            folder: folder.to_owned(),
            source,
        };
        for certificate in certificates(&folder.join("authority.crt"))? {
            roots.add(certificate).map_err(unusable)?;
        }
        let chain = certificates(&folder.join("client.crt"))?;
        let key_file = folder.join("client.key");
        let key = private::read_key(&key_file).map_err(|source| DialError::Key {
            file: key_file.clone(),
            source,
        })?;
        let key = PrivateKeyDer::from_pem_slice(&key).map_err(wrong(&key_file))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(unusable)?
            .with_root_certificates(roots)
            .with_client_auth_cert(chain, key)
            .map_err(unusable)?;
        Ok(Self(Arc::new(config)))
    }
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, DialError> {
    let found = CertificateDer::pem_file_iter(file).map_err(wrong(file))?;
    found.collect::<Result<_, _>>().map_err(wrong(file))
}

fn wrong(file: &Path) -> impl Fn(pem::Error) -> DialError + use<> {
    let file = file.to_owned();
    move |source| DialError::File {
        file: file.clone(),
        source,
    }
}

trait Stream: Read + Write + Send {}

impl<T: Read + Write + Send> Stream for T {}

/// A connection to a node.
#[derive(Debug)]
pub struct Connection {
    address: String,
    client: Client<Box<dyn Stream>>,
}

impl Connection {
    /// Connects to a node, which must show a certificate for the host that is
    /// dialed if there is trust. Whoever waits longer than `patience` for a reply
    /// hears that there is none.
    ///
    /// # Errors
    ///
    /// If nobody takes the connection, or nobody who is trusted.
    pub fn open(
        address: &str,
        trust: Option<&Trust>,
        patience: Duration,
    ) -> Result<Self, DialError> {
        let host = address.rsplit_once(':').map(|(host, _)| host);
        let host = host.ok_or_else(|| DialError::NoAddress(address.to_owned()))?;
        let unreachable = |source| DialError::Unreachable {
            address: address.to_owned(),
            source,
        };
        let stream = connect(address, patience).map_err(unreachable)?;
        let stream: Box<dyn Stream> = match trust {
            None => Box::new(stream),
            Some(trust) => {
                let host = host.trim_matches(['[', ']']).to_owned();
                let shake = || -> io::Result<_> {
                    let name = ServerName::try_from(host).map_err(io::Error::other)?;
                    let session = ClientConnection::new(Arc::clone(&trust.0), name);
                    let session = session.map_err(io::Error::other)?;
                    let mut stream = StreamOwned::new(session, stream);
                    stream.conn.complete_io(&mut stream.sock)?;
                    Ok(stream)
                };
                Box::new(shake().map_err(unreachable)?)
            }
        };
        Ok(Self {
            address: address.to_owned(),
            client: Client::new(stream),
        })
    }

    /// Whom it is to.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Asks, and waits for the reply.
    ///
    /// # Errors
    ///
    /// If there is none: whether the request was carried out is not known then.
    pub fn ask(&mut self, arguments: &[Vec<u8>]) -> Result<Reply, NoReply> {
        self.client.ask(arguments)
    }
}

fn connect(address: &str, patience: Duration) -> io::Result<TcpStream> {
    let mut last = io::ErrorKind::AddrNotAvailable.into();
    for address in address.to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, CONNECT) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(patience))?;
                stream.set_write_timeout(Some(patience))?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}
