//! The instances in time claim the worst cases that the run specs of the same names pin.

use crate::command::workspace;
use std::fs;
use synod_specs::{Expect, parse};

#[test]
fn every_instance_in_time_claims_the_worst_case_of_its_run_spec() {
    let mut compared = 0;
    for entry in fs::read_dir(workspace().join("tla/instances/time")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let configuration = fs::read_to_string(&path).unwrap();
        let mut lines = configuration.lines();
        let claimed = lines.find_map(|line| line.trim().strip_prefix("Worst = "));
        let spec = workspace().join("specs/time").join(name);
        let text = fs::read_to_string(spec.with_extension("toml")).unwrap();
        let run = parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let Expect::Holds { worst, .. } = run.expect else {
            panic!("{name} pins no worst case");
        };
        let worst = worst.map(|worst| worst.to_string());
        assert_eq!(
            claimed.map(|claimed| format!("{claimed}Δ")),
            worst,
            "{name}"
        );
        compared += 1;
    }
    assert!(compared > 2, "{compared} instances");
}
