//! [`PendingRequests`]: the clients that wait for a reply.

use crate::event::Reply;
use crate::{Response, SharedCommand};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use synod_math::Priest;
use synod_protocol::parliament::{News, RequestId};
use tokio::sync::oneshot::Sender;

/// For how many clients it is remembered which request was sent to other legislators.
const MOST_SENT: usize = 1 << 16;

/// The requests for which clients wait, one for each client at most.
#[derive(Debug, Default)]
pub(crate) struct PendingRequests {
    senders: HashMap<u64, (RequestId, Sender<Reply>)>,
    /// The last request of each client that was sent to another legislator.
    sent: HashMap<u64, RequestId>,
    /// Whether `sent` was cleared because it was full: then any request may have been sent.
    has_forgotten: bool,
    /// The president to whom the requests went.
    president: Option<Priest>,
}

// Sending a reply fails if the client has gone, which is no error: results are ignored.
impl PendingRequests {
    /// Adds a request. It replaces an earlier request of the same client, which gets no reply.
    pub(crate) fn insert(&mut self, id: RequestId, sender: Sender<Reply>) {
        self.senders.insert(id.client, (id, sender));
    }

    /// Replies to the client that waits for this news, if one does.
    pub(crate) fn tell(&mut self, news: News<SharedCommand, Response>) {
        let (id, reply) = match news {
            News::Law { answer: None, .. } | News::Readmitted => return,
            // The answers to some of them may be in the snapshot.
            News::Snapshot { .. } => return self.ask_again(),
            News::Law {
                answer: Some(answer),
                ..
            }
            | News::Answered(answer) => (answer.id, Reply::Answer(answer)),
            News::Declined { id, why } => (id, Reply::Declined(why)),
        };
        self.reply(id, reply);
    }

    /// Replies to the client, if it waits for this request and not for a later one.
    fn reply(&mut self, id: RequestId, reply: Reply) {
        if let Entry::Occupied(waiting) = self.senders.entry(id.client)
            && waiting.get().0 == id
        {
            let (_, sender) = waiting.remove();
            let _ = sender.send(reply);
        }
    }

    /// Whether a client still waits.
    pub(crate) fn has_clients(&self) -> bool {
        self.senders.values().any(|(_, sender)| !sender.is_closed())
    }

    /// Remembers that this request is sent to another legislator.
    pub(crate) fn was_sent(&mut self, id: RequestId) {
        if self.sent.len() == MOST_SENT {
            self.sent.clear();
            self.has_forgotten = true;
        }
        self.sent.insert(id.client, id);
    }

    /// Replies that a request, which waits at this legislator, will not be proposed. The reply
    /// says whether an earlier attempt may have been sent to other legislators.
    pub(crate) fn was_not_proposed(&mut self, id: RequestId) {
        let was_sent = self.has_forgotten || self.sent.get(&id.client) == Some(&id);
        let reply = if was_sent {
            Reply::NotMade
        } else {
            Reply::NeverMade
        };
        self.reply(id, reply);
    }

    /// Sets the present president. If it is a new one, all clients are told to ask again at once,
    /// because their requests may be lost with the old one.
    pub(crate) fn set_president(&mut self, president: Option<Priest>) {
        if president != self.president && president.is_some() {
            self.president = president;
            self.ask_again();
        }
    }

    /// Tells all clients to ask again, because this node may not learn the outcome of their
    /// requests.
    pub(crate) fn ask_again(&mut self) {
        for (_, (_, sender)) in self.senders.drain() {
            let _ = sender.send(Reply::AskAgain);
        }
    }
}
