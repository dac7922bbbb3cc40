//! Test traces.

use crate::{Letters, Mail, Step, mail};
use stateright::Model;
use std::collections::{BTreeMap, BTreeSet};
use synod_checker::Reason;
use synod_conformance::{Coverage, Form, Stopped, cover};
use synod_report::trace::TraceStep;
use synod_vocabulary::{Describe, Value};

fn covered(threads: usize) -> Coverage {
    cover(&mail(None), threads.try_into().unwrap())
}

/// A branch, told independently of the crate: the name of a step, and for each variable
/// whether it changes, and of a set whether it gains and loses elements.
type Branch = (String, Vec<(bool, bool, bool)>);

fn branch(
    name: &str,
    before: &[synod_vocabulary::Field],
    after: &[synod_vocabulary::Field],
) -> Branch {
    let changes = before.iter().zip(after).map(|(before, after)| {
        let set = |value: &Value| match value {
            Value::Set(elements) => elements.iter().cloned().collect::<BTreeSet<_>>(),
            Value::One(_) => BTreeSet::new(),
        };
        let (old, new) = (set(&before.value), set(&after.value));
        let (gains, loses) = (!new.is_subset(&old), !old.is_subset(&new));
        (before.value != after.value, gains, loses)
    });
    (name.to_owned(), changes.collect())
}

/// All branches of the mail, each with the length of a shortest path to it.
fn all_branches() -> BTreeMap<Branch, usize> {
    let (mut seen, mut level): (Vec<Letters>, _) = (Mail.init_states(), Mail.init_states());
    let (mut branches, mut length) = (BTreeMap::new(), 0);
    while !level.is_empty() {
        length += 1;
        let mut next_level = Vec::new();
        for state in level {
            let mut steps: Vec<Step> = Vec::new();
            Mail.actions(&state, &mut steps);
            for step in steps {
                let Some(next) = Mail.next_state(&state, step) else {
                    continue;
                };
                let (before, after) = (Mail.fields(&state), Mail.fields(&next));
                let branch = branch(&Mail.step_name(&step), &before, &after);
                branches.entry(branch).or_insert(length);
                if !seen.contains(&next) {
                    seen.push(next.clone());
                    next_level.push(next);
                }
            }
        }
        level = next_level;
    }
    branches
}

fn branches_of(steps: &[TraceStep]) -> Vec<Branch> {
    let pairs = steps.windows(2);
    let branches = pairs.map(|pair| {
        let name = pair[1].action.as_deref().unwrap();
        branch(name, &pair[0].state, &pair[1].state)
    });
    branches.collect()
}

#[test]
fn the_traces_cover_every_action_and_every_branch_and_no_other() {
    let (all, coverage) = (all_branches(), covered(1));
    let names: BTreeSet<_> = all.keys().map(|(name, _)| name).collect();
    assert_eq!(coverage.actions, names.len());
    assert_eq!(coverage.branches, all.len());
    let traces = coverage.traces.iter();
    let taken: BTreeSet<_> = traces.flat_map(|trace| branches_of(&trace.steps)).collect();
    assert_eq!(taken, all.into_keys().collect());
    assert_eq!(coverage.never, ["Burn"]);
    assert_eq!(coverage.stopped, None);
}

#[test]
fn each_trace_is_a_shortest_path_to_the_branch_at_its_end_and_none_is_superfluous() {
    let (all, coverage) = (all_branches(), covered(1));
    let of_each: Vec<_> = coverage
        .traces
        .iter()
        .map(|trace| branches_of(&trace.steps))
        .collect();
    for (index, branches) in of_each.iter().enumerate() {
        assert_eq!(branches.len(), all[branches.last().unwrap()]);
        let others = of_each
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != index);
        let others: BTreeSet<_> = others.flat_map(|(_, branches)| branches).collect();
        assert!(
            branches.iter().any(|branch| !others.contains(branch)),
            "{index}"
        );
    }
    assert!(coverage.traces.len() < all.len());
    assert!(of_each.is_sorted_by_key(Vec::len));
}

#[test]
fn the_branches_that_the_traces_say_they_cover_are_all_there_once() {
    let coverage = covered(1);
    let said = coverage.traces.iter().flat_map(|trace| &trace.covers);
    let said: BTreeSet<_> = said.collect();
    assert_eq!(said.len(), coverage.branches);
    assert!(
        said.contains(&"a: Send (x) → sent[a] +".to_owned()),
        "{said:?}"
    );
    assert!(
        said.contains(&"b: Forget → last[b], before[b], forgotten".to_owned()),
        "{said:?}"
    );
}

#[test]
fn the_traces_are_the_same_with_several_threads() {
    let [one, three] = [1, 3].map(|threads| covered(threads).files(Form::Lines, "mail", true));
    assert_eq!(one, three);
}

#[test]
fn a_search_that_is_ended_says_so_and_gives_the_traces_of_what_it_has_seen() {
    let coverage = cover(&mail(Some(3)), 1.try_into().unwrap());
    assert_eq!(coverage.states, 3);
    assert_eq!(
        coverage.stopped,
        Some(Stopped::Limit(Reason::StateLimit(3.try_into().unwrap())))
    );
    assert!(!coverage.traces.is_empty());
}

#[test]
fn each_state_names_the_steps_that_are_possible_there() {
    let coverage = covered(1);
    for trace in &coverage.traces {
        assert_eq!(trace.enabled.len(), trace.steps.len());
        assert_eq!(
            trace.enabled[0],
            ["a: Send (x)", "a: Send (y)", "b: Forget"]
        );
        let taken = trace.steps[1..]
            .iter()
            .map(|step| step.action.as_ref().unwrap());
        for (possible, taken) in trace.enabled.iter().zip(taken) {
            assert!(possible.contains(taken), "{taken}");
        }
    }
}

#[test]
fn itf_has_maps_sets_and_what_quint_adds() {
    let files = covered(1).files(Form::Itf, "mail", true);
    assert_eq!(files[0].0, "trace-01.itf.json");
    let trace: serde_json::Value = serde_json::from_str(&files[0].1).unwrap();
    assert_eq!(trace["#meta"]["format"], "ITF");
    let variables = [
        "sent",
        "last",
        "before",
        "forgotten",
        "enabled",
        "mbt::actionTaken",
        "mbt::nondetPicks",
    ];
    assert_eq!(trace["vars"], serde_json::json!(variables));
    let states = trace["states"].as_array().unwrap();
    for (index, state) in states.iter().enumerate() {
        assert_eq!(state["#meta"]["index"], index);
        let names = state.as_object().unwrap().keys();
        let names: BTreeSet<_> = names
            .filter(|name| *name != "#meta")
            .map(String::as_str)
            .collect();
        assert_eq!(names, variables.into_iter().collect());
        assert_eq!(state["sent"]["#map"][0][0], "a");
        assert!(state["sent"]["#map"][0][1]["#set"].is_array());
    }
    assert_eq!(states[0]["mbt::actionTaken"], "init");
    assert_eq!(states[0]["mbt::nondetPicks"], serde_json::json!({}));
    let sends = |state: &&serde_json::Value| state["mbt::actionTaken"] == "Send";
    let traces = files
        .iter()
        .map(|(_, text)| serde_json::from_str(text).unwrap());
    let states =
        traces.flat_map(|trace: serde_json::Value| trace["states"].as_array().unwrap().clone());
    let states: Vec<_> = states.collect();
    let picks = &states.iter().find(sends).unwrap()["mbt::nondetPicks"];
    assert_eq!(
        picks["process"],
        serde_json::json!({"tag": "Some", "value": "a"})
    );
    assert_eq!(picks["step"]["value"], "a: Send (x)");
}
