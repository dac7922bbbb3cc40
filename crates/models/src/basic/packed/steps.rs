//! The actions of A.1 on packed states, one function each, in the order of A.1. Each takes its
//! action wherever the action is enabled and changes something. The same actions on readable
//! states are in `actions.rs`; tests compare the two step by step.

use super::super::tell::Kind;
use super::super::{Basic, Status};
use super::Reads;
use crate::ballots::Ballots;
use crate::bounds::{Decree, MAX_PRIESTS};
use crate::layout::{Layout, Open, Row, ones};
use crate::packing::Packing;
use crate::refinement::{Broken, above_ballots};
use crate::touched::{Parts, Writes};
use synod_vocabulary::Packed;

/// Appends the steps from a state.
pub(super) fn append(model: &Basic<Packing>, from: u128, next: &mut Vec<(usize, Packed)>) {
    let from = model.packing.layout.marked(from, Broken::NOTHING);
    let layout = &model.packing.layout;
    let state = Open::new(layout, from);
    let mut steps = Steps {
        model,
        above: state.above(),
        tryers: Tryers::of(&state),
        state,
        ballots: None,
        next,
    };
    steps.try_new_ballot();
    steps.send_next_ballot();
    steps.receive_next_ballot();
    steps.send_last_vote();
    steps.receive_last_vote();
    steps.start_polling();
    steps.send_begin_ballot();
    steps.receive_begin_ballot();
    steps.send_voted();
    steps.receive_voted();
    steps.succeed();
    steps.send_success();
    steps.receive_success();
    if model.forgetful {
        steps.lose_slip();
    }
}

/// The parts of a state that a kind of step writes. A slip that is void is smaller.
pub(super) fn writes(kind: Kind) -> Writes {
    use Parts as P;
    match kind {
        Kind::TryNewBallot => Writes::new(P::STATUS | P::PREV_VOTES | P::POLL, P::TRIED),
        Kind::ReceiveNextBallot => Writes::grows(P::NEXT_BAL),
        Kind::SendLastVote => Writes::grows(P::LAST_VOTES),
        Kind::ReceiveLastVote => Writes::grows(P::PREV_VOTES),
        Kind::StartPolling => Writes::new(P::STATUS | P::POLL, P::BALLOTS),
        Kind::ReceiveBeginBallot => Writes::grows(P::VOTES),
        Kind::ReceiveVoted => Writes::grows(P::POLL),
        Kind::SendNextBallot | Kind::SendBeginBallot | Kind::SendVoted | Kind::SendSuccess => {
            Writes::grows(P::SENT)
        }
        Kind::Succeed | Kind::ReceiveSuccess => Writes::grows(P::OUTCOMES),
        Kind::LoseSlip => Writes::new(P::STATUS | P::PREV_VOTES | P::POLL, P::NONE),
    }
}

/// What the tryers are doing.
#[derive(Clone, Copy)]
struct Tryers {
    /// Those who try, one bit for each.
    trying: u64,
    /// Those who poll.
    polling: u64,
    /// lastTried of those who are not idle, as an index.
    last_tried: [usize; MAX_PRIESTS],
}

impl Tryers {
    fn of(state: &Open<'_>) -> Self {
        let mut tryers = Self {
            trying: 0,
            polling: 0,
            last_tried: [0; MAX_PRIESTS],
        };
        for t in 0..state.layout.tryers.len() {
            let (status, last_tried) = state.status(t);
            tryers.trying |= u64::from(status == Status::Trying) << t;
            tryers.polling |= u64::from(status == Status::Polling) << t;
            tryers.last_tried[t] = last_tried.unwrap_or_default();
        }
        tryers
    }

    /// These tryers, each with his lastTried.
    fn each(self, which: u64) -> impl Iterator<Item = (usize, usize)> {
        ones(which).map(move |t| (t, self.last_tried[t]))
    }
}

struct Steps<'a> {
    model: &'a Basic<Packing>,
    state: Open<'a>,
    /// The state of §2.2.
    above: Open<'a>,
    tryers: Tryers,
    /// 𝓑, once it is asked for.
    ballots: Option<Ballots>,
    next: &'a mut Vec<(usize, Packed)>,
}

impl<'a> Steps<'a> {
    /// A step of this kind leads to this state. It breaks nothing if the state above is the same,
    /// which has 𝓑, and the ledgers are.
    #[inline]
    fn take(&mut self, kind: Kind, mut to: u128) {
        let layout = self.layout();
        let is_hidden = self.above.number == layout.above(to);
        if !is_hidden || !layout.has_same_ledgers(self.state.number, to) {
            to = layout.marked(to, self.broken_by(to));
        }
        self.next.push((kind as usize, Packed(to)));
    }

    /// What a step breaks.
    fn broken_by(&mut self, to: u128) -> Broken {
        let (layout, bounds) = (self.layout(), &self.model.codes.bounds);
        let above_to = layout.above(to);
        let is_step = self.above.number == above_to || self.above.is_step(above_to);
        let ballots = if layout.has_same_ballots(self.state.number, to) {
            Broken::NOTHING
        } else {
            let from = self
                .ballots
                .get_or_insert_with(|| layout.ballots(&self.state));
            above_ballots(bounds, from, &layout.ballots(&Open::new(layout, to)))
        };
        let ledgers_go_on =
            layout.has_same_ledgers(self.state.number, to) || self.state.ledgers_go_on(to);
        ballots
            .unless(is_step, Broken::PRELIMINARY)
            .unless(ledgers_go_on, Broken::LEDGERS)
    }

    const fn layout(&self) -> &'a Layout {
        self.state.layout
    }

    fn priests(&self) -> std::ops::Range<usize> {
        0..self.layout().priests
    }

    /// The tryers who try, each with his lastTried.
    fn trying(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        self.tryers.each(self.tryers.trying)
    }

    /// The tryers who poll, each with his lastTried.
    fn polling(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        self.tryers.each(self.tryers.polling)
    }

    /// The number with one bit of a priest's lane set.
    fn with_bit(&self, q: usize, row: Row, index: usize) -> u128 {
        let lane = row.with(self.state.lane(q), index, 1);
        self.state.with_lane(q, lane)
    }

    /// Always enabled, for a number b > lastTried that p owns.
    fn try_new_ballot(&mut self) {
        let layout = self.layout();
        for (t, tryer) in layout.tryers.iter().enumerate() {
            let last_tried = layout.last_tried.get(self.state.common, t);
            for tried in last_tried + 1..=tryer.own.len() as u64 {
                let without_slip = self.state.number & !tryer.slip;
                let common = layout.common(without_slip);
                let common = layout.last_tried.with(common, t, tried);
                self.take(Kind::TryNewBallot, layout.with_common(without_slip, common));
            }
        }
    }

    /// Enabled while trying.
    fn send_next_ballot(&mut self) {
        for (_, b) in self.trying() {
            if !self.state.next_ballot(b) {
                let to = self.state.with_sent(self.layout().next_ballot, b);
                self.take(Kind::SendNextBallot, to);
            }
        }
    }

    /// If b ≥ nextBal, then nextBal becomes b.
    fn receive_next_ballot(&mut self) {
        let layout = self.layout();
        let sent = layout.next_ballot.all(self.state.common);
        for q in self.priests() {
            let lane = self.state.lane(q);
            // nextBal is the rank of a number, so the larger numbers have this index or more.
            let larger = u64::MAX << layout.next_bal.get(lane, 0);
            for b in ones(sent & larger) {
                let lane = layout.next_bal.with(lane, 0, b as u64 + 1);
                let to = self.state.with_lane(q, lane);
                self.take(Kind::ReceiveNextBallot, to);
            }
        }
    }

    /// Enabled if nextBal > prevBal.
    fn send_last_vote(&mut self) {
        for q in self.priests() {
            if let Some(b) = self.state.promised(q)
                && self.state.chain(b, q) == 0
            {
                self.take(Kind::SendLastVote, self.state.with_chain(b, q, 1));
            }
        }
    }

    /// LastVote(b, v): if b = lastTried and p is trying, v is added to prevVotes.
    fn receive_last_vote(&mut self) {
        let prev_votes = self.layout().prev_votes;
        for (t, b) in self.trying() {
            for q in self.priests() {
                let is_sent = self.state.chain(b, q) >= 1;
                if is_sent && prev_votes.get(self.state.lane(q), t) == 0 {
                    self.take(Kind::ReceiveLastVote, self.with_bit(q, prev_votes, t));
                }
            }
        }
    }

    /// Enabled while trying if Q is a majority set and every priest of Q has a vote in
    /// prevVotes; the decree is that of the largest vote, or any decree if that is null.
    fn start_polling(&mut self) {
        let layout = self.layout();
        for (t, b) in self.trying() {
            let answered = self.state.all(layout.prev_votes, t);
            for &quorum in &layout.quorums {
                if quorum & !answered != 0 {
                    continue;
                }
                let read = match self.model.reads {
                    Some(Reads::VotesOfQuorum) => quorum,
                    _ => answered,
                };
                let state = self.state;
                let is_allowed = state.allows(read, b);
                for decree in state.decrees().filter(|&decree| is_allowed(decree)) {
                    self.take(Kind::StartPolling, state.with_ballot(b, quorum, decree));
                }
            }
        }
    }

    /// Enabled while polling.
    fn send_begin_ballot(&mut self) {
        let begin_ballot = self.layout().begin_ballot;
        for (_, b) in self.polling() {
            if begin_ballot.get(self.state.common, b) == 0 {
                let to = self.state.with_sent(begin_ballot, b);
                self.take(Kind::SendBeginBallot, to);
            }
        }
    }

    /// BeginBallot(b, d), at a priest of its quorum: if b = nextBal > prevBal, then q votes.
    fn receive_begin_ballot(&mut self) {
        let sent = self.layout().begin_ballot.all(self.state.common);
        if sent == 0 {
            return;
        }
        for q in self.priests() {
            let Some(b) = self.state.promised(q) else {
                continue;
            };
            if (sent >> b) & 1 != 0 && self.state.is_in_quorum(b, q) {
                self.take(Kind::ReceiveBeginBallot, self.state.with_chain(b, q, 2));
            }
        }
    }

    /// Enabled if prevBal ≠ −∞.
    fn send_voted(&mut self) {
        for q in self.priests() {
            let Some(b) = self.layout().prev_bal(self.state.lane(q)) else {
                continue;
            };
            if self.state.chain(b, q) == 2 {
                self.take(Kind::SendVoted, self.state.with_chain(b, q, 3));
            }
        }
    }

    /// Voted(b, q): if b = lastTried and p is polling, q is added to voters.
    fn receive_voted(&mut self) {
        let voters = self.layout().voters;
        for (t, b) in self.polling() {
            for q in self.priests() {
                let is_sent = self.state.chain(b, q) == 3;
                if is_sent && voters.get(self.state.lane(q), t) == 0 {
                    self.take(Kind::ReceiveVoted, self.with_bit(q, voters, t));
                }
            }
        }
    }

    /// Enabled while polling if quorum ⊆ voters and outcome is BLANK.
    fn succeed(&mut self) {
        for (t, b) in self.polling() {
            let p = self.layout().tryers[t].priest;
            let quorum = self.state.all(self.layout().quorum, b);
            let voters = self.state.all(self.layout().voters, t);
            if quorum & !voters == 0 && self.state.outcome(p).is_blank() {
                let to = self.state.with_outcome(p, self.state.decree(b));
                self.take(Kind::Succeed, to);
            }
        }
    }

    /// Enabled if outcome ≠ BLANK.
    fn send_success(&mut self) {
        let success = self.layout().success;
        if !self.state.has_outcomes() {
            return;
        }
        for p in self.priests() {
            let outcome = usize::from(self.state.outcome(p).0);
            let Some(d) = outcome.checked_sub(1) else {
                continue;
            };
            if success.get(self.state.common, d) == 0 {
                self.take(Kind::SendSuccess, self.state.with_sent(success, d));
            }
        }
    }

    /// Success(d): if outcome is BLANK, it becomes d.
    fn receive_success(&mut self) {
        let success = self.layout().success;
        for d in ones(success.all(self.state.common)) {
            for q in self.priests() {
                if self.state.outcome(q).is_blank() {
                    let to = self.state.with_outcome(q, Decree(d as u8 + 1));
                    self.take(Kind::ReceiveSuccess, to);
                }
            }
        }
    }

    /// Enabled unless idle: p becomes idle, and the rest of his slip is void.
    fn lose_slip(&mut self) {
        let layout = self.layout();
        for (t, tryer) in layout.tryers.iter().enumerate() {
            if (self.tryers.trying | self.tryers.polling) >> t & 1 != 0 {
                let without_slip = self.state.number & !tryer.slip;
                let common = layout.lost.with(layout.common(without_slip), t, 1);
                self.take(Kind::LoseSlip, layout.with_common(without_slip, common));
            }
        }
    }
}

impl Basic<Packing> {
    /// The claims about steps that a step between two packed states breaks, or would break if
    /// it were a step.
    pub fn broken_by_packed_step(&self, from: Packed, to: Packed) -> Broken {
        let state = Open::new(&self.packing.layout, from.0);
        let mut steps = Steps {
            model: self,
            above: state.above(),
            tryers: Tryers::of(&state),
            state,
            ballots: None,
            next: &mut Vec::new(),
        };
        steps.broken_by(to.0)
    }
}
