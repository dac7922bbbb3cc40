//! What happens in some state of the complete protocol, so that no claim is
//! vacuous; and what the bounds do not let happen.

use super::Candidate;
use crate::partners::{other_partners, pairs};
use crate::view::Synod;
use crate::world::{Site, World};
use synod_math::Priest;
use synod_protocol::Message;
use synod_vocabulary::Partner;

/// What the bounds let happen.
pub(super) struct Reach<'w> {
    world: &'w World<Candidate>,
    /// The owners of the ballot numbers that may be tried, from the smallest
    /// number on.
    owners: Vec<Priest>,
}

impl<'w> Reach<'w> {
    pub(super) fn of(world: &'w World<Candidate>) -> Self {
        Self {
            world,
            owners: world.bounds().owners().collect(),
        }
    }

    /// A president who is a majority set by himself passes a decree in the step
    /// in which he tries a number, unless he crashes in it.
    fn is_done_at_once(&self, p: Priest) -> bool {
        self.is_alone(p) && self.world.crashes() == 0
    }

    fn is_alone(&self, p: Priest) -> bool {
        self.world.bounds().is_alone(p)
    }

    /// Some ballot may be under way when a larger number is tried. A majority
    /// set that is one priest is in every quorum, and who knows the outcome
    /// promises nothing any more.
    pub(super) fn two_ballots(&self) -> bool {
        pairs(&self.owners).any(|(p, _)| !self.is_done_at_once(p))
    }

    /// Two ballots may begin with different quorums: those that begin as soon as
    /// enough have answered, the president first.
    pub(super) fn two_quorums(&self) -> bool {
        let owners = self.owners.iter();
        let mut quorums = owners.flat_map(|&p| self.world.bounds().quorums_of(p));
        let first = quorums.next();
        self.two_ballots() && quorums.any(|quorum| Some(quorum) != first)
    }

    fn two_presidents(&self) -> bool {
        pairs(&self.owners).any(|(p, r)| p != r)
    }

    /// Somebody of a quorum is asked to promise a larger number after another
    /// has voted.
    fn an_abandoned_ballot(&self) -> bool {
        self.two_presidents() && pairs(&self.owners).any(|(p, _)| !self.is_alone(p))
    }

    /// A number, a larger one that somebody else promises while the outcome is
    /// open, and one that is larger still and belongs to the owner of the first.
    fn a_larger_number(&self) -> bool {
        let owners = self.owners.iter().enumerate();
        let mut refusable = owners.filter(|&(_, &p)| !self.is_done_at_once(p));
        refusable.any(|(place, &p)| {
            let larger = &self.owners[place + 1..];
            let has_another_after = |place: usize| larger[place + 1..].contains(&p);
            let may_refuse = |owner: Priest| {
                let mut others = self.world.bounds().priests().filter(|&q| q != p);
                others.any(|q| q != owner || !self.is_done_at_once(q))
            };
            let promised = larger.iter().enumerate();
            let mut promised = promised.filter(|&(place, _)| has_another_after(place));
            promised.any(|(_, &owner)| may_refuse(owner))
        }) && self.two_presidents()
    }

    fn a_crash_before_sending(&self) -> bool {
        self.world.crashes() > 0 && self.world.bounds().priest_count() > 1
    }
}

other_partners! {
    two_presidents: "two presidents compete", |model, state| {
        let tries = |site: &&Site<Candidate>| {
            site.process.shipped().is_president() && site.ledger.last_tried.is_some()
        };
        model.sites(state).filter(tries).count() > 1
    };
    an_abandoned_ballot: "a ballot is abandoned after a vote in it", |model, state| {
        let mut ballots = model.ballots(state).iter();
        ballots.any(|(ballot, voters)| {
            let number = model.bounds().number(ballot.number);
            let is_refused = |p: Priest| model.site(state, p).ledger.next_bal > number;
            let open = |p: Priest| !voters.contains(p);
            !voters.is_empty() && ballot.quorum().iter().any(|p| open(p) && is_refused(p))
        })
    };
    a_larger_number: "a refusal makes a president take a larger number", |model, state| {
        model.network(state).any(|envelope| match envelope.message {
            Message::Refused { next_bal } => {
                model.site(state, envelope.to).ledger.last_tried > Some(next_bal)
            }
            _ => false,
        })
    };
    a_crash_before_sending: "a priest crashes between recording and sending, and a decree passes", |model, state| {
        let mut sites = model.sites(state);
        model.history(state).past.crashed_before_sending
            && sites.any(|site| site.ledger.outcome.is_some())
    };
}
