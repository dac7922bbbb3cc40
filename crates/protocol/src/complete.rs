//! The complete protocol (§2.4): single-decree Paxos. The priest takes steps 2 to 6 as soon as he
//! can, and step 1 only as president (leader).

use crate::basic::Basic;
use crate::ledger::{Ledger, Note};
use crate::message::Message;
use crate::output::{Action, Input, Output, Outputs};
use crate::presidency::{Presidency, Presides};
use crate::seat::{Seat, only};
use crate::{Ignored, Timer};
use std::sync::Arc;
use synod_math::{BallotNumber, Priest, Quorums};
use synod_process::{Process, records_come_first};

/// The priest of one decree: he follows the basic protocol, and decides when to act.
///
/// Safety: no two priests learn different decrees, whatever messages are lost, repeated or
/// delayed, and whenever priests crash. Progress needs a majority set of present priests, and a
/// single president for as long as a ballot takes (at most 5Δ, where Δ is the delay of a message).
///
/// # Examples
/// A priest who is alone is a majority: he passes his decree at once.
///
/// ```
/// use std::sync::Arc;
/// use synod_math::{Priest, Quorums};
/// use synod_process::{Input, Output, Process};
/// use synod_protocol::{Complete, Ledger, Timer};
///
/// let quorums = Arc::new(Quorums::majority(1)?);
/// let me = Priest::new(0).ok_or("there are at most 64 priests")?;
/// let (mut priest, _) = Complete::recover(&quorums, me, Ledger::new());
/// priest.handle(Input::Propose('a'));
/// let out = priest.handle(Input::Timeout(Timer::Absence));
/// assert!(out.outputs.contains(&Output::Tell('a')));
/// assert_eq!(priest.basic().ledger().outcome, Some('a'));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
            presidency: Presidency::of(ledger.largest_number()),
            basic: Basic::new(me, Arc::clone(quorums), ledger),
        };
        let mut out = Outputs::new();
        Self::enter(&mut out);
        (priest, out)
    }

    /// Takes one input. O(n) outputs, where n is the number of priests.
    fn handle(&mut self, input: Input<D>) -> Outputs<D> {
        let mut out = Outputs::new();
        match input {
            Input::Receive { from, message } => self.receive(from, message, &mut out),
            Input::Timeout(timer) => self.time_out(timer, &mut out),
            Input::Propose(decree) => self.propose(decree, &mut out),
        }
        self.receive_own_messages(&mut out);
        self.time_the_votes(&mut out);
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
    /// The inner priest of the basic protocol (§2.3).
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

    /// The outcome, if it is known and the message asks for something: its sender is then told the
    /// outcome instead (§2.4).
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
        // A refusal of his own message is not sent, and an ignored one is not reported.
    }

    /// The timer of the round begins anew when he starts polling: the votes have as much time as the
    /// answers to NextBallot had. But not if he has promised a larger ballot and so has not voted
    /// himself: without his vote this one does not pass.
    fn time_the_votes(&self, out: &mut Outputs<D>) {
        let begins = |output: &Output<D>| matches!(output, Output::Did(Action::StartPolling(..)));
        let ledger = &self.basic.ledger;
        let may_pass = ledger.outcome.is_none() && ledger.prev_bal() == ledger.last_tried;
        if self.is_president() && may_pass && out.outputs.iter().any(begins) {
            out.set_timer(Timer::Round);
        }
    }
}

impl<D: Clone + Eq> Presides for Complete<D> {
    fn seat(&self) -> &Seat {
        &self.basic.seat
    }

    fn presidency(&mut self) -> &mut Presidency {
        &mut self.presidency
    }

    fn last_tried(&self) -> Option<BallotNumber> {
        self.basic.ledger.last_tried
    }

    fn largest_number(&self) -> Option<BallotNumber> {
        self.basic.ledger.largest_number()
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

/// Whether the message says what the note records: then the note must be durable before the message
/// is sent.
fn depends_on<D: Eq>(message: &Message<D>, note: &Note<D>) -> bool {
    match (message, note) {
        (Message::NextBallot { number }, Note::LastTried(tried)) => number == tried,
        (Message::LastVote { number, .. }, Note::NextBal(promised)) => number == promised,
        (Message::Voted { number, .. }, Note::PrevVote(cast)) => *number == cast.number,
        (Message::Success { decree }, Note::Outcome(outcome)) => decree == outcome,
        _ => false,
    }
}
