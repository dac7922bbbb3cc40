//! §2.4, for many decrees: as for one, but that a president has something to do
//! for as long as he is one, and that nobody presides who is far behind.

use super::decree::DecreeNumber;
use super::message::Message;
use super::variant::Variant;
use super::{Legislator, Outputs};
use crate::presidency::{Presidency, Presides};
use crate::seat::Seat;
use crate::state_machine::StateMachine;
use crate::{Ignored, Timer};
use synod_math::{BallotNumber, Priest};

impl<S: StateMachine, V: Variant> Presides for Legislator<S, V> {
    fn seat(&self) -> &Seat {
        &self.seat
    }

    fn presidency(&mut self) -> &mut Presidency {
        &mut self.presidency
    }

    fn last_tried(&self) -> Option<BallotNumber> {
        self.ledger.last_tried
    }

    fn largest_number(&self) -> Option<BallotNumber> {
        self.ledger.largest_number()
    }

    /// How far his ledger is complete, and what he has promised.
    fn present(&self) -> Message<S::Command> {
        Message::Present {
            known: self.law.through(),
            next_bal: self.ledger.next_bal,
        }
    }

    fn is_over(&self) -> bool {
        false
    }

    fn try_new_ballot(&mut self, number: BallotNumber, out: &mut Outputs<S>) {
        self.try_everywhere(number, out);
    }

    fn step_down(&mut self, out: &mut Outputs<S>) {
        self.decline_all(out);
    }
}

impl<S: StateMachine, V: Variant> Legislator<S, V> {
    /// The timer that is set because of another, who will not be heard of: the
    /// round of a ballot that needs his vote, or the time in which he was taken
    /// for president.
    pub fn waits_for(&self, other: Priest) -> Option<Timer> {
        let office = self.slip.presiding();
        if self.is_president() && office.is_some_and(|office| office.quorum.contains(other)) {
            return Some(Timer::Round);
        }
        (self.president() == Some(other)).then_some(Timer::Absence)
    }

    /// A legislator with a higher name is present: he is, or will be,
    /// president. Who is behind is brought up to date by the president, and by
    /// whoever gives way to him: otherwise three could give way to each other
    /// in a circle, the last because the first is far ahead of him, for ever.
    pub(super) fn receive_present(
        &mut self,
        from: Priest,
        known: DecreeNumber,
        next_bal: Option<BallotNumber>,
        out: &mut Outputs<S>,
    ) {
        if next_bal.is_some_and(|next_bal| !self.presidency.horizon.believes(next_bal)) {
            out.ignore(Ignored::BeyondHorizon);
        }
        let is_outranked = self.is_outranked_by(from, known);
        if is_outranked {
            self.give_way(out);
        }
        if is_outranked || self.is_president() {
            self.bring_up_to_date(from, known, out);
        }
        if self.is_president() {
            self.compare_promises(from, next_bal, out);
        }
    }

    /// A president whose ballot another has not promised to vote in begins a
    /// larger one, if it is because of a larger one; or asks him again.
    fn compare_promises(
        &mut self,
        other: Priest,
        next_bal: Option<BallotNumber>,
        out: &mut Outputs<S>,
    ) {
        match next_bal {
            Some(next_bal) if self.ledger.last_tried < Some(next_bal) => {
                self.receive_refused(next_bal, out);
            }
            _ => self.ask_again(other, next_bal, out),
        }
    }

    /// The highest name presides, but for those who are more than a batch
    /// behind: until they have caught up there would be no president.
    fn is_outranked_by(&self, other: Priest, known: DecreeNumber) -> bool {
        let (mine, batch) = (self.law.through().0, self.settings.batch as u64);
        let is_far_ahead = known.0 > mine.saturating_add(batch);
        is_far_ahead || (other > self.me() && !self.is_far_behind(known))
    }

    /// Whether one who knows so many decrees lacks more than a batch of these.
    pub(super) fn is_far_behind(&self, known: DecreeNumber) -> bool {
        known.0.saturating_add(self.settings.batch as u64) < self.law.through().0
    }

    /// The round lasts for as long as something is voted on, and begins anew
    /// with each success. Who has been succeeded tries again after it.
    pub(super) fn time_the_round(&self, out: &mut Outputs<S>) {
        let office = self.slip.presiding();
        if office.is_some_and(|office| office.polls.is_empty() && !office.is_succeeded) {
            out.cancel_timer(Timer::Round);
        } else if self.is_president() {
            out.set_timer(Timer::Round);
        }
    }
}
