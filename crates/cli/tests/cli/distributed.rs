//! Checks by several processes: they have the result of a check by one process, and if
//! one of them is lost, the check is inconclusive.

use crate::command::{ENDLESS, json, spec_file, synod};
use serde_json::Value;
use std::ffi::{OsStr, OsString};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A group of processes, with a folder that has their hosts file and is removed at the
/// end of the test.
struct Group {
    folder: PathBuf,
    ports: Vec<u16>,
}

impl Group {
    fn new(name: &str, processes: usize) -> Self {
        let folder = std::env::temp_dir().join(format!("synod-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let group = Self {
            folder,
            ports: free_ports(processes),
        };
        let lines = group.ports.iter().map(|port| format!("127.0.0.1:{port}\n"));
        std::fs::write(group.hosts(), lines.collect::<String>()).unwrap();
        group
    }

    fn hosts(&self) -> PathBuf {
        self.folder.join("hosts")
    }

    /// The folder of the checkpoints of [`Group::checkpointed`].
    fn checkpoints(&self) -> PathBuf {
        self.folder.join("checkpoints")
    }

    /// Arguments for a check that writes a checkpoint at every level.
    fn checkpointed(&self, more: &[&str]) -> Vec<OsString> {
        let more = more.iter().map(OsString::from);
        let flags = ["--checkpoint-every", "0s", "--checkpoint"].map(OsString::from);
        let folder = [self.checkpoints().into_os_string()];
        more.chain(flags).chain(folder).collect()
    }

    /// The command of one of the processes, with further arguments.
    fn process(&self, process: usize, arguments: &[impl AsRef<OsStr>]) -> Command {
        let mut command = synod(&["check", "--engine", "timely", "--format", "json"]);
        command.arg("--hosts").arg(self.hosts());
        command.arg("--process").arg(process.to_string());
        command.args(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn spawn(&self, arguments: &[impl AsRef<OsStr>]) -> Vec<Child> {
        let processes = 0..self.ports.len();
        let children = processes.map(|process| self.process(process, arguments).spawn().unwrap());
        children.collect()
    }

    /// Starts all processes, and waits for their ends.
    fn run(&self, arguments: &[impl AsRef<OsStr>]) -> Vec<Output> {
        let children = self.spawn(arguments).into_iter();
        children
            .map(|child| child.wait_with_output().unwrap())
            .collect()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn free_ports(count: usize) -> Vec<u16> {
    let listeners: Vec<_> = (0..count)
        .map(|_| TcpListener::bind("127.0.0.1:0").unwrap())
        .collect();
    let ports = listeners.iter().map(|l| l.local_addr().unwrap().port());
    ports.collect()
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The part of a result that must be the same for every engine.
fn essence(line: &Value) -> Value {
    let mut essence = serde_json::Map::new();
    for field in [
        "spec",
        "verdict",
        "as_expected",
        "states",
        "generated",
        "depth",
        "properties",
        "reason",
    ] {
        essence.insert(field.to_owned(), line[field].clone());
    }
    for field in ["levels", "branching"] {
        essence.insert(field.to_owned(), line["exploration"][field].clone());
    }
    let found = &line["counterexample"];
    essence.insert("length".to_owned(), found["length"].clone());
    essence.insert("property".to_owned(), found["property"].clone());
    if let Some(steps) = found["steps"].as_array() {
        assert_eq!(found["length"], steps.len() - 1);
    }
    essence.into()
}

const SPECS: [&str; 7] = [
    "specs/preliminary/two-competing-priests-hold.toml",
    "specs/basic/two-competing-priests-hold.toml",
    "specs/basic/mutants/ignoring-prevVotes-breaks-Consistency.toml",
    "specs/complete/a-crash-at-any-point-is-harmless.toml",
    "specs/complete/mutants/a-vote-counted-twice-breaks-Consistency.toml",
    "specs/parliament/mutants/filling-a-gap-with-a-new-decree-breaks-Ordering.toml",
    "specs/paxos/two-ballots-hold.toml",
];

/// The results of a single process, with the engine `levels`.
fn found_by_one(paths: &[&str]) -> Vec<Value> {
    let (found, _) = json(&[&["check"], paths].concat());
    found.iter().map(essence).collect()
}

#[test]
fn three_processes_of_two_workers_have_the_result_of_one_process_for_every_spec() {
    let expected = found_by_one(&["specs"]);
    assert!(expected.len() > 100, "{}", expected.len());
    let outputs = Group::new("every", 3).run(&["--workers", "2", "specs"]);
    for output in &outputs {
        assert_eq!(output.status.code(), Some(0), "{}", said(output));
    }
    let found: Vec<_> = lines(&outputs[0]).iter().map(essence).collect();
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected);
    }
}

#[test]
fn two_and_three_processes_have_the_result_of_one_process() {
    let expected = found_by_one(&SPECS);
    for processes in [2, 3] {
        for workers in ["1", "2"] {
            let group = Group::new(&format!("equal-{processes}-{workers}"), processes);
            let arguments = [&["--workers", workers], &SPECS[..]].concat();
            let outputs = group.run(&arguments);
            for (process, output) in outputs.iter().enumerate() {
                assert_eq!(output.status.code(), Some(0), "{}", said(output));
                assert_eq!(output.stdout.is_empty(), process > 0);
            }
            let found = lines(&outputs[0]);
            let spread = &found[1]["exploration"]["distribution"];
            assert_eq!(spread["processes"], processes);
            assert!(spread["bytes_abroad"].as_u64().unwrap() > 0);
            let found: Vec<_> = found.iter().map(essence).collect();
            assert_eq!(found, expected);
            let aside = said(&outputs[1]);
            assert_eq!(aside.lines().count(), SPECS.len(), "{aside}");
            assert!(aside.contains("states here of 2,259"), "{aside}");
        }
    }
}

/// Waits until there is a checkpoint of at least this depth.
fn wait_for_depth(folder: &Path, depth: u32) {
    let begun = Instant::now();
    loop {
        let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let depths = files.filter_map(|file| {
            let name = file.file_name().into_string().unwrap();
            let (_, depth) = name.split_once(".depth-")?;
            depth.split('.').next()?.parse::<u32>().ok()
        });
        if depths.max() >= Some(depth) {
            return;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(120),
            "there is no checkpoint of depth {depth} after 120 s"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn if_a_process_is_killed_the_others_end_soon_and_name_it() {
    let spec = spec_file("distributed", ENDLESS);
    let group = Group::new("killed", 3);
    let checkpoints = group.checkpoints();
    let arguments = group.checkpointed(&[spec.to_str().unwrap()]);
    let mut children = group.spawn(&arguments);
    wait_for_depth(&checkpoints, 6);
    let mut killed = children.remove(1);
    killed.kill().unwrap(); // SIGKILL.
    killed.wait().unwrap();
    let at = Instant::now();
    let outputs: Vec<_> = children
        .into_iter()
        .map(|child| child.wait_with_output().unwrap())
        .collect();
    // The others end because of the lost connection, before any timeout.
    assert!(at.elapsed() < Duration::from_secs(20), "{:?}", at.elapsed());
    let host = format!("process 1 at 127.0.0.1:{}", group.ports[1]);
    for output in &outputs {
        assert_eq!(output.status.code(), Some(5), "{}", said(output));
    }
    let line = &lines(&outputs[0])[0];
    assert_eq!(
        (&line["verdict"], &line["as_expected"]),
        (&"inconclusive".into(), &Value::Null)
    );
    let reason = line["reason"].as_str().unwrap();
    assert!(
        reason.contains("lost the connection") && reason.contains(&host),
        "{reason}"
    );
    let properties = line["properties"].as_array().unwrap();
    assert!(
        properties
            .iter()
            .all(|property| property["verdict"] == "inconclusive")
    );
    assert!(said(&outputs[1]).contains(&host), "{}", said(&outputs[1]));
}

fn signal(child: &Child, signal: &str) {
    let process = child.id().to_string();
    let status = Command::new("kill").args([signal, &process]).status();
    assert!(status.unwrap().success());
}

#[test]
fn a_process_that_hangs_is_not_waited_for_when_the_check_is_stopped() {
    let spec = spec_file("hanging", ENDLESS);
    let group = Group::new("hanging", 2);
    let checkpoints = group.checkpoints();
    let arguments = group.checkpointed(&[spec.to_str().unwrap(), "--connect-timeout", "8s"]);
    let mut children = group.spawn(&arguments);
    wait_for_depth(&checkpoints, 4);
    let hanging = children.remove(1);
    signal(&hanging, "-STOP");
    signal(&children[0], "-INT");
    let output = children.remove(0).wait_with_output().unwrap();
    let line = &lines(&output)[0];
    assert_eq!(output.status.code(), Some(5), "{}", said(&output));
    assert_eq!(line["verdict"], "inconclusive");
    assert_eq!(
        line["reason"],
        format!(
            "interrupted; process 1 at 127.0.0.1:{} did not answer in 8 s",
            group.ports[1]
        )
    );
    assert!(line["states"].as_u64() > Some(0), "{line}");
    signal(&hanging, "-CONT");
    let output = hanging.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(5), "{}", said(&output));
    // It learns of the end by a message or by the closed connection, whichever comes first.
    assert!(said(&output).contains("process 0"), "{}", said(&output));
}

/// Leaves a file like that of a process that ends while it writes its part of a checkpoint.
fn leave_unfinished(checkpoints: &Path) {
    let files = std::fs::read_dir(checkpoints).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut ends = names.filter_map(|name| Some(name.split_once(".depth-")?.0.to_owned()));
    let unfinished = format!("{}.new-1.9-0-2", ends.next().unwrap());
    std::fs::write(checkpoints.join(unfinished), "half of it").unwrap();
}

#[test]
fn a_check_continues_with_another_number_of_processes() {
    for spec in [
        "specs/basic/two-of-three-priests-competing-hold.toml",
        "specs/complete/a-crash-and-two-presidents-of-three-hold.toml",
    ] {
        let (expected, _) = json(&["check", spec]);
        let first = Group::new("first", 2);
        let checkpoints = first.checkpoints();
        let arguments = first.checkpointed(&[spec]);
        let mut children = first.spawn(&arguments);
        wait_for_depth(&checkpoints, 9);
        for child in &mut children {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        leave_unfinished(&checkpoints);
        let second = Group::new("second", 3);
        let outputs = second.run(&arguments);
        assert_eq!(outputs[0].status.code(), Some(0), "{}", said(&outputs[0]));
        let line = &lines(&outputs[0])[0];
        assert!(
            line["exploration"]["resumed_at"].as_u64() >= Some(8),
            "{line}"
        );
        assert_eq!(essence(line), essence(&expected[0]));
        let left = std::fs::read_dir(&checkpoints).unwrap().count();
        assert_eq!(left, 0, "checkpoints are left although the check is done");
    }
}

#[test]
fn a_process_that_cannot_be_reached_in_time_is_named() {
    let group = Group::new("alone", 2);
    let patience = ["--connect-timeout", "1s"];
    let arguments = [&patience[..], &SPECS[..2]].concat();
    for (process, other) in [(0, 1), (1, 0)] {
        let begun = Instant::now();
        let output = group.process(process, &arguments).output().unwrap();
        assert!(begun.elapsed() < Duration::from_secs(20));
        assert_eq!(output.status.code(), Some(5));
        let host = format!("127.0.0.1:{}", group.ports[other]);
        let told = said(&output) + &String::from_utf8(output.stdout).unwrap();
        assert!(
            told.contains(&format!("no connection with {host}")),
            "{told}"
        );
        assert!(told.contains("gave up after 1 s"), "{told}");
        // For the second spec, the processes are not awaited again.
        assert_eq!(told.matches("not run").count(), 2, "{told}");
    }
}

/// A timeout that is longer than a test may take.
const FOR_LONG: [&str; 2] = ["--connect-timeout", "1h"];

#[test]
fn the_time_limit_holds_while_other_processes_are_awaited() {
    let group = Group::new("awaited", 2);
    let arguments = [&FOR_LONG[..], &["--timeout", "200ms"], &SPECS[..2]].concat();
    for process in [0, 1] {
        let output = group.process(process, &arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(5), "{}", said(&output));
        let told = said(&output) + &String::from_utf8(output.stdout).unwrap();
        assert!(told.contains("time limit of 0.2 s reached"), "{told}");
        assert!(
            told.contains(&group.ports[1 - process].to_string()),
            "{told}"
        );
        // The second spec is not run, because the other processes could not know which spec
        // this one is at.
        assert_eq!(told.matches("not run").count(), 2, "{told}");
    }
}

#[test]
fn a_process_that_accepts_connections_and_sends_nothing_does_not_delay_an_interruption() {
    let group = Group::new("silent", 2);
    let silent = TcpListener::bind(("127.0.0.1", group.ports[0])).unwrap();
    let arguments = [&FOR_LONG[..], &[SPECS[0]]].concat();
    let child = group.process(1, &arguments).spawn().unwrap();
    let (mut stream, _) = silent.accept().unwrap();
    // The process has sent its hello, or is about to.
    stream.read_exact(&mut [0; 8]).unwrap();
    signal(&child, "-INT");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(5));
    let told = said(&output);
    assert!(told.contains("sends no handshake; interrupted"), "{told}");
}

/// A connection to a process from a program that is not one of its group.
fn stranger(port: u16) -> TcpStream {
    let begun = Instant::now();
    loop {
        if let Ok(stream) = TcpStream::connect(("127.0.0.1", port)) {
            return stream;
        }
        assert!(begun.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_stranger_that_sends_single_bytes_slowly_does_not_delay_a_time_limit() {
    let group = Group::new("dripping", 2);
    let arguments = [&FOR_LONG[..], &["--timeout", "1s", SPECS[0]]].concat();
    let child = group.process(0, &arguments).spawn().unwrap();
    let mut stream = stranger(group.ports[0]);
    let strange = std::thread::spawn(move || {
        // The bytes begin like a hello, and never end.
        let bytes = b"synodtd\x04".iter().chain(std::iter::repeat(&0));
        for byte in bytes {
            if stream.write_all(&[*byte]).is_err() {
                return;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    });
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(5));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("time limit of 1 s reached"), "{told}");
    strange.join().unwrap();
}

#[test]
fn strangers_that_send_nothing_do_not_keep_a_process_from_connecting() {
    let group = Group::new("strangers", 2);
    let begun = Instant::now();
    let arguments = [&FOR_LONG[..], &[SPECS[0]]].concat();
    let first = group.process(0, &arguments).spawn().unwrap();
    // More connections than are read at the same time.
    let strangers: Vec<_> = (0..80).map(|_| stranger(group.ports[0])).collect();
    let second = group.process(1, &arguments).output().unwrap();
    let first = first.wait_with_output().unwrap();
    for output in [first, second] {
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    }
    // The timeouts of the strangers do not add up.
    assert!(begun.elapsed() < Duration::from_secs(120));
    drop(strangers);
}

#[test]
fn timeouts_may_be_longer_than_the_clock_can_represent() {
    let group = Group::new("patient", 2);
    let patience = ["--connect-timeout", "500000000000years"];
    let arguments = [&patience[..], &[SPECS[0]]].concat();
    for output in group.run(&arguments) {
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    }
    let arguments = [&arguments[..], &["--timeout", "0s"]].concat();
    for process in [0, 1] {
        let output = group.process(process, &arguments).output().unwrap();
        let told = said(&output) + &String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(5), "{told}");
        assert!(told.contains("time limit of 0 s reached"), "{told}");
    }
}

#[test]
fn processes_that_check_different_things_refuse_each_other() {
    for (theirs, why) in [
        (
            &["--seed", "1", SPECS[0]][..],
            "it checks something else: seed 1, here 0",
        ),
        (&[SPECS[1]][..], "it checks something else: `"),
        (&["--workers", "2", SPECS[0]][..], "it has 2 workers, not 1"),
    ] {
        let group = Group::new("different", 2);
        let theirs = group.process(1, theirs).spawn().unwrap();
        let output = group.process(0, &[SPECS[0]]).output().unwrap();
        let theirs = theirs.wait_with_output().unwrap();
        // This is bad input, like a checkpoint of another check.
        assert_eq!(
            (output.status.code(), theirs.status.code()),
            (Some(2), Some(2))
        );
        for (output, other) in [(&output, 1), (&theirs, 0)] {
            let told = said(output);
            assert!(told.contains("error: no connection with"), "{told}");
            assert!(told.contains(&group.ports[other].to_string()), "{told}");
        }
        let line = &lines(&output)[0];
        assert_eq!(line["verdict"], "error");
        let told = line["reason"].as_str().unwrap();
        assert!(told.contains(why), "{told}");
        assert!(told.contains(&group.ports[1].to_string()), "{told}");
    }
}

#[test]
fn a_stranger_that_sends_something_else_does_no_harm() {
    let group = Group::new("stranger", 2);
    let port = group.ports[0];
    let first = group.process(0, &[SPECS[0]]).spawn().unwrap();
    let strangers = std::thread::spawn(move || {
        for said in [&b"GET / HTTP/1.1\r\n\r\n"[..], b"", b"synodtd"] {
            let _ = stranger(port).write_all(said);
        }
    });
    strangers.join().unwrap();
    let second = group.process(1, &[SPECS[0]]).output().unwrap();
    assert_eq!(second.status.code(), Some(0), "{}", said(&second));
    let first = first.wait_with_output().unwrap();
    assert_eq!(first.status.code(), Some(0), "{}", said(&first));
}

#[test]
fn one_process_that_is_interrupted_ends_all() {
    let spec = spec_file("distributed-interrupted", ENDLESS);
    let group = Group::new("interrupted", 2);
    let checkpoints = group.checkpoints();
    let arguments = group.checkpointed(&[spec.to_str().unwrap(), SPECS[0]]);
    let children = group.spawn(&arguments);
    wait_for_depth(&checkpoints, 5);
    signal(&children[1], "-INT");
    let outputs = children
        .into_iter()
        .map(|child| child.wait_with_output().unwrap());
    let outputs: Vec<_> = outputs.collect();
    assert!(outputs.iter().all(|output| output.status.code() == Some(5)));
    let found = lines(&outputs[0]);
    assert_eq!(found[0]["reason"], "process 1 has stopped: interrupted");
    let second = found[1]["reason"].as_str().unwrap();
    assert!(second.contains("process 1 has stopped"), "{second}");
}

#[test]
fn invalid_arguments_are_refused_before_any_check() {
    let group = Group::new("refused", 2);
    let hosts = group.hosts();
    let hosts = hosts.to_str().unwrap();
    let wrong = group.folder.join("wrong");
    std::fs::write(&wrong, "127.0.0.1:4000\nhttp://example.org\n").unwrap();
    let wrong = wrong.to_str().unwrap();
    let taken = TcpListener::bind(("127.0.0.1", group.ports[0])).unwrap();
    for (arguments, expected) in [
        (&["--hosts", hosts][..], "--process"),
        (&["--process", "0"][..], "--hosts"),
        (&["--hosts", hosts, "--process", "2"][..], "from 0 to 1"),
        (
            &["--hosts", hosts, "--process", "0"][..],
            "cannot listen at 127.0.0.1",
        ),
        (&["--hosts", wrong, "--process", "0"][..], "line 2"),
        (&["--hosts", "nowhere", "--process", "0"][..], "nowhere"),
        (&["--threads", "2"][..], "--workers"),
        (
            &["--engine", "levels", "--workers", "2"][..],
            "--engine timely",
        ),
    ] {
        let mut command = synod(&["check", SPECS[0]]);
        if !arguments.contains(&"--engine") {
            command.args(["--engine", "timely"]);
        }
        let output = command.args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(said(&output).contains(expected), "{}", said(&output));
        assert!(output.stdout.is_empty());
    }
    drop(taken);
}
