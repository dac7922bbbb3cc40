//! One figure of one system: its writes a second, or a gap in its service.

use super::cluster::{Cluster, processor_time};
use super::load::{self, LoadPlan, To};
use super::options::NodeBenchOptions;
use super::protocol::Protocol;
use super::recorder::{LatencyRecorder, Recording};
use crate::failure::Failure;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How many clients write while the president is killed.
const CLIENTS_OF_GAP: usize = 50;

/// How the clients of a figure come to the nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    /// How many write.
    pub clients: usize,
    /// Over how many connections.
    pub connections: usize,
    /// Whether these go to the leader alone.
    pub to_leader: bool,
}

/// What was measured under load.
pub(super) struct LoadFigures {
    /// The latencies and failures.
    pub recording: Recording,
    /// Over this time.
    pub elapsed: Duration,
    /// Of the processors, for all nodes.
    pub nodes: Duration,
    /// Of the processors, for this process.
    pub generator: Duration,
    /// Whether another leads than when it began.
    pub leader_changed: bool,
}

/// The longest times without a write.
pub(super) struct Gap {
    /// When the leader was killed.
    pub gone: Duration,
    /// When he came back, who may lead again then.
    pub back: Duration,
    /// How many attempts failed in the whole.
    pub failures: u64,
}

/// Puts load on `cluster`.
pub(super) async fn figures(
    cluster: &mut Cluster,
    options: &NodeBenchOptions,
    shape: Shape,
) -> Result<LoadFigures, Failure> {
    let leader = cluster.leader().await?;
    let protocol = if shape.connections < shape.clients {
        Protocol::shared_grpc()
    } else {
        cluster.system.protocol()
    };
    let plan = LoadPlan {
        protocol,
        nodes: cluster.clients(),
        to: if shape.to_leader {
            To::Leader(leader)
        } else {
            To::AllAfter(leader)
        },
        clients: shape.clients,
        connections: shape.connections,
        keys: options.keys,
        value_bytes: options.value_bytes,
        // Nobody dies here: whoever waits may go on doing so.
        patience: Duration::from_secs(10),
    };
    let recorder = Arc::new(LatencyRecorder::new()?);
    let clients = load::start(plan, &recorder).await?;
    let whole = Duration::from_secs(options.seconds);
    sleep(whole / 5).await;
    let spent = || (processor_time("self"), cluster.processor_time());
    let before = spent();
    let begun = Instant::now();
    recorder.begin();
    sleep(whole).await;
    let recording = recorder.end();
    let elapsed = begun.elapsed();
    let after = spent();
    drop(clients);
    // What they had asked for ends before anything else is measured.
    sleep(Duration::from_millis(300)).await;
    Ok(LoadFigures {
        recording,
        elapsed,
        nodes: after.1.saturating_sub(before.1),
        generator: after.0.saturating_sub(before.0),
        leader_changed: cluster.leader().await? != leader,
    })
}

/// Kills the leader of `cluster` under load, and starts him again.
pub(super) async fn gap(cluster: &mut Cluster, options: &NodeBenchOptions) -> Result<Gap, Failure> {
    let plan = LoadPlan {
        protocol: cluster.system.protocol(),
        nodes: cluster.clients(),
        to: To::AllAfter(0),
        clients: CLIENTS_OF_GAP,
        connections: CLIENTS_OF_GAP,
        keys: options.keys,
        value_bytes: options.value_bytes,
        // Requests that are sent on to a dead leader are lost, in both systems:
        // whoever waits long for them sees a longer gap than there is.
        patience: Duration::from_millis(100),
    };
    let recorder = Arc::new(LatencyRecorder::new()?);
    let clients = load::start(plan, &recorder).await?;
    sleep(Duration::from_secs(1)).await;
    let leader = cluster.leader().await?;
    recorder.begin();
    cluster.kill(leader);
    served_again(&recorder).await?;
    let gone = recorder.end();
    recorder.begin();
    cluster.run(leader)?;
    cluster.answers(leader).await?;
    served_again(&recorder).await?;
    let back = recorder.end();
    drop(clients);
    cluster.leader().await?;
    sleep(Duration::from_millis(500)).await;
    Ok(Gap {
        gone: gone.pause,
        back: back.pause,
        failures: gone.failures + back.failures,
    })
}

/// Waits for three seconds at least, and then until there is service, and was
/// for a second: a second election is part of the gap.
async fn served_again(recorder: &LatencyRecorder) -> Result<(), Failure> {
    let begun = Instant::now();
    loop {
        sleep(Duration::from_millis(50)).await;
        let recording = recorder.read();
        let now = Instant::now();
        let is_served = now - recording.last < Duration::from_millis(200);
        let is_over = now - recording.pause_end > Duration::from_secs(1);
        if is_served && is_over && now - begun > Duration::from_secs(3) {
            return Ok(());
        }
        if now - begun > Duration::from_secs(60) {
            let why = recording.last_failure.unwrap_or_default();
            return Err(format!("no service for a minute: {why}").into());
        }
    }
}
