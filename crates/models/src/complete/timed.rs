//! The complete protocol in time (§2.4): how long it takes until every priest who is present knows
//! the outcome.
//!
//! ```
//! use stateright::Model;
//! use synod_math::Priest;
//! use synod_models::bounds::Bounds;
//! use synod_models::complete::timed::{self, Before, Pace};
//!
//! let bounds = Bounds::new(3, &[3], 1, &["olives"].map(String::from))?;
//! let pace = Pace {
//!     delta: 1,
//!     round: 2,
//!     presence: None,
//!     present: [0, 1, 2].into_iter().filter_map(Priest::new).collect(),
//!     before: Before::Nothing,
//!     repeats: false,
//!     horizon: 20,
//! };
//! let timed = timed::world(bounds, None, 0, pace)?;
//! // The third priest is president, and begins a ballot at T_el.
//! assert_eq!(timed.init_states().len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::mutants::Mutant;
use super::{Candidate, Setting};
use crate::bounds::{Bounds, BoundsError, Decree};
use crate::world::{Site, State, World};
use synod_math::{Priest, PriestSet};
use synod_process::Input;
use synod_protocol::{Message, Slip, Timer};
use synod_world::Event;
use synod_world::timed::{Due, Start, Timing, TimingOf};

/// A world of priests in which time passes.
pub type Timed = synod_world::timed::Timed<Candidate, Setting>;

synod_vocabulary::named! {
    /// What may have happened before T_el.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum Before {
        /// Nothing: everybody has just entered the Chamber.
        Nothing = "nothing",
        /// The tryers have begun their ballots, and asked for them by NextBallot. Nothing else was
        /// received, so that all of it may still be on its way.
        Asked = "asked",
        /// Whatever the protocol can do within the bounds.
        #[default]
        Anything = "anything",
    }
}

/// How time passes. Lengths of time are in ticks.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Δ.
    pub delta: u8,
    /// How long a president waits for answers or for votes before he begins another ballot.
    pub round: u8,
    /// How often each priest tells the others that he is present. Without it, they do not tell it.
    pub presence: Option<u8>,
    /// Who is present from T_el on. The one with the highest name is president.
    pub present: PriestSet,
    /// What may have happened before.
    pub before: Before,
    /// Whether messages may arrive more than once.
    pub repeats: bool,
    /// The last instant that is explored, counted from T_el.
    pub horizon: u8,
}

/// The shipped priests, or a mutant of them, from T_el on. Their bounds are those of the time before
/// T_el. The [module](self)'s example makes one.
///
/// # Errors
/// As [`complete::world`](super::world).
///
/// # Panics
/// If a length of time is 0, or a priest is present who is not in the bounds.
pub fn world(
    bounds: Bounds,
    mutant: Option<Mutant>,
    crashes: u8,
    pace: Pace,
) -> Result<Timed, BoundsError> {
    let world = super::world(bounds, mutant, crashes)?;
    let presence = pace.presence.map(|period| (Timer::Presence, period));
    let timing = Timing {
        delta: pace.delta,
        present: pace.present.iter().collect(),
        timers: [(Timer::Round, pace.round)]
            .into_iter()
            .chain(presence)
            .collect(),
        repeats: pace.repeats,
        horizon: pace.horizon,
    };
    let start = Start {
        may_precede: match pace.before {
            Before::Nothing => |_, _| false,
            Before::Asked => |_, event| matches!(event, Event::Handle(_, Input::Timeout(_))),
            Before::Anything => |_, _| true,
        },
        begins,
        is_done: |site| site.ledger.outcome.is_some(),
        is_stale,
    };
    Ok(Timed::new(world, timing, start))
}

/// From T_el on exactly one of those present considers himself president: the one with the highest
/// name. If he did not before, he does so at T_el.
fn begins(
    world: &World<Candidate>,
    timing: &TimingOf<Candidate>,
    state: &State,
) -> Option<Due<Candidate>> {
    let is_president = |p: Priest| world.site(state, p).process.shipped().is_president();
    let president = timing.present.iter().copied().max()?;
    let mut others = timing.present.iter().filter(|&&p| p != president);
    if others.any(|&p| is_president(p)) {
        return None;
    }
    let due = (!is_president(president)).then_some((president, Timer::Absence));
    Some(due.into_iter().collect())
}

/// Whether a message changes nothing any more, at this site and at all that may follow it. Ledgers
/// only grow, a ballot is polled only once, and from T_el on nobody becomes president but one.
///
/// An answer to somebody who has left is no effect. Whoever knows the outcome answers what asks
/// for something by telling it, so that is not stale if it comes from somebody who is present.
fn is_stale(
    timing: &TimingOf<Candidate>,
    site: &Site<Candidate>,
    from: Priest,
    message: &Message<Decree>,
) -> bool {
    if !site.process.mutant().is_none_or(Mutant::only_omits) {
        return false; // Such a mutant breaks the rules on which this rests.
    }
    let (ledger, basic) = (&site.ledger, site.process.shipped().basic());
    let knows = ledger.outcome.is_some();
    let has_left = !timing.present.contains(&from);
    match message {
        Message::NextBallot { number } => has_left && (knows || ledger.next_bal >= Some(*number)),
        Message::BeginBallot { number, quorum, .. } => {
            let is_beyond = ledger.next_bal > Some(*number) || ledger.prev_bal() >= Some(*number);
            has_left && (knows || is_beyond || !quorum.contains(site.id))
        }
        Message::LastVote { number, vote } => {
            let Slip::Trying { prev_votes } = basic.slip() else {
                return true;
            };
            ledger.last_tried != Some(*number) || prev_votes.contains_key(&vote.priest)
        }
        Message::Voted { number, priest } => {
            let Slip::Polling { voters, .. } = basic.slip() else {
                // He polls in a ballot before anybody votes in it.
                return true;
            };
            knows || ledger.last_tried != Some(*number) || voters.contains(*priest)
        }
        Message::Refused { next_bal } => {
            let may_preside = timing.present.iter().all(|&p| p <= site.id);
            knows || !may_preside || ledger.last_tried >= Some(*next_bal)
        }
        Message::Success { .. } => knows,
        Message::Present { knows_outcome } => *knows_outcome,
    }
}
