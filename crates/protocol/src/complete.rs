//! §2.4: the complete protocol. Steps 2 to 6 are taken as soon as they can be;
//! step 1 only by the president.

use crate::basic::Basic;
use crate::horizon::Horizon;
use crate::ledger::{Ledger, Note};
use crate::message::Message;
use crate::output::{Action, Input, Outputs};
use crate::{Ignored, Timer};
use std::sync::Arc;
use synod_math::{BallotNumber, Priest, PriestSet, Quorums};
use synod_process::{Process, records_come_first};

/// A process of the complete protocol.
///
/// Safety holds for any timing, loss, duplication, delay and any number of
/// crashes. Progress needs a majority set present and a single president for
/// the time of a ballot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Complete<D> {
    basic: Basic<D>,
    is_president: bool,
    horizon: Horizon,
}

impl<D: Clone + Eq> Process for Complete<D> {
    type Id = Priest;
    type Settings = Arc<Quorums>;
    type Ledger = Ledger<D>;
    type Message = Message<D>;
    type Request = D;
    type Timer = Timer;
    type Record = Note<D>;
    /// The decree that is passed.
    type News = D;
    type Action = Action<D>;
    type Ignored = Ignored;

    fn recover(quorums: &Arc<Quorums>, me: Priest, ledger: Ledger<D>) -> (Self, Outputs<D>) {
        let process = Self {
            horizon: Horizon::of(ledger.last_tried.max(ledger.next_bal)),
            basic: Basic::new(me, Arc::clone(quorums), ledger),
            is_president: false,
        };
        let mut out = Outputs::new();
        out.set_timer(Timer::Presence);
        out.set_timer(Timer::Absence);
        (process, out)
    }

    /// Takes one input. O(n) outputs.
    fn handle(&mut self, input: Input<D>) -> Outputs<D> {
        let mut out = Outputs::new();
        match input {
            Input::Receive { from, message } => self.receive(from, message, &mut out),
            Input::Timeout(timer) => self.time_out(timer, &mut out),
            Input::Propose(decree) => self.propose(decree, &mut out),
        }
        self.receive_own_messages(&mut out);
        debug_assert!(
            records_come_first(&out.outputs, depends_on),
            "every Record comes before the Sends that depend on it"
        );
        out
    }

    fn apply(ledger: &mut Ledger<D>, note: Note<D>) {
        ledger.record(note);
    }
}

impl<D: Clone + Eq> Complete<D> {
    /// The priest of §2.3 within.
    pub const fn basic(&self) -> &Basic<D> {
        &self.basic
    }

    /// Whether he considers himself president.
    pub const fn is_president(&self) -> bool {
        self.is_president
    }

    fn propose(&mut self, decree: D, out: &mut Outputs<D>) {
        if self.basic.ledger.outcome.is_some() {
            return out.ignore(Ignored::OutcomeKnown);
        }
        self.basic.propose(decree, out);
    }

    fn receive(&mut self, from: Priest, message: Message<D>, out: &mut Outputs<D>) {
        if let Message::Present { .. } = message {
            self.receive_present(from, out);
        }
        if let Some(outcome) = self.outcome_to_tell(&message) {
            let asker = PriestSet::EMPTY.with(from);
            return self.basic.send_success(asker, outcome, out);
        }
        match message {
            Message::NextBallot { number } | Message::Refused { next_bal: number }
                if !self.horizon.believes(number) =>
            {
                out.ignore(Ignored::BeyondHorizon);
            }
            Message::Present { .. } => {}
            Message::Refused { next_bal } => self.receive_refused(next_bal, out),
            message => self.basic.receive(from, message, out),
        }
    }

    /// Once the outcome is known, who asks for anything is told.
    fn outcome_to_tell(&self, message: &Message<D>) -> Option<D> {
        let asks = match message {
            Message::NextBallot { .. } | Message::BeginBallot { .. } => true,
            Message::Present { knows_outcome } => !knows_outcome,
            _ => false,
        };
        self.basic.ledger.outcome.clone().filter(|_| asks)
    }

    /// A priest with a higher name is present: he is, or will be, president.
    fn receive_present(&mut self, from: Priest, out: &mut Outputs<D>) {
        if from < self.basic.me() {
            return;
        }
        if self.is_president {
            self.is_president = false;
            out.cancel_timer(Timer::Round);
        }
        out.set_timer(Timer::Absence);
    }

    /// Somebody's nextBal is higher: the president tries a larger number.
    fn receive_refused(&mut self, next_bal: BallotNumber, out: &mut Outputs<D>) {
        if !self.is_president {
            return out.ignore(Ignored::NotPresident);
        }
        // His own last try is no news either: a late message of his made it known.
        if self.basic.ledger.last_tried >= Some(next_bal) || self.basic.ledger.outcome.is_some() {
            return out.ignore(Ignored::StaleRefusal);
        }
        self.begin_round(Some(next_bal), out);
    }

    fn time_out(&mut self, timer: Timer, out: &mut Outputs<D>) {
        match timer {
            Timer::Presence => self.tell_presence(out),
            Timer::Absence => self.become_president(out),
            Timer::Round => self.try_again(out),
        }
    }

    /// Each priest tells the others regularly that he is present.
    fn tell_presence(&mut self, out: &mut Outputs<D>) {
        let ledger = &self.basic.ledger;
        let largest = ledger.last_tried.max(ledger.next_bal);
        self.horizon.move_on(largest);
        let knows_outcome = self.basic.ledger.outcome.is_some();
        for to in self.basic.others() {
            let message = Message::Present { knows_outcome };
            out.send(to, message);
        }
        out.set_timer(Timer::Presence);
    }

    /// Nobody with a higher name for T: he is president, and begins a ballot.
    fn become_president(&mut self, out: &mut Outputs<D>) {
        self.is_president = true;
        self.begin_round_unless_passed(out);
    }

    /// The ballot has not come to its end in the time that it needs: another.
    fn try_again(&mut self, out: &mut Outputs<D>) {
        if !self.is_president {
            return out.ignore(Ignored::NotPresident);
        }
        self.begin_round_unless_passed(out);
    }

    fn begin_round_unless_passed(&mut self, out: &mut Outputs<D>) {
        if self.basic.ledger.outcome.is_some() {
            return out.ignore(Ignored::OutcomeKnown);
        }
        self.begin_round(None, out);
    }

    fn begin_round(&mut self, refused_at: Option<BallotNumber>, out: &mut Outputs<D>) {
        self.basic.try_new_ballot(refused_at, out);
        out.set_timer(Timer::Round);
    }

    fn receive_own_messages(&mut self, out: &mut Outputs<D>) {
        let me = self.basic.me();
        while let Some(message) = out.next_to_self() {
            self.basic.receive(me, message, out);
        }
        // What he refuses or ignores of his own is no news to anybody.
    }
}

/// Whether the message says what the note records.
fn depends_on<D: Eq>(message: &Message<D>, note: &Note<D>) -> bool {
    match (message, note) {
        (Message::NextBallot { number }, Note::LastTried(tried)) => number == tried,
        (Message::LastVote { number, .. }, Note::NextBal(promised)) => number == promised,
        (Message::Voted { number, .. }, Note::PrevVote(cast)) => *number == cast.number,
        (Message::Success { decree }, Note::Outcome(outcome)) => decree == outcome,
        _ => false,
    }
}
