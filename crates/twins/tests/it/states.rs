//! The states of the models, as values of their twins.

use crate::command::workspace;
use std::path::Path;
use synod_twins::instance::Project;
use synod_twins::judge::dump;

/// The canonical JSON of a spec's states.
fn states(spec: &str) -> Vec<String> {
    let project = Project(workspace());
    let instance = project.instance(spec.to_owned()).unwrap();
    dump(&instance).unwrap()
}

fn has(states: &[String], state: &str) {
    let state: String = state.split_whitespace().collect();
    assert!(states.contains(&state), "{state}\n{}", states[0]);
}

#[test]
fn preliminary() {
    let project = Project(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wrong"));
    let name = "preliminary/a-Success-not-sent".to_owned();
    let states = dump(&project.instance(name).unwrap()).unwrap();
    assert_eq!(states.len(), 6);
    has(
        &states,
        r##"{"ballots":{"#set":[]},"messages":{"#set":[]},
            "outcome":{"#tup":["BLANK"]},"tried":{"#set":[]}}"##,
    );
    has(
        &states,
        r##"{"ballots":{"#set":[{"bal":0,"dec":"a","qrm":{"#set":[1]},"vot":{"#set":[1]}}]},
            "messages":{"#set":[
                {"bal":0,"dec":"a","qrm":{"#set":[1]},"type":"BeginBallot"},
                {"bal":0,"pst":1,"type":"Voted"},
                {"bal":0,"type":"LastVote","vote":{"bal":-1,"dec":"BLANK","pst":1}},
                {"bal":0,"type":"NextBallot"},
                {"dec":"a","type":"Success"}]},
            "outcome":{"#tup":["a"]},"tried":{"#set":[0]}}"##,
    );
}

#[test]
fn basic() {
    let states = states("basic/two-competing-priests-hold");
    assert_eq!(states.len(), 2259);
    has(
        &states,
        r##"{"ballots":{"#set":[]},"decree":{"#tup":["BLANK","BLANK"]},
            "lastTried":{"#tup":[-1,1]},"messages":{"#set":[]},
            "nextBal":{"#tup":[-1,-1]},"outcome":{"#tup":["BLANK","BLANK"]},
            "prevBal":{"#tup":[-1,-1]},"prevDec":{"#tup":["BLANK","BLANK"]},
            "prevVotes":{"#tup":[{"#set":[]},{"#set":[]}]},
            "quorum":{"#tup":[{"#set":[]},{"#set":[]}]},
            "status":{"#tup":["idle","trying"]},
            "voters":{"#tup":[{"#set":[]},{"#set":[]}]}}"##,
    );
}

/// The number of states is that of the model, so no two states of the world are one state
/// of the twin.
#[test]
fn complete() {
    let states = states("complete/a-crash-at-any-point-is-harmless");
    assert_eq!(states.len(), 2377);
    let blank = r##"{"decree":"BLANK","prevVotes":{"#set":[]},"quorum":{"#set":[]},
        "status":"idle","voters":{"#set":[]}}"##;
    let ledger = |last_tried: i8| {
        format!(
            r#"{{"lastTried":{last_tried},"nextBal":-1,"outcome":"BLANK","prevBal":-1,
            "prevDec":"BLANK"}}"#
        )
    };
    let (none, first) = (ledger(-1), ledger(0));
    let timers = r##"{"#set":["Absence","Presence"]}"##;
    // Priest 1 crashed after sending one of two NextBallots.
    has(
        &states,
        &format!(
            r##"{{"ballots":{{"#set":[]}},"crashedBeforeSending":false,"crashesLeft":0,
            "isPresident":{{"#tup":[false,false,false]}},
            "ledgers":{{"#tup":[{first},{none},{none}]}},
            "messages":{{"#set":[{{"bal":0,"type":"NextBallot"}}]}},
            "proposal":{{"#tup":["a","a","a"]}},
            "sent":{{"#set":[{{"from":1,"message":{{"bal":0,"type":"NextBallot"}},"to":2}}]}},
            "slips":{{"#tup":[{blank},{blank},{blank}]}},
            "timers":{{"#tup":[{timers},{timers},{timers}]}}}}"##
        ),
    );
}

/// As for `complete`, no two states of the world are one state of the twin.
#[test]
fn parliament() {
    let states = states("parliament/one-president-of-two-holds");
    assert_eq!(states.len(), 240);
    let of_two = |of_one: &str| format!(r##"{{"#tup":[{of_one},{of_one}]}}"##);
    let none = r##"{"#set":[]}"##;
    let (nowhere, blank) = (of_two("-1"), of_two(r#""BLANK""#));
    let nothing = of_two(none);
    let ledgers = of_two(&format!(
        r#"{{"decrees":{none},"lastTried":-1,"nextBal":-1,"votes":{none}}}"#
    ));
    let slips = of_two(&format!(
        r#"{{"answers":{none},"bound":{none},"isSucceeded":false,"lastBound":0,"next":0,
            "polls":{none},"quorum":{none},"status":"idle"}}"#
    ));
    let paper = of_two(&format!(
        r#"{{"ballots":{none},"decree":{blank},"lastTried":{nowhere},"messages":{none},
            "nextBal":{nowhere},"outcome":{blank},"prevBal":{nowhere},"prevDec":{blank},
            "prevVotes":{nothing},"quorum":{nothing},"status":{idle},"voters":{nothing}}}"#,
        idle = of_two(r#""idle""#),
    ));
    let timers = of_two(r##"{"#set":["Absence","Presence"]}"##);
    let is_president = of_two("false");
    let waiting = of_two(r##"{"#tup":[]}"##);
    has(
        &states,
        &format!(
            r#"{{"crashedBeforeSending":false,"crashesLeft":0,"isPresident":{is_president},
            "late":{nothing},"ledgers":{ledgers},"paper":{paper},"sent":{none},
            "slips":{slips},"timers":{timers},"waiting":{waiting}}}"#
        ),
    );
}

#[test]
fn paxos() {
    let states = states("paxos/two-ballots-hold");
    assert_eq!(states.len(), 3921);
    has(
        &states,
        r##"{"maxBal":{"#tup":[-1,0,-1]},"maxVBal":{"#tup":[-1,-1,-1]},
            "maxVal":{"#tup":["None","None","None"]},
            "msgs":{"#set":[
                {"acc":2,"bal":0,"mbal":-1,"mval":"None","type":"1b"},
                {"bal":0,"type":"1a"}]}}"##,
    );
}
