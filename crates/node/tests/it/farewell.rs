//! A node that is told to end hands over to the other nodes, and no write is lost.

use crate::clients::{Client, LONG, until};
use crate::transport::{self, free};
use std::net::SocketAddr;
use std::time::Duration;
use synod_math::Priest;
use synod_node::config::Config;
use synod_node::node::{self, Node};
use synod_node::status::Status;
use synod_node::timers::Timing;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Three nodes. T is an hour; only the third presides at once, because it has the highest name.
pub(crate) struct Three {
    runtime: Runtime,
    pub(crate) nodes: Vec<Node>,
    _folder: TempDir,
}

fn config(me: usize, addresses: &[SocketAddr], folder: &TempDir) -> Config {
    Config {
        folder: folder.path().join(me.to_string()),
        timing: Timing {
            presence: Duration::from_millis(50),
            absence: Duration::from_secs(3600),
            round: Duration::from_millis(500),
        },
        patience: LONG,
        ..transport::config(me + 1, addresses)
    }
}

impl Three {
    pub(crate) fn start() -> Self {
        let (runtime, folder) = (Runtime::new().unwrap(), TempDir::new().unwrap());
        let addresses = [free(), free(), free()];
        let start = |me| runtime.block_on(node::start(&config(me, &addresses, &folder)));
        Self {
            nodes: (0..3).map(|me| start(me).unwrap()).collect(),
            runtime,
            _folder: folder,
        }
    }

    fn until(&self, node: usize, is_so: impl Fn(&Status) -> bool) {
        until(&self.nodes[node].handle, is_so);
    }

    pub(crate) fn address(&self, node: usize) -> SocketAddr {
        self.nodes[node].addresses.clients
    }

    pub(crate) fn client_of(&self, node: usize) -> Client {
        Client::of(self.address(node))
    }

    /// Ends the last of the nodes as `synod node` does when it is told to.
    pub(crate) fn end_the_last(&mut self) {
        let mut node = self.nodes.pop().unwrap();
        self.runtime.block_on(async {
            node.handle.end().await;
            (&mut node.end).await.unwrap().unwrap();
            node.finish_replies().await;
        });
    }
}

/// Without the farewell, the other nodes would wait an hour.
#[test]
fn when_a_president_is_told_to_end_the_next_in_rank_presides_at_once() {
    let mut three = Three::start();
    let president = |index| Priest::new(index);
    for node in 0..3 {
        three.until(node, |status| status.president == president(2));
    }
    let mut client = three.client_of(0);
    client.says("INCR n\r\n", ":1\r\n");
    three.end_the_last();
    client.says("INCR n\r\n", ":2\r\n");
    three.until(0, |status| status.president == president(1));
    assert!(three.nodes[1].handle.status().is_president);
    // And the first legislator has begun no ballot.
    assert_eq!(three.nodes[0].handle.status().last_tried, None);
    assert!(three.nodes[1].handle.status().last_tried.is_some());
}

/// If the vote of the node that ends was needed, the president continues with another ballot.
#[test]
fn when_another_node_than_the_president_ends_the_president_stays() {
    let mut three = Three::start();
    three.nodes.swap(0, 2);
    for node in 0..3 {
        three.until(node, |status| status.president == Priest::new(2));
    }
    three.client_of(1).says("INCR n\r\n", ":1\r\n");
    three.end_the_last();
    three.client_of(1).says("INCR n\r\n", ":2\r\n");
    assert!(three.nodes[0].handle.status().is_president);
    assert_eq!(three.nodes[1].handle.status().last_tried, None);
}
