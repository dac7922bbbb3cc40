//! A run whose process is killed goes on where it was.

use crate::command::{spec_file, synod};
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

/// A small spec, and a line that takes the place of one of its lines.
const TWO_DECREES: &str = r#"about    = "A priest who is alone."
protocol = "basic"
priests  = 1
attempts = 2
decrees  = ["a b", "c"]
"#;

/// Stops a check of this text after so many states and leaves its checkpoint.
fn left_by(text: &str, states: &str, folder: &Folder, name: &str) -> PathBuf {
    let spec = spec_file(name, text);
    let limit = ["--max-states", states];
    let output = check(spec.to_str().unwrap(), &folder.0)
        .args(limit)
        .output();
    assert_eq!(output.unwrap().status.code(), Some(5), "{text}");
    spec
}

#[test]
fn a_checkpoint_of_a_spec_that_was_edited_is_refused_by_the_key_that_changed() {
    let edits = [
        (
            r#"decrees  = ["a b", "c"]"#,
            r#"decrees  = ["a", "b", "c"]"#,
        ),
        (r#"decrees  = ["a b", "c"]"#, r#"decrees  = ["a", "b c"]"#),
        (r#"decrees  = ["a b", "c"]"#, r#"decrees  = ["c", "a b"]"#),
        ("attempts = 2", "attempts = 3"),
        ("attempts = 2", "attempts = 2\ntryers = [1]"),
        ("attempts = 2", "attempts = 2\nquorums = { weights = [2] }"),
        ("attempts = 2", "attempts = 2\nforgetful = true"),
        (
            "attempts = 2",
            "attempts = 2\nmutant = \"MaxVote takes the smallest\"",
        ),
        (r#"protocol = "basic""#, r#"protocol = "preliminary""#),
        (r#"protocol = "basic""#, r#"protocol = "complete""#),
    ];
    for (number, (from, to)) in edits.into_iter().enumerate() {
        for states in ["26", "58"] {
            let name = format!("edited-{number}-{states}");
            let folder = Folder::new(&name);
            let spec = left_by(TWO_DECREES, states, &folder, &name);
            let edited = TWO_DECREES.replace(from, to);
            assert_ne!(edited, TWO_DECREES);
            std::fs::write(&spec, edited).unwrap();
            let mut command = check(spec.to_str().unwrap(), &folder.0);
            let output = command.stderr(Stdio::piped()).output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{to}: {said}");
            let added = to.lines().last().unwrap();
            let key = added.split_whitespace().next().unwrap();
            assert!(said.contains(&format!("`{key}` ")), "{to}: {said}");
            std::fs::write(&spec, TWO_DECREES).unwrap();
            let output = check(spec.to_str().unwrap(), &folder.0).output().unwrap();
            assert_eq!(result(&output.stdout)["states"], 239, "{to}");
        }
    }
}

#[test]
fn a_checkpoint_stays_good_when_only_the_words_of_its_spec_change() {
    let edits = [
        ("A priest who is alone.", "Another text, for people."),
        ("attempts = 2\n", "# A comment.\nattempts    = 2\n"),
        (r#"["a b", "c"]"#, r#"[ 'a b' , "c", ]"#),
    ];
    for (number, (from, to)) in edits.into_iter().enumerate() {
        let name = format!("reworded-{number}");
        let folder = Folder::new(&name);
        let spec = left_by(TWO_DECREES, "58", &folder, &name);
        std::fs::write(&spec, TWO_DECREES.replace(from, to)).unwrap();
        let output = check(spec.to_str().unwrap(), &folder.0).output().unwrap();
        let result = result(&output.stdout);
        assert_eq!(result["states"], 239, "{to}");
        assert!(result["exploration"]["resumed_at"].is_u64(), "{result}");
    }
}
