//! The crates depend on each other only as `ARCHITECTURE.md` says.

use crate::command::workspace;
use std::collections::BTreeSet;
use std::path::Path;

/// The crates of the workspace that a crate uses outside tests.
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

/// A row of the table "Floors" of `ARCHITECTURE.md`.
struct Row {
    floor: u32,
    krate: String,
    uses: BTreeSet<String>,
}

/// The rows of that table.
fn floors() -> Vec<Row> {
    let text = std::fs::read_to_string(workspace().join("ARCHITECTURE.md")).unwrap();
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let ["", floor, krate, uses, ""] = cells[..] else {
            return None;
        };
        let uses = uses.split(", ").filter(|name| !name.is_empty());
        Some(Row {
            floor: floor.parse().ok()?,
            krate: krate.to_owned(),
            uses: uses.map(str::to_owned).collect(),
        })
    });
    rows.collect()
}

#[test]
fn the_crates_use_each_other_as_the_table_of_floors_says() {
    let rows = floors();
    let named: BTreeSet<_> = rows.iter().map(|row| row.krate.clone()).collect();
    assert_eq!(named, crates().into_iter().collect());
    for row in rows {
        assert_eq!(uses(&row.krate), row.uses, "{}", row.krate);
    }
}

#[test]
fn a_crate_uses_only_crates_of_lower_floors() {
    let rows = floors();
    for Row { floor, krate, uses } in &rows {
        let used = rows.iter().filter(|row| uses.contains(&row.krate));
        for lower in used {
            assert!(lower.floor < *floor, "{krate} uses {}", lower.krate);
        }
    }
}

#[test]
fn architecture_md_has_a_section_on_each_crate_that_says_what_is_absent() {
    let text = std::fs::read_to_string(workspace().join("ARCHITECTURE.md")).unwrap();
    for krate in crates() {
        let section = text.split(&format!("\n### {krate}\n")).nth(1);
        let section = section.unwrap_or_else(|| panic!("{krate} has no section"));
        let section = section.split("\n#").next().unwrap();
        assert!(section.contains("Absent:"), "{krate}");
    }
}

#[test]
fn math_and_process_depend_on_nothing_and_protocol_on_them_paper_and_a_map_only() {
    assert_eq!(dependencies("math"), set(&[]));
    assert_eq!(dependencies("process"), set(&[]));
    assert_eq!(dependencies("paper"), set(&["synod-math"]));
    assert_eq!(
        dependencies("protocol"),
        set(&["imbl", "synod-math", "synod-paper", "synod-process"])
    );
}

#[test]
fn the_checker_and_its_distributed_engine_do_not_depend_on_paxos() {
    assert_eq!(uses("checker"), set(&["vocabulary"]));
    assert_eq!(uses("distributed"), set(&["checker"]));
    for name in dependencies("vocabulary") {
        assert!(!name.starts_with("synod"), "{name}");
    }
}

#[test]
fn the_checker_does_not_depend_on_a_network() {
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
fn cargo_run_runs_synod_and_not_another_program() {
    let named: Vec<_> = crates()
        .iter()
        .filter_map(|krate| manifest(krate)["package"].get("default-run").cloned())
        .collect();
    assert_eq!(named, [toml::Value::from("synod")]);
}

/// `test = false` saves a second build of a library, and would silently leave out
/// unit tests.
#[test]
fn a_library_has_unit_tests_exactly_if_cargo_runs_them() {
    for krate in crates() {
        let sources = workspace().join("crates").join(&krate).join("src");
        if !sources.join("lib.rs").exists() {
            continue;
        }
        let library = manifest(&krate).get("lib").cloned();
        let runs = library.is_none_or(|library| library["test"].as_bool().unwrap());
        assert_eq!(has_unit_tests(&sources), runs, "{krate}");
    }
}

fn has_unit_tests(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).any(|path| {
        if path.is_dir() {
            return has_unit_tests(&path);
        }
        let text = std::fs::read_to_string(&path).unwrap();
        text.lines()
            .any(|line| ["#[test]", "#[tokio::test]"].contains(&line.trim()))
    })
}
