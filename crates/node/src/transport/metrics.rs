//! The counters of the transport. Each has the number of the peer as its label.
//!
//! | counter | counts |
//! |---|---|
//! | `synod_frames_sent_total`, `synod_bytes_sent_total` | frames that the operating system has taken |
//! | `synod_frames_dropped_total` | frames that did not fit into the queue of a peer, or were too old when it returned |
//! | `synod_connects_total` | connections to a peer, after a successful handshake |
//! | `synod_frames_received_total`, `synod_bytes_received_total` | frames that arrived and were decoded |

use metrics::{Counter, counter, describe_counter};
use synod_math::Priest;

const FRAMES_SENT: &str = "synod_frames_sent_total";
const BYTES_SENT: &str = "synod_bytes_sent_total";
const FRAMES_DROPPED: &str = "synod_frames_dropped_total";
const CONNECTS: &str = "synod_connects_total";
const FRAMES_RECEIVED: &str = "synod_frames_received_total";
const BYTES_RECEIVED: &str = "synod_bytes_received_total";

pub(super) fn describe() {
    describe_counter!(FRAMES_SENT, "Frames sent to a peer");
    describe_counter!(BYTES_SENT, "Bytes of frames sent to a peer");
    describe_counter!(
        FRAMES_DROPPED,
        "Frames for a peer that were dropped because too much waited for it, or for too long"
    );
    describe_counter!(CONNECTS, "Connections made to a peer");
    describe_counter!(FRAMES_RECEIVED, "Frames received from a peer");
    describe_counter!(BYTES_RECEIVED, "Bytes of frames received from a peer");
}

fn of(name: &'static str, peer: Priest) -> Counter {
    counter!(name, "peer" => (peer.index() + 1).to_string())
}

/// The counters of the direction to a peer.
#[derive(Clone)]
pub(super) struct Sent {
    pub(super) frames: Counter,
    pub(super) bytes: Counter,
    pub(super) dropped: Counter,
    pub(super) connects: Counter,
}

impl Sent {
    pub(super) fn to(peer: Priest) -> Self {
        Self {
            frames: of(FRAMES_SENT, peer),
            bytes: of(BYTES_SENT, peer),
            dropped: of(FRAMES_DROPPED, peer),
            connects: of(CONNECTS, peer),
        }
    }
}

/// The counters of the direction from a peer.
pub(super) struct Received {
    pub(super) frames: Counter,
    pub(super) bytes: Counter,
}

impl Received {
    pub(super) fn from(peer: Priest) -> Self {
        Self {
            frames: of(FRAMES_RECEIVED, peer),
            bytes: of(BYTES_RECEIVED, peer),
        }
    }
}
