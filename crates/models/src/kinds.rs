//! The kinds of steps that a model has.

/// From a line a kind: its variant and its name, and the steps that are of it.
macro_rules! kinds {
    (
        $(#[$doc:meta])+
        $visibility:vis enum $Kind:ident of $Step:ty {
            $($Variant:ident = $name:literal: $steps:pat,)+
        }
    ) => {
        $(#[$doc])+
        #[derive(Clone, Copy, PartialEq, Eq)]
        $visibility enum $Kind {
            $($Variant),+
        }

        impl $Kind {
            /// All of them.
            #[allow(dead_code)] // Some count them by name alone.
            $visibility const ALL: &[Self] = &[$(Self::$Variant),+];

            /// The name of each, in order.
            $visibility const NAMES: &[&str] = &[$($name),+];

            /// Which of them a step is of, by its place.
            $visibility const fn place(step: &$Step) -> usize {
                let kind = match step {
                    $($steps => Self::$Variant,)+
                };
                kind as usize
            }
        }
    };
}
pub(crate) use kinds;
