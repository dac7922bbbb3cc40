//! The events that reach the driver of a node, and the replies to requests.
//!
//! The [transport](crate::transport) and the [`Handle`](crate::handle::Handle) send events;
//! the [driver](crate::driver) takes them.

use crate::ledger::KeptSnapshot;
use crate::rollback::Refusal;
use crate::snapshot::SnapshotError;
use crate::wire::Transfer;
use crate::{Answer, Decree, Map, Message, Request};
use synod_math::Priest;
use synod_protocol::parliament::{Declined, DecreeNumber, Law};
use tokio::sync::oneshot;

/// An event that reaches a node.
#[derive(Debug)]
pub enum Event {
    /// A message of another legislator has arrived.
    Message {
        /// The sender.
        from: Priest,
        /// The message.
        message: Message,
    },
    /// A part of the transfer of a snapshot has arrived from another legislator.
    Transfer {
        /// The sender.
        from: Priest,
        /// The part.
        transfer: Transfer,
    },
    /// A snapshot has arrived whole from another legislator.
    SnapshotArrived {
        /// The sender.
        from: Priest,
        /// The snapshot.
        law: Law<Map>,
        /// Its file.
        kept: KeptSnapshot,
    },
    /// The snapshot that the legislator has taken is durable, or could not be written.
    SnapshotWritten(Result<KeptSnapshot, SnapshotError>),
    /// A client makes a request.
    Request {
        /// The request.
        request: Request,
        /// Where the reply goes. It is dropped without a reply if the same client makes
        /// another attempt.
        reply: oneshot::Sender<Reply>,
    },
    /// A client reads a value from this node's own law, which may be old.
    Read {
        /// The key.
        key: Vec<u8>,
        /// Where the value goes.
        reply: oneshot::Sender<Option<Vec<u8>>>,
    },
    /// A client that follows this node's own law asks for what comes next.
    Follow {
        /// The last decree that it has; none at the beginning.
        after: Option<DecreeNumber>,
        /// Where that goes. It is dropped without a reply if the node may not serve.
        reply: oneshot::Sender<Followed>,
    },
    /// Another legislator has said that it is shutting down.
    Farewell {
        /// That legislator.
        from: Priest,
    },
    /// The node is to end, after the events before this one.
    End,
}

/// The reply to one attempt at a request.
#[derive(Debug)]
pub enum Reply {
    /// The request was carried out.
    Answer(Answer),
    /// The legislator will not pass on or propose this attempt.
    Declined(Declined),
    /// The legislator will not propose the request again, but has begun a ballot on it before: it may
    /// still be carried out.
    GivenUp(Declined),
    /// The node is shutting down and has not made this attempt. An earlier attempt at the same
    /// request may have reached another legislator.
    NotMade,
    /// The node is shutting down and has made no attempt: no other legislator has heard of
    /// the request.
    NeverMade,
    /// The fate of this attempt is unknown: there is a new president, who may not have heard of
    /// it, or this node may not take part any more and may have passed it on before. The
    /// request may still be carried out; ask again under the same id.
    AskAgain,
    /// This node may not take part, and this attempt was not made.
    Refused(Refusal),
}

/// The reply to a client that follows the law.
#[derive(Debug)]
pub enum Followed {
    /// The law from which it goes on: that of the last snapshot. The decrees before it are not known here
    /// any more.
    From(Law<Map>),
    /// The next decrees, at least one.
    Decrees {
        /// The decrees, in the order of their numbers.
        decrees: Vec<Decree>,
        /// The law before them, if it is that of the last snapshot: whoever goes on from it shares its memory.
        before: Option<Law<Map>>,
    },
    /// Something may have become law since it asked.
    AskAgain,
}
