//! One process and its surroundings: what is on its disk, which timers are set
//! and what it has sent. What follows an input there depends on nothing else.

use super::{Envelope, Process};
use crate::bounds::Decree;
use std::sync::Arc;
use synod_math::{BallotNumber, Priest, Quorums};
use synod_protocol::{Action, Input, Ledger, Message, Note, Output, Timer};

/// The timers that are set, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Timers(u8);

impl Timers {
    const ALL: [Timer; 3] = [Timer::Presence, Timer::Absence, Timer::Round];

    fn set(&mut self, timer: Timer) {
        self.0 |= 1 << timer as u8;
    }

    fn cancel(&mut self, timer: Timer) {
        self.0 &= !(1 << timer as u8);
    }

    pub(super) fn iter(self) -> impl Iterator<Item = Timer> {
        let is_set = move |timer: &Timer| self.0 & (1 << *timer as u8) != 0;
        Self::ALL.into_iter().filter(is_set)
    }
}

/// A process, what it has on disk, its timers and what it has sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Site<P> {
    /// The process, slip and all.
    pub process: P,
    /// The durable ledger.
    pub ledger: Ledger<Decree>,
    /// Every message it has sent in all its lives, sorted.
    pub sent: Vec<Envelope>,
    pub(super) timers: Timers,
}

/// What a process did in a step, for the history.
#[derive(Clone, Debug, Default)]
pub(super) struct Deeds {
    /// The actions of A.1 that it says it took.
    pub actions: Vec<Action<Decree>>,
    /// Its lastTried afterwards.
    pub last_tried: Option<BallotNumber>,
    /// Whether some variable of its ledger went back or was overwritten.
    pub went_back: bool,
    /// Whether it crashed at the end of the step.
    pub crashed: bool,
    /// Whether that was after a record and before the send that follows it.
    pub crashed_before_sending: bool,
}

/// What a priest is made of when he begins, or begins again.
pub(super) struct Birth<'a, P: Process> {
    pub kind: &'a P::Kind,
    pub me: Priest,
    pub quorums: &'a Arc<Quorums>,
    /// What he wants passed: the client who wants it is there at once.
    pub proposal: Decree,
}

impl<P: Process> Birth<'_, P> {
    /// Who has done nothing yet.
    pub(super) fn begin(&self) -> Site<P> {
        self.live(Ledger::new(), Vec::new())
    }

    /// The process is gone, and comes back with what is on disk. What it sent
    /// stays sent.
    pub(super) fn crash(&self, site: &Site<P>, deeds: &mut Deeds) -> Site<P> {
        deeds.crashed = true;
        self.live(site.ledger.clone(), site.sent.clone())
    }

    fn live(&self, ledger: Ledger<Decree>, sent: Vec<Envelope>) -> Site<P> {
        let (mut process, outputs) = P::recover(self.kind, self.me, self.quorums, ledger.clone());
        let mut timers = Timers::default();
        for output in &outputs.outputs {
            carry_out_timer(&mut timers, output);
        }
        // A blank slip: the proposal is remembered, and nothing follows.
        process.handle(Input::Propose(self.proposal));
        Site {
            process,
            ledger,
            sent,
            timers,
        }
    }
}

impl<P: Process> Site<P> {
    /// Takes an input and carries out its outputs in order, all of them or the
    /// first `cut` of those that [`is_effect`].
    pub(super) fn handle(
        &self,
        me: Priest,
        input: &Input<Decree>,
        cut: Option<usize>,
    ) -> (Self, Deeds) {
        let mut next = self.clone();
        if let Input::Timeout(timer) = input {
            // Set no longer, unless the process sets it again.
            next.timers.cancel(*timer);
        }
        let outputs = next.process.handle(input.clone()).outputs;
        let mut deeds = Deeds {
            last_tried: next.process.basic().ledger().last_tried,
            ..Deeds::default()
        };
        let (mut effects, mut has_recorded) = (0, false);
        for output in outputs {
            if is_effect(&output) {
                let is_send = matches!(output, Output::Send { .. });
                if cut == Some(effects) {
                    deeds.crashed_before_sending = has_recorded && is_send;
                    break;
                }
                effects += 1;
                has_recorded = !is_send;
            }
            next.carry_out(me, output, &mut deeds);
        }
        (next, deeds)
    }

    /// How many records and sends an input leads to.
    pub(super) fn effects(&self, input: &Input<Decree>) -> usize {
        let outputs = self.process.clone().handle(input.clone()).outputs;
        outputs.iter().filter(|output| is_effect(output)).count()
    }

    fn carry_out(&mut self, me: Priest, output: Output<Decree>, deeds: &mut Deeds) {
        carry_out_timer(&mut self.timers, &output);
        match output {
            Output::Record(note) => {
                deeds.went_back |= goes_back(&self.ledger, &note);
                self.ledger.record(note);
            }
            Output::Send { to, message } => self.send(Envelope {
                to,
                from: me,
                message,
            }),
            Output::Did(action) => deeds.actions.push(action),
            Output::SetTimer(_) | Output::CancelTimer(_) | Output::Decided(_) => {}
        }
    }

    fn send(&mut self, envelope: Envelope) {
        if let Message::Present { .. } = envelope.message {
            return; // Taken as sent already: see the module `world`.
        }
        if let Err(position) = self.sent.binary_search(&envelope) {
            self.sent.insert(position, envelope);
        }
    }

    /// What this priest's Present messages say: that he knows the outcome, once
    /// he does, and before that, for ever on its way, that he does not.
    pub(super) fn presence(&self) -> impl Iterator<Item = Message<Decree>> + use<P> {
        let knows = self.ledger.outcome.is_some();
        [false, true]
            .into_iter()
            .filter(move |&says| knows || !says)
            .map(|knows_outcome| Message::Present { knows_outcome })
    }
}

/// What a crash can fall between: what others, or the next life, can see.
const fn is_effect(output: &Output<Decree>) -> bool {
    matches!(output, Output::Record(_) | Output::Send { .. })
}

fn carry_out_timer(timers: &mut Timers, output: &Output<Decree>) {
    match output {
        Output::SetTimer(timer) => timers.set(*timer),
        Output::CancelTimer(timer) => timers.cancel(*timer),
        _ => {}
    }
}

/// lastTried, nextBal and prevBal never decrease, and outcome is written once.
fn goes_back(ledger: &Ledger<Decree>, note: &Note<Decree>) -> bool {
    match note {
        Note::LastTried(number) => Some(*number) < ledger.last_tried,
        Note::NextBal(number) => Some(*number) < ledger.next_bal,
        Note::PrevVote(cast) => Some(cast.number) < ledger.prev_bal(),
        Note::Outcome(decree) => ledger.outcome.is_some_and(|outcome| outcome != *decree),
    }
}
