//! Measures three nodes of Synod beside three members of etcd after long histories, and
//! when one of them was away: see `LongBenchOptions`.
//!
//! | module | what it has |
//! |---|---|
//! | `options` | the command line |
//! | `overwrites` | values are written again and again, then read |
//! | `away` | a follower misses decrees and comes back |
//! | `seen` | what clients saw in some time |
//! | `report` | the figures as tables and as JSON |

mod away;
mod options;
mod overwrites;
mod report;
mod seen;

use crate::failure::Failure;
use crate::systems::cluster::Cluster;
use crate::systems::system::System;
use crate::systems::{self, SHARED};
use away::{AwayCase, Leave};
pub(crate) use options::LongBenchOptions;
use options::Measure;
use report::{AwayRow, OverwritesRow};
use serde_json::json;
use std::path::Path;
use std::time::Duration;
use synod_terminal::{is_closed, note, say_line};
use tokio::time::Instant;

/// The size of a value.
const VALUE_BYTES: usize = 100;
/// The size of a large value: 128 KiB with its key is the most that a node takes.
const LARGE_VALUE_BYTES: usize = 131_000;
/// How many keys have large values.
const LARGE_KEYS: u64 = 1000;
/// How many clients write large values.
const LARGE_CLIENTS: usize = 50;

/// etcd keeps all revisions of a value unless it is told to forget them. Even then it does
/// so every five minutes only, and until then the default quota of 2 GiB is not enough.
const ETCD: &[&str] = &[
    "--auto-compaction-mode=revision",
    "--auto-compaction-retention=1000",
    "--quota-backend-bytes=8589934592",
];

/// Measures the systems in turns, and prints the figures.
pub(crate) fn measure_all(options: &LongBenchOptions) -> Result<(), Failure> {
    systems::until_interrupted(run(options))
}

async fn run(options: &LongBenchOptions) -> Result<(), Failure> {
    let (folder, systems) = options.systems.begin()?;
    if systems.contains(&System::Etcd) {
        say_arguments(options.systems.json);
    }
    let bench = LongBench {
        options,
        folder: &folder,
        systems: &systems,
    };
    for measure in options.wanted() {
        match measure {
            Measure::Overwrites => bench.overwrites().await?,
            Measure::Away => bench.away(&small(options)).await?,
            Measure::AwayLarge => bench.away(&large(options)).await?,
        }
    }
    Ok(())
}

fn say_arguments(json: bool) {
    let arguments = ETCD.join(" ");
    if json {
        say_line!(
            "{}",
            json!({ "schema": 1, "kind": "arguments", "etcd": arguments })
        );
    } else {
        say_line!("etcd runs with {arguments}, and its clients share {SHARED} connections");
    }
}

fn small(options: &LongBenchOptions) -> AwayCase {
    AwayCase {
        decrees: options.decrees,
        clients: options.clients.into(),
        keys: options.keys,
        value_bytes: VALUE_BYTES,
        patience: Duration::from_secs(options.patience),
    }
}

fn large(options: &LongBenchOptions) -> AwayCase {
    AwayCase {
        decrees: options.large_decrees,
        clients: LARGE_CLIENTS.min(options.clients.into()),
        keys: LARGE_KEYS,
        value_bytes: LARGE_VALUE_BYTES,
        ..small(options)
    }
}

/// A run of the benchmark.
struct LongBench<'a> {
    options: &'a LongBenchOptions,
    /// Where the nodes keep their data.
    folder: &'a Path,
    systems: &'a [System],
}

impl LongBench<'_> {
    /// Three new nodes.
    async fn cluster(&self, system: System) -> Result<Cluster, Failure> {
        if is_closed() {
            return Err("interrupted: the results are no longer read".into());
        }
        let arguments = match system {
            System::Synod => &[],
            System::Etcd => ETCD,
        };
        Cluster::start(system, self.folder, arguments).await
    }

    async fn overwrites(&self) -> Result<(), Failure> {
        let mut rows = Vec::new();
        for &writes in &self.options.writes {
            for &system in self.systems {
                let about = |failure| format!("{}: {failure}", system.name());
                let mut cluster = self.cluster(system).await.map_err(about)?;
                for phase in overwrites::phases(self.options, writes) {
                    let figures = overwrites::figures(&mut cluster, &phase).await;
                    let row = OverwritesRow::new(system, phase, figures.map_err(about)?);
                    if self.options.systems.json {
                        say_line!("{}", row.json());
                    }
                    rows.push(row);
                }
            }
        }
        if !self.options.systems.json {
            say_line!("{}", report::overwrites_table(&rows));
        }
        Ok(())
    }

    async fn away(&self, case: &AwayCase) -> Result<(), Failure> {
        let mut rows = Vec::new();
        for leave in [Leave::Killed, Leave::Stopped] {
            for &system in self.systems {
                let about = |failure| format!("{}: {failure}", system.name());
                let mut cluster = self.cluster(system).await.map_err(about)?;
                let figures = away::figures(&mut cluster, case, leave).await;
                let row = AwayRow::new(system, leave, *case, figures.map_err(about)?);
                if self.options.systems.json {
                    say_line!("{}", row.json());
                }
                rows.push(row);
            }
        }
        if !self.options.systems.json {
            say_line!("{}", report::away_table(&rows));
        }
        Ok(())
    }
}

/// How far a measurement is, told every few seconds.
struct Progress {
    what: String,
    all: u64,
    told: Instant,
}

impl Progress {
    fn new(what: String, all: u64) -> Self {
        note!("{what} …");
        Self {
            what,
            all,
            told: Instant::now(),
        }
    }

    fn tell(&mut self, done: u64) {
        if self.told.elapsed() > Duration::from_secs(10) {
            self.told = Instant::now();
            note!("{}: {done} of {} …", self.what, self.all);
        }
    }
}
