//! Compares a legislator's ledger and slip at one decree number with the model of that
//! number, which is a state of [`basic`].

use super::legislator::Legislator;
use super::setting::{Machine, cast_in_codes, code};
use crate::basic::{self, Basic, Status};
use crate::bounds::Decree;
use crate::view::Synod;
use std::collections::BTreeMap;
use synod_math::{Cast, Vote};
use synod_protocol::parliament::{DecreeNumber, Ledger, Slip};

/// One decree number, and the model of that number.
pub(super) struct ModelledNumber<'a> {
    pub basic: &'a Basic,
    pub at: DecreeNumber,
    /// Whether a crash may have lost the outcome, which the model has.
    pub may_forget: bool,
}

impl ModelledNumber<'_> {
    /// Whether the ledgers agree. A legislator who knows the outcome has forgotten the
    /// vote. Where a snapshot stands for the outcome, he must have learnt one; the claims about
    /// the law say that the snapshot has it.
    pub(super) fn ledger_agrees(
        &self,
        model: &basic::Legislator,
        ledger: &Ledger<Machine>,
    ) -> bool {
        if self.may_forget && !ledger.knows(self.at) && !model.outcome.is_blank() {
            let mut forgetful = *model;
            forgetful.outcome = Decree::BLANK;
            return self.ledger_agrees(&forgetful, ledger);
        }
        let is_cut = ledger.knows(self.at) && !ledger.decrees.contains_key(&self.at);
        if is_cut && model.outcome.is_blank() {
            return false;
        }
        let cut = is_cut.then_some(model.outcome);
        let outcome = ledger.decrees.get(&self.at).map(code).or(cut);
        let voted = || ledger.votes.get(&self.at).map(cast_in_codes);
        let forgotten = || {
            let number = self.basic.bounds().number(model.prev_bal)?;
            let decree = model.prev_dec;
            Some(Cast { number, decree })
        };
        let of_number = synod_protocol::Ledger {
            prev_vote: outcome.map_or_else(voted, |_| forgotten()),
            outcome,
            last_tried: ledger.last_tried,
            next_bal: ledger.next_bal,
        };
        self.basic.ledger_agrees(model, &of_number)
    }

    /// Whether the slips agree. If the outcome is known, the slip has nothing about this
    /// number.
    pub(super) fn slip_agrees(&self, model: &basic::Legislator, process: &Legislator) -> bool {
        if process.ledger().knows(self.at) {
            return true;
        }
        match process.slip() {
            Slip::Idle => model.status == Status::Idle,
            Slip::Trying { answers, parts } => {
                let whole = answers.iter().map(|(priest, votes)| (*priest, &**votes));
                let parts = parts
                    .iter()
                    .filter(|(_, (through, _))| *through >= self.at)
                    .map(|(priest, (_, votes))| (*priest, votes));
                let answers: BTreeMap<_, _> = parts.chain(whole).collect();
                let votes = answers.into_iter().map(|(priest, votes)| Vote {
                    priest,
                    cast: votes.get(&self.at).map(cast_in_codes),
                });
                model.status == Status::Trying && self.basic.has_prev_votes(model, votes)
            }
            Slip::Presiding(office) => match office.polls.get(&self.at) {
                None => model.status == Status::Trying,
                Some(poll) => model.polls(office.quorum, poll.voters, code(&poll.decree)),
            },
        }
    }
}
