//! Values are written again and again, and then read: what is left behind.

use super::options::LongBenchOptions;
use super::seen::Seen;
use super::{Progress, VALUE_BYTES};
use crate::failure::Failure;
use crate::systems::cluster::Cluster;
use crate::systems::load::{self, LoadPlan, Operation};
use crate::systems::recorder::LatencyRecorder;
use crate::systems::usage::UsageWatch;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Until what is done in the background after the last request is done too.
const SETTLE: Duration = Duration::from_secs(2);

/// Requests of one kind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Phase {
    pub operation: Operation,
    /// How many of them there are at least.
    pub requests: u64,
    /// How many values are written in the whole run.
    pub writes: u64,
    pub clients: usize,
    pub keys: u64,
}

/// What was measured while requests of one kind were made, and after them.
pub(super) struct PhaseFigures {
    pub seen: Seen,
    /// What each node uses, at most and in the end.
    pub usage: UsageWatch,
    /// Whether another node leads than at the beginning, or none.
    pub leader_changed: bool,
}

/// The writes, and then a tenth as many reads.
pub(super) fn phases(options: &LongBenchOptions, writes: u64) -> [Phase; 2] {
    let phase = |operation, requests| Phase {
        operation,
        requests,
        writes,
        clients: options.clients.into(),
        keys: options.keys,
    };
    [
        phase(Operation::Put, writes),
        phase(Operation::Get, writes / 10),
    ]
}

/// Has clients make the requests of `phase`.
pub(super) async fn figures(cluster: &mut Cluster, phase: &Phase) -> Result<PhaseFigures, Failure> {
    let leader = cluster.leader().await?;
    let what = match phase.operation {
        Operation::Put => "writes",
        Operation::Get => "reads",
    };
    let (name, all) = (cluster.system.name(), phase.requests);
    let mut progress = Progress::new(format!("{name}: {all} {what}"), all);
    let recorder = Arc::new(LatencyRecorder::new()?);
    let plan = LoadPlan {
        operation: phase.operation,
        ..LoadPlan::of_leader(cluster, leader, phase.clients, phase.keys, VALUE_BYTES)
    };
    let clients = load::start(plan, &recorder).await?;
    let mut usage = UsageWatch::default();
    let begun = Instant::now();
    recorder.begin();
    while recorder.count() < phase.requests {
        sleep(Duration::from_millis(50)).await;
        usage.saw(cluster.usage());
        cluster.all_run()?;
        recorder.is_served()?;
        progress.tell(recorder.count());
    }
    let recording = recorder.end();
    let elapsed = begun.elapsed();
    drop(clients);
    let settled = Instant::now() + SETTLE;
    while Instant::now() < settled {
        usage.saw(cluster.usage());
        sleep(Duration::from_millis(100)).await;
    }
    usage.saw(cluster.usage());
    Ok(PhaseFigures {
        seen: Seen::of([&recording], elapsed).ok_or("nothing was recorded")?,
        usage,
        leader_changed: cluster.leader().await.ok() != Some(leader),
    })
}
