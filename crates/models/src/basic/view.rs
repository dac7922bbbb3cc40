//! A packed state as the paper's A.1 sees it: the variables that claims, guards
//! and their witnesses read.

use super::{Basic, State, Status};
use crate::bounds::Decree;
use crate::properties::Synod;
use std::ops::Deref;
use synod_math::{Ballot, BallotNumber, Cast, Priest, PriestSet, Vote};
use synod_paper::Message;
use synod_paper::variables::{self, Ledgers, Poll, Variables};

/// A state and the model that gives its codes a meaning. Nothing is copied but
/// 𝓑, where it is asked for.
#[derive(Clone, Copy)]
pub struct View<'a> {
    model: &'a Basic,
    state: &'a State,
}

impl Basic {
    /// The state as the paper's A.1 sees it.
    pub const fn view<'a>(&'a self, state: &'a State) -> View<'a> {
        View { model: self, state }
    }
}

impl Ledgers for View<'_> {
    type Decree = Decree;

    fn priests(&self) -> PriestSet {
        self.model.bounds.all_priests()
    }

    fn is_quorum(&self, set: PriestSet) -> bool {
        self.model.bounds.is_majority(set)
    }

    fn outcome(&self, p: Priest) -> Option<Decree> {
        self.state.of(p).outcome.written()
    }

    fn ballots(&self) -> impl Deref<Target = [Ballot<Decree>]> {
        self.model.unpack(self.state)
    }

    fn is_proposed(&self, decree: &Decree) -> bool {
        self.model.bounds.is_proposed(*decree)
    }

    fn name(&self, decree: &Decree) -> String {
        self.model.bounds.decree_name(*decree).to_owned()
    }
}

impl Variables for View<'_> {
    fn last_tried(&self, p: Priest) -> Option<BallotNumber> {
        self.model.bounds.number(self.state.of(p).last_tried)
    }

    fn prev_vote(&self, p: Priest) -> Option<Cast<Decree>> {
        let legislator = self.state.of(p);
        let number = self.model.bounds.number(legislator.prev_bal)?;
        let decree = legislator.prev_dec;
        Some(Cast { number, decree })
    }

    fn next_bal(&self, p: Priest) -> Option<BallotNumber> {
        self.model.bounds.number(self.state.of(p).next_bal)
    }

    fn status(&self, p: Priest) -> variables::Status {
        match self.state.of(p).status {
            Status::Idle => variables::Status::Idle,
            Status::Trying => variables::Status::Trying,
            Status::Polling => variables::Status::Polling,
        }
    }

    fn prev_votes(&self, p: Priest) -> impl Iterator<Item = Vote<Decree>> {
        let votes = self.model.prev_votes(self.state.of(p));
        votes.map(|vote| vote.unpack(&self.model.bounds))
    }

    fn poll(&self, p: Priest) -> Option<Poll<Decree>> {
        let legislator = self.state.of(p);
        (legislator.status == Status::Polling).then(|| Poll {
            quorum: legislator.quorum(),
            voters: legislator.voters(),
            decree: legislator.decree,
        })
    }

    fn messages(&self) -> impl Iterator<Item = Message<Decree>> {
        let sent = self.model.messages(self.state);
        sent.map(|message| message.unpack(&self.model.bounds))
    }
}
