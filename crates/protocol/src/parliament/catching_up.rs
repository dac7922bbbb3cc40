//! Catching up (§3.1): a legislator who was away is sent the decrees that were passed, at most a batch
//! at a time. His next Present says how far he has come.

use super::decree::{Decree, DecreeNumber};
use super::variant::Variant;
use super::{Legislator, Outputs};
use crate::seat::only;
use crate::state_machine::StateMachine;
use synod_math::Priest;

/// A decree of the ledger and its number.
type Known<'a, S> = (&'a DecreeNumber, &'a Decree<<S as StateMachine>::Command>);

impl<S: StateMachine, V: Variant> Legislator<S, V> {
    /// The first numbers ≤ `through` whose outcome he does not know, at most a batch.
    pub(super) fn missing(&self, through: DecreeNumber) -> Vec<DecreeNumber> {
        let numbers = (self.law.through().0 + 1..=through.0).map(DecreeNumber);
        let missing = numbers.filter(|number| !self.ledger.knows(*number));
        missing.take(self.settings.batch).collect()
    }

    /// Send Success for the numbers that another legislator lacks: as many as a batch may have. If a
    /// decree that he lacks is cut off, the snapshot is sent instead, which has all of these numbers that
    /// are cut off.
    pub(super) fn send_missing(&self, to: Priest, numbers: &[DecreeNumber], out: &mut Outputs<S>) {
        if to == self.me() {
            return;
        }
        let is_cut = |at| self.ledger.knows(at) && !self.ledger.decrees.contains_key(&at);
        if numbers.iter().any(|&at| is_cut(at)) {
            return self.send_snapshot(to, out);
        }
        let known = numbers
            .iter()
            .filter_map(|at| self.ledger.decrees.get_key_value(at));
        for (&at, decree) in self.batch_of(known) {
            self.send_success(only(to), at, decree.clone(), out);
        }
    }

    /// The first of these decrees, as many as a batch may have.
    fn batch_of<'a>(
        &self,
        decrees: impl Iterator<Item = Known<'a, S>>,
    ) -> impl Iterator<Item = Known<'a, S>>
    where
        S: 'a,
    {
        let (most, mut size) = (self.settings.size, 0_usize);
        let fitting = decrees.take_while(move |(_, decree)| {
            let is_first = size == 0;
            size += decree.size::<S>();
            is_first || size <= most
        });
        fitting.take(self.settings.batch)
    }

    /// Send Success for a batch of the decrees after `known`, if this legislator is president: no message of
    /// the protocol asks for this. A driver that knows how much is on its way to a legislator who lacks
    /// decrees asks for more when there is room.
    pub fn send_after(&self, known: DecreeNumber, to: Priest) -> Outputs<S> {
        let mut out = Outputs::<S>::new();
        if self.is_president() {
            self.bring_up_to_date(to, known, &mut out);
        }
        out
    }

    /// Send Success for the decrees after the last one that another legislator has, or the snapshot, if
    /// the first of them is cut off.
    pub(super) fn bring_up_to_date(&self, to: Priest, known: DecreeNumber, out: &mut Outputs<S>) {
        let next = known.next();
        if next <= self.ledger.snapshot.through() && !self.ledger.decrees.contains_key(&next) {
            return self.send_snapshot(to, out);
        }
        for (&at, decree) in self.batch_of(self.ledger.decrees.range(next..)) {
            self.send_success(only(to), at, decree.clone(), out);
        }
    }
}
