//! What reaches a node, and what it replies.

use crate::rollback::Refusal;
use crate::{Answer, Message, Request};
use synod_math::Priest;
use synod_protocol::parliament::Declined;
use tokio::sync::oneshot;

/// What reaches a node.
#[derive(Debug)]
pub enum Event {
    /// A message of another legislator.
    Message {
        /// Who sent it.
        from: Priest,
        /// The message.
        message: Message,
    },
    /// A client asks for something.
    Request {
        /// What.
        request: Request,
        /// Who waits for the reply. It is dropped without a reply if the same
        /// client asks again.
        reply: oneshot::Sender<Reply>,
    },
    /// Somebody wants to know a value of the law as it is known here.
    Read {
        /// The key.
        key: Vec<u8>,
        /// Who waits.
        reply: oneshot::Sender<Option<Vec<u8>>>,
    },
    /// Another legislator leaves, and has said so.
    Farewell {
        /// Who.
        from: Priest,
    },
    /// The node is to end, after what came before.
    End,
}

/// The reply to a request.
#[derive(Debug)]
pub enum Reply {
    /// It was granted.
    Answer(Answer),
    /// This attempt will not be.
    Declined(Declined),
    /// The node ends, and this attempt was not made: no legislator has heard of
    /// it.
    NotMade,
    /// The node ends, and no attempt was made: no other legislator has heard of the
    /// request.
    NeverMade,
    /// There is a new president, who may not have heard of it; or this node, which
    /// may have passed it on, may not take part any more. It may be granted all
    /// the same: ask again.
    AskAgain,
    /// This node may not take part, and this attempt was not made.
    Refused(Refusal),
}
