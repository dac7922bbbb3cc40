//! The output of `--format json` and `--trace-out`, and the exit status.

use crate::command::{ENDLESS, json, run, spec_file, workspace};
use serde_json::Value;
use stateright::Model;
use std::collections::{BTreeSet, HashSet};
use synod_models::basic::{Basic, State};
use synod_specs::parse;
use synod_vocabulary::Describe;

const HOLDS: &str = "specs/basic/two-competing-priests-hold.toml";
const VIOLATED: &str = "specs/basic/mutants/ignoring-prevVotes-breaks-B3.toml";

/// A result without the fields that vary between runs: time, memory, the settings of the
/// run, and how states are told apart, which Stateright does by a hash of its own.
fn comparable(mut line: Value) -> Value {
    let fields = line.as_object_mut().unwrap();
    for varies in [
        "collision_probability",
        "exact_bits",
        "elapsed_seconds",
        "peak_memory_bytes",
        "threads",
        "engine",
        "exploration", // Some engines do not report it.
    ] {
        assert!(fields.remove(varies).is_some(), "{varies}");
    }
    line
}

#[test]
fn a_line_has_all_fields() {
    let (lines, status) = json(&["check", HOLDS]);
    let fields: Vec<_> = lines[0].as_object().unwrap().keys().cloned().collect();
    let expected: BTreeSet<_> = [
        "schema",
        "spec",
        "about",
        "protocol",
        "mutant",
        "bounds",
        "engine",
        "threads",
        "verdict",
        "as_expected",
        "pinned_anew",
        "cached_at",
        "expected",
        "exploration",
        "fingerprint_bits",
        "seed",
        "differences",
        "reason",
        "states",
        "generated",
        "depth",
        "made_of",
        "collision_probability",
        "exact_bits",
        "unreduced_states",
        "elapsed_seconds",
        "peak_memory_bytes",
        "properties",
        "counterexample",
        "must_fail",
        "escaped",
        "change",
    ]
    .into();
    assert_eq!(
        fields.iter().map(String::as_str).collect::<BTreeSet<_>>(),
        expected
    );
    let line = &lines[0];
    assert_eq!(
        (&line["schema"], &line["states"], &line["depth"]),
        (&1.into(), &2259.into(), &36.into())
    );
    assert_eq!((line["verdict"].as_str(), status), (Some("holds"), 0));
}

#[test]
fn the_result_is_the_same_for_every_engine_and_number_of_threads() {
    for spec in [HOLDS, VIOLATED] {
        let (mut results, mut paths) = (BTreeSet::new(), BTreeSet::new());
        for (engine, threads) in [
            ("levels", "--threads"),
            ("timely", "--workers"),
            ("stateright", "--threads"),
            ("stateright-dfs", "--threads"),
        ] {
            for count in ["1", "2", "3"] {
                let (mut lines, _) = json(&["check", spec, "--engine", engine, threads, count]);
                let mut result = comparable(lines.remove(0));
                let path = result["counterexample"].take();
                results.insert((result.to_string(), path["length"].as_u64()));
                // With `timely` the path may differ between runs.
                if engine != "timely" {
                    paths.insert(path.to_string());
                }
            }
        }
        assert_eq!((results.len(), paths.len()), (1, 1), "{spec}");
    }
}

#[test]
fn a_counterexample_can_be_followed_state_by_state() {
    let (lines, _) = json(&["check", VIOLATED]);
    let found = &lines[0]["counterexample"];
    let steps = found["steps"].as_array().unwrap();
    assert_eq!((steps.len(), &found["length"]), (21, &20.into()));
    assert_eq!(steps[0]["action"], Value::Null);
    assert_eq!(steps[0]["state"]["Α"]["lastTried"], "−∞");
    for pair in steps.windows(2) {
        assert_ne!(pair[0]["state"], pair[1]["state"]);
        assert!(!pair[1]["changes"].as_array().unwrap().is_empty());
    }
    let last = &steps[20]["state"];
    assert_eq!(last["ballots"].as_array().unwrap().len(), 2);
    assert!(
        found["witness"]
            .as_str()
            .unwrap()
            .contains("does not carry the decree")
    );
}

#[test]
fn the_recorded_line_of_the_example_is_what_the_program_prints_now() {
    let file = workspace().join("crates/report/examples/counterexample.json");
    let text = std::fs::read_to_string(file).unwrap();
    let recorded: Value = serde_json::from_str(&text).unwrap();
    let (mut lines, _) = json(&["check", recorded["spec"].as_str().unwrap()]);
    assert_eq!(comparable(recorded), comparable(lines.remove(0)));
}

#[test]
fn a_trace_file_has_the_same_counterexample() {
    let folder = spec_file("trace", ENDLESS).parent().unwrap().to_owned();
    let file = folder.join("traces.jsonl");
    let path = file.to_str().unwrap();
    let (lines, status) = json(&["check", HOLDS, VIOLATED, "--trace-out", path]);
    assert_eq!(status, 0);
    let text = std::fs::read_to_string(&file).unwrap();
    let traces: Vec<Value> = text
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    // B3 and the claims that break at the same step have a counterexample each.
    let of = |trace: &Value| {
        trace["counterexample"]["property"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let properties: BTreeSet<_> = traces.iter().map(of).collect();
    assert_eq!(properties.len(), traces.len());
    assert!(properties.contains("I6"));
    assert_eq!(traces[0]["spec"], VIOLATED);
    assert_eq!(traces[0]["counterexample"], lines[1]["counterexample"]);
}

#[test]
fn bad_input_leaves_the_trace_file_as_it_was() {
    let spec = spec_file("untouched", "priests = 0\n");
    let file = spec.with_file_name("traces.jsonl");
    std::fs::write(&file, "precious").unwrap();
    let paths = [spec.to_str().unwrap(), file.to_str().unwrap()];
    let output = run(&["check", paths[0], "--trace-out", paths[1]]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "precious");
}

#[test]
fn an_unexpected_result_outweighs_an_inconclusive_one_in_the_exit_status() {
    let text = "about = \"Counts that are wrong.\"\nprotocol = \"preliminary\"\npriests = 1\n\
        decrees = [\"a\"]\n[expect]\nverdict = \"holds\"\nstates = 1\n";
    let surprising = spec_file("surprising", text);
    let endless = spec_file("endless", ENDLESS);
    let paths = [endless.to_str().unwrap(), surprising.to_str().unwrap()];
    let (lines, status) = json(&["check", paths[0], paths[1], "--max-states", "50"]);
    assert_eq!(
        (&lines[0]["as_expected"], &lines[1]["as_expected"]),
        (&Value::Null, &false.into())
    );
    assert_eq!(lines[0]["reason"], "state limit of 50 reached");
    assert_eq!(lines[1]["differences"][0], "distinct states: 6, expected 1");
    assert_eq!(status, 1);
    let (_, status) = json(&["check", paths[0], "--max-states", "50"]);
    assert_eq!(status, 5);
}

#[test]
fn a_time_limit_is_inconclusive() {
    let endless = spec_file("late", ENDLESS);
    let path = endless.to_str().unwrap();
    for threads in ["1", "2"] {
        let (lines, status) = json(&["check", path, "--timeout", "100ms", "--threads", threads]);
        assert_eq!(lines[0]["reason"], "time limit of 0.1 s reached");
        assert_eq!(status, 5);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_memory_limit_is_inconclusive() {
    let endless = spec_file("large", ENDLESS);
    let path = endless.to_str().unwrap();
    let (lines, status) = json(&["check", path, "--max-memory", "1MiB"]);
    assert_eq!(lines[0]["reason"], "memory limit of 1 MiB reached");
    assert_eq!(status, 5);
}

/// A spec that expects a violation can also list claims that must hold.
#[test]
fn a_spec_can_say_what_holds_beside_what_is_violated() {
    let with = |holds: &str| {
        format!(
            "about = \"One claim breaks, another holds.\"\nprotocol = \"basic\"\npriests = 2\n\
             tryers = [1]\ndecrees = [\"a\", \"b\"]\nmutant = \"two decrees in one ballot\"\n\
             [expect]\nverdict = \"violated\"\nproperty = \"B1\"\nlength = 10\nholds = [\"{holds}\"]\n"
        )
    };
    let true_one = spec_file("holds-beside", &with("I7"));
    let false_one = spec_file("violated-beside", &with("I1"));
    let paths = [true_one.to_str().unwrap(), false_one.to_str().unwrap()];
    let (lines, _) = json(&["check", paths[0], paths[1]]);
    assert_eq!(lines[0]["as_expected"], true);
    assert_eq!(lines[0]["states"], 630);
    assert_eq!(
        lines[1]["differences"][0],
        "I1 is violated too, expected to hold"
    );
}

#[test]
fn a_property_that_a_panic_left_undecided_has_no_verdict() {
    let text = "about = \"A panic comes first.\"\nprotocol = \"complete\"\npriests = 2\n\
        tryers = [1, 2]\nattempts = 1\ndecrees = [\"a\"]\nmutant = \"a refusal panics\"\n\
        [expect]\nverdict = \"violated\"\nproperty = \"Consistency\"\n";
    let file = spec_file("panics-first", text);
    let (lines, status) = json(&["check", file.to_str().unwrap()]);
    let differences = lines[0]["differences"].as_array().unwrap();
    let expected = [
        "Consistency was not decided, expected to be violated",
        "panic-freedom is violated, which ends the run",
    ];
    assert_eq!(*differences, expected);
    assert_eq!(status, 1);
}

#[test]
fn a_spec_that_is_named_twice_is_checked_once() {
    let (lines, _) = json(&["check", HOLDS, HOLDS]);
    assert_eq!(lines.len(), 1);
}

#[test]
fn output_into_a_pipe_has_colors_only_if_they_are_forced() {
    let output = run(&["check", HOLDS]);
    assert!(!output.stdout.contains(&0x1b));
    let colored = crate::command::synod(&["check", HOLDS])
        .env("CLICOLOR_FORCE", "1")
        .output();
    assert!(colored.unwrap().stdout.contains(&0x1b));
    let refused = crate::command::synod(&["check", HOLDS])
        .env("CLICOLOR_FORCE", "1")
        .env("NO_COLOR", "1")
        .output();
    assert!(!refused.unwrap().stdout.contains(&0x1b));
}

#[test]
fn the_specs_of_a_folder_are_checked_in_alphabetical_order() {
    let (lines, _) = json(&["check", "specs/preliminary"]);
    let names: Vec<_> = lines
        .iter()
        .map(|line| line["spec"].as_str().unwrap())
        .collect();
    assert!(names.is_sorted());
    assert!(workspace().join(names[0]).exists());
}

#[test]
#[cfg(target_os = "linux")]
fn results_that_cannot_be_written_are_an_error() {
    let full = std::fs::File::create("/dev/full").unwrap();
    let output = crate::command::synod(&["check", HOLDS, "--format", "json"])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(complaint.contains("standard output"), "{complaint}");
}

#[test]
#[cfg(unix)]
fn a_device_is_refused_as_a_run_spec() {
    let output = run(&["check", "/dev/zero"]);
    assert_eq!(output.status.code(), Some(2));
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(complaint.contains("/dev/zero: not a file"), "{complaint}");
}

#[test]
fn random_walks_are_inconclusive_unless_they_find_a_violation() {
    let (lines, status) = json(&["check", HOLDS, "--simulate", "100", "--seed", "3"]);
    assert_eq!(lines[0]["verdict"], "inconclusive");
    assert_eq!(lines[0]["engine"], "simulation");
    assert_eq!(lines[0]["reason"], "100 random walks cannot see everything");
    assert_eq!(status, 5);
    let again = json(&[
        "check",
        HOLDS,
        "--simulate",
        "100",
        "--seed",
        "3",
        "--threads",
        "1",
    ])
    .0;
    for field in ["states", "generated", "depth", "exploration"] {
        assert_eq!(lines[0][field], again[0][field], "{field}");
    }
}

#[test]
fn a_random_walk_that_finds_a_violation_can_be_repeated_by_its_seed() {
    let spec = "specs/basic/mutants/a-LastVote-without-promise-breaks-I7.toml";
    let (lines, status) = json(&["check", spec, "--simulate", "10000"]);
    assert_eq!(lines[0]["verdict"], "violated");
    assert_eq!((lines[0]["as_expected"].as_bool(), status), (Some(true), 0));
    let found = &lines[0]["counterexample"];
    let seed = found["seed"].to_string();
    let (again, _) = json(&["check", spec, "--simulate", "1", "--seed", &seed]);
    assert_eq!(&again[0]["counterexample"], found);
}

/// The numbers of states and transitions of the protocol, by a simple search of its own.
fn without_marks(model: &Basic) -> (usize, usize) {
    let bare = |state: State| model.without_marks(&state).unwrap_or(state);
    let mut open = model.init_states();
    let mut seen: HashSet<State> = open.iter().copied().collect();
    let mut generated = open.len();
    while let Some(state) = open.pop() {
        let next: Vec<_> = model.next_states(&state).into_iter().map(bare).collect();
        generated += next.len();
        open.extend(next.into_iter().filter(|next| seen.insert(*next)));
    }
    (seen.len(), generated)
}

#[test]
fn states_that_differ_only_by_a_mark_are_counted_apart_from_those_of_the_protocol() {
    for mutant in [
        "Start Polling ignores prevVotes",
        "prevBal forgotten with the slip",
        "two decrees in one ballot",
    ] {
        let text = format!(
            "about = \"copies\"\nprotocol = \"basic\"\npriests = 2\ntryers = [1]\nattempts = 2\n\
             decrees = [\"a\", \"b\"]\nforgetful = true\nmutant = {mutant:?}"
        );
        let model: Basic = parse(&text).unwrap().model().expect(mutant);
        let file = spec_file("copies", &text);
        let (lines, _) = json(&["check", file.to_str().unwrap(), "--keep-going"]);
        let line = &lines[0];
        let copies = &line["exploration"]["copies"];
        let of = |value: &Value| value.as_u64().unwrap() as usize;
        assert!(of(&copies["states"]) > 0, "{mutant}: {line}");
        let told = (
            of(&line["states"]) - of(&copies["states"]),
            of(&line["generated"]) - of(&copies["transitions"]),
        );
        assert_eq!(told, without_marks(&model), "{mutant}");
    }
}
