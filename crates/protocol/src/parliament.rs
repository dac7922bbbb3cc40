//! The parliament of many decrees (§3): Multi-Paxos. It has an instance of the synod protocol for each
//! decree number, and one president, one ballot number and one nextBal for all instances.
//!
//! [`Legislator`] is the process. Its page has an example; the other items here are the types of its
//! settings, inputs, outputs and state, and are used there.
//!
//! ```text
//! request ─→ propose ─→ BeginBallot ─→ Voted ─→ outcome ─→ law ─→ answer
//! ```
//!
//! | module | content | paper |
//! |---|---|---|
//! | [`decree`] | decrees, their numbers, the olive day (no-op), requests | §3.1, §4 |
//! | [`message`] | the messages between legislators | §3.1 |
//! | [`ledger`] | durable state (ledger) and volatile state (slip) | §3.1 |
//! | [`law`] | the state of the machine after the longest prefix of decrees without a gap | §4 |
//! | [`output`] | types of inputs and outputs | |
//! | [`settings`] | the quorums and limits of a parliament | |
//! | [`variant`] | the choices that §3.1 leaves open: the order of votes, and the receivers of Voted | §3.1 |
//! | `president` | the presidency (leadership) when there are many decrees | §2.4 |
//! | `electing` | steps 1 and 2, once for all numbers, and what follows from the answers | §3.1 |
//! | `passing` | steps 3 to 6, for each number | §3.1 |
//! | `requests` | the way of a request to the president, and of its answer to the client | §3.1, §4 |
//! | `catching_up` | decrees for a legislator who was away | §3.1 |
//! | `rejoining` | a legislator who has lost his ledger | §3.3.5 |
//! | `snapshots` | the law instead of the decrees that led to it | §3.3.2 |

mod catching_up;
pub mod decree;
mod electing;
pub mod law;
pub mod ledger;
pub mod message;
pub mod output;
mod passing;
mod president;
mod rejoining;
mod requests;
pub mod settings;
mod snapshots;
pub mod variant;

pub use decree::{Declined, Decree, DecreeNumber, Request, RequestId};
pub use law::{Answer, Law, LawEntry};
pub use ledger::{Ledger, Life, Note, Slip};
pub use message::{Message, Told};
pub use output::{Action, Input, News, Output, Outputs};
pub use settings::{Parliament, Settings};
pub use variant::{Chosen, Order, Shipped, Variant, VotedTo};

use crate::horizon::REACH;
use crate::presidency::{Presidency, Presides as _};
use crate::seat::Seat;
use crate::state_machine::StateMachine;
use crate::{Ignored, Timer};
use electing::LastVote;
use rejoining::Learning;
use std::collections::VecDeque;
use std::sync::Arc;
use synod_math::Priest;
use synod_process::{Process, records_come_first};

/// A legislator: a replica of the state machine `S`, whose state is the law.
///
/// Safety: no two legislators ever hold different decrees of the same number, whatever messages are
/// lost, repeated or delayed, and whenever legislators crash. Progress needs a majority set of present
/// legislators, and a single president for as long as a ballot takes.
///
/// Memory: the law grows with the state of the machine, and so do the snapshot and the ledger, which has the
/// decrees since the last snapshot. Everything else is bounded by [`Settings`] and the number of legislators.
/// Without snapshots the ledger grows with the decrees that are passed.
///
/// Equality ignores the quorums: compare legislators of one parliament only.
///
/// # Examples
/// A parliament of one, whose law is a register:
///
/// ```
/// use std::sync::Arc;
/// use synod_math::{Priest, Quorums};
/// use synod_process::{Input, Process};
/// use synod_protocol::Timer;
/// use synod_protocol::parliament::{Ledger, Legislator, Parliament, Request, RequestId};
/// use synod_protocol::parliament::{DecreeNumber, Settings, Shipped};
/// use synod_protocol::state_machine::register::{Command, Register};
///
/// let parliament = Parliament {
///     quorums: Arc::new(Quorums::majority(1)?),
///     settings: Settings::DEFAULT,
///     variant: Shipped,
/// };
/// let me = Priest::new(0).ok_or("there are at most 64 priests")?;
/// let (mut legislator, _) = Legislator::<Register<char>>::recover(&parliament, me, Ledger::new());
/// legislator.handle(Input::Timeout(Timer::Absence)); // He becomes president.
/// let id = RequestId { client: 7, sequence: 1 };
/// legislator.handle(Input::Propose(Request { id, command: Command::Write('a') }));
/// assert_eq!(legislator.law().through(), DecreeNumber(1));
///
/// // A crash leaves the ledger. The law follows from it.
/// let ledger = legislator.ledger().clone();
/// let (again, _) = Legislator::<Register<char>>::recover(&parliament, me, ledger);
/// assert_eq!(again.law().state().value, Some('a'));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Legislator<S: StateMachine, V = Shipped> {
    seat: Seat,
    settings: Settings,
    variant: V,
    ledger: Ledger<S>,
    slip: Slip<S::Command>,
    presidency: Presidency,
    waiting: VecDeque<Request<S::Command>>,
    /// The size of these requests together.
    waiting_size: usize,
    law: Law<S>,
    pending_snapshot: Option<Law<S>>,
    /// The size of the decrees that became law since the last snapshot was taken.
    since_snapshot: usize,
    learning: Learning,
}

/// How many outputs an input has that passes a decree and begins the ballot on the next, about.
const USUAL_OUTPUTS: usize = 16;

impl<S: StateMachine, V: Variant> Process for Legislator<S, V> {
    type Id = Priest;
    type Settings = Parliament<V>;
    type Ledger = Ledger<S>;
    type Message = Message<S>;
    type Request = Request<S::Command>;
    type Timer = Timer;
    type Record = Note<S>;
    type News = News<S::Command, S::Response>;
    type Action = Action<S::Command>;
    type Ignored = Ignored;

    /// The law is computed from the snapshot and the decrees after it; they are not told again.
    /// O(decrees after the snapshot).
    fn recover(parliament: &Parliament<V>, me: Priest, ledger: Ledger<S>) -> (Self, Outputs<S>) {
        let (mut law, mut since_snapshot) = (ledger.snapshot.clone(), 0);
        while let Some(decree) = ledger.decrees.get(&law.through().next()) {
            law.pass(decree);
            since_snapshot += decree.size::<S>();
        }
        let mut legislator = Self {
            seat: Seat {
                me,
                quorums: Arc::clone(&parliament.quorums),
            },
            settings: parliament.settings,
            variant: parliament.variant.clone(),
            presidency: Presidency::of(ledger.largest_number()),
            ledger,
            slip: Slip::Idle,
            waiting: VecDeque::new(),
            waiting_size: 0,
            law,
            pending_snapshot: None,
            since_snapshot,
            learning: Learning::default(),
        };
        let mut out = Outputs::<S>::new();
        Self::enter(&mut out);
        legislator.take_snapshot(&mut out);
        legislator.ask_to_be_readmitted(&mut out);
        (legislator, out)
    }

    /// Takes one input. O(n) outputs for each decree that it advances, where n is the number of
    /// legislators.
    fn handle(&mut self, input: Input<S>) -> Outputs<S> {
        let mut out = Outputs::<S>::new();
        out.outputs.reserve(USUAL_OUTPUTS);
        match input {
            Input::Receive { from, message } => self.receive(from, message, &mut out),
            Input::Timeout(Timer::Absence | Timer::Round) if self.is_learner() => {
                out.ignore(Ignored::Learner);
            }
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

    fn apply(ledger: &mut Ledger<S>, note: Note<S>) {
        ledger.record(note);
    }
}

impl<S: StateMachine, V> Legislator<S, V> {
    /// The name of this legislator.
    pub const fn me(&self) -> Priest {
        self.seat.me
    }

    /// The ledger. The durable ledger is equal to it when the driver has carried out all outputs so
    /// far.
    pub const fn ledger(&self) -> &Ledger<S> {
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

    /// The legislator whom he takes for president: himself if he presides, else the one who had his last
    /// promise. None if he has promised nothing yet, or if his last promise was to himself.
    pub fn president(&self) -> Option<Priest> {
        if self.is_president() {
            return Some(self.me());
        }
        let owner = self.ledger.next_bal.and_then(|b| self.seat.owner(b));
        owner.filter(|&owner| owner != self.me())
    }

    /// The requests that wait until fewer decrees are in flight, oldest first.
    pub const fn waiting(&self) -> &VecDeque<Request<S::Command>> {
        &self.waiting
    }
}

impl<S: StateMachine, V: Variant> Legislator<S, V> {
    fn receive(&mut self, from: Priest, message: Message<S>, out: &mut Outputs<S>) {
        if from != self.me() && self.is_beyond_reach(&message) {
            return out.ignore(Ignored::BeyondHorizon);
        }
        if self.is_learner() && !is_for_learners(&message) {
            return out.ignore(Ignored::Learner);
        }
        match message {
            Message::NextBallot {
                number,
                known,
                life,
            } => self.receive_next_ballot(from, number, (known, life), out),
            Message::LastVote {
                number,
                life,
                above,
                through,
                told,
                missing,
            } => {
                let last_vote = LastVote {
                    life,
                    above,
                    through,
                    told,
                    missing,
                };
                self.receive_last_vote(from, number, last_vote, out);
            }
            Message::NextPart {
                number,
                above,
                life,
            } => self.receive_next_part(from, number, (above, life), out),
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
            Message::Snapshot { law } => self.receive_snapshot(law, out),
            Message::Refused { next_bal } => self.receive_refused(next_bal, out),
            Message::Present { known, next_bal } => {
                self.receive_present(from, known, next_bal, out);
            }
            Message::Lost { life, known } => self.receive_lost(from, life, known, out),
            Message::Largest { life, number } => self.receive_largest(from, life, number, out),
            Message::Readmit { life, bound } => self.receive_readmit(from, life, bound, out),
            Message::Readmitted {
                life,
                number,
                through,
            } => self.receive_readmitted(life, (number, through), out),
            Message::Forwarded { request } => self.receive_forwarded(from, request, out),
            Message::Declined { id, why } => out.tell(News::Declined { id, why }),
        }
    }

    /// Whether the message is about a decree number that no honest legislator can have reached: see
    /// [`horizon`](crate::horizon).
    fn is_beyond_reach(&self, message: &Message<S>) -> bool {
        let furthest = match message {
            Message::BeginBallot { at, .. } | Message::Success { at, .. } => Some(at),
            Message::LastVote { told, .. } => told.keys().next_back(),
            _ => None,
        };
        furthest.is_some_and(|at| at.0.saturating_sub(self.law.through().0) > REACH)
    }

    fn record(&mut self, note: Note<S>, out: &mut Outputs<S>) {
        self.ledger.record(note.clone());
        out.record(note);
    }
}

/// Whether a legislator who has lost his ledger takes this message.
const fn is_for_learners<S: StateMachine>(message: &Message<S>) -> bool {
    matches!(
        message,
        Message::Success { .. }
            | Message::Snapshot { .. }
            | Message::Largest { .. }
            | Message::Readmitted { .. }
            | Message::Declined { .. }
    )
}

/// Whether the message says what the note records: then the note must be durable before the message
/// is sent.
fn depends_on<S: StateMachine>(message: &Message<S>, note: &Note<S>) -> bool {
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
            Message::Largest { number, .. },
            Note::LastTried(known) | Note::NextBal(known) | Note::Readmitted(known),
        ) => Some(*known) <= *number,
        (Message::Snapshot { law }, Note::Snapshot(of)) => law.through() == of.through(),
        (
            Message::NextBallot { known, .. } | Message::Present { known, .. },
            Note::Outcome(at, _),
        ) => at <= known,
        (
            Message::NextBallot { known, .. } | Message::Present { known, .. },
            Note::Snapshot(of),
        ) => of.through() <= *known,
        _ => false,
    }
}
