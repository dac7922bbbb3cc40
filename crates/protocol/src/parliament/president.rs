//! §2.4: who presides, and when he begins a ballot. As for one decree, but that
//! a president has something to do for as long as he is one.

use super::decree::DecreeNumber;
use super::ledger::Slip;
use super::message::Message;
use super::{Legislator, Outputs};
use crate::state_machine::StateMachine;
use crate::{Ignored, Timer};
use synod_math::{BallotNumber, Priest};

impl<S: StateMachine> Legislator<S> {
    pub(super) fn time_out(&mut self, timer: Timer, out: &mut Outputs<S>) {
        match timer {
            Timer::Presence => self.tell_presence(out),
            Timer::Absence => self.become_president(out),
            Timer::Round => self.try_again(out),
        }
    }

    /// Each legislator tells the others regularly that he is present, how far
    /// his ledger is complete, and what he has promised.
    fn tell_presence(&mut self, out: &mut Outputs<S>) {
        self.horizon.move_on(self.ledger.largest_number());
        let message = Message::Present {
            known: self.law.through(),
            next_bal: self.ledger.next_bal,
        };
        self.send(self.others(), &message, out);
        out.set_timer(Timer::Presence);
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
        if next_bal.is_some_and(|next_bal| !self.horizon.believes(next_bal)) {
            out.ignore(Ignored::BeyondHorizon);
        }
        let gives_way = self.is_outranked_by(from, known);
        if gives_way {
            self.leave_office(out);
            out.set_timer(Timer::Absence);
        }
        if gives_way || self.is_president {
            self.bring_up_to_date(from, known, out);
        }
        if self.is_president {
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
        is_far_ahead || (other > self.me && !self.is_far_behind(known))
    }

    /// Whether one who knows so many decrees lacks more than a batch of these.
    pub(super) fn is_far_behind(&self, known: DecreeNumber) -> bool {
        known.0.saturating_add(self.settings.batch as u64) < self.law.through().0
    }

    fn leave_office(&mut self, out: &mut Outputs<S>) {
        if self.is_president {
            self.is_president = false;
            out.cancel_timer(Timer::Round);
            self.decline_all(out);
        }
    }

    /// Nobody with a higher name for T: he is president, and begins a ballot.
    fn become_president(&mut self, out: &mut Outputs<S>) {
        self.is_president = true;
        self.try_new_ballot(None, out);
    }

    /// The ballots have not come to their end in the time that they need:
    /// another.
    fn try_again(&mut self, out: &mut Outputs<S>) {
        if !self.is_president {
            return out.ignore(Ignored::NotPresident);
        }
        self.try_new_ballot(None, out);
    }

    /// Somebody's nextBal is higher: the president tries a larger number.
    pub(super) fn receive_refused(&mut self, next_bal: BallotNumber, out: &mut Outputs<S>) {
        if !self.is_president {
            return out.ignore(Ignored::NotPresident);
        }
        // His own last try is no news either: a late message of his made it known.
        if self.ledger.last_tried >= Some(next_bal) {
            return out.ignore(Ignored::StaleRefusal);
        }
        if !self.horizon.believes(next_bal) {
            return out.ignore(Ignored::BeyondHorizon);
        }
        self.try_new_ballot(Some(next_bal), out);
    }

    /// The round lasts for as long as something is voted on, and begins anew
    /// with each success. Who has been succeeded tries again after it.
    pub(super) fn time_the_round(&self, out: &mut Outputs<S>) {
        let is_over = match &self.slip {
            Slip::Presiding(office) => office.polls.is_empty() && !office.is_succeeded,
            Slip::Idle | Slip::Trying { .. } => false,
        };
        if is_over {
            out.cancel_timer(Timer::Round);
        } else if self.is_president {
            out.set_timer(Timer::Round);
        }
    }

    /// owner(b), if he is of this parliament.
    pub(super) fn owner(&self, number: BallotNumber) -> Option<Priest> {
        let priests = self.quorums.priests().len() as u64;
        Priest::new((number.0 % priests) as usize)
    }

    /// The smallest number of his own that is larger than lastTried, and than
    /// any nextBal he knows of.
    pub(super) fn next_number(&self, refused_at: Option<BallotNumber>) -> Option<BallotNumber> {
        let known = [self.ledger.last_tried, self.ledger.next_bal, refused_at];
        let largest = known.into_iter().max().flatten();
        crate::basic::next_number(self.me, self.quorums.priests().len(), largest)
    }
}
