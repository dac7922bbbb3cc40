//! What `ARCHITECTURE.md` says is absent stays absent.

use crate::command::workspace;
use std::collections::BTreeSet;

/// Which crates of the workspace a crate uses, tests left aside.
fn uses(krate: &str) -> BTreeSet<String> {
    dependencies(krate)
        .into_iter()
        .filter_map(|name| name.strip_prefix("synod-").map(str::to_owned))
        .collect()
}

fn manifest(krate: &str) -> toml::Table {
    let path = workspace().join("crates").join(krate).join("Cargo.toml");
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

/// The folders of all crates.
fn crates() -> Vec<String> {
    let folders = std::fs::read_dir(workspace().join("crates")).unwrap();
    let names = folders.map(|folder| folder.unwrap().file_name());
    names.map(|name| name.into_string().unwrap()).collect()
}

fn dependencies(krate: &str) -> BTreeSet<String> {
    let manifest = manifest(krate);
    let dependencies = manifest.get("dependencies").and_then(toml::Value::as_table);
    dependencies.map_or_else(BTreeSet::new, |table| table.keys().cloned().collect())
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(ToString::to_string).collect()
}

#[test]
fn the_arrows_between_the_crates_are_those_of_the_code_map() {
    let arrows = [
        ("math", set(&[])),
        ("process", set(&[])),
        ("paper", set(&["math"])),
        ("protocol", set(&["math", "process"])),
        ("vocabulary", set(&[])),
        ("world", set(&["process", "vocabulary"])),
        (
            "models",
            set(&[
                "math",
                "paper",
                "process",
                "protocol",
                "vocabulary",
                "world",
            ]),
        ),
        (
            "specs",
            set(&["math", "models", "protocol", "vocabulary", "world"]),
        ),
        ("checker", set(&["vocabulary"])),
        ("distributed", set(&["checker"])),
        ("report", set(&["checker", "terminal", "vocabulary"])),
        ("explorer", set(&["terminal", "vocabulary"])),
        ("trace", set(&["math", "protocol"])),
        (
            "node",
            set(&["math", "process", "protocol", "resp", "trace"]),
        ),
        (
            "audit",
            set(&["math", "node", "paper", "protocol", "trace"]),
        ),
        ("resp", set(&[])),
        ("terminal", set(&[])),
        ("bench", set(&["resp", "specs", "terminal"])),
        ("trials", set(&["resp", "terminal"])),
        (
            "twins",
            set(&[
                "math",
                "protocol",
                "models",
                "specs",
                "terminal",
                "vocabulary",
            ]),
        ),
        (
            "cli",
            set(&[
                "audit",
                "checker",
                "distributed",
                "explorer",
                "math",
                "node",
                "protocol",
                "report",
                "resp",
                "specs",
                "terminal",
                "trace",
            ]),
        ),
    ];
    let mapped: BTreeSet<_> = arrows
        .iter()
        .map(|(krate, _)| (*krate).to_owned())
        .collect();
    assert_eq!(crates().into_iter().collect::<BTreeSet<_>>(), mapped);
    for (krate, used) in arrows {
        assert_eq!(uses(krate), used, "{krate}");
    }
}

#[test]
fn the_ground_depends_on_nothing_and_paper_and_protocol_on_the_ground_only() {
    assert_eq!(dependencies("math"), set(&[]));
    assert_eq!(dependencies("process"), set(&[]));
    assert_eq!(dependencies("paper"), set(&["synod-math"]));
    assert_eq!(
        dependencies("protocol"),
        set(&["synod-math", "synod-process"])
    );
}

#[test]
fn the_checker_knows_nothing_of_paxos_and_its_engines_in_other_crates_nothing_more() {
    assert_eq!(uses("checker"), set(&["vocabulary"]));
    assert_eq!(uses("distributed"), set(&["checker"]));
    for name in dependencies("vocabulary") {
        assert!(!name.starts_with("synod"), "{name}");
    }
}

#[test]
fn the_checker_does_without_a_network() {
    for name in ["timely", "socket2"] {
        assert!(!dependencies("checker").contains(name), "{name}");
    }
}

#[test]
fn every_crate_obeys_the_lints_of_the_workspace() {
    for krate in crates() {
        let lints = &manifest(&krate)["lints"]["workspace"];
        assert_eq!(lints.as_bool(), Some(true), "{krate}");
    }
}

#[test]
fn cargo_run_is_synod_though_there_are_other_programs() {
    let named: Vec<_> = crates()
        .iter()
        .filter_map(|krate| manifest(krate)["package"].get("default-run").cloned())
        .collect();
    assert_eq!(named, [toml::Value::from("synod")]);
}
