//! §2.3 and A.1, the basic protocol, as a model: thirteen actions, each its own step.
//!
//! Begin with [`Basic`]. The actions are in the file `actions.rs`, one function each, in the
//! order of A.1. A protocol is a table of these functions; a mutant replaces one entry (see
//! [`mutants`]). A [`Basic`] begins in the initial state; the model of [`inductive`] begins
//! in every state that satisfies I. The invariants are in [`invariants`].

use crate::ballots::{BallotKey, Ballots};
use crate::bounds::{Bounds, BoundsError, Decree, MAX_PRIESTS, Rank};
use crate::messages::{MessageSpace, Messages, Packed, PackedVote};
use crate::packing::Whole;
use crate::preliminary::Preliminary;
use crate::properties::partners_of_one_decree;
use crate::refinement::Broken;
use crate::view::{Synod, synod};
use stateright::{Model, Property};
use std::hash::{Hash, Hasher};
use synod_math::{Priest, PriestSet};
use synod_vocabulary::{Describe, claim::properties};

mod actions;
mod by_the_paper;
mod claims;
pub mod inductive;
pub mod invariants;
pub mod mutants;
mod packed;
mod refinement;
mod stored;
mod tell;
mod view;
mod votes;

use actions::{Actions, PAPER};
use packed::Reads;
use tell::Kind;

pub use synod_paper::variables::Status;
pub use votes::{VoteSet, VoteSpace};

/// The basic protocol, or a mutant of it, within bounds.
///
/// ```
/// use stateright::{Checker, Model};
/// use synod_models::basic::Basic;
/// use synod_models::bounds::Bounds;
///
/// // One priest of three starts ballots, one number, one decree; no slip is lost.
/// let bounds = Bounds::new(3, &[1], 1, &["olives"].map(String::from))?;
/// let checker = Basic::new(bounds, false)?.checker().spawn_bfs().join();
/// checker.assert_properties(); // I1–I7, Consistency, the refinement …
/// # Ok::<(), synod_models::bounds::BoundsError>(())
/// ```
///
/// A search holds its states as they are, or as numbers if `L` is
/// [`Packing`](crate::packing::Packing): see [`packed`](Basic::packed).
#[derive(Clone)]
pub struct Basic<L = Whole> {
    codes: Codes,
    actions: Actions,
    forgetful: bool,
    preliminary: Preliminary,
    /// How packed states work that follow these actions; none if their states do not follow
    /// from the number.
    reads: Option<Reads>,
    packing: L,
}

/// The bounds, and the codes that a [`State`] has for messages and votes.
#[derive(Clone)]
struct Codes {
    bounds: Bounds,
    space: MessageSpace,
    votes: VoteSpace,
}

/// A priest's ledger (durable) and slip (volatile): a part of [`State`]. Layout: 24
/// bytes, `Copy`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Legislator {
    /// Ledger: outcome.
    pub outcome: Decree,
    /// Ledger: lastTried.
    pub last_tried: Rank,
    /// Ledger: prevBal.
    pub prev_bal: Rank,
    /// Ledger: prevDec.
    pub prev_dec: Decree,
    /// Ledger: nextBal.
    pub next_bal: Rank,
    /// Slip: status.
    pub status: Status,
    /// Slip: prevVotes; ∅ while idle.
    pub prev_votes: VoteSet,
    /// Slip: quorum, as bits; ∅ unless polling.
    quorum: u8,
    /// Slip: voters, as bits; ∅ unless polling.
    voters: u8,
    /// Slip: decree; BLANK unless polling.
    pub decree: Decree,
}

impl Legislator {
    /// Slip: quorum.
    pub const fn quorum(&self) -> PriestSet {
        PriestSet::from_bits(self.quorum as u64)
    }

    /// Slip: voters.
    pub const fn voters(&self) -> PriestSet {
        PriestSet::from_bits(self.voters as u64)
    }

    /// The same ledger with a new slip: this status, and everything else void.
    #[must_use]
    pub(crate) fn with_new_slip(self, status: Status) -> Self {
        Self {
            status,
            prev_votes: VoteSet::EMPTY,
            quorum: 0,
            voters: 0,
            decree: Decree::BLANK,
            ..self
        }
    }
}

impl Hash for Legislator {
    // Two writes instead of ten: hashing takes a large part of a check's time.
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let status = self.status as u8;
        hasher.write_u64(u64::from_le_bytes([
            self.outcome.0 << 4 | self.decree.0,
            self.last_tried.0,
            self.prev_bal.0,
            self.prev_dec.0,
            self.next_bal.0,
            status,
            self.quorum,
            self.voters,
        ]));
        hasher.write_u64(self.prev_votes.bits());
    }
}

/// A state of [`Basic`]: every priest's ledger and slip, 𝓑 and 𝓜. Layout: 224 bytes,
/// `Copy`, without pointers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct State {
    legislators: [Legislator; MAX_PRIESTS],
    /// 𝓑.
    pub ballots: Ballots,
    /// 𝓜.
    pub messages: Messages,
    /// The refinements that the last step broke; none in a correct protocol.
    pub broken: Broken,
}

impl State {
    /// The ledger and the slip of a priest.
    pub fn of(&self, priest: Priest) -> &Legislator {
        &self.legislators[priest.index()]
    }

    fn outcomes(&self) -> [Decree; MAX_PRIESTS] {
        self.legislators.map(|legislator| legislator.outcome)
    }

    /// The same state with a change of one priest's ledger or slip.
    fn with(&self, priest: Priest, change: impl FnOnce(&mut Legislator)) -> Self {
        let mut next = *self;
        change(next.of_mut(priest));
        next
    }

    /// The same state with this outcome in a priest's ledger.
    pub(crate) fn with_outcome(&self, priest: Priest, outcome: Decree) -> Self {
        self.with(priest, |legislator| legislator.outcome = outcome)
    }

    fn of_mut(&mut self, priest: Priest) -> &mut Legislator {
        &mut self.legislators[priest.index()]
    }
}

/// A step of [`Basic`]: an action of A.1 with its priest and its other parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Try New Ballot, with this number.
    TryNewBallot(Priest, Rank),
    /// Send NextBallot.
    SendNextBallot(Priest),
    /// Receive NextBallot(b).
    ReceiveNextBallot(Priest, Rank),
    /// Send LastVote.
    SendLastVote(Priest),
    /// Receive LastVote(b, v), by owner(b).
    ReceiveLastVote(Rank, PackedVote),
    /// Start Polling Q on this decree, if prevVotes allow it.
    StartPolling(Priest, PriestSet, Decree),
    /// Send BeginBallot.
    SendBeginBallot(Priest),
    /// Receive BeginBallot(b, d).
    ReceiveBeginBallot(Priest, BallotKey),
    /// Send Voted.
    SendVoted(Priest),
    /// Receive Voted(b, q), by owner(b).
    ReceiveVoted(Rank, Priest),
    /// Succeed.
    Succeed(Priest),
    /// Send Success.
    SendSuccess(Priest),
    /// Receive Success(d).
    ReceiveSuccess(Priest, Decree),
    /// Lose Slip, if priests are forgetful.
    LoseSlip(Priest),
}

impl Action {
    /// The message that the action receives.
    pub(crate) const fn receives(&self) -> Option<Packed> {
        Some(match *self {
            Self::ReceiveNextBallot(_, b) => Packed::NextBallot(b),
            Self::ReceiveLastVote(b, vote) => Packed::LastVote(b, vote),
            Self::ReceiveBeginBallot(_, key) => Packed::BeginBallot(key),
            Self::ReceiveVoted(b, q) => Packed::Voted(b, q),
            Self::ReceiveSuccess(_, d) => Packed::Success(d),
            _ => return None,
        })
    }
}

impl Basic {
    /// The paper's protocol within these bounds; `forgetful` priests may lose
    /// their slips.
    ///
    /// # Errors
    /// [`BoundsError::Room`] if the bounds need larger states.
    pub fn new(bounds: Bounds, forgetful: bool) -> Result<Self, BoundsError> {
        Self::with_actions(bounds, forgetful, PAPER, Some(Reads::AllVotes))
    }

    /// A protocol of other actions within these bounds.
    ///
    /// # Errors
    /// [`BoundsError::Room`] if the bounds need larger states.
    fn with_actions(
        bounds: Bounds,
        forgetful: bool,
        actions: Actions,
        reads: Option<Reads>,
    ) -> Result<Self, BoundsError> {
        let preliminary = Preliminary::new(bounds.clone())?;
        let codes = Codes {
            space: MessageSpace::new(&bounds)?,
            votes: VoteSpace::new(&bounds)?,
            bounds,
        };
        Ok(Self {
            codes,
            actions,
            forgetful,
            preliminary,
            reads,
            packing: Whole,
        })
    }
}

impl<L> Basic<L> {
    /// Whether some priest owns two ballot numbers.
    fn a_priest_may_try_twice(&self) -> bool {
        let numbers_of = |p| self.codes.bounds.owners().filter(move |&owner| owner == p);
        self.codes
            .bounds
            .priests()
            .any(|p| numbers_of(p).count() > 1)
    }

    /// The state after an action, if its guard allows it; it may be the same state.
    pub(crate) fn step(&self, state: &State, action: Action) -> Option<State> {
        self.actions.take(&self.codes, state, action)
    }

    /// The priest who takes an action.
    pub(crate) fn priest_of(&self, action: &Action) -> Option<Priest> {
        match *action {
            Action::TryNewBallot(p, _)
            | Action::SendNextBallot(p)
            | Action::ReceiveNextBallot(p, _)
            | Action::SendLastVote(p)
            | Action::StartPolling(p, ..)
            | Action::SendBeginBallot(p)
            | Action::ReceiveBeginBallot(p, _)
            | Action::SendVoted(p)
            | Action::Succeed(p)
            | Action::SendSuccess(p)
            | Action::ReceiveSuccess(p, _)
            | Action::LoseSlip(p) => Some(p),
            Action::ReceiveLastVote(b, _) | Action::ReceiveVoted(b, _) => {
                self.codes.bounds.owner(b)
            }
        }
    }

    /// The actions that a priest may take without a message. The guards are checked later,
    /// by the actions themselves.
    fn own_actions(&self, state: &State, p: Priest, actions: &mut Vec<Action>) {
        let numbers = self.codes.bounds.ranks();
        let own = numbers.filter(|&b| self.codes.bounds.owner(b) == Some(p));
        actions.extend(own.map(|b| Action::TryNewBallot(p, b)));
        actions.push(Action::SendNextBallot(p));
        actions.push(Action::SendLastVote(p));
        if state.of(p).status != Status::Idle {
            for &quorum in self.codes.bounds.quorums() {
                let decrees = self.codes.bounds.decrees();
                actions.extend(decrees.map(|d| Action::StartPolling(p, quorum, d)));
            }
        }
        actions.push(Action::SendBeginBallot(p));
        actions.push(Action::SendVoted(p));
        actions.push(Action::Succeed(p));
        actions.push(Action::SendSuccess(p));
        if self.forgetful {
            actions.push(Action::LoseSlip(p));
        }
    }

    /// The receipts of a message of 𝓜, by each priest to whom it is addressed.
    fn receipts(&self, message: Packed, actions: &mut Vec<Action>) {
        let all_priests = self.codes.bounds.priests();
        match message {
            Packed::NextBallot(b) => {
                actions.extend(all_priests.map(|q| Action::ReceiveNextBallot(q, b)));
            }
            Packed::LastVote(b, vote) => actions.push(Action::ReceiveLastVote(b, vote)),
            Packed::BeginBallot(key) => {
                let quorum = key.quorum().iter();
                actions.extend(quorum.map(|q| Action::ReceiveBeginBallot(q, key)));
            }
            Packed::Voted(b, q) => actions.push(Action::ReceiveVoted(b, q)),
            Packed::Success(d) => {
                actions.extend(all_priests.map(|q| Action::ReceiveSuccess(q, d)));
            }
        }
    }
}

synod!(Basic<L>, L: codes.bounds, |state, p| state.of(p).outcome);

/// Whether lastTried, prevBal and nextBal do not decrease, and outcome is not overwritten.
fn ledgers_go_on(from: &State, to: &State) -> bool {
    let mut ledgers = from.legislators.iter().zip(&to.legislators);
    ledgers.all(|(from, to)| {
        from.last_tried <= to.last_tried
            && from.prev_bal <= to.prev_bal
            && from.next_bal <= to.next_bal
            && (from.outcome.is_blank() || from.outcome == to.outcome)
    })
}

impl<L> Model for Basic<L> {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::default()]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for priest in self.codes.bounds.priests() {
            self.own_actions(state, priest, actions);
        }
        for message in self.messages(state) {
            self.receipts(message, actions);
        }
    }

    fn next_state(&self, last_state: &State, action: Action) -> Option<State> {
        let from = State {
            broken: Broken::NOTHING,
            ..*last_state
        };
        let mut to = self.step(&from, action).filter(|to| *to != from)?;
        let broken = self.broken_by_step(&from, &to);
        to.broken = broken.unless(ledgers_go_on(&from, &to), Broken::LEDGERS);
        Some(to)
    }

    crate::figure::named_and_drawn!();

    fn properties(&self) -> Vec<Property<Self>> {
        let mut others = partners_of_one_decree(self);
        others.extend(self.forgetful.then(claims::a_lost_slip));
        properties(&self.claims(), &others)
    }
}
