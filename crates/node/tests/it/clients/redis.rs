//! The tools of Redis, if they are installed.

use super::alone::Alone;
use std::io::Write;
use std::process::{Command, Output};

/// Runs a program. `None` if it is not installed and `SYNOD_REDIS_TOOLS` does not require it.
fn run(program: &str, arguments: &[&str]) -> Option<Output> {
    match Command::new(program).args(arguments).output() {
        Ok(output) => Some(output),
        Err(error) if std::env::var_os("SYNOD_REDIS_TOOLS").is_none() => {
            // Written directly, so that it is visible although the test passes.
            let mut terminal = std::io::stderr();
            let missing = "(Debian: apt-get install redis-tools)";
            writeln!(terminal, "left out: {program}: {error} {missing}").unwrap();
            None
        }
        Err(error) => panic!("{program}: {error}"),
    }
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
        (&["COMMAND"], "(empty array)\n"),
        (
            &["INCRBY", "n", "x"],
            "(error) ERR value is not an integer or out of range\n",
        ),
    ] {
        let port = alone.port();
        let all = [&["-p", &port, "--no-raw"][..], arguments].concat();
        let Some(output) = run("redis-cli", &all) else {
            return;
        };
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(said, printed, "{arguments:?}");
    }
}

#[test]
fn redis_benchmark_runs_to_its_end() {
    let alone = Alone::start();
    let port = alone.port();
    for pipelined in ["1", "8"] {
        let arguments = [
            "-p",
            &port,
            "-t",
            "ping,set,get,incr",
            "-n",
            "1000",
            "-c",
            "20",
            "-P",
            pipelined,
            "--csv",
        ];
        let Some(output) = run("redis-benchmark", &arguments) else {
            return;
        };
        let said = String::from_utf8_lossy(&output.stdout);
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}{complaints}");
        for test in ["PING_INLINE", "PING_MBULK", "SET", "GET", "INCR"] {
            assert!(said.contains(&format!("\"{test}\"")), "{test}: {said}");
        }
        assert!(!complaints.contains("rror"), "{complaints}");
        assert!(!complaints.contains("WARNING"), "{complaints}");
    }
    let Some(output) = run("redis-cli", &["-p", &port, "GET", "counter:__rand_int__"]) else {
        return;
    };
    assert_eq!(String::from_utf8_lossy(&output.stdout), "2000\n");
}
