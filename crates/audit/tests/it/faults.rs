//! Each fault that a test puts into real ledgers and traces is reported as a violation of
//! the right claim.

use crate::cluster::{Cluster, cut};
use crate::common::identity;
use crate::{BAD, audit_of, report_text};
use redb::{Database, TableDefinition};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use synod_audit::{AuditReport, Claim, Verdict};
use synod_math::{BallotNumber, Cast};
use synod_node::ledger::{self, DiskLedger};
use synod_node::{Command, Decree, Ledger, Note, Request};
use synod_protocol::parliament::{DecreeNumber, RequestId};

/// A parliament that has ended and that fulfills a condition.
fn a_cluster_with(condition: impl Fn(&Cluster) -> bool) -> Cluster {
    (0..200)
        .find_map(|seed| {
            let mut cluster = Cluster::new(3, seed, BAD);
            cluster.run(250);
            cluster.stop();
            condition(&cluster).then_some(cluster)
        })
        .expect("no seed leads to a cluster with this condition")
}

pub(crate) fn ledger_of(cluster: &Cluster, index: usize) -> Ledger {
    ledger::read(&cluster.of(index)).unwrap().ledger
}

pub(crate) fn change(cluster: &Cluster, index: usize, note: Note) {
    let (mut ledger, _) = DiskLedger::open(&cluster.of(index), &identity(index, 3)).unwrap();
    ledger.commit(vec![note]).unwrap();
}

fn forget_decree(cluster: &Cluster, index: usize, at: u64) {
    let table: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("decrees");
    let database = Database::open(cluster.of(index).join(ledger::FILE)).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(table).unwrap().remove(at).unwrap();
    transaction.commit().unwrap();
}

pub(crate) fn other_decree() -> Decree {
    Decree::Request(Request {
        id: RequestId {
            client: 99,
            sequence: 1,
        },
        command: Command::Delete { key: vec![7] }.into(),
    })
}

pub(crate) fn other_decree_json() -> Value {
    json!({"request": {"client": 99, "sequence": 1, "command": {"delete": {"key": "\u{7}"}}}})
}

pub(crate) fn lines(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).unwrap();
    let lines = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    lines.collect()
}

fn write(file: &Path, lines: &[Value]) {
    write_after(&mut 0, file, lines);
}

/// Writes the lines, and numbers them again within each life, which has so many lines before them.
pub(crate) fn write_after(count: &mut u64, file: &Path, lines: &[Value]) {
    let mut text = String::new();
    for line in lines {
        *count = if is(line, "Recover") { 1 } else { *count + 1 };
        let mut line = line.clone();
        line["line"] = json!(count);
        text += &line.to_string();
        text.push('\n');
    }
    fs::write(file, text).unwrap();
}

pub(crate) fn is(line: &Value, action: &str) -> bool {
    line["action"] == action
}

pub(crate) fn violated(report: &AuditReport, claim: Claim) {
    assert_eq!(
        report.verdict(claim),
        Verdict::Violated,
        "{}: {}",
        claim.name(),
        report_text(report)
    );
}

/// Changes the first line, in any trace, that `change` accepts (returns true for).
fn change_line(cluster: &Cluster, change: impl Fn(&mut Vec<Value>, usize) -> bool) {
    for index in 0..3 {
        let file = cluster.trace(index);
        let mut all = lines(&file);
        let changed = (0..all.len()).any(|position| change(&mut all, position));
        if changed {
            return write(&file, &all);
        }
    }
    panic!("no trace has such a line");
}

fn is_received_by_president(lines: &[Value], position: usize) -> bool {
    let line = &lines[position];
    is(line, "Receive Voted") && line["priest"] != line["node"]
}

/// Whether a president received the Voted of another legislator.
fn has_a_received_vote(cluster: &Cluster) -> bool {
    (0..3).any(|index| {
        let lines = lines(&cluster.trace(index));
        (0..lines.len()).any(|position| is_received_by_president(&lines, position))
    })
}

#[test]
fn an_outcome_that_was_changed_is_a_contradiction() {
    let cluster = a_cluster_with(|cluster| ledger_of(cluster, 1).known().0 > 3);
    change(&cluster, 1, Note::Outcome(DecreeNumber(2), other_decree()));
    let report = audit_of(cluster.folders());
    violated(&report, Claim::Consistency);
    violated(&report, Claim::LawsAgree);
}

#[test]
fn a_ledger_that_is_not_the_one_that_others_have_met_is_found() {
    let cluster = a_cluster_with(|_| true);
    let open = |index| {
        let opened = DiskLedger::open(&cluster.of(index), &identity(index, 3));
        opened.unwrap().0
    };
    let (mut one, two) = (open(0), open(1));
    let said = two.detector().introduce(identity(0, 3).me);
    let other = identity(1, 3).me;
    one.detector().hear(other, &said, None).unwrap();
    one.commit(Vec::new()).unwrap();
    drop((one, two));
    let report = audit_of(cluster.folders());
    assert!(
        report
            .findings
            .iter()
            .all(|finding| finding.claim != Claim::NoneLost)
    );
    fs::remove_dir_all(cluster.of(1)).unwrap();
    drop(open(1));
    violated(&audit_of(cluster.folders()), Claim::NoneLost);
    // Once the new ledger has heard of the loss, it records the loss itself.
    let (one, mut two) = (open(0), open(1));
    let heard = two
        .detector()
        .hear(identity(0, 3).me, &one.detector().introduce(other), None);
    heard.unwrap();
    two.serve_readers().unwrap();
    two.commit(Vec::new()).unwrap();
    let alone = || audit_of(vec![cluster.of(1)]);
    violated(&alone(), Claim::NoneLost);
    drop(two);
    violated(&alone(), Claim::NoneLost);
}

#[test]
fn a_vote_that_was_changed_does_not_follow_from_the_trace() {
    let cluster = a_cluster_with(|cluster| !ledger_of(cluster, 0).votes.is_empty());
    let votes = ledger_of(&cluster, 0).votes;
    let (&at, cast) = votes.first_key_value().unwrap();
    let (number, decree) = (cast.number, other_decree());
    change(&cluster, 0, Note::PrevVote(at, Cast { number, decree }));
    violated(&audit_of(cluster.folders()), Claim::LedgerFollows);
}

#[test]
fn two_votes_in_a_ballot_are_for_one_decree() {
    let shared = |cluster: &Cluster| {
        let (a, b) = (ledger_of(cluster, 0).votes, ledger_of(cluster, 1).votes);
        a.into_iter().find(|(at, cast)| b.get(at) == Some(cast))
    };
    let cluster = a_cluster_with(|cluster| shared(cluster).is_some());
    let (at, cast) = shared(&cluster).unwrap();
    let (number, decree) = (cast.number, other_decree());
    change(&cluster, 0, Note::PrevVote(at, Cast { number, decree }));
    violated(&audit_of(cluster.folders()), Claim::OneDecreeABallot);
}

#[test]
fn a_majority_that_voted_binds_an_outcome() {
    let cluster = a_cluster_with(|cluster| ledger_of(cluster, 2).known().0 > 3);
    let at = DecreeNumber(ledger_of(&cluster, 2).known().0 + 40);
    for index in 0..2 {
        let (number, decree) = (BallotNumber(0), Decree::OliveDay);
        change(&cluster, index, Note::PrevVote(at, Cast { number, decree }));
    }
    change(&cluster, 2, Note::Outcome(at, other_decree()));
    violated(&audit_of(cluster.folders()), Claim::MajorityBinds);
}

#[test]
fn a_promise_that_was_taken_back_does_not_follow_from_the_trace() {
    let cluster = a_cluster_with(|cluster| ledger_of(cluster, 0).next_bal.is_some());
    change(&cluster, 0, Note::NextBal(BallotNumber(0)));
    violated(&audit_of(cluster.folders()), Claim::LedgerFollows);
}

#[test]
fn a_vote_above_next_bal_breaks_a_promise() {
    let cluster = a_cluster_with(|cluster| ledger_of(cluster, 0).next_bal.is_some());
    let at = DecreeNumber(ledger_of(&cluster, 0).known().0 + 1);
    let number = BallotNumber(ledger_of(&cluster, 0).next_bal.unwrap().0 + 3);
    let decree = other_decree();
    change(&cluster, 0, Note::PrevVote(at, Cast { number, decree }));
    violated(&audit_of(cluster.folders()), Claim::Promises);
}

#[test]
fn a_ballot_of_another_legislator_cannot_be_tried() {
    let cluster = a_cluster_with(|cluster| ledger_of(cluster, 0).next_bal.is_some());
    let number = BallotNumber(ledger_of(&cluster, 0).next_bal.unwrap().0 * 3 + 1);
    change(&cluster, 0, Note::LastTried(number));
    let report = audit_of(cluster.folders());
    violated(&report, Claim::Promises);
    violated(&report, Claim::LedgerFollows);
}

#[test]
fn a_decree_that_is_gone_does_not_follow_from_the_trace() {
    let cluster = a_cluster_with(|cluster| ledger_of(cluster, 0).known().0 > 3);
    forget_decree(&cluster, 0, 2);
    violated(&audit_of(cluster.folders()), Claim::LedgerFollows);
}

#[test]
fn a_decree_that_is_gone_everywhere_is_a_gap() {
    let cluster = a_cluster_with(|cluster| ledger_of(cluster, 0).known().0 > 3);
    (0..3).for_each(|index| forget_decree(&cluster, index, 2));
    violated(&audit_of(cluster.folders()), Claim::NoGaps);
}

#[test]
fn two_ledgers_that_were_exchanged_lie_beside_the_wrong_traces() {
    let cluster = a_cluster_with(|_| true);
    let aside = cluster.folder.path().join("aside");
    for file in [ledger::FILE, ledger::JOURNAL] {
        let files = [0, 1].map(|index| cluster.of(index).join(file));
        fs::rename(&files[0], &aside).unwrap();
        fs::rename(&files[1], &files[0]).unwrap();
        fs::rename(&aside, &files[1]).unwrap();
    }
    violated(&audit_of(cluster.folders()), Claim::LedgerFollows);
}

#[test]
fn a_voted_that_was_not_sent_cannot_be_received() {
    let cluster = a_cluster_with(has_a_received_vote);
    let mut all: Vec<_> = (0..3).map(|index| lines(&cluster.trace(index))).collect();
    // The sending of the first Voted that a president received is removed.
    let received = all.iter().find_map(|lines| {
        let mut positions = 0..lines.len();
        let position = positions.find(|&position| is_received_by_president(lines, position))?;
        Some(lines[position].clone())
    });
    let received = received.unwrap();
    let sender = received["priest"].as_u64().unwrap() as usize - 1;
    all[sender].retain(|line| !(is(line, "Send Voted") && line["at"] == received["at"]));
    write(&cluster.trace(sender), &all[sender]);
    let report = audit_of(cluster.folders());
    violated(&report, Claim::Steps);
    assert!(
        report.findings[0].what.contains("was not sent"),
        "{}",
        report_text(&report)
    );
}

#[test]
fn a_voted_of_another_ballot_cannot_be_received() {
    let cluster = a_cluster_with(has_a_received_vote);
    change_line(&cluster, |lines, position| {
        if !is_received_by_president(lines, position) {
            return false;
        }
        let mut other = lines[position].clone();
        other["ballot"] = json!(other["ballot"].as_u64().unwrap() + 3);
        lines.insert(position + 1, other);
        true
    });
    violated(&audit_of(cluster.folders()), Claim::Steps);
}

#[test]
fn a_vote_for_another_decree_is_another_ballot() {
    let cluster = a_cluster_with(has_a_received_vote);
    change_line(&cluster, |lines, position| {
        let line = &mut lines[position];
        let is_other = is(line, "Receive BeginBallot") && line["decree"] != other_decree_json();
        if is_other {
            line["decree"] = other_decree_json();
        }
        is_other
    });
    let report = audit_of(cluster.folders());
    violated(&report, Claim::Steps);
    violated(&report, Claim::B1);
}

#[test]
fn a_last_vote_that_hides_a_vote_was_not_sent() {
    let has_votes = |line: &Value| {
        let votes = line["votes"].as_array();
        is(line, "Receive LastVote") && votes.is_some_and(|votes| !votes.is_empty())
    };
    let cluster = a_cluster_with(|cluster| lines(&cluster.trace(0)).iter().any(has_votes));
    change_line(&cluster, |lines, position| {
        let is_found = has_votes(&lines[position]);
        if is_found {
            lines[position]["votes"] = json!([]);
        }
        is_found
    });
    let report = audit_of(cluster.folders());
    violated(&report, Claim::Steps);
    let what = &report.findings[0].what;
    assert!(what.contains("with other votes"), "{what}");
}

#[test]
fn a_line_that_is_missing_is_noticed() {
    let cluster = a_cluster_with(|_| true);
    let file = cluster.trace(1);
    let text = fs::read_to_string(&file).unwrap();
    let kept = text
        .lines()
        .enumerate()
        .filter(|(position, _)| *position != 20);
    let kept: Vec<_> = kept.map(|(_, line)| line).collect();
    fs::write(&file, kept.join("\n") + "\n").unwrap();
    violated(&audit_of(cluster.folders()), Claim::WholeTraces);
}

#[test]
fn a_trace_whose_end_is_gone_lacks_what_others_received() {
    let cluster = a_cluster_with(|cluster| lines(&cluster.trace(2)).len() > 200);
    let file = cluster.trace(2);
    let length = fs::metadata(&file).unwrap().len();
    cut(&file, length / 2);
    let report = audit_of(cluster.folders());
    assert!(!report.holds(), "{}", report_text(&report));
}

/// The error of an audit that is impossible.
pub(crate) fn refused(folders: Vec<std::path::PathBuf>, traces: Vec<std::path::PathBuf>) -> String {
    let scope = synod_audit::AuditScope {
        folders,
        traces,
        with_traces: true,
        order: synod_protocol::parliament::Order::Ascending,
        memory: synod_audit::AuditScope::MEMORY,
    };
    let error = synod_audit::audit(&scope).unwrap_err();
    error.to_string()
}

#[test]
fn only_the_beginning_of_a_line_counts_as_cut_off_and_other_text_is_refused() {
    let cluster = a_cluster_with(|cluster| {
        lines(&cluster.trace(1)).len() > 50 && audit_of(cluster.folders()).figures.torn == 0
    });
    let file = cluster.trace(1);
    let text = fs::read_to_string(&file).unwrap();
    for nonsense in ["nonsense", "{}", "[1", "\u{1}"] {
        fs::write(&file, format!("{text}{nonsense}\n")).unwrap();
        let why = refused(cluster.folders(), Vec::new());
        assert!(why.contains(&file.display().to_string()), "{why}");
    }
    let half = text.lines().last().unwrap();
    let half = &half[..half.len() / 2];
    for cut_off in [half.to_owned(), format!("{half}\0\0\0"), "\0\0".to_owned()] {
        fs::write(&file, format!("{text}{cut_off}\n")).unwrap();
        let report = audit_of(cluster.folders());
        assert_eq!(report.figures.torn, 1, "{}", report_text(&report));
    }
}

#[test]
fn a_trace_that_is_named_and_empty_is_refused() {
    let cluster = a_cluster_with(|_| true);
    let empty = cluster.of(0).join("empty");
    fs::write(&empty, "").unwrap();
    let why = refused(vec![cluster.of(0)], vec![empty]);
    assert!(why.ends_with("not a trace: the file has no line"), "{why}");
}

/// The ballots that a president began: decree number, ballot number, and the position of
/// Start Polling in the trace.
fn begun(lines: &[Value]) -> Vec<(u64, u64, usize)> {
    let mut tried = 0;
    let mut begun = Vec::new();
    for (position, line) in lines.iter().enumerate() {
        if is(line, "Try New Ballot") {
            tried = line["ballot"].as_u64().unwrap();
        } else if is(line, "Start Polling") {
            begun.push((line["at"].as_u64().unwrap(), tried, position));
        }
    }
    begun
}

/// A ballot whose decree is bound by B3, because its president, a member of its quorum,
/// voted in an earlier ballot of the same number: index of the president, decree number,
/// ballot number, and position of Start Polling.
fn bound_ballot(cluster: &Cluster) -> Option<(usize, u64, u64, usize)> {
    (0..3).find_map(|index| {
        let begun = begun(&lines(&cluster.trace(index)));
        let later = |of: &(u64, u64, usize)| {
            begun
                .iter()
                .find(|(at, b, _)| *at == of.0 && *b > of.1)
                .copied()
        };
        let (at, ballot, position) = begun.iter().find_map(later)?;
        Some((index, at, ballot, position))
    })
}

#[test]
fn a_ballot_on_another_decree_than_its_quorum_voted_for_breaks_b3() {
    let cluster = a_cluster_with(|cluster| bound_ballot(cluster).is_some());
    let (president, at, ballot, position) = bound_ballot(&cluster).unwrap();
    for index in 0..3 {
        let mut all = lines(&cluster.trace(index));
        if index == president {
            all[position]["decree"] = other_decree_json();
        }
        let of_this = |line: &&mut Value| {
            is(line, "Receive BeginBallot") && line["at"] == at && line["ballot"] == ballot
        };
        for line in all.iter_mut().filter(of_this) {
            line["decree"] = other_decree_json();
        }
        write(&cluster.trace(index), &all);
    }
    let report = audit_of(cluster.folders());
    violated(&report, Claim::Steps);
    violated(&report, Claim::B3);
    let finding = report
        .findings
        .iter()
        .find(|found| found.claim == Claim::B3);
    let finding = finding.unwrap();
    assert!(
        finding.figure.as_ref().unwrap().contains("delete"),
        "{}",
        report_text(&report)
    );
    assert!(!finding.locations.is_empty(), "{}", report_text(&report));
}
