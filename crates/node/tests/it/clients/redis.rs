//! The tools of Redis, if they are installed.

use super::alone::Alone;
use std::io::Write;
use std::process::{Command, Output, Stdio};

/// Runs a program with some input. `None` if it is not installed and `SYNOD_REDIS_TOOLS` does not
/// require it.
fn run(program: &str, arguments: &[&str], input: &str) -> Option<Output> {
    let started = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(error) if std::env::var_os("SYNOD_REDIS_TOOLS").is_none() => {
            // Written directly, so that it is visible although the test passes.
            let mut terminal = std::io::stderr();
            let missing = "(Debian: apt-get install redis-tools)";
            writeln!(terminal, "left out: {program}: {error} {missing}").unwrap();
            return None;
        }
        Err(error) => panic!("{program}: {error}"),
    };
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    Some(child.wait_with_output().unwrap())
}

/// What redis-cli prints.
fn redis_cli(alone: &Alone, arguments: &[&str], input: &str) -> Option<String> {
    let port = alone.port();
    let all = [&["-p", &port], arguments].concat();
    let output = run("redis-cli", &all, input)?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn redis_cli_is_answered_as_redis_would_answer() {
    let alone = Alone::start();
    for (arguments, printed) in [
        (&["PING"][..], "PONG\n"),
        (&["GET", "k"], "(nil)\n"),
        (&["SET", "k", "a b"], "OK\n"),
        (&["GET", "k"], "\"a b\"\n"),
        (&["SET", "k", "c", "NX"], "(nil)\n"),
        (&["INCR", "n"], "(integer) 1\n"),
        (&["CAS", "n", "1", "7"], "(integer) 1\n"),
        (&["DEL", "k", "n", "m"], "(integer) 2\n"),
        (&["COMMAND", "INFO", "x"], "1) (nil)\n"),
        (
            &["INCRBY", "n", "x"],
            "(error) ERR value is not an integer or out of range\n",
        ),
    ] {
        // What changes something is asked once.
        let versions = match arguments[0] {
            "SET" | "INCR" | "CAS" | "DEL" => &["-2"][..],
            _ => &["-2", "-3"],
        };
        for version in versions {
            let all = [&["--no-raw", *version], arguments].concat();
            let Some(said) = redis_cli(&alone, &all, "") else {
                return;
            };
            assert_eq!(said, printed, "{version} {arguments:?}");
        }
    }
}

#[test]
fn redis_cli_scans_and_sends_many_requests_at_once() {
    let alone = Alone::start();
    let many: Vec<_> = (0..3000).map(|n| format!("SET key:{n} {n}\r\n")).collect();
    let Some(said) = redis_cli(&alone, &["--pipe"], &many.concat()) else {
        return;
    };
    assert!(said.contains("errors: 0, replies: 3000"), "{said}");
    let found = redis_cli(&alone, &["--scan", "--pattern", "key:29??"], "").unwrap();
    assert_eq!(found.lines().count(), 100, "{found}");
    let transaction = "MULTI\nSET t 1\nINCR t\nEXEC\n";
    let said = redis_cli(&alone, &[], transaction).unwrap();
    assert_eq!(said, "OK\nQUEUED\nQUEUED\nOK\n2\n");
}

/// `redis-cli --stat` prints a line a second until it is ended.
#[test]
fn redis_cli_shows_figures_again_and_again() {
    let alone = Alone::start();
    alone.connect().says("SET k v\r\n", "+OK\r\n");
    let port = alone.port();
    let arguments = ["3", "redis-cli", "-p", &port, "--stat"];
    let Some(output) = run("timeout", &arguments, "") else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    let has_keys = |line: &str| line.starts_with("1 ");
    // Without redis-cli, timeout says so on standard error.
    let is_missing = output.stdout.is_empty();
    assert!(is_missing || said.lines().any(has_keys), "{said}");
}

#[test]
fn redis_benchmark_runs_to_its_end() {
    let alone = Alone::start();
    let port = alone.port();
    for pipelined in ["1", "16"] {
        let arguments = [
            "-p",
            &port,
            "-t",
            "ping,set,get,incr,mset",
            // Whole pipelines: redis-benchmark sends no parts of them.
            "-n",
            "800",
            "-c",
            "20",
            "-P",
            pipelined,
            "--csv",
        ];
        let Some(output) = run("redis-benchmark", &arguments, "") else {
            return;
        };
        let said = String::from_utf8_lossy(&output.stdout);
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}{complaints}");
        for test in [
            "PING_INLINE",
            "PING_MBULK",
            "SET",
            "GET",
            "INCR",
            "MSET (10 keys)",
        ] {
            assert!(said.contains(&format!("\"{test}\"")), "{test}: {said}");
        }
        assert!(!complaints.contains("rror"), "{complaints}");
        assert!(!complaints.contains("WARNING"), "{complaints}");
    }
    let Some(said) = redis_cli(&alone, &["GET", "counter:__rand_int__"], "") else {
        return;
    };
    assert_eq!(said, "1600\n");
}
