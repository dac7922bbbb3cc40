//! The paper's protocol on packed states: what a search holds of a [`State`], and back. What
//! is in a number, and why it is enough, is said in [`layout`](crate::layout).

use super::tell::Kind;
use super::{Basic, Codes, Legislator, State, Status, claims};
use crate::bounds::{Bounds, Decree, Rank};
use crate::layout::{Of, Open, Row, index, rank};
use crate::messages::{Messages, PackedVote};
use crate::packing::{self, Packing, Packs};
use crate::touched::Writes;
use stateright::Model;
use synod_math::Priest;
use synod_vocabulary::{Form, Packed, Structure};

mod steps;

/// Which votes in prevVotes bind the decree of Start Polling Q: the one rule in which the
/// protocols differ whose states are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reads {
    /// All of them, as A.1 has it.
    AllVotes,
    /// Those of Q.
    VotesOfQuorum,
}

impl Basic {
    /// The same model, of which a search holds states as numbers that are their own
    /// fingerprints. None for mutants, and for bounds whose states need more than 128 bits:
    /// their states are held as they are.
    ///
    /// ```
    /// use synod_models::{basic::Basic, bounds::Bounds};
    /// use synod_vocabulary::Structure;
    ///
    /// let bounds = Bounds::new(3, &[1, 2, 3], 1, &["olives", "wine"].map(String::from))?;
    /// let packed = Basic::new(bounds, false)?.packed();
    /// assert_eq!(packed.and_then(|model| model.form().number).map(|n| n.bits), Some(76));
    /// # Ok::<(), synod_models::bounds::BoundsError>(())
    /// ```
    pub fn packed(&self) -> Option<Basic<Packing>> {
        self.reads?;
        let forgetful = self.forgetful;
        let packing = Packing::new(&self.codes.bounds, Of::Basic { forgetful })?;
        Some(Basic {
            codes: self.codes.clone(),
            actions: self.actions,
            forgetful,
            preliminary: self.preliminary.clone(),
            reads: self.reads,
            packing: packing.with_properties(&self.properties(), claims::of_number),
        })
    }
}

impl Basic<Packing> {
    /// The same model, of which a search may leave out states that differ from another only by
    /// names of decrees, or of priests who start no ballot and count the same in every quorum.
    #[must_use]
    pub fn with_symmetry(self) -> Self {
        Self {
            packing: self.packing.with_symmetry(),
            ..self
        }
    }

    /// Whether some states differ only by names. If not, symmetry leaves out nothing.
    pub fn is_symmetric(&self) -> bool {
        self.packing.is_symmetric()
    }
}

impl Structure for Basic<Packing> {
    type Held = Packed;

    fn form(&self) -> Form<Self> {
        packing::form(self)
    }
}

impl Packs for Basic<Packing> {
    fn packing(&self) -> &Packing {
        &self.packing
    }

    fn bounds(&self) -> &Bounds {
        &self.codes.bounds
    }

    fn packed_steps(&self, from: u128, next: &mut Vec<(usize, Packed)>) {
        steps::append(self, from, next);
    }

    fn writes() -> impl Iterator<Item = Writes> {
        Kind::ALL.iter().map(|kind| steps::writes(*kind))
    }

    fn pack(&self, state: &State) -> u128 {
        let mut lanes = [0; _];
        for q in self.codes.bounds.priests() {
            lanes[q.index()] = self.lane(state, q);
        }
        let number = self.packing.layout.number(&lanes, self.common(state));
        self.packing.layout.marked(number, state.broken)
    }

    fn unpack(&self, number: u128) -> State {
        let open = Open::new(&self.packing.layout, number);
        let mut state = State {
            ballots: self.packing.layout.ballots(&open),
            broken: self.packing.layout.broken(number),
            ..State::default()
        };
        for q in self.codes.bounds.priests() {
            self.unpack_lane(&open, q, &mut state);
        }
        for (t, tryer) in self.packing.layout.tryers.iter().enumerate() {
            let legislator = &mut state.legislators[tryer.priest];
            unpack_slip(&self.codes, &open, t, legislator);
        }
        for (key, _) in state.ballots.iter() {
            let is_sent = |b| self.packing.layout.begin_ballot.get(open.common, b) != 0;
            if index(key.number).is_some_and(is_sent) {
                state.messages.insert(self.codes.space.begin_ballot(key));
            }
        }
        self.unpack_announced(&open, &mut state.messages);
        state
    }
}

impl Basic<Packing> {
    /// What the number has of one priest.
    fn lane(&self, state: &State, q: Priest) -> u64 {
        let layout = &self.packing.layout;
        let of = state.of(q);
        let outcome = layout.outcome.with(0, 0, of.outcome.0.into());
        let mut lane = layout.next_bal.with(outcome, 0, of.next_bal.0.into());
        for b in 0..layout.numbers {
            lane = layout.chain.with(lane, b, self.stage(state, q, rank(b)));
        }
        for (key, _) in state.ballots.iter() {
            if let (Some(b), true) = (index(key.number), key.quorum().contains(q)) {
                lane = layout.quorum.with(lane, b, 1);
            }
        }
        for (t, tryer) in layout.tryers.iter().enumerate() {
            let tryer = &state.legislators[tryer.priest];
            let has_answered = self.codes.votes.priests(tryer.prev_votes).contains(q);
            lane = layout.prev_votes.with(lane, t, has_answered.into());
            lane = layout
                .voters
                .with(lane, t, tryer.voters().contains(q).into());
        }
        lane
    }

    /// How far a priest has come in a ballot.
    fn stage(&self, state: &State, q: Priest, number: Rank) -> u64 {
        let space = &self.codes.space;
        let vote = PackedVote::largest(&state.ballots, Some(number), q);
        let mut ballots = state.ballots.iter();
        let votes = |key: Rank| key == number;
        if state.messages.contains(space.voted(number, q)) {
            3
        } else if ballots.any(|(key, voters)| votes(key.number) && voters.contains(q)) {
            2
        } else {
            state
                .messages
                .contains(space.last_vote(number, vote))
                .into()
        }
    }

    /// What the number has that belongs to no priest.
    fn common(&self, state: &State) -> u64 {
        let (layout, space) = (&self.packing.layout, &self.codes.space);
        let mut common = 0;
        let mut set = |row: Row, index, value: u64| common = row.with(common, index, value);
        for (b, number) in self.codes.bounds.ranks().enumerate() {
            let is_sent = state.messages.contains(space.next_ballot(number));
            set(layout.next_ballot, b, is_sent.into());
        }
        for (key, _) in state.ballots.iter() {
            if let Some(b) = index(key.number) {
                let is_sent = state.messages.contains(space.begin_ballot(key));
                set(layout.begin_ballot, b, is_sent.into());
                set(layout.decree, b, u64::from(key.decree.0) - 1);
            }
        }
        for (d, decree) in self.codes.bounds.decrees().enumerate() {
            let is_sent = state.messages.contains(space.success(decree));
            set(layout.success, d, is_sent.into());
        }
        for (t, tryer) in layout.tryers.iter().enumerate() {
            let of = &state.legislators[tryer.priest];
            let is_own = |&b: &usize| Some(b) == index(of.last_tried);
            let place = tryer
                .own
                .iter()
                .position(is_own)
                .map_or(0, |place| place + 1);
            set(layout.last_tried, t, place as u64);
            if self.forgetful {
                let is_lost = place != 0 && of.status == Status::Idle;
                set(layout.lost, t, is_lost.into());
            }
        }
        common
    }

    /// The ledger of a priest, and what he has sent in ballots of all numbers.
    fn unpack_lane(&self, open: &Open<'_>, q: Priest, state: &mut State) {
        let (space, lane) = (&self.codes.space, open.lane(q.index()));
        let mut vote = PackedVote::null(q);
        for b in 0..self.packing.layout.numbers {
            let stage = self.packing.layout.chain.get(lane, b);
            if stage >= 1 {
                state.messages.insert(space.last_vote(rank(b), vote));
            }
            if stage >= 2 {
                vote = PackedVote {
                    priest: q,
                    number: rank(b),
                    decree: open.decree(b),
                };
            }
            if stage == 3 {
                state.messages.insert(space.voted(rank(b), q));
            }
        }
        let legislator = &mut state.legislators[q.index()];
        legislator.outcome = open.outcome(q.index());
        legislator.next_bal = Rank(self.packing.layout.next_bal.get(lane, 0) as u8);
        (legislator.prev_bal, legislator.prev_dec) = (vote.number, vote.decree);
    }

    /// NextBallots and Successes.
    fn unpack_announced(&self, open: &Open<'_>, messages: &mut Messages) {
        let space = &self.codes.space;
        let numbers = (0..self.packing.layout.numbers).filter(|&b| open.next_ballot(b));
        for b in numbers {
            messages.insert(space.next_ballot(rank(b)));
        }
        for d in 0..self.packing.layout.decrees {
            if self.packing.layout.success.get(open.common, d) != 0 {
                messages.insert(space.success(Decree(d as u8 + 1)));
            }
        }
    }
}

/// lastTried and the slip of a tryer.
fn unpack_slip(codes: &Codes, open: &Open<'_>, t: usize, legislator: &mut Legislator) {
    let (status, Some(b)) = open.status(t) else {
        return;
    };
    let layout = open.layout;
    legislator.last_tried = rank(b);
    legislator.status = status;
    for q in codes.bounds.priests() {
        let lane = open.lane(q.index());
        if layout.prev_votes.get(lane, t) != 0 {
            let vote = match layout.largest_vote(lane, b) {
                Some(voted) => PackedVote {
                    priest: q,
                    number: rank(voted),
                    decree: open.decree(voted),
                },
                None => PackedVote::null(q),
            };
            legislator.prev_votes = codes.votes.insert(legislator.prev_votes, vote);
        }
        if status == Status::Polling {
            legislator.quorum |= (layout.quorum.get(lane, b) << q.index()) as u8;
            legislator.voters |= (layout.voters.get(lane, t) << q.index()) as u8;
        }
    }
    if status == Status::Polling {
        legislator.decree = open.decree(b);
    }
}
