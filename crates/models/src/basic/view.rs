//! The variables of A.1 in a packed state.

use super::{Basic, Status};
use crate::bounds::Decree;
use crate::view::View;
use synod_math::{BallotNumber, Cast, Priest, Vote};
use synod_paper::Message;
use synod_paper::variables::{Messages, Poll, Variables};

impl<L> Variables for View<'_, Basic<L>> {
    fn last_tried(&self, p: Priest) -> Option<BallotNumber> {
        self.model.codes.bounds.number(self.state.of(p).last_tried)
    }

    fn prev_vote(&self, p: Priest) -> Option<Cast<Decree>> {
        let legislator = self.state.of(p);
        let number = self.model.codes.bounds.number(legislator.prev_bal)?;
        let decree = legislator.prev_dec;
        Some(Cast { number, decree })
    }

    fn next_bal(&self, p: Priest) -> Option<BallotNumber> {
        self.model.codes.bounds.number(self.state.of(p).next_bal)
    }

    fn status(&self, p: Priest) -> Status {
        self.state.of(p).status
    }

    fn prev_votes(&self, p: Priest) -> impl Iterator<Item = Vote<Decree>> {
        let votes = self.model.prev_votes(self.state.of(p));
        votes.map(|vote| vote.unpack(&self.model.codes.bounds))
    }

    fn poll(&self, p: Priest) -> Option<Poll<Decree>> {
        let legislator = self.state.of(p);
        (legislator.status == Status::Polling).then(|| Poll {
            quorum: legislator.quorum(),
            voters: legislator.voters(),
            decree: legislator.decree,
        })
    }

    fn has_sent(&self, message: &Message<Decree>) -> bool {
        self.messages().any(|sent| sent == *message)
    }
}

impl<L> Messages for View<'_, Basic<L>> {
    fn messages(&self) -> impl Iterator<Item = Message<Decree>> {
        let sent = self.model.messages(self.state);
        sent.map(|message| message.unpack(&self.model.codes.bounds))
    }
}
