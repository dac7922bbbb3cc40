//! The preliminary protocol on packed states: what a search holds of a [`State`], and back,
//! and the steps of §2.2 on numbers. What is in a number, and why it is enough, is said in
//! [`layout`](crate::layout). The steps work on the numbers of [`basic`](crate::basic) as
//! well, by which its steps are judged.

use super::tell::Kind;
use super::{Preliminary, State};
use crate::bounds::{Bounds, Decree};
use crate::layout::{Of, Open, Row, index, rank};
use crate::messages::PackedVote;
use crate::packing::{self, Packing, Packs};
use crate::properties;
use crate::refinement::{Broken, above_ballots};
use crate::touched::{Parts, Writes};
use stateright::Model;
use synod_math::Priest;
use synod_vocabulary::{Form, Packed, Structure};

impl Preliminary {
    /// The same model, of which a search holds states as numbers that are their own
    /// fingerprints. None for bounds whose states need more than 128 bits: their states are
    /// held as they are.
    pub fn packed(&self) -> Option<Preliminary<Packing>> {
        let packing = Packing::new(&self.bounds, Of::Preliminary)?;
        Some(Preliminary {
            bounds: self.bounds.clone(),
            space: self.space.clone(),
            packing: packing.with_properties(&self.properties(), properties::of_number),
        })
    }
}

impl Preliminary<Packing> {
    /// The same model, of which a search may leave out states that differ from another only by
    /// names of decrees, or of priests who start no ballot and count the same in every quorum.
    #[must_use]
    pub fn with_symmetry(self) -> Self {
        Self {
            packing: self.packing.with_symmetry(),
            ..self
        }
    }

    /// Whether one step leads from one packed state to another, or both are the same.
    pub fn is_packed_step(&self, from: Packed, to: Packed) -> bool {
        from == to || Open::new(&self.packing.layout, from.0).is_step(to.0)
    }

    /// Whether some states differ only by names. If not, symmetry leaves out nothing.
    pub fn is_symmetric(&self) -> bool {
        self.packing.is_symmetric()
    }
}

impl Structure for Preliminary<Packing> {
    type Held = Packed;

    fn form(&self) -> Form<Self> {
        packing::form(self)
    }
}

impl Packs for Preliminary<Packing> {
    fn packing(&self) -> &Packing {
        &self.packing
    }

    fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    fn pack(&self, state: &State) -> u128 {
        let layout = &self.packing.layout;
        let mut lanes = [0; _];
        for q in self.bounds.priests() {
            lanes[q.index()] = self.lane(state, q);
        }
        let mut common = 0;
        let mut set = |row: Row, index, value: u64| common = row.with(common, index, value);
        for b in 0..layout.numbers {
            set(layout.next_ballot, b, state.has_tried(rank(b)).into());
        }
        for (key, _) in state.ballots.iter() {
            if let Some(b) = index(key.number) {
                set(layout.decree, b, u64::from(key.decree.0) - 1);
            }
        }
        layout.marked(layout.number(&lanes, common), state.broken)
    }

    fn unpack(&self, number: u128) -> State {
        let open = Open::new(&self.packing.layout, number);
        let mut state = State {
            ballots: self.packing.layout.ballots(&open),
            broken: self.packing.layout.broken(number),
            ..State::default()
        };
        for b in (0..self.packing.layout.numbers).filter(|&b| open.next_ballot(b)) {
            state.tried |= 1 << rank(b).0;
            state.messages.insert(self.space.next_ballot(rank(b)));
        }
        for (key, voters) in state.ballots.iter() {
            state.messages.insert(self.space.begin_ballot(key));
            for q in voters.iter() {
                state.messages.insert(self.space.voted(key.number, q));
            }
        }
        for q in self.bounds.priests() {
            self.unpack_lane(&open, q, &mut state);
        }
        state
    }

    fn packed_steps(&self, from: u128, next: &mut Vec<(usize, Packed)>) {
        let layout = &self.packing.layout;
        let from = Open::new(layout, layout.marked(from, Broken::NOTHING));
        from.each_step(&mut |kind, to| {
            let broken = if layout.has_same_ballots(from.number, to) {
                Broken::NOTHING
            } else {
                let after = layout.ballots(&Open::new(layout, to));
                above_ballots(&self.bounds, &layout.ballots(&from), &after)
            };
            next.push((kind as usize, Packed(layout.marked(to, broken))));
        });
    }

    fn writes() -> impl Iterator<Item = Writes> {
        use Parts as P;
        Kind::ALL.iter().map(|kind| {
            Writes::grows(match kind {
                Kind::NextBallot => P::SENT,
                Kind::LastVote => P::LAST_VOTES,
                Kind::BeginBallot => P::BALLOTS | P::SENT,
                Kind::Vote => P::VOTES | P::SENT,
                Kind::Success => P::OUTCOMES | P::SENT,
                Kind::ReceiveSuccess => P::OUTCOMES,
            })
        })
    }
}

impl Preliminary<Packing> {
    /// What the number has of one priest.
    fn lane(&self, state: &State, q: Priest) -> u64 {
        let layout = &self.packing.layout;
        let outcome = state.outcome[q.index()];
        let mut lane = layout.outcome.with(0, 0, outcome.0.into());
        for b in 0..layout.numbers {
            let vote = PackedVote::largest(&state.ballots, Some(rank(b)), q);
            let last_vote = self.space.last_vote(rank(b), vote);
            let is_sent = state.messages.contains(last_vote);
            lane = layout.chain.with(lane, b, is_sent.into());
        }
        for (key, voters) in state.ballots.iter() {
            let Some(b) = index(key.number) else { continue };
            if key.quorum().contains(q) {
                lane = layout.quorum.with(lane, b, 1);
            }
            if voters.contains(q) {
                lane = layout.chain.with(lane, b, 2);
            }
        }
        lane
    }

    /// The outcome of a priest, with Success; and his promises.
    fn unpack_lane(&self, open: &Open<'_>, q: Priest, state: &mut State) {
        let outcome = open.outcome(q.index());
        state.outcome[q.index()] = outcome;
        if !outcome.is_blank() {
            state.messages.insert(self.space.success(outcome));
        }
        for b in (0..self.packing.layout.numbers).filter(|&b| open.chain(b, q.index()) != 0) {
            let vote = PackedVote::largest(&state.ballots, Some(rank(b)), q);
            let last_vote = self.space.last_vote(rank(b), vote);
            state.messages.insert(last_vote);
        }
    }
}

/// The steps of §2.2, one function each: the number after the step, if it is enabled and
/// changes something.
impl Open<'_> {
    /// Step 1: a number is tried, and NextBallot is sent.
    fn try_number(&self, b: usize) -> Option<u128> {
        let is_new = !self.next_ballot(b);
        is_new.then(|| self.with_sent(self.layout.next_ballot, b))
    }

    /// Step 2: q answers NextBallot(b) with LastVote(b, v).
    fn last_vote(&self, b: usize, q: usize) -> Option<u128> {
        let is_new = self.next_ballot(b) && self.chain(b, q) == 0;
        is_new.then(|| self.with_chain(b, q, 1))
    }

    /// Step 3: having LastVote(b, ·) from every priest of a majority set Q, p begins the
    /// ballot, on a decree that satisfies B3.
    fn begin_ballot(&self, b: usize, quorum: u64, decree: Decree) -> Option<u128> {
        let has_answered = |q| self.chain(b, q) != 0 || (quorum >> q) & 1 == 0;
        let may_begin = !self.has_begun(b)
            && self.layout.quorums.contains(&quorum)
            && (0..self.layout.priests).all(has_answered)
            && self.allows(quorum, b)(decree);
        may_begin.then(|| self.with_ballot(b, quorum, decree))
    }

    /// Step 4: on BeginBallot(b, d), q votes unless a promise forbids it: by a
    /// LastVote(b', v) he promises not to vote strictly between v_bal and b'.
    fn vote(&self, b: usize, q: usize) -> Option<u128> {
        let lane = self.lane(q);
        let is_promise = |&later: &usize| self.chain(later, q) != 0;
        let mut promises = (b + 1..self.layout.numbers).filter(is_promise);
        let may_vote = self.is_in_quorum(b, q)
            && self.chain(b, q) < 2
            && promises.all(|promised| self.layout.largest_vote(lane, promised) >= Some(b));
        may_vote.then(|| self.with_chain(b, q, 2))
    }

    /// Step 5: having Voted(b, q) from every q ∈ Q, p writes d in his ledger.
    fn succeed(&self, b: usize, p: usize) -> Option<u128> {
        let voted = |q| self.chain(b, q) >= 2 || !self.is_in_quorum(b, q);
        let may_succeed =
            self.has_begun(b) && self.outcome(p).is_blank() && (0..self.layout.priests).all(voted);
        may_succeed.then(|| self.with_outcome(p, self.decree(b)))
    }

    /// Step 6: on Success(d), a priest writes d in his ledger.
    fn receive_success(&self, q: usize, decree: Decree) -> Option<u128> {
        let is_sent = (0..self.layout.priests).any(|p| self.outcome(p) == decree);
        let may_write = is_sent && self.outcome(q).is_blank();
        may_write.then(|| self.with_outcome(q, decree))
    }

    /// Calls `visit` for each step, with its kind and the number after it.
    fn each_step(&self, visit: &mut impl FnMut(Kind, u128)) {
        let mut take = |kind, to: Option<u128>| {
            if let Some(to) = to {
                visit(kind, to);
            }
        };
        for b in 0..self.layout.numbers {
            take(Kind::NextBallot, self.try_number(b));
            for q in 0..self.layout.priests {
                take(Kind::LastVote, self.last_vote(b, q));
                take(Kind::Vote, self.vote(b, q));
            }
            if self.has_begun(b) {
                continue;
            }
            for &quorum in &self.layout.quorums {
                for decree in self.decrees() {
                    take(Kind::BeginBallot, self.begin_ballot(b, quorum, decree));
                }
            }
        }
        for tryer in &self.layout.tryers {
            for &b in &tryer.own {
                take(Kind::Success, self.succeed(b, tryer.priest));
            }
        }
        for q in 0..self.layout.priests {
            for decree in self.decrees() {
                take(Kind::ReceiveSuccess, self.receive_success(q, decree));
            }
        }
    }

    /// Whether one step leads to another number. The difference names the only step that can:
    /// it must be enabled, and lead to exactly that number.
    pub(crate) fn is_step(&self, number: u128) -> bool {
        let layout = self.layout;
        let leads = |after: Option<u128>| after == Some(number);
        let Some(q) = layout.first_difference(self.number, number) else {
            let (from, to) = (self.common, layout.common(number));
            let tried = layout.next_ballot.first_difference(from, to);
            return tried.is_some_and(|b| leads(self.try_number(b)));
        };
        let (from, to) = (self.lane(q), layout.lane(number, q));
        if let Some(b) = layout.chain.first_difference(from, to) {
            return match layout.chain.get(to, b) {
                1 => leads(self.last_vote(b, q)),
                _ => leads(self.vote(b, q)),
            };
        }
        if let Some(b) = layout.quorum.first_difference(from, to) {
            let to = Open::new(layout, number);
            return leads(self.begin_ballot(b, to.quorum(b), to.decree(b)));
        }
        let outcome = Decree(layout.outcome.get(to, 0) as u8);
        let mut owners = layout.tryers.iter().filter(|tryer| tryer.priest == q);
        let succeeds = |&b: &usize| leads(self.succeed(b, q));
        leads(self.receive_success(q, outcome))
            || owners.any(|tryer| tryer.own.iter().any(succeeds))
    }
}
