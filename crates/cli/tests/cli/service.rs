//! A node as a service: what it tells systemd, its log in JSON, and the files of `deploy/`.

use crate::command::{run, synod};
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// Far longer than any operation of these tests takes.
const LONG: Duration = Duration::from_secs(60);

fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    root.unwrap().to_owned()
}

/// A node that is alone in its parliament.
fn node(folder: &Path) -> Command {
    let mut command = synod(&["node"]);
    command
        .args(["--id", "1", "--cluster", "alone", "--end-with-input"])
        .args(["--peers", "1=127.0.0.1:0", "--listen", "127.0.0.1:0"])
        .args(["--clients", "127.0.0.1:0", "--folder"])
        .arg(folder.join("ledger"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Waits until the node has said that it runs.
fn wait(child: &mut Child) {
    let mut line = String::new();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    lines.read_line(&mut line).unwrap();
    assert!(line.starts_with("legislator 1 of 1"), "{line}");
}

#[test]
fn systemd_is_told_that_the_node_is_ready_and_that_it_ends() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(LONG)).unwrap();
    let mut child = node(folder.path())
        .env("NOTIFY_SOCKET", &path)
        .spawn()
        .unwrap();
    let hears = |expected: &str| {
        let mut bytes = [0; 256];
        let count = socket.recv(&mut bytes).unwrap();
        let heard = std::str::from_utf8(&bytes[..count]).unwrap();
        assert_eq!(heard.trim_end(), expected);
    };
    hears("READY=1");
    wait(&mut child);
    drop(child.stdin.take());
    hears("STOPPING=1");
    assert!(child.wait().unwrap().success());
}

#[test]
fn the_log_can_be_json_with_a_level() {
    let folder = TempDir::new().unwrap();
    // A peer that is not there is worth a line.
    let log = |level: &str| {
        let mut child = node(folder.path())
            .args(["--log-format", "json", "--log-level", level])
            .env("NOTIFY_SOCKET", folder.path().join("nobody listens"))
            .spawn()
            .unwrap();
        wait(&mut child);
        drop(child.stdin.take());
        let output = child.wait_with_output().unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    let warned = log("warn");
    let line = warned.lines().next().unwrap();
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["level"], "WARN");
    let message = line["message"].as_str().unwrap();
    assert!(
        message.starts_with("systemd could not be told"),
        "{message}"
    );
    assert!(line["timestamp"].is_string());
    assert_eq!(log("error"), "");
}

/// The configuration that goes with the unit is one, but for the certificates, which are not there.
#[test]
fn the_configuration_of_the_unit_can_be_read() {
    let file = root().join("deploy/node.toml");
    let arguments = ["node", "--config", file.to_str().unwrap(), "--check-config"];
    let output = run(&arguments);
    let complaints = String::from_utf8(output.stderr).unwrap();
    assert!(
        complaints.contains("/etc/synod/keys/authority.crt"),
        "{complaints}"
    );
    let text = fs::read_to_string(file).unwrap();
    let text = text.replace("tls = \"/etc/synod/keys\"\n", "insecure = true\n");
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("node.toml");
    fs::write(&file, text).unwrap();
    let output = run(&["node", "--config", file.to_str().unwrap(), "--check-config"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.contains("can be used: node 1 of 3, cluster demo"),
        "{said}"
    );
}

#[test]
fn the_unit_starts_a_command_that_there_is() {
    let unit = fs::read_to_string(root().join("deploy/synod.service")).unwrap();
    let starts = unit
        .lines()
        .filter_map(|line| line.strip_prefix("ExecStart"));
    let options: Vec<_> = starts
        .flat_map(str::split_whitespace)
        .filter(|word| word.starts_with("--"))
        .collect();
    assert_eq!(options, ["--config", "--check-config", "--config"]);
    assert!(unit.contains("Type=notify"));
    // The node exits with 2 if its options or its ledger are wrong: a restart does not help.
    assert!(unit.contains("RestartPreventExitStatus=2"));
}
