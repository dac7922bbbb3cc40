//! `Paxos` as Lamport published it in TLA+: the synod reduced to ballots without an owner,
//! and acceptors that remember only their last vote. It is not a protocol of the
//! paper. Other model checkers have it, so it serves to compare them with this one.
//!
//! The names are those of the TLA+ specification. Its acceptors are priests here, and
//! its values are decrees.

// Code for numbers of acceptors and decrees that the compiler knows is twice as fast (the bench
// `steps` measures it): all of it must be inlined where they are known.
#![allow(clippy::inline_always)]

use crate::bounds::{BoundsError, Decree, MAX_PRIESTS, Rank, check_decrees};
use crate::bytes::AsBytes;
use crate::messages::PackedVote;
use layout::Layout;
use stateright::{Model, Property};
use synod_math::{Priest, PriestSet};
use synod_vocabulary::{Describe, StoredBy, claim::properties};

mod claims;
mod forbidden;
mod layout;
mod state;
mod steps;
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
    layout: Layout,
    uses_symmetry: bool,
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
            layout: Layout::new(acceptors, ballots, decrees.len())?,
            uses_symmetry: false,
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
        self.layout.messages(state.0)
    }

    /// The variables of an acceptor.
    pub fn acceptor(&self, state: &State, acceptor: Priest) -> Acceptor {
        let voted = self.layout.voted(state.0, acceptor.index());
        let last_vote = self.layout.last_vote(state.0, acceptor, voted);
        Acceptor {
            max_bal: self.layout.max_bal(state.0, acceptor.index()),
            max_v_bal: last_vote.number,
            max_val: last_vote.decree,
        }
    }

    /// The state with this message added to msgs, if it is one that a step may send: a ballot
    /// that has a 2a message keeps its decree, which is also that of the 2b messages, and the
    /// vote in a 1b message is the acceptor's last one below the ballot. With a 2b message
    /// goes its 2a message.
    #[must_use]
    pub fn send(&self, state: State, message: Message) -> State {
        State(self.layout.send(state.0, message))
    }
}

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
        self.layout.actions(state.0, actions);
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

impl StoredBy for Paxos {
    type Codec = AsBytes;
}
