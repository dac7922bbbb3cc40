//! Clients of Redis in other languages, unmodified, if `scripts/clients` has installed them.

use super::alone::Alone;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where `scripts/clients` installs them.
fn installed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/clients")
}

/// Runs one of the scripts in `libraries` against a node. It is left out if what it needs is missing.
fn run(program: &Path, needs: &str, script: &str) {
    let installed = installed();
    if !installed.join(needs).exists() {
        // Written directly, so that it is visible although the test passes.
        let mut terminal = std::io::stderr();
        writeln!(
            terminal,
            "left out: {script}: scripts/clients installs what it needs"
        )
        .unwrap();
        return;
    }
    let alone = Alone::start();
    alone.preside();
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/clients/libraries");
    let output = Command::new(program)
        .arg(scripts.join(script))
        .arg(alone.port())
        .env("NODE_PATH", installed.join("node_modules"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}: {said}{complaints}");
    assert_eq!(said, "done\n", "{script}: {complaints}");
}

#[test]
fn redis_py_is_served() {
    let python = installed().join("python/bin/python");
    run(&python, "python/bin/python", "redis_py.py");
}

#[test]
fn node_redis_is_served() {
    run(Path::new("node"), "node_modules/redis", "node_redis.cjs");
}

#[test]
fn ioredis_is_served() {
    run(Path::new("node"), "node_modules/ioredis", "ioredis.cjs");
}

#[test]
fn redis_rs_is_served() {
    use redis::Commands;
    let alone = Alone::start();
    alone.preside();
    for version in ["resp2", "resp3"] {
        let url = format!("redis://{}/?protocol={version}", alone.address());
        let mut client = redis::Client::open(url).unwrap().get_connection().unwrap();
        let () = client.set("k", 41).unwrap();
        let sum: i64 = client.incr("k", 1).unwrap();
        assert_eq!(sum, 42);
        let absent: Option<String> = client.get("absent").unwrap();
        assert_eq!(absent, None);
        let (set, got): (String, i64) = redis::pipe()
            .atomic()
            .set("k", 7)
            .get("k")
            .query(&mut client)
            .unwrap();
        assert_eq!((set.as_str(), got), ("OK", 7));
        let numbers: Vec<i64> = redis::pipe()
            .incr("k", 1)
            .incr("k", 1)
            .query(&mut client)
            .unwrap();
        assert_eq!(numbers, [8, 9]);
        let keys: Vec<String> = client
            .scan_match("k*")
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert_eq!(keys, ["k"]);
    }
}
