//! The specs of the project have the results that they expect, and cover every mutant.

use crate::command::{json, workspace};
use std::collections::BTreeSet;
use std::path::Path;
use synod_specs::{Expect, PROTOCOLS, RunSpec, Size, parse};

fn all_specs(folder: &Path, specs: &mut Vec<(String, RunSpec)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all_specs(&path, specs);
        } else {
            let text = std::fs::read_to_string(&path).unwrap();
            let spec = parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            specs.push((path.display().to_string(), spec));
        }
    }
}

fn specs() -> Vec<(String, RunSpec)> {
    let mut specs = Vec::new();
    all_specs(&workspace().join("specs"), &mut specs);
    specs
}

#[test]
fn every_small_spec_has_the_result_that_it_expects() {
    let (lines, status) = json(&["check"]);
    for line in &lines {
        assert_eq!(
            line["as_expected"], true,
            "{}: {}",
            line["spec"], line["differences"]
        );
    }
    let small = specs()
        .iter()
        .filter(|(_, spec)| spec.size == Size::Small)
        .count();
    assert_eq!((lines.len(), status), (small, 0));
}

#[test]
fn every_spec_expects_exact_figures() {
    for (path, spec) in specs() {
        let is_pinned = match spec.expect {
            Expect::Holds {
                states,
                depth,
                worst,
                ..
            } => {
                let has_worst = worst.is_some() || !path.starts_with("specs/time");
                states.is_some() && depth.is_some() && has_worst
            }
            Expect::Violated { length, .. } => length.is_some(),
        };
        assert!(is_pinned, "{path}");
    }
}

#[test]
fn every_mutant_has_a_spec() {
    let used: BTreeSet<_> = specs()
        .into_iter()
        .filter_map(|(_, spec)| Some((spec.protocol, spec.mutant?)))
        .collect();
    let mutants = PROTOCOLS.iter().flat_map(|protocol| {
        let mutants = (protocol.mutants)().into_iter();
        mutants.map(|mutant| (protocol.name, mutant))
    });
    let all: BTreeSet<_> = mutants.collect();
    assert_eq!(used, all);
}

#[test]
fn every_spec_is_in_the_folder_of_its_protocol() {
    for (path, spec) in specs() {
        let is_timed = spec.settings.contains_key("time");
        let folder = if is_timed { "time" } else { spec.protocol };
        assert!(path.contains(&format!("specs/{folder}/")), "{path}");
        let is_among_mutants = path.contains("/mutants/");
        let is_wrong = spec.mutant.is_some() && matches!(spec.expect, Expect::Violated { .. });
        assert_eq!(is_among_mutants, is_wrong, "{path}");
    }
}
