//! No output overwrites an input, by whatever name the output file is given.

use crate::command::{Folder, SMALL};
use std::fs::{File, hard_link, read_to_string};
use std::process::{Command, Stdio};

/// Asserts that the command is refused for this reason.
fn refused(mut command: Command, reason: &str) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains(reason), "{said}");
}

/// A folder with specs, a hosts file and a checkpoint.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("specs/spec.toml", SMALL);
    folder.write("specs/broken.toml", "not a spec");
    folder.write("hosts", "127.0.0.1:1\n");
    folder.write("points/spec-1.checkpoint", "a checkpoint");
    folder.link("link", "specs/spec.toml");
    hard_link(folder.path("hosts"), folder.path("hard")).unwrap();
    folder
}

fn assert_unchanged(folder: &Folder) {
    let read = |name: &str| read_to_string(folder.path(name)).unwrap();
    assert_eq!(read("specs/spec.toml"), SMALL);
    assert_eq!(read("specs/broken.toml"), "not a spec");
    assert_eq!(read("hosts"), "127.0.0.1:1\n");
    assert_eq!(read("points/spec-1.checkpoint"), "a checkpoint");
}

#[test]
fn counterexamples_are_never_written_into_a_file_that_is_read() {
    let folder = folder();
    let timely = ["--engine", "timely", "--hosts", "hosts", "--process", "0"];
    for (file, more) in [
        ("specs/spec.toml", &[][..]),
        ("specs/broken.toml", &[]),
        ("specs/../specs/./spec.toml", &[]),
        ("link", &[]),
        ("hosts", &timely),
        ("hard", &timely),
        ("points/spec-1.checkpoint", &["--checkpoint", "points"]),
    ] {
        let report = format!("html={file}");
        for written in [["--trace-out", file], ["--report", &report]] {
            let arguments = [&["check", "specs"], &written[..], more].concat();
            refused(folder.synod(&arguments), "is the same file as");
            assert_unchanged(&folder);
        }
    }
    let arguments = ["check", "specs", "--checkpoint", "points", "--trace-out"];
    let arguments = [&arguments[..], &["points/another.checkpoint"]].concat();
    refused(folder.synod(&arguments), "with the name of a checkpoint");
    assert!(!folder.path("points/another.checkpoint").exists());
}

#[test]
fn results_are_never_written_into_a_file_that_is_read() {
    let folder = folder();
    let spec = || {
        File::options()
            .append(true)
            .open(folder.path("specs/spec.toml"))
            .unwrap()
    };
    let mut command = folder.synod(&["check", "specs"]);
    refused_with_output(&mut command, spec());
    assert_unchanged(&folder);
    // Nor are counterexamples written into the file of the results.
    let results = File::create(folder.path("results")).unwrap();
    let mut command = folder.synod(&["check", "link", "--trace-out", "results"]);
    refused_with_output(&mut command, results);
}

fn refused_with_output(command: &mut Command, output: File) {
    let done = command
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(Stdio::piped());
    let done = done.spawn().unwrap().wait_with_output().unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(2), "{said}");
    assert!(said.contains("is the same file as"), "{said}");
}

#[test]
fn devices_and_new_files_may_be_written_to() {
    let folder = folder();
    for file in ["/dev/null", "/dev/stdout", "traces"] {
        let output = folder
            .synod(&["check", "link", "--trace-out", file])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{file}");
    }
}

#[test]
fn an_audit_does_not_write_into_the_trace_that_it_reads() {
    let folder = Folder::new();
    folder.write("node/trace.jsonl", "a trace\n");
    folder.write("other", "a trace\n");
    for (read, arguments) in [
        ("node/trace.jsonl", &["audit", "node"][..]),
        ("other", &["audit", "node", "--trace", "other"]),
    ] {
        let output = File::options()
            .append(true)
            .open(folder.path(read))
            .unwrap();
        refused_with_output(&mut folder.synod(arguments), output);
        assert_eq!(read_to_string(folder.path(read)).unwrap(), "a trace\n");
    }
}

#[test]
fn a_client_does_not_write_into_the_file_that_it_reads() {
    let folder = Folder::new();
    let file = folder.write("commands", "PING\n");
    let open = || File::options().read(true).append(true).open(&file).unwrap();
    let mut command = folder.synod(&["client", "--address", "127.0.0.1:1"]);
    let output = command.stdin(open()).stdout(open()).output();
    assert_eq!(output.unwrap().status.code(), Some(2));
    assert_eq!(read_to_string(&file).unwrap(), "PING\n");
}
