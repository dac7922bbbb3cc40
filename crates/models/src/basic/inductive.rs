//! The claim of A.2 that I, the conjunction of the invariants, is inductive: from *every*
//! type-correct state that satisfies I, reachable or not, every step of A.1 leads to a
//! state that satisfies I.
//!
//! An [`Inductive`] begins in all those states, and its steps are those of
//! [`Basic`]. If none of its claims is violated, and no step leads to a state that is
//! not initial, then I is inductive within the bounds. A state that does not satisfy I
//! is not expanded, since the claim is not about the steps from it.
//!
//! I as the paper states it (I1–I7) is not inductive. It becomes inductive with further
//! conjuncts, I8, I9 and I10: see [`conjuncts`].
//!
//! ```
//! use stateright::Model;
//! use synod_models::basic::Basic;
//! use synod_models::basic::inductive::{Conjunct, Inductive, Sent};
//! use synod_models::bounds::Bounds;
//!
//! let bounds = Bounds::new(1, &[1], 1, &["olives"].map(String::from))?;
//! let basic = Basic::new(bounds, false)?;
//! let model = Inductive::new(basic, Conjunct::ALL.to_vec(), Sent::LargestSet);
//! // Many states satisfy I; a search from the initial state reaches only some of them.
//! assert!(model.init_states().len() > 1);
//! # Ok::<(), synod_models::bounds::BoundsError>(())
//! ```
//!
//! **Type-correct.** outcome and decree are a decree or BLANK; lastTried, prevBal,
//! nextBal, and v_bal in votes, are a number or −∞; prevVotes, 𝓑 and 𝓜 are any sets of
//! votes, ballots and messages; quorums and voters are any sets of priests; the variables
//! that are void by the status are void. The type [`State`] cannot hold all type-correct
//! states, but it can hold all that satisfy I, with one exception: it has no
//! bit for a BeginBallot whose quorum is no majority set. I7 says nothing about that
//! quorum. I9 excludes it, so that with I9 no state is missing.
//!
//! **The largest set of messages.** Of n messages that I7 allows, 𝓜 may hold any set, and
//! 2ⁿ sets are soon too many. The largest set is enough ([`Sent::LargestSet`]), for this
//! reason. I7 and I9 are about each message by itself, and no other conjunct mentions 𝓜.
//! A step needs at most one message, sends at most one and takes none back. Let a step
//! lead from a state s that satisfies I to a state t. Let s' be the state s with all
//! messages that I7 allows. From s' the same step leads to a state t', which has the
//! same variables as t and at least its messages. If t' satisfies I, then so does t,
//! which has fewer messages. Therefore s' represents all states that differ from it by
//! having fewer messages, and each step is replaced by the step between
//! representatives. Sending then changes nothing, unless it breaks I7. A violation that
//! is found is a true one, since the largest set is one of the sets.

use super::{Action, Basic, State, Status};
use crate::bytes::AsBytes;
use crate::figure;
use crate::refinement::Broken;
use crate::view::{Synod, synod};
use stateright::{Model, Property};
use std::ops::ControlFlow;
use synod_math::PriestSet;
use synod_vocabulary::{
    Claim, Deed, Describe, Field, Figure, Forbidden, Message, StoredBy, claim::properties,
};

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

/// The basic protocol, or a mutant of it, from every state that satisfies I and some
/// further conjuncts. The [module](self)'s page explains it.
#[derive(Clone)]
pub struct Inductive {
    basic: Basic,
    /// The conjuncts that are assumed and claimed in addition to I.
    conjuncts: Vec<Conjunct>,
    sent: Sent,
}

impl Inductive {
    /// The model whose check says whether I with these conjuncts is inductive for this
    /// protocol.
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

    /// Priests × tryers × ballots, a measure of the number of states.
    pub fn choices(&self) -> usize {
        let bounds = self.bounds();
        let owners: PriestSet = bounds.owners().collect();
        bounds.priest_count() * owners.len() * bounds.numbers().len()
    }

    /// The largest number of messages that I7 can allow at once: for each number a
    /// NextBallot, a BeginBallot, and a LastVote and a Voted of each priest; and Success.
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

    /// The state after an action, if its guard allows it; it may be the same state.
    fn step(&self, state: &State, action: Action) -> Option<State> {
        if sends_no_message(state, action) {
            let broken = Broken::TYPES;
            return Some(State { broken, ..*state });
        }
        self.basic.step(state, action)
    }

    /// The state that represents this one: with [`Sent::LargestSet`], the one with all
    /// messages that I7 allows.
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

/// Whether an action sends NextBallot(−∞), which is not a message: 𝓜 has no bit for it.
fn sends_no_message(state: &State, action: Action) -> bool {
    let Action::SendNextBallot(p) = action else {
        return false;
    };
    let legislator = state.of(p);
    legislator.status == Status::Trying && legislator.last_tried.is_none()
}

synod!(Inductive: basic.codes.bounds, |state, p| state.of(p).outcome);

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
        properties(&self.claims(), &claims::others(self))
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

    fn processes(&self) -> Vec<String> {
        self.basic.processes()
    }

    fn may_arrive(&self, state: &State) -> Vec<Message> {
        self.basic.may_arrive(state)
    }

    fn deed(&self, action: &Action) -> Deed {
        self.basic.deed(action)
    }

    fn forbidden(&self, state: &State) -> Vec<Forbidden> {
        if self.holds(state) {
            let takes = |action| Some(self.representative(self.step(state, action)?));
            return self.basic.forbidden_steps(state, takes);
        }
        let why =
            "this state does not satisfy I, and the claim is not about steps from such states";
        let forbidden = |step: String| Forbidden {
            step,
            why: why.to_owned(),
        };
        let candidates = self.basic.candidates(state);
        let names = candidates.iter().map(|action| self.step_name(action));
        names.map(forbidden).collect()
    }

    fn objection(&self, state: &State, action: &Action) -> Option<String> {
        if sends_no_message(state, *action) {
            return None;
        }
        self.basic.objection(state, action)
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
        Some(figure::of(&self.named_ballots(state)))
    }
}

impl StoredBy for Inductive {
    type Codec = AsBytes;
}

impl synod_vocabulary::Structure for Inductive {
    type Held = State;

    fn form(&self) -> synod_vocabulary::Form<Self> {
        synod_vocabulary::Form::WHOLE
    }
}
