//! The help, the manual pages and the version.

use crate::command::{Folder, run};

/// The verbs in the list of the help.
fn verbs() -> Vec<String> {
    let help = run(&["help"]);
    let help = String::from_utf8(help.stdout).unwrap();
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands = commands.take_while(|line| !line.is_empty());
    // A line that continues another one is indented further.
    let commands = commands.filter_map(|line| line.strip_prefix("  "));
    let commands = commands.filter(|line| !line.starts_with(' '));
    let verbs = commands.filter_map(|line| line.split_whitespace().next());
    verbs
        .filter(|verb| *verb != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
fn all_help_fits_into_80_columns_and_no_command_in_it_is_broken() {
    let verbs = verbs();
    assert!(verbs.len() > 10, "{verbs:?}");
    for verb in verbs.iter().map(String::as_str).chain([""]) {
        for help in ["-h", "--help"] {
            let arguments: Vec<_> = [verb, help]
                .into_iter()
                .filter(|it| !it.is_empty())
                .collect();
            let output = run(&arguments);
            let text = String::from_utf8(output.stdout).unwrap();
            assert!(!text.is_empty(), "{verb}");
            for line in text.lines() {
                assert!(line.chars().count() <= 80, "{verb} {help}: {line}");
                assert!(line.matches('`').count() % 2 == 0, "{verb} {help}: {line}");
            }
        }
    }
}

#[test]
fn there_is_a_manual_page_for_each_verb() {
    let folder = Folder::new();
    let output = folder.synod(&["man", "pages"]).output().unwrap();
    assert!(output.status.success());
    let pages = verbs()
        .into_iter()
        .map(|verb| format!("pages/synod-{verb}.1"));
    for page in pages.chain(["pages/synod.1".to_owned()]) {
        let text = folder.read(&page);
        for part in [".TH synod", ".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION"] {
            assert!(text.contains(part), "{page}: {part}");
        }
    }
    let check = folder.read("pages/synod-check.1");
    assert!(
        check.contains(".SH EXAMPLES\n.nf\n\\&  synod check\n"),
        "{check}"
    );
    assert!(check.contains(".SH EXIT STATUS\n"), "{check}");
}

#[test]
fn the_long_version_names_build_and_engines_and_the_short_one_does_not() {
    let of = |option| String::from_utf8(run(&[option]).stdout).unwrap();
    let version = concat!("synod ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(of("-V"), version);
    let long = of("--version");
    assert!(long.starts_with(version), "{long}");
    for part in ["build: ", "engines: levels (default), timely, ", "specs: "] {
        assert!(long.contains(part), "{long}");
    }
}
