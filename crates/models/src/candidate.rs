//! The shipped processes, and the wrong ones that tamper with them: the shipped
//! code itself has no switches.

use synod_process::{InputOf, OutputsOf, Process};

/// A named wrong process: it tampers with what goes into the shipped process or
/// comes out of it, so that one rule is dropped.
pub trait Tamper<P: Process>: Copy {
    /// What it makes of the ledger when it recovers.
    fn kept(self, ledger: P::Ledger) -> P::Ledger {
        ledger
    }

    /// One input of the shipped process, tampered with.
    fn handle(self, shipped: &mut P, input: InputOf<P>) -> OutputsOf<P>;
}

/// The shipped process, or a mutant of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Candidate<P, M> {
    shipped: P,
    mutant: Option<M>,
}

impl<P, M: Copy> Candidate<P, M> {
    /// The shipped process within.
    pub const fn shipped(&self) -> &P {
        &self.shipped
    }

    /// Which mutant it is, if it is one.
    pub const fn mutant(&self) -> Option<M> {
        self.mutant
    }
}

impl<P: Process, M: Tamper<P>> Process for Candidate<P, M> {
    type Id = P::Id;
    type Settings = (P::Settings, Option<M>);
    type Ledger = P::Ledger;
    type Message = P::Message;
    type Request = P::Request;
    type Timer = P::Timer;
    type Record = P::Record;
    type News = P::News;
    type Action = P::Action;
    type Ignored = P::Ignored;

    fn recover(
        (settings, mutant): &Self::Settings,
        me: P::Id,
        ledger: P::Ledger,
    ) -> (Self, OutputsOf<Self>) {
        let kept = match mutant {
            Some(mutant) => mutant.kept(ledger),
            None => ledger,
        };
        let (shipped, outputs) = P::recover(settings, me, kept);
        let candidate = Self {
            shipped,
            mutant: *mutant,
        };
        (candidate, outputs)
    }

    fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
        match self.mutant {
            None => self.shipped.handle(input),
            Some(mutant) => mutant.handle(&mut self.shipped, input),
        }
    }

    fn apply(ledger: &mut P::Ledger, record: P::Record) {
        P::apply(ledger, record);
    }
}
