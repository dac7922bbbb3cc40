//! The audit reports nothing about a correct cluster, and reports each fault as a
//! violation of the right claim.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of a test may fail like the test itself"
)]

mod cluster;
#[path = "../../../node/tests/it/common.rs"]
mod common;
mod cut_faults;
mod faults;
mod lost_ledgers;
mod number_by_number;

use cluster::{Cluster, Weather};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::cell::Cell;
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::time::Duration;
use synod_audit::{self as audit, AuditReport, AuditScope, Claim, Verdict};
use synod_protocol::parliament::{Order, Settings, VotedTo};

const BAD: Weather = Weather {
    loss: 20,
    duplicate: 10,
    reorder: 4,
    crash: 12,
    patience: 2,
    settings: Settings {
        in_flight: 8,
        waiting: 32,
        batch: 16,
        ..Settings::DEFAULT
    },
    voted_to: VotedTo::President,
    trace: (u64::MAX, None),
};

/// Ledgers that are cut often.
const WITH_SNAPSHOTS: Weather = Weather {
    settings: Settings {
        snapshot: Some(300),
        kept: 150,
        ..BAD.settings
    },
    ..BAD
};

/// Audits these folders twice: all numbers stay in memory, or each is moved to a file after
/// every step. The reports must be the same.
fn audit_of(folders: impl AsRef<[PathBuf]>) -> AuditReport {
    let audit = |memory| audit_within(folders.as_ref(), memory);
    let [report, from_file] = [AuditScope::MEMORY, 0].map(audit);
    assert_eq!(report_text(&report), report_text(&from_file));
    report
}

fn audit_within(folders: &[PathBuf], memory: usize) -> AuditReport {
    let scope = AuditScope {
        folders: folders.to_vec(),
        traces: Vec::new(),
        with_traces: true,
        order: Order::Ascending,
        memory,
    };
    audit::audit(&scope).unwrap()
}

/// A report as text, for assertion messages.
fn report_text(report: &AuditReport) -> String {
    let mut text = format!("{:#?}\n", report.figures);
    for finding in &report.findings {
        let places: Vec<_> = finding.locations.iter().map(ToString::to_string).collect();
        let number = finding.number.unwrap_or_default();
        let (claim, what) = (finding.claim.name(), &finding.what);
        let figure = finding.figure.as_deref().unwrap_or_default();
        let places = places.join(" ");
        writeln!(text, "{claim} at {number}: {what}\n  {places}\n{figure}").unwrap();
    }
    text + &format!("{:?}", report.not_checked)
}

fn assert_all_hold(report: &AuditReport) {
    for claim in Claim::ALL {
        assert_eq!(
            report.verdict(claim),
            Verdict::Holds,
            "{}: {}",
            claim.name(),
            report_text(report)
        );
    }
}

#[test]
fn every_claim_holds_of_a_parliament_without_crashes() {
    let mut cluster = Cluster::new(3, 1, BAD);
    cluster.flood(50, 20);
    cluster.stop();
    let report = audit_of(cluster.folders());
    assert_all_hold(&report);
    let figures = report.figures;
    assert!(figures.decrees > 100, "{}", report_text(&report));
    assert!(
        figures.steps > 10 * figures.decrees,
        "{}",
        report_text(&report)
    );
    assert!(
        figures.successful >= figures.decrees,
        "{}",
        report_text(&report)
    );
}

#[test]
fn every_claim_holds_of_a_parliament_while_it_runs() {
    let quiet = Weather { crash: 0, ..BAD };
    let mut cluster = Cluster::new(3, 2, quiet);
    cluster.show();
    let folders = cluster.folders();
    let (is_over, audits) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        let auditor = scope.spawn(|| {
            while !is_over.load(Relaxed) {
                assert_all_hold(&audit_within(&folders, AuditScope::MEMORY));
                audits.fetch_add(1, Relaxed);
            }
        });
        while audits.load(Relaxed) < 20 && !auditor.is_finished() {
            cluster.run(20);
            // Otherwise the law grows faster than it is audited.
            std::thread::sleep(Duration::from_millis(2));
        }
        is_over.store(true, Relaxed);
    });
    let report = audit_of(folders);
    assert_all_hold(&report);
    assert!(report.figures.decrees > 0, "{}", report_text(&report));
}

#[test]
fn every_claim_holds_of_a_parliament_with_crashes_and_lost_messages() {
    // A single run may have no step and no ballot: a legislator that is alone may be killed
    // each time before it has traced one. So the totals of all runs are asserted.
    let (steps, ballots, crashes) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let mut runner = TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let cases = (any::<u64>(), any::<bool>(), 1..6usize);
    let result = runner.run(&cases, |(seed, to_everybody, count)| {
        let mut weather = BAD;
        if to_everybody {
            weather.voted_to = VotedTo::Everybody;
        }
        // Every fourth parliament has traces of several files.
        if seed % 4 == 0 {
            weather.trace = (4096, None);
        }
        let mut cluster = Cluster::new(count, seed, weather);
        cluster.run(150 * count);
        cluster.stop();
        let memory = if seed % 2 == 0 { 0 } else { AuditScope::MEMORY };
        let report = audit_within(&cluster.folders(), memory);
        assert_all_hold(&report);
        steps.set(steps.get() + report.figures.steps);
        ballots.set(ballots.get() + report.figures.ballots);
        crashes.set(crashes.get() + cluster.crashes);
        Ok(())
    });
    result.unwrap();
    assert!(steps.get() > 0 && ballots.get() > 0 && crashes.get() > 0);
}

#[test]
fn every_claim_holds_of_traces_whose_first_files_are_gone() {
    let (mut assumed, mut partial) = (0, 0);
    for seed in 0..40 {
        let mut weather = Weather {
            trace: (16 << 10, Some(1)),
            ..BAD
        };
        if seed % 2 == 0 {
            weather.voted_to = VotedTo::Everybody;
        }
        let mut cluster = Cluster::new(3, seed, weather);
        cluster.run(600);
        cluster.stop();
        let report = audit_of(cluster.folders());
        assert_all_hold(&report);
        let figures = report.figures;
        assert!(figures.steps > 0, "{}", report_text(&report));
        assumed += figures.assumed;
        partial += figures.partial;
    }
    assert!(assumed > 0 && partial > 0);
}

#[test]
fn every_claim_holds_of_traces_that_begin_at_different_moments() {
    let mut assumed = 0;
    for seed in 0..40 {
        let mut weather = if seed % 2 == 0 { BAD } else { WITH_SNAPSHOTS };
        weather.trace = (4 << 10, None);
        let mut cluster = Cluster::new(3, seed, weather);
        cluster.run(600);
        cluster.stop();
        cluster.remove_first_files();
        let report = audit_of(cluster.folders());
        assert_all_hold(&report);
        assumed += report.figures.assumed;
    }
    assert!(assumed > 0);
}

#[test]
fn every_claim_holds_of_a_parliament_whose_ledgers_are_cut() {
    let mut cut = 0;
    for seed in 0..40 {
        let mut weather = WITH_SNAPSHOTS;
        if seed % 2 == 0 {
            weather.trace = (16 << 10, Some(1));
        }
        let mut cluster = Cluster::new(3, seed, weather);
        cluster.run(600);
        cluster.stop();
        let report = audit_of(cluster.folders());
        assert_all_hold(&report);
        cut += report.figures.cut;
    }
    assert!(cut > 0);
}

/// Makes large ledgers and traces, for measurements of `synod audit`.
#[test]
#[ignore = "takes minutes, and leaves a large folder"]
fn a_long_run() {
    let mut weather = BAD;
    weather.settings = Settings {
        in_flight: 1024,
        ..Settings::DEFAULT
    };
    let rounds = std::env::var("ROUNDS").map_or(100, |text| text.parse().unwrap());
    let mut cluster = Cluster::new(3, 7, weather);
    cluster.flood(rounds, 500);
    cluster.stop();
    // A test shows its output only if it fails.
    panic!("{} {}", cluster.folder.keep().display(), rounds);
}
