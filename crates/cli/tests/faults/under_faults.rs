//! Trials of `synod node`: real processes with clients, while processes are killed and
//! stopped, links fail, and disks are full or fail.
//!
//! The tests run one after the other, because each has as many processes as a machine has
//! cores. They require nothing within a time limit, except a write within half a minute after
//! all faults.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)] // Tests.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use synod_trials::clock;
use synod_trials::cluster::{ClusterError, Setup};
use synod_trials::faults::{Absence, LinkFault, Loss};
use synod_trials::report::{SnapshotCounts, TrialReport};
use synod_trials::trial::{self, Trial, TrialPlan};
use tempfile::TempDir;

/// How long to wait for a node that must end.
const PATIENCE: Duration = Duration::from_secs(60);

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// A plan, at first without faults, and its folder.
struct Stage {
    plan: TrialPlan,
    folder: TempDir,
    _turn: MutexGuard<'static, ()>,
}

impl Stage {
    fn new(seed: u64, seconds: u64) -> Self {
        let turn = ONE_AT_A_TIME.lock();
        let folder = tempfile::tempdir().unwrap();
        let setup = Setup::new(env!("CARGO_BIN_EXE_synod"), folder.path());
        let mut plan = TrialPlan::new(setup, seed, Duration::from_secs(seconds));
        plan.faults.kills = 0;
        plan.faults.pauses = false;
        plan.faults.links.clear();
        plan.faults.losses.clear();
        plan.faults.clocks = false;
        plan.setup.clock = None;
        plan.setup.has_traces = true;
        Self {
            plan,
            folder,
            _turn: turn.unwrap_or_else(PoisonError::into_inner),
        }
    }

    fn run(self) -> TrialReport {
        let report = trial::run(&self.plan, &AtomicBool::new(false), &mut |_| {});
        self.judge(report)
    }

    fn run_with(
        self,
        disturb: impl FnOnce(&mut Trial<'_>) -> Result<(), ClusterError>,
    ) -> TrialReport {
        let report = trial::run_with(&self.plan, &mut |_| {}, disturb);
        self.judge(report)
    }

    fn judge(self, report: Result<TrialReport, ClusterError>) -> TrialReport {
        let kept = match report {
            Ok(report) if report.is_good() => {
                eprintln!("{report}");
                return report;
            }
            bad => {
                let folder = self.folder.keep();
                let problem = match bad {
                    Ok(report) => {
                        let events = report.events.join("\n");
                        format!("{events}\n{report}")
                    }
                    Err(error) => error.to_string(),
                };
                format!("{problem}\nlogs and history: {}", folder.display())
            }
        };
        panic!("{kept}");
    }
}

#[test]
fn a_hundred_kills_lose_nothing() {
    let mut stage = Stage::new(1, 30);
    stage.plan.faults.kills = 100;
    stage.plan.faults.downtime = Duration::from_millis(20)..Duration::from_millis(250);
    let report = stage.run();
    assert!(report.faults.kills >= 100);
}

#[test]
fn a_president_that_is_stopped_and_continued_does_no_harm() {
    let mut stage = Stage::new(2, 12);
    stage.plan.faults.pauses = true;
    stage.run();
}

#[test]
fn links_that_fail_in_any_way_do_no_harm() {
    let mut stage = Stage::new(3, 24);
    stage.plan.faults.links = vec![
        LinkFault::Partition,
        LinkFault::OneWay,
        LinkFault::Lossy,
        LinkFault::Delayed,
    ];
    let report = stage.run();
    assert!(report.faults.links.values().sum::<u64>() > 0);
}

/// Waits until node 3 has ended by itself with an error message, and checks that the
/// others serve.
fn ends_with_a_message(trial: &mut Trial<'_>, expected: &str) -> Result<(), ClusterError> {
    let status = trial.cluster.wait(3, PATIENCE)?;
    let log = trial.cluster.log(3);
    let last = log.rsplit("\n--- ").next().unwrap_or_default();
    let status = status.unwrap_or_else(|| panic!("node 3 has not ended:\n{last}"));
    assert_eq!(status.code(), Some(1), "{status}\n{last}");
    assert!(last.contains("error"), "{last}");
    assert!(last.contains(expected), "{last}");
    assert!(!last.contains("panicked"), "{last}");
    trial.note("node 3 has ended, as expected");
    // The others serve without it.
    trial.cluster.wait_until_serving(&[1, 2], PATIENCE)
}

/// The size of the largest file in a folder.
fn largest(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).unwrap();
    let sizes = files.map(|file| file.unwrap().metadata().unwrap().len());
    sizes.max().unwrap_or(0)
}

#[test]
fn a_full_disk_ends_a_node_and_nothing_is_lost() {
    let mut stage = Stage::new(4, 0);
    // With long values the files grow fast.
    stage.plan.load.padding = 20_000;
    stage.run_with(|trial| {
        trial.cluster.kill(3)?;
        // In units of 512 bytes.
        let blocks = largest(&trial.cluster.folder(3)) / 512 + 1;
        let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
        let shell = ["sh", "-c", &limited, "sh"];
        trial.note(&format!("node 3 has a disk with {blocks} blocks a file"));
        trial.cluster.start_under(3, &shell)?;
        ends_with_a_message(trial, "File too large")
    });
}

#[test]
fn a_node_whose_disk_does_not_sync_ends() {
    let strace = ["strace", "-f", "-o", "/dev/null"];
    let failing = [
        "--trace=fsync,fdatasync",
        "--inject=fsync,fdatasync:error=EIO:when=50+",
    ];
    // First this test waits for its turn. A process that starts has, for a moment, copies
    // of the open ports of its parent, and another test may be looking for free ports.
    let stage = Stage::new(5, 0);
    let mut trying = Command::new(strace[0]);
    trying.args(&strace[1..]).arg("true").stderr(Stdio::null());
    if !trying.status().is_ok_and(|status| status.success()) {
        // Written to standard error itself, so that it is shown although the test passes.
        let missing = "left out: strace is not installed, or may not trace (Debian: strace)";
        writeln!(std::io::stderr(), "{missing}").unwrap();
        return;
    }
    let wrapper: Vec<&str> = strace.into_iter().chain(failing).collect();
    stage.run_with(|trial| {
        trial.cluster.kill(3)?;
        trial.note("node 3 has a disk whose fsync soon fails");
        trial.cluster.start_under(3, &wrapper)?;
        ends_with_a_message(trial, "Input/output error")
    });
}

#[test]
fn a_node_that_lost_its_ledger_does_not_vote_until_it_is_back_or_all_others_have_answered() {
    for has_traces in [false, true] {
        let mut stage = Stage::new(7, 0);
        stage.plan.setup.has_traces = has_traces;
        let report = stage.run_with(|trial| {
            for (loss, node) in [(Loss::Wiped, 3), (Loss::Restored, 2), (Loss::Wiped, 1)] {
                trial.lose(loss, node)?;
            }
            Ok(())
        });
        assert_eq!(report.faults.losses.values().sum::<u64>(), 3);
        let events = |what: &str| report.events.iter().filter(|e| e.contains(what)).count();
        let (back, again) = if has_traces { (3, 0) } else { (0, 3) };
        assert_eq!(events("refuses to vote"), 3, "{:#?}", report.events);
        assert_eq!(events("has its ledger back"), back);
        assert_eq!(events("takes part again"), again);
    }
}

#[test]
fn clocks_that_jump_do_no_harm() {
    let mut stage = Stage::new(8, 12);
    stage.plan.setup.clock = clock::library();
    if stage.plan.setup.clock.is_none() {
        let missing = "left out: libfaketime is not installed (Debian: libfaketime)";
        writeln!(std::io::stderr(), "{missing}").unwrap();
        return;
    }
    stage.run_with(|trial| {
        // First far into the future, then far into the past.
        for ahead in [1_000_000_000, -600_000_000] {
            for node in trial.cluster.ids() {
                trial.cluster.set_clock(node, ahead)?;
            }
            for node in [2, 3, 1] {
                std::thread::sleep(Duration::from_millis(500));
                trial.cluster.kill(node)?;
                trial.cluster.start_node(node)?;
                trial.cluster.wait_until_serving(&[1, 2, 3], PATIENCE)?;
            }
        }
        let log = trial.cluster.log(1);
        let years = log.lines().filter_map(|line| line.split_once('-'));
        let years = years.filter_map(|(year, _)| year.parse::<u32>().ok());
        let years: std::collections::BTreeSet<_> = years.collect();
        assert_eq!(years.len(), 3, "{years:?}");
        Ok(())
    });
}

/// How many decrees pass while a node is away. The others keep the messages of the last seconds
/// for it (of a node that is stopped: until they give up its connections after 5 s); the clients
/// make no more than 320 calls a second.
const FAR_BEHIND: u64 = 2_500;

#[test]
fn a_node_that_is_far_behind_again_and_again_is_caught_up_by_snapshots() {
    let mut stage = Stage::new(9, 0);
    let small = "--snapshot-after=16KiB";
    stage.plan.setup.arguments.push(small.to_owned());
    let report = stage.run_with(|trial| {
        for (absence, node) in [(Absence::Killed, 1), (Absence::Stopped, 3)] {
            let other = node % 3 + 1;
            let law = number(trial, other, "law_length").unwrap_or_default();
            let installed = installed(trial, node);
            trial.begin_absence(absence, node)?;
            until(trial, "a snapshot is taken beyond its law", |trial| {
                number(trial, other, "snapshot") > Some(law + FAR_BEHIND)
            });
            trial.end_absence()?;
            until(trial, "the node installs a snapshot", |trial| {
                self::installed(trial, node) > installed
            });
        }
        Ok(())
    });
    assert_eq!(report.faults.absences, 2);
    assert!(report.snapshots.installed >= 2, "{report}");
    assert!(report.snapshots.sent >= 2, "{report}");
}

/// A number in the INFO of a node.
fn number(trial: &Trial<'_>, node: u32, field: &str) -> Option<u64> {
    trial.cluster.info(node, field)?.parse().ok()
}

/// How many snapshots a node has installed.
fn installed(trial: &Trial<'_>, node: u32) -> u64 {
    SnapshotCounts::of(&trial.cluster.log(node)).installed
}

fn until(trial: &Trial<'_>, what: &str, is_so: impl Fn(&Trial<'_>) -> bool) {
    let begun = Instant::now();
    while !is_so(trial) {
        let logs = || {
            trial
                .cluster
                .ids()
                .into_iter()
                .map(|id| trial.cluster.log(id))
        };
        assert!(
            begun.elapsed() < PATIENCE,
            "this never happens: {what}\n{}",
            logs().collect::<String>()
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn the_judge_notices_a_cluster_that_loses_all_ledgers() {
    let mut stage = Stage::new(6, 0);
    stage.plan.has_audit = false;
    let report = trial::run_with(&stage.plan, &mut |_| {}, |trial| {
        std::thread::sleep(Duration::from_secs(2));
        for node in trial.cluster.ids() {
            trial.cluster.kill(node)?;
            std::fs::remove_dir_all(trial.cluster.folder(node)).unwrap();
        }
        Ok(())
    });
    let report = report.unwrap();
    assert!(!report.judgement.violations.is_empty(), "{report}");
}
