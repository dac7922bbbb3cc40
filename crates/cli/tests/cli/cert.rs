//! `synod cert`.

use crate::command::run;
use std::path::Path;

fn cert(folder: &Path, more: &[&str]) -> (Option<i32>, String, String) {
    let folder = folder.to_str().unwrap();
    let output = run(&[&["cert", "--nodes", "3", "--out", folder], more].concat());
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn certificates_are_made_and_not_overwritten() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("certificates");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    let arguments = ["--cluster", "paxos", "--host", "example.org"];
    let (status, said, complaints) = cert(&folder, &arguments);
    assert_eq!((status, complaints.as_str()), (Some(0), ""));
    assert!(said.starts_with("Certificates of cluster paxos, valid for 825 days"));
    assert!(said.contains("redis-cli --tls --cacert"), "{said}");
    let mut names: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let expected = ["authority", "client", "node-1", "node-2", "node-3"];
    let expected = expected.map(|name| [format!("{name}.crt"), format!("{name}.key")]);
    assert_eq!(names, expected.concat());
    let (status, _, complaints) = cert(&folder, &arguments);
    assert_eq!(status, Some(2));
    assert!(
        complaints.contains("nothing is overwritten"),
        "{complaints}"
    );
}

#[test]
fn invalid_arguments_are_refused_and_leave_no_files() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no certificates");
    for (arguments, complaint) in [
        (["--cluster", "Paxos!"].as_slice(), "1 to 63 of a-z"),
        (&["--cluster", "paxos", "--host", "no host"], "no host name"),
    ] {
        let (status, _, complaints) = cert(&folder, arguments);
        assert_eq!(status, Some(2));
        assert!(complaints.contains(complaint), "{complaints}");
        assert!(!folder.exists());
    }
}

#[test]
fn certificates_that_cannot_all_be_written_are_not_written_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let synod = env!("CARGO_BIN_EXE_synod");
    // A key fits into a file of 512 bytes, a certificate does not.
    let script = format!("ulimit -f 1; exec {synod} cert --cluster a --nodes 1 --out .");
    let mut command = std::process::Command::new("sh");
    let output = command
        .args(["-c", &script])
        .current_dir(&folder)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
}
