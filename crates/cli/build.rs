//! Builds the run specs of `specs/` into the program, and says which build it is.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

type Fallible<T> = Result<T, Box<dyn Error>>;

fn main() -> Fallible<()> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let workspace = here.join("../..").canonicalize()?;
    println!("cargo::rerun-if-changed=build.rs");
    embed(&workspace.join("specs"))?;
    let profile = env::var("PROFILE")?;
    println!("cargo::rustc-env=SYNOD_TARGET={}", env::var("TARGET")?);
    println!("cargo::rustc-env=SYNOD_PROFILE={profile}");
    // A build for development is changed too often: it would be compiled anew after
    // every commit, only to say so.
    if profile == "release"
        && let Some(revision) = revision(&here, &workspace)
    {
        println!("cargo::rustc-env=SYNOD_REVISION={revision}");
    }
    Ok(())
}

/// Writes the list of all specs, with their texts, for `src/specs/embedded.rs`.
fn embed(folder: &Path) -> Fallible<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    find(folder, &mut files)?;
    // In the order in which `synod check` takes them from a folder.
    files.sort();
    let mut list = "&[\n".to_owned();
    for file in files {
        let name = file.strip_prefix(folder)?.with_extension("");
        let [name, file] = [name.as_path(), &file].map(Path::to_str);
        let (name, file) = name.zip(file).ok_or("a path is not UTF-8")?;
        writeln!(list, "    ({name:?}, include_str!({file:?})),")?;
    }
    list.push(']');
    let out = PathBuf::from(env::var("OUT_DIR")?);
    Ok(fs::write(out.join("specs.rs"), list)?)
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) -> Fallible<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            files.push(path);
        }
    }
    Ok(())
}

/// The git revision, with "-dirty" if files were changed since. None without git, or
/// where the sources lie in the repository of another project.
fn revision(here: &Path, workspace: &Path) -> Option<String> {
    if git(here, &["rev-parse", "--show-prefix"])? != "crates/cli/" {
        return None;
    }
    for file in ["HEAD", "logs/HEAD"] {
        let path = here.join(git(here, &["rev-parse", "--git-path", file])?);
        // What is not there would count as changed every time.
        if path.exists() {
            println!("cargo::rerun-if-changed={}", path.display());
        }
    }
    for changed in ["crates", "Cargo.toml", "Cargo.lock"] {
        let path = workspace.join(changed);
        println!("cargo::rerun-if-changed={}", path.display());
    }
    let describe = [
        "describe",
        "--always",
        // Whole: an action of GitHub cannot be named by less.
        "--abbrev=40",
        "--exclude=*",
        "--dirty",
    ];
    git(here, &describe)
}

fn git(here: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .current_dir(here)
        .args(arguments)
        .output();
    let output = output.ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.trim_end().to_owned())
}
