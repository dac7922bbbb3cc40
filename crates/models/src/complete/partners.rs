//! The partners of the complete protocol: events that happen in some state, which show
//! that no claim is vacuous; and which of them the bounds allow.

use super::Candidate;
use crate::partners::{other_partners, pairs};
use crate::properties;
use crate::view::Synod;
use crate::world::{Site, World};
use synod_math::Priest;
use synod_protocol::Message;
use synod_vocabulary::Partner;

/// Decides which events the bounds allow.
pub(super) struct Reach<'w> {
    world: &'w World<Candidate>,
    /// The owners of the ballot numbers, from the smallest number on.
    owners: Vec<Priest>,
}

impl<'w> Reach<'w> {
    pub(super) fn of(world: &'w World<Candidate>) -> Self {
        Self {
            world,
            owners: world.bounds().owners().collect(),
        }
    }

    /// Whether a president passes a decree in the step in which he tries a number: he does
    /// if he alone is a majority set, unless he crashes in that step.
    fn is_done_at_once(&self, p: Priest) -> bool {
        self.is_alone(p) && self.world.crashes() == 0
    }

    fn is_alone(&self, p: Priest) -> bool {
        self.world.bounds().is_alone(p)
    }

    /// Two ballots may begin: a larger number may be tried while a ballot is under way.
    /// This is impossible if the first president passes his decree at once: as the only
    /// majority set of one priest, he is in every quorum, and a priest who knows the
    /// outcome makes no promises any more.
    pub(super) fn two_ballots(&self) -> bool {
        pairs(&self.owners).any(|(p, _)| !self.is_done_at_once(p))
    }

    /// Two ballots may begin with different quorums. A president answers himself first,
    /// and begins as soon as a majority set has answered.
    pub(super) fn two_quorums(&self) -> bool {
        let owners = self.owners.iter();
        let mut quorums = owners.flat_map(|&p| self.world.bounds().quorums_of(p));
        let first = quorums.next();
        self.two_ballots() && quorums.any(|quorum| Some(quorum) != first)
    }

    fn two_presidents(&self) -> bool {
        pairs(&self.owners).any(|(p, r)| p != r)
    }

    /// A priest of a quorum may promise a larger number after another priest of it has
    /// voted.
    fn an_abandoned_ballot(&self) -> bool {
        self.two_presidents() && pairs(&self.owners).any(|(p, _)| !self.is_alone(p))
    }

    /// A refusal may make a president take a larger number. This needs three numbers: the
    /// first, a larger one that another priest promises while the outcome is open, and a
    /// still larger one that belongs to the owner of the first.
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

/// The partners that belong to no claim and are required within the bounds of this world.
pub(super) fn others(world: &World<Candidate>) -> Vec<Partner<World<Candidate>>> {
    let mut others = properties::partners_of_one_decree(world);
    others.extend(required(world));
    others
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
        model.messages(state).any(|envelope| match envelope.message {
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
