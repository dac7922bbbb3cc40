//! `synod check --watch` checks again when a spec changes.
#![cfg(unix)]

use crate::command::{Folder, SMALL, synod};
use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, ChildStdout, Command, Stdio};

/// A check that watches, and what it writes.
struct Watching {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Watching {
    fn begin(mut command: Command) -> Self {
        let command = command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// Waits for a line that contains this.
    fn says(&mut self, part: &str) {
        let mut lines = self.lines.by_ref().map(Result::unwrap);
        assert!(lines.any(|line| line.contains(part)), "{part}");
    }

    /// The exit status after Ctrl-C.
    fn end(mut self) -> Option<i32> {
        let process = self.child.id().to_string();
        let interrupt = Command::new("kill").args(["-INT", &process]).status();
        assert!(interrupt.unwrap().success());
        self.child.wait().unwrap().code()
    }
}

fn expecting(text: &str) -> String {
    format!("{SMALL}\n[expect]\n{text}\n")
}

#[test]
fn a_changed_and_a_new_spec_are_checked_and_ctrl_c_ends_with_the_status_of_the_last_run() {
    let folder = Folder::new();
    folder.write("specs/one.toml", expecting("verdict = \"holds\""));
    let mut watching = Watching::begin(folder.synod(&["check", "--watch", "--quiet"]));
    watching.says("1 holds; ");
    folder.write(
        "specs/one.toml",
        expecting("verdict = \"holds\"\nstates = 1"),
    );
    watching.says("distinct states: 13, expected 1");
    folder.write("specs/two.toml", expecting("verdict = \"holds\""));
    watching.says("1 not as expected; 1 holds; ");
    assert_eq!(watching.end(), Some(1));
}

#[test]
fn a_file_that_is_no_spec_any_more_does_not_end_the_watch() {
    let folder = Folder::new();
    folder.write("specs/one.toml", expecting("verdict = \"holds\""));
    folder.write("specs/two.toml", expecting("verdict = \"holds\""));
    let mut watching = Watching::begin(folder.synod(&["check", "--watch"]));
    watching.says("2 hold; ");
    folder.write("specs/two.toml", "nothing");
    watching.says("1 not checked; ");
    folder.write("specs/two.toml", expecting("verdict = \"holds\""));
    watching.says("2 hold; ");
    assert_eq!(watching.end(), Some(0));
}

#[test]
fn a_program_that_was_built_anew_goes_on_in_the_place_of_the_old_one() {
    let folder = Folder::new();
    folder.write("specs/one.toml", expecting("verdict = \"holds\""));
    fs::copy(env!("CARGO_BIN_EXE_synod"), folder.path("synod")).unwrap();
    let mut command = Command::new(folder.path("synod"));
    command.args(["check", "--watch", "--quiet"]);
    command.current_dir(folder.path("."));
    command.envs(
        synod(&[])
            .get_envs()
            .filter_map(|(key, value)| Some((key, value?))),
    );
    let mut watching = Watching::begin(command);
    watching.says("1 holds; ");
    let new = folder.write("new", "#!/bin/sh\necho \"the new program: $*\"\n");
    fs::set_permissions(&new, fs::Permissions::from_mode(0o755)).unwrap();
    fs::rename(new, folder.path("synod")).unwrap();
    watching.says("the new program: check --watch --quiet");
    assert_eq!(watching.child.wait().unwrap().code(), Some(0));
}
