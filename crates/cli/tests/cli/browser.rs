//! Stateright's page, which `synod explore --ui stateright` serves to a browser.

use crate::command::{json, spec_file, synod, workspace};
use crate::explorer::Explorer;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::Stdio;

const SPEC: &str = "specs/basic/one-ballot-of-three-priests-holds.toml";

const PARLIAMENT: &str = r#"
about    = "Two legislators, one president, and a client of the other."
protocol = "parliament"
priests  = 2
tryers   = [1]
requests = ["write a"]
asked    = [2]

[expect]
verdict = "holds"
"#;

impl Explorer {
    fn start() -> Self {
        Self::with_stateright(SPEC, &[])
    }

    fn with_stateright(spec: &str, options: &[&str]) -> Self {
        Self::of(&[&[spec, "--ui", "stateright"], options].concat())
    }

    fn steps(&self, path: &str) -> Vec<Value> {
        let text = self.get(&format!("/.states{path}"));
        serde_json::from_str(&text).unwrap()
    }

    /// Takes these steps one after the other, and returns the last.
    fn follow(&self, names: &[&str]) -> Value {
        let mut path = String::from("/0");
        let mut last = Value::Null;
        for name in names {
            let steps = self.steps(&path);
            let mut steps = steps.into_iter();
            last = steps.find(|step| step["action"] == *name).expect(name);
            path = format!("{path}/{}", last["actionIndex"]);
        }
        last
    }
}

#[test]
fn a_browser_can_walk_from_state_to_state_and_sees_figure_1() {
    let explorer = Explorer::start();
    assert!(explorer.address.ip().is_loopback());
    assert!(explorer.get("/").contains("<html"));
    let initial = explorer.steps("/");
    assert!(
        initial[0]["svg"]
            .as_str()
            .unwrap()
            .contains("no ballots yet")
    );
    let mut path = String::from("/0");
    for wanted in [
        "Α: Try New Ballot 0",
        "Α: Send NextBallot",
        "Α: Receive NextBallot(0)",
        "Β: Receive NextBallot(0)",
        "Α: Send LastVote",
        "Β: Send LastVote",
        "Α: Receive LastVote(0, null_Α)",
        "Α: Receive LastVote(0, null_Β)",
        "Α: Start Polling {Α Β} on a",
    ] {
        let steps = explorer.steps(&path);
        let step = steps
            .iter()
            .find(|step| step["action"] == wanted)
            .expect(wanted);
        path = format!("{path}/{}", step["actionIndex"]);
        if wanted.contains("Polling") {
            let outcome = step["outcome"].as_str().unwrap();
            assert!(outcome.contains("status[Α]: trying → polling"), "{outcome}");
            assert!(step["state"].as_str().unwrap().contains("decree[Α] = a"));
            // The texts are the number, the decree and two priests.
            assert_eq!(step["svg"].as_str().unwrap().matches("<text").count(), 4);
        }
    }
}

/// Follows the counterexample of the check, step by step.
#[test]
fn the_text_of_a_state_names_a_violated_property_and_no_text_contradicts_it() {
    const VIOLATED: &str = "specs/basic/mutants/ignoring-prevVotes-breaks-B3.toml";
    let (lines, _) = json(&["check", VIOLATED]);
    let found = &lines[0]["counterexample"];
    let explorer = Explorer::with_stateright(VIOLATED, &[]);
    let page = explorer.get("/");
    assert!(
        page.contains("The text of a state says what it violates") && !page.contains("Properties")
    );
    let (mut path, mut violated) = (String::from("/0"), Vec::new());
    for wanted in found["steps"].as_array().unwrap().iter().skip(1) {
        let steps = explorer.steps(&path);
        let mut steps = steps.into_iter();
        let step = steps.find(|step| step["action"] == wanted["action"]);
        let step = step.expect("a step of the counterexample");
        path = format!("{path}/{}", step["actionIndex"]);
        // The Explorer's own verdicts would be about all states, so none is shown here.
        for property in step["properties"].as_array().unwrap() {
            assert_eq!(property[1], "is reached by steps of the model");
        }
        violated.push(["state", "outcome"].map(|text| {
            let text = step[text].as_str().unwrap();
            text.contains("B3 is violated: ")
        }));
    }
    let last = violated.pop().unwrap();
    assert_eq!(last, [true, true]);
    assert_eq!(violated.len(), 19);
    assert!(
        violated
            .into_iter()
            .flatten()
            .all(|is_violated| !is_violated)
    );
}

#[test]
fn a_spec_with_too_many_initial_states_is_refused_with_the_advice_to_leave_stateright_out() {
    let folder = workspace().join("specs/basic/inductive");
    for spec in std::fs::read_dir(folder).unwrap() {
        let spec = spec.unwrap().path();
        let output = synod(&["explore", spec.to_str().unwrap(), "--ui", "stateright"]).output();
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", spec.display());
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(
            complaint.contains("leave out --ui stateright"),
            "{complaint}"
        );
    }
}

#[test]
#[cfg(unix)]
fn an_explorer_that_is_terminated_leaves_no_temporary_files() {
    let folder = spec_file("explorers", "").with_file_name("temporary");
    std::fs::create_dir_all(&folder).unwrap();
    let mut command = synod(&["explore", SPEC, "--ui", "stateright", "--port", "0"]);
    let mut child = command
        .env("TMPDIR", &folder)
        .stderr(Stdio::piped())
        .spawn();
    let child = child.as_mut().unwrap();
    let mut announced = String::new();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    stderr.read_line(&mut announced).unwrap();
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    let kill = std::process::Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
}

/// A lifeline for each legislator and each client, and an arrow for each message that
/// arrived.
#[test]
fn the_actors_of_a_parliament_are_drawn_with_their_clients() {
    let spec = spec_file("a-parliament-to-explore", PARLIAMENT);
    let explorer = Explorer::with_stateright(spec.to_str().unwrap(), &["--actors"]);
    assert!(
        !explorer
            .get("/")
            .contains("The text of a state says what it violates")
    );
    let last = explorer.follow(&[
        "Α: the absence timer fires",
        "Β: Receive NextBallot(0, 0) from Α",
        "Α: Receive LastVote(0, no votes) from Β",
        "Β: Propose write a",
        "Α: Receive Forwarded(write a) from Β",
        "Β: Receive BeginBallot(0, 1: write a) to {Α Β} from Α",
        "Α: Receive Voted(0, 1, Β) from Β",
    ]);
    let state = last["state"].as_str().unwrap();
    assert!(state.contains("law[Α] = a after 1 decree"), "{state}");
    let picture = last["svg"].as_str().unwrap();
    let count = |part: &str| picture.matches(part).count();
    assert_eq!(count("class='svg-actor-timeline'"), 3, "{picture}");
    assert_eq!(count("marker-end"), 6, "{picture}");
    assert!(picture.contains("(client of write a)"), "{picture}");
    assert!(picture.contains(">Forwarded(write a)<"), "{picture}");
}

#[test]
fn every_step_that_is_offered_can_be_taken() {
    let explorer = Explorer::start();
    for step in explorer.steps("/0") {
        assert!(step["state"].is_string(), "{step}");
    }
}

#[test]
fn a_port_that_is_taken_is_refused() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for ui in ["synod", "stateright"] {
        let output = synod(&["explore", SPEC, "--ui", ui, "--port", &port]).output();
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(2));
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(
            complaint.contains("cannot listen at 127.0.0.1"),
            "{complaint}"
        );
        assert!(complaint.contains("--port"), "{complaint}");
    }
}
