//! The clients, which are the same for both systems: each makes one request, or some at the same time,
//! waits for the answers, and goes on until it is stopped.

use super::SHARED;
use super::cluster::Cluster;
use super::protocol::Protocol;
use super::recorder::LatencyRecorder;
use super::system::System;
use crate::failure::Failure;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use synod_trials::random::Random;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

/// How long a client waits after all nodes have failed it. Otherwise clients without a
/// president would leave no processor for the election.
const REST: Duration = Duration::from_millis(2);

/// To which node a client connects first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum To {
    /// All clients connect to the president (the leader), which has this index.
    Leader(usize),
    /// Clients are spread over all nodes, from the node after this one on. If this is the
    /// leader, a single client does not happen to be connected to it.
    AllAfter(usize),
}

/// What the clients do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// They write values.
    Put,
    /// They read values.
    Get,
}

/// The load that the clients make.
pub(crate) struct LoadPlan {
    /// The protocol that they speak.
    pub protocol: Protocol,
    /// What they do.
    pub operation: Operation,
    /// All nodes. A client goes on to the next node as soon as one fails.
    pub nodes: Vec<SocketAddr>,
    /// The node with which a client begins.
    pub to: To,
    /// How many clients there are.
    pub clients: usize,
    /// How many values each writes at the same time.
    pub together: usize,
    /// How many connections they have; with fewer than clients, they share them.
    pub connections: usize,
    /// How many keys there are; each request chooses one at random.
    pub keys: u64,
    /// The size of a value.
    pub value_bytes: usize,
    /// How long a client waits for a reply, on average. Each wait is between half of it
    /// and one and a half times it, so that clients do not all give up at once.
    pub patience: Duration,
}

impl LoadPlan {
    /// Clients who write, connected to the node `leader` of a cluster in the way that is
    /// best for its system.
    pub(crate) fn of_leader(
        cluster: &Cluster,
        leader: usize,
        clients: usize,
        keys: u64,
        value_bytes: usize,
    ) -> Self {
        let (protocol, connections) = match cluster.system {
            System::Synod => (cluster.system.protocol(), clients),
            System::Etcd => (Protocol::shared_grpc(), clients.min(SHARED)),
        };
        Self {
            protocol,
            operation: Operation::Put,
            nodes: cluster.clients(),
            to: To::Leader(leader),
            clients,
            together: 1,
            connections,
            keys,
            value_bytes,
            // The leader stays, so a client may wait long.
            patience: Duration::from_secs(10),
        }
    }
}

/// Starts the clients of `plan`. Returns when each of them has had an answer; the
/// clients end when the result is dropped.
pub(crate) async fn start(
    plan: LoadPlan,
    recorder: &Arc<LatencyRecorder>,
) -> Result<JoinSet<()>, Failure> {
    let plan = Arc::new(plan);
    let mut clients = JoinSet::new();
    for client in 0..plan.clients {
        clients.spawn(ask(client, Arc::clone(&plan), Arc::clone(recorder)));
    }
    let until = Instant::now() + Duration::from_secs(30);
    while recorder.started() < plan.clients {
        if Instant::now() > until {
            let (started, why) = (recorder.started(), recorder.last_failure());
            let all = plan.clients;
            return Err(format!("only {started} of {all} clients are served: {why}").into());
        }
        sleep(Duration::from_millis(10)).await;
    }
    Ok(clients)
}

/// Runs one client.
async fn ask(client: usize, plan: Arc<LoadPlan>, recorder: Arc<LatencyRecorder>) {
    let mut random = Random::new(client as u64);
    let value = vec![b'v'; plan.value_bytes];
    let mut keys = vec![Vec::new(); plan.together];
    let slot = client % plan.connections;
    let mut node = match plan.to {
        To::Leader(index) => index,
        To::AllAfter(index) => (index + 1 + slot) % plan.nodes.len(),
    };
    let mut connection = None;
    let mut is_first = true;
    loop {
        for key in &mut keys {
            key.clear();
            // Writing to a vector cannot fail.
            let _ = write!(key, "key{:08}", random.below(plan.keys));
        }
        let begun = Instant::now();
        let mut failures = 0;
        loop {
            let attempt = async {
                let connection = match &mut connection {
                    Some(connection) => connection,
                    none => none.insert(plan.protocol.connect(slot, plan.nodes[node]).await?),
                };
                match plan.operation {
                    Operation::Put => connection.put(&keys, &value).await,
                    Operation::Get => connection.get(&keys[0]).await,
                }
            };
            let half = plan.patience.as_micros() as u64 / 2;
            let patience = Duration::from_micros(half + random.below(2 * half));
            match timeout(patience, attempt).await {
                Ok(Ok(())) => break,
                Ok(Err(failure)) => recorder.failed(&failure),
                Err(_) => recorder.failed(&"no reply in time"),
            }
            connection = None;
            node = (node + 1) % plan.nodes.len();
            failures += 1;
            if failures % plan.nodes.len() == 0 {
                sleep(REST).await;
            }
        }
        for _ in &keys {
            recorder.answered(begun, std::mem::take(&mut is_first));
        }
    }
}
