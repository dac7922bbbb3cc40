//! The shipped processes, and the wrong ones that tamper with them: the shipped
//! code itself has no switches.

use synod_process::{InputOf, Output, Outputs, OutputsOf, Process};

/// A named wrong process: it tampers with what goes into the shipped process or
/// comes out of it, so that one rule is dropped.
pub trait Tamper<P: Process>: Copy {
    /// Takes from the ledger what it does not know when it recovers.
    fn forget(self, ledger: &mut P::Ledger);

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

/// From an entry a mutant: its meaning, its name, whether it shows only when
/// processes crash, how it handles an input, and what it forgets when it
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
            /// Whether it shows only when processes crash.
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

/// The messages of a kind, before everything else.
pub(crate) fn sent_first<I, M, T, R, N, A, G>(
    mut outputs: Outputs<I, M, T, R, N, A, G>,
    is_it: impl Fn(&M) -> bool,
) -> Outputs<I, M, T, R, N, A, G> {
    // A stable sort: false, which is first, for what is to be sent first.
    outputs.outputs.sort_by_key(|output| match output {
        Output::Send { message, .. } => !is_it(message),
        _ => true,
    });
    outputs
}
