//! Measures one figure of one system: writes under load, or a gap in the service.

use super::options::{Clients, NodeBenchOptions};
use crate::failure::Failure;
use crate::systems::cluster::{Cluster, processor_time};
use crate::systems::load::{self, LoadPlan, Operation, To};
use crate::systems::protocol::Protocol;
use crate::systems::recorder::{LatencyRecorder, Recording};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How many clients write while the president is killed.
const CLIENTS_OF_GAP: usize = 50;

/// How many clients there are, and how they connect to the nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    /// The clients that write.
    pub clients: Clients,
    /// How many connections they have.
    pub connections: usize,
    /// Whether all connections go to the leader.
    pub to_leader: bool,
}

/// What was measured under load.
pub(super) struct LoadFigures {
    /// The latencies and failures.
    pub recording: Recording,
    /// How long it was measured.
    pub elapsed: Duration,
    /// The processor time of all nodes.
    pub nodes: Duration,
    /// The processor time of this process, which has the clients.
    pub generator: Duration,
    /// Whether another node leads than at the beginning.
    pub leader_changed: bool,
}

/// The longest times without a write after a kill of the leader.
pub(super) struct Gap {
    /// After the leader was killed.
    pub gone: Duration,
    /// After that node was started again; it may become the leader again.
    pub back: Duration,
    /// How many attempts to write failed in all.
    pub failures: u64,
}

/// Puts load on `cluster`, and measures the writes.
pub(super) async fn figures(
    cluster: &mut Cluster,
    options: &NodeBenchOptions,
    shape: Shape,
) -> Result<LoadFigures, Failure> {
    let leader = cluster.leader().await?;
    let protocol = if shape.connections < shape.clients.count {
        Protocol::shared_grpc()
    } else {
        cluster.system.protocol()
    };
    let plan = LoadPlan {
        protocol,
        operation: Operation::Put,
        nodes: cluster.clients(),
        to: if shape.to_leader {
            To::Leader(leader)
        } else {
            To::AllAfter(leader)
        },
        clients: shape.clients.count,
        together: shape.clients.together,
        connections: shape.connections,
        keys: options.keys,
        value_bytes: options.value_bytes,
        // No node is killed here, so a client may wait long.
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
    // Their last requests end before anything else is measured.
    sleep(Duration::from_millis(300)).await;
    Ok(LoadFigures {
        recording,
        elapsed,
        nodes: after.1.saturating_sub(before.1),
        generator: after.0.saturating_sub(before.0),
        leader_changed: cluster.leader().await? != leader,
    })
}

/// Kills the leader of `cluster` under load, starts it again, and measures both gaps.
pub(super) async fn gap(cluster: &mut Cluster, options: &NodeBenchOptions) -> Result<Gap, Failure> {
    let plan = LoadPlan {
        protocol: cluster.system.protocol(),
        operation: Operation::Put,
        nodes: cluster.clients(),
        to: To::AllAfter(0),
        clients: CLIENTS_OF_GAP,
        together: 1,
        connections: CLIENTS_OF_GAP,
        keys: options.keys,
        value_bytes: options.value_bytes,
        // In both systems a request that is sent on to a dead leader is lost. A client
        // that waited long for its answer would see a longer gap than there is.
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

/// Waits until writes have succeeded for a second, and for three seconds at least: a
/// second election is part of the gap.
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
