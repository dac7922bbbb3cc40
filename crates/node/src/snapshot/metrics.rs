//! The counters of snapshots.
//!
//! | counter | counts |
//! |---|---|
//! | `synod_snapshots_taken_total` | snapshots of the law here that the ledger refers to |
//! | `synod_snapshots_failed_total` | snapshots that could not be written |
//! | `synod_snapshots_sent_total` | snapshots that a peer, which is the label, has received whole |
//! | `synod_snapshots_received_total` | snapshots that have arrived from a peer, whole |
//! | `synod_snapshots_installed_total` | of them, those that the ledger refers to |
//! | `synod_snapshots_discarded_total` | snapshots from a peer that had a wrong digest, could not be written, or could not be used |
//! | `synod_snapshot_bytes_sent_total` | bytes of snapshots put into the queue of a peer, which is the label |
//! | `synod_snapshot_bytes_received_total` | bytes of snapshots written to a partial file |

use metrics::{Counter, counter, describe_counter};
use synod_math::Priest;

const TAKEN: &str = "synod_snapshots_taken_total";
const FAILED: &str = "synod_snapshots_failed_total";
const SENT: &str = "synod_snapshots_sent_total";
const RECEIVED: &str = "synod_snapshots_received_total";
const INSTALLED: &str = "synod_snapshots_installed_total";
const DISCARDED: &str = "synod_snapshots_discarded_total";
const BYTES_SENT: &str = "synod_snapshot_bytes_sent_total";
const BYTES_RECEIVED: &str = "synod_snapshot_bytes_received_total";

/// Describes the counters; and those without a label are shown from now on, with 0. ([`show`] has
/// the others.)
pub(super) fn describe() {
    for (name, what) in [
        (TAKEN, "Snapshots of the law here that the ledger refers to"),
        (FAILED, "Snapshots that could not be written"),
        (SENT, "Snapshots that a peer has received whole"),
        (RECEIVED, "Snapshots received whole from a peer"),
        (
            INSTALLED,
            "Snapshots received from a peer that the ledger refers to",
        ),
        (
            DISCARDED,
            "Snapshots from a peer that had a wrong digest, or could not be written or used",
        ),
        (BYTES_SENT, "Bytes of snapshots sent to a peer"),
        (BYTES_RECEIVED, "Bytes of snapshots received from peers"),
    ] {
        describe_counter!(name, what);
        if name != SENT && name != BYTES_SENT {
            counter!(name).increment(0);
        }
    }
}

/// Shows the counters of a peer from now on, with 0.
pub(crate) fn show(peer: Priest) {
    sent(peer).increment(0);
    bytes_sent(peer).increment(0);
}

pub(crate) fn taken() -> Counter {
    counter!(TAKEN)
}

pub(crate) fn failed() -> Counter {
    counter!(FAILED)
}

pub(super) fn sent(to: Priest) -> Counter {
    counter!(SENT, "peer" => label(to))
}

pub(super) fn received() -> Counter {
    counter!(RECEIVED)
}

pub(crate) fn installed() -> Counter {
    counter!(INSTALLED)
}

pub(super) fn discarded() -> Counter {
    counter!(DISCARDED)
}

pub(super) fn bytes_sent(to: Priest) -> Counter {
    counter!(BYTES_SENT, "peer" => label(to))
}

pub(super) fn bytes_received() -> Counter {
    counter!(BYTES_RECEIVED)
}

fn label(peer: Priest) -> String {
    (peer.index() + 1).to_string()
}
