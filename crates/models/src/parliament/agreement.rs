//! Whether a legislator's ledger and slip are, at one decree number, those of
//! the model of that number.

use super::legislator::Legislator;
use super::setting::{Command, cast_in_codes, code};
use crate::basic::{self, Basic, Status};
use crate::bounds::Bounds;
use synod_math::Vote;
use synod_protocol::parliament::{DecreeNumber, Ledger, Slip};

/// One decree number of a legislator, beside the model of that number.
pub(super) struct Seen<'a> {
    pub basic: &'a Basic,
    pub bounds: &'a Bounds,
    pub at: DecreeNumber,
}

impl Seen<'_> {
    /// Where the outcome is known the vote is forgotten.
    pub(super) fn ledger_agrees(
        &self,
        model: &basic::Legislator,
        ledger: &Ledger<Command>,
    ) -> bool {
        let number = |rank| self.bounds.number(rank);
        let outcome = ledger.decrees.get(&self.at).map(code);
        let vote = ledger.votes.get(&self.at);
        let vote_agrees = number(model.prev_bal) == vote.map(|cast| cast.number)
            && model.prev_dec == vote.map(|cast| code(&cast.decree)).unwrap_or_default();
        model.outcome == outcome.unwrap_or_default()
            && number(model.last_tried) == ledger.last_tried
            && number(model.next_bal) == ledger.next_bal
            && (vote_agrees || outcome.is_some())
    }

    /// Where the outcome is known the slip says nothing.
    pub(super) fn slip_agrees(&self, model: &basic::Legislator, process: &Legislator) -> bool {
        if process.ledger().decrees.contains_key(&self.at) {
            return true;
        }
        match process.slip() {
            Slip::Idle => model.status == Status::Idle,
            Slip::Trying { answers } => {
                let votes = answers.iter().map(|(&priest, votes)| Vote {
                    priest,
                    cast: votes.get(&self.at).map(cast_in_codes),
                });
                let in_model = self.basic.prev_votes(model);
                let in_model = in_model.map(|vote| vote.unpack(self.bounds));
                model.status == Status::Trying && in_model.eq(votes)
            }
            Slip::Presiding(office) => match office.polls.get(&self.at) {
                None => model.status == Status::Trying,
                Some(poll) => {
                    model.status == Status::Polling
                        && model.quorum() == office.quorum
                        && model.voters() == poll.voters
                        && model.decree == code(&poll.decree)
                }
            },
        }
    }
}
