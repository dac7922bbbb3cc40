//! The report of random walks.

use crate::command::{json, run, synod};

const HOLDS: &str = "specs/basic/two-competing-priests-hold.toml";

/// With this many walks, every `sometimes` property of the spec is met.
const WALKS: [&str; 4] = ["--simulate", "2000", "--seed", "1"];

#[test]
fn a_sometimes_property_happens_if_a_walk_meets_it_and_is_open_otherwise() {
    let arguments = [&["check", HOLDS], WALKS.as_slice()].concat();
    let (lines, _) = json(&arguments);
    let properties = lines[0]["properties"].as_array().unwrap();
    let met: Vec<_> = properties
        .iter()
        .filter(|property| property["kind"] == "sometimes" && property["verdict"] == "holds")
        .map(|property| property["name"].as_str().unwrap())
        .collect();
    assert!(!met.is_empty());
    let output = synod(&arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    for name in met {
        let line = text.lines().find(|line| line.contains(name)).unwrap();
        assert!(line.contains('✓') && line.contains("happens"), "{line}");
    }
    assert!(
        !text.contains("never\n") && !text.contains("never "),
        "{text}"
    );
    let few = run(&["check", HOLDS, "--simulate", "1", "--steps", "1"]);
    let text = String::from_utf8(few.stdout).unwrap();
    assert!(!text.contains("never"), "{text}");
}
