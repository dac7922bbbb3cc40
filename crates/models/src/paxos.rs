//! `Paxos` as Lamport published it in TLA+: the synod reduced to ballots without an owner,
//! and acceptors that remember only their last vote. It is not a protocol of the
//! paper. Other model checkers have it, so it serves to compare them with this one.
//!
//! The names are those of the TLA+ specification. Its acceptors are priests here, and
//! its values are decrees.

use crate::bounds::{BoundsError, Decree, MAX_PRIESTS, Rank, check_decrees};
use crate::bytes::AsBytes;
use crate::messages::PackedVote;
use layout::{Answers, Layout};
use stateright::{Model, Property};
use synod_math::{Priest, PriestSet};
use synod_vocabulary::{Describe, StoredBy, claim::properties};

mod claims;
mod forbidden;
mod layout;
mod state;
mod tell;

pub use layout::{MAX_MESSAGES, Message};
pub use state::{Acceptor, State};

/// `Paxos` within bounds. The quorums are the majority sets.
///
/// ```
/// use stateright::{Checker, Model};
/// use synod_models::paxos::Paxos;
///
/// let model = Paxos::new(3, 2, &["olives"].map(String::from))?;
/// let checker = model.checker().spawn_bfs().join();
/// checker.assert_properties();
/// # Ok::<(), synod_models::bounds::BoundsError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Paxos {
    acceptors: PriestSet,
    decrees: Vec<String>,
    majority: usize,
    layout: Layout,
}

/// A step of [`Paxos`]: an action of the TLA+ specification with its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Phase1a(b): ballot b starts, by a 1a message.
    Phase1a(Rank),
    /// Phase1b(a): acceptor a answers the 1a message of b.
    Phase1b(Priest, Rank),
    /// Phase2a(b, v): a 2a message asks for votes in b for decree v, which a quorum leaves
    /// free.
    Phase2a(Rank, Decree),
    /// Phase2b(a): acceptor a votes as the 2a message of b asks.
    Phase2b(Priest, Rank, Decree),
}

impl Paxos {
    /// The model with this number of acceptors, with the ballots 0..`ballots` and
    /// with these decrees.
    ///
    /// # Errors
    /// [`BoundsError::Priests`], [`BoundsError::Ballots`] (which says for how many ballots
    /// a state has room), or one of the errors about decrees.
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

    /// The number of ballots; the rank of ballot b is b + 1.
    pub const fn ballots(&self) -> usize {
        self.layout.ballots()
    }

    /// msgs: the messages sent.
    pub fn messages(&self, state: &State) -> impl Iterator<Item = Message> {
        self.layout.messages(state.sent())
    }

    /// The state with this message added to msgs.
    #[must_use]
    pub fn send(&self, state: State, message: Message) -> State {
        state.with_bit(self.layout.bit(message))
    }

    /// Phase1a(b). If its message is in msgs, the step would change nothing, so it is left
    /// out.
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

    /// The decrees that some majority of these answers leaves free, one bit for
    /// each: all if no acceptor of the majority has voted, otherwise the decree of its
    /// largest vote.
    ///
    /// An answer is one bit, which is higher for a larger vote. Its negative has ones
    /// from that bit upwards. If as many of these negatives have a one at a position as a
    /// majority has members, then a majority has no vote above that position. (Two votes in
    /// one ballot are for the same decree, so their order does not matter.)
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

    /// Phase2b(a): there is a 2a(b, v) with b ≥ maxBal\[a\]. If a has voted in b, the step
    /// would change nothing, so it is left out.
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

    /// The guards are checked by [`Model::actions`] only. An action that it does not list
    /// is taken here as if it were enabled, unless it changes nothing.
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
        properties(&self.claims(), &claims::others(self))
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

impl synod_vocabulary::Structure for Paxos {
    type Held = State;

    fn form(&self) -> synod_vocabulary::Form<Self> {
        synod_vocabulary::Form::WHOLE
    }
}
