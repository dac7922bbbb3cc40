//! The client's side: [`Connection`] connects to a node, blocking, with or without TLS. `synod
//! client` uses it.

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

/// How long one attempt to connect may take.
const CONNECT: Duration = Duration::from_secs(3);

/// Why there is no connection. [`Connection::open`] and [`Trust::read`] return it.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// The connection failed, or the TLS handshake did.
    #[error("{address}: {source}")]
    Unreachable {
        /// The address.
        address: String,
        /// Why it failed.
        source: io::Error,
    },
    /// The address is not written HOST:PORT.
    #[error("{0}: not an address: write HOST:PORT, for example 127.0.0.1:7379")]
    NoAddress(String),
    /// A file of a certificate or key cannot be read.
    #[error("{file}: {source}; the folder should hold authority.crt, client.crt and client.key")]
    File {
        /// The file.
        file: PathBuf,
        /// Why it cannot be read.
        source: pem::Error,
    },
    /// The file of the key cannot be read, or other users can read it.
    #[error(
        "{file}: {source}; it should hold the key of a client, as PEM, with access for its owner \
         only (chmod 600)"
    )]
    Key {
        /// The file of the key.
        file: PathBuf,
        /// What is wrong with it.
        source: io::Error,
    },
    /// The certificates cannot be used.
    #[error("{folder}: {source}")]
    Certificates {
        /// The folder of the certificates.
        folder: PathBuf,
        /// Why they cannot be used.
        source: rustls::Error,
    },
}

/// The certificates with which a client connects: its own, and the authority that it trusts. They
/// are the files `authority.crt`, `client.crt` and `client.key` of a folder.
///
/// ```
/// use synod_node::certificates::make::{Order, make};
/// use synod_node::clients::dial::Trust;
///
/// let folder = tempfile::tempdir()?;
/// let order = Order {
///     cluster: "demo".to_owned(),
///     nodes: 1,
///     hosts: vec![],
///     folder: folder.path().join("keys"),
/// };
/// make(&order)?;
/// assert!(Trust::read(&order.folder).is_ok());
/// assert!(Trust::read(folder.path()).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Trust(Arc<ClientConfig>);

impl Trust {
    /// Reads the files.
    ///
    /// # Errors
    ///
    /// If a file is missing, invalid, or a key that other users can read.
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
        let key = PrivateKeyDer::from_pem_slice(&key).map_err(unreadable(&key_file))?;
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
    let found = CertificateDer::pem_file_iter(file).map_err(unreadable(file))?;
    found.collect::<Result<_, _>>().map_err(unreadable(file))
}

fn unreadable(file: &Path) -> impl Fn(pem::Error) -> DialError + use<> {
    let file = file.to_owned();
    move |source| DialError::File {
        file: file.clone(),
        source,
    }
}

trait Stream: Read + Write + Send {}

impl<T: Read + Write + Send> Stream for T {}

/// A blocking connection of a client to a node. Shown in the example of the [crate].
#[derive(Debug)]
pub struct Connection {
    address: String,
    client: Client<Box<dyn Stream>>,
    /// The socket below the client's stream.
    socket: TcpStream,
}

impl Connection {
    /// Connects to a node at HOST:PORT. With `trust`, TLS is used, and the node must show a
    /// certificate of the authority for the host. A reply may take `patience`; then
    /// [`ask`](Self::ask) fails.
    ///
    /// # Errors
    ///
    /// If the connection fails, or the node is not trusted.
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
        let socket = stream.try_clone().map_err(unreachable)?;
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
            socket,
        })
    }

    /// The address that was dialed.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Sends a request and waits for the reply.
    ///
    /// # Errors
    ///
    /// If no reply arrives. Then it is unknown whether the request was carried out, and the connection
    /// must not be used again.
    pub fn ask(&mut self, arguments: &[Vec<u8>]) -> Result<Reply, NoReply> {
        self.client.ask(arguments)
    }

    /// Waits for what the node tells next, after LAW FOLLOW, however long that takes.
    ///
    /// # Errors
    ///
    /// If the connection ends.
    pub fn hear(&mut self) -> Result<Reply, NoReply> {
        self.socket.set_read_timeout(None)?;
        self.client.receive()
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
