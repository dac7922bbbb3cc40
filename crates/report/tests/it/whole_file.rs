//! A file is written whole or not at all.

use std::fs;
use std::io::{Read, pipe};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use synod_report::WholeFile;
use tempfile::tempdir;

fn files(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap();
    let names = names.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

#[test]
fn a_file_is_as_it_was_until_it_is_written_and_nothing_lies_beside_it() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("report");
    fs::write(&path, "old").unwrap();
    let file = WholeFile::prepare(&path).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    assert_eq!(files(folder.path()), ["report"]);
    file.write(b"new").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    assert_eq!(files(folder.path()), ["report"]);
}

#[test]
fn a_new_file_has_the_permissions_of_any_new_file_and_an_old_one_keeps_its_own() {
    let folder = tempdir().unwrap();
    let path = |name| folder.path().join(name);
    let mode = |name| path(name).metadata().unwrap().permissions().mode() & 0o777;
    fs::write(path("any"), "").unwrap();
    WholeFile::prepare(&path("new"))
        .unwrap()
        .write(b"new")
        .unwrap();
    assert_eq!(mode("new"), mode("any"));
    fs::set_permissions(path("any"), fs::Permissions::from_mode(0o640)).unwrap();
    WholeFile::prepare(&path("any"))
        .unwrap()
        .write(b"new")
        .unwrap();
    assert_eq!(mode("any"), 0o640);
}

#[test]
fn a_link_stays_and_the_file_that_it_leads_to_is_written() {
    let folder = tempdir().unwrap();
    let path = |name| folder.path().join(name);
    fs::create_dir(path("there")).unwrap();
    for target in ["there/old", "there/new"] {
        fs::write(path("there/old"), "old").unwrap();
        let _ = fs::remove_file(path("link"));
        symlink(target, path("link")).unwrap();
        WholeFile::prepare(&path("link"))
            .unwrap()
            .write(b"written")
            .unwrap();
        assert!(path("link").is_symlink());
        assert_eq!(fs::read_to_string(path(target)).unwrap(), "written");
    }
    symlink("round", path("round")).unwrap();
    assert!(WholeFile::prepare(&path("round")).is_err());
}

#[test]
fn a_pipe_is_written_directly() {
    let (mut reader, writer) = pipe().unwrap();
    let path = format!("/proc/self/fd/{}", writer.as_raw_fd());
    let file = WholeFile::prepare(Path::new(&path)).unwrap();
    file.write(b"a report").unwrap();
    // Whoever reads has the end when nobody can write any more.
    drop((file, writer));
    let mut text = String::new();
    reader.read_to_string(&mut text).unwrap();
    assert_eq!(text, "a report");
    WholeFile::prepare(Path::new("/dev/null"))
        .unwrap()
        .write(b"a report")
        .unwrap();
}

#[test]
fn a_path_that_cannot_be_written_is_an_error_before_anything_is_written() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let long = "n".repeat(300);
    for path in ["", "folder/", "none/file", "file/file", ".", "..", &long] {
        let path = folder.path().join(path);
        assert!(WholeFile::prepare(&path).is_err(), "{}", path.display());
    }
    assert!(WholeFile::prepare(Path::new("/proc/report")).is_err());
    assert_eq!(files(folder.path()), ["file"]);
}

#[test]
fn a_text_is_added_to_a_file_with_what_is_there() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("summary");
    for _ in 0..2 {
        WholeFile::prepare_to_append(&path)
            .unwrap()
            .write(b"more\n")
            .unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), "more\nmore\n");
}
