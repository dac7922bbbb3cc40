//! The clients who wait for a reply.

use crate::event::Reply;
use crate::{Command, Response};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use synod_math::Priest;
use synod_protocol::parliament::{News, RequestId};
use tokio::sync::oneshot::Sender;

/// Of so many clients it is remembered which request was sent to others.
const MOST_SENT: usize = 1 << 16;

/// Who waits for which request: one of each client.
#[derive(Debug, Default)]
pub(crate) struct PendingRequests {
    senders: HashMap<u64, (RequestId, Sender<Reply>)>,
    /// The last request of each client that another legislator was sent.
    sent: HashMap<u64, RequestId>,
    /// Whether there were too many of them: then any may have been sent.
    has_forgotten: bool,
    /// To whom their requests went.
    president: Option<Priest>,
}

// Whoever waits may have gone: that a reply does not reach him is no error.
impl PendingRequests {
    /// One more. What the same client waited for before he gives up.
    pub(crate) fn insert(&mut self, id: RequestId, sender: Sender<Reply>) {
        self.senders.insert(id.client, (id, sender));
    }

    /// Whether somebody waits for this.
    pub(crate) fn awaits(&self, news: &News<Command, Response>) -> bool {
        let id = match news {
            News::Law { answer, .. } => answer.as_ref().map(|answer| answer.id),
            News::Answered(answer) => Some(answer.id),
            News::Declined { id, .. } => Some(*id),
        };
        id.is_some_and(|id| {
            let waiting = self.senders.get(&id.client);
            waiting.is_some_and(|(awaited, _)| *awaited == id)
        })
    }

    /// Whoever waits for it is told.
    pub(crate) fn tell(&mut self, news: News<Command, Response>) {
        let (id, reply) = match news {
            News::Law { answer: None, .. } => return,
            News::Law {
                answer: Some(answer),
                ..
            }
            | News::Answered(answer) => (answer.id, Reply::Answer(answer)),
            News::Declined { id, why } => (id, Reply::Declined(why)),
        };
        self.reply(id, reply);
    }

    /// Whoever waits for this request, and not for a later one of the same client.
    fn reply(&mut self, id: RequestId, reply: Reply) {
        if let Entry::Occupied(waiting) = self.senders.entry(id.client)
            && waiting.get().0 == id
        {
            let (_, sender) = waiting.remove();
            let _ = sender.send(reply);
        }
    }

    /// Whether nobody waits any more.
    pub(crate) fn is_over(&self) -> bool {
        self.senders.values().all(|(_, sender)| sender.is_closed())
    }

    /// Another legislator is sent this request.
    pub(crate) fn was_sent(&mut self, id: RequestId) {
        if self.sent.len() == MOST_SENT {
            self.sent.clear();
            self.has_forgotten = true;
        }
        self.sent.insert(id.client, id);
    }

    /// The request waits here, and will not be proposed any more. An earlier attempt
    /// may have been sent to others.
    pub(crate) fn is_not_made(&mut self, id: RequestId) {
        let was_sent = self.has_forgotten || self.sent.get(&id.client) == Some(&id);
        let reply = if was_sent {
            Reply::NotMade
        } else {
            Reply::NeverMade
        };
        self.reply(id, reply);
    }

    /// Requests that went to another president may have died with him: who
    /// waits is told to ask again, at once and not when he loses patience.
    pub(crate) fn see_president(&mut self, president: Option<Priest>) {
        if president != self.president && president.is_some() {
            self.president = president;
            self.ask_again();
        }
    }

    /// Nobody here learns what becomes of the requests: whoever waits is told to
    /// ask again.
    pub(crate) fn ask_again(&mut self) {
        for (_, (_, sender)) in self.senders.drain() {
            let _ = sender.send(Reply::AskAgain);
        }
    }
}
