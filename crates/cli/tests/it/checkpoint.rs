//! A run whose process is killed goes on where it was.

use crate::command::synod;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("synod-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn check(spec: &str, folder: &Path) -> Command {
    let folder = folder.to_str().unwrap();
    let every = ["--checkpoint-every", "0s", "--format", "json"];
    let mut command = synod(&["check", spec, "--checkpoint", folder]);
    command
        .args(every)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

fn result(output: &[u8]) -> Value {
    serde_json::from_slice(output).unwrap()
}

/// Kills the run after a time that differs from life to life, until one comes
/// to an end. Times decide how often it is killed, and nothing else.
fn killed_until_done(spec: &str) -> (usize, Value) {
    let folder = Folder::new(&spec.replace('/', "-"));
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for kills in 0.. {
        let mut child = check(spec, &folder.0).spawn().unwrap();
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        // Longer and longer, so that it ends on the slowest machine.
        let longest = 50 + 20 * kills as u64;
        let patience = Duration::from_millis((random >> 33) % longest);
        std::thread::sleep(patience);
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap(); // SIGKILL.
        }
        let output = child.wait_with_output().unwrap();
        if output.status.success() {
            return (kills, result(&output.stdout));
        }
    }
    unreachable!("it is killed later and later")
}

#[test]
fn a_run_that_is_killed_again_and_again_ends_like_one_that_never_was() {
    let mut all_kills = 0;
    for spec in [
        "specs/basic/two-of-three-priests-competing-hold.toml",
        "specs/complete/a-crash-and-two-attempts-hold.toml",
        "specs/preliminary/weighted-quorums-hold.toml",
        "specs/paxos/three-ballots-hold.toml",
    ] {
        let (kills, result) = killed_until_done(spec);
        all_kills += kills;
        assert_eq!(result["as_expected"], true, "{spec}: {result}");
        let whole = synod(&["check", spec, "--format", "json"])
            .output()
            .unwrap();
        let whole = self::result(&whole.stdout);
        for field in ["states", "generated", "depth", "verdict", "properties"] {
            assert_eq!(result[field], whole[field], "{spec}: {field}");
        }
        let (a, b) = (&result["exploration"], &whole["exploration"]);
        assert_eq!(a["levels"], b["levels"]);
        assert_eq!(a["branching"], b["branching"]);
    }
    assert!(all_kills > 10, "{all_kills}");
}

#[test]
fn a_checkpoint_that_cannot_be_used_is_bad_input_and_stays() {
    let folder = Folder::new("unusable");
    let spec = "specs/paxos/two-ballots-hold.toml";
    std::fs::create_dir_all(&folder.0).unwrap();
    let file = folder
        .0
        .join("specs-paxos-two-ballots-hold-toml.checkpoint");
    std::fs::write(&file, "not a checkpoint, but longer than its frame").unwrap();
    let output = check(spec, &folder.0)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("specs-paxos-two-ballots-hold-toml.checkpoint"),
        "{said}"
    );
    assert!(said.contains("no checkpoint of this version"), "{said}");
    assert!(said.contains("remove it"), "{said}");
    assert!(file.exists());
}
