//! §2.4: who presides, and when he begins a ballot. One presidency for the
//! priest of one decree and for the legislator: what a timer leads to, what a
//! refusal, and who gives way.

use crate::horizon::Horizon;
use crate::seat::Seat;
use crate::{Ignored, Timer};
use synod_math::{BallotNumber, Priest};
use synod_process::{OutputsOf, Process};

/// What a priest remembers of who presides. On his slip.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Presidency {
    pub(crate) is_president: bool,
    pub(crate) horizon: Horizon,
}

impl Presidency {
    /// Of a priest who recovers, and has tried and promised these numbers.
    pub(crate) fn of(numbers: Numbers) -> Self {
        Self {
            is_president: false,
            horizon: Horizon::of(numbers.largest()),
        }
    }
}

/// The numbers in a priest's ledger.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbers {
    pub(crate) last_tried: Option<BallotNumber>,
    pub(crate) next_bal: Option<BallotNumber>,
}

impl Numbers {
    pub(crate) fn largest(self) -> Option<BallotNumber> {
        self.last_tried.max(self.next_bal)
    }
}

/// A priest who may preside.
pub(crate) trait Presides: Process<Id = Priest, Timer = Timer, Ignored = Ignored>
where
    Self::Message: Clone,
{
    fn seat(&self) -> &Seat;

    fn presidency(&mut self) -> &mut Presidency;

    fn numbers(&self) -> Numbers;

    /// Present, as he says it now.
    fn present(&self) -> Self::Message;

    /// Whether there is nothing left to be passed.
    fn is_over(&self) -> bool;

    /// Try New Ballot with this number, and Send NextBallot.
    fn try_new_ballot(&mut self, number: BallotNumber, out: &mut OutputsOf<Self>);

    /// He presides no more.
    fn step_down(&mut self, out: &mut OutputsOf<Self>);

    /// He is there, for the first time or again.
    fn enter(out: &mut OutputsOf<Self>) {
        out.set_timer(Timer::Presence);
        out.set_timer(Timer::Absence);
    }

    fn time_out(&mut self, timer: Timer, out: &mut OutputsOf<Self>) {
        match timer {
            Timer::Presence => self.tell_presence(out),
            Timer::Absence => self.become_president(out),
            Timer::Round => self.try_again(out),
        }
    }

    /// Each priest tells the others regularly that he is present.
    fn tell_presence(&mut self, out: &mut OutputsOf<Self>) {
        let largest = self.numbers().largest();
        self.presidency().horizon.move_on(largest);
        self.seat().send(self.seat().others(), &self.present(), out);
        out.set_timer(Timer::Presence);
    }

    /// One who outranks him is present: that one is, or will be, president.
    fn give_way(&mut self, out: &mut OutputsOf<Self>) {
        let was_president = std::mem::take(&mut self.presidency().is_president);
        if was_president {
            out.cancel_timer(Timer::Round);
            self.step_down(out);
        }
        out.set_timer(Timer::Absence);
    }

    /// Nobody who outranks him for T: he is president, and begins a ballot.
    fn become_president(&mut self, out: &mut OutputsOf<Self>) {
        self.presidency().is_president = true;
        self.begin_round(None, out);
    }

    /// What is voted on has not come to its end in the time that it needs:
    /// another ballot.
    fn try_again(&mut self, out: &mut OutputsOf<Self>) {
        if !self.presidency().is_president {
            return out.ignore(Ignored::NotPresident);
        }
        self.begin_round(None, out);
    }

    /// Somebody's nextBal is higher: the president tries a larger number.
    fn receive_refused(&mut self, next_bal: BallotNumber, out: &mut OutputsOf<Self>) {
        if !self.presidency().is_president {
            return out.ignore(Ignored::NotPresident);
        }
        // His own last try is no news either: a late message of his made it known.
        if self.numbers().last_tried >= Some(next_bal) || self.is_over() {
            return out.ignore(Ignored::StaleRefusal);
        }
        if !self.presidency().horizon.believes(next_bal) {
            return out.ignore(Ignored::BeyondHorizon);
        }
        self.begin_round(Some(next_bal), out);
    }

    /// A ballot with the smallest number of his own that is larger than
    /// lastTried, and than any nextBal he knows of.
    fn begin_round(&mut self, refused_at: Option<BallotNumber>, out: &mut OutputsOf<Self>) {
        if self.is_over() {
            return out.ignore(Ignored::OutcomeKnown);
        }
        let known = self.numbers().largest().max(refused_at);
        let Some(number) = self.seat().next_number(known) else {
            return out.ignore(Ignored::NoNumberLeft);
        };
        self.try_new_ballot(number, out);
        out.set_timer(Timer::Round);
    }
}
