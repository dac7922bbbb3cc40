//! The things that lib.rs calls absent are absent.

use std::fs;
use std::path::{Path, PathBuf};

/// Everything that the crate uses of the standard library.
const USED: [&str; 12] = [
    "std::collections::BTreeMap;",
    "std::collections::BTreeSet;",
    "std::collections::VecDeque;",
    "std::collections::{BTreeMap, BTreeSet};",
    "std::collections::{BTreeMap, VecDeque};",
    "std::fmt",
    "std::hash::Hash;",
    "std::hash::{Hash, Hasher};",
    "std::mem::take(",
    "std::ops::Bound;",
    "std::str::from_utf8(",
    "std::sync::Arc;",
];

/// Words of clocks, I/O, randomness (a hash table has a random order), threads, and code that depends on
/// how it is built.
const ABSENT: [&str; 20] = [
    "core::",
    "alloc::",
    "Instant",
    "SystemTime",
    "HashMap",
    "HashSet",
    "RandomState",
    "rand::",
    "Mutex",
    "Atomic",
    "thread_local",
    "static mut",
    "extern ",
    "async ",
    "unsafe ",
    "print!",
    "println!",
    "dbg!",
    "cfg(",
    "cfg!(",
];

fn crate_root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let found = entries.flat_map(|path| {
        if path.is_dir() {
            sources(&path)
        } else {
            vec![path]
        }
    });
    found.collect()
}

/// Each line of code under src/ with its place, without comments.
fn code() -> Vec<(String, String)> {
    let mut lines = Vec::new();
    for path in sources(&crate_root().join("src")) {
        let text = fs::read_to_string(&path).unwrap();
        for (position, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            lines.push((
                format!("{}:{}", path.display(), position + 1),
                code.to_owned(),
            ));
        }
    }
    lines
}

#[test]
fn the_search_sees_the_code() {
    let code = code();
    assert!(code.len() > 500);
    assert!(code.iter().any(|(_, line)| line.contains("std::sync::Arc")));
}

#[test]
fn no_clocks_no_io_no_randomness_no_threads() {
    for (place, line) in code() {
        let found = ABSENT.iter().find(|&&word| line.contains(word));
        assert_eq!(found, None, "{place}: {line}");
    }
}

#[test]
fn the_standard_library_is_used_for_containers_hashing_and_text_only() {
    for (place, line) in code() {
        for (start, _) in line.match_indices("std::") {
            let path = &line[start..];
            let known = USED.iter().any(|used| path.starts_with(used));
            assert!(known, "{place}: {path}");
        }
    }
}

/// The lines of a table of the manifest that are not blank.
fn manifest_table(name: &str) -> Vec<String> {
    let manifest = fs::read_to_string(crate_root().join("Cargo.toml")).unwrap();
    let lines = manifest.lines().map(str::trim);
    let table = lines
        .skip_while(|line| *line != format!("[{name}]"))
        .skip(1);
    let table = table.take_while(|line| !line.starts_with('['));
    table
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_crate_links_only_the_ground_floors_and_a_map_whose_clones_share_their_nodes() {
    assert_eq!(
        manifest_table("dependencies"),
        [
            "imbl.workspace = true",
            "synod-math.workspace = true",
            "synod-paper.workspace = true",
            "synod-process.workspace = true"
        ]
    );
}

/// The code is the same however it is built.
#[test]
fn there_are_no_features_and_no_build_script() {
    let manifest = fs::read_to_string(crate_root().join("Cargo.toml")).unwrap();
    let tables = manifest.lines().filter(|line| line.starts_with('['));
    let expected = [
        "[package]",
        "[lib]",
        "[lints]",
        "[dependencies]",
        "[dev-dependencies]",
    ];
    assert!(tables.eq(expected));
    assert!(!crate_root().join("build.rs").exists());
}
