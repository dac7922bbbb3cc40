//! Honest mistakes (§3.3.5): a legislator who has lost his ledger, or a part of it, is a learner until it is
//! safe that he votes again.
//!
//! He has forgotten promises and votes. So
//!
//! 1. he asks *every* other legislator for the largest ballot number that the other has tried or promised
//!    ([`Message::Lost`], [`Message::Largest`]). A legislator takes part in ballots that somebody has tried
//!    before, and presides only with the promise of another one. So all ballots in which he has taken part
//!    before the loss are at most the largest of the answers, the *bound*;
//! 2. he asks the president for a ballot above the bound, whose quorum is without him
//!    ([`Message::Readmit`]). The quorum has reported every vote in a ballot up to the bound whose decree
//!    was passed, or may be: at all other numbers its members vote in no such ballot any more;
//! 3. the president tells him that ballot, and the last number that was known or voted at
//!    ([`Message::Readmitted`]). When the learner knows every outcome up to this number, his forgotten votes
//!    do not matter any more: he promises the ballot, and takes part again.
//!
//! A ballot that he has tried before the loss, and tries again, is another one: a LastVote names the life of
//! the ledger that it answers.
//!
//! This needs the answers of all others. If another legislator has lost his ledger, too, neither of them
//! answers, and neither is readmitted. Each loss needs another [`Life`], so that no answer to an earlier
//! question counts.

use super::decree::DecreeNumber;
use super::ledger::{Life, Note};
use super::message::Message;
use super::output::{Action, News};
use super::variant::Variant;
use super::{Legislator, Outputs};
use crate::output::Action as Of;
use crate::presidency::Presides;
use crate::seat::only;
use crate::state_machine::StateMachine;
use crate::{Ignored, Timer};
use std::collections::BTreeMap;
use synod_math::{BallotNumber, Priest};

/// What a learner has heard. It is volatile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Learning {
    /// The largest number of each legislator who has answered.
    largest: BTreeMap<Priest, Option<BallotNumber>>,
    /// The ballot that he may promise when he knows every outcome up to a number.
    admitted: Option<(BallotNumber, DecreeNumber)>,
}

impl<S: StateMachine, V> Legislator<S, V> {
    /// Whether he has lost his ledger, and neither votes nor presides until he is readmitted.
    pub const fn is_learner(&self) -> bool {
        self.ledger.is_learner
    }
}

impl<S: StateMachine, V: Variant> Legislator<S, V> {
    /// A learner asks all others for their largest numbers, and if he has them, for a ballot above them.
    pub(super) fn ask_to_be_readmitted(&self, out: &mut Outputs<S>) {
        let (Some(life), true) = (self.ledger.life, self.is_learner()) else {
            return;
        };
        let known = self.law.through();
        let others = self.seat.others();
        self.seat.send(others, &Message::Lost { life, known }, out);
        if let (Some(bound), None) = (self.bound(), self.learning.admitted) {
            self.seat
                .send(others, &Message::Readmit { life, bound }, out);
        }
    }

    fn learns_in(&self, life: Life) -> bool {
        self.is_learner() && self.ledger.life == Some(life)
    }

    /// The largest number that any other legislator has tried or promised, if all have answered.
    #[allow(clippy::option_option)] // The bound may be −∞.
    fn bound(&self) -> Option<Option<BallotNumber>> {
        let largest = &self.learning.largest;
        let have_all_answered = largest.len() == self.seat.others().len();
        have_all_answered.then(|| largest.values().copied().max().flatten())
    }

    /// Receives Lost: tells his largest number. A president sends what the learner lacks, too.
    pub(super) fn receive_lost(
        &self,
        from: Priest,
        life: Life,
        known: DecreeNumber,
        out: &mut Outputs<S>,
    ) {
        let number = self.ledger.largest_number();
        let message = Message::Largest { life, number };
        self.seat.send(only(from), &message, out);
        if self.is_president() {
            self.bring_up_to_date(from, known, out);
        }
    }

    /// Receives Largest. With the last of the answers, the learner asks for a ballot.
    pub(super) fn receive_largest(
        &mut self,
        from: Priest,
        life: Life,
        number: Option<BallotNumber>,
        out: &mut Outputs<S>,
    ) {
        if !self.learns_in(life) {
            return out.ignore(Ignored::OtherBallot);
        }
        let had_all = self.bound().is_some();
        self.learning.largest.entry(from).or_insert(number);
        if !had_all && self.bound().is_some() {
            self.ask_to_be_readmitted(out);
        }
    }

    /// Receives Readmit: tells the learner his ballot, if it is above the bound and its quorum is without
    /// the learner; otherwise begins such a ballot.
    pub(super) fn receive_readmit(
        &mut self,
        from: Priest,
        life: Life,
        bound: Option<BallotNumber>,
        out: &mut Outputs<S>,
    ) {
        if !self.is_president() {
            return out.ignore(Ignored::NotPresident);
        }
        if self.ledger.last_tried <= bound {
            if bound.is_some_and(|bound| !self.presidency.horizon.believes(bound)) {
                return out.ignore(Ignored::BeyondHorizon);
            }
            return self.begin_round(bound, out);
        }
        let office = self.slip.presiding();
        if let (Some(office), Some(number)) = (office, self.ledger.last_tried)
            && !office.quorum.contains(from)
        {
            let through = office.last_bound.max(self.ledger.last_known());
            let message = Message::Readmitted {
                life,
                number,
                through,
            };
            self.seat.send(only(from), &message, out);
        }
    }

    /// Receives Readmitted: the learner takes part again as soon as he knows every outcome up to `through`.
    pub(super) fn receive_readmitted(
        &mut self,
        life: Life,
        (number, through): (BallotNumber, DecreeNumber),
        out: &mut Outputs<S>,
    ) {
        let is_above = self.bound().is_some_and(|bound| Some(number) > bound);
        if !self.learns_in(life) || !is_above {
            return out.ignore(Ignored::OtherBallot);
        }
        self.learning.admitted.get_or_insert((number, through));
        self.rejoin(out);
    }

    /// Takes part again, if it is safe.
    pub(super) fn rejoin(&mut self, out: &mut Outputs<S>) {
        let Some((number, through)) = self.learning.admitted else {
            return;
        };
        if self.law.through() >= through {
            self.learning = Learning::default();
            let is_promise = self.ledger.next_bal < Some(number);
            self.record(Note::Readmitted(number), out);
            if is_promise {
                out.did(Action::Everywhere(Of::ReceiveNextBallot(number)));
            }
            out.set_timer(Timer::Absence);
            out.tell(News::Readmitted);
        }
    }
}
