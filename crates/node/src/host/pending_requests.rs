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
    /// The last request of each client that was sent to another legislator, and how.
    sent: HashMap<u64, (RequestId, Sent)>,
    /// Whether `sent` was cleared because it was full: then any request may have been sent.
    has_forgotten: bool,
    /// The president to whom the requests went.
    president: Option<Priest>,
}

/// How a request has reached another legislator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sent {
    /// To the president, who may decline it.
    Forwarded,
    /// In a BeginBallot: somebody may have voted for it, and a later president may pass it.
    Proposed,
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
            News::Declined { id, why } if self.was(id) == Some(Sent::Proposed) => {
                (id, Reply::GivenUp(why))
            }
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
    pub(crate) fn is_sent(&mut self, id: RequestId, how: Sent) {
        if self.sent.len() == MOST_SENT {
            self.sent.clear();
            self.has_forgotten = true;
        }
        let before = self.sent.get(&id.client).filter(|(of, _)| *of == id);
        let most = before.map_or(how, |(_, before)| how.max(*before));
        self.sent.insert(id.client, (id, most));
    }

    /// How this request was sent to another legislator; none if it certainly was not.
    fn was(&self, id: RequestId) -> Option<Sent> {
        let known = self.sent.get(&id.client).filter(|(of, _)| *of == id);
        let known = known.map(|&(_, how)| how);
        known.or_else(|| self.has_forgotten.then_some(Sent::Proposed))
    }

    /// Replies that a request, which waits at this legislator, will not be proposed. The reply
    /// says whether an earlier attempt may have been sent to other legislators. If it was proposed
    /// before, and waits again, there is no reply.
    pub(crate) fn will_not_be_proposed(&mut self, id: RequestId) {
        match self.was(id) {
            Some(Sent::Proposed) => {}
            Some(Sent::Forwarded) => self.reply(id, Reply::NotMade),
            None => self.reply(id, Reply::NeverMade),
        }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Tests.

    use super::*;
    use synod_protocol::parliament::Declined;
    use tokio::sync::oneshot::{Receiver, channel};

    const ID: RequestId = RequestId {
        client: 7,
        sequence: 1,
    };

    fn waiting(sent: &[Sent]) -> (PendingRequests, Receiver<Reply>) {
        let (mut pending, (sender, receiver)) = (PendingRequests::default(), channel());
        pending.insert(ID, sender);
        for &how in sent {
            pending.is_sent(ID, how);
        }
        (pending, receiver)
    }

    #[test]
    fn a_request_that_is_declined_after_a_ballot_on_it_is_only_given_up() {
        let declined = |sent: &[Sent]| {
            let (mut pending, mut reply) = waiting(sent);
            let why = Declined::NoPresident;
            pending.tell(News::Declined { id: ID, why });
            reply.try_recv().unwrap()
        };
        assert!(matches!(declined(&[]), Reply::Declined(_)));
        assert!(matches!(declined(&[Sent::Forwarded]), Reply::Declined(_)));
        assert!(matches!(declined(&[Sent::Proposed]), Reply::GivenUp(_)));
        let both = [Sent::Proposed, Sent::Forwarded];
        assert!(matches!(declined(&both), Reply::GivenUp(_)));
    }

    #[test]
    fn of_a_request_that_waits_again_nothing_is_said_when_the_node_ends() {
        let ended = |sent: &[Sent]| {
            let (mut pending, mut reply) = waiting(sent);
            pending.will_not_be_proposed(ID);
            reply.try_recv()
        };
        assert!(matches!(ended(&[]), Ok(Reply::NeverMade)));
        assert!(matches!(ended(&[Sent::Forwarded]), Ok(Reply::NotMade)));
        assert!(ended(&[Sent::Proposed]).is_err());
    }
}
