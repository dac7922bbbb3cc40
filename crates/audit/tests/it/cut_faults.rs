//! The same where ledgers are cut and the first files of traces are gone: each fault that the rest
//! shows is reported, and what nothing shows is said to be unknown.

use crate::cluster::{Cluster, Weather};
use crate::common::identity;
use crate::faults::{
    change, is, ledger_of, lines, other_decree, other_decree_json, refused, violated, write_after,
};
use crate::{WITH_SNAPSHOTS, assert_all_hold, audit_of, audit_within, report_text};
use redb::{Database, ReadableDatabase, TableDefinition};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use synod_audit::{AuditScope, Claim};
use synod_math::{BallotNumber, Cast};
use synod_node::ledger::{self, DiskLedger, Head, KeptSnapshot, LedgerReader};
use synod_node::snapshot::{self, SnapshotHeader};
use synod_node::{Map, Note, wire};
use synod_protocol::parliament::{DecreeNumber, Law};

/// A parliament that has ended, with cut ledgers, and with traces whose first files are gone, each
/// at another moment. Nothing was wrong with it before `plant` found a place for a fault.
fn planted(plant: impl Fn(&Cluster) -> bool) -> Cluster {
    for seed in 0..200 {
        let weather = Weather {
            trace: (4 << 10, None),
            ..WITH_SNAPSHOTS
        };
        let mut cluster = Cluster::new(3, seed, weather);
        cluster.run(500);
        cluster.stop();
        cluster.remove_first_files();
        let before = audit_within(&cluster.folders(), AuditScope::MEMORY);
        let is_cut = before.figures.cut > 0 && before.figures.partial > 0;
        if is_cut && plant(&cluster) {
            assert_all_hold(&before);
            return cluster;
        }
    }
    panic!("no seed leads to a cluster in which this fault can be planted");
}

fn head(cluster: &Cluster, index: usize) -> Head {
    LedgerReader::open(&cluster.of(index)).unwrap().head
}

/// A trace: its files and their lines.
struct Lines(Vec<(PathBuf, Vec<Value>)>);

impl Lines {
    fn of(cluster: &Cluster, index: usize) -> Self {
        let present = cluster.trace(index);
        let full = synod_trace::files::full(&present).unwrap();
        let files = full.into_values().chain([present]);
        Self(files.map(|file| (file.clone(), lines(&file))).collect())
    }

    fn all(&self) -> impl Iterator<Item = &Value> {
        self.0.iter().flat_map(|(_, lines)| lines)
    }

    /// Writes all files, and numbers the lines of each life.
    fn write(&self) {
        let mut count = self.0[0].1[0]["line"].as_u64().unwrap() - 1;
        for (file, lines) in &self.0 {
            write_after(&mut count, file, lines);
        }
    }
}

/// A decree of the law that both ledgers hold.
fn common_decree(cluster: &Cluster) -> Option<DecreeNumber> {
    let (a, b) = (ledger_of(cluster, 0), ledger_of(cluster, 1));
    let mut common = a.decrees.keys().filter(|at| b.decrees.contains_key(at));
    common.next().copied()
}

#[test]
fn an_outcome_that_was_changed_above_the_cut_is_a_contradiction() {
    let cluster = planted(|cluster| {
        let common = common_decree(cluster);
        if let Some(at) = common {
            change(cluster, 1, Note::Outcome(at, other_decree()));
        }
        common.is_some()
    });
    violated(&audit_of(cluster.folders()), Claim::Consistency);
}

/// The entry of the ledger's snapshot: number, size, digest of the law, and digest of the file.
fn change_snapshot_entry(folder: &Path, change: impl Fn(&mut Vec<u8>)) {
    let table: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("identity");
    let database = Database::open(folder.join(ledger::FILE)).unwrap();
    let read = database.begin_read().unwrap().open_table(table).unwrap();
    let mut entry = read.get("snapshot").unwrap().unwrap().value().to_vec();
    change(&mut entry);
    let transaction = database.begin_write().unwrap();
    let mut written = transaction.open_table(table).unwrap();
    written.insert("snapshot", entry.as_slice()).unwrap();
    drop(written);
    transaction.commit().unwrap();
}

#[test]
fn a_law_that_differs_below_the_cut_is_found_by_its_digest() {
    let cluster = planted(|cluster| {
        let all_have = (0..3).all(|index| head(cluster, index).snapshot.is_some());
        if all_have {
            change_snapshot_entry(&cluster.of(1), |entry| entry[16] ^= 1);
        }
        all_have
    });
    violated(&audit_of(cluster.folders()), Claim::LawsAgree);
}

/// Writes another state for the same decrees to the snapshot of a ledger.
fn change_state(cluster: &Cluster, index: usize, kept: &KeptSnapshot) {
    let folder = cluster.of(index);
    let (mut ledger, content) = DiskLedger::open(&folder, &identity(index, 3)).unwrap();
    let mut entries = content.snapshot.entries().skip(1);
    let law: Law<Map> = Law::restore(kept.summary.through, &mut entries);
    let header = SnapshotHeader {
        cluster: "paxos".to_owned(),
        legislators: 3,
        through: law.through(),
        law_digest: kept.law_digest,
    };
    let entries = law.entries().map(wire::encode_law_entry);
    let summary = snapshot::write(&folder, &header, entries).unwrap();
    ledger.refer_to(KeptSnapshot { summary, ..*kept });
    ledger.commit(vec![Note::Snapshot(law)]).unwrap();
}

#[test]
fn two_snapshots_of_the_same_decrees_with_different_states_are_found() {
    let cluster = planted(|cluster| {
        let [one, two] = [0, 1].map(|index| head(cluster, index).snapshot);
        let same = one.filter(|_| one == two);
        if let Some(kept) = same {
            change_state(cluster, 1, &kept);
        }
        same.is_some()
    });
    let report = audit_of(cluster.folders());
    violated(&report, Claim::LawsAgree);
    let what = &report.findings[0].what;
    assert!(what.contains("are different files"), "{what}");
}

#[test]
fn a_snapshot_that_is_damaged_or_gone_is_refused() {
    let cluster = planted(|cluster| head(cluster, 2).snapshot.is_some());
    let kept = head(&cluster, 2).snapshot.unwrap();
    let file = snapshot::file_in(&cluster.of(2), &kept.summary);
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();
    let why = refused(cluster.folders(), Vec::new());
    assert!(why.contains("is damaged: at byte"), "{why}");
    fs::remove_file(&file).unwrap();
    let why = refused(cluster.folders(), Vec::new());
    assert!(why.contains(&file.display().to_string()), "{why}");
}

#[test]
fn laws_that_are_cut_off_without_a_common_number_are_said_not_to_be_compared() {
    let cluster = planted(|_| true);
    let (mut ledger, content) = DiskLedger::open(&cluster.of(0), &identity(0, 3)).unwrap();
    let mut law = content.snapshot;
    while law.through() < DecreeNumber(10_000) {
        law.pass(&other_decree());
    }
    let header = SnapshotHeader {
        cluster: "paxos".to_owned(),
        legislators: 3,
        through: law.through(),
        law_digest: 7,
    };
    let entries = law.entries().map(wire::encode_law_entry);
    let summary = snapshot::write(&cluster.of(0), &header, entries).unwrap();
    ledger.refer_to(KeptSnapshot {
        summary,
        law_digest: 7,
    });
    let through = law.through();
    ledger
        .commit(vec![Note::Snapshot(law), Note::Cut(through)])
        .unwrap();
    drop(ledger);
    let report = audit_of(vec![cluster.of(0), cluster.of(1)]);
    assert!(report.holds(), "{}", report_text(&report));
    let [what] = report.not_compared.as_slice() else {
        panic!("{:?}", report.not_compared);
    };
    assert!(what.contains("Α and Β: decrees 1 to 10000"), "{what}");
}

#[test]
fn a_vote_above_a_promise_is_found_in_a_cut_ledger() {
    let cluster = planted(|cluster| head(cluster, 0).recovered.ledger.next_bal.is_some());
    let recovered = head(&cluster, 0).recovered;
    let number = BallotNumber(recovered.ledger.next_bal.unwrap().0 + 3);
    let decree = other_decree();
    let note = Note::PrevVote(recovered.known.next(), Cast { number, decree });
    change(&cluster, 0, note);
    violated(&audit_of(cluster.folders()), Claim::Promises);
}

#[test]
fn a_vote_in_a_ballot_below_the_promise_with_which_a_trace_begins_is_found() {
    let cluster = planted(|cluster| {
        let mut trace = Lines::of(cluster, 0);
        let first = &trace.0[0].1[0];
        let (Some(promised), known) = (first["next_bal"].as_u64(), &first["known"]) else {
            return false;
        };
        let is_begin = |line: &&Value| is(line, "Receive BeginBallot");
        let Some(mut vote) = trace.all().find(is_begin).cloned() else {
            return false;
        };
        if promised < 3 || known.as_u64() < Some(1) || !is(first, "Continue") {
            return false;
        }
        // The outcome is known there, and the vote that led to it is forgotten.
        vote["at"] = known.clone();
        vote["ballot"] = json!(promised - 3);
        trace.0[0].1.insert(1, vote);
        trace.write();
        true
    });
    let report = audit_of(cluster.folders());
    violated(&report, Claim::Steps);
    let what = &report.findings[0].what;
    assert!(what.contains("nextBal is"), "{what}");
}

/// The place of a vote in a ballot that began before the voter's trace, for which the voter's trace
/// begins without a vote: the decree number, the ballot, the president and the voter.
fn late_vote(cluster: &Cluster) -> Option<(u64, u64, usize, usize)> {
    (0..9).find_map(|pair| {
        let (president, voter) = (pair / 3, pair % 3);
        let (of_president, of_voter) = (Lines::of(cluster, president), Lines::of(cluster, voter));
        let first = of_voter.all().next()?;
        let promised = first["next_bal"].as_u64()?;
        let known = first["known"].as_u64()?;
        let is_new = |at: u64| {
            let of_first = [&first["votes"], &first["decrees"]];
            let mut listed = of_first.iter().flat_map(|list| list.as_array().unwrap());
            at > known && listed.all(|of| of[0] != at)
        };
        let mut received = of_president.all().filter(|line| {
            is(line, "Receive Voted")
                && president != voter
                && line["priest"] == voter as u64 + 1
                && line["ballot"].as_u64() <= Some(promised)
                && is_new(line["at"].as_u64().unwrap())
        });
        let of = received.next()?;
        let (at, ballot) = (of["at"].as_u64()?, of["ballot"].as_u64()?);
        Some((at, ballot, president, voter))
    })
}

#[test]
fn a_decree_without_a_quorum_is_found_although_the_trace_of_the_voter_begins_later() {
    let cluster = planted(|cluster| {
        let Some((at, ballot, _, voter)) = late_vote(cluster) else {
            return false;
        };
        // The voter has not voted.
        let mut trace = Lines::of(cluster, voter);
        for (_, lines) in &mut trace.0 {
            lines.retain(|line| {
                let is_of = line["at"] == at;
                let is_vote = is(line, "Receive BeginBallot") && line["ballot"] == ballot;
                !(is_of && (is_vote || is(line, "Send Voted")))
            });
        }
        trace.write();
        true
    });
    let report = audit_of(cluster.folders());
    violated(&report, Claim::Steps);
    let what = &report.findings[0].what;
    assert!(what.contains("was not sent by"), "{what}");
}

#[test]
fn a_last_vote_that_hides_a_vote_from_before_the_beginning_of_a_trace_is_found() {
    let cluster = planted(|cluster| {
        (0..3).any(|index| {
            let mut trace = Lines::of(cluster, index);
            let begins: Vec<_> = (0..3)
                .map(|of| Lines::of(cluster, of).all().next().unwrap().clone())
                .collect();
            let hides = |line: &Value| {
                let Some(voter) = line["priest"]
                    .as_u64()
                    .filter(|_| is(line, "Receive LastVote"))
                else {
                    return false;
                };
                let begin = &begins[voter as usize - 1];
                let ballot = line["ballot"].as_u64();
                let told = line["votes"].as_array().unwrap();
                let mut had = begin["votes"].as_array().unwrap().iter();
                ballot <= begin["next_bal"].as_u64()
                    && had.any(|vote| {
                        vote[1].as_u64() < ballot && told.iter().any(|told| told[0] == vote[0])
                    })
            };
            let mut all = trace.0.iter_mut().flat_map(|(_, lines)| lines);
            let Some(line) = all.find(|line| hides(line)) else {
                return false;
            };
            line["votes"] = json!([]);
            trace.write();
            true
        })
    });
    let report = audit_of(cluster.folders());
    violated(&report, Claim::Steps);
}

/// A trace with this many files at least.
fn with_files(cluster: &Cluster, count: usize) -> Option<(usize, Lines)> {
    let traces = (0..3).map(|index| (index, Lines::of(cluster, index)));
    let mut long = traces.filter(|(_, trace)| trace.0.len() >= count);
    long.next()
}

#[test]
fn a_file_that_is_missing_in_the_middle_of_a_trace_is_noticed() {
    let cluster = planted(|cluster| {
        let Some((_, trace)) = with_files(cluster, 3) else {
            return false;
        };
        fs::remove_file(&trace.0[1].0).unwrap();
        true
    });
    let report = audit_of(cluster.folders());
    violated(&report, Claim::WholeTraces);
    let what = &report.findings[0].what;
    assert!(what.contains("of the trace of"), "{what}");
    assert!(what.contains("is missing"), "{what}");
}

/// Changes the lines of a file that is neither the first nor the last of its trace.
fn forged(forge: impl Fn(&mut Vec<Value>) -> bool) -> Cluster {
    planted(|cluster| {
        let Some((_, mut trace)) = with_files(cluster, 3) else {
            return false;
        };
        let is_forged = forge(&mut trace.0[1].1);
        if is_forged {
            trace.write();
        }
        is_forged
    })
}

#[test]
fn a_forged_file_in_the_middle_of_a_trace_says_where_its_legislator_does_not_stand() {
    let is_listed = |line: &Value, what: &str| !line[what].as_array().unwrap().is_empty();
    let forgeries: [fn(&mut Value); 4] = [
        |line| line["next_bal"] = json!(line["next_bal"].as_u64().unwrap() + 30),
        |line| line["next_bal"] = Value::Null,
        |line| line["votes"] = json!([]),
        |line| line["known"] = json!(line["known"].as_u64().unwrap() + 1),
    ];
    for forge in forgeries {
        let cluster = forged(|lines| {
            let first = &mut lines[0];
            let has_all = !first["next_bal"].is_null() && is_listed(first, "votes");
            if has_all {
                forge(first);
            }
            has_all
        });
        let report = audit_of(cluster.folders());
        violated(&report, Claim::LedgerFollows);
        let what = &report.findings[0].what;
        assert!(what.contains("goes on in another file"), "{what}");
    }
}

#[test]
fn a_forged_file_in_the_middle_of_a_trace_has_a_vote_for_another_decree() {
    let cluster = forged(|lines| {
        let mut votes = lines.iter_mut();
        let vote = votes.find(|line| is(line, "Receive BeginBallot"));
        vote.is_some_and(|vote| {
            vote["decree"] = other_decree_json();
            true
        })
    });
    // No step of A.1 if the trace of the president shows the ballot. Otherwise the next ledger in this
    // trace has another vote.
    let report = audit_of(cluster.folders());
    assert!(!report.holds(), "{}", report_text(&report));
}

#[test]
fn a_file_of_another_legislator_in_the_middle_of_a_trace_is_refused() {
    let cluster = planted(|cluster| with_files(cluster, 3).is_some());
    let (index, trace) = with_files(&cluster, 3).unwrap();
    let other = cluster.trace((index + 1) % 3);
    fs::copy(other, &trace.0[1].0).unwrap();
    let why = refused(cluster.folders(), Vec::new());
    assert!(why.contains("another legislator"), "{why}");
}
