//! Choices that have a name in run specs.

/// Declares an enum whose variants have names in run specs: a constant `ALL`
/// with every variant in order, and a function `name`.
///
/// ```
/// synod_vocabulary::named! {
///     /// How messages travel.
///     #[derive(Clone, Copy, Debug, PartialEq)]
///     pub enum Network {
///         /// Each message arrives at most once.
///         Once = "once",
///         /// A message may arrive several times.
///         Duplicating = "duplicating",
///     }
/// }
///
/// assert_eq!(Network::ALL.map(Network::name), ["once", "duplicating"]);
/// ```
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
            /// Every variant, in order.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$Variant),+];

            /// The name in run specs.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$Variant => $name,)+
                }
            }
        }
    };
}
