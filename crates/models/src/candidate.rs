//! The shipped processes and their mutants, in one type. A mutant tampers with the inputs
//! and outputs of the shipped process, so that the shipped code itself has no switches.
//!
//! Its two uses are [`complete::Candidate`](crate::complete::Candidate) and
//! [`parliament::Candidate`](crate::parliament::Candidate); the examples of those modules
//! run them.

use synod_process::{InputOf, Output, Outputs, OutputsOf, Process};

/// A mutant of a process: it tampers with the inputs or outputs of the shipped process,
/// so that one rule is dropped. [`Candidate`] runs it.
pub trait Tamper<P: Process>: Copy {
    /// Removes from the ledger what the mutant forgets, before it recovers.
    fn forget(self, ledger: &mut P::Ledger);

    /// Handles an input: passes it to the shipped process, and tampers with it or with the
    /// outputs.
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

    /// The mutant, unless this is the shipped process itself.
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
        mut ledger: P::Ledger,
    ) -> (Self, OutputsOf<Self>) {
        if let Some(mutant) = mutant {
            mutant.forget(&mut ledger);
        }
        let (shipped, outputs) = P::recover(settings, me, ledger);
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

/// Makes an enum of mutants. Each entry has the meaning of the mutant, its name, whether
/// it differs from the shipped process only if processes crash, its handler of inputs,
/// and optionally a function that removes from the ledger what it forgets before it
/// recovers.
macro_rules! mutants {
    (
        $(#[$about:meta])+
        pub enum $Mutant:ident of $Process:ty {
            $(
                $(#[$meaning:meta])+
                $Variant:ident: $name:literal, $needs_crashes:literal,
                $handle:expr $(, forgets $forget:expr)?;
            )+
        }
    ) => {
        synod_vocabulary::named! {
            $(#[$about])+
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
            pub enum $Mutant {
                $($(#[$meaning])+ $Variant = $name,)+
            }
        }

        impl $Mutant {
            /// Whether the mutant differs from the shipped process only if processes crash.
            pub const fn needs_crashes(self) -> bool {
                match self {
                    $(Self::$Variant => $needs_crashes,)+
                }
            }
        }

        impl $crate::candidate::Tamper<$Process> for $Mutant {
            fn forget(self, ledger: &mut <$Process as synod_process::Process>::Ledger) {
                type Forget = fn(&mut <$Process as synod_process::Process>::Ledger);
                let forget: &[Forget] = match self {
                    $(Self::$Variant => &[$($forget)?],)+
                };
                for forget in forget {
                    forget(ledger);
                }
            }

            fn handle(
                self,
                shipped: &mut $Process,
                input: synod_process::InputOf<$Process>,
            ) -> synod_process::OutputsOf<$Process> {
                type Handle = fn(
                    &mut $Process,
                    synod_process::InputOf<$Process>,
                ) -> synod_process::OutputsOf<$Process>;
                let handle: Handle = match self {
                    $(Self::$Variant => $handle,)+
                };
                handle(shipped, input)
            }
        }
    };
}
pub(crate) use mutants;

/// The outputs with the messages for which `comes_first` returns true before all others.
pub(crate) fn sent_first<I, M, T, R, N, A, G>(
    mut outputs: Outputs<I, M, T, R, N, A, G>,
    comes_first: impl Fn(&M) -> bool,
) -> Outputs<I, M, T, R, N, A, G> {
    // The sort is stable, and false is before true.
    outputs.outputs.sort_by_key(|output| match output {
        Output::Send { message, .. } => !comes_first(message),
        _ => true,
    });
    outputs
}
