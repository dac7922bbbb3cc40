//! A check that was killed continues from its checkpoint.

use crate::command::{self, spec_file, synod, workspace};
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

/// Runs the check again and again, and kills it after a random time, until a run comes to
/// its end. The times influence only the number of kills.
fn killed_until_done(spec: &str) -> (usize, Value) {
    let folder = Folder::new(&spec.replace('/', "-"));
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for kills in 0.. {
        let mut child = check(spec, &folder.0).spawn().unwrap();
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        // The times grow, so that some run ends even on a slow machine.
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
    unreachable!("each run has more time than the one before")
}

#[test]
fn a_run_that_is_killed_again_and_again_has_the_result_of_one_that_is_not() {
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
    let cut = check(spec, &folder.0).args(["--max-states", "9"]).output();
    assert_eq!(cut.unwrap().status.code(), Some(5));
    let [name] = &names(&folder.0)[..] else {
        panic!("there is not exactly one checkpoint");
    };
    assert!(
        name.starts_with("two-ballots-hold-") && name.ends_with(".checkpoint"),
        "{name}"
    );
    let file = folder.0.join(name);
    std::fs::write(&file, "not a checkpoint, but longer than its frame").unwrap();
    let output = check(spec, &folder.0)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(name), "{said}");
    assert!(said.contains("no checkpoint of this version"), "{said}");
    assert!(said.contains("remove it"), "{said}");
    assert!(file.exists());
}

/// A small spec, whose lines the tests replace.
const TWO_DECREES: &str = r#"about    = "A priest who is alone."
protocol = "basic"
priests  = 1
attempts = 2
decrees  = ["a b", "c"]
"#;

/// Stops a check of this text after this many states, which leaves a checkpoint. Returns
/// the path of the spec.
fn stopped_check(text: &str, states: &str, folder: &Folder, name: &str) -> PathBuf {
    let spec = spec_file(name, text);
    let limit = ["--max-states", states];
    let output = check(spec.to_str().unwrap(), &folder.0)
        .args(limit)
        .output();
    assert_eq!(output.unwrap().status.code(), Some(5), "{text}");
    spec
}

#[test]
fn a_checkpoint_of_a_spec_that_was_edited_is_refused_and_the_changed_key_is_named() {
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
    ];
    for (number, (from, to)) in edits.into_iter().enumerate() {
        for states in ["26", "58"] {
            let name = format!("edited-{number}-{states}");
            let folder = Folder::new(&name);
            let spec = stopped_check(TWO_DECREES, states, &folder, &name);
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
fn a_checkpoint_stays_valid_when_only_the_wording_of_its_spec_changes() {
    let edits = [
        ("A priest who is alone.", "Another text, for people."),
        ("attempts = 2\n", "# A comment.\nattempts    = 2\n"),
        (r#"["a b", "c"]"#, r#"[ 'a b' , "c", ]"#),
    ];
    for (number, (from, to)) in edits.into_iter().enumerate() {
        let name = format!("reworded-{number}");
        let folder = Folder::new(&name);
        let spec = stopped_check(TWO_DECREES, "58", &folder, &name);
        std::fs::write(&spec, TWO_DECREES.replace(from, to)).unwrap();
        let output = check(spec.to_str().unwrap(), &folder.0).output().unwrap();
        let result = result(&output.stdout);
        assert_eq!(result["states"], 239, "{to}");
        assert!(result["exploration"]["resumed_at"].is_u64(), "{result}");
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// The flags of a check that leaves a checkpoint.
const CUT: [&str; 4] = ["--max-states", "20", "--checkpoint-every", "0s"];

const ENGINES: [&str; 2] = ["levels", "timely"];

#[test]
fn specs_never_share_a_checkpoint_and_long_paths_are_allowed() {
    let folder = command::Folder::new();
    // The paths of the first two differ only in `/` and `-`; the third is a link.
    folder.write("a/b/spec.toml", TWO_DECREES);
    folder.write("a-b/spec.toml", TWO_DECREES);
    folder.link("link.toml", "a/b/spec.toml");
    let long = format!("{0}/{0}/{1}.toml", "long".repeat(50), "\u{3b1}".repeat(100));
    folder.write(&long, TWO_DECREES);
    for spec in [
        "a/b/spec.toml",
        "a-b/spec.toml",
        "link.toml",
        &long,
        "./a/../a-b/spec.toml",
    ] {
        let arguments = [&["check", spec, "--checkpoint", "points"][..], &CUT].concat();
        let output = folder.synod(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(5), "{spec}");
    }
    let names = names(&folder.path("points"));
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(names.iter().all(|name| name.len() < 200), "{names:?}");
}

#[test]
fn a_check_whose_checkpoints_cannot_be_written_does_not_begin() {
    let folder = command::Folder::new();
    folder.write("spec.toml", TWO_DECREES);
    folder.write("traces", "precious");
    for engine in ENGINES {
        for checkpoints in ["spec.toml", "spec.toml/folder", "/proc/checkpoints"] {
            let arguments = [
                "check",
                "spec.toml",
                "--engine",
                engine,
                "--trace-out",
                "traces",
            ];
            let mut command = folder.synod(&arguments);
            let output = command
                .args(["--checkpoint", checkpoints])
                .output()
                .unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(
                output.status.code(),
                Some(2),
                "{engine}, {checkpoints}: {said}"
            );
            assert!(said.contains("it cannot be written"), "{said}");
            assert!(output.stdout.is_empty());
            assert_eq!(
                std::fs::read_to_string(folder.path("traces")).unwrap(),
                "precious"
            );
        }
    }
}

#[test]
fn a_later_checkpoint_that_cannot_be_written_is_a_warning_and_leaves_nothing() {
    for engine in ENGINES {
        let folder = command::Folder::new();
        let spec = workspace().join("specs/complete/a-crash-and-two-attempts-hold.toml");
        std::fs::copy(spec, folder.path("spec.toml")).unwrap();
        let synod = env!("CARGO_BIN_EXE_synod");
        // The limit is in blocks of 512 bytes: the first checkpoints fit, later ones do not.
        let script = format!(
            "ulimit -f 100; exec {synod} check spec.toml --engine {engine} \
             --checkpoint points --checkpoint-every 0s --format json"
        );
        let mut command = Command::new("sh");
        let output = command
            .args(["-c", &script])
            .current_dir(folder.path(""))
            .output();
        let output = output.unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        if engine == "timely" {
            // The predecessors of states are in a file too, and the engine cannot do
            // without them.
            assert_eq!(output.status.code(), Some(5), "{said}");
        } else {
            assert_eq!(output.status.code(), Some(0), "{said}");
            assert_eq!(result(&output.stdout)["as_expected"], true);
            assert_eq!(names(&folder.path("points")), [""; 0]);
        }
        assert_eq!(
            said.matches("a checkpoint could not be written").count(),
            1,
            "{said}"
        );
        let unfinished = |name: &String| name.contains(".new-");
        assert!(!names(&folder.path("points")).iter().any(unfinished));
    }
}

#[test]
fn files_that_killed_runs_have_left_are_removed_at_the_start() {
    for engine in ENGINES {
        let folder = command::Folder::new();
        folder.write("spec.toml", TWO_DECREES);
        let arguments = [
            "check",
            "spec.toml",
            "--engine",
            engine,
            "--checkpoint",
            "points",
        ];
        let cut = || {
            folder
                .synod(&[&arguments[..], &CUT].concat())
                .output()
                .unwrap()
        };
        assert_eq!(cut().status.code(), Some(5));
        let before = names(&folder.path("points"));
        let (stem, _) = before[0].split_once(".checkpoint").unwrap();
        for end in [
            "new-1",
            "new-4000000000",
            "new-1.9-0-2",
            "run-0123.part-0.trail",
        ] {
            folder.write(&format!("points/{stem}.checkpoint.{end}"), "left");
        }
        let output = folder.synod(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{engine}");
        let after = names(&folder.path("points"));
        let is_left = |name: &String| name.contains(".new-");
        assert!(!after.iter().any(is_left), "{engine}: {after:?}");
        if engine == "timely" {
            assert_eq!(after, [""; 0]);
        }
    }
}
