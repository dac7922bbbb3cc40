//! Choices that run specs know by name.

/// An enum of which each variant has a name: with `ALL` of them, in order, and
/// the `name` of each.
#[macro_export]
macro_rules! named {
    (
        $(#[$about:meta])+
        $visibility:vis enum $Choice:ident {
            $($(#[$meaning:meta])+ $Variant:ident = $name:literal,)+
        }
    ) => {
        $(#[$about])+
        $visibility enum $Choice {
            $($(#[$meaning])+ $Variant,)+
        }

        impl $Choice {
            /// All of them.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$Variant),+];

            /// The name by which run specs know it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$Variant => $name,)+
                }
            }
        }
    };
}
