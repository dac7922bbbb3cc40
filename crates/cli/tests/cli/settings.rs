//! The options of a node from a file and from the environment.

use crate::command::Folder;

/// A file that has everything that a node needs.
const WHOLE: &str = "\
cluster = \"demo\"
folder = \"ledger\"
id = 1
presence = \"50ms\"
trace = true

[peers]
1 = \"127.0.0.1:7501\"
2 = \"127.0.0.1:7502\"
3 = \"127.0.0.1:7503\"
";

/// The messages of `synod node --check-config` about a configuration file with this text, and its exit
/// status.
fn said(file: &str, more: &[&str], variables: &[(&str, &str)]) -> (String, Option<i32>) {
    let folder = Folder::new();
    folder.write("node.toml", file);
    let arguments = [&["node", "--config", "node.toml", "--check-config"], more].concat();
    let output = folder
        .synod(&arguments)
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert!(!folder.path("ledger").exists(), "no ledger is made");
    (String::from_utf8(said).unwrap(), output.status.code())
}

#[test]
fn a_file_has_all_options_and_what_is_nearer_goes_before_it() {
    let (heard, status) = said(WHOLE, &[], &[]);
    let expected = "The configuration of node.toml can be used: node 1 of 3, cluster demo, clients at \
                    127.0.0.1:7379\n";
    assert_eq!((heard.as_str(), status), (expected, Some(0)));
    let variables = [("SYNOD_NODE_ID", "2"), ("SYNOD_NODE_CLUSTER", "other")];
    let (heard, status) = said(WHOLE, &["--id", "3"], &variables);
    assert!(heard.contains("node 3 of 3, cluster other"), "{heard}");
    assert_eq!(status, Some(0));
}

#[test]
fn what_is_wrong_in_a_file_is_shown_where_it_stands() {
    for (line, place, why) in [
        (
            "presense = \"1s\"\n",
            "node.toml:1:1",
            "there is no option `presense`",
        ),
        (
            "presence = \"soon\"\n",
            "node.toml:1:1",
            "`presence` cannot be \"soon\"",
        ),
        (
            "\ntrace = 1\n",
            "node.toml:2:1",
            "`trace` is on or off, and not \"1\"",
        ),
        (
            "config = \"other.toml\"\n",
            "node.toml:1:1",
            "a file cannot name another one",
        ),
        ("id = [\n", "node.toml:1:7", "unclosed array"),
    ] {
        let (heard, status) = said(line, &[], &[]);
        assert!(heard.contains(place), "{line}: {heard}");
        assert!(heard.contains(why), "{line}: {heard}");
        assert_eq!(status, Some(2), "{heard}");
    }
}

#[test]
fn what_is_missing_or_does_not_fit_together_is_refused() {
    let (heard, status) = said("id = 1\n", &[], &[]);
    assert!(heard.contains("--cluster <NAME>"), "{heard}");
    assert_eq!(status, Some(2));
    let late = WHOLE.replace("50ms", "10s");
    let (heard, status) = said(&late, &[], &[]);
    assert!(
        heard.contains("--absence is not longer than --presence"),
        "{heard}"
    );
    assert_eq!(status, Some(2));
    for (port, why) in [
        ("7502", "127.0.0.1:7502 twice"),
        ("0", "cannot reach 127.0.0.1:0"),
    ] {
        let peers = WHOLE.replace("7503", port);
        let (heard, status) = said(&peers, &[], &[]);
        assert!(heard.contains(why), "{heard}");
        assert_eq!(status, Some(2));
    }
    let (heard, status) = said(WHOLE, &["--tls", "absent"], &[]);
    assert!(heard.contains("absent"), "{heard}");
    assert_eq!(status, Some(2));
}
