//! Legislators who have lost their ledgers, learn, and are readmitted (§3.3.5).

use crate::cluster::{Chance, Cluster, Weather};
use crate::faults::{change, violated};
use crate::{BAD, WITH_SNAPSHOTS, assert_all_hold, audit_of, report_text};
use std::fs;
use synod_audit::{Claim, Verdict};
use synod_math::{BallotNumber, Cast};
use synod_node::{Decree, Note};
use synod_protocol::parliament::DecreeNumber;

/// A parliament in which this legislator loses its ledger in the middle, and its trace if `with_trace`.
/// Returns whether it was readmitted.
fn with_a_loss(seed: u64, weather: Weather, index: usize, with_trace: bool) -> (Cluster, bool) {
    let mut cluster = Cluster::new(3, seed, weather);
    cluster.run(300);
    cluster.lose(index, with_trace);
    let mut rounds = 0..40;
    while cluster.is_learner(index) && rounds.next().is_some() {
        cluster.run(30);
    }
    let is_readmitted = !cluster.is_learner(index);
    cluster.run(200);
    cluster.stop();
    (cluster, is_readmitted)
}

#[test]
fn every_claim_holds_of_a_parliament_with_a_readmitted_legislator() {
    let (mut readmitted, mut assumed) = (0, 0);
    for seed in 0..60 {
        let mut weather = if seed % 3 == 0 { BAD } else { WITH_SNAPSHOTS };
        weather.crash = 40;
        if seed % 5 == 0 {
            // A file for each batch.
            weather.trace = (1, None);
        }
        let index = Chance(seed).below(3);
        let (cluster, is_readmitted) = with_a_loss(seed, weather, index, seed % 2 == 0);
        let report = audit_of(cluster.folders());
        assert_all_hold(&report);
        assert_eq!(report.figures.replaced, 1, "{}", report_text(&report));
        readmitted += usize::from(is_readmitted);
        assumed += report.figures.assumed;
    }
    assert!(readmitted > 10 && assumed > 0, "{readmitted} {assumed}");
}

#[test]
fn a_vote_of_a_learner_is_found() {
    let (cluster, _) = with_a_loss(1, BAD, 0, false);
    let mut cluster = cluster;
    cluster.lose(0, false);
    cluster.stop();
    let (number, decree) = (BallotNumber(3), Decree::OliveDay);
    let note = Note::PrevVote(DecreeNumber(1), Cast { number, decree });
    change(&cluster, 0, note);
    let report = audit_of(cluster.folders());
    violated(&report, Claim::Promises);
    violated(&report, Claim::LedgerFollows);
}

#[test]
fn a_ledger_that_is_lost_and_taken_for_new_does_not_follow_from_its_trace() {
    let mut cluster = Cluster::new(3, 1, BAD);
    cluster.run(300);
    cluster.stop();
    for file in [
        synod_node::ledger::FILE,
        synod_node::ledger::JOURNAL,
        "synod",
    ] {
        fs::remove_file(cluster.of(0).join(file)).unwrap();
    }
    cluster.run(100);
    cluster.stop();
    violated(&audit_of(cluster.folders()), Claim::LedgerFollows);
}

#[test]
fn no_gaps_cannot_be_checked_if_most_ledgers_were_lost() {
    let mut cluster = Cluster::new(3, 1, BAD);
    cluster.run(300);
    cluster.lose(0, true);
    cluster.lose(1, true);
    cluster.run(100);
    cluster.stop();
    let report = audit_of(cluster.folders());
    assert!(report.holds(), "{}", report_text(&report));
    assert_eq!(report.figures.replaced, 2);
    let verdict = report.verdict(Claim::NoGaps);
    assert!(matches!(verdict, Verdict::NotChecked(_)), "{verdict:?}");
}
