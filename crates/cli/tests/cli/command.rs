//! Helpers that run `synod`, and folders and specs for tests.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The folder of the workspace.
pub fn workspace() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    root.unwrap().to_owned()
}

/// `synod`, to be run in the folder of the workspace.
pub fn synod(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_synod"));
    command.current_dir(workspace()).args(arguments);
    // The durations of tests must not enter the user's record of durations.
    command.env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"));
    command
}

pub fn run(arguments: &[&str]) -> Output {
    synod(arguments).output().unwrap()
}

/// The objects of the lines that `--format json` writes, and the exit status.
pub fn json(arguments: &[&str]) -> (Vec<Value>, i32) {
    let output = run(&[arguments, &["--format", "json"]].concat());
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    (lines.collect(), output.status.code().unwrap())
}

/// A new folder for a test, and a run spec in it.
pub fn spec_file(folder: &str, text: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("spec.toml");
    std::fs::write(&file, text).unwrap();
    file
}

/// A spec whose state space is far too large to be explored in a test.
pub const ENDLESS: &str = r#"
about    = "More states than a test can explore."
protocol = "basic"
priests  = 3
attempts = 1
decrees  = ["a", "b"]
"#;

/// A folder for one test, empty at first and removed at its end.
pub struct Folder(tempfile::TempDir);

/// A spec whose exploration takes no time.
pub const SMALL: &str = r#"
about    = "One priest."
protocol = "basic"
priests  = 1
attempts = 1
decrees  = ["a"]
"#;

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// The text of a file.
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, and the folders around it.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Makes a symbolic link.
    pub fn link(&self, name: &str, to: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(to, &path).unwrap();
        path
    }

    /// `synod`, to be run in this folder.
    pub fn synod(&self, arguments: &[&str]) -> Command {
        let mut command = synod(arguments);
        command.current_dir(self.0.path());
        command
    }

    /// Runs a command with `--format json` in this folder. Returns the objects with the
    /// names of their specs, the exit status, and the text on standard error.
    pub fn json(&self, arguments: &[&str]) -> (Vec<(String, Value)>, i32, String) {
        let arguments = [arguments, &["--format", "json"]].concat();
        let output = self.synod(&arguments).output().unwrap();
        let lines = String::from_utf8(output.stdout).unwrap();
        let lines = lines.lines().map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            (line["spec"].as_str().unwrap().to_owned(), line)
        });
        let said = String::from_utf8(output.stderr).unwrap();
        (lines.collect(), output.status.code().unwrap(), said)
    }
}
