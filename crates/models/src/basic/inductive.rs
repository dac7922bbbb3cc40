//! A.2, that I is inductive: from *every* type-correct state in which it holds,
//! reached or not, every step of A.1 leads to a state in which it holds.
//!
//! An [`Inductive`] begins in all those states, and its steps are those of
//! [`Basic`]. If nothing it claims is violated, and no state is new, then I is
//! inductive within the bounds. A state in which I does not hold is not
//! expanded: nothing is said of what follows.
//!
//! I as the paper states it is not inductive. What is missing is stated as
//! further conjuncts, I8, I9 and I10: see [`conjuncts`].
//!
//! **Type-correct.** outcome and decree are a decree or BLANK; lastTried,
//! prevBal and nextBal a number or −∞, and so v_bal in votes; prevVotes, 𝓑 and
//! 𝓜 are any sets of votes, ballots and messages; quorums and voters any sets
//! of priests; what is void by the status is void. A [`State`] cannot hold all
//! of these, but all of these in which I holds, with one exception: it has no
//! bit for a BeginBallot whose quorum is no majority set. I7 does not speak of
//! that quorum; I9 does, and then nothing is lost.
//!
//! **The largest set of messages.** Of n messages that I7 allows, 𝓜 may hold
//! any, and 2ⁿ sets are soon too many. But I7 speaks of each message by itself,
//! and so does I9; no other conjunct mentions 𝓜. A step needs one message at
//! most, sends one at most and takes none back. So let a step lead from a state
//! in which I holds to another. From the state that differs from the first in
//! that every message is sent that I7 allows, the same step leads to the same
//! variables, and to no fewer messages. If I holds there, it holds where fewer
//! are sent. So the largest set is enough ([`Sent::LargestSet`]): the state with
//! it stands for those with fewer messages, and a step leads to the state that
//! stands for the one it leads to. To send then changes nothing, unless it
//! breaks I7. A violation is a violation: the largest set is one of the sets.

use super::{Action, Basic, State, Status};
use crate::bytes::AsBytes;
use crate::figure;
use crate::refinement::Broken;
use crate::view::{Synod, synod};
use stateright::{Model, Property};
use std::ops::ControlFlow;
use synod_math::PriestSet;
use synod_vocabulary::{Claim, Describe, Field, Figure, StoredBy, claim::properties};

mod claims;
pub mod conjuncts;
mod states;

pub use conjuncts::Conjunct;

synod_vocabulary::named! {
    /// Which sets of messages the initial states have.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum Sent {
        /// Every set of messages that I7 allows.
        #[default]
        EverySet = "every set",
        /// The set of all messages that I7 allows.
        LargestSet = "the largest set",
    }
}

/// The basic protocol, or a mutant of it, from every state in which I and some
/// further conjuncts hold.
#[derive(Clone)]
pub struct Inductive {
    basic: Basic,
    /// What is assumed and claimed beside I.
    conjuncts: Vec<Conjunct>,
    sent: Sent,
}

impl Inductive {
    /// Whether I with these conjuncts is inductive for this protocol.
    pub const fn new(basic: Basic, conjuncts: Vec<Conjunct>, sent: Sent) -> Self {
        Self {
            basic,
            conjuncts,
            sent,
        }
    }

    /// The protocol.
    pub const fn basic(&self) -> &Basic {
        &self.basic
    }

    /// Which sets of messages the initial states have.
    pub const fn sent(&self) -> Sent {
        self.sent
    }

    /// Priests × tryers × ballots: with it the number of states grows.
    pub fn choices(&self) -> usize {
        let bounds = self.bounds();
        let owners: PriestSet = bounds.owners().collect();
        bounds.priest_count() * owners.len() * bounds.numbers().len()
    }

    /// So many messages may be allowed at once: a NextBallot, a BeginBallot, and
    /// a LastVote and a Voted of each priest for each number, and Success.
    pub fn most_messages(&self) -> usize {
        let quorums = if self.assumes(Conjunct::I9) {
            1
        } else {
            self.bounds().quorums().len()
        };
        let of_a_number = 1 + quorums + 2 * self.bounds().priest_count();
        self.bounds().numbers().len() * of_a_number + 1
    }

    fn assumes(&self, conjunct: Conjunct) -> bool {
        self.conjuncts.contains(&conjunct)
    }

    /// Whether I and the conjuncts hold.
    fn holds(&self, state: &State) -> bool {
        let mut claims = claims::of_i(self).into_iter();
        claims.all(|claim| (claim.holds)(self, state))
    }

    /// What an action leads to, if its guard allows it; perhaps the same state.
    fn step(&self, state: &State, action: Action) -> Option<State> {
        if let Action::SendNextBallot(p) = action
            && state.of(p).status == Status::Trying
            && state.of(p).last_tried.is_none()
        {
            // NextBallot(−∞) is no message: 𝓜 has no bit for it.
            let broken = Broken::TYPES;
            return Some(State { broken, ..*state });
        }
        self.basic.step(state, action)
    }

    /// The state that stands for this one.
    fn representative(&self, mut state: State) -> State {
        if self.sent == Sent::LargestSet && claims::types(self, &state).is_ok() {
            let allowed = self.allowed(&state);
            if state.messages.is_subset(&allowed) {
                state.messages = allowed;
            }
        }
        state
    }
}

synod!(Inductive: basic.bounds, |state, p| state.of(p).outcome);

impl Model for Inductive {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        self.states().collect()
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if self.holds(state) {
            Model::actions(&self.basic, state, actions);
        }
    }

    fn next_state(&self, last_state: &State, action: Action) -> Option<State> {
        let to = self.step(last_state, action)?;
        Some(self.representative(to)).filter(|to| to != last_state)
    }

    crate::figure::named_and_drawn!();

    fn properties(&self) -> Vec<Property<Self>> {
        properties(&self.claims(), &claims::enabled(self))
    }
}

impl Describe for Inductive {
    fn fields(&self, state: &State) -> Vec<Field> {
        self.basic.fields(state)
    }

    fn step_name(&self, action: &Action) -> String {
        self.basic.step_name(action)
    }

    fn kinds(&self) -> Vec<String> {
        self.basic.kinds()
    }

    fn kind(&self, action: &Action) -> usize {
        self.basic.kind(action)
    }

    fn for_each_initial(&self, visit: &mut dyn FnMut(State) -> ControlFlow<()>) {
        let _ = self.states().try_for_each(visit);
    }

    fn begins(&self, state: &State) -> Vec<String> {
        let usual = self.fields(&State::default());
        let fields = self.fields(state).into_iter().zip(usual);
        let unusual = fields.filter(|(field, usual)| field != usual);
        unusual.map(|(field, _)| field.to_string()).collect()
    }

    fn claims(&self) -> Vec<Claim<Self>> {
        claims::claims(self)
    }

    fn figure(&self, state: &State) -> Option<Figure> {
        Some(figure::in_characters(&self.named_ballots(state)))
    }
}

impl StoredBy for Inductive {
    type Codec = AsBytes;
}
