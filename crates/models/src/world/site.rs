//! One process and its surroundings: what is on its disk, and which timers are
//! set.

use super::{Envelope, InputOf, OutputOf, OutputsOf, Process, World};
use synod_math::{BallotNumber, Priest};
use synod_process::{Input, Output};
use synod_protocol::Timer;

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

    fn iter(self) -> impl Iterator<Item = Timer> {
        let is_set = move |timer: &Timer| self.0 & (1 << *timer as u8) != 0;
        Self::ALL.into_iter().filter(is_set)
    }
}

/// A process, what it has on disk and its timers. What follows an input depends
/// on nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Site<P: Process> {
    /// The process, slip and all.
    pub process: P,
    /// The durable ledger.
    pub ledger: P::Ledger,
    timers: Timers,
}

/// What a process did in a step, for the history.
pub struct Deeds<P: Process> {
    /// The input that it took; none if it only crashed.
    pub input: Option<InputOf<P>>,
    /// The actions that it says it took.
    pub actions: Vec<P::Action>,
    /// What it told, in this order.
    pub news: Vec<P::News>,
    /// What it sent, but for its presence, in this order.
    pub sent: Vec<Envelope<P::Message>>,
    /// Its lastTried after the input, before a crash.
    pub last_tried: Option<BallotNumber>,
    /// Whether some variable of its ledger went back or was overwritten.
    pub went_back: bool,
    /// Whether it crashed at the end of the step.
    pub crashed: bool,
    /// Whether that was after a record and before the send that follows it.
    pub crashed_before_sending: bool,
}

// Not derived: that would ask for `P: Default`.
impl<P: Process> Default for Deeds<P> {
    fn default() -> Self {
        Self {
            input: None,
            actions: Vec::new(),
            news: Vec::new(),
            sent: Vec::new(),
            last_tried: None,
            went_back: false,
            crashed: false,
            crashed_before_sending: false,
        }
    }
}

impl<P: Process> World<P> {
    /// Who has done nothing yet.
    pub(super) fn begin(&self, me: Priest) -> Site<P> {
        self.live(me, P::Ledger::default(), &mut Deeds::default())
    }

    /// The process is gone, and comes back with what is on disk.
    pub(super) fn come_back(&self, me: Priest, site: &Site<P>, deeds: &mut Deeds<P>) -> Site<P> {
        deeds.crashed = true;
        self.live(me, site.ledger.clone(), deeds)
    }

    fn live(&self, me: Priest, ledger: P::Ledger, deeds: &mut Deeds<P>) -> Site<P> {
        let (process, outputs) = P::recover(&self.setting, me, &self.quorums, ledger.clone());
        let mut site = Site {
            process,
            ledger,
            timers: Timers::default(),
        };
        site.wake(outputs, deeds);
        // The clients who want something are there at once.
        for request in P::asked_at_once(&self.setting, &self.bounds, me) {
            let outputs = site.process.handle(Input::Propose(request));
            site.wake(outputs, deeds);
        }
        site
    }
}

impl<P: Process> Site<P> {
    /// A process all of whose records are durable.
    pub(super) fn alone(process: P, timers_set: impl Iterator<Item = Timer>) -> Self {
        let mut timers = Timers::default();
        timers_set.for_each(|timer| timers.set(timer));
        Self {
            ledger: process.ledger().clone(),
            process,
            timers,
        }
    }

    /// The timers that are set, in their order.
    pub fn timers(&self) -> impl Iterator<Item = Timer> + use<P> {
        self.timers.iter()
    }

    /// Takes an input and carries out its outputs in order, all of them or the
    /// first `cut` of those that [`is_effect`].
    pub(super) fn handle(
        &self,
        me: Priest,
        input: &InputOf<P>,
        cut: Option<usize>,
    ) -> (Self, Deeds<P>) {
        let mut next = self.clone();
        if let Input::Timeout(timer) = input {
            // Set no longer, unless the process sets it again.
            next.timers.cancel(*timer);
        }
        let outputs = next.process.handle(input.clone()).outputs;
        let mut deeds = Deeds {
            input: Some(input.clone()),
            last_tried: next.process.last_tried(),
            ..Deeds::default()
        };
        let (mut effects, mut has_recorded) = (0, false);
        for output in outputs {
            if is_effect::<P>(&output) {
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

    /// After how many of its records and sends, but neither none nor all, a
    /// crash may fall; or only those right before a record.
    pub(super) fn cuts(&self, input: &InputOf<P>, before_records: bool) -> Vec<usize> {
        let outputs = self.process.clone().handle(input.clone()).outputs;
        let effects = outputs.iter().filter(|output| is_effect::<P>(output));
        let is_cut = |output: &OutputOf<P>| !before_records || matches!(output, Output::Record(_));
        let cuts = effects.enumerate().skip(1);
        cuts.filter(|(_, cut_off)| is_cut(cut_off))
            .map(|(cut, _)| cut)
            .collect()
    }

    /// Carries out what a process answers before it has met anybody.
    fn wake(&mut self, outputs: OutputsOf<P>, deeds: &mut Deeds<P>) {
        for output in outputs.outputs {
            match output {
                Output::SetTimer(timer) => self.timers.set(timer),
                Output::CancelTimer(timer) => self.timers.cancel(timer),
                Output::Tell(news) => deeds.news.push(news),
                Output::Send { message, .. } if P::is_presence(&message) => {}
                Output::Record(_) | Output::Send { .. } | Output::Did(_) => {
                    debug_assert!(false, "nothing of this follows: see `Process::recover`");
                }
            }
        }
    }

    fn carry_out(&mut self, me: Priest, output: OutputOf<P>, deeds: &mut Deeds<P>) {
        match output {
            Output::Record(note) => deeds.went_back |= P::record(&mut self.ledger, note),
            // Taken as sent already: see the module `world`.
            Output::Send { message, .. } if P::is_presence(&message) => {}
            Output::Send { to, message } => deeds.sent.push(Envelope {
                to,
                from: me,
                message,
            }),
            Output::SetTimer(timer) => self.timers.set(timer),
            Output::CancelTimer(timer) => self.timers.cancel(timer),
            Output::Tell(news) => deeds.news.push(news),
            Output::Did(action) => deeds.actions.push(action),
        }
    }
}

/// What a crash can fall between: what others, or the next life, can see.
const fn is_effect<P: Process>(output: &OutputOf<P>) -> bool {
    matches!(output, Output::Record(_) | Output::Send { .. })
}
