//! A node that is told to end hands over, and loses nothing.

use crate::clients::{Client, LONG, until};
use crate::transport;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;
use synod_math::Priest;
use synod_node::config::Config;
use synod_node::node::{self, Node};
use synod_node::status::Status;
use synod_node::timers::Timing;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Three nodes. T is an hour, but for the third, who presides at once.
struct Three {
    runtime: Runtime,
    nodes: Vec<Node>,
    _folder: TempDir,
}

fn free() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
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
    fn start() -> Self {
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

    fn client_of(&self, node: usize) -> Client {
        Client::of(self.nodes[node].addresses.clients)
    }

    /// The last of the nodes ends as it does when it is told to.
    fn end_the_last(&mut self) {
        let mut node = self.nodes.pop().unwrap();
        self.runtime.block_on(async {
            node.handle.end().await;
            (&mut node.end).await.unwrap().unwrap();
            node.see_clients_off().await;
        });
    }
}

/// Without its farewell the others would wait for it for an hour.
#[test]
fn a_president_that_is_told_to_end_is_succeeded_by_the_next_in_rank_at_once() {
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
    // And nobody else has begun a ballot.
    assert_eq!(three.nodes[0].handle.status().last_tried, None);
    assert!(three.nodes[1].handle.status().last_tried.is_some());
}

/// Whoever is not president goes, and the president goes on, in another ballot if
/// the votes of the one that goes were needed.
#[test]
fn one_that_does_not_preside_leaves_the_president_where_it_is() {
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
