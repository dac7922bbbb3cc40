//! Snapshots (§3.3.2): a legislator keeps the law as of a decree instead of the decrees up to it, and sends
//! it to legislators who lack them.
//!
//! 1. When enough decrees have passed since the last snapshot, he takes one: he keeps a clone of the law
//!    and sets [`Timer::Snapshot`]. Decrees go on passing.
//! 2. The driver makes the [pending snapshot](Legislator::pending_snapshot) durable, and then lets the
//!    timer end.
//! 3. The snapshot goes to the ledger, and decrees that it stands for are cut off, except the last few.

use super::decree::DecreeNumber;
use super::ledger::{Note, Slip};
use super::message::Message;
use super::output::{Action, News};
use super::variant::Variant;
use super::{Law, Legislator, Outputs};
use crate::seat::only;
use crate::state_machine::StateMachine;
use crate::{Ignored, Timer};
use synod_math::Priest;

impl<S: StateMachine, V> Legislator<S, V> {
    /// The snapshot that he has taken, and that is not in the ledger yet: the driver makes it durable,
    /// and then gives him the timeout of [`Timer::Snapshot`].
    pub const fn pending_snapshot(&self) -> Option<&Law<S>> {
        self.pending_snapshot.as_ref()
    }
}

impl<S: StateMachine, V: Variant> Legislator<S, V> {
    /// Takes a snapshot, if enough has passed since the last one.
    pub(super) fn take_snapshot(&mut self, out: &mut Outputs<S>) {
        let Some(least) = self.settings.snapshot else {
            return;
        };
        let is_due = self.since_snapshot >= least.max(self.law.state().state_size());
        if is_due && self.pending_snapshot.is_none() {
            self.pending_snapshot = Some(self.law.clone());
            self.since_snapshot = 0;
            out.set_timer(Timer::Snapshot);
        }
    }

    /// The pending snapshot is durable. It goes to the ledger, and decrees below it are cut off.
    pub(super) fn keep_snapshot(&mut self, out: &mut Outputs<S>) {
        let Some(law) = self.pending_snapshot.take() else {
            return out.ignore(Ignored::OldSnapshot);
        };
        let cut = self.cut_below(law.through());
        self.record(Note::Snapshot(law), out);
        if let Some(cut) = cut {
            self.record(Note::Cut(cut), out);
        }
        self.take_snapshot(out);
    }

    /// The last decree that is cut off when a snapshot stands for all up to `through`: the decrees after
    /// it are no larger together than what is kept. None if all are kept. O(decrees that are kept).
    fn cut_below(&self, through: DecreeNumber) -> Option<DecreeNumber> {
        let mut kept = 0_usize;
        let mut latest_first = self.ledger.decrees.range(..=through).rev();
        let mut is_cut = |size: usize| {
            kept += size;
            kept > self.settings.kept
        };
        let (&at, _) = latest_first.find(|(_, decree)| is_cut(decree.size::<S>()))?;
        Some(at)
    }

    /// Send Success for all numbers of the snapshot.
    pub(super) fn send_snapshot(&self, to: Priest, out: &mut Outputs<S>) {
        let law = self.ledger.snapshot.clone();
        let action = Action::SendSnapshot {
            through: law.through(),
        };
        let message = Message::Snapshot { law };
        self.seat.act(action, only(to), &message, out);
    }

    /// Receive Success for all numbers of another legislator's snapshot, unless the law is as new.
    pub(super) fn receive_snapshot(&mut self, law: Law<S>, out: &mut Outputs<S>) {
        let through = law.through();
        if through <= self.law.through() {
            return out.ignore(Ignored::OldSnapshot);
        }
        self.law = law.clone();
        self.since_snapshot = 0;
        if self.pending_snapshot.take().is_some() {
            out.cancel_timer(Timer::Snapshot);
        }
        self.variant.knows_all(through);
        self.leave_ballots(through);
        self.record(Note::Snapshot(law), out);
        out.did(Action::ReceiveSnapshot { through });
        self.record(Note::Cut(through), out);
        out.tell(News::Snapshot { through });
        self.extend_the_law(out);
        self.go_on(out);
    }

    /// A president learns the outcomes of all numbers up to this one, but not which decrees they are.
    fn leave_ballots(&mut self, through: DecreeNumber) {
        let Slip::Presiding(office) = &mut self.slip else {
            return;
        };
        office.bound = office.bound.split_off(&through.next());
        let polls = office.polls.split_off(&through.next());
        // Another decree may have passed at one of these numbers: see `write_outcome`.
        office.is_succeeded |= !office.polls.is_empty();
        let sizes = polls.values().map(|poll| poll.decree.size::<S>());
        office.polls_size = sizes.sum();
        office.polls = polls;
    }
}
