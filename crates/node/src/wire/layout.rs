//! How a type of the protocol is written. It is described once, by a macro, which generates the
//! conversions in both directions.

use super::Malformed;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// A type that is written as a value of another type.
pub(super) trait Layout: Sized {
    /// The type that is written.
    type Written: Serialize + DeserializeOwned;

    /// Converts a value to the written type.
    fn write(self) -> Self::Written;

    /// Converts a written value back. It comes from outside, so it may be invalid.
    fn read(written: Self::Written) -> Result<Self, Malformed>;
}

/// Describes an enum, with the name of the written enum; or a struct, which is written as a tuple
/// of its fields. The order of variants and fields is that of the format.
macro_rules! layout {
    (enum $type:ty as $written:ident {
        $($variant:ident $({ $($field:ident: $of:ty),+ })? $(($only:ident: $its:ty))?),+ $(,)?
    }) => {
        #[derive(serde::Serialize, serde::Deserialize)]
        pub(super) enum $written {
            $($variant
                $({ $($field: <$of as Layout>::Written),+ })?
                $((<$its as Layout>::Written))?
            ),+
        }

        impl Layout for $type {
            type Written = $written;

            fn write(self) -> $written {
                match self {
                    $(Self::$variant $({ $($field),+ })? $(($only))? => $written::$variant
                        $({ $($field: $field.write()),+ })?
                        $(($only.write()))?
                    ),+
                }
            }

            fn read(written: $written) -> Result<Self, Malformed> {
                Ok(match written {
                    $($written::$variant $({ $($field),+ })? $(($only))? => Self::$variant
                        $({ $($field: Layout::read($field)?),+ })?
                        $((Layout::read($only)?))?
                    ),+
                })
            }
        }
    };
    (struct $type:ty { $($field:ident: $of:ty),+ }) => {
        impl Layout for $type {
            type Written = ($(<$of as Layout>::Written,)+);

            fn write(self) -> Self::Written {
                ($(self.$field.write(),)+)
            }

            fn read(($($field,)+): Self::Written) -> Result<Self, Malformed> {
                Ok(Self { $($field: Layout::read($field)?),+ })
            }
        }
    };
}

/// Describes types that are written as another type, with the conversions in both directions.
macro_rules! written_as {
    ($($type:ty as $written:ty: $write:expr, $read:expr;)+) => {
        $(impl Layout for $type {
            type Written = $written;

            fn write(self) -> $written {
                let write: fn(Self) -> $written = $write;
                write(self)
            }

            fn read(written: $written) -> Result<Self, Malformed> {
                let read: fn($written) -> Result<Self, Malformed> = $read;
                read(written)
            }
        })+
    };
}

pub(super) use {layout, written_as};

impl<T: Layout> Layout for Option<T> {
    type Written = Option<T::Written>;

    fn write(self) -> Self::Written {
        self.map(T::write)
    }

    fn read(written: Self::Written) -> Result<Self, Malformed> {
        written.map(T::read).transpose()
    }
}

impl<T: Layout> Layout for Vec<T> {
    type Written = Vec<T::Written>;

    fn write(self) -> Self::Written {
        self.into_iter().map(T::write).collect()
    }

    fn read(written: Self::Written) -> Result<Self, Malformed> {
        written.into_iter().map(T::read).collect()
    }
}

impl<K: Layout + Ord, V: Layout> Layout for BTreeMap<K, V> {
    type Written = Vec<(K::Written, V::Written)>;

    fn write(self) -> Self::Written {
        self.into_iter().map(<(K, V)>::write).collect()
    }

    fn read(written: Self::Written) -> Result<Self, Malformed> {
        written.into_iter().map(<(K, V)>::read).collect()
    }
}

impl<A: Layout, B: Layout> Layout for (A, B) {
    type Written = (A::Written, B::Written);

    fn write(self) -> Self::Written {
        (self.0.write(), self.1.write())
    }

    fn read((a, b): Self::Written) -> Result<Self, Malformed> {
        Ok((A::read(a)?, B::read(b)?))
    }
}
