//! The steps that traces record: an action of A.1, at one decree number or at many.

use crate::numbers::{DecreeId, bytes};
use crate::state::{LastVote, Passed, PreviousVotes, State};
use std::fmt;
use std::sync::Arc;
use synod_math::{BallotNumber, Priest, Vote};
use synod_paper::Message;
use synod_paper::basic::actions::may_count;
use synod_paper::basic::{self, Guard, enabled};
use synod_paper::variables::Ledgers;
use synod_protocol::parliament::DecreeNumber;
use synod_trace::{Action, Decree};

/// A step of a legislator, as a trace records it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LegislatorStep {
    /// An action at every number: Try New Ballot, Send NextBallot and Receive
    /// NextBallot.
    Everywhere(basic::Action<DecreeId>),
    /// An action at one number.
    At(DecreeNumber, basic::Action<DecreeId>),
    /// Send LastVote, at each number above a given one at which outcome is BLANK.
    SendLastVote {
        /// n of the NextBallot.
        above: DecreeNumber,
        /// The last number, if it is a part.
        through: Option<DecreeNumber>,
    },
    /// Send Success, at each number of a snapshot.
    SendSnapshot {
        /// The number of the snapshot.
        through: DecreeNumber,
    },
    /// Receive Success, at each number of a snapshot at which outcome is BLANK.
    ReceiveSnapshot {
        /// The number of the snapshot.
        through: DecreeNumber,
    },
    /// Receive LastVote, at each number that the answer covers.
    ReceiveLastVote {
        /// b.
        number: BallotNumber,
        /// v_pst.
        priest: Priest,
        /// The votes v, for each number.
        answer: PreviousVotes,
    },
}

/// Why a step is not enabled, now or forever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Hindrance {
    /// A guard of A.1 forbids it, at this number.
    Guard(DecreeNumber, Guard<DecreeId>),
    /// The priest's LastVotes of this ballot were sent with other votes; the string
    /// shows those of the first.
    OtherVotes(BallotNumber, Priest, String),
    /// No message in 𝓜 explains the outcome in a ledger.
    Outcome(DecreeNumber, DecreeId),
    /// No snapshot through this number is in 𝓜.
    Snapshot(DecreeNumber),
    /// No message in 𝓜 explains a vote in a ballot of the legislator's own.
    OwnVote(DecreeNumber, BallotNumber, DecreeId),
}

pub(crate) type Enabled = Result<(), Hindrance>;

impl Hindrance {
    /// Whether steps of other legislators can remove it.
    pub(crate) const fn depends_on_others(&self) -> bool {
        match self {
            Self::Guard(_, guard) => guard.depends_on_others(),
            Self::OtherVotes(..) | Self::Outcome(..) | Self::Snapshot(_) | Self::OwnVote(..) => {
                true
            }
        }
    }

    /// A sentence for a finding.
    pub(crate) fn sentence(&self, state: &State) -> String {
        match self {
            Self::Guard(at, guard) => guard.map(|d| state.number(*at).name(d)).to_string(),
            Self::OtherVotes(b, q, sent) => {
                format!("{q} sent LastVote({b}, ·) with other votes: {sent}")
            }
            Self::Snapshot(through) => {
                format!("no legislator sent a snapshot through {through}")
            }
            Self::Outcome(at, _) => format!(
                "no legislator sent Success({at}, ·) with the decree in the ledger, and the votes \
                 that would pass it were not sent either"
            ),
            Self::OwnVote(at, b, _) => {
                format!(
                    "the LastVotes of ballot {b} do not allow the decree of the vote at {at} by \
                     the ballot's owner"
                )
            }
        }
    }
}

/// Adds the decree number to the guard of A.1 that forbids an action.
pub(crate) fn guarded(at: DecreeNumber, enabled: Result<(), Guard<DecreeId>>) -> Enabled {
    enabled.map_err(|guard| Hindrance::Guard(at, guard))
}

impl State {
    /// The step that a line of a trace records.
    pub(crate) fn step(&mut self, action: &Action) -> LegislatorStep {
        match action {
            Action::Everywhere(action) => {
                LegislatorStep::Everywhere(action.map(|decree| self.id(DecreeNumber::ZERO, decree)))
            }
            Action::At(at, action) => {
                LegislatorStep::At(*at, action.map(|decree| self.id(*at, decree)))
            }
            Action::SendLastVote { above, through } => LegislatorStep::SendLastVote {
                above: *above,
                through: *through,
            },
            Action::SendSnapshot { through } => LegislatorStep::SendSnapshot { through: *through },
            Action::ReceiveSnapshot { through } => {
                LegislatorStep::ReceiveSnapshot { through: *through }
            }
            Action::ReceiveLastVote {
                number,
                priest,
                above,
                through,
                votes,
                passed,
            } => {
                let votes = votes.iter();
                let votes = votes.map(|(&at, cast)| (at, (cast.number, self.id(at, &cast.decree))));
                LegislatorStep::ReceiveLastVote {
                    number: *number,
                    priest: *priest,
                    answer: PreviousVotes {
                        above: *above,
                        through: *through,
                        votes: Arc::new(votes.collect()),
                        passed: Arc::new(Passed::of(passed)),
                    },
                }
            }
        }
    }

    /// The id of a decree at a number. If it is new there, it is added.
    pub(crate) fn id(&mut self, at: DecreeNumber, decree: &Decree) -> DecreeId {
        self.at_mut(at).intern(bytes(decree))
    }

    /// Whether a step is enabled at each number that it is about.
    pub(crate) fn is_enabled(&self, p: Priest, step: &LegislatorStep) -> Enabled {
        match step {
            LegislatorStep::Everywhere(action) => {
                let number = self.a_number_polled(p);
                guarded(number, enabled(&self.number(number), p, action))
            }
            LegislatorStep::At(number, action) => {
                guarded(*number, enabled(&self.number(*number), p, action))
            }
            LegislatorStep::SendLastVote { above, .. } => self.may_send_last_vote(p, *above),
            LegislatorStep::SendSnapshot { through } => {
                let has_passed = self.of(p).passed.through >= *through;
                let blank = Hindrance::Guard(*through, Guard::OutcomeBlank);
                has_passed.then_some(()).ok_or(blank)
            }
            LegislatorStep::ReceiveSnapshot { through } => {
                let is_sent = self.snapshots.contains_key(through);
                is_sent.then_some(()).ok_or(Hindrance::Snapshot(*through))
            }
            LegislatorStep::ReceiveLastVote {
                number,
                priest,
                answer,
            } => self.may_receive_last_vote(p, (*number, *priest), answer),
        }
    }

    /// A number at which status is polling, or 0 if there is none. An action at every
    /// number is enabled if it is so there: at all other numbers status is trying.
    fn a_number_polled(&self, p: Priest) -> DecreeNumber {
        self.polled(p, DecreeNumber::ZERO)
            .next()
            .unwrap_or_default()
    }

    /// The numbers above a given one at which status is polling.
    fn polled(&self, p: Priest, above: DecreeNumber) -> impl Iterator<Item = DecreeNumber> + '_ {
        let slip = self.of(p).slip.iter();
        slip.flat_map(move |slip| slip.polled.from(above.0 + 1))
            .map(DecreeNumber)
    }

    /// Number 0 stands for all numbers without a vote: the guard is the same there.
    fn may_send_last_vote(&self, p: Priest, above: DecreeNumber) -> Enabled {
        let voted = self.of(p).undecided.range(above.next()..);
        let mut numbers = std::iter::once(DecreeNumber::ZERO).chain(voted.map(|(&at, _)| at));
        let send = basic::Action::SendLastVote;
        numbers.try_for_each(|number| guarded(number, enabled(&self.number(number), p, &send)))
    }

    /// A LastVote is one message for all numbers, so one that was sent must have all its
    /// votes.
    fn may_receive_last_vote(
        &self,
        p: Priest,
        (b, q): (BallotNumber, Priest),
        received: &PreviousVotes,
    ) -> Enabled {
        let mut polled = self.polled(p, received.above);
        let number = polled.find(|&at| received.covers(at)).unwrap_or_default();
        guarded(number, may_count(&self.number(number), p, b))?;
        let mut sent = self.last_votes_of(b, q).peekable();
        let Some(other) = sent.peek().map(|sent| &sent.answer) else {
            let message = Message::LastVote(b, Vote::null(q));
            return guarded(number, Err(Guard::NotSent(message)));
        };
        if sent.any(|sent| sent.answer.says(received)) {
            return Ok(());
        }
        Err(Hindrance::OtherVotes(b, q, self.votes_text(other)))
    }

    fn votes_text(&self, answer: &PreviousVotes) -> String {
        let votes = answer.votes.iter().map(|(&at, &(number, id))| {
            let name = self.number(at).name(&id);
            format!("{at}: ({number}, {name})")
        });
        let votes: Vec<_> = votes.collect();
        if votes.is_empty() {
            format!("none above {}", answer.above)
        } else {
            votes.join(", ")
        }
    }

    /// Takes a step, whether or not it is enabled. `line` is the line of the trace that
    /// records it; 0 if no line does.
    pub(crate) fn take(&mut self, p: Priest, step: &LegislatorStep, line: u64) {
        match step {
            LegislatorStep::Everywhere(action) => self.take_at(DecreeNumber::ZERO, p, action, line),
            LegislatorStep::At(at, action) => self.take_at(*at, p, action, line),
            LegislatorStep::SendLastVote { above, through } => {
                self.send_last_vote(p, *above, *through);
            }
            LegislatorStep::SendSnapshot { through } => {
                let knows_of = self.of(p).knows_of;
                self.snapshots.entry(*through).or_insert(knows_of);
            }
            LegislatorStep::ReceiveSnapshot { through } => self.receive_snapshot(p, *through),
            LegislatorStep::ReceiveLastVote {
                number,
                priest,
                answer,
            } => self.receive_last_vote(p, (*number, *priest), answer.clone()),
        }
    }

    /// The receiver of a message learns what its sender could know. If the message was
    /// sent several times, only the first sending surely came before, so the knowledge at
    /// the first sending counts.
    fn take_at(
        &mut self,
        at: DecreeNumber,
        p: Priest,
        action: &basic::Action<DecreeId>,
        line: u64,
    ) {
        if is_recorded(action) {
            self.of_mut(p).keep_all();
        }
        let mut number = self.number_mut(at, line);
        let received = action.received();
        let known = received.and_then(|message| number.known_by_sender(&message));
        basic::take(&mut number, p, action);
        self.of_mut(p).hear(known);
    }

    /// The legislator knows the outcomes, but the trace does not show which they are.
    fn receive_snapshot(&mut self, p: Priest, through: DecreeNumber) {
        let known = self.snapshots.get(&through).copied();
        let legislator = self.of_mut(p);
        legislator.keep_all();
        legislator.passed.insert_through(through);
        legislator.undecided = legislator.undecided.split_off(&through.next());
        legislator.hear(known);
    }

    fn send_last_vote(&mut self, p: Priest, above: DecreeNumber, through: Option<DecreeNumber>) {
        let sent = LastVote {
            from: p,
            answer: self.last_vote(p, above, through),
            knows_of: self.of(p).knows_of,
        };
        if let Some(b) = self.of(p).next_bal {
            self.last_votes.entry(b).or_default().push(sent);
        }
    }

    fn receive_last_vote(
        &mut self,
        p: Priest,
        (b, q): (BallotNumber, Priest),
        answer: PreviousVotes,
    ) {
        let known = self.last_votes_of(b, q).map(|sent| sent.knows_of).min();
        let legislator = self.of_mut(p);
        if let Some(slip) = &mut legislator.slip {
            match slip
                .answers
                .get_mut(&q)
                .filter(|parts| parts.through.is_some())
            {
                Some(parts) => parts.add_part(&answer),
                None => {
                    slip.answers.insert(q, answer);
                }
            }
        }
        legislator.hear(known);
    }

    /// A step as text, named as in A.1.
    pub(crate) fn name(&self, step: &LegislatorStep) -> String {
        match step {
            LegislatorStep::Everywhere(action) => {
                Named(self, DecreeNumber::ZERO, action).to_string()
            }
            LegislatorStep::At(at, action) => format!("{} at {at}", Named(self, *at, action)),
            LegislatorStep::SendLastVote { above, .. } => format!("Send LastVote above {above}"),
            LegislatorStep::SendSnapshot { through } => format!("Send Snapshot through {through}"),
            LegislatorStep::ReceiveSnapshot { through } => {
                format!("Receive Snapshot through {through}")
            }
            LegislatorStep::ReceiveLastVote { number, priest, .. } => {
                format!("Receive LastVote({number}, ·) of {priest}")
            }
        }
    }
}

/// Whether the trace shows this action only when it is durable, and with it everything before it.
const fn is_recorded(action: &basic::Action<DecreeId>) -> bool {
    use basic::Action::{ReceiveBeginBallot, ReceiveNextBallot, TryNewBallot};
    matches!(
        action,
        TryNewBallot(_) | ReceiveNextBallot(_) | ReceiveBeginBallot(..)
    )
}

impl LegislatorStep {
    /// A crash: the slip is lost, at every number.
    pub(crate) const LOSE_SLIP: Self = Self::Everywhere(basic::Action::LoseSlip);

    /// The decree number of a step that is about a single one.
    pub(crate) const fn at(&self) -> Option<DecreeNumber> {
        match self {
            Self::At(at, _) => Some(*at),
            _ => None,
        }
    }
}

/// An action at a number, displayed with the text of its decree.
struct Named<'a>(&'a State, DecreeNumber, &'a basic::Action<DecreeId>);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(state, at, action) = self;
        action.map(|d| state.number(*at).name(d)).fmt(f)
    }
}
