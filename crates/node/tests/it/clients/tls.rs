//! Clients with TLS: each side shows a certificate of the same authority.

use super::alone::{ANY, Alone, LONG};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use synod_node::clients::dial::{Connection, DialError, Trust};
use synod_node::clients::{self, ServeOptions};
use synod_resp::Reply;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// A folder with an authority, and certificates for a client and a node.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let mut authority = CertificateParams::new(vec![]).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let certificate = authority.self_signed(&key).unwrap();
    std::fs::write(folder.path().join("authority.crt"), certificate.pem()).unwrap();
    let issuer = Issuer::new(authority, key);
    for (file, names) in [
        ("client", vec!["client.paxos.synod".to_owned()]),
        (
            "node-1",
            vec!["localhost".to_owned(), "127.0.0.1".to_owned()],
        ),
    ] {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(names).unwrap();
        let certificate = params.signed_by(&key, &issuer).unwrap();
        let file = folder.path().join(file);
        std::fs::write(file.with_extension("crt"), certificate.pem()).unwrap();
        let key_file = file.with_extension("key");
        std::fs::write(&key_file, key.serialize_pem()).unwrap();
        std::fs::set_permissions(key_file, Permissions::from_mode(0o600)).unwrap();
    }
    folder
}

fn acceptor(folder: &Path) -> TlsAcceptor {
    let read = |name: &str| CertificateDer::from_pem_file(folder.join(name)).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(read("authority.crt")).unwrap();
    let roots = Arc::new(roots);
    let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider.clone());
    let key = PrivateKeyDer::from_pem_file(folder.join("node-1.key")).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(vec![read("node-1.crt")], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

#[test]
fn a_client_with_a_certificate_of_the_authority_is_served_and_no_other() {
    let (folder, strange) = (self::folder(), self::folder());
    let alone = Alone::start();
    let config = super::alone::config(&TempDir::new().unwrap());
    let options = ServeOptions::of(&config, Some(acceptor(folder.path()))).unwrap();
    let listener = alone.runtime.block_on(TcpListener::bind(ANY)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let handle = alone.node.handle.clone();
    alone
        .runtime
        .spawn(clients::serve(listener, handle, options));

    let trust = Trust::read(folder.path()).unwrap();
    for host in ["127.0.0.1", "localhost"] {
        let mut connection =
            Connection::open(&format!("{host}:{port}"), Some(&trust), LONG).unwrap();
        let value = "v".repeat(100_000);
        let set = ["SET", "k", &value].map(|argument| argument.as_bytes().to_vec());
        assert_eq!(
            connection.ask(&set).unwrap(),
            Reply::Simple("OK".to_owned())
        );
        let get = ["GET", "k"].map(|argument| argument.as_bytes().to_vec());
        let reply = connection.ask(&get).unwrap();
        assert_eq!(reply, Reply::Bulk(Some(value.into_bytes())));
    }
    let address = format!("127.0.0.1:{port}");
    // The client trusts another authority than the one of the node's certificate.
    let strange = Trust::read(strange.path()).unwrap();
    let error = Connection::open(&address, Some(&strange), LONG).unwrap_err();
    assert!(matches!(error, DialError::Unreachable { .. }), "{error}");
    // The client does not use TLS: the bytes of the node are not a reply.
    let mut plain = Connection::open(&address, None, LONG).unwrap();
    assert!(plain.ask(&[b"PING".to_vec()]).is_err());
    let error = Trust::read(Path::new("/nowhere")).unwrap_err().to_string();
    assert!(
        error.contains("authority.crt, client.crt and client.key"),
        "{error}"
    );
}

#[test]
fn a_key_that_other_users_can_read_is_refused() {
    let folder = folder();
    let key = folder.path().join("client.key");
    std::fs::set_permissions(&key, Permissions::from_mode(0o640)).unwrap();
    let error = Trust::read(folder.path()).unwrap_err().to_string();
    assert!(error.contains("open to other users (mode 640)"), "{error}");
    assert!(error.contains("chmod 600"), "{error}");
    std::fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
    assert!(Trust::read(folder.path()).is_ok());
    let elsewhere = folder.path().join("elsewhere");
    std::fs::rename(&key, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &key).unwrap();
    let error = Trust::read(folder.path()).unwrap_err().to_string();
    assert!(error.contains("symbolic link"), "{error}");
}
