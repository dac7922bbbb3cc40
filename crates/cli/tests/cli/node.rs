//! The commands `synod node` and `synod cluster`.

use crate::command::{run, synod};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Far longer than any operation of these tests takes.
const LONG: Duration = Duration::from_secs(60);

fn new_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    folder
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Asserts that the command ends with status 2 and this text on standard error.
fn refuses(arguments: &[&str], complaint: &str) {
    let output = run(arguments);
    let complaints = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {complaints}");
    assert!(
        complaints.contains(complaint),
        "{arguments:?}: {complaints}"
    );
}

#[test]
fn an_invalid_command_line_is_refused_with_a_remedy() {
    let folder = new_folder("never made");
    let folder = folder.to_str().unwrap();
    let node = |peers: &'static str, more: &[&'static str]| {
        let mut arguments = vec!["node", "--cluster", "paxos", "--folder", folder];
        arguments.extend(["--peers", peers]);
        arguments.extend(more);
        arguments.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    for (arguments, complaint) in [
        (
            node("1=127.0.0.1:1", &["--id", "2"]),
            "--id 2 is not among --peers",
        ),
        (node("1=127.0.0.1:1", &["--id", "0"]), "from 1 to 64"),
        (
            node("127.0.0.1:1", &["--id", "1"]),
            "write it like 1=127.0.0.1:7501",
        ),
        (
            node("1=127.0.0.1", &["--id", "1"]),
            "no address with a port",
        ),
        (
            node("1=127.0.0.1:1,1=127.0.0.1:2", &["--id", "1"]),
            "--peers names 1 twice",
        ),
        (node("2=127.0.0.1:1", &["--id", "2"]), "--peers lacks 1"),
        (
            node("1=127.0.0.1:1", &["--id", "1", "--absence", "100ms"]),
            "--absence is not longer than --presence",
        ),
        (
            node("1=127.0.0.1:1", &["--id", "1", "--presence", "0s"]),
            "longer than 0",
        ),
        (
            node("1=127.0.0.1:1", &["--id", "1", "--snapshot-after", "1KiB"]),
            "from 16.0 KiB to 1.0 GiB",
        ),
        (
            node("1=127.0.0.1:1", &["--id", "1", "--snapshot-after", "many"]),
            "such as 8GiB",
        ),
        (
            node(
                "1=127.0.0.1:1",
                &["--id", "1", "--trace", "--trace-file-size", "0"],
            ),
            "from 64.0 KiB",
        ),
        (
            node("1=127.0.0.1:1", &["--id", "1", "--tls", "x", "--insecure"]),
            "cannot be used with",
        ),
    ] {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        refuses(&arguments, complaint);
        assert!(!Path::new(folder).exists(), "{arguments:?}");
    }
    refuses(&["cluster", "3", "--cluster", "Paxos"], "1 to 63 of a-z");
    refuses(&["cluster", "0"], "0 is not in 1..=9");
    refuses(&["cluster", "three"], "invalid digit");
}

#[test]
fn addresses_that_other_machines_can_reach_need_tls() {
    let folder = new_folder("open to all");
    let folder = folder.to_str().unwrap();
    let node = [
        "node",
        "--id",
        "1",
        "--cluster",
        "paxos",
        "--folder",
        folder,
    ];
    let inside = ["--peers", "1=127.0.0.1:0", "--clients", "127.0.0.1:0"];
    for (more, at) in [
        (
            ["--clients", "0.0.0.0:0", "--peers", "1=127.0.0.1:0"],
            "0.0.0.0:0",
        ),
        (
            ["--clients", "127.0.0.1:0", "--peers", "1=0.0.0.0:0"],
            "0.0.0.0:0",
        ),
    ] {
        refuses(&[node.as_slice(), &more].concat(), at);
        refuses(&[node.as_slice(), &more].concat(), "--insecure");
    }
    let missing = [node.as_slice(), &inside, &["--tls", "no such folder"]].concat();
    refuses(&missing, "no such folder");
}

#[test]
fn a_node_that_cannot_listen_creates_no_ledger() {
    let folder = new_folder("not made");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let node = ["node", "--id", "1", "--cluster", "paxos", "--folder"];
    let folder_name = folder.to_str().unwrap();
    let peers = format!("1={taken}");
    let free = ["--peers", "1=127.0.0.1:0", "--clients"];
    let complaint = "choose other addresses";
    refuses(
        &[node.as_slice(), &[folder_name], &free, &[&taken]].concat(),
        complaint,
    );
    let as_peer = ["--peers", &peers, "--clients", "127.0.0.1:0"];
    refuses(
        &[node.as_slice(), &[folder_name], &as_peer].concat(),
        complaint,
    );
    assert!(!folder.exists());
}

/// The operator must raise the limit; the node says to which number.
#[test]
fn a_node_that_may_open_too_few_files_does_not_start_and_says_how_many_it_needs() {
    let folder = new_folder("too few files");
    let node = synod(&["node", "--id", "1", "--cluster", "paxos", "--folder"]);
    let command = format!(
        "ulimit -n 64; exec '{}' node --id 1 --cluster paxos --peers 1=127.0.0.1:0 \
         --clients 127.0.0.1:0 --folder '{}'",
        node.get_program().to_str().unwrap(),
        folder.display(),
    );
    let output = Command::new("sh").args(["-c", &command]).output().unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{complaint}");
    for part in ["may have 64 files open", "needs 196", "ulimit -n"] {
        assert!(complaint.contains(part), "{part}: {complaint}");
    }
    assert!(!folder.exists());
}

/// The only node of a parliament, and its port for clients.
struct Alone {
    child: Child,
    port: u16,
}

impl Alone {
    fn start(folder: &Path, cluster: &str) -> Self {
        Self::start_with(folder, cluster, &[])
    }

    fn start_with(folder: &Path, cluster: &str, more: &[&str]) -> Self {
        let port = free_port();
        let clients = format!("127.0.0.1:{port}");
        let peers = format!("1=127.0.0.1:{}", free_port());
        let mut command = synod(&["node", "--id", "1", "--cluster", cluster]);
        command.args(["--peers", &peers, "--clients", &clients, "--end-with-input"]);
        command.arg("--folder").arg(folder).args(more);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let said = child.stdout.as_mut().unwrap();
        BufReader::new(said).read_line(&mut line).unwrap();
        assert!(line.contains(&clients), "{line:?}");
        Self { child, port }
    }

    fn ends(mut self) -> Option<i32> {
        drop(self.child.stdin.take());
        let end = Instant::now() + LONG;
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.child.kill().unwrap();
        panic!("the node does not end");
    }
}

/// Sends a command on a new connection. Returns the first line of the reply.
fn ask(port: u16, command: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(LONG))?;
    stream.write_all(format!("{command}\r\n").as_bytes())?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    Ok(line.trim_end().to_owned())
}

#[test]
fn a_ledger_is_used_by_one_node_at_a_time_which_continues_from_it() {
    let folder = new_folder("a ledger");
    let first = Alone::start(&folder, "paxos");
    assert_eq!(ask(first.port, "INCR counter").unwrap(), ":1");
    let folder_name = folder.to_str().unwrap();
    let second = [
        "node",
        "--id",
        "1",
        "--peers",
        "1=127.0.0.1:0",
        "--folder",
        folder_name,
    ];
    let clients = ["--clients", "127.0.0.1:0", "--cluster"];
    refuses(
        &[second.as_slice(), &clients, &["paxos"]].concat(),
        "in use by another process",
    );
    assert_eq!(first.ends(), Some(0));
    refuses(
        &[second.as_slice(), &clients, &["delphi"]].concat(),
        "is the ledger of legislator 1 of 1 in cluster paxos",
    );
    let again = Alone::start(&folder, "paxos");
    assert_eq!(ask(again.port, "INCR counter").unwrap(), ":2");
    assert_eq!(again.ends(), Some(0));
}

#[test]
fn a_node_with_certificates_serves_only_clients_with_a_certificate() {
    let folder = new_folder("a ledger and keys");
    let (keys, ledger) = (folder.join("keys"), folder.join("ledger"));
    let keys = keys.to_str().unwrap();
    let made = run(&["cert", "--cluster", "paxos", "--nodes", "1", "--out", keys]);
    assert_eq!(made.status.code(), Some(0), "{made:?}");
    let node = Alone::start_with(&ledger, "paxos", &["--tls", keys]);
    let address = format!("localhost:{}", node.port);
    let client = ["client", "--address", &address];
    let with = run(&[client.as_slice(), &["--tls", keys, "incr", "counter"]].concat());
    assert_eq!(with.status.code(), Some(0), "{with:?}");
    assert_eq!(String::from_utf8(with.stdout).unwrap(), "1\n");
    let without = run(&[client.as_slice(), &["incr", "counter"]].concat());
    assert_eq!(without.status.code(), Some(1), "{without:?}");
    assert_eq!(node.ends(), Some(0));
}

#[test]
fn a_cluster_with_an_unusable_ledger_names_its_node() {
    let folder = new_folder("a cluster that lost a ledger");
    let place = folder.join("node-2");
    std::fs::create_dir_all(&place).unwrap();
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(&place, open).unwrap();
    std::fs::write(place.join("ledger.redb"), "nonsense").unwrap();
    let from = (23_100 + std::process::id() % 300 * 10).to_string();
    let folder = folder.to_str().unwrap();
    refuses(
        &["cluster", "3", "--ports", &from, "--folder", folder],
        "node 2 does not start",
    );
}

#[test]
fn a_cluster_restarts_a_killed_node_and_loses_nothing() {
    let folder = new_folder("a cluster");
    // Below the ports that the operating system hands out.
    let from = 20_000 + (std::process::id() % 300) as u16 * 10;
    let mut command = synod(&["cluster", "3", "--trace", "--ports", &from.to_string()]);
    command.arg("--folder").arg(&folder);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut cluster = command.spawn().unwrap();
    let mut said = BufReader::new(cluster.stdout.take().unwrap());
    let mut text = String::new();
    while !text.contains("Ctrl-C") {
        assert!(said.read_line(&mut text).unwrap() > 0, "{text}");
    }
    assert_eq!(ask(from + 1, "INCR counter").unwrap(), ":1");
    let row = text
        .lines()
        .find(|line| line.starts_with("     3 "))
        .unwrap();
    let process = row.split_whitespace().nth(1).unwrap();
    let signal = |name: &str, process: &str| {
        let status = Command::new("kill").args([name, process]).status();
        assert!(status.unwrap().success());
    };
    signal("-KILL", process);
    assert_eq!(ask(from + 1, "INCR counter").unwrap(), ":2");
    let text_of_start = std::mem::take(&mut text);
    while !text.contains("node 3 runs again") {
        assert!(said.read_line(&mut text).unwrap() > 0, "{text}");
    }
    let end = Instant::now() + LONG;
    let value = loop {
        match ask(from + 3, "INCR counter") {
            Ok(value) if !value.starts_with("-LOADING") => break value,
            other => assert!(Instant::now() < end, "{other:?}"),
        }
    };
    assert_eq!(value, ":3");
    // A node that is told to end does not end the others.
    let second = text_of_start
        .lines()
        .find(|line| line.starts_with("     2 "))
        .unwrap();
    signal("-TERM", second.split_whitespace().nth(1).unwrap());
    text.clear();
    while !text.contains("node 2 runs again") {
        assert!(said.read_line(&mut text).unwrap() > 0, "{text}");
    }
    assert!(text.contains("node 2 was told to end"), "{text}");
    assert_eq!(ask(from + 1, "INCR counter").unwrap(), ":4");
    let folders = [1, 2, 3].map(|id| folder.join(format!("node-{id}")));
    let audit = |when: &str| {
        let folders = folders.each_ref().map(|folder| folder.to_str().unwrap());
        let output = run(&[["audit"].as_slice(), &folders].concat());
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{when}: {text}");
        assert!(text.contains("holds        Steps of A.1"), "{when}: {text}");
    };
    audit("while it runs");
    signal("-INT", &cluster.id().to_string());
    assert_eq!(cluster.wait().unwrap().code(), Some(0));
    let mut complaints = String::new();
    cluster
        .stderr
        .unwrap()
        .read_to_string(&mut complaints)
        .unwrap();
    assert_eq!(complaints, "");
    audit("afterwards");
}
