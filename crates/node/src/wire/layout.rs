//! How a type of the protocol is written: it is described once, and both ways
//! between the type and what is written follow.

use super::Malformed;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// A type of which something else is written.
pub(super) trait Layout: Sized {
    /// What is written.
    type Written: Serialize + DeserializeOwned;

    /// As it is written.
    fn write(self) -> Self::Written;

    /// From what was written, which may be anything.
    fn read(written: Self::Written) -> Result<Self, Malformed>;
}

/// Describes an enum, and how the one that is written is called; or a struct, of
/// which its fields are written. In this order of variants and fields.
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

/// Types of which a value of another is written, and the ways there and back.
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
