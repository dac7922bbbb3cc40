//! The explorer of the run specs, which `synod explore` serves, by the calls of its interface.

use crate::command::{Folder, json, run, synod, workspace};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use synod_explorer::CALLS;

/// `synod explore`, ended when the test ends.
pub(crate) struct Explorer {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Drop for Explorer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Explorer {
    pub(crate) fn of(options: &[&str]) -> Self {
        let arguments = [&["explore", "--port", "0"], options].concat();
        let mut child = synod(&arguments).stderr(Stdio::piped()).spawn().unwrap();
        let mut announced = String::new();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        stderr.read_line(&mut announced).unwrap();
        let (_, rest) = announced.split_once("http://").expect("an address");
        let address = rest.split('/').next().unwrap().parse().unwrap();
        Self { child, address }
    }

    /// The body of the answer to a GET.
    pub(crate) fn get(&self, path: &str) -> String {
        let answer = self.ask(&format!("GET {path}"), "");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    }

    /// The answer to a call.
    fn call(&self, name: &str, body: &Value) -> Value {
        let answer = self.ask(&format!("POST /api/{name}"), &body.to_string());
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{name}: {body}");
        serde_json::from_str(body).unwrap()
    }

    fn ask(&self, request: &str, body: &str) -> String {
        let (mut stream, length) = (connect(self.address), body.len());
        write!(
            stream,
            "{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// The result of a search, once it is done.
    fn result(&self, search: &Value) -> Value {
        loop {
            let told = self.call("searched", search);
            if told["done"] == true {
                return told["result"].clone();
            }
            sleep(Duration::from_millis(5));
        }
    }

    /// The place of the shortest violation that a spec expects.
    fn violation(&self, spec: &Value) -> Value {
        let wanted = json!({ "spec": spec["name"], "for": { "violation": spec["property"] } });
        let found = self.result(&self.call("search", &wanted));
        assert_eq!(found["verdict"], "found", "{spec}");
        json!({ "spec": spec["name"], "begin": found["begin"], "steps": found["steps"] })
    }

    fn specs(&self) -> Vec<Value> {
        let specs = self.call("specs", &json!({}))["specs"].clone();
        serde_json::from_value(specs).unwrap()
    }
}

/// Connects to the server, which may begin to listen shortly after it has announced its
/// address.
fn connect(address: SocketAddr) -> TcpStream {
    let begun = Instant::now();
    loop {
        match TcpStream::connect(address) {
            Ok(stream) => return stream,
            Err(error) if begun.elapsed() > Duration::from_secs(30) => panic!("{error}"),
            Err(_) => sleep(Duration::from_millis(20)),
        }
    }
}

fn is_in_time(spec: &Value) -> bool {
    spec["name"].as_str().unwrap().starts_with("time/")
}

#[test]
fn every_built_in_spec_can_be_opened_and_stepped() {
    let explorer = Explorer::of(&[]);
    let specs = explorer.specs();
    assert!(specs.len() > 60, "{}", specs.len());
    // A large spec in time has many beginnings, which take a minute to find.
    let is_slow = |spec: &Value| spec["size"] == "large" && is_in_time(spec);
    for spec in specs.iter().filter(|spec| !is_slow(spec)) {
        let place = json!({ "spec": spec["name"] });
        let told = explorer.call("spec", &place);
        assert!(!told["claims"].as_array().unwrap().is_empty(), "{spec}");
        let film = explorer.call("run", &place);
        let first = &film["views"][0];
        assert_eq!(first["violations"], json!([]), "{spec}");
        let choices = explorer.call(
            "choices",
            &json!({ "spec": spec["name"], "begin": film["begin"] }),
        );
        let choices = choices["choices"].as_array().unwrap();
        let processes = told["processes"].as_array().unwrap();
        for choice in choices {
            let process = &choice["process"];
            assert!(
                process.is_null() || processes.contains(process),
                "{spec}: {choice}"
            );
        }
    }
}

/// The page shows what `synod check` reports.
#[test]
fn the_shortest_violation_of_a_mutant_is_as_long_as_the_check_says_and_its_last_state_says_so() {
    let explorer = Explorer::of(&[]);
    let (checked, _) = json(&["check", "specs/basic/mutants"]);
    let mut compared = 0;
    for line in checked.iter().filter(|line| line["verdict"] == "violated") {
        let name = line["spec"].as_str().unwrap();
        let name = name
            .strip_prefix("specs/")
            .unwrap()
            .strip_suffix(".toml")
            .unwrap();
        let property = &line["counterexample"]["property"];
        let place = explorer.violation(&json!({ "name": name, "property": property }));
        let film = explorer.call("run", &place);
        let views = film["views"].as_array().unwrap();
        assert_eq!(
            json!(views.len() - 1),
            line["counterexample"]["length"],
            "{name}"
        );
        let violated = |view: &Value| {
            let mut violations = view["violations"].as_array().unwrap().iter();
            violations.any(|violation| violation["claim"] == *property)
        };
        let (last, before) = views.split_last().unwrap();
        assert!(violated(last) && !before.iter().any(violated), "{name}");
        compared += 1;
    }
    assert!(compared > 10, "{compared}");
}

#[test]
fn a_mutant_can_be_compared_with_the_paper_up_to_the_step_that_the_paper_forbids() {
    let explorer = Explorer::of(&[]);
    let name = "basic/mutants/ignoring-prevVotes-breaks-B3";
    let told = explorer.call("spec", &json!({ "spec": name }));
    let place = explorer.violation(&told);
    let film = explorer.call(
        "run",
        &json!({ "spec": told["paper"], "steps": place["steps"] }),
    );
    assert_eq!(film["changed"]["at"], 20);
    let forbidden = json!({ "spec": told["paper"], "steps": film["steps"] });
    let forbidden = explorer.call("forbidden", &forbidden)["steps"].clone();
    let last = place["steps"].as_array().unwrap().last().unwrap();
    let mut steps = forbidden.as_array().unwrap().iter();
    let why = steps
        .find(|step| step["step"] == *last)
        .expect("the guard is told");
    assert!(!why["why"].as_str().unwrap().is_empty());
    let views = explorer.call("run", &place)["views"].clone();
    let objections = views
        .as_array()
        .unwrap()
        .iter()
        .filter(|view| !view["objection"].is_null());
    assert_eq!(
        objections.map(|view| &view["action"]).collect::<Vec<_>>(),
        [last]
    );
}

/// As a student does who draws ballots in the lesson.
#[test]
fn ballots_that_somebody_has_drawn_are_judged_and_those_at_fault_are_named() {
    let explorer = Explorer::of(&[]);
    let ballot = |number, decree, quorum: [&str; 3], voters: &[&str]| json!({ "number": number, "decree": decree, "quorum": quorum, "voters": voters });
    let figure = |last_decree| {
        let ballots = [
            ballot(2, "α", ["Α", "Β", "Γ"], &["Δ"]),
            ballot(29, last_decree, ["Β", "Γ", "Δ"], &["Β"]),
        ];
        explorer.call("judge", &json!({ "ballots": ballots }))
    };
    assert_eq!(figure("α")["conditions"][2]["witness"], Value::Null);
    let broken = figure("β");
    assert!(broken["conditions"][2]["witness"].is_string(), "{broken}");
    assert_eq!(broken["conditions"][2]["ballots"], json!([0, 1]));
}

#[test]
fn a_violation_is_written_as_a_page_of_less_than_500_kib() {
    let folder = Folder::new();
    for (spec, steps) in [
        (
            "basic/mutants/ignoring-prevVotes-breaks-B3",
            "after 20 steps",
        ),
        (
            "complete/mutants/recovering-without-nextBal-breaks-Consistency",
            "after",
        ),
    ] {
        let file = folder.path("run.html");
        let output = run(&["explore", spec, "--export", file.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert!(String::from_utf8(output.stderr).unwrap().contains(steps));
        let page = folder.read("run.html");
        assert!(
            page.contains("\"films\"") && page.len() < 500 << 10,
            "{}",
            page.len()
        );
    }
    let other = run(&[
        "explore",
        "basic/mutants/ignoring-prevVotes-breaks-B3",
        "--export",
        "run.pdf",
    ]);
    assert_eq!(other.status.code(), Some(2));
    let holds = folder.path("holds.html");
    let holds = run(&[
        "explore",
        "basic/two-competing-priests-hold",
        "--export",
        holds.to_str().unwrap(),
    ]);
    assert_eq!(holds.status.code(), Some(5));
}

#[test]
fn a_check_writes_a_page_that_plays_every_counterexample() {
    let folder = Folder::new();
    let page = format!("html={}", folder.path("found.html").display());
    let output = run(&[
        "check",
        "basic/mutants/a-vote-short-breaks-I1",
        "--report",
        &page,
    ]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let text = folder.read("found.html");
    let films = text.split("id=\"films\">").nth(1).unwrap();
    let films: Value = serde_json::from_str(films.split("</script>").next().unwrap()).unwrap();
    let films = films.as_array().unwrap();
    assert!(!films.is_empty());
    let views = films[0]["views"].as_array().unwrap();
    let last = views.last().unwrap()["violations"].as_array().unwrap();
    assert!(
        last.iter()
            .any(|of| of["claim"] == films[0]["spec"]["property"])
    );
}

#[test]
fn no_other_file_than_the_one_that_was_named_can_be_read() {
    let explorer = Explorer::of(&["specs/basic/two-competing-priests-hold.toml"]);
    let body = json!({ "spec": "specs/basic/one-priest-alone-holds.toml" }).to_string();
    let answer = explorer.ask("POST /api/spec", &body);
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}

#[test]
fn the_document_names_every_call_with_its_arguments() {
    let text = std::fs::read_to_string(workspace().join("docs/explorer.md")).unwrap();
    let text = text.split("## The interface").nth(1).unwrap();
    for call in CALLS {
        let row = format!("| `{}` | ", call.name);
        let row = text.lines().find(|line| line.starts_with(&row));
        let row = row.unwrap_or_else(|| panic!("docs/explorer.md has no row on {}", call.name));
        let is_of_places = row.contains("a place");
        for argument in call.arguments {
            let is_named = row.contains(&format!("`{}`", argument.name));
            let is_of_place = ["spec", "begin", "steps"].contains(&argument.name);
            assert!(
                is_named || (is_of_places && is_of_place),
                "{}: {}",
                call.name,
                argument.name
            );
        }
    }
}
