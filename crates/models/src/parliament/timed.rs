//! The parliament in time (§2.4, §3.1): how long it takes from a request to the law of everybody who is
//! present, with a president who has been elected or is new.
//!
//! At T_el every client asks for his request, whether or not he has asked before: of the legislator who
//! is to be asked for it ([`Plan::asked`]), or of the president, if everybody may be
//! ([`Plan::retries`]).
//!
//! ```
//! use stateright::Model;
//! use synod_math::Priest;
//! use synod_models::bounds::Bounds;
//! use synod_models::parliament::{plan::Plan, setting::Commands, synced::Synced, timed};
//! use synod_models::timed::Pace;
//! use synod_protocol::parliament::{Chosen, Settings};
//! use synod_world::reductions::Reductions;
//!
//! let commands = Commands::parse(&["write x".to_owned()])?;
//! let bounds = Bounds::new(2, &[2], 1, &commands.decrees())?;
//! let plan = Plan {
//!     commands,
//!     asked: None,
//!     retries: true,
//!     numbers: 1,
//!     settings: Settings::DEFAULT,
//!     variant: Chosen::SHIPPED,
//!     remembers_clients: false,
//!     crashes: 0,
//!     losses: 0,
//!     synced: Synced::default(),
//!     mutant: None,
//!     reductions: Reductions::default(),
//! };
//! let pace = Pace::of([0, 1].into_iter().filter_map(Priest::new).collect());
//! let timed = timed::world(&bounds, &plan, &pace)?;
//! // The second legislator is president at T_el, and is asked for the write.
//! assert_eq!(timed.init_states().len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::Candidate;
use super::plan::Plan;
use super::setting::{Machine, Request};
use crate::bounds::{Bounds, BoundsError};
use crate::timed::{Pace, Presides, Timed};
use crate::world::{Site, State, World};
use synod_math::{BallotNumber, Priest};
use synod_protocol::parliament::law::Known;
use synod_protocol::parliament::{DecreeNumber, Message, Slip, Told, VotedTo};
use synod_world::timed::TimingOf;

/// The shipped legislators, or a mutant of them, from T_el on. Their bounds are those of the time before
/// T_el. The [module](self)'s example makes one.
///
/// # Errors
/// As [`parliament::world`](super::world).
///
/// # Panics
/// If a length of time is 0, or a legislator is present who is not in the bounds.
pub fn world(bounds: &Bounds, plan: &Plan, pace: &Pace) -> Result<Timed<Candidate>, BoundsError> {
    Ok(crate::timed::timed(super::world(bounds, plan)?, pace))
}

impl Presides for Candidate {
    fn is_president(&self) -> bool {
        self.shipped().is_president()
    }

    fn asked_for(world: &World<Self>, president: Priest) -> Vec<(Priest, Request)> {
        let asked = world.lens().asked.iter().map(|asked| {
            let mut by = asked.by.iter();
            let of = by.next().filter(|_| by.next().is_none());
            (of.unwrap_or(president), asked.request)
        });
        asked.collect()
    }

    fn is_elected(
        world: &World<Self>,
        state: &State,
        president: Priest,
        present: &[Priest],
    ) -> bool {
        let presiding = world.site(state, president);
        let ballot = presiding.ledger.last_tried;
        let office = presiding.process.shipped().slip().presiding();
        let promised = |&p: &Priest| world.site(state, p).ledger.next_bal == ballot;
        office.is_some_and(|office| office.quorum.iter().all(|q| present.contains(&q)))
            && present.iter().all(promised)
    }

    fn knows_outcome(world: &World<Self>, site: &Site<Self>) -> bool {
        let law = site.process.shipped().law();
        let mut asked = world.lens().asked.iter();
        asked.all(|asked| law.known(asked.request.id) != Known::Nothing)
    }

    /// A message is not called stale on the strength of a variable that may still change: only ledgers,
    /// lastTried and nextBal grow, and from T_el on nobody becomes president but one.
    fn is_stale(
        world: &World<Self>,
        timing: &TimingOf<Self>,
        site: &Site<Self>,
        from: Priest,
        message: &Message<Machine>,
    ) -> bool {
        if site.process.mutant().is_some() {
            return false; // A mutant breaks the rules on which this rests.
        }
        let to = Addressee {
            site,
            has_left: !timing.present.contains(&from),
            may_preside: timing.present.iter().all(|&p| p <= site.id),
        };
        match message {
            Message::NextBallot { number, .. } => {
                to.has_left && site.ledger.next_bal >= Some(*number)
            }
            Message::LastVote {
                number,
                told,
                missing,
                ..
            } => {
                let mut passed = told
                    .iter()
                    .filter(|(_, told)| matches!(told, Told::Passed(_)));
                (missing.is_empty() || to.has_left)
                    && !to.is_trying(*number)
                    && passed.all(|(&at, _)| site.ledger.knows(at))
            }
            Message::BeginBallot { number, passed, .. } => {
                to.has_left && to.votes_no_more_in(*number) && !to.has_voted_in(*number, *passed)
            }
            Message::Voted { number, at, .. } => {
                let learns_from_votes = world.lens().variant.voted_to == VotedTo::Everybody;
                let counts = learns_from_votes || site.ledger.last_tried == Some(*number);
                site.ledger.knows(*at) || !counts
            }
            Message::Success { at, .. } => site.ledger.knows(*at),
            Message::Refused { next_bal } => {
                !to.may_preside || site.ledger.last_tried >= Some(*next_bal)
            }
            Message::Forwarded { .. } => to.has_left && !to.may_preside,
            Message::Declined { .. } => true,
            // Only the president, and a legislator with a lower name, does anything about Present.
            Message::Present { .. } => !to.may_preside && from < site.id,
            Message::NextPart { .. }
            | Message::Snapshot { .. }
            | Message::Lost { .. }
            | Message::Largest { .. }
            | Message::Readmit { .. }
            | Message::Readmitted { .. } => false,
        }
    }

    fn is_present(message: &Message<Machine>) -> bool {
        matches!(message, Message::Present { .. })
    }
}

/// The legislator at whom a message arrives.
struct Addressee<'a> {
    site: &'a Site<Candidate>,
    /// Whether the sender has left.
    has_left: bool,
    may_preside: bool,
}

impl Addressee<'_> {
    fn is_trying(&self, number: BallotNumber) -> bool {
        let slip = self.site.process.shipped().slip();
        self.site.ledger.last_tried == Some(number) && matches!(slip, Slip::Trying { .. })
    }

    fn votes_no_more_in(&self, number: BallotNumber) -> bool {
        self.site.ledger.next_bal > Some(number)
    }

    /// Whether he learns something from a BeginBallot of this number that says how far decrees have
    /// passed.
    fn has_voted_in(&self, number: BallotNumber, passed: DecreeNumber) -> bool {
        let mut votes = self.site.ledger.votes.range(..=passed);
        votes.any(|(_, cast)| cast.number == number)
    }
}
