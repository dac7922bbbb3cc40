//! Which messages of a parliament no legislator can use any more: see
//! [`synod_world::reductions`]. A message that is useless now stays useless, because each
//! rule is about a variable that only grows (nextBal, lastTried, the decrees of a
//! ledger), or about a slip that is lost or has come to polling.

use super::Candidate;
use super::history::History;
use super::setting::{Machine, Setting};
use crate::basic::{self, Basic, Status};
use crate::bounds::Rank;
use crate::messages::Packed;
use crate::world::{Bounded, Site};
use std::collections::{BTreeMap, BTreeSet};
use synod_math::{BallotNumber, Priest};
use synod_protocol::Timer;
use synod_protocol::parliament::{
    DecreeNumber, LawEntry, Ledger, Message, RequestId, Slip, Told, VotedTo,
};
use synod_world::Reduce;

type Legislator<'a> = (Priest, &'a ReductionView);

/// The part of a legislator that decides whether he will ever use a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ReductionView {
    last_tried: Option<BallotNumber>,
    next_bal: Option<BallotNumber>,
    phase: Phase,
    /// The numbers whose outcomes are known.
    decrees: BTreeSet<DecreeNumber>,
    /// The last number of the longest prefix without gaps.
    known: DecreeNumber,
    /// prevBal for each number where the outcome is not known.
    votes: BTreeMap<DecreeNumber, BallotNumber>,
    /// The requests that are law, with their decree numbers.
    granted: BTreeMap<RequestId, DecreeNumber>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
enum Phase {
    #[default]
    Idle,
    Trying,
    Presiding,
}

impl ReductionView {
    /// The view of the legislator at this site.
    pub(super) fn of(site: &Site<Candidate>) -> Self {
        let (ledger, shipped) = (&site.ledger, site.process.shipped());
        let known = ledger.known();
        let granted = shipped.law().entries().filter_map(|entry| match entry {
            LawEntry::Answer(answer) if answer.number <= known => Some((answer.id, answer.number)),
            LawEntry::Answer(_) | LawEntry::State(_) => None,
        });
        let in_snapshot = (1..=ledger.snapshot.through().0).map(DecreeNumber);
        Self {
            last_tried: ledger.last_tried,
            next_bal: ledger.next_bal,
            phase: match shipped.slip() {
                Slip::Idle => Phase::Idle,
                Slip::Trying { .. } => Phase::Trying,
                Slip::Presiding(_) => Phase::Presiding,
            },
            decrees: in_snapshot.chain(ledger.decrees.keys().copied()).collect(),
            known,
            votes: ledger
                .votes
                .iter()
                .map(|(&at, cast)| (at, cast.number))
                .collect(),
            granted: granted.collect(),
        }
    }
}

impl Reduce<Candidate> for Setting {
    type ReductionView = ReductionView;

    fn reduction_view(&self, site: &Site<Candidate>) -> ReductionView {
        ReductionView::of(site)
    }

    fn is_useless(
        &self,
        message: &Message<Machine>,
        from: (Priest, &ReductionView),
        to: (Priest, &ReductionView),
    ) -> bool {
        let in_flight = InFlight {
            setting: self,
            from,
            to,
        };
        match message {
            Message::NextBallot { number, .. } => in_flight.is_next_ballot_useless(*number),
            Message::LastVote {
                number,
                told,
                missing,
                ..
            } => {
                let mut passed = told
                    .iter()
                    .filter(|(_, told)| matches!(told, Told::Passed(_)));
                missing.is_empty()
                    && in_flight.is_last_vote_useless(*number)
                    && passed.all(|(at, _)| in_flight.knows(*at))
            }
            Message::BeginBallot {
                number, at, passed, ..
            } => in_flight.is_begin_ballot_useless(*number, *at, *passed),
            Message::Voted { number, at, .. } => in_flight.is_voted_useless(*number, *at),
            Message::Success { at, .. } => in_flight.knows(*at),
            Message::Refused { next_bal } => in_flight.is_refusal_useless(*next_bal),
            Message::Forwarded { request } => in_flight.is_request_useless(request.id),
            Message::NextPart { number, .. } => in_flight.is_next_part_useless(*number),
            Message::Snapshot { law } => law.through() <= in_flight.to.1.known,
            // The addressee only informs his client.
            Message::Declined { .. } => true,
            // The last four: where ledgers are lost, nothing is left out.
            Message::Present { .. }
            | Message::Lost { .. }
            | Message::Largest { .. }
            | Message::Readmit { .. }
            | Message::Readmitted { .. } => false,
        }
    }

    fn forget(&self, history: History) -> History {
        if history.past.has_diverged {
            return history;
        }
        let kept = history.instances.map(|id| {
            self.instances.useful(id, |&instance| {
                let seen = Instance {
                    setting: self,
                    instance,
                };
                self.basic
                    .with_messages(&instance, |message| seen.is_useful(message))
            })
        });
        History {
            instances: kept,
            ..history
        }
    }

    /// The heartbeats that a legislator may have sent: with his present nextBal, and any
    /// number of decrees up to those he knows. A Present with an older nextBal would have
    /// the same effect on a president as a late refusal, and refusals are in the network.
    fn heartbeats(&self, ledger: &Ledger<Machine>) -> Vec<Message<Machine>> {
        if ledger.is_learner {
            return Vec::new();
        }
        let next_bal = ledger.next_bal;
        let known = (0..=ledger.known().0).map(DecreeNumber);
        let present = known.map(|known| Message::Present { known, next_bal });
        present.collect()
    }

    fn is_heartbeat(&self, message: &Message<Machine>) -> bool {
        matches!(message, Message::Present { .. })
    }

    fn is_heartbeat_timer(&self, timer: Timer) -> bool {
        timer == Timer::Presence
    }
}

/// A message in flight, from one legislator to another.
struct InFlight<'a> {
    setting: &'a Setting,
    from: Legislator<'a>,
    to: Legislator<'a>,
}

impl InFlight<'_> {
    /// Whether the addressee has the decree of this number in his ledger.
    fn knows(&self, at: DecreeNumber) -> bool {
        self.to.1.decrees.contains(&at)
    }

    /// Whether this legislator owns a larger number within the bounds.
    fn may_try_above(&self, p: Priest, number: Option<BallotNumber>) -> bool {
        let bounds = self.setting.bounds();
        let mut his = bounds.ranks().filter(|&rank| bounds.owner(rank) == Some(p));
        his.any(|rank| bounds.number(rank) > number)
    }

    /// A refusal is useless if the president has tried that number or a larger one, or owns
    /// no larger one to try.
    fn is_refusal_useless(&self, next_bal: BallotNumber) -> bool {
        !self.may_try_above(self.to.0, Some(next_bal)) || self.to.1.last_tried >= Some(next_bal)
    }

    /// Whether the sender could not use a refusal of this ballot, now or later. A refusal
    /// carries the addressee's nextBal, which only grows.
    fn is_refusal_of_it_useless(&self, number: BallotNumber) -> bool {
        let at_least = self.to.1.next_bal.max(Some(number));
        !self.may_try_above(self.from.0, at_least)
    }

    /// A NextBallot is useless if the addressee has promised its number or a larger one, so
    /// that he can only refuse it, now or after a larger promise; and if a refusal of it is
    /// useless.
    fn is_next_ballot_useless(&self, number: BallotNumber) -> bool {
        self.to.1.next_bal >= Some(number) && self.is_refusal_of_it_useless(number)
    }

    /// A NextPart is useless if the addressee can only refuse it, and if a refusal of it is
    /// useless.
    fn is_next_part_useless(&self, number: BallotNumber) -> bool {
        self.to.1.next_bal > Some(number) && self.is_refusal_of_it_useless(number)
    }

    /// Whether the addressee may reply with a snapshot, from which the sender learns more than
    /// the number that he asks about.
    const fn may_be_answered_with_a_snapshot(&self) -> bool {
        self.setting.settings.snapshot.is_some()
    }

    /// A LastVote is useless if the addressee no longer tries this number: he has tried
    /// another number, or has lost the slip, or presides.
    fn is_last_vote_useless(&self, number: BallotNumber) -> bool {
        let to = self.to.1;
        to.last_tried != Some(number) || to.phase != Phase::Trying
    }

    /// A BeginBallot is useless if the addressee will not vote, because of a promise or
    /// because he and the president know the outcome; and if a refusal is useless; and if
    /// he learns no decree from the Success that it carries.
    fn is_begin_ballot_useless(
        &self,
        number: BallotNumber,
        at: DecreeNumber,
        passed: DecreeNumber,
    ) -> bool {
        let to = self.to.1;
        let is_refused = to.next_bal > Some(number);
        let is_answered = self.knows(at)
            && self.from.1.decrees.contains(&at)
            && !self.may_be_answered_with_a_snapshot();
        let mut votes = to.votes.range(..=passed);
        let learns = votes.any(|(_, &of)| of == number);
        let learns_nothing = to.known >= passed || (is_refused && !learns);
        self.is_refusal_of_it_useless(number) && (is_refused || is_answered) && learns_nothing
    }

    fn is_voted_useless(&self, number: BallotNumber, at: DecreeNumber) -> bool {
        let to = self.to.1;
        let counts = to.last_tried == Some(number) && to.phase != Phase::Idle;
        let learns_from_votes = self.setting.variant.voted_to == VotedTo::Everybody;
        self.knows(at) || !(counts || learns_from_votes)
    }

    /// A forwarded request is useless if the addressee never presides, or if it is law for
    /// him and the sender knows that decree.
    fn is_request_useless(&self, request: RequestId) -> bool {
        let never_presides = !self.may_try_above(self.to.0, None);
        let granted = self.to.1.granted.get(&request);
        let is_answered = granted.is_some_and(|at| self.from.1.decrees.contains(at));
        (never_presides || is_answered) && !self.may_be_answered_with_a_snapshot()
    }
}

/// The state of `basic` at one decree number.
struct Instance<'a> {
    setting: &'a Setting,
    instance: basic::State,
}

impl Instance<'_> {
    fn basic(&self) -> &Basic {
        &self.setting.basic
    }

    fn of(&self, p: Priest) -> &basic::Legislator {
        self.instance.of(p)
    }

    /// The owner of a number, if it is still his lastTried.
    fn owner(&self, number: Rank) -> Option<&basic::Legislator> {
        let owner = self.setting.bounds().owner(number)?;
        Some(self.of(owner)).filter(|owner| owner.last_tried == number)
    }

    fn an_outcome_is_blank(&self) -> bool {
        let mut all = self.setting.bounds().priests();
        all.any(|p| self.of(p).outcome.is_blank())
    }

    fn is_useful(&self, message: Packed) -> bool {
        match message {
            Packed::NextBallot(b) => {
                let mut all = self.setting.bounds().priests();
                all.any(|q| self.of(q).next_bal < b)
            }
            // With the answers of a majority set he presides at once, and needs no more
            // answers.
            Packed::LastVote(b, _) => self.owner(b).is_some_and(|owner| {
                let answered = self.basic().prev_votes(owner).map(|vote| vote.priest);
                owner.status == Status::Trying
                    && !self.setting.bounds().is_majority(answered.collect())
            }),
            Packed::BeginBallot(ballot) => ballot.quorum().iter().any(|q| {
                let q = self.of(q);
                q.outcome.is_blank() && q.next_bal <= ballot.number && q.prev_bal < ballot.number
            }),
            Packed::Voted(b, _) => match self.setting.variant.voted_to {
                VotedTo::President => self.owner(b).is_some_and(|owner| {
                    owner.status == Status::Polling && owner.outcome.is_blank()
                }),
                VotedTo::Everybody => self.an_outcome_is_blank(),
            },
            Packed::Success(_) => self.an_outcome_is_blank(),
        }
    }
}
