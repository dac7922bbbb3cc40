//! `synod_node::snapshot`: the files of snapshots, and their transfer.

mod file;
mod moved;
mod nodes;
mod pace;

use synod_node::snapshot::SnapshotHeader;
use synod_protocol::parliament::DecreeNumber;

/// The header of a snapshot of the cluster of `common::identity`.
fn header(through: u64) -> SnapshotHeader {
    SnapshotHeader {
        cluster: "paxos".to_owned(),
        legislators: 3,
        through: DecreeNumber(through),
        law_digest: 7,
    }
}
