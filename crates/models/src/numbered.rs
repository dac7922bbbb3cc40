//! The variables of A.1 in a state that is a number, in the form that the paper's claims read:
//! [`Numbered`] implements the traits of [`synod_paper::variables`], as
//! [`View`](crate::view::View) does for readable states. What is in a number is said in
//! [`layout`](crate::layout).

use crate::ballots::Unpacked;
use crate::bounds::{Bounds, Decree};
use crate::layout::{Layout, Open, ones};
use std::ops::Deref;
use synod_math::{Ballot, BallotNumber, Cast, Priest, PriestSet, Vote};
use synod_paper::Message;
use synod_paper::variables::{Ledgers, Messages, Poll, Status, Variables};

/// Whether a state meets a property.
pub(crate) type Condition = fn(&Numbered<'_>) -> bool;

/// A packed state, opened for the claims. Only 𝓑 is unpacked, once.
pub(crate) struct Numbered<'a> {
    bounds: &'a Bounds,
    state: Open<'a>,
    ballots: Unpacked,
}

impl<'a> Numbered<'a> {
    pub(crate) fn new(bounds: &'a Bounds, layout: &'a Layout, number: u128) -> Self {
        let state = Open::new(layout, number);
        Self {
            ballots: layout.unpacked_ballots(bounds, &state),
            bounds,
            state,
        }
    }

    fn number(&self, b: usize) -> BallotNumber {
        self.bounds.numbers()[b]
    }

    fn lane(&self, q: Priest) -> u64 {
        self.state.lane(q.index())
    }

    /// The place of a priest among the tryers.
    fn tryer(&self, p: Priest) -> Option<usize> {
        let mut tryers = self.state.layout.tryers.iter();
        tryers.position(|tryer| tryer.priest == p.index())
    }

    /// What a priest is doing, and lastTried as an index.
    fn doing(&self, p: Priest) -> (Status, Option<usize>) {
        let tryer = self.tryer(p);
        tryer.map_or((Status::Idle, None), |t| self.state.status(t))
    }

    /// The largest vote of a priest below this number.
    fn largest_vote(&self, q: Priest, below: usize) -> Vote<Decree> {
        let voted = self.state.layout.largest_vote(self.lane(q), below);
        let cast = voted.map(|b| Cast {
            number: self.number(b),
            decree: self.state.decree(b),
        });
        Vote { priest: q, cast }
    }

    /// The LastVotes and the Voteds of a priest.
    fn sent_by(&self, q: Priest) -> impl Iterator<Item = Message<Decree>> {
        let sent = self.state.layout.sent(self.lane(q));
        ones(sent).map(move |bit| match (bit / 2, bit % 2) {
            (b, 0) => Message::LastVote(self.number(b), self.largest_vote(q, b)),
            (b, _) => Message::Voted(self.number(b), q),
        })
    }

    /// The other messages.
    fn announced(&self) -> impl Iterator<Item = Message<Decree>> {
        let (layout, common) = (self.state.layout, self.state.common);
        let next_ballots = ones(layout.next_ballot.all(common));
        let next_ballots = next_ballots.map(|b| Message::NextBallot(self.number(b)));
        let begin_ballots = ones(layout.begin_ballot.all(common)).map(|b| {
            let quorum = PriestSet::from_bits(self.state.quorum(b));
            Message::BeginBallot(self.number(b), self.state.decree(b), quorum)
        });
        let successes = ones(layout.success.all(common));
        let successes = successes.map(|d| Message::Success(Decree(d as u8 + 1)));
        next_ballots.chain(begin_ballots).chain(successes)
    }
}

impl Ledgers for Numbered<'_> {
    type Decree = Decree;

    fn priests(&self) -> PriestSet {
        self.bounds.all_priests()
    }

    fn is_quorum(&self, set: PriestSet) -> bool {
        self.bounds.is_majority(set)
    }

    fn outcome(&self, p: Priest) -> Option<Decree> {
        self.state.outcome(p.index()).written()
    }

    fn ballots(&self) -> impl Deref<Target = [Ballot<Decree>]> {
        &*self.ballots
    }

    fn is_proposed(&self, decree: &Decree) -> bool {
        self.bounds.is_proposed(*decree)
    }

    fn name(&self, decree: &Decree) -> String {
        self.bounds.decree_name(*decree).to_owned()
    }
}

impl Variables for Numbered<'_> {
    fn last_tried(&self, p: Priest) -> Option<BallotNumber> {
        let (_, last_tried) = self.doing(p);
        last_tried.map(|b| self.number(b))
    }

    fn prev_vote(&self, p: Priest) -> Option<Cast<Decree>> {
        self.largest_vote(p, self.state.layout.numbers).cast
    }

    fn next_bal(&self, p: Priest) -> Option<BallotNumber> {
        let next_bal = self.state.layout.next_bal.get(self.lane(p), 0) as usize;
        next_bal.checked_sub(1).map(|b| self.number(b))
    }

    fn status(&self, p: Priest) -> Status {
        self.doing(p).0
    }

    fn prev_votes(&self, p: Priest) -> impl Iterator<Item = Vote<Decree>> {
        let (_, last_tried) = self.doing(p);
        let answered = match self.tryer(p) {
            Some(t) => self.state.all(self.state.layout.prev_votes, t),
            None => 0,
        };
        let answered = PriestSet::from_bits(answered).iter();
        answered.map(move |q| self.largest_vote(q, last_tried.unwrap_or_default()))
    }

    fn poll(&self, p: Priest) -> Option<Poll<Decree>> {
        let (t, (Status::Polling, Some(b))) = (self.tryer(p)?, self.doing(p)) else {
            return None;
        };
        Some(Poll {
            quorum: PriestSet::from_bits(self.state.quorum(b)),
            voters: PriestSet::from_bits(self.state.all(self.state.layout.voters, t)),
            decree: self.state.decree(b),
        })
    }

    fn has_sent(&self, message: &Message<Decree>) -> bool {
        self.messages().any(|sent| sent == *message)
    }
}

impl Messages for Numbered<'_> {
    fn messages(&self) -> impl Iterator<Item = Message<Decree>> {
        let of_priests = self.bounds.priests().flat_map(|q| self.sent_by(q));
        of_priests.chain(self.announced())
    }
}

/// How a property is evaluated in a number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judged {
    /// Whether a state meets it. None if only the readable state can tell.
    pub(crate) is_met: Option<Condition>,
    /// Whether a state that meets it is a finding. Otherwise one that does not is.
    pub(crate) is_sometimes: bool,
}

impl Judged {
    /// Whether a state is a finding.
    fn is_found(self, state: &Numbered<'_>) -> bool {
        self.is_met
            .is_some_and(|is_met| is_met(state) == self.is_sometimes)
    }
}

/// The properties that can be evaluated in a number, one bit for each.
pub(crate) fn judged(properties: &[Judged]) -> u64 {
    let properties = properties.iter().enumerate();
    let judged = properties.filter(|(_, property)| property.is_met.is_some());
    judged.fold(0, |bits, (place, _)| bits | 1 << place)
}

/// Of these properties, those of which the state is a finding.
pub(crate) fn found(properties: &[Judged], state: &Numbered<'_>, asked: u64) -> u64 {
    let found = ones(asked).filter(|&place| properties[place].is_found(state));
    found.fold(0, |found, place| found | 1 << place)
}
