//! §2.4: the priest of one decree. He takes steps 2 to 6 as soon as he can; step 1
//! only as president.

use crate::basic::Basic;
use crate::ledger::{Ledger, Note};
use crate::message::Message;
use crate::output::{Action, Input, Outputs};
use crate::presidency::{Numbers, Presidency, Presides};
use crate::seat::{Seat, only};
use crate::{Ignored, Timer};
use std::sync::Arc;
use synod_math::{BallotNumber, Priest, Quorums};
use synod_process::{Process, records_come_first};

/// The priest of one decree: he keeps to the basic protocol, and knows when to
/// act.
///
/// Safety holds for any timing, loss, duplication, delay and any number of
/// crashes. Progress needs a majority set present and a single president for
/// the time of a ballot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Complete<D> {
    basic: Basic<D>,
    presidency: Presidency,
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
        let priest = Self {
            presidency: Presidency::of(ledger.numbers()),
            basic: Basic::new(me, Arc::clone(quorums), ledger),
        };
        let mut out = Outputs::new();
        Self::enter(&mut out);
        (priest, out)
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
        self.presidency.is_president
    }

    fn propose(&mut self, decree: D, out: &mut Outputs<D>) {
        if self.is_over() {
            return out.ignore(Ignored::OutcomeKnown);
        }
        self.basic.propose(decree, out);
    }

    fn receive(&mut self, from: Priest, message: Message<D>, out: &mut Outputs<D>) {
        if matches!(message, Message::Present { .. }) && from > self.basic.me() {
            self.give_way(out);
        }
        if let Some(outcome) = self.outcome_to_tell(&message) {
            return self.basic.send_success(only(from), outcome, out);
        }
        match message {
            Message::NextBallot { number } if !self.presidency.horizon.believes(number) => {
                out.ignore(Ignored::BeyondHorizon);
            }
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

    fn receive_own_messages(&mut self, out: &mut Outputs<D>) {
        let me = self.basic.me();
        while let Some(message) = out.next_to_self() {
            self.basic.receive(me, message, out);
        }
        // What he refuses or ignores of his own is no news to anybody.
    }
}

impl<D: Clone + Eq> Presides for Complete<D> {
    fn seat(&self) -> &Seat {
        &self.basic.seat
    }

    fn presidency(&mut self) -> &mut Presidency {
        &mut self.presidency
    }

    fn numbers(&self) -> Numbers {
        self.basic.ledger.numbers()
    }

    fn present(&self) -> Message<D> {
        Message::Present {
            knows_outcome: self.is_over(),
        }
    }

    fn is_over(&self) -> bool {
        self.basic.ledger.outcome.is_some()
    }

    fn try_new_ballot(&mut self, number: BallotNumber, out: &mut Outputs<D>) {
        self.basic.try_new_ballot(number, out);
    }

    fn step_down(&mut self, _: &mut Outputs<D>) {}
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
