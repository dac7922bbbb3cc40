//! `synod_audit`: it finds nothing where nothing is wrong, and what is
//! wrong under its name.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of a test may fail like the test itself"
)]

mod cluster;
#[path = "../../../node/tests/it/common.rs"]
mod common;
mod faults;
mod number_by_number;

use cluster::{Cluster, Weather};
use proptest::prelude::*;
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicUsize};
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
    },
    voted_to: VotedTo::President,
};

fn look(folders: Vec<PathBuf>) -> AuditReport {
    let scope = AuditScope {
        folders,
        traces: Vec::new(),
        with_traces: true,
        order: Order::Ascending,
    };
    audit::audit(&scope).unwrap()
}

fn tell(report: &AuditReport) -> String {
    let mut told = format!("{:#?}\n", report.figures);
    for finding in &report.findings {
        let places: Vec<_> = finding.locations.iter().map(ToString::to_string).collect();
        let number = finding.number.unwrap_or_default();
        let (claim, what) = (finding.claim.name(), &finding.what);
        let figure = finding.figure.as_deref().unwrap_or_default();
        let places = places.join(" ");
        writeln!(told, "{claim} at {number}: {what}\n  {places}\n{figure}").unwrap();
    }
    told + &format!("{:?}", report.not_checked)
}

fn all_holds(report: &AuditReport) {
    for claim in Claim::ALL {
        assert_eq!(
            report.verdict(claim),
            Verdict::Holds,
            "{}: {}",
            claim.name(),
            tell(report)
        );
    }
}

#[test]
fn a_quiet_parliament_holds() {
    let mut cluster = Cluster::new(3, 1, BAD);
    cluster.flood(50, 20);
    cluster.stop();
    let report = look(cluster.folders());
    all_holds(&report);
    let figures = report.figures;
    assert!(figures.decrees > 100, "{}", tell(&report));
    assert!(figures.steps > 10 * figures.decrees, "{}", tell(&report));
    assert!(figures.successful >= figures.decrees, "{}", tell(&report));
}

#[test]
fn a_parliament_that_runs_holds() {
    let quiet = Weather { crash: 0, ..BAD };
    let mut cluster = Cluster::new(3, 2, quiet);
    cluster.show();
    let folders = cluster.folders();
    let (is_over, looks) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Relaxed) {
                all_holds(&look(folders.clone()));
                looks.fetch_add(1, Relaxed);
            }
        });
        while looks.load(Relaxed) < 20 {
            cluster.run(20);
        }
        is_over.store(true, Relaxed);
    });
    let report = look(folders);
    all_holds(&report);
    assert!(report.figures.decrees > 0, "{}", tell(&report));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_parliament_in_bad_weather_holds(seed: u64, to_everybody: bool, count in 1..6usize) {
        let mut weather = BAD;
        if to_everybody {
            weather.voted_to = VotedTo::Everybody;
        }
        let mut cluster = Cluster::new(count, seed, weather);
        cluster.run(150 * count);
        cluster.stop();
        let report = look(cluster.folders());
        all_holds(&report);
        prop_assert!(report.figures.steps > 0);
        prop_assert!(report.figures.ballots > 0 || count > 3, "{}", tell(&report));
        prop_assert!(cluster.crashes > 0);
    }
}

/// For measurements: `synod audit` of what it leaves.
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
    // So that it is shown.
    panic!("{} {}", cluster.folder.keep().display(), rounds);
}
