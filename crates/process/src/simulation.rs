//! Processes of one kind, their ledgers and what is in flight between them, in
//! one thread and without a clock.
//!
//! It does what a driver must; what a network and a crash may do, a test tells
//! it to: any message in flight arrives next, is lost or is there twice, and a
//! crash falls between any two outputs. Nothing is random, so that a run can be
//! had again.
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
//! // Two of the counters of `Process`, which say hello when they are asked to.
//! let mut two = Simulation::<Counter>::new([(0, ()), (1, ())]);
//! let hello = two.give(0, Input::Propose(1)).first_letter;
//! // The hello is there twice, and a crash falls after the record and before the answer.
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

/// A message in flight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter<I, M> {
    /// Who sent it.
    pub from: I,
    /// To whom.
    pub to: I,
    /// What.
    pub message: M,
}

/// How the handling of an input ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// All its outputs were carried out.
    Done,
    /// With a crash, after some of them.
    Crashed,
    /// The process was not there: nobody took the input.
    Absent,
}

/// What one input did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepResult<I, L, O, W> {
    /// Whose input.
    pub who: I,
    /// The ledger before it.
    pub before: L,
    /// The outputs that were carried out.
    pub outputs: Vec<O>,
    /// Why the input changed nothing, if it did not.
    pub ignored: Option<W>,
    /// The number of the first letter that was sent; the others follow.
    pub first_letter: usize,
    /// How it ended.
    pub end: End,
}

/// What one input of such a process did.
pub type StepResultOf<P> =
    StepResult<<P as Process>::Id, <P as Process>::Ledger, OutputOf<P>, <P as Process>::Ignored>;

#[derive(Clone, Debug)]
struct Member<P, S, L, T> {
    settings: S,
    /// None after a crash.
    process: Option<P>,
    durable: L,
    /// Those that are set, and since when.
    timers: BTreeMap<T, usize>,
    /// A crash during the next input, after so many outputs.
    crash_after: Option<usize>,
}

/// Processes of one kind, and what is in flight between them.
///
/// Functions panic if they are told of a process that is none of them.
#[derive(Clone, Debug)]
pub struct Simulation<P: Process> {
    #[expect(
        clippy::type_complexity,
        reason = "what is derived asks something of each of these types"
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
    /// Processes with these settings, who have done nothing and are there.
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

    /// Gives a process an input.
    pub fn give(&mut self, who: P::Id, input: InputOf<P>) -> StepResultOf<P> {
        match &mut self.member_mut(who).process {
            None => self.nothing(who, End::Absent),
            Some(process) => {
                let outputs = process.handle(input);
                self.carry_out(who, outputs)
            }
        }
    }

    /// The time of a timer passes. None if it is not set.
    pub fn time_out(&mut self, who: P::Id, timer: P::Timer) -> Option<StepResultOf<P>> {
        self.member_mut(who).timers.remove(&timer)?;
        Some(self.give(who, Input::Timeout(timer)))
    }

    /// A process loses all but its ledger.
    pub fn crash(&mut self, who: P::Id) {
        let member = self.member_mut(who);
        member.process = None;
        member.timers.clear();
        member.crash_after = None;
    }

    /// It will crash during its next input, after so many outputs.
    pub fn crash_after(&mut self, who: P::Id, outputs: usize) {
        self.member_mut(who).crash_after = Some(outputs);
    }

    /// It will not.
    pub fn crash_no_more(&mut self, who: P::Id) {
        self.member_mut(who).crash_after = None;
    }

    /// It comes back with its ledger. Nothing happens to one that is there.
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

    /// It arrives. Lost, if its addressee is not there; None if there is none of
    /// this number.
    pub fn deliver(&mut self, number: usize) -> Option<StepResultOf<P>> {
        let Letter { from, to, message } = self.letters.remove(&number)?;
        Some(self.give(to, Input::Receive { from, message }))
    }

    /// It is lost.
    pub fn lose(&mut self, number: usize) -> Option<Letter<P::Id, P::Message>> {
        self.letters.remove(&number)
    }

    /// It is there twice. The number of the copy.
    pub fn duplicate(&mut self, number: usize) -> Option<usize> {
        let letter = self.letters.get(&number)?.clone();
        Some(self.post(letter))
    }

    /// A delay is over.
    pub const fn pass_time(&mut self) {
        self.now += 1;
    }

    // What there is.

    /// The processes.
    pub fn all(&self) -> Vec<P::Id> {
        self.members.keys().copied().collect()
    }

    /// What is in flight, oldest first, with its numbers.
    pub fn letters(&self) -> impl Iterator<Item = (usize, &Letter<P::Id, P::Message>)> {
        let letters = self.letters.iter();
        letters.map(|(&number, letter)| (number, letter))
    }

    /// A process, if it is there.
    pub fn process(&self, who: P::Id) -> Option<&P> {
        self.member(who).process.as_ref()
    }

    /// Its ledger.
    pub fn durable(&self, who: P::Id) -> &P::Ledger {
        &self.member(who).durable
    }

    /// Its settings.
    pub fn settings(&self, who: P::Id) -> &P::Settings {
        &self.member(who).settings
    }

    /// For how many delays a timer has been set.
    pub fn set_for(&self, who: P::Id, timer: P::Timer) -> Option<usize> {
        let since = self.member(who).timers.get(&timer);
        since.map(|since| self.now - since)
    }

    // How it is done.

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
        member.unwrap_or_else(|| stranger(who))
    }

    fn member_mut(&mut self, who: P::Id) -> &mut Member<P, P::Settings, P::Ledger, P::Timer> {
        let member = self.members.get_mut(&who);
        member.unwrap_or_else(|| stranger(who))
    }
}

#[expect(clippy::panic, reason = "the test that says so is wrong")]
fn stranger(who: impl std::fmt::Debug) -> ! {
    panic!("{who:?} is none of the processes")
}
