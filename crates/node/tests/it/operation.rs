//! What operators rely on: certificates that are read again, and the metrics that the board and the
//! alerts name.

use crate::clients::{LONG, ask_at, until};
use crate::transport::{self, free};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use synod_node::certificates::make::{Order, make};
use synod_node::clients::dial::{Connection, Trust};
use synod_node::config::Config;
use synod_node::node::{self, Node};
use synod_resp::Reply;
use tempfile::TempDir;
use tokio::runtime::Runtime;

fn certificates(folder: PathBuf) -> PathBuf {
    let order = Order {
        cluster: "paxos".to_owned(),
        nodes: 2,
        hosts: vec![],
        folder: folder.clone(),
    };
    make(&order).unwrap();
    folder
}

/// Whoever has the certificate of a client may do this.
fn write_users(file: &Path, may: &str) {
    let text = format!("[app]\nmay = \"{may}\"\ncertificate = \"client.paxos.synod\"\n");
    fs::write(file, text).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
}

/// Two nodes with TLS, and their folder, in which `keys` are the certificates and `users.toml` the users.
struct Two {
    _runtime: Runtime,
    nodes: Vec<Node>,
    folder: TempDir,
}

impl Two {
    fn start() -> Self {
        let (runtime, folder) = (Runtime::new().unwrap(), TempDir::new().unwrap());
        let keys = certificates(folder.path().join("keys"));
        let users = folder.path().join("users.toml");
        write_users(&users, "all");
        let addresses = [free(), free()];
        let start = |me: usize| {
            let config = Config {
                folder: folder.path().join(me.to_string()),
                http: Some("127.0.0.1:0".parse().unwrap()),
                tls: Some(keys.clone()),
                users: Some(users.clone()),
                ..transport::config(me + 1, &addresses)
            };
            runtime.block_on(node::start(&config)).unwrap()
        };
        let nodes: Vec<_> = (0..2).map(start).collect();
        for node in &nodes {
            until(&node.handle, |status| status.president.is_some());
        }
        Self {
            _runtime: runtime,
            nodes,
            folder,
        }
    }

    /// A connection to the first node, with the certificates of a folder.
    fn connection(&self, keys: &Path) -> Option<Connection> {
        let port = self.nodes[0].addresses.clients.port();
        let trust = Trust::read(keys).unwrap();
        let mut connection =
            Connection::open(&format!("localhost:{port}"), Some(&trust), LONG).ok()?;
        // With TLS 1.3 a client learns only now whether its certificate is accepted.
        connection.ask(&[b"PING".to_vec()]).ok()?;
        Some(connection)
    }

    fn metrics(&self) -> String {
        ask_at(self.nodes[0].addresses.http.unwrap(), "GET /metrics").1
    }
}

/// Copies the certificates of another authority to a folder.
fn replace(keys: &Path, by: &Path) {
    for entry in fs::read_dir(by).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, keys.join(path.file_name().unwrap())).unwrap();
    }
}

fn eventually(mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + LONG;
    while !is_so() {
        assert!(Instant::now() < end);
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn new_certificates_are_used_without_a_restart() {
    let two = Two::start();
    let keys = two.folder.path().join("keys");
    let before = certificates(two.folder.path().join("before"));
    replace(&before, &keys);
    let after = certificates(two.folder.path().join("after"));
    let mut old = two.connection(&before).unwrap();
    assert!(two.connection(&after).is_none());

    // A file that cannot be used is told of, and changes nothing; nor does a key of another
    // certificate.
    let file = keys.join("node-1.crt");
    let good = fs::read(&file).unwrap();
    let of_another_key = fs::read(keys.join("node-2.crt")).unwrap();
    for bad in [&b"nonsense"[..], &of_another_key] {
        fs::write(&file, bad).unwrap();
        eventually(|| two.metrics().contains("synod_certificates_refused 1"));
        assert!(two.connection(&before).is_some());
        fs::write(&file, &good).unwrap();
        eventually(|| two.metrics().contains("synod_certificates_refused 0"));
    }

    replace(&keys, &after);
    eventually(|| two.connection(&after).is_some());
    assert!(two.connection(&before).is_none());
    // Who is connected stays so, and nodes reach each other with the new ones, too.
    let incr = ["INCR", "n"].map(|word| word.as_bytes().to_vec());
    assert!(old.ask(&incr).is_ok());
}

#[test]
fn users_that_cannot_be_read_again_are_told_of() {
    let two = Two::start();
    let (keys, users) = (
        two.folder.path().join("keys"),
        two.folder.path().join("users.toml"),
    );
    let is_permitted = || {
        let incr = ["INCR", "n"].map(|word| word.as_bytes().to_vec());
        let answer = two.connection(&keys).unwrap().ask(&incr).unwrap();
        !matches!(answer, Reply::Error(_))
    };
    // The nodes of other tests set the same metric, so the file changes until this one's is seen.
    let mut attempts = 0;
    eventually(|| {
        attempts += 1;
        write_users(&users, &format!("everything{attempts}"));
        two.metrics().contains("synod_users_refused 1")
    });
    assert!(is_permitted());
    write_users(&users, "read");
    eventually(|| !is_permitted());
}

/// The metrics that a file names.
fn named_in(file: &str) -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    let text = fs::read_to_string(root.unwrap().join("deploy").join(file)).unwrap();
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let is_metric = |word: &&str| word.starts_with("synod_") || word.starts_with("process_");
    words.filter(is_metric).map(str::to_owned).collect()
}

#[test]
fn every_metric_of_the_board_and_of_the_alerts_exists() {
    let two = Two::start();
    // A node shows a peer when the peer has told that it is present.
    eventually(|| two.metrics().contains("synod_peer_law_length"));
    let keys = two.folder.path().join("keys");
    let mut connection = two.connection(&keys).unwrap();
    let incr = ["INCR", "n"].map(|word| word.as_bytes().to_vec());
    assert!(connection.ask(&incr).is_ok());
    let metrics = two.metrics();
    let lines = metrics.lines().filter(|line| !line.starts_with('#'));
    let names: BTreeSet<_> = lines
        .filter_map(|line| line.split(['{', ' ']).next())
        .collect();
    for file in ["alerts.yaml", "grafana.json"] {
        let named = named_in(file);
        assert!(named.len() > 10, "{file}: {named:?}");
        for name in named {
            assert!(names.contains(name.as_str()), "{file}: there is no {name}");
        }
    }
}

#[test]
fn a_node_shows_the_process_the_disk_and_the_end_of_its_certificates() {
    let two = Two::start();
    let metrics = two.metrics();
    let value = |name: &str| -> f64 {
        let mut lines = metrics.lines();
        let line = lines.find(|line| line.starts_with(name));
        let line = line.unwrap_or_else(|| panic!("{name} in {metrics}"));
        line.rsplit(' ').next().unwrap().parse().unwrap()
    };
    assert!(value("process_resident_memory_bytes") > 1e6);
    assert!(value("process_open_fds") > 3.0);
    // The nodes of one process share the metrics: these are of a disk of any test that runs now.
    assert!(value("synod_disk_free_bytes") > 0.0);
    assert!(value("synod_disk_size_bytes") > 0.0);
    assert!(value("synod_ledger_bytes") > 0.0);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let end = value("synod_certificate_not_after_timestamp_seconds{certificate=\"node\"");
    let days = (end - now.unwrap().as_secs_f64()) / 86400.0;
    assert!((824.0..826.0).contains(&days), "{days}");
}
