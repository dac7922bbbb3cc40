//! msgs as a part of a packed state: one bit for each message that can be sent.

use super::ones;
use crate::bounds::{BoundsError, Decree, MAX_PRIESTS, Rank};
use crate::messages::PackedVote;
use synod_math::{Priest, PriestSet};

/// A message of [`Paxos`](super::Paxos), an element of msgs, in the codes of states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// 1a(b).
    M1a(Rank),
    /// 1b(a, b, mbal, mval): b, and the last vote (mbal, mval) of acceptor a, which is null
    /// if he has not voted.
    M1b(Rank, PackedVote),
    /// 2a(b, v).
    M2a(Rank, Decree),
    /// 2b(a, b, v).
    M2b(PackedVote),
}

/// A state has room for this many different messages.
pub const MAX_MESSAGES: usize = 128;

/// With one acceptor and one decree a state has room for twelve ballots, and other bounds
/// have room for fewer. Their ranks fit in four bits of an acceptor's variables.
const MAX_BALLOTS: usize = 12;

/// All messages that can be sent, and their bits.
///
/// The order is: 1a(b), by b. 1b, by b, then by acceptor, then by vote: the
/// null vote first, then (mbal, mval) ascending, mbal < b. 2a(b, v), by b, then
/// by v. 2b, by b, then by v, then by acceptor.
///
/// Within all bounds for which a state has room, the 1b messages of one ballot are at most
/// 64, and so are all 2b messages; so one word holds them.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    acceptors: usize,
    ballots: usize,
    decrees: usize,
    /// The 1b messages of each ballot.
    m1b: [Block; MAX_BALLOTS],
    /// The 2a messages of each ballot, as a mask.
    m2a_of: [u128; MAX_BALLOTS],
    m2a: usize,
    m2b: usize,
    /// The first acceptor's 2b message of each ballot and decree, as a mask whose bit 0 is
    /// the first 2b message.
    m2b_first: u64,
    /// The ballot and decree of each 2a message.
    proposals: Vec<(Rank, Decree)>,
    messages: Vec<Message>,
}

/// The 1b messages of a ballot: the first bit, and the number of messages of each
/// acceptor.
#[derive(Clone, Copy, Debug, Default)]
struct Block {
    start: usize,
    of_an_acceptor: usize,
    mask: u64,
}

/// The 1b messages for a ballot that have been sent: at most one from each acceptor,
/// since he raises his maxBal when he sends it.
#[derive(Clone, Copy)]
pub(super) struct Answers {
    bits: u64,
    of_an_acceptor: usize,
}

impl Layout {
    /// # Errors
    /// [`BoundsError::Ballots`] if there are none or more than fit.
    pub(super) fn new(
        acceptors: usize,
        ballots: usize,
        decrees: usize,
    ) -> Result<Self, BoundsError> {
        let fits = |&ballots: &usize| room(acceptors, ballots, decrees) <= MAX_MESSAGES;
        let most = (1..=MAX_BALLOTS).take_while(fits).count();
        if !(1..=most).contains(&ballots) {
            return Err(BoundsError::Ballots {
                ballots,
                most,
                priests: acceptors,
                decrees,
                room: MAX_MESSAGES,
            });
        }
        let mut layout = Self {
            acceptors,
            ballots,
            decrees,
            m1b: [Block::default(); MAX_BALLOTS],
            m2a_of: [0; MAX_BALLOTS],
            m2a: 0,
            m2b: 0,
            m2b_first: 0,
            proposals: Vec::new(),
            messages: Vec::new(),
        };
        layout.push_1a_and_1b();
        layout.push_2a_and_2b();
        Ok(layout)
    }

    fn ranks(&self) -> impl Iterator<Item = Rank> + use<> {
        (1..=self.ballots as u8).map(Rank)
    }

    fn priests(&self) -> impl Iterator<Item = Priest> + use<> {
        PriestSet::first(self.acceptors).iter()
    }

    fn push_1a_and_1b(&mut self) {
        self.messages.extend(self.ranks().map(Message::M1a));
        for ballot in self.ranks() {
            let of_an_acceptor = 1 + position(ballot) * self.decrees;
            self.m1b[position(ballot)] = Block {
                start: self.messages.len(),
                of_an_acceptor,
                mask: PriestSet::first(self.acceptors * of_an_acceptor).bits(),
            };
            for priest in self.priests() {
                let votes = PackedVote::all(priest, position(ballot), self.decrees);
                let answers = votes.map(|vote| Message::M1b(ballot, vote));
                self.messages.extend(answers);
            }
        }
    }

    fn push_2a_and_2b(&mut self) {
        self.proposals = proposals(self.ballots, self.decrees).collect();
        self.m2a = self.messages.len();
        for &(ballot, decree) in &self.proposals {
            self.m2a_of[position(ballot)] |= 1 << self.messages.len();
            self.messages.push(Message::M2a(ballot, decree));
        }
        self.m2b = self.messages.len();
        for &(number, decree) in &self.proposals {
            self.m2b_first |= 1 << (self.messages.len() - self.m2b);
            let votes = self.priests().map(|priest| PackedVote {
                priest,
                number,
                decree,
            });
            self.messages.extend(votes.map(Message::M2b));
        }
    }

    pub(super) const fn ballots(&self) -> usize {
        self.ballots
    }

    /// The bit of a message.
    pub(super) fn bit(&self, message: Message) -> usize {
        match message {
            Message::M1a(ballot) => position(ballot),
            Message::M1b(ballot, vote) => {
                debug_assert!(
                    vote.number < ballot,
                    "a 1b message is about earlier ballots"
                );
                let block = self.m1b[position(ballot)];
                let of_acceptor = block.start + vote.priest.index() * block.of_an_acceptor;
                of_acceptor + vote.place(self.decrees)
            }
            Message::M2a(ballot, decree) => self.m2a + self.proposal_position(ballot, decree),
            Message::M2b(vote) => {
                let position = self.proposal_position(vote.number, vote.decree);
                self.m2b + position * self.acceptors + vote.priest.index()
            }
        }
    }

    const fn proposal_position(&self, ballot: Rank, decree: Decree) -> usize {
        position(ballot) * self.decrees + decree.0 as usize - 1
    }

    /// The messages of these bits, in order.
    pub(super) fn messages(&self, sent: u128) -> impl Iterator<Item = Message> {
        let lower = ones(sent as u64);
        let upper = ones((sent >> 64) as u64).map(|bit| bit + 64);
        lower.chain(upper).map(|bit| self.messages[bit as usize])
    }

    /// The ballots, one bit for each.
    pub(super) const fn all_1a(&self) -> u64 {
        PriestSet::first(self.ballots).bits()
    }

    /// The ballots that have a 1a message, one bit for each.
    pub(super) const fn sent_1a(&self, sent: u128) -> u64 {
        sent as u64 & self.all_1a()
    }

    pub(super) fn has_2a(&self, sent: u128, ballot: Rank) -> bool {
        sent & self.m2a_of[position(ballot)] != 0
    }

    /// The 1b messages for the ballot.
    pub(super) fn answers(&self, sent: u128, ballot: Rank) -> Answers {
        let block = self.m1b[position(ballot)];
        Answers {
            bits: (sent >> block.start) as u64 & block.mask,
            of_an_acceptor: block.of_an_acceptor,
        }
    }

    /// The decrees, one bit for each.
    pub(super) const fn all_decrees(&self) -> u64 {
        PriestSet::first(self.decrees).bits()
    }

    /// The decrees of votes, which are bits as in [`Answers::of_each`].
    pub(super) const fn decrees_of(&self, votes: u64) -> u64 {
        let mut rest = votes >> 1; // Above Answers::NO_VOTE.
        let mut decrees = 0;
        while rest != 0 {
            decrees |= rest & self.all_decrees();
            rest >>= self.decrees;
        }
        decrees
    }

    /// The 2a messages sent, from the ballot at this position on. Bit i is the i-th of all
    /// 2a messages.
    pub(super) fn sent_2a(&self, sent: u128, ballot: u8) -> u64 {
        let all = PriestSet::first(self.proposals.len()).bits();
        let below = usize::from(ballot) * self.decrees;
        (sent >> self.m2a) as u64 & all & (u64::MAX << below)
    }

    /// The ballot and the decree of the 2a message at this position.
    pub(super) fn proposal(&self, position: u32) -> (Rank, Decree) {
        self.proposals[position as usize]
    }

    /// For each ballot and decree that have at least `majority` votes, the bit of the
    /// first acceptor's 2b message.
    pub(super) fn with_votes(&self, sent: u128, majority: usize) -> u64 {
        let votes = (sent >> self.m2b) as u64;
        let mut at_least = [0u64; MAX_PRIESTS / 2 + 2];
        at_least[0] = self.m2b_first;
        for acceptor in 0..self.acceptors {
            for count in (1..=majority).rev() {
                at_least[count] |= at_least[count - 1] & votes >> acceptor;
            }
        }
        at_least[majority]
    }

    /// The ballots and decrees of bits that [`with_votes`](Self::with_votes) returns.
    pub(super) fn proposals_of(&self, firsts: u64) -> impl Iterator<Item = (Rank, Decree)> {
        ones(firsts).map(|first| self.proposals[first as usize / self.acceptors])
    }
}

impl Answers {
    /// The answer of an acceptor who has not voted.
    pub(super) const NO_VOTE: u64 = 1;

    /// The number of acceptors that have answered.
    pub(super) const fn len(self) -> usize {
        self.bits.count_ones() as usize
    }

    /// Each acceptor's answer: one bit, which is higher for a larger vote; zero
    /// if he has not answered.
    pub(super) fn of_each(self, acceptors: usize) -> impl Iterator<Item = u64> {
        let all = PriestSet::first(self.of_an_acceptor).bits();
        (0..acceptors).map(move |a| self.bits >> (a * self.of_an_acceptor) & all)
    }
}

/// The number of messages within these bounds.
const fn room(acceptors: usize, ballots: usize, decrees: usize) -> usize {
    let answers = ballots + decrees * (ballots * (ballots - 1) / 2);
    let proposals = ballots * decrees;
    ballots + acceptors * answers + proposals + acceptors * proposals
}

/// Every decree in each ballot.
fn proposals(ballots: usize, decrees: usize) -> impl Iterator<Item = (Rank, Decree)> {
    let ranks = (1..=ballots as u8).map(Rank);
    ranks.flat_map(move |b| (1..=decrees as u8).map(move |v| (b, Decree(v))))
}

/// The position of a ballot, counted from 0. The rank must not be −∞.
const fn position(ballot: Rank) -> usize {
    ballot.0 as usize - 1
}

/// A ballot's number in the TLA+ specification.
pub(super) fn ballot_name(ballot: Rank) -> String {
    match ballot.0.checked_sub(1) {
        Some(number) => number.to_string(),
        None => "−1".to_owned(),
    }
}
