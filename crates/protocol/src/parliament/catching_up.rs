//! §3.1: a legislator who was away learns what was passed. At most a batch at
//! once; his next Present says where to go on.

use super::decree::DecreeNumber;
use super::variant::Variant;
use super::{Legislator, Outputs};
use crate::seat::only;
use crate::state_machine::StateMachine;
use synod_math::Priest;

impl<S: StateMachine, V: Variant> Legislator<S, V> {
    /// The numbers ≤ n that are not in his ledger: a batch of them at most.
    pub(super) fn missing(&self, through: DecreeNumber) -> Vec<DecreeNumber> {
        let numbers = (self.law.through().0 + 1..=through.0).map(DecreeNumber);
        let missing = numbers.filter(|number| !self.ledger.decrees.contains_key(number));
        missing.take(self.settings.batch).collect()
    }

    /// Send Success for the numbers that another says he lacks.
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

    /// The president sends Success for what follows the last decree that a learner
    /// has: one who has lost what he had promised, and may neither vote nor
    /// preside. No message says this; whoever knows it asks for it.
    pub fn teach(&self, learner: Priest, known: DecreeNumber) -> Outputs<S> {
        let mut out = Outputs::<S>::new();
        if self.is_president() {
            self.bring_up_to_date(learner, known, &mut out);
        }
        out
    }

    /// Send Success for what follows the last decree that another has.
    pub(super) fn bring_up_to_date(&self, to: Priest, known: DecreeNumber, out: &mut Outputs<S>) {
        let lacking = self.ledger.decrees.range(known.next()..);
        let numbers: Vec<_> = lacking
            .map(|(&at, _)| at)
            .take(self.settings.batch)
            .collect();
        self.send_missing(to, &numbers, out);
    }
}
