//! §2.2, the preliminary protocol, as a model: six steps, each atomic with the sends it
//! makes, by priests who remember everything. The same steps without bounds are in
//! [`synod_paper::preliminary`]. The protocol that refines this one is
//! [`basic`](crate::basic).

use crate::ballots::{BallotKey, Ballots};
use crate::bounds::{Bounds, BoundsError, Decree, MAX_PRIESTS, Rank};
use crate::bytes::AsBytes;
use crate::messages::{MessageSpace, Messages, Packed, PackedVote};
use crate::packing::Whole;
use crate::properties::partners_of_one_decree;
use crate::refinement::{self, Broken};
use crate::view::{Synod, synod};
use stateright::{Model, Property};
use synod_math::Priest;
use synod_vocabulary::{Describe, StoredBy, claim::properties};

mod claims;
mod forbidden;
mod packed;
mod tell;

/// The preliminary protocol within bounds.
///
/// ```
/// use stateright::{Checker, Model};
/// use synod_models::{bounds::Bounds, preliminary::Preliminary};
///
/// let bounds = Bounds::new(3, &[1], 1, &["olives", "wine"].map(String::from))?;
/// let checker = Preliminary::new(bounds)?.checker().spawn_bfs().join();
/// checker.assert_properties();
/// assert_eq!(checker.unique_state_count(), 129);
/// # Ok::<(), synod_models::bounds::BoundsError>(())
/// ```
///
/// A search holds its states as they are, or as numbers if `L` is
/// [`Packing`](crate::packing::Packing): see [`packed`](Preliminary::packed).
#[derive(Clone, Debug)]
pub struct Preliminary<L = Whole> {
    bounds: Bounds,
    space: MessageSpace,
    packing: L,
}

/// A state of [`Preliminary`]: `Copy`, without pointers, 112 bytes.
///
/// A priest's votes are his votes in 𝓑, and his promises are his LastVote messages in 𝓜.
/// He remembers all of them, so they need no variables of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct State {
    /// The decree in each priest's ledger.
    pub outcome: [Decree; MAX_PRIESTS],
    /// The numbers tried, bit i for rank i.
    pub tried: u16,
    /// 𝓑.
    pub ballots: Ballots,
    /// 𝓜.
    pub messages: Messages,
    /// The refinements that the last step broke; none in a correct protocol.
    pub broken: Broken,
}

/// A step of [`Preliminary`] (§2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Step 1: the owner of the number tries it.
    NextBallot(Rank),
    /// Step 2: the priest answers NextBallot of this number.
    LastVote(Priest, Rank),
    /// Step 3: the owner of the number begins this ballot.
    BeginBallot(BallotKey),
    /// Step 4: the priest votes in this ballot.
    Vote(Priest, BallotKey),
    /// Step 5: the owner of the number writes down the decree of this ballot.
    Succeed(BallotKey),
    /// Step 6: the priest writes down the decree of a Success.
    ReceiveSuccess(Priest, Decree),
}

impl State {
    /// Whether the number has been tried.
    pub const fn has_tried(&self, number: Rank) -> bool {
        self.tried & (1 << number.0) != 0
    }
}

impl Preliminary {
    /// The model within these bounds.
    ///
    /// # Errors
    /// [`BoundsError::Room`] if they need larger states.
    pub fn new(bounds: Bounds) -> Result<Self, BoundsError> {
        let space = MessageSpace::new(&bounds)?;
        Ok(Self {
            bounds,
            space,
            packing: Whole,
        })
    }
}

impl<L> Preliminary<L> {
    /// Step 1: p chooses a new ballot number b that he owns and sends
    /// NextBallot(b).
    fn next_ballot(&self, state: &State, number: Rank) -> Option<State> {
        if state.has_tried(number) {
            return None;
        }
        let mut next = *state;
        next.tried |= 1 << number.0;
        next.messages.insert(self.space.next_ballot(number));
        Some(next)
    }

    /// Step 2: q answers NextBallot(b) with LastVote(b, v); v is the vote of q
    /// with the largest number below b, or null_q.
    fn last_vote(&self, state: &State, priest: Priest, number: Rank) -> Option<State> {
        if !state.messages.contains(self.space.next_ballot(number)) {
            return None;
        }
        let vote = PackedVote::largest(&state.ballots, Some(number), priest);
        send(state, self.space.last_vote(number, vote))
    }

    /// Step 3: having LastVote(b, ·) from every priest of a majority set Q, p
    /// begins the ballot, on a decree that satisfies B3.
    fn begin_ballot(&self, state: &State, key: BallotKey) -> Option<State> {
        let is_majority = self.bounds.is_majority(key.quorum());
        if !is_majority || state.ballots.has_number(key.number) {
            return None;
        }
        let answers = || self.last_votes(state, key);
        let answered = answers().map(|vote| vote.priest).collect();
        if !key.quorum().is_subset(answered) || !satisfies_b3(answers(), key.decree) {
            return None;
        }
        let mut next = *state;
        next.ballots.begin(key);
        next.messages.insert(self.space.begin_ballot(key));
        Some(next)
    }

    /// Step 4: on BeginBallot(b, d), q votes unless a promise forbids it, and
    /// sends Voted(b, q).
    fn vote(&self, state: &State, priest: Priest, key: BallotKey) -> Option<State> {
        let is_asked =
            key.quorum().contains(priest) && state.messages.contains(self.space.begin_ballot(key));
        if !is_asked || self.is_forbidden_by_a_promise(state, priest, key.number) {
            return None;
        }
        let mut next = *state;
        next.ballots.vote(key, priest);
        next.messages.insert(self.space.voted(key.number, priest));
        (next != *state).then_some(next)
    }

    /// Step 5: having Voted(b, q) from every q ∈ Q, p writes d in his ledger
    /// and sends Success(d).
    fn succeed(&self, state: &State, key: BallotKey) -> Option<State> {
        let owner = self.bounds.owner(key.number)?;
        let voted = |q| state.messages.contains(self.space.voted(key.number, q));
        if !state.outcome[owner.index()].is_blank() || !key.quorum().iter().all(voted) {
            return None;
        }
        let mut next = *state;
        next.outcome[owner.index()] = key.decree;
        next.messages.insert(self.space.success(key.decree));
        Some(next)
    }

    /// Step 6: on Success(d), a priest writes d in his ledger.
    fn receive_success(&self, state: &State, priest: Priest, decree: Decree) -> Option<State> {
        let is_sent = state.messages.contains(self.space.success(decree));
        if !is_sent || !state.outcome[priest.index()].is_blank() {
            return None;
        }
        let mut next = *state;
        next.outcome[priest.index()] = decree;
        Some(next)
    }

    /// The votes in LastVote(b, ·) from priests of the ballot's quorum.
    fn last_votes(&self, state: &State, ballot: BallotKey) -> impl Iterator<Item = PackedVote> {
        self.sent_last_votes(state)
            .filter(move |(number, vote)| {
                *number == ballot.number && ballot.quorum().contains(vote.priest)
            })
            .map(|(_, vote)| vote)
    }

    fn sent_last_votes(&self, state: &State) -> impl Iterator<Item = (Rank, PackedVote)> {
        self.messages(state).filter_map(|message| match message {
            Packed::LastVote(number, vote) => Some((number, vote)),
            _ => None,
        })
    }

    /// Whether a promise forbids the priest to vote in this ballot: by a LastVote(b', v) he
    /// promises not to vote strictly between v_bal and b'.
    fn is_forbidden_by_a_promise(&self, state: &State, priest: Priest, number: Rank) -> bool {
        self.sent_last_votes(state).any(|(promised, vote)| {
            vote.priest == priest && vote.number < number && number < promised
        })
    }

    /// Whether one step leads from `from` to `to`, or both are the same. A model that
    /// refines this one checks this for each of its steps.
    pub fn is_step(&self, from: &State, to: &State) -> bool {
        if from == to {
            return true;
        }
        let mut actions = self.that_leave(from, to).into_iter();
        actions.any(|action| self.apply(from, action).as_ref() == Some(to))
    }

    /// The actions that leave what is new in `to`: no other leads to it from `from`.
    fn that_leave(&self, from: &State, to: &State) -> Vec<Action> {
        let ballots = || from.ballots.iter().map(|(ballot, _)| ballot);
        let new = to.messages.without(&from.messages);
        match self.space.sent(&new).next() {
            Some(Packed::NextBallot(number)) => vec![Action::NextBallot(number)],
            Some(Packed::LastVote(number, vote)) => vec![Action::LastVote(vote.priest, number)],
            Some(Packed::BeginBallot(ballot)) => vec![Action::BeginBallot(ballot)],
            Some(Packed::Voted(number, priest)) => {
                let of_number = ballots().filter(|ballot| ballot.number == number);
                of_number.map(|it| Action::Vote(priest, it)).collect()
            }
            Some(Packed::Success(decree)) => {
                let on_it = ballots().filter(|ballot| ballot.decree == decree);
                on_it.map(Action::Succeed).collect()
            }
            // An outcome; or a vote in another ballot with the same number, if there are such.
            None => {
                let votes = ballots().flat_map(|ballot| {
                    let voters = ballot.quorum().iter();
                    voters.map(move |priest| Action::Vote(priest, ballot))
                });
                let written = self
                    .bounds
                    .priests()
                    .map(|priest| Action::ReceiveSuccess(priest, to.outcome[priest.index()]));
                let succeeds = ballots().map(Action::Succeed);
                votes.chain(succeeds).chain(written).collect()
            }
        }
    }

    fn apply(&self, state: &State, action: Action) -> Option<State> {
        match action {
            Action::NextBallot(number) => self.next_ballot(state, number),
            Action::LastVote(priest, number) => self.last_vote(state, priest, number),
            Action::BeginBallot(key) => self.begin_ballot(state, key),
            Action::Vote(priest, key) => self.vote(state, priest, key),
            Action::Succeed(key) => self.succeed(state, key),
            Action::ReceiveSuccess(priest, decree) => self.receive_success(state, priest, decree),
        }
    }
}

synod!(Preliminary<L>, L: bounds, |state, p| state.outcome[p.index()]);

impl<L> Model for Preliminary<L> {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::default()]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let bounds = &self.bounds;
        actions.extend(bounds.ranks().map(Action::NextBallot));
        for message in self.messages(state) {
            match message {
                Packed::NextBallot(number) => {
                    actions.extend(bounds.priests().map(|q| Action::LastVote(q, number)));
                    actions.extend(BallotKey::all(bounds, number).map(Action::BeginBallot));
                }
                Packed::BeginBallot(key) => {
                    let voters = key.quorum().iter();
                    actions.extend(voters.map(|q| Action::Vote(q, key)));
                }
                Packed::Success(decree) => {
                    let priests = bounds.priests();
                    actions.extend(priests.map(|q| Action::ReceiveSuccess(q, decree)));
                }
                Packed::LastVote(..) | Packed::Voted(..) => {}
            }
        }
        actions.extend(state.ballots.iter().map(|(key, _)| Action::Succeed(key)));
    }

    fn next_state(&self, last_state: &State, action: Action) -> Option<State> {
        let from = State {
            broken: Broken::NOTHING,
            ..*last_state
        };
        let mut to = self.apply(&from, action)?;
        to.broken = refinement::above_ballots(&self.bounds, &from.ballots, &to.ballots);
        Some(to)
    }

    crate::figure::named_and_drawn!();

    fn properties(&self) -> Vec<Property<Self>> {
        properties(&self.claims(), &partners_of_one_decree(self))
    }
}

/// Whether the decree is that of the largest of the votes. Any decree is, if all votes
/// are null.
fn satisfies_b3(answers: impl Iterator<Item = PackedVote>, decree: Decree) -> bool {
    let largest = answers.max_by_key(|vote| vote.number);
    largest.is_none_or(|vote| vote.number.is_none() || vote.decree == decree)
}

fn send(state: &State, message: usize) -> Option<State> {
    if state.messages.contains(message) {
        return None;
    }
    let mut next = *state;
    next.messages.insert(message);
    Some(next)
}

crate::bytes::fields_as_bytes!(State {
    outcome,
    tried,
    ballots,
    messages,
    broken,
});

impl<L> StoredBy for Preliminary<L> {
    type Codec = AsBytes;
}

impl synod_vocabulary::Structure for Preliminary {
    type Held = State;

    fn form(&self) -> synod_vocabulary::Form<Self> {
        synod_vocabulary::Form::WHOLE
    }
}
