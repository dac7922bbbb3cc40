//! The target `parliament` and its twin in TLA+ have the same actions, by name.

use crate::workspace;
use synod_proof::targets::parliament;

/// `tla/Legislator.tla` carries out each action that a handler reports by an operator with its name.
#[test]
fn every_action_of_the_parliament_is_an_operator_of_its_twin() {
    let module = std::fs::read_to_string(workspace().join("tla/Legislator.tla")).unwrap();
    for action in parliament::system().actions {
        let operator = format!("Paper{}", action.name.replace(' ', ""));
        let is_defined = module
            .lines()
            .any(|line| line.starts_with(&format!("{operator}(s, p")));
        assert!(is_defined, "{}: there is no {operator}", action.name);
    }
}
