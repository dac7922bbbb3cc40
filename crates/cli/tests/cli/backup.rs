//! `synod backup` and `synod restore`, on ledgers that the tests make.

use crate::command::{Folder, json, run};
use std::fs;
use synod_math::{BallotNumber, Priest};
use synod_node::config::Identity;
use synod_node::ledger::{self, DiskLedger};
use synod_node::{Command, Decree, Ledger, Note, Request};
use synod_protocol::parliament::{DecreeNumber, RequestId};
use synod_protocol::state_machine::map::Condition;

/// The ledger of a node of cluster `paxos`, with promises and the decree SET greeting hello.
fn ledger(folder: &Folder) -> (String, Ledger) {
    let identity = Identity {
        cluster: "paxos".to_owned(),
        me: Priest::new(0).unwrap(),
        legislators: 3,
    };
    let command = Command::Set {
        key: b"greeting".to_vec(),
        value: b"hello".to_vec(),
        condition: Condition::Always,
    };
    let (client, sequence) = (7, 1);
    let id = RequestId { client, sequence };
    let path = folder.path("node");
    let (mut disk, mut ledger) = DiskLedger::open(&path, &identity).unwrap();
    let notes = vec![
        Note::NextBal(BallotNumber(4)),
        Note::Outcome(
            DecreeNumber(1),
            Decree::Request(Request {
                id,
                command: command.into(),
            }),
        ),
    ];
    notes.iter().cloned().for_each(|note| ledger.record(note));
    disk.commit(notes).unwrap();
    (path.to_str().unwrap().to_owned(), ledger)
}

fn path(folder: &Folder, name: &str) -> String {
    folder.path(name).to_str().unwrap().to_owned()
}

/// Asserts that the command ends with status 2 and this text on standard error.
fn refuses(arguments: &[&str], complaint: &str) {
    let output = run(arguments);
    let complaints = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {complaints}");
    // Lines are wrapped.
    let said = complaints.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains(complaint), "{arguments:?}: {complaints}");
}

#[test]
fn a_new_cluster_begins_with_the_law_of_the_backup_and_without_promises() {
    let folder = Folder::new();
    let (node, ledger) = ledger(&folder);
    let file = path(&folder, "backup");
    let (made, status) = json(&["backup", &node, "--to", &file]);
    assert_eq!(status, 0);
    assert_eq!(made[0]["decree_number"], 1);
    assert_eq!(
        (&made[0]["keys"], &made[0]["clients"]),
        (&1.into(), &1.into())
    );
    assert_eq!(json(&["backup", "--verify", &file]), (made, 0));
    let [one, two] = ["new/1", "new/2"].map(|name| path(&folder, name));
    let to = ["--legislators", "2", "--to", &one, &two];
    let new = ["restore", &file, "--as-new-cluster", "delphi"];
    let output = run(&[new.as_slice(), &to].concat());
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("cluster paxos of 3 up to decree 1"), "{said}");
    assert!(said.contains("restored as cluster delphi"), "{said}");
    let mut law = ledger.snapshot.clone();
    law.pass(&ledger.decrees[&DecreeNumber(1)]);
    for (index, folder) in [&one, &two].into_iter().enumerate() {
        let identity = Identity {
            cluster: "delphi".to_owned(),
            me: Priest::new(index).unwrap(),
            legislators: 2,
        };
        let (_, restored) = DiskLedger::open(folder.as_ref(), &identity).unwrap();
        assert_eq!(restored.snapshot, law);
        assert_eq!((restored.next_bal, restored.last_tried), (None, None));
        assert!(restored.votes.is_empty() && restored.decrees.is_empty());
    }
}

#[test]
fn what_cannot_be_backed_up_or_restored_is_refused_and_nothing_is_changed() {
    let folder = Folder::new();
    let (node, _) = ledger(&folder);
    let [file, nowhere, new] = ["backup", "nowhere", "new"].map(|name| path(&folder, name));
    assert!(run(&["backup", &node, "--to", &file]).status.success());
    let mut bytes = fs::read(&file).unwrap();
    bytes[8] += 1;
    let other = path(&folder, "other");
    fs::write(&other, &bytes).unwrap();
    bytes[8] -= 1;
    *bytes.last_mut().unwrap() ^= 1;
    let damaged = path(&folder, "damaged");
    fs::write(&damaged, &bytes).unwrap();
    fs::create_dir(folder.path("full")).unwrap();
    let full = path(&folder, "full");
    fs::write(folder.path("full/file"), "").unwrap();
    let before = fs::read(folder.path("node").join(ledger::FILE)).unwrap();

    refuses(&["backup", &node, "--to", &file], "never overwritten");
    refuses(&["backup", &nowhere, "--to", &new], "there is no ledger");
    refuses(&["backup", &node], "--to <FILE>");
    refuses(&["backup", "--verify", &damaged], "is damaged");
    for (from, name, legislators, to, complaint) in [
        (&file, "paxos", "1", &new, "have promised and voted since"),
        (&file, "Delphi", "1", &new, "1 to 63 of a-z"),
        (&file, "delphi", "1", &node, "there is a ledger in"),
        (&file, "delphi", "1", &full, "is not empty"),
        (&file, "delphi", "2", &new, "2 are needed, 1 named"),
        (&file, "delphi", "0", &new, "0 is not in 1..=64"),
        (&damaged, "delphi", "1", &new, "is damaged"),
        (&other, "delphi", "1", &new, "versions 1 to 2"),
        (&nowhere, "delphi", "1", &new, "No such file"),
    ] {
        let arguments = ["restore", from, "--as-new-cluster", name, "--legislators"];
        refuses(
            &[arguments.as_slice(), &[legislators, "--to", to]].concat(),
            complaint,
        );
        assert!(!folder.path("new").exists(), "{complaint}");
    }
    let after = fs::read(folder.path("node").join(ledger::FILE)).unwrap();
    assert_eq!(before, after);
}
