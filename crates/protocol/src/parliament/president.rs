//! The presidency (§2.4) for many decrees. It is like that for one decree, except that a president always
//! has something to do, and that a legislator who is far behind does not preside.

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

    /// Tells how far his ledger is complete, and what he has promised.
    fn present(&self) -> Message<S> {
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

    fn snapshot_is_durable(&mut self, out: &mut Outputs<S>) {
        self.keep_snapshot(out);
    }

    fn tell_presence(&mut self, out: &mut Outputs<S>) {
        if self.is_learner() {
            self.ask_to_be_readmitted(out);
            return out.set_timer(Timer::Presence);
        }
        self.tell_he_is_present(out);
    }

    fn step_down(&mut self, out: &mut Outputs<S>) {
        self.decline_all(out);
    }
}

impl<S: StateMachine, V: Variant> Legislator<S, V> {
    /// The timer that runs because of another legislator, if there is one: the round of a ballot that
    /// needs his vote, or the absence of the president, if he is president. A driver that knows that the
    /// other process has ended need not wait for this timer.
    pub fn waits_for(&self, other: Priest) -> Option<Timer> {
        let office = self.slip.presiding();
        if self.is_president() && office.is_some_and(|office| office.quorum.contains(other)) {
            return Some(Timer::Round);
        }
        (self.president() == Some(other)).then_some(Timer::Absence)
    }

    /// Receives Present. If the sender outranks this legislator, he is president, or will be, and this
    /// legislator gives way. A sender who is behind is sent decrees by the president, and by every
    /// legislator who gives way to him. Otherwise three legislators could give way to each other in a
    /// circle for ever: the last one to the first, who is far ahead of him.
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

    /// What a president does about a legislator who has not promised his ballot: if it is because of a
    /// larger ballot, he begins one that is larger still; otherwise he asks again.
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

    /// Whether another legislator should preside rather than this one. The highest name should, except
    /// legislators who are more than a batch behind: there would be no president until they have caught
    /// up.
    fn is_outranked_by(&self, other: Priest, known: DecreeNumber) -> bool {
        let (mine, batch) = (self.law.through().0, self.settings.batch as u64);
        let is_far_ahead = known.0 > mine.saturating_add(batch);
        is_far_ahead || (other > self.me() && !self.is_far_behind(known))
    }

    /// Whether a legislator who knows the decrees up to `known` lacks more than a batch of this law.
    pub(super) fn is_far_behind(&self, known: DecreeNumber) -> bool {
        known.0.saturating_add(self.settings.batch as u64) < self.law.through().0
    }

    /// The votes have as much time as the answers to NextBallot had. But not if he has promised a larger
    /// ballot and so cannot vote himself: without his vote these ballots do not pass, and the time of the
    /// answers goes on.
    pub(super) fn time_the_votes(&self, out: &mut Outputs<S>) {
        let polls_in_vain = self.slip.presiding().is_some_and(|office| {
            !office.polls.is_empty() && self.ledger.next_bal > self.ledger.last_tried
        });
        if !polls_in_vain {
            self.time_the_round(out);
        }
    }

    /// Sets or cancels the timer of the round: it runs while a decree is being voted on, and starts anew
    /// with each decree that is passed. A president who has been succeeded tries again when it runs out.
    pub(super) fn time_the_round(&self, out: &mut Outputs<S>) {
        let office = self.slip.presiding();
        if office.is_some_and(|office| office.polls.is_empty() && !office.is_succeeded) {
            out.cancel_timer(Timer::Round);
        } else if self.is_president() {
            out.set_timer(Timer::Round);
        }
    }
}
