//! The complete protocol in time (§2.4): how long it takes until every priest who is present knows
//! the outcome, or until exactly one considers himself president.
//!
//! ```
//! use stateright::Model;
//! use synod_math::Priest;
//! use synod_models::bounds::Bounds;
//! use synod_models::complete::timed;
//! use synod_models::timed::Pace;
//!
//! let bounds = Bounds::new(3, &[3], 1, &["olives"].map(String::from))?;
//! let pace = Pace::of([0, 1, 2].into_iter().filter_map(Priest::new).collect());
//! let timed = timed::world(bounds, None, 0, &pace)?;
//! // The third priest is president, and begins a ballot at T_el.
//! assert_eq!(timed.init_states().len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::Candidate;
use super::mutants::Mutant;
use crate::bounds::{Bounds, BoundsError, Decree};
use crate::timed::{Pace, Presides, Timed};
use crate::world::{Site, World};
use synod_math::Priest;
use synod_protocol::{Message, Slip};
use synod_world::timed::TimingOf;

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
    pace: &Pace,
) -> Result<Timed<Candidate>, BoundsError> {
    Ok(crate::timed::timed(
        super::world(bounds, mutant, crashes)?,
        pace,
    ))
}

impl Presides for Candidate {
    fn is_president(&self) -> bool {
        self.shipped().is_president()
    }

    fn knows_outcome(_: &World<Self>, site: &Site<Self>) -> bool {
        site.ledger.outcome.is_some()
    }

    /// Whether a message changes nothing any more, at this site and at all that may follow it. Ledgers
    /// only grow, a ballot is polled only once, and from T_el on nobody becomes president but one.
    ///
    /// An answer to somebody who has left is no effect. Whoever knows the outcome answers what asks
    /// for something by telling it, so that is not stale if it comes from somebody who is present.
    fn is_stale(
        _: &World<Self>,
        timing: &TimingOf<Self>,
        site: &Site<Self>,
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
            Message::NextBallot { number } => {
                has_left && (knows || ledger.next_bal >= Some(*number))
            }
            Message::BeginBallot { number, quorum, .. } => {
                let is_beyond =
                    ledger.next_bal > Some(*number) || ledger.prev_bal() >= Some(*number);
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
                    // A president polls before anybody can vote in his ballot, so this vote is of a ballot that is over.
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

    fn is_present(message: &Message<Decree>) -> bool {
        matches!(message, Message::Present { .. })
    }
}
