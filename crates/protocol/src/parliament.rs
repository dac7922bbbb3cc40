//! §3: the multi-decree parliament. An instance of the synod protocol for each
//! decree number, with one president, one ballot number and one nextBal for
//! all of them.
//!
//! ```text
//! request ─→ propose ─→ BeginBallot ─→ Voted ─→ outcome ─→ law ─→ answer
//! ```
//!
//! | file | paper |
//! |---|---|
//! | [`decree`] | §3.1: decrees, their numbers, the olive day; §4: requests |
//! | [`message`] | §3.1: what legislators send each other |
//! | [`ledger`] | what a crash leaves (ledger), and what it does not (slip) |
//! | [`law`] | §4: the state after the longest gap-free prefix of decrees |
//! | [`output`] | what a driver has to do |
//! | [`settings`] | limits |
//! | [`variant`] | what §3.1 leaves open: the order of votes, and who hears of them |
//! | `president` | §2.4: who gives way when there are many decrees |
//! | `electing` | §3.1: steps 1 and 2, once for all numbers; what follows from the answers |
//! | `passing` | §3.1: steps 3 to 6, for each number |
//! | `requests` | §3.1, §4: who asks, who is told |
//! | `catching_up` | §3.1: of a legislator who was away |

mod catching_up;
pub mod decree;
mod electing;
pub mod law;
pub mod ledger;
pub mod message;
pub mod output;
mod passing;
mod president;
mod requests;
pub mod settings;
pub mod variant;

pub use decree::{Decree, DecreeNumber, Request, RequestId};
pub use law::Law;
pub use ledger::{Ledger, Note, Slip};
pub use message::{Message, Told};
pub use output::{Action, Answer, Declined, Input, News, Output, Outputs};
pub use settings::{Parliament, Settings};
pub use variant::{Chosen, Order, Shipped, Variant, VotedTo};

use crate::horizon::REACH;
use crate::presidency::{Presidency, Presides as _};
use crate::seat::Seat;
use crate::state_machine::StateMachine;
use crate::{Ignored, Timer};
use std::collections::VecDeque;
use std::sync::Arc;
use synod_math::Priest;
use synod_process::{Process, records_come_first};

/// A legislator, whose law is the state of an `S`.
///
/// Safety holds for any timing, loss, duplication, delay and any number of
/// crashes. Progress needs a majority set present and a single president for
/// the time of a ballot.
///
/// Memory: the ledger and the law grow with what is passed; all else is bounded
/// by [`Settings`] and the number of legislators.
///
/// Two legislators of the same parliament are equal if all but the parliament
/// is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Legislator<S: StateMachine, V = Shipped> {
    seat: Seat,
    settings: Settings,
    variant: V,
    ledger: Ledger<S::Command>,
    slip: Slip<S::Command>,
    presidency: Presidency,
    waiting: VecDeque<Request<S::Command>>,
    law: Law<S>,
}

impl<S: StateMachine, V: Variant> Process for Legislator<S, V> {
    type Id = Priest;
    type Settings = Parliament<V>;
    type Ledger = Ledger<S::Command>;
    type Message = Message<S::Command>;
    type Request = Request<S::Command>;
    type Timer = Timer;
    type Record = Note<S::Command>;
    type News = News<S::Command, S::Response>;
    type Action = Action<S::Command>;
    type Ignored = Ignored;

    /// The law is what the ledger says, and is not told again. O(decrees).
    fn recover(
        parliament: &Parliament<V>,
        me: Priest,
        ledger: Ledger<S::Command>,
    ) -> (Self, Outputs<S>) {
        let mut law = Law::default();
        while let Some(decree) = ledger.decrees.get(&law.through().next()) {
            law.pass(decree);
        }
        let legislator = Self {
            seat: Seat {
                me,
                quorums: Arc::clone(&parliament.quorums),
            },
            settings: parliament.settings,
            variant: parliament.variant.clone(),
            presidency: Presidency::of(ledger.numbers()),
            ledger,
            slip: Slip::Idle,
            waiting: VecDeque::new(),
            law,
        };
        let mut out = Outputs::<S>::new();
        Self::enter(&mut out);
        (legislator, out)
    }

    /// Takes one input. O(n) outputs for each decree that it moves on.
    fn handle(&mut self, input: Input<S::Command>) -> Outputs<S> {
        let mut out = Outputs::<S>::new();
        match input {
            Input::Receive { from, message } => self.receive(from, message, &mut out),
            Input::Timeout(timer) => self.time_out(timer, &mut out),
            Input::Propose(request) => self.propose(request, &mut out),
        }
        while let Some(message) = out.next_to_self() {
            self.receive(self.me(), message, &mut out);
        }
        debug_assert!(
            records_come_first(&out.outputs, depends_on),
            "every Record comes before the Sends that depend on it"
        );
        out
    }

    fn apply(ledger: &mut Ledger<S::Command>, note: Note<S::Command>) {
        ledger.record(note);
    }
}

impl<S: StateMachine, V> Legislator<S, V> {
    /// Who this is.
    pub const fn me(&self) -> Priest {
        self.seat.me
    }

    /// The ledger. What is durable agrees with it once the outputs so far are
    /// carried out.
    pub const fn ledger(&self) -> &Ledger<S::Command> {
        &self.ledger
    }

    /// The slip.
    pub const fn slip(&self) -> &Slip<S::Command> {
        &self.slip
    }

    /// The law as this legislator knows it.
    pub const fn law(&self) -> &Law<S> {
        &self.law
    }

    /// Whether he considers himself president.
    pub const fn is_president(&self) -> bool {
        self.presidency.is_president
    }

    /// Whom he takes for president: himself, or who had his last promise.
    pub fn president(&self) -> Option<Priest> {
        if self.is_president() {
            return Some(self.me());
        }
        let owner = self.ledger.next_bal.and_then(|b| self.seat.owner(b));
        owner.filter(|&owner| owner != self.me())
    }

    /// The requests that wait for a place in flight.
    pub const fn waiting(&self) -> &VecDeque<Request<S::Command>> {
        &self.waiting
    }
}

impl<S: StateMachine, V: Variant> Legislator<S, V> {
    fn receive(&mut self, from: Priest, message: Message<S::Command>, out: &mut Outputs<S>) {
        if from != self.me() && self.is_beyond_reach(&message) {
            return out.ignore(Ignored::BeyondHorizon);
        }
        match message {
            Message::NextBallot { number, known } => {
                self.receive_next_ballot(from, number, known, out);
            }
            Message::LastVote {
                number,
                above,
                told,
                missing,
            } => self.receive_last_vote(from, (number, above), told, &missing, out),
            Message::BeginBallot {
                number,
                at,
                decree,
                quorum,
                passed,
            } => {
                self.receive_passed(number, passed, out);
                self.receive_begin_ballot(from, (number, at), decree, (quorum, passed), out);
            }
            Message::Voted { number, at, priest } => self.receive_voted(number, at, priest, out),
            Message::Success { at, decree } => self.receive_success(at, decree, out),
            Message::Refused { next_bal } => self.receive_refused(next_bal, out),
            Message::Present { known, next_bal } => {
                self.receive_present(from, known, next_bal, out);
            }
            Message::Forwarded { request } => self.receive_forwarded(from, request, out),
            Message::Declined { id, why } => out.tell(News::Declined { id, why }),
        }
    }

    /// Whether it is about a decree that nobody can have come to: see
    /// [`horizon`](crate::horizon).
    fn is_beyond_reach(&self, message: &Message<S::Command>) -> bool {
        let furthest = match message {
            Message::BeginBallot { at, .. } | Message::Success { at, .. } => Some(at),
            Message::LastVote { told, .. } => told.keys().next_back(),
            _ => None,
        };
        furthest.is_some_and(|at| at.0.saturating_sub(self.law.through().0) > REACH)
    }

    fn record(&mut self, note: Note<S::Command>, out: &mut Outputs<S>) {
        self.ledger.record(note.clone());
        out.record(note);
    }
}

/// Whether the message says what the note records.
fn depends_on<C: Eq>(message: &Message<C>, note: &Note<C>) -> bool {
    match (message, note) {
        (Message::NextBallot { number, .. }, Note::LastTried(tried)) => number == tried,
        (Message::LastVote { number, .. }, Note::NextBal(promised)) => number == promised,
        (Message::LastVote { told, .. }, Note::Outcome(at, _)) => {
            matches!(told.get(at), Some(Told::Passed(_)))
        }
        (Message::Voted { number, at, .. }, Note::PrevVote(of, cast)) => {
            (*number, at) == (cast.number, of)
        }
        (Message::BeginBallot { passed, .. }, Note::Outcome(at, _)) => at <= passed,
        (Message::Success { at, .. }, Note::Outcome(of, _)) => at == of,
        (
            Message::NextBallot { known, .. } | Message::Present { known, .. },
            Note::Outcome(at, _),
        ) => at <= known,
        _ => false,
    }
}
