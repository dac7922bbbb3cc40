//! `Paxos` as Lamport published it in TLA+: the synod stripped to ballots that
//! nobody owns and acceptors who remember one vote. It is no protocol of the
//! paper; other model checkers have it, so it is what to compare with them.
//!
//! The names are those of the TLA+ specification. Its acceptors are priests,
//! its values are decrees.

use crate::bounds::{BoundsError, Decree, MAX_PRIESTS, Rank, check_decrees};
use crate::bytes::AsBytes;
use crate::messages::PackedVote;
use layout::{Answers, Layout};
use stateright::{Model, Property};
use synod_math::{Priest, PriestSet};
use synod_vocabulary::{Describe, StoredBy, claim::properties};

mod claims;
mod layout;
mod state;
mod tell;

pub use layout::{MAX_MESSAGES, Message};
pub use state::{Acceptor, State};

/// `Paxos` within bounds: the quorums are the majority sets.
#[derive(Clone, Debug)]
pub struct Paxos {
    acceptors: PriestSet,
    decrees: Vec<String>,
    majority: usize,
    layout: Layout,
}

/// A step: an action of the TLA+ specification and what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Somebody starts ballot b.
    Phase1a(Rank),
    /// An acceptor answers the 1a message of b.
    Phase1b(Priest, Rank),
    /// Somebody asks for votes in b for a decree that a quorum leaves free.
    Phase2a(Rank, Decree),
    /// An acceptor votes as the 2a message of b asks.
    Phase2b(Priest, Rank, Decree),
}

impl Paxos {
    /// The model with so many acceptors, with the ballots 0..`ballots` and
    /// with these decrees.
    ///
    /// # Errors
    /// [`BoundsError::Priests`]; one about decrees; or
    /// [`BoundsError::Ballots`], which says how many ballots a state has room
    /// for.
    pub fn new(acceptors: usize, ballots: usize, decrees: &[String]) -> Result<Self, BoundsError> {
        if !(1..=MAX_PRIESTS).contains(&acceptors) {
            return Err(BoundsError::Priests(acceptors));
        }
        check_decrees(decrees)?;
        Ok(Self {
            acceptors: PriestSet::first(acceptors),
            decrees: decrees.to_vec(),
            majority: acceptors / 2 + 1,
            layout: Layout::new(acceptors, ballots, decrees.len())?,
        })
    }

    /// The acceptors, in order.
    pub fn acceptors(&self) -> impl Iterator<Item = Priest> + Clone {
        self.acceptors.iter()
    }

    /// How many ballots there are; the rank of ballot b is b + 1.
    pub const fn ballots(&self) -> usize {
        self.layout.ballots()
    }

    /// msgs.
    pub fn messages(&self, state: &State) -> impl Iterator<Item = Message> {
        self.layout.messages(state.sent())
    }

    /// The state with one message more in msgs.
    #[must_use]
    pub fn send(&self, state: State, message: Message) -> State {
        state.with_bit(self.layout.bit(message))
    }

    /// Phase1a(b). Where its message is in msgs, it would change nothing.
    fn phase1a(&self, sent: u128, actions: &mut Vec<Action>) {
        let rest = self.layout.all_1a() & !self.layout.sent_1a(sent);
        actions.extend(ones(rest).map(|b| Action::Phase1a(rank(b))));
    }

    /// Phase1b(a): there is a 1a(b) with b > maxBal\[a\].
    fn phase1b(&self, sent: u128, a: Priest, acceptor: Acceptor, actions: &mut Vec<Action>) {
        // The rank of maxBal[a] is the position of the ballot above it.
        let above = from(acceptor.max_bal.0, self.layout.sent_1a(sent));
        actions.extend(ones(above).map(|b| Action::Phase1b(a, rank(b))));
    }

    /// Phase2a(b, v): no 2a message for b, and a quorum whose 1b messages for
    /// b leave v free.
    fn phase2a(&self, sent: u128, actions: &mut Vec<Action>) {
        for b in ones(self.layout.sent_1a(sent)).map(rank) {
            if self.layout.has_2a(sent, b) {
                continue;
            }
            let answers = self.layout.answers(sent, b);
            if answers.len() >= self.majority {
                let free = self.free_decrees(answers);
                actions.extend(ones(free).map(|v| Action::Phase2a(b, Decree(v as u8 + 1))));
            }
        }
    }

    /// The decrees that some majority of these answers leaves free, a bit
    /// each: all if none of the majority has voted, else that of its largest
    /// vote.
    ///
    /// An answer is one bit, the higher the larger the vote: its negative is
    /// the ones from there up, and where as many of these overlap as a
    /// majority has members, a majority has voted no higher. (Two votes in one
    /// ballot are for one decree, so that their order says nothing more.)
    fn free_decrees(&self, answers: Answers) -> u64 {
        let mut at_least = [0u64; MAX_PRIESTS / 2 + 2];
        at_least[0] = u64::MAX;
        let mut votes = 0;
        for answer in answers.of_each(self.acceptors.len()) {
            for count in (1..=self.majority).rev() {
                at_least[count] |= at_least[count - 1] & answer.wrapping_neg();
            }
            votes |= answer;
        }
        let largest = votes & at_least[self.majority];
        if largest & Answers::NO_VOTE != 0 {
            return self.layout.all_decrees();
        }
        self.layout.decrees_of(largest)
    }

    /// Phase2b(a): there is a 2a(b, v) with b ≥ maxBal\[a\]. Where a has voted
    /// in b, it would change nothing.
    fn phase2b(&self, sent: u128, a: Priest, acceptor: Acceptor, actions: &mut Vec<Action>) {
        let least = acceptor.max_bal.0.saturating_sub(1);
        let proposals = self.layout.sent_2a(sent, least.max(acceptor.max_v_bal.0));
        actions.extend(ones(proposals).map(|position| {
            let (b, v) = self.layout.proposal(position);
            Action::Phase2b(a, b, v)
        }));
    }

    fn answer(&self, state: &State, a: Priest, b: Rank) -> State {
        let acceptor = state.acceptor(a);
        let message = Message::M1b(b, acceptor.last_vote(a));
        let promised = Acceptor {
            max_bal: b,
            ..acceptor
        };
        self.send(state.with_acceptor(a, promised), message)
    }

    fn vote(&self, state: &State, vote: PackedVote) -> State {
        let voted = Acceptor {
            max_bal: vote.number,
            max_v_bal: vote.number,
            max_val: vote.decree,
        };
        let state = state.with_acceptor(vote.priest, voted);
        self.send(state, Message::M2b(vote))
    }
}

impl Model for Paxos {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::default()]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let sent = state.sent();
        self.phase1a(sent, actions);
        for a in self.acceptors.iter() {
            let acceptor = state.acceptor(a);
            self.phase1b(sent, a, acceptor, actions);
            self.phase2b(sent, a, acceptor, actions);
        }
        self.phase2a(sent, actions);
    }

    /// The guards are those of [`Model::actions`]: another action is followed
    /// as if it were enabled, unless it changes nothing.
    fn next_state(&self, last_state: &State, action: Action) -> Option<State> {
        let next = match action {
            Action::Phase1a(b) => self.send(*last_state, Message::M1a(b)),
            Action::Phase1b(a, b) => self.answer(last_state, a, b),
            Action::Phase2a(b, v) => self.send(*last_state, Message::M2a(b, v)),
            Action::Phase2b(priest, number, decree) => {
                let vote = PackedVote {
                    priest,
                    number,
                    decree,
                };
                self.vote(last_state, vote)
            }
        };
        (next != *last_state).then_some(next)
    }

    crate::figure::named_and_drawn!();

    fn properties(&self) -> Vec<Property<Self>> {
        properties(&self.claims(), &[claims::A_CHOICE])
    }
}

/// The positions of the bits that are one, ascending.
fn ones(mut bits: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let position = bits.trailing_zeros();
        bits &= bits.checked_sub(1)?;
        Some(position)
    })
}

/// The bits without the lowest `count`, which is less than 64.
const fn from(count: u8, bits: u64) -> u64 {
    bits & (u64::MAX << count)
}

/// The rank of a ballot.
const fn rank(ballot: u32) -> Rank {
    Rank(ballot as u8 + 1)
}

impl StoredBy for Paxos {
    type Codec = AsBytes;
}
