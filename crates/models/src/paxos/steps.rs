//! The steps that are possible: the guards of the TLA+ specification, for all ballots at once.

use super::Action;
use super::layout::{Layout, Word, ballots_of, below, largest, position};
use crate::bounds::{Decree, MAX_DECREES, MAX_PRIESTS, Rank};

/// The steps that are possible in a state, as sets of ballots. Steps that would change nothing
/// are left out.
pub(super) struct Possible {
    /// Phase1a(b).
    pub(super) begin: u32,
    /// Phase1b(a) on 1a(b), for each acceptor.
    pub(super) answer: [u32; MAX_PRIESTS],
    /// Phase2a(b, v), for each decree.
    pub(super) ask: [u32; MAX_DECREES],
    /// Phase2b(a) on 2a(b, v), for each acceptor.
    pub(super) vote: [u32; MAX_PRIESTS],
}

impl Layout {
    /// The actions that are possible: Phase1a; those of each acceptor; Phase2a.
    pub(super) fn actions(self, number: u128, actions: &mut Vec<Action>) {
        let possible = self.possible(number);
        actions.extend(ballots_of(possible.begin).map(Action::Phase1a));
        for a in self.acceptors() {
            let answers = ballots_of(possible.answer[a.index()]);
            actions.extend(answers.map(|b| Action::Phase1b(a, b)));
            let votes = ballots_of(possible.vote[a.index()]);
            actions.extend(votes.map(|b| Action::Phase2b(a, b, self.decree(number, b))));
        }
        for b in ballots_of(self.every_ballot()) {
            let of_decree = |v: &Decree| possible.ask[v.0 as usize - 1] >> position(b) & 1 == 1;
            let free = self.all_decrees().filter(of_decree);
            actions.extend(free.map(|v| Action::Phase2a(b, v)));
        }
    }

    #[inline(always)]
    pub(super) fn possible<W: Word>(self, number: W) -> Possible {
        let begun = self.begun(number);
        let asked = self.asked(number);
        let mut possible = Possible {
            begin: self.every_ballot() & !begun,
            answer: [0; MAX_PRIESTS],
            ask: [0; MAX_DECREES],
            vote: [0; MAX_PRIESTS],
        };
        let each = possible.answer.iter_mut().zip(&mut possible.vote);
        for (a, (answer, vote)) in each.enumerate().take(self.acceptors) {
            // The rank of maxBal[a] is the position of the ballot above it.
            let max_bal = self.max_bal(number, a).0;
            // There is a 1a(b) with b > maxBal[a].
            *answer = from(max_bal, begun);
            // There is a 2a(b, v) with b ≥ maxBal[a]; and a has not voted in b.
            *vote = from(max_bal.saturating_sub(1), asked) & !self.voted(number, a);
        }
        self.may_ask(number, begun & !asked, &mut possible.ask);
        possible
    }

    /// Phase2a(b, v): a quorum whose 1b messages for b leave v free. The ballots begun have no
    /// 2a message.
    #[inline(always)]
    fn may_ask<W: Word>(self, number: W, begun: u32, ask: &mut [u32; MAX_DECREES]) {
        let answered = (0..self.acceptors).map(|a| self.answered(number, a));
        for b in ballots_of(begun & self.of_a_majority(answered)) {
            let latest = self.latest_votes(number, b);
            for v in self.all_decrees() {
                let votes = self.asked_for(number, v) << 1;
                let is_free = latest & (votes | NO_VOTE) != 0;
                ask[v.0 as usize - 1] |= u32::from(is_free) << position(b);
            }
        }
    }

    /// The largest vote of each majority of those that have answered b: bit i + 1 for one in
    /// ballot i, and [`NO_VOTE`] if no acceptor of the majority has voted.
    ///
    /// An answer is one bit, which is higher for a larger vote. Its negative has ones
    /// from that bit upwards. If as many of these negatives have a one at a position as a
    /// majority has members, then a majority has no vote above that position. (Two votes in
    /// one ballot are for the same decree, so their order does not matter.)
    #[inline(always)]
    fn latest_votes<W: Word>(self, number: W, b: Rank) -> u32 {
        let answer = |a| {
            let has_answered = self.answered(number, a) >> position(b) & 1;
            let votes = below(self.voted(number, a), b);
            has_answered << largest(votes).0
        };
        let answers = (0..self.acceptors).map(answer);
        let votes = answers.clone().fold(0, |votes, answer| votes | answer);
        votes & self.of_a_majority(answers.map(u32::wrapping_neg))
    }

    /// The bits that are one in as many of these sets, one for each acceptor, as a majority has
    /// members.
    #[inline(always)]
    pub(super) fn of_a_majority(self, of_each: impl Iterator<Item = u32>) -> u32 {
        let mut at_least = [0; MAX_PRIESTS / 2 + 2];
        at_least[0] = u32::MAX;
        for set in of_each {
            for count in (1..at_least.len()).rev() {
                at_least[count] |= at_least[count - 1] & set;
            }
        }
        at_least[self.majority()]
    }
}

/// The answer of an acceptor who has not voted: see [`Layout::latest_votes`].
const NO_VOTE: u32 = 1;

/// The ballots without the first `count` ballots.
const fn from(count: u8, ballots: u32) -> u32 {
    ballots & (u32::MAX << count)
}
