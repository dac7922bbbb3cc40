//! `synod audit`, on ledgers that the tests make.

use crate::command::{json, run};
use std::path::{Path, PathBuf};
use synod_math::{BallotNumber, Cast, Priest};
use synod_node::config::Identity;
use synod_node::ledger::DiskLedger;
use synod_node::{Decree, Note};
use synod_protocol::parliament::{DecreeNumber, Request, RequestId};
use synod_protocol::state_machine::map::Command;

/// Makes the ledger of one of two legislators from these notes. Returns its folder.
fn ledger(folder: &Path, number: usize, notes: Vec<Note>) -> String {
    let identity = Identity {
        cluster: "paxos".to_owned(),
        me: Priest::new(number - 1).unwrap(),
        legislators: 2,
    };
    let folder = folder.join(number.to_string());
    let (mut ledger, _) = DiskLedger::open(&folder, &identity).unwrap();
    ledger.commit(notes).unwrap();
    folder.to_str().unwrap().to_owned()
}

fn new_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    folder
}

/// The outcome of decree 1: a request to read this key.
fn passed(key: &str) -> Vec<Note> {
    let id = RequestId {
        client: 7,
        sequence: 1,
    };
    let command = Command::Get { key: key.into() };
    let command = command.into();
    let decree = Decree::Request(Request { id, command });
    vec![Note::Outcome(DecreeNumber(1), decree)]
}

#[test]
fn ledgers_that_agree_hold() {
    let folder = new_folder("ledgers that agree");
    let folders = [1, 2].map(|number| ledger(&folder, number, passed("olive")));
    let output = run(&["audit", &folders[0], &folders[1]]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("holds        Consistency"), "{text}");
    assert!(text.contains("not checked  Steps of A.1"), "{text}");
    assert!(!text.contains("VIOLATED"), "{text}");
}

#[test]
fn ledgers_that_disagree_are_reported_with_both_decrees() {
    let folder = new_folder("ledgers that disagree");
    let first = ledger(&folder, 1, passed("olive"));
    let second = ledger(&folder, 2, passed("tan"));
    let output = run(&["audit", &first, &second]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("VIOLATED     Consistency"), "{text}");
    assert!(text.contains("olive") && text.contains("tan"), "{text}");
    let (lines, status) = json(&["audit", &first, &second]);
    assert_eq!(status, 1);
    assert!(lines.iter().all(|line| line["schema"] == 1), "{lines:?}");
    let violated = |line: &&serde_json::Value| line["verdict"] == "violated";
    assert!(
        lines
            .iter()
            .any(|line| violated(&line) && line["claim"] == "Consistency")
    );
}

#[test]
fn a_vote_above_a_promise_is_reported() {
    let folder = new_folder("a vote above a promise");
    let cast = Cast {
        number: BallotNumber(4),
        decree: Decree::OliveDay,
    };
    let notes = vec![
        Note::NextBal(BallotNumber(2)),
        Note::PrevVote(DecreeNumber(1), cast),
    ];
    let folders = [ledger(&folder, 1, notes), ledger(&folder, 2, Vec::new())];
    let output = run(&["audit", &folders[0], &folders[1]]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("VIOLATED     Promises"), "{text}");
}

#[test]
fn folders_that_are_not_those_of_a_cluster_are_refused() {
    let folder = new_folder("one ledger");
    let only = ledger(&folder, 1, Vec::new());
    for (arguments, complaint) in [
        (vec!["audit", "no such folder"], "no such folder"),
        (
            vec!["audit", &only, &only],
            "name every folder of one cluster once",
        ),
        (vec!["audit"], "<PATH>"),
    ] {
        let output = run(&arguments);
        let complaints = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{complaints}");
        assert!(complaints.contains(complaint), "{complaints}");
    }
}
