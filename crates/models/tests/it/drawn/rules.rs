//! Which guard forbids a step, and what the paper says against a mutant's step.

use super::{OfAState, SPECS, ask};
use stateright::Model;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::hash::Hash;
use std::path::Path;
use std::time::Instant;
use synod_models::basic::Basic;
use synod_models::packing::Packing;
use synod_models::preliminary::Preliminary;
use synod_models::world::World;
use synod_models::{complete, parliament};
use synod_specs::{Checkable, parse};
use synod_vocabulary::Describe;

/// The sentences of all states, each with the kinds of steps that it forbids.
#[derive(Default)]
struct Guards {
    whys: BTreeMap<String, BTreeSet<String>>,
    states: u32,
    seconds: f64,
}

impl OfAState for Guards {
    fn ask<M: Checkable>(&mut self, model: &M, state: &M::State) {
        let begun = Instant::now();
        let forbidden = model.forbidden(state);
        self.seconds += begun.elapsed().as_secs_f64();
        self.states += 1;
        let possible: Vec<_> = model.next_steps(state);
        let names: BTreeSet<_> = possible.iter().map(|(a, _)| model.step_name(a)).collect();
        for step in forbidden {
            assert!(!names.contains(&step.step), "{}: {}", step.step, step.why);
            self.whys.entry(step.why).or_default().insert(step.step);
        }
    }
}

#[test]
fn a_guard_is_given_for_steps_that_are_not_possible_and_for_no_others() {
    for spec in SPECS {
        let guards = ask::<Guards>(spec);
        assert!(!guards.whys.is_empty(), "{spec}");
        let each = guards.seconds / f64::from(guards.states);
        assert!(each < 0.005, "{each} seconds a state: {spec}");
    }
}

/// The state after the steps with these names.
fn after<M: Describe>(model: &M, steps: &[&str]) -> M::State
where
    M::Action: Clone,
{
    steps
        .iter()
        .fold(model.init_states().remove(0), |state, name| {
            let mut next = model.next_steps(&state).into_iter();
            let step = next.find(|(action, _)| model.step_name(action) == *name);
            step.expect(name).1
        })
}

fn forbidden<M: Describe>(model: &M, state: &M::State) -> Vec<String> {
    let forbidden = model.forbidden(state).into_iter();
    let line = |step: synod_vocabulary::Forbidden| format!("{} — {}", step.step, step.why);
    forbidden.map(line).collect()
}

fn spec(lines: &str) -> synod_specs::RunSpec {
    let parsed = parse(&format!("about = \"A claim.\"\n{lines}\n"));
    parsed.map_err(|error| error.message).expect(lines)
}

#[test]
fn the_guards_of_basic_are_sentences() {
    let model: Basic<Packing> =
        spec("protocol = \"basic\"\npriests = 2\ntryers = [1, 2]\ndecrees = [\"a\"]")
            .model()
            .unwrap();
    let steps = [
        "Β: Try New Ballot 1",
        "Β: Send NextBallot",
        "Α: Receive NextBallot(1)",
        "Α: Try New Ballot 0",
        "Α: Send NextBallot",
    ];
    let expected = [
        "Α: Try New Ballot 0 — lastTried is 0 already",
        "Α: Send NextBallot — it would change nothing",
        "Α: Start Polling {Α Β} on a — prevVotes has no votes",
        "Α: Send BeginBallot — status is not polling",
        "Α: Send Voted — he has not voted",
        "Α: Succeed — status is not polling",
        "Α: Send Success — outcome is BLANK",
        "Β: Try New Ballot 1 — lastTried is 1 already",
        "Β: Send NextBallot — it would change nothing",
        "Β: Send LastVote — nextBal is −∞: he has received no NextBallot",
        "Β: Start Polling {Α Β} on a — prevVotes has no votes",
        "Β: Send BeginBallot — status is not polling",
        "Β: Send Voted — he has not voted",
        "Β: Succeed — status is not polling",
        "Β: Send Success — outcome is BLANK",
        "Α: Receive NextBallot(0) — nextBal is 1, which is above 0",
        "Α: Receive NextBallot(1) — it would change nothing",
    ];
    assert_eq!(forbidden(&model, &after(&model, &steps)), expected);
}

#[test]
fn the_guards_of_preliminary_are_sentences() {
    let model: Preliminary<Packing> =
        spec("protocol = \"preliminary\"\npriests = 1\ndecrees = [\"a\"]")
            .model()
            .unwrap();
    let expected = [
        "Α: NextBallot(0) — 0 has been tried",
        "Α: BeginBallot(0, a) to {Α} — no priest of the quorum has answered",
    ];
    let state = after(&model, &["Α: NextBallot(0)"]);
    assert_eq!(forbidden(&model, &state), expected);
}

#[test]
fn the_guards_of_the_shipped_code_are_sentences() {
    let model: World<complete::Candidate> =
        spec("protocol = \"complete\"\npriests = 2\ntryers = [2]\ndecrees = [\"b\"]\ncrashes = 1")
            .model()
            .unwrap();
    let steps = [
        "Β: the absence timer fires",
        "Α: Receive NextBallot(1) from Β",
        "Β: Crash",
    ];
    let state = after(&model, &steps);
    let expected = [
        "Α: Receive Present from Β — it would change nothing",
        "Β: Receive Present from Α — it would change nothing",
        "Α: Receive NextBallot(1) from Β — it would change nothing",
        "Β: Receive LastVote(1, null_Α) from Α — it would change nothing: he is not trying",
        "Α: the presence timer fires — what it would send is taken as sent already",
        "Α: the absence timer fires — the absence timer of Α never fires in this model",
        "Α: the round timer fires — the round timer of Α is not set",
        "Β: the presence timer fires — what it would send is taken as sent already",
        "Β: the round timer fires — the round timer of Β is not set",
        "Α: Crash — a run has only one, and it has happened",
        "Β: Crash — a run has only one, and it has happened",
    ];
    assert_eq!(forbidden(&model, &state), expected);
}

#[test]
fn the_guards_of_a_parliament_are_sentences() {
    let model: World<parliament::Candidate> = spec(
        "protocol = \"parliament\"\npriests = 2\ntryers = [2]\nnumbers = 1\nrequests = [\"write a\"]",
    )
    .model()
    .unwrap();
    let expected = [
        "Α: Propose write a — it would change nothing",
        "Α: Receive Present(0, −∞) from Β — it would change nothing",
        "Β: Receive Present(0, −∞) from Α — it would change nothing",
        "Α: the presence timer fires — what it would send is taken as sent already",
        "Α: the absence timer fires — the absence timer of Α never fires in this model",
        "Α: the round timer fires — the round timer of Α is not set",
        "Β: the presence timer fires — what it would send is taken as sent already",
        "Β: the round timer fires — the round timer of Β is not set",
        "Β: Propose write a — no client asks Β for it in this model",
        "Α: Crash — no process crashes in this model",
        "Β: Crash — no process crashes in this model",
    ];
    assert_eq!(forbidden(&model, &model.init_states()[0]), expected);
}

/// What the paper says against the steps of a shortest path to a violated claim. None if there
/// is no such path within so many states.
fn objections<M: Model + Describe>(model: &M, most: usize) -> Option<Vec<String>>
where
    M::State: Clone + Eq + Hash,
    M::Action: Clone,
{
    let mut states = model.init_states();
    let mut known: HashMap<M::State, Option<(usize, M::Action)>> =
        states.iter().map(|state| (state.clone(), None)).collect();
    let mut next = 0;
    let claims = model.claims();
    while next < states.len() && next < most {
        let state = states[next].clone();
        if claims.iter().any(|claim| !(claim.holds)(model, &state)) {
            let mut objections = Vec::new();
            let mut last = &known[&state];
            while let Some((before, action)) = last {
                objections.extend(model.objection(&states[*before], action));
                last = &known[&states[*before]];
            }
            return Some(objections);
        }
        for (action, after) in model.next_steps(&state) {
            if model.within_boundary(&after) && !known.contains_key(&after) {
                known.insert(after.clone(), Some((next, action)));
                states.push(after);
            }
        }
        next += 1;
    }
    None
}

#[test]
fn the_paper_objects_to_some_step_of_every_mutant_before_it_breaks_a_claim() {
    let mut mutants_do = BTreeSet::new();
    for text in mutants("basic") {
        if text.contains(SMALLEST) {
            continue; // Its shortest path is long; the next test takes it.
        }
        let model: Basic = parse(&text).unwrap().model().unwrap();
        let objections = objections(&model, 20_000).expect("a claim is violated");
        assert!(!objections.is_empty(), "{text}");
        mutants_do.extend(objections);
    }
    // Among them:
    for objection in [
        "the paper forbids this step: nextBal is 1: he has promised not to vote in ballot 0 any more",
        "the paper's action would leave prevBal[Α] = 0 and prevDec[Α] = a",
        "the paper forbids this step: {Α} is no majority set",
    ] {
        assert!(mutants_do.contains(objection), "{mutants_do:?}");
    }
}

#[test]
fn some_rule_forbids_a_step_of_every_mutant_of_the_shipped_code() {
    let mut rules = BTreeSet::new();
    for text in mutants("complete") {
        if !text.contains("a refusal panics") {
            let model: World<complete::Candidate> = parse(&text).unwrap().model().unwrap();
            let objections = objections(&model, 30_000).expect(&text);
            assert!(!objections.is_empty(), "{text}");
            rules.extend(objections);
        }
    }
    for text in mutants("parliament") {
        let model: World<parliament::Candidate> = parse(&text).unwrap().model().unwrap();
        let objections = objections(&model, 500_000).expect(&text);
        assert!(!objections.is_empty(), "{text}");
        rules.extend(objections);
    }
    // Among them:
    for rule in [
        "the process has forgotten a part of what is on its ledger, which is durable",
        "A.1 does not allow this action – Α: Receive Voted(0, Α): Voted(0, Α) was not sent",
        "at decree number 1: A.1 does not allow this action – Α: Start Polling {Α Β} on write a: \
         prevVotes has votes of {Α} only",
        "a president does not propose a request again that he knows at another number (§3.1)",
        "the law is that of the decrees before the first gap, each request once (§3.1)",
    ] {
        assert!(rules.contains(rule), "{rule}: {rules:?}");
    }
}

/// The specs of the mutants of a protocol.
fn mutants(protocol: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs");
    let files = fs::read_dir(folder.join(protocol).join("mutants")).unwrap();
    let texts = files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
    texts.collect()
}

const SMALLEST: &str = "MaxVote takes the smallest";

/// Β has voted for a in ballot 0, and Γ for b in ballot 1. Both answer ballot 2.
#[test]
fn a_mutant_that_takes_the_smallest_vote_may_do_what_the_paper_forbids_and_the_reverse() {
    let mutant = format!(
        "protocol = \"basic\"\npriests = 3\ntryers = [1, 2, 3]\ndecrees = [\"a\", \"b\"]\n\
         mutant = \"{SMALLEST}\""
    );
    let model: Basic = spec(&mutant).model().unwrap();
    let steps = [
        "Α: Try New Ballot 0",
        "Α: Send NextBallot",
        "Α: Receive NextBallot(0)",
        "Α: Send LastVote",
        "Β: Receive NextBallot(0)",
        "Β: Send LastVote",
        "Α: Receive LastVote(0, null_Α)",
        "Α: Receive LastVote(0, null_Β)",
        "Α: Start Polling {Α Β} on a",
        "Α: Send BeginBallot",
        "Β: Receive BeginBallot(0, a)",
        "Β: Try New Ballot 1",
        "Β: Send NextBallot",
        "Α: Receive NextBallot(1)",
        "Α: Send LastVote",
        "Γ: Receive NextBallot(1)",
        "Γ: Send LastVote",
        "Β: Receive LastVote(1, null_Α)",
        "Β: Receive LastVote(1, null_Γ)",
        "Β: Start Polling {Α Γ} on b",
        "Β: Send BeginBallot",
        "Γ: Receive BeginBallot(1, b)",
        "Γ: Try New Ballot 2",
        "Γ: Send NextBallot",
        "Β: Receive NextBallot(2)",
        "Β: Send LastVote",
        "Γ: Receive NextBallot(2)",
        "Γ: Send LastVote",
        "Γ: Receive LastVote(2, (Β, 0, a))",
        "Γ: Receive LastVote(2, (Γ, 1, b))",
    ];
    let state = after(&model, &steps);
    let steps = model.next_steps(&state).into_iter();
    let objections = steps.filter_map(|(action, _)| {
        let objection = model.objection(&state, &action)?;
        Some(format!("{} — {objection}", model.step_name(&action)))
    });
    let expected = "Γ: Start Polling {Β Γ} on a — the paper forbids this step: the largest vote in \
                    prevVotes is for another decree: b, in ballot 1";
    assert_eq!(objections.collect::<Vec<_>>(), [expected]);
    let allowed = "Γ: Start Polling {Β Γ} on b — the paper allows it, but this mutant does not";
    assert!(forbidden(&model, &state).contains(&allowed.to_owned()));
}

#[derive(Default)]
struct Objections(usize);

impl OfAState for Objections {
    fn ask<M: Checkable>(&mut self, model: &M, state: &M::State) {
        let steps = model.next_steps(state).into_iter();
        self.0 += steps
            .filter_map(|(action, _)| model.objection(state, &action))
            .count();
    }
}

#[test]
fn the_paper_neither_objects_to_a_step_of_the_paper_nor_allows_another() {
    let is_of_a_mutant = |why: &String| why.contains("this mutant");
    for spec in SPECS.iter().filter(|spec| !spec.contains("mutant")) {
        assert_eq!(ask::<Objections>(spec).0, 0, "{spec}");
        assert!(
            !ask::<Guards>(spec).whys.keys().any(is_of_a_mutant),
            "{spec}"
        );
    }
}
