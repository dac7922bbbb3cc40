//! Runs `synod`.

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

/// A spec whose space is far too large to be explored in a test.
pub const ENDLESS: &str = r#"
about    = "More states than anybody waits for."
protocol = "basic"
priests  = 3
attempts = 1
decrees  = ["a", "b"]
"#;
