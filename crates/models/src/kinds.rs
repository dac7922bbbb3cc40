//! The kinds of steps of a model, by which coverage is counted.

/// Makes an enum of kinds. Each line has a variant, its name, and the pattern of the steps
/// of this kind.
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
            /// All kinds.
            #[allow(dead_code)] // Some models use only the names.
            $visibility const ALL: &[Self] = &[$(Self::$Variant),+];

            /// The names of the kinds, in order.
            $visibility const NAMES: &[&str] = &[$($name),+];

            /// The index of the kind of a step.
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
