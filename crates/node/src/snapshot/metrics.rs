//! The counters of snapshots.
//!
//! | counter | counts |
//! |---|---|
//! | `synod_snapshots_received_total` | snapshots that have arrived from a peer, whole |
//! | `synod_snapshots_discarded_total` | snapshots from a peer that had a wrong digest, could not be written, or could not be used |
//! | `synod_snapshot_bytes_sent_total` | bytes of snapshots put into the queue of a peer, which is the label |

use metrics::{Counter, counter, describe_counter};
use synod_math::Priest;

const RECEIVED: &str = "synod_snapshots_received_total";
const DISCARDED: &str = "synod_snapshots_discarded_total";
const SENT: &str = "synod_snapshot_bytes_sent_total";

pub(super) fn describe() {
    describe_counter!(RECEIVED, "Snapshots received whole from a peer");
    describe_counter!(
        DISCARDED,
        "Snapshots from a peer that had a wrong digest, or could not be written or used"
    );
    describe_counter!(SENT, "Bytes of snapshots sent to a peer");
}

pub(super) fn received() -> Counter {
    counter!(RECEIVED)
}

pub(super) fn discarded() -> Counter {
    counter!(DISCARDED)
}

pub(super) fn sent(to: Priest) -> Counter {
    counter!(SENT, "peer" => (to.index() + 1).to_string())
}
