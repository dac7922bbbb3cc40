//! TLS: which nodes and clients are admitted.

use super::*;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use synod_node::certificates::make::{Order, make};
use synod_node::certificates::{CertificateError, client_acceptor};
use synod_node::transport::TransportError;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Makes the certificates of a cluster.
fn folder(cluster: &str, nodes: usize) -> TempDir {
    let folder = TempDir::new().unwrap();
    let order = Order {
        cluster: cluster.to_owned(),
        nodes,
        hosts: vec!["example.org".to_owned(), "192.0.2.1".to_owned()],
        folder: folder.path().join("certificates"),
    };
    make(&order).unwrap();
    folder
}

fn with_tls(config: &mut Config, folder: &TempDir) {
    config.tls = Some(folder.path().join("certificates"));
}

/// Replaces the certificate and the key of a node by those of another owner.
fn replace(in_folder: &TempDir, number: usize, by: (&TempDir, &str)) {
    for ending in ["crt", "key"] {
        let to = format!("certificates/node-{number}.{ending}");
        let from = format!("certificates/{}.{ending}", by.1);
        fs::copy(by.0.path().join(from), in_folder.path().join(to)).unwrap();
    }
}

#[tokio::test]
async fn three_with_certificates_hear_each_other_in_order() {
    let folder = folder("paxos", 3);
    let (mut ends, _) = ends(3, |_, config| with_tls(config, &folder)).await;
    for (from, to) in [(1, 2), (2, 1), (2, 3), (3, 1)] {
        let [sender, receiver] = ends.get_disjoint_mut([from - 1, to - 1]).unwrap();
        connect((from, sender), (to, receiver)).await;
        for number in 1..=100 {
            sender.send(to, number);
        }
        for number in 1..=100 {
            assert_eq!(receiver.next().await, (from, message(number)));
        }
    }
}

/// Asserts that of two nodes with changed configurations neither hears the other.
async fn strangers(change: impl Fn(usize, &mut Config)) {
    let (ends, _) = ends(2, change).await;
    let [mut one, mut two]: [End; 2] = ends.try_into().ok().unwrap();
    for number in 1..=5 {
        one.send(2, number);
        two.send(1, number);
        sleep(Duration::from_millis(20)).await;
    }
    one.hears_nothing().await;
    two.hears_nothing().await;
}

#[tokio::test]
async fn a_certificate_of_another_authority_is_refused() {
    let (ours, theirs) = (folder("paxos", 2), folder("paxos", 2));
    strangers(|number, config| {
        with_tls(config, if number == 1 { &ours } else { &theirs });
    })
    .await;
}

#[tokio::test]
async fn a_node_without_tls_is_refused() {
    let ours = folder("paxos", 2);
    strangers(|number, config| {
        if number == 1 {
            with_tls(config, &ours);
        }
    })
    .await;
}

/// Connects to the first of three nodes with the certificate of `name`, and claims to be legislator 2.
/// Returns the first byte of the answer, or an error if the connection is closed.
async fn intrude(folder: &Path, name: Option<&str>, to: SocketAddr) -> std::io::Result<u8> {
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
    let mut roots = rustls::RootCertStore::empty();
    let authority = CertificateDer::from_pem_file(folder.join("authority.crt")).unwrap();
    roots.add(authority).unwrap();
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let config = match name {
        None => config.with_no_client_auth(),
        Some(name) => {
            let file = |ending| folder.join(format!("{name}.{ending}"));
            let certificate = CertificateDer::from_pem_file(file("crt")).unwrap();
            let key = PrivateKeyDer::from_pem_file(file("key")).unwrap();
            config
                .with_client_auth_cert(vec![certificate], key)
                .unwrap()
        }
    };
    let stream = TcpStream::connect(to).await?;
    let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(config));
    let server = ServerName::try_from("node-1.paxos.synod").unwrap();
    let mut stream = connector.connect(server, stream).await?;
    stream.write_all(&hello("paxos", 2, 1)).await?;
    stream.flush().await?;
    timeout(LONG, stream.read_u8()).await.expect("it is closed")
}

#[tokio::test]
async fn a_certificate_of_another_legislator_or_none_is_refused() {
    let folder = folder("paxos", 3);
    let (listener, address) = listener().await;
    let nobody = "127.0.0.1:1".parse().unwrap();
    let mut config = config(1, &[address, nobody, nobody]);
    with_tls(&mut config, &folder);
    let _end = End::start(listener, &config);
    let files = folder.path().join("certificates");
    for name in [None, Some("node-1"), Some("node-3"), Some("client")] {
        assert!(intrude(&files, name, address).await.is_err(), "{name:?}");
    }
    let delphi = self::folder("delphi", 3);
    let delphi = delphi.path().join("certificates");
    fs::copy(files.join("authority.crt"), delphi.join("authority.crt")).unwrap();
    assert!(intrude(&delphi, Some("node-2"), address).await.is_err());
    // The Hello of the node begins with the first byte of its length.
    assert_eq!(intrude(&files, Some("node-2"), address).await.unwrap(), 0);
}

/// The error of a node when it starts.
async fn complaint(config: &Config) -> String {
    match transport::listen(config).await.unwrap_err() {
        TransportError::Certificates(error) => error.to_string(),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn each_mistake_in_the_files_is_reported_at_the_start_with_its_remedy() {
    let address = "127.0.0.1:0".parse().unwrap();
    let mut config = config(1, &[address, address]);
    let ours = folder("paxos", 2);
    with_tls(&mut config, &ours);
    replace(&ours, 1, (&ours, "node-2"));
    let told = complaint(&config).await;
    assert!(told.contains("node-1.crt: "), "{told}");
    assert!(told.contains("name node-1.paxos.synod"), "{told}");
    let theirs = folder("paxos", 2);
    replace(&ours, 1, (&theirs, "node-1"));
    let told = complaint(&config).await;
    assert!(told.contains("node-1.crt: "), "{told}");
    assert!(told.contains("signed by"), "{told}");
    with_tls(&mut config, &theirs);
    let files = theirs.path().join("certificates");
    fs::copy(files.join("node-2.key"), files.join("node-1.key")).unwrap();
    let told = complaint(&config).await;
    assert!(told.contains("should be that of the certificate"), "{told}");
    let key = files.join("node-1.key");
    for mode in [0o644, 0o640, 0o604, 0o660] {
        fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
        let told = complaint(&config).await;
        let said = format!("open to other users (mode {mode:o})");
        assert!(
            told.contains("node-1.key: ") && told.contains(&said),
            "{told}"
        );
        assert!(told.contains("chmod 600"), "{told}");
    }
    fs::remove_file(&key).unwrap();
    std::os::unix::fs::symlink(files.join("node-2.key"), &key).unwrap();
    let told = complaint(&config).await;
    assert!(told.contains("symbolic link"), "{told}");
    fs::remove_file(&key).unwrap();
    let told = complaint(&config).await;
    assert!(told.contains("should hold the key of this node"), "{told}");
    fs::write(files.join("authority.crt"), "").unwrap();
    let told = complaint(&config).await;
    assert!(told.contains("there is no certificate in it"), "{told}");
    config.identity.cluster = "Paxos!".to_owned();
    let told = complaint(&config).await;
    assert!(told.contains("1 to 63 of a-z"), "{told}");
}

#[test]
fn clients_use_tls_unless_they_are_on_this_machine_or_it_is_allowed() {
    let address = "127.0.0.1:0".parse().unwrap();
    let mut config = config(1, &[address, address]);
    assert!(client_acceptor(&config).unwrap().is_none());
    config.clients = "0.0.0.0:0".parse().unwrap();
    let error = client_acceptor(&config).err().unwrap();
    assert!(error.to_string().contains("--insecure"), "{error}");
    config.without_tls = WithoutTls::Anywhere;
    assert!(client_acceptor(&config).unwrap().is_none());
    let folder = folder("paxos", 2);
    with_tls(&mut config, &folder);
    assert!(client_acceptor(&config).unwrap().is_some());
}

#[test]
fn nothing_is_overwritten_and_only_their_owner_can_read_keys() {
    let folder = folder("paxos", 2);
    let files = folder.path().join("certificates");
    let mut order = Order {
        cluster: "paxos".to_owned(),
        nodes: 3,
        hosts: vec![],
        folder: files.clone(),
    };
    let error = make(&order).unwrap_err();
    assert!(matches!(error, CertificateError::Exists(_)), "{error}");
    assert!(!files.join("node-3.crt").exists());
    #[cfg(unix)]
    {
        let mode = |file: &Path| fs::metadata(file).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&files), 0o700);
        for name in ["authority", "node-1", "node-2", "client"] {
            assert_eq!(mode(&files.join(format!("{name}.key"))), 0o600);
        }
    }
    order.folder = folder.path().join("other");
    order.hosts = vec!["no host".to_owned()];
    let error = make(&order).unwrap_err();
    assert_eq!(
        error.to_string(),
        "\"no host\" is no host name and no address"
    );
    assert!(!order.folder.exists());
}
