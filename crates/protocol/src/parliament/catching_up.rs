//! Catching up (§3.1): a legislator who was away is sent the decrees that were passed, at most a batch
//! at a time. His next Present says how far he has come.

use super::decree::DecreeNumber;
use super::variant::Variant;
use super::{Legislator, Outputs};
use crate::seat::only;
use crate::state_machine::StateMachine;
use synod_math::Priest;

impl<S: StateMachine, V: Variant> Legislator<S, V> {
    /// The first numbers ≤ `through` that are not in his ledger, at most a batch.
    pub(super) fn missing(&self, through: DecreeNumber) -> Vec<DecreeNumber> {
        let numbers = (self.law.through().0 + 1..=through.0).map(DecreeNumber);
        let missing = numbers.filter(|number| !self.ledger.decrees.contains_key(number));
        missing.take(self.settings.batch).collect()
    }

    /// Send Success for the numbers that another legislator lacks.
    pub(super) fn send_missing(&self, to: Priest, numbers: &[DecreeNumber], out: &mut Outputs<S>) {
        if to == self.me() {
            return;
        }
        for &at in numbers.iter().take(self.settings.batch) {
            if let Some(decree) = self.ledger.decrees.get(&at) {
                self.send_success(only(to), at, decree.clone(), out);
            }
        }
    }

    /// Send Success for the decrees after `known`, the last one that the learner has, if this
    /// legislator is president. A learner is a legislator who has lost his promises (his disk, for
    /// example) and so may neither vote nor preside. No message of the protocol asks for this: the
    /// driver calls it when it hears of a learner.
    pub fn teach(&self, learner: Priest, known: DecreeNumber) -> Outputs<S> {
        let mut out = Outputs::<S>::new();
        if self.is_president() {
            self.bring_up_to_date(learner, known, &mut out);
        }
        out
    }

    /// Send Success for the decrees after the last one that another legislator has.
    pub(super) fn bring_up_to_date(&self, to: Priest, known: DecreeNumber, out: &mut Outputs<S>) {
        let lacking = self.ledger.decrees.range(known.next()..);
        let numbers: Vec<_> = lacking
            .map(|(&at, _)| at)
            .take(self.settings.batch)
            .collect();
        self.send_missing(to, &numbers, out);
    }
}
