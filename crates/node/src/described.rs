//! What the metrics of a node mean, for `/metrics`: those that no module of its own describes. Names are those
//! of Prometheus: a unit at the end, and `_total` after what only grows.

use crate::wire;
use metrics::{Gauge, Unit, describe_counter, describe_gauge, describe_histogram, gauge};
use std::time::SystemTime;
use synod_math::Priest;

const GAUGES: [(&str, &str); 21] = [
    ("synod_is_starting", "1 while the node reads its ledger"),
    ("synod_is_ready", "1 if the node can serve clients"),
    ("synod_is_president", "1 if the node presides"),
    (
        "synod_is_caught_up",
        "1 if the law here is as long as those of the others",
    ),
    ("synod_law_length", "How many decrees are law here"),
    ("synod_keys", "How many keys have a value"),
    (
        "synod_last_tried_ballot",
        "The last ballot that the node has begun",
    ),
    (
        "synod_next_ballot",
        "The ballot below which the node votes in none",
    ),
    (
        "synod_decrees_in_flight",
        "Decrees that the president has proposed and that are not passed yet",
    ),
    (
        "synod_requests_waiting",
        "Requests that wait until fewer decrees are in flight",
    ),
    ("synod_decrees_kept", "Decrees that the ledger keeps"),
    (
        "synod_decrees_behind",
        "Decrees that another node has and this one lacks",
    ),
    (
        PEER_LAW,
        "How many decrees are law at another node, as it told when it was present last",
    ),
    (
        PEER_PRESENT,
        "When another node told last that it is present, since 1970",
    ),
    (
        "synod_snapshot_decree",
        "The last decree of the snapshot in the ledger",
    ),
    (
        "synod_snapshot_is_written",
        "1 while a snapshot is being written",
    ),
    (
        "synod_snapshot_is_received",
        "1 while a snapshot is being received",
    ),
    (
        "synod_snapshots_being_sent",
        "Nodes that are being sent a snapshot",
    ),
    ("synod_clients_connected", "Connections of clients"),
    (
        "synod_clients_following",
        "Clients that follow the law: each costs the time to carry out every decree once more",
    ),
    (
        BUILD,
        "1; the labels tell the version of the program and of its format",
    ),
];

const BUILD: &str = "synod_build_info";

const PEER_LAW: &str = "synod_peer_law_length";

const PEER_PRESENT: &str = "synod_peer_present_timestamp_seconds";

const BYTES: [(&str, &str); 2] = [
    ("synod_law_bytes", "The size of all keys and values"),
    (
        "synod_snapshot_bytes",
        "The size of the snapshot in the ledger",
    ),
];

const COUNTERS: [(&str, &str); 4] = [
    (
        "synod_requests_total",
        "Requests to the parliament, by command and outcome",
    ),
    (
        "synod_clients_malformed_total",
        "Connections closed because of bytes that are no request",
    ),
    (
        "synod_clients_turned_away_total",
        "Clients turned away because there were too many",
    ),
    (
        "synod_records_committed_total",
        "Records written to the ledger",
    ),
];

const SECONDS: [(&str, &str); 3] = [
    (
        "synod_request_seconds",
        "How long requests to the parliament took, by command",
    ),
    (
        "synod_commit_seconds",
        "How long it took to write a batch of records to the disk",
    ),
    (
        "synod_snapshot_write_seconds",
        "How long it took to write a snapshot",
    ),
];

const COUNTS: [(&str, &str); 2] = [
    (
        "synod_batch_inputs",
        "Messages, requests and timers that were handled together",
    ),
    (
        "synod_batch_records",
        "Records that were written with one fsync",
    ),
];

/// Describes them, and tells what this program is.
pub(crate) fn describe() {
    for (name, what) in GAUGES {
        describe_gauge!(name, what);
    }
    for (name, what) in BYTES {
        describe_gauge!(name, Unit::Bytes, what);
    }
    for (name, what) in COUNTERS {
        describe_counter!(name, what);
    }
    for (name, what) in SECONDS {
        describe_histogram!(name, Unit::Seconds, what);
    }
    for (name, what) in COUNTS {
        describe_histogram!(name, Unit::Count, what);
    }
    let version = env!("CARGO_PKG_VERSION");
    gauge!(BUILD, "version" => version, "format" => wire::VERSION.to_string()).set(1);
}

/// The gauges of another node, by which it can be seen how far it lags behind.
#[derive(Clone)]
pub(crate) struct PeerGauges {
    law: Gauge,
    present: Gauge,
}

impl PeerGauges {
    pub(crate) fn of(peer: Priest) -> Self {
        let id = (peer.index() + 1).to_string();
        Self {
            law: gauge!(PEER_LAW, "peer" => id.clone()),
            present: gauge!(PEER_PRESENT, "peer" => id),
        }
    }

    /// The peer has told the length of its law.
    pub(crate) fn set(&self, law: u64, now: SystemTime) {
        // Exact up to 2^53, which no law reaches.
        #[allow(clippy::cast_precision_loss)]
        self.law.set(law as f64);
        if let Ok(now) = now.duration_since(SystemTime::UNIX_EPOCH) {
            self.present.set(now.as_secs_f64());
        }
    }
}

impl std::fmt::Debug for PeerGauges {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PeerGauges")
    }
}
