//! A driver for tests: processes of one type, their ledgers and the messages in flight
//! between them, in one thread and without a clock.
//!
//! The [`Simulation`] carries out the outputs, as any driver must. The test decides what
//! the network and the crashes do: which message in flight arrives next, is lost or is
//! duplicated, and between which two outputs a process crashes. Nothing is random, so
//! every run can be repeated.
//!
//! ```
//! use synod_process::simulation::{End, Simulation};
//! # use synod_process::{Input, InputOf, Outputs, OutputsOf, Process};
//! # #[derive(Clone, Debug)]
//! # struct Counter(u64);
//! # impl Process for Counter {
//! #     type Id = u8;
//! #     type Settings = ();
//! #     type Ledger = u64;
//! #     type Message = &'static str;
//! #     type Request = u8;
//! #     type Timer = ();
//! #     type Record = u64;
//! #     type News = ();
//! #     type Action = ();
//! #     type Ignored = ();
//! #     fn recover((): &(), _: u8, heard: u64) -> (Self, OutputsOf<Self>) {
//! #         (Self(heard), Outputs::new())
//! #     }
//! #     fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
//! #         let mut out = Outputs::new();
//! #         match input {
//! #             Input::Propose(to) => out.send(to, "hello"),
//! #             Input::Receive { from, message: "hello" } => {
//! #                 self.0 += 1;
//! #                 out.record(self.0);
//! #                 out.send(from, "heard");
//! #             }
//! #             _ => {}
//! #         }
//! #         out
//! #     }
//! #     fn apply(ledger: &mut u64, record: u64) {
//! #         *ledger = record;
//! #     }
//! # }
//! // Two counters, as in the example of `Process`; a request makes one send a hello.
//! let mut two = Simulation::<Counter>::new([(0, ()), (1, ())]);
//! let hello = two.give(0, Input::Propose(1)).first_letter;
//! // The hello is duplicated, and a crash falls between the record and the answer.
//! two.duplicate(hello);
//! two.crash_after(1, 1);
//! assert_eq!(two.deliver(hello).unwrap().end, End::Crashed);
//! assert_eq!((two.letters().count(), *two.durable(1)), (1, 1));
//! two.recover(1);
//! let (copy, _) = two.letters().next().unwrap();
//! two.deliver(copy);
//! assert_eq!((two.letters().count(), *two.durable(1)), (1, 2));
//! ```

use crate::{Input, InputOf, Output, OutputOf, OutputsOf, Process};
use std::collections::BTreeMap;

/// A message in flight: see [`Simulation::letters`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter<I, M> {
    /// The sender.
    pub from: I,
    /// The addressee.
    pub to: I,
    /// The message.
    pub message: M,
}

/// How the handling of an input ended: see [`StepResult::end`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// All outputs were carried out.
    Done,
    /// The process crashed, after some of the outputs.
    Crashed,
    /// The process had crashed before, so that the input was lost.
    Absent,
}

/// What one input did: the result of [`Simulation::give`] and its like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepResult<I, L, O, W> {
    /// The process that took the input.
    pub who: I,
    /// The ledger before the input.
    pub before: L,
    /// The outputs that were carried out.
    pub outputs: Vec<O>,
    /// The reason if the input changed nothing.
    pub ignored: Option<W>,
    /// The number of the first letter that was sent; those sent after it have the next
    /// numbers.
    pub first_letter: usize,
    /// How the handling ended.
    pub end: End,
}

/// The [`StepResult`] of processes of type `P`.
pub type StepResultOf<P> =
    StepResult<<P as Process>::Id, <P as Process>::Ledger, OutputOf<P>, <P as Process>::Ignored>;

#[derive(Clone, Debug)]
struct Member<P, S, L, T> {
    settings: S,
    /// None after a crash, until it recovers.
    process: Option<P>,
    durable: L,
    /// The timers that are set, each with the time at which it was set.
    timers: BTreeMap<T, usize>,
    /// Set if the process is to crash during its next input, after so many outputs.
    crash_after: Option<usize>,
}

/// Processes of one type, and the messages in flight between them. The
/// [module](self)'s example shows a run.
///
/// Functions panic if they are given an id that no process of the simulation has.
#[derive(Clone, Debug)]
pub struct Simulation<P: Process> {
    #[expect(
        clippy::type_complexity,
        reason = "the derived traits need a bound on each of these types"
    )]
    members: BTreeMap<P::Id, Member<P, P::Settings, P::Ledger, P::Timer>>,
    letters: BTreeMap<usize, Letter<P::Id, P::Message>>,
    last_letter: usize,
    now: usize,
}

impl<P: Process> Simulation<P>
where
    P::Ledger: Clone + Default,
    P::Message: Clone,
    OutputOf<P>: Clone,
{
    /// Processes with these settings, running, with empty ledgers.
    pub fn new(members: impl IntoIterator<Item = (P::Id, P::Settings)>) -> Self {
        let members = members.into_iter().map(|(id, settings)| {
            let member = Member {
                settings,
                process: None,
                durable: P::Ledger::default(),
                timers: BTreeMap::new(),
                crash_after: None,
            };
            (id, member)
        });
        let mut simulation = Self {
            members: members.collect(),
            letters: BTreeMap::new(),
            last_letter: 0,
            now: 0,
        };
        for who in simulation.all() {
            simulation.recover(who);
        }
        simulation
    }

    // What happens to a process.

    /// Gives a process an input, and carries out its outputs.
    pub fn give(&mut self, who: P::Id, input: InputOf<P>) -> StepResultOf<P> {
        match &mut self.member_mut(who).process {
            None => self.nothing(who, End::Absent),
            Some(process) => {
                let outputs = process.handle(input);
                self.carry_out(who, outputs)
            }
        }
    }

    /// A timer is up: gives the process [`Input::Timeout`]. None if the timer is not set.
    pub fn time_out(&mut self, who: P::Id, timer: P::Timer) -> Option<StepResultOf<P>> {
        self.member_mut(who).timers.remove(&timer)?;
        Some(self.give(who, Input::Timeout(timer)))
    }

    /// A process crashes: it loses everything but its ledger.
    pub fn crash(&mut self, who: P::Id) {
        let member = self.member_mut(who);
        member.process = None;
        member.timers.clear();
        member.crash_after = None;
    }

    /// From now on the process is due to crash: during its next input, after so many
    /// outputs.
    pub fn crash_after(&mut self, who: P::Id, outputs: usize) {
        self.member_mut(who).crash_after = Some(outputs);
    }

    /// Takes a [`crash_after`](Self::crash_after) back.
    pub fn crash_no_more(&mut self, who: P::Id) {
        self.member_mut(who).crash_after = None;
    }

    /// A process recovers from a crash, with its ledger. Nothing happens if it is
    /// running.
    pub fn recover(&mut self, who: P::Id) -> StepResultOf<P> {
        let member = self.member(who);
        if member.process.is_some() {
            return self.nothing(who, End::Done);
        }
        let (process, outputs) = P::recover(&member.settings, who, member.durable.clone());
        self.member_mut(who).process = Some(process);
        self.carry_out(who, outputs)
    }

    // What happens to a letter.

    /// The letter of this number arrives; it is lost if its addressee has crashed. None
    /// if no letter in flight has this number.
    pub fn deliver(&mut self, number: usize) -> Option<StepResultOf<P>> {
        let Letter { from, to, message } = self.letters.remove(&number)?;
        Some(self.give(to, Input::Receive { from, message }))
    }

    /// The letter of this number is lost.
    pub fn lose(&mut self, number: usize) -> Option<Letter<P::Id, P::Message>> {
        self.letters.remove(&number)
    }

    /// Duplicates the letter of this number; returns the number of the copy.
    pub fn duplicate(&mut self, number: usize) -> Option<usize> {
        let letter = self.letters.get(&number)?.clone();
        Some(self.post(letter))
    }

    /// One unit of time passes: see [`set_for`](Self::set_for). No timer is up by itself.
    pub const fn pass_time(&mut self) {
        self.now += 1;
    }

    // What there is.

    /// The ids of all processes, in order.
    pub fn all(&self) -> Vec<P::Id> {
        self.members.keys().copied().collect()
    }

    /// The letters in flight with their numbers, oldest first.
    pub fn letters(&self) -> impl Iterator<Item = (usize, &Letter<P::Id, P::Message>)> {
        let letters = self.letters.iter();
        letters.map(|(&number, letter)| (number, letter))
    }

    /// A process; none if it has crashed.
    pub fn process(&self, who: P::Id) -> Option<&P> {
        self.member(who).process.as_ref()
    }

    /// The ledger of a process.
    pub fn durable(&self, who: P::Id) -> &P::Ledger {
        &self.member(who).durable
    }

    /// The settings of a process.
    pub fn settings(&self, who: P::Id) -> &P::Settings {
        &self.member(who).settings
    }

    /// For how many units of time a timer has been set; none if it is not set.
    pub fn set_for(&self, who: P::Id, timer: P::Timer) -> Option<usize> {
        let since = self.member(who).timers.get(&timer);
        since.map(|since| self.now - since)
    }

    /// The result of an input that did nothing.
    fn nothing(&self, who: P::Id, end: End) -> StepResultOf<P> {
        StepResult {
            who,
            before: self.durable(who).clone(),
            outputs: Vec::new(),
            ignored: None,
            first_letter: self.last_letter + 1,
            end,
        }
    }

    fn carry_out(&mut self, who: P::Id, outputs: OutputsOf<P>) -> StepResultOf<P> {
        let mut step = self.nothing(who, End::Done);
        step.ignored = outputs.ignored;
        step.outputs = outputs.outputs;
        let crash = self.member_mut(who).crash_after.take();
        if let Some(after) = crash {
            step.outputs.truncate(after);
            step.end = End::Crashed;
        }
        for output in step.outputs.iter().cloned() {
            self.carry_out_one(who, output);
        }
        if crash.is_some() {
            self.crash(who);
        }
        step
    }

    fn carry_out_one(&mut self, who: P::Id, output: OutputOf<P>) {
        let now = self.now;
        let member = self.member_mut(who);
        match output {
            Output::Record(record) => P::apply(&mut member.durable, record),
            Output::Send { to, message } => {
                let from = who;
                self.post(Letter { from, to, message });
            }
            Output::SetTimer(timer) => {
                member.timers.insert(timer, now);
            }
            Output::CancelTimer(timer) => {
                member.timers.remove(&timer);
            }
            Output::Did(_) | Output::Tell(_) => {}
        }
    }

    fn post(&mut self, letter: Letter<P::Id, P::Message>) -> usize {
        self.last_letter += 1;
        self.letters.insert(self.last_letter, letter);
        self.last_letter
    }

    fn member(&self, who: P::Id) -> &Member<P, P::Settings, P::Ledger, P::Timer> {
        let member = self.members.get(&who);
        member.unwrap_or_else(|| unknown(who))
    }

    fn member_mut(&mut self, who: P::Id) -> &mut Member<P, P::Settings, P::Ledger, P::Timer> {
        let member = self.members.get_mut(&who);
        member.unwrap_or_else(|| unknown(who))
    }
}

#[expect(
    clippy::panic,
    reason = "a test that names an unknown process is wrong"
)]
fn unknown(id: impl std::fmt::Debug) -> ! {
    panic!("no process of the simulation has the id {id:?}")
}
