//! No command panics if standard output or standard error is full or closed.
#![cfg(target_os = "linux")] // There is a /dev/full.

use crate::command::{ENDLESS, spec_file, synod};
use std::fs::File;
use std::io::{Read, pipe};
use std::process::{Command, Output, Stdio};

const HOLDS: &str = "specs/basic/one-priest-alone-holds.toml";
const OTHER: &str = "specs/preliminary/one-ballot-of-three-priests-holds.toml";

fn full() -> Stdio {
    File::create("/dev/full").unwrap().into()
}

/// A pipe whose reading end is closed.
fn closed() -> Stdio {
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    writer.into()
}

fn status(command: &mut Command) -> Option<i32> {
    command.stdin(Stdio::null()).status().unwrap().code()
}

fn with_output_to(arguments: &[&str], output: Stdio) -> Output {
    let mut command = synod(arguments);
    command.stdin(Stdio::null()).stdout(output);
    let child = command.stderr(Stdio::piped()).spawn().unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn standard_output_that_is_full_is_an_error() {
    let folder = spec_file("certificates-with-full-output", "").with_file_name("made");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    let out = folder.to_str().unwrap();
    let commands: [&[&str]; 7] = [
        &["--help"],
        &["--version"],
        &["check", "--help"],
        &["completions", "zsh"],
        &["check", HOLDS],
        &["check", HOLDS, "--format", "junit"],
        &["cert", "--cluster", "paxos", "--nodes", "1", "--out", out],
    ];
    for arguments in commands {
        let output = with_output_to(arguments, full());
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(
            complaint.contains("standard output: No space left"),
            "{arguments:?}: {complaint}"
        );
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn a_pipe_that_is_closed_ends_a_command_quietly() {
    let commands: [(&[&str], i32); 5] = [
        (&["--help"], 0),
        (&["completions", "zsh"], 0),
        (&["check", HOLDS], 0),
        // The specs after the first are not run.
        (&["check", HOLDS, OTHER], 5),
        (&["check", HOLDS, OTHER, "--format", "json"], 5),
    ];
    for (arguments, status) in commands {
        let output = with_output_to(arguments, closed());
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(complaint, "", "{arguments:?}");
        assert_eq!(output.status.code(), Some(status), "{arguments:?}");
    }
}

#[test]
fn standard_error_that_cannot_be_written_changes_no_status() {
    let folder = spec_file("unheard", ENDLESS);
    let absent = folder.with_file_name("absent.toml");
    let absent = absent.to_str().unwrap();
    let commands: [&[&str]; 6] = [
        &["check", absent],
        &["check", "--colour"],
        &["explore", absent],
        &["audit", absent],
        &["client", "--address", "nowhere", "ping"],
        &["node", "--id", "1"],
    ];
    for arguments in commands {
        for error in [full(), closed()] {
            let status = status(synod(arguments).stdout(Stdio::null()).stderr(error));
            assert_eq!(status, Some(2), "{arguments:?}");
        }
    }
}

#[test]
fn a_progress_line_that_cannot_be_written_does_not_end_a_run() {
    let endless = spec_file("in-silence", ENDLESS);
    let path = endless.to_str().unwrap();
    // Without a terminal, the first progress line comes after 10.5 seconds.
    let mut command = synod(&["check", path, "--threads", "1", "--timeout", "11s"]);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(full())
        .spawn()
        .unwrap();
    let mut said = String::new();
    let output = child.stdout.as_mut().unwrap();
    output.read_to_string(&mut said).unwrap();
    assert!(said.contains("time limit of 11 s reached"), "{said}");
    assert_eq!(child.wait().unwrap().code(), Some(5));
}
