//! The transfer of a snapshot from one node to another: [`Sender`] and [`Receiver`] decide,
//! without input, output or a clock; [`TransferService`] carries out what they decide, in a thread.
//!
//! ```text
//! sender   Offer {through, size, digest} ─→ receiver
//!          ←─ Want {digest, offset}
//!          Chunk {digest, offset, bytes} ─→
//!          Chunk ─→ …
//!          ←─ Want {digest, offset: size}
//! ```
//!
//! * A Want tells how much of the file the receiver has. It is the answer to an Offer, and then
//!   the acknowledgement of chunks. The sender sends at most [`Pace::window`] bytes beyond the
//!   last acknowledged one. Neither side has more than a chunk in memory.
//! * The receiver takes chunks in order and writes them to a partial file. After a restart, or a
//!   new connection, it answers the next Offer of the same file with how much it has.
//! * Each message may be lost, repeated or late. A sender that hears nothing for [`Pace::resend`]
//!   offers the file again, and continues from the answer.
//! * A node receives one snapshot at a time. While it makes progress, other offers are ignored;
//!   also that of a newer file, which would otherwise take its place again and again. The sender
//!   finishes a file that makes progress, too, even if it has a newer one or has removed it.
//! * A Want for the whole file ends the transfer. It also tells the sender that the receiver does
//!   not need the file, because its law is at least as long.
//!
//! The receiver compares the digest before the file gets its name; what differs is discarded and
//! requested anew after a pause. So is a file that cannot be written, because the disk is full; and one
//! that would leave less than [`RESERVE`] of the disk free is not begun.
//!
//! | module | contents |
//! |---|---|
//! | `sender`, `receiver` | what both sides decide |
//! | `partial` | the file of the receiver, as far as it has arrived |
//! | `service` | the thread that reads, writes and sends |
//! | `under_way` | what the status shows |

mod partial;
mod receiver;
mod sender;
mod service;
mod under_way;

pub use partial::{Partial, PartialError, RESERVE};
pub use receiver::{Receiver, Want};
pub use sender::{Sender, Step};
pub use service::{Arrived, TransferHost, TransferService};
pub use under_way::{TransferProgress, UnderWay};

use crate::wire;
use std::time::Duration;

/// The sizes and times of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// How many bytes a chunk has at most.
    pub chunk: u64,
    /// How many bytes may be under way: sent, but not acknowledged.
    pub window: u64,
    /// The receiver acknowledges so many bytes at once. Less than the window.
    pub acknowledge: u64,
    /// How long either side waits for an answer before it repeats what it has said.
    pub resend: Duration,
    /// How long a transfer may make no progress until it may give way to another one.
    pub patience: Duration,
}

impl Pace {
    /// The pace in use: chunks of 64 KiB, a window of 1 MiB, 128 KiB for each acknowledgement;
    /// resends after 2 s, gives up after 10 s.
    pub const DEFAULT: Self = Self {
        chunk: wire::LARGEST_CHUNK as u64,
        window: 1 << 20,
        acknowledge: 128 << 10,
        resend: Duration::from_secs(2),
        patience: Duration::from_secs(10),
    };
}
