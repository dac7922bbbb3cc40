//! The clients who wait for a reply.

use super::event::Reply;
use crate::{Command, Response};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use synod_math::Priest;
use synod_protocol::parliament::{News, RequestId};
use tokio::sync::oneshot::Sender;

/// Who waits for which request: one of each client.
#[derive(Debug, Default)]
pub struct Waiting {
    senders: HashMap<u64, (RequestId, Sender<Reply>)>,
    /// To whom their requests went.
    president: Option<Priest>,
}

// Whoever waits may have gone: that a reply does not reach him is no error.
impl Waiting {
    /// One more. What the same client waited for before he gives up.
    pub fn insert(&mut self, id: RequestId, sender: Sender<Reply>) {
        self.senders.insert(id.client, (id, sender));
    }

    /// Whether somebody waits for this.
    pub fn awaits(&self, news: &News<Command, Response>) -> bool {
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
    pub fn tell(&mut self, news: News<Command, Response>) {
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
    pub fn is_over(&self) -> bool {
        self.senders.values().all(|(_, sender)| sender.is_closed())
    }

    /// The request was never proposed, and will not be.
    pub fn was_not_made(&mut self, id: RequestId) {
        self.reply(id, Reply::NotMade);
    }

    /// Requests that went to another president may have died with him: who
    /// waits is told to ask again, at once and not when he loses patience.
    pub fn see_president(&mut self, president: Option<Priest>) {
        if president != self.president && president.is_some() {
            self.president = president;
            self.ask_again();
        }
    }

    /// Nobody here learns what becomes of the requests: whoever waits is told to
    /// ask again.
    pub fn ask_again(&mut self) {
        for (_, (_, sender)) in self.senders.drain() {
            let _ = sender.send(Reply::AskAgain);
        }
    }
}
