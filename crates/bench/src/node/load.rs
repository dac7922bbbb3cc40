//! The generator of load, the same for both systems: clients that each have one
//! request at a time and write until they are stopped.

use super::protocol::Protocol;
use super::recorder::LatencyRecorder;
use crate::failure::Failure;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use synod_trials::random::Random;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

/// For how long a client rests after all nodes have failed him: else those who
/// have lost their president would leave no processor to the election.
const REST: Duration = Duration::from_millis(2);

/// Where clients connect first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum To {
    /// All of them to the one who presides, or leads.
    Leader(usize),
    /// To all nodes alike, beginning with the one after this one: whoever is
    /// alone does not have the leader by chance.
    AllAfter(usize),
}

/// What clients do.
pub(super) struct LoadPlan {
    /// What they speak.
    pub protocol: Protocol,
    /// All nodes. A client goes on to the next one as soon as one fails him.
    pub nodes: Vec<SocketAddr>,
    /// The node he begins with.
    pub to: To,
    /// How many write.
    pub clients: usize,
    /// How many connections they have, if they share some.
    pub connections: usize,
    /// Over how many keys the writes spread.
    pub keys: u64,
    /// The size of a value.
    pub value_bytes: usize,
    /// For how long a client waits for a reply: half as long at least, and half
    /// as long again at most, lest all of them give up at the same moment.
    pub patience: Duration,
}

/// Lets the clients of `plan` write, until what it returns is dropped. All of
/// them have written something by then.
pub(super) async fn start(
    plan: LoadPlan,
    recorder: &Arc<LatencyRecorder>,
) -> Result<JoinSet<()>, Failure> {
    let plan = Arc::new(plan);
    let mut clients = JoinSet::new();
    for client in 0..plan.clients {
        clients.spawn(write(client, Arc::clone(&plan), Arc::clone(recorder)));
    }
    let until = Instant::now() + Duration::from_secs(30);
    while recorder.started() < plan.clients {
        if Instant::now() > until {
            let (started, why) = (recorder.started(), recorder.last_failure());
            let all = plan.clients;
            return Err(format!("only {started} of {all} clients can write: {why}").into());
        }
        sleep(Duration::from_millis(10)).await;
    }
    Ok(clients)
}

/// One client.
async fn write(client: usize, plan: Arc<LoadPlan>, recorder: Arc<LatencyRecorder>) {
    let mut random = Random::new(client as u64);
    let value = vec![b'v'; plan.value_bytes];
    let mut key = Vec::new();
    let slot = client % plan.connections;
    let mut node = match plan.to {
        To::Leader(index) => index,
        To::AllAfter(index) => (index + 1 + slot) % plan.nodes.len(),
    };
    let mut connection = None;
    let mut is_first = true;
    loop {
        key.clear();
        // A vector takes all.
        let _ = write!(key, "key{:08}", random.below(plan.keys));
        let begun = Instant::now();
        let mut failures = 0;
        loop {
            let attempt = async {
                let connection = match &mut connection {
                    Some(connection) => connection,
                    none => none.insert(plan.protocol.connect(slot, plan.nodes[node]).await?),
                };
                connection.put(&key, &value).await
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
        recorder.wrote(begun, std::mem::take(&mut is_first));
    }
}
