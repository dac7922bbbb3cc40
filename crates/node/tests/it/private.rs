//! `synod_node::private`: a node's folder is not used through symbolic links.

use crate::common::identity;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use synod_node::ledger::{DiskLedger, FILE, JOURNAL, accept_loss};
use synod_node::ledger_identity::LedgerId;
use tempfile::TempDir;

fn open(folder: &Path) -> Result<(), String> {
    let opened = DiskLedger::open(folder, &identity(0, 1));
    opened.map(drop).map_err(|error| error.to_string())
}

#[test]
fn a_folder_that_is_a_link_is_refused() {
    let folder = TempDir::new().unwrap();
    let (real, link) = (folder.path().join("real"), folder.path().join("link"));
    open(&real).unwrap();
    symlink(&real, &link).unwrap();
    for link in [link.clone(), link.join(""), link.join(".")] {
        let error = open(&link).unwrap_err();
        assert!(error.contains("link is a symbolic link"), "{error}");
    }
    let error = accept_loss(&link, &identity(0, 1), LedgerId(7)).unwrap_err();
    let error = error.to_string();
    assert!(error.contains("link is a symbolic link"), "{error}");
    open(&real).unwrap();
    // A link to a path that does not exist is refused too.
    symlink(
        folder.path().join("nowhere"),
        folder.path().join("dangling"),
    )
    .unwrap();
    let error = open(&folder.path().join("dangling")).unwrap_err();
    assert!(error.contains("dangling is a symbolic link"), "{error}");
}

/// To open a pipe would wait for ever.
#[test]
fn a_folder_with_a_pipe_in_place_of_a_file_is_refused() {
    let folder = TempDir::new().unwrap();
    let (real, journal) = (
        folder.path().join("real"),
        folder.path().join("real").join(JOURNAL),
    );
    open(&real).unwrap();
    fs::remove_file(&journal).unwrap();
    mkfifo(&journal, Mode::S_IRUSR | Mode::S_IWUSR).unwrap();
    let error = open(&real).unwrap_err();
    assert!(error.contains("is a pipe or a device"), "{error}");
}

#[test]
fn a_folder_that_contains_a_link_is_refused() {
    let folder = TempDir::new().unwrap();
    let (real, other) = (folder.path().join("real"), folder.path().join("other"));
    open(&other).unwrap();
    for name in [
        FILE,
        "ledger.unfinished",
        "ledger.socket",
        "synod",
        "trace.jsonl",
    ] {
        open(&real).unwrap();
        let place = real.join(name);
        if place.exists() {
            fs::remove_file(&place).unwrap();
        }
        symlink(other.join(FILE), &place).unwrap();
        let error = open(&real).unwrap_err();
        assert!(
            error.contains(&format!("{name} is a symbolic link")),
            "{error}"
        );
        fs::remove_dir_all(&real).unwrap();
    }
    open(&other).unwrap();
}
