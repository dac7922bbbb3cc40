//! `Paxos` as Lamport published it in TLA+: the synod reduced to ballots without an owner,
//! and acceptors that remember only their last vote. It is not a protocol of the
//! paper. Other model checkers have it, so it serves to compare them with this one.
//!
//! The names are those of the TLA+ specification. Its acceptors are priests here, and
//! its values are decrees.

use crate::bounds::{BoundsError, Decree, MAX_PRIESTS, Rank, check_decrees};
use crate::bytes::AsBytes;
use crate::messages::PackedVote;
use layout::{Layout, ballots_of, below, largest, position};
use stateright::{Model, Property};
use synod_math::{Priest, PriestSet};
use synod_vocabulary::{Describe, StoredBy, claim::properties};

mod claims;
mod forbidden;
mod layout;
mod state;
mod structure;
mod tell;

pub use layout::Message;
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
    is_symmetric: bool,
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
            is_symmetric: false,
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
        self.layout.messages(state.0, self.acceptors())
    }

    /// The variables of an acceptor.
    pub fn acceptor(&self, state: &State, acceptor: Priest) -> Acceptor {
        let voted = self.layout.voted(state.0, acceptor.index());
        let last_vote = self.layout.last_vote(state.0, acceptor, voted);
        Acceptor {
            max_bal: self.max_bal(state.0, acceptor),
            max_v_bal: last_vote.number,
            max_val: last_vote.decree,
        }
    }

    fn max_bal(&self, number: u128, acceptor: Priest) -> Rank {
        let acceptor = acceptor.index();
        largest(self.layout.answered(number, acceptor) | self.layout.voted(number, acceptor))
    }

    /// The state with this message added to msgs, if it is one that a step may send: a ballot
    /// that has a 2a message keeps its decree, which is also that of the 2b messages, and the
    /// vote in a 1b message is the acceptor's last one below the ballot. With a 2b message
    /// goes its 2a message.
    #[must_use]
    pub fn send(&self, state: State, message: Message) -> State {
        State(self.layout.send(state.0, message))
    }

    /// Calls `take` with each step that is possible. (It is inlined, so that a caller who
    /// needs only the state after the step does not pay for what else the step tells.)
    #[inline(always)]
    fn each_action(&self, number: u128, mut take: impl FnMut(Action)) {
        self.phase1a(number, &mut take);
        for a in self.acceptors.iter() {
            self.phase1b(number, a, &mut take);
            self.phase2b(number, a, &mut take);
        }
        self.phase2a(number, &mut take);
    }

    /// Phase1a(b). If its message is in msgs, the step would change nothing, so it is left
    /// out.
    #[inline(always)]
    fn phase1a(&self, number: u128, take: &mut impl FnMut(Action)) {
        ballots_of(self.layout.not_begun(number)).for_each(|b| take(Action::Phase1a(b)));
    }

    /// Phase1b(a): there is a 1a(b) with b > maxBal\[a\].
    #[inline(always)]
    fn phase1b(&self, number: u128, a: Priest, take: &mut impl FnMut(Action)) {
        // The rank of maxBal[a] is the position of the ballot above it.
        let above = from(self.max_bal(number, a).0, self.layout.begun(number));
        ballots_of(above).for_each(|b| take(Action::Phase1b(a, b)));
    }

    /// Phase2a(b, v): no 2a message for b, and a quorum whose 1b messages for
    /// b leave v free.
    #[inline(always)]
    fn phase2a(&self, number: u128, take: &mut impl FnMut(Action)) {
        let answered = self
            .acceptors()
            .map(|a| self.layout.answered(number, a.index()));
        let asked = self.layout.asked(number);
        let may_ask = self.layout.begun(number) & !asked & self.of_a_majority(answered);
        for b in ballots_of(may_ask) {
            let latest = self.latest_votes(number, b);
            for v in (1..=self.layout.decrees() as u8).map(Decree) {
                let votes = self.layout.asked_for(number, v) << 1;
                if latest & (votes | NO_VOTE) != 0 {
                    take(Action::Phase2a(b, v));
                }
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
    fn latest_votes(&self, number: u128, b: Rank) -> u32 {
        let answer = |a: Priest| {
            let has_answered = self.layout.answered(number, a.index()) >> position(b) & 1;
            let votes = below(self.layout.voted(number, a.index()), b);
            has_answered << largest(votes).0
        };
        let answers = self.acceptors().map(answer);
        let votes = answers.clone().fold(0, |votes, answer| votes | answer);
        votes & self.of_a_majority(answers.map(u32::wrapping_neg))
    }

    /// The bits that are one in as many of these sets, one for each acceptor, as a majority has
    /// members.
    #[inline(always)]
    fn of_a_majority(&self, of_each: impl Iterator<Item = u32>) -> u32 {
        let mut at_least = [0; MAX_PRIESTS / 2 + 2];
        at_least[0] = u32::MAX;
        for set in of_each {
            for count in (1..at_least.len()).rev() {
                at_least[count] |= at_least[count - 1] & set;
            }
        }
        at_least[self.majority]
    }

    /// Phase2b(a): there is a 2a(b, v) with b ≥ maxBal\[a\]. If a has voted in b, the step
    /// would change nothing, so it is left out.
    #[inline(always)]
    fn phase2b(&self, number: u128, a: Priest, take: &mut impl FnMut(Action)) {
        let least = self.max_bal(number, a).0.saturating_sub(1);
        let asked = from(least, self.layout.asked(number));
        let asked = asked & !self.layout.voted(number, a.index());
        ballots_of(asked).for_each(|b| {
            take(Action::Phase2b(a, b, self.layout.decree(number, b)));
        });
    }
}

/// The answer of an acceptor who has not voted: see [`Paxos::latest_votes`].
const NO_VOTE: u32 = 1;

impl Action {
    /// The message that the step sends. A vote in a 1b message is null, since the state tells it.
    const fn message(self) -> Message {
        match self {
            Self::Phase1a(b) => Message::M1a(b),
            Self::Phase1b(a, b) => Message::M1b(b, PackedVote::null(a)),
            Self::Phase2a(b, v) => Message::M2a(b, v),
            Self::Phase2b(priest, number, decree) => Message::M2b(PackedVote {
                priest,
                number,
                decree,
            }),
        }
    }
}

impl Model for Paxos {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::default()]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        self.each_action(state.0, |action| actions.push(action));
    }

    /// The guards are checked by [`Model::actions`] only. An action that it does not list
    /// is taken here as if it were enabled, as far as a state can say so, unless it changes
    /// nothing.
    fn next_state(&self, last_state: &State, action: Action) -> Option<State> {
        let next = self.send(*last_state, action.message());
        (next != *last_state).then_some(next)
    }

    crate::figure::named_and_drawn!();

    fn properties(&self) -> Vec<Property<Self>> {
        properties(&self.claims(), &claims::others(self))
    }
}

/// The positions of the bits that are one, ascending.
fn ones(mut bits: u32) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let position = bits.trailing_zeros();
        bits &= bits.checked_sub(1)?;
        Some(position)
    })
}

/// The ballots without the first `count` ballots.
const fn from(count: u8, ballots: u32) -> u32 {
    ballots & (u32::MAX << count)
}

impl StoredBy for Paxos {
    type Codec = AsBytes;
}
