//! `synod client`, with a node that is a parliament of one.

use crate::command::synod;
use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::net::TcpListener;
use std::process::{Output, Stdio};
use std::time::Duration;
use synod_math::Priest;
use synod_node::config::{Config, Identity, WithoutTls};
use synod_node::node::{self, Node};
use synod_node::timers::Timing;
use synod_protocol::parliament::Settings;
use tokio::runtime::Runtime;

/// Far longer than any step of these tests takes.
const LONG: Duration = Duration::from_secs(60);

/// When a node presides that is alone.
const SOON: Duration = Duration::from_millis(20);

/// The only node of a parliament. It runs until this value is dropped.
struct Alone {
    node: Node,
    _runtime: Runtime,
}

impl Alone {
    /// Starts the node in a new folder with this name.
    fn start(folder: &str, patience: Duration, absence: Duration) -> Self {
        Self::with_times(folder, patience, absence, |_| {})
    }

    /// Starts a node that soon presides, with another configuration.
    fn with(folder: &str, change: impl FnOnce(&mut Config)) -> Self {
        Self::with_times(folder, LONG, SOON, change)
    }

    fn with_times(
        folder: &str,
        patience: Duration,
        absence: Duration,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
        let _ = std::fs::remove_dir_all(&folder);
        let any = "127.0.0.1:0".parse().unwrap();
        // The node has the highest name of all, so it becomes president after `absence`.
        let timing = Timing {
            absence,
            presence: absence / 2,
            ..Timing::DEFAULT
        };
        let mut config = Config {
            identity: Identity {
                cluster: "paxos".to_owned(),
                me: Priest::new(0).unwrap(),
                legislators: 1,
            },
            peers: BTreeMap::new(),
            folder,
            listen: any,
            clients: any,
            http: None,
            tls: None,
            without_tls: WithoutTls::LoopbackOnly,
            users: None,
            trace: None,
            timing,
            settings: Settings::DEFAULT,
            patience,
        };
        change(&mut config);
        let runtime = Runtime::new().unwrap();
        let node = runtime.block_on(node::start(&config)).unwrap();
        Self {
            node,
            _runtime: runtime,
        }
    }

    fn presiding(folder: &str) -> Self {
        Self::start(folder, LONG, SOON)
    }

    fn address(&self) -> String {
        self.node.addresses.clients.to_string()
    }
}

fn ask(address: &str, arguments: &[&str]) -> (String, i32) {
    let all = [&["client", "--address", address], arguments].concat();
    said(&synod(&all).stdin(Stdio::null()).output().unwrap())
}

fn said(output: &Output) -> (String, i32) {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    (said, output.status.code().unwrap())
}

#[test]
fn a_command_is_taken_from_the_arguments() {
    let alone = Alone::presiding("client-arguments");
    for (arguments, printed, status) in [
        (&["SET", "k", "a b"][..], "OK\n", 0),
        (&["GET", "k"], "a b\n", 0),
        (&["--no-raw", "GET", "k"], "\"a b\"\n", 0),
        (&["--json", "GET", "absent"], "null\n", 0),
        (&["INCRBY", "n", "-7"], "-7\n", 0),
        (&["--no-raw", "INCR", "n"], "(integer) -6\n", 0),
        (
            &["--no-raw", "INFO", "keyspace"],
            "# Keyspace\nkeys:2\ndb0:keys=2,expires=0,avg_ttl=0\n",
            0,
        ),
        (
            &["INCR", "k"],
            "ERR value is not an integer or out of range\n",
            1,
        ),
        (
            &["--json", "INCR", "k"],
            "{\"error\":\"ERR value is not an integer or out of range\"}\n",
            1,
        ),
    ] {
        let expected = (printed.to_owned(), status);
        assert_eq!(ask(&alone.address(), arguments), expected, "{arguments:?}");
    }
}

#[test]
fn commands_are_read_from_standard_input_and_the_worst_result_is_the_status() {
    let alone = Alone::presiding("client-lines");
    let address = alone.address();
    for (lines, printed, status) in [
        ("SET k \"a b\"\n\nGET k\nGET k", "OK\na b\na b\n", 0),
        (
            "GET\nQUIT\nPING\n",
            "ERR wrong number of arguments for 'get' command; write: GET key\nOK\n",
            1,
        ),
        ("PING\nGET 'k\nPING\n", "PONG\n", 2),
        ("", "", 0),
    ] {
        let mut child = synod(&["client", "--address", &address])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        // After QUIT the client reads no further, so this write may fail.
        let _ = input.write_all(lines.as_bytes());
        drop(input);
        let output = child.wait_with_output().unwrap();
        assert_eq!(said(&output), (printed.to_owned(), status), "{lines:?}");
    }
}

#[test]
fn the_next_node_is_asked_if_one_cannot_be_reached_or_declines() {
    let hour = Duration::from_secs(3600);
    let unable = Alone::start("client-unable", Duration::from_millis(50), hour);
    let alone = Alone::presiding("client-able");
    let unreachable = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().to_string()
    };
    let all = format!("{unreachable},{},{}", unable.address(), alone.address());
    assert_eq!(ask(&all, &["INCR", "n"]), ("1\n".to_owned(), 0));
    let two = format!("{unreachable},{}", unable.address());
    let (said, status) = ask(&two, &["INCR", "n"]);
    assert!(
        said.starts_with("TRYAGAIN the request was not carried out"),
        "{said}"
    );
    assert_eq!(status, 1);
    assert_eq!(ask(&unreachable, &["PING"]), (String::new(), 1));
}

#[test]
fn a_client_follows_the_law_until_the_node_ends() {
    let alone = Alone::presiding("client-follows");
    let address = alone.address();
    let mut client = synod(&[
        "client",
        "--address",
        &address,
        "--json",
        "LAW",
        "FOLLOW",
        "0",
    ]);
    client.stdin(Stdio::null());
    client.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = client.spawn().unwrap();
    let mut told = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || told.next().unwrap().unwrap();
    assert_eq!(next(), "[\"follow\",0]");
    for value in ["1", "2"] {
        assert_eq!(ask(&address, &["SET", "k", value]).1, 0);
        let mut line = next();
        while !line.contains("change") {
            line = next();
        }
        assert!(line.ends_with(&format!("[\"k\",\"{value}\"]]")), "{line}");
        assert!(next().starts_with("[\"law\","));
    }
    drop(alone);
    let output = child.wait_with_output().unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(complaint.contains("LAW FOLLOW "), "{complaint}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn wrong_usage_has_its_own_exit_status() {
    for arguments in [
        &["client", "--address", "nonsense", "PING"][..],
        &["client", "--address", "127.0.0.1:99999", "PING"],
        &["client", "--tls", "/nowhere", "PING"],
        &["client", "--json", "--no-raw", "PING"],
        &["client", "--what"],
    ] {
        let output = synod(arguments).stdin(Stdio::null()).output().unwrap();
        assert_eq!(said(&output), (String::new(), 2), "{arguments:?}");
        assert!(!output.stderr.is_empty());
    }
}

#[test]
fn a_user_gives_the_password_in_the_environment() {
    use std::os::unix::fs::PermissionsExt;
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("client-users.toml");
    // The digest of "password".
    let users = "[app]\nmay = \"all\"\npassword-sha256 = \
        \"5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8\"\n";
    std::fs::write(&file, users).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let alone = Alone::with("client-users", |config| config.users = Some(file));
    let address = alone.address();
    let ask = |password: Option<&str>, input: &str| {
        let mut client = synod(&["client", "--address", &address, "--user", "app"]);
        client.env_remove("SYNOD_PASSWORD").stdin(Stdio::piped());
        client.stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Some(password) = password {
            client.env("SYNOD_PASSWORD", password);
        }
        let mut child = client.spawn().unwrap();
        // A client without a password does not read its input.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    };
    let told = said(&ask(Some("password"), "SET k v\nGET k\n"));
    assert_eq!(told, ("OK\nv\n".to_owned(), 0));
    let (told, status) = said(&ask(Some("wrong"), "GET k\n"));
    assert!(told.contains("WRONGPASS"), "{told}");
    assert_eq!(status, 1);
    let output = ask(None, "GET k\n");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        told.contains("no password for --user app: SYNOD_PASSWORD is not set"),
        "{told}"
    );
    assert_eq!(output.status.code(), Some(2));
}
