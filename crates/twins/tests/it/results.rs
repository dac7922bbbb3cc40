//! The file `tla/results.toml` is read as it was written.

use synod_twins::results::{Recorded, Results};

fn recorded(spec: &str, states: Option<u64>, property: Option<&str>) -> Recorded {
    Recorded {
        spec: spec.to_owned(),
        states,
        generated: states.map(|states| states * 2),
        depth: states.map(|_| 7),
        property: property.map(str::to_owned),
        length: property.map(|_| 3),
        date: "2026-11-23".to_owned(),
        tlc: "2.19 \"quoted\"".to_owned(),
    }
}

#[test]
fn results_are_read_as_they_were_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results.toml");
    assert_eq!(Results::read(&file).unwrap(), Results::default());
    let mut results = Results::default();
    results.record(recorded("specs/b.toml", Some(5), None));
    results.record(recorded("specs/a.toml", None, Some("Theorem 1")));
    results.record(recorded("specs/b.toml", Some(6), None));
    results.write(&file).unwrap();
    let read = Results::read(&file).unwrap();
    assert_eq!(read, results);
    let specs: Vec<_> = read.instance.iter().map(|r| r.spec.as_str()).collect();
    assert_eq!(specs, ["specs/a.toml", "specs/b.toml"]);
    assert_eq!(read.of("specs/b.toml").unwrap().states, Some(6));
}

#[test]
fn the_file_of_the_project_has_the_form_in_which_it_is_written() {
    let project = crate::command::workspace().join("tla/results.toml");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results.toml");
    Results::read(&project).unwrap().write(&file).unwrap();
    let [project, written] = [project, file].map(|file| std::fs::read_to_string(file).unwrap());
    assert_eq!(project, written);
}

#[test]
fn an_unknown_key_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results.toml");
    std::fs::write(&file, "[[instance]]\nspec = \"a\"\nstate = 3\n").unwrap();
    let error = Results::read(&file).unwrap_err().to_string();
    assert!(error.contains("state"), "{error}");
}
