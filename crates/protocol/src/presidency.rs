//! The presidency (leadership, §2.4): which priest presides, and when he begins a ballot. The priest
//! of one decree and the legislator share it: the effects of timers, refusals and presence.

use crate::horizon::Horizon;
use crate::seat::Seat;
use crate::{Ignored, Timer};
use synod_math::{BallotNumber, Priest};
use synod_process::{OutputsOf, Process};

/// What a priest remembers about the presidency. It is volatile.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Presidency {
    pub(crate) is_president: bool,
    pub(crate) horizon: Horizon,
}

impl Presidency {
    /// The presidency of a priest who recovers, and has tried or promised no larger number than this;
    /// `None` is −∞.
    pub(crate) fn of(largest: Option<BallotNumber>) -> Self {
        Self {
            is_president: false,
            horizon: Horizon::of(largest),
        }
    }
}

/// A priest who may preside.
pub(crate) trait Presides:
    Process<Id = Priest, Timer = Timer, Ignored = Ignored, Message: Clone>
{
    fn seat(&self) -> &Seat;

    fn presidency(&mut self) -> &mut Presidency;

    /// lastTried.
    fn last_tried(&self) -> Option<BallotNumber>;

    /// The largest number that he has tried or promised.
    fn largest_number(&self) -> Option<BallotNumber>;

    /// The message Present, with his current state.
    fn present(&self) -> Self::Message;

    /// Whether there is nothing left to be passed.
    fn is_over(&self) -> bool;

    /// Try New Ballot with this number, and Send NextBallot.
    fn try_new_ballot(&mut self, number: BallotNumber, out: &mut OutputsOf<Self>);

    /// The snapshot that he has taken is durable. The priest of one decree takes none.
    fn snapshot_is_durable(&mut self, _: &mut OutputsOf<Self>) {}

    /// Ends his presidency.
    fn step_down(&mut self, out: &mut OutputsOf<Self>);

    /// Sets the timers of a priest who enters the Chamber, for the first time or again.
    fn enter(out: &mut OutputsOf<Self>) {
        out.set_timer(Timer::Presence);
        out.set_timer(Timer::Absence);
    }

    fn time_out(&mut self, timer: Timer, out: &mut OutputsOf<Self>) {
        match timer {
            Timer::Presence => self.tell_presence(out),
            Timer::Absence => self.become_president(out),
            Timer::Round => self.try_again(out),
            Timer::Snapshot => self.snapshot_is_durable(out),
        }
    }

    /// It is time to tell the others that he is present.
    fn tell_presence(&mut self, out: &mut OutputsOf<Self>) {
        self.tell_he_is_present(out);
    }

    /// Each priest tells the others regularly that he is present.
    fn tell_he_is_present(&mut self, out: &mut OutputsOf<Self>) {
        let largest = self.largest_number();
        self.presidency().horizon.move_on(largest);
        self.seat().send(self.seat().others(), &self.present(), out);
        out.set_timer(Timer::Presence);
    }

    /// A priest who outranks him is present: that priest is president, or will be.
    fn give_way(&mut self, out: &mut OutputsOf<Self>) {
        let was_president = std::mem::take(&mut self.presidency().is_president);
        if was_president {
            out.cancel_timer(Timer::Round);
            self.step_down(out);
        }
        out.set_timer(Timer::Absence);
    }

    /// He has heard of no priest who outranks him for T: he becomes president, and begins a ballot.
    fn become_president(&mut self, out: &mut OutputsOf<Self>) {
        self.presidency().is_president = true;
        self.begin_round(None, out);
    }

    /// Answers or votes have taken too long: the president begins another ballot.
    fn try_again(&mut self, out: &mut OutputsOf<Self>) {
        if !self.presidency().is_president {
            return out.ignore(Ignored::NotPresident);
        }
        self.begin_round(None, out);
    }

    /// Another priest's nextBal is higher: the president tries a larger number.
    fn receive_refused(&mut self, next_bal: BallotNumber, out: &mut OutputsOf<Self>) {
        if !self.presidency().is_president {
            return out.ignore(Ignored::NotPresident);
        }
        // Equality is ignored, too: the other priest has promised this very ballot, and refused an
        // older message.
        if self.last_tried() >= Some(next_bal) || self.is_over() {
            return out.ignore(Ignored::StaleRefusal);
        }
        if !self.presidency().horizon.believes(next_bal) {
            return out.ignore(Ignored::BeyondHorizon);
        }
        self.begin_round(Some(next_bal), out);
    }

    /// Begins a ballot with the smallest number of his own that is larger than lastTried and than any
    /// nextBal that he knows of.
    fn begin_round(&mut self, refused_at: Option<BallotNumber>, out: &mut OutputsOf<Self>) {
        if self.is_over() {
            return out.ignore(Ignored::OutcomeKnown);
        }
        let known = self.largest_number().max(refused_at);
        let Some(number) = self.seat().next_number(known) else {
            return out.ignore(Ignored::NoNumberLeft);
        };
        self.try_new_ballot(number, out);
        out.set_timer(Timer::Round);
    }
}
