//! The parts of states as bytes, for the frontier on disk and for checkpoints: see
//! [`synod_vocabulary::stored`].
//!
//! ```
//! use synod_models::bounds::Rank;
//! use synod_models::bytes::Bytes;
//!
//! let mut bytes = Vec::new();
//! Some(Rank(3)).write(&mut bytes);
//! assert_eq!(Option::<Rank>::read(&mut &bytes[..]), Some(Some(Rank(3))));
//! ```

use crate::bounds::{Decree, Rank};
use std::collections::BTreeMap;
use synod_math::{BallotNumber, Cast, Priest, PriestSet, Vote};
use synod_protocol::{Message, Timer};
use synod_vocabulary::Codec;

/// A value that can be written as bytes and read again. The [module](self)'s example
/// does both.
pub trait Bytes: Sized {
    /// Appends the value to the bytes.
    fn write(&self, bytes: &mut Vec<u8>);

    /// Reads a value from the front of the bytes and removes it there; `None` if the bytes
    /// are not such a value.
    fn read(bytes: &mut &[u8]) -> Option<Self>;
}

/// The [`Codec`] of all values that are [`Bytes`].
pub struct AsBytes;

impl<T: Bytes> Codec<T> for AsBytes {
    fn write(value: &T, bytes: &mut Vec<u8>) {
        value.write(bytes);
    }

    fn read(bytes: &mut &[u8]) -> Option<T> {
        T::read(bytes)
    }
}

macro_rules! numbers_as_bytes {
    ($($number:ty)+) => {
        $(
            impl Bytes for $number {
                fn write(&self, bytes: &mut Vec<u8>) {
                    bytes.extend(self.to_le_bytes());
                }

                fn read(bytes: &mut &[u8]) -> Option<Self> {
                    let (number, rest) = bytes.split_first_chunk()?;
                    *bytes = rest;
                    Some(Self::from_le_bytes(*number))
                }
            }
        )+
    };
}

numbers_as_bytes!(u8 u16 u32 u64 u128);

/// Implements [`Bytes`] for a struct: its fields one after the other.
macro_rules! fields_as_bytes {
    ($type:ty { $($field:tt),+ $(,)? }) => {
        impl $crate::bytes::Bytes for $type {
            fn write(&self, bytes: &mut Vec<u8>) {
                $($crate::bytes::Bytes::write(&self.$field, bytes);)+
            }

            fn read(bytes: &mut &[u8]) -> Option<Self> {
                Some(Self { $($field: $crate::bytes::Bytes::read(bytes)?),+ })
            }
        }
    };
}
pub(crate) use fields_as_bytes;

/// Implements [`Bytes`] for an enum: the number of the variant, then its fields.
macro_rules! variants_as_bytes {
    ($type:ty {
        $($number:literal => $variant:ident
            $({ $($field:ident),+ $(,)? })? $(( $($place:ident),+ ))?),+ $(,)?
    }) => {
        impl $crate::bytes::Bytes for $type {
            fn write(&self, bytes: &mut Vec<u8>) {
                match self {
                    $(Self::$variant $({ $($field),+ })? $(( $($place),+ ))? => {
                        bytes.push($number);
                        $($($crate::bytes::Bytes::write($field, bytes);)+)?
                        $($($crate::bytes::Bytes::write($place, bytes);)+)?
                    })+
                }
            }

            fn read(bytes: &mut &[u8]) -> Option<Self> {
                Some(match <u8 as $crate::bytes::Bytes>::read(bytes)? {
                    $($number => {
                        $($(let $field = $crate::bytes::Bytes::read(bytes)?;)+)?
                        $($(let $place = $crate::bytes::Bytes::read(bytes)?;)+)?
                        Self::$variant $({ $($field),+ })? $(( $($place),+ ))?
                    })+
                    _ => return None,
                })
            }
        }
    };
}
pub(crate) use variants_as_bytes;

fields_as_bytes!(Rank { 0 });
fields_as_bytes!(Decree { 0 });
fields_as_bytes!(BallotNumber { 0 });

impl Bytes for bool {
    fn write(&self, bytes: &mut Vec<u8>) {
        u8::from(*self).write(bytes);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        match u8::read(bytes)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl<T: Bytes, const N: usize> Bytes for [T; N] {
    fn write(&self, bytes: &mut Vec<u8>) {
        for element in self {
            element.write(bytes);
        }
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        // Without a `Vec`, to be fast: every state of a search is read.
        let elements: [Option<T>; N] = std::array::from_fn(|_| T::read(bytes));
        let is_whole = elements.iter().all(Option::is_some);
        #[allow(clippy::expect_used)] // A written invariant.
        is_whole.then(|| elements.map(|element| element.expect("all elements were read")))
    }
}

/// The count, and then each element. The elements are read one by one, so that a wrong
/// count cannot allocate more memory than the bytes justify.
impl<T: Bytes> Bytes for Vec<T> {
    fn write(&self, bytes: &mut Vec<u8>) {
        (self.len() as u32).write(bytes);
        for element in self {
            element.write(bytes);
        }
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let mut elements = Self::new();
        for _ in 0..u32::read(bytes)? {
            elements.push(T::read(bytes)?);
        }
        Some(elements)
    }
}

/// The count, and then each key with its value, in the order of the keys. Entries in
/// another order are not read, so that equal maps have equal bytes.
impl<K: Bytes + Ord, V: Bytes> Bytes for BTreeMap<K, V> {
    fn write(&self, bytes: &mut Vec<u8>) {
        (self.len() as u32).write(bytes);
        for (key, value) in self {
            key.write(bytes);
            value.write(bytes);
        }
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let mut map = Self::new();
        for _ in 0..u32::read(bytes)? {
            let (key, value) = (K::read(bytes)?, V::read(bytes)?);
            let is_in_order = map.last_key_value().is_none_or(|(last, _)| *last < key);
            is_in_order.then(|| map.insert(key, value))?;
        }
        Some(map)
    }
}

impl<T: Bytes> Bytes for Option<T> {
    fn write(&self, bytes: &mut Vec<u8>) {
        self.is_some().write(bytes);
        if let Some(value) = self {
            value.write(bytes);
        }
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        if bool::read(bytes)? {
            T::read(bytes).map(Some)
        } else {
            Some(None)
        }
    }
}

impl Bytes for Priest {
    fn write(&self, bytes: &mut Vec<u8>) {
        (self.index() as u8).write(bytes);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        Self::new(u8::read(bytes)?.into())
    }
}

impl Bytes for PriestSet {
    fn write(&self, bytes: &mut Vec<u8>) {
        self.bits().write(bytes);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        u64::read(bytes).map(Self::from_bits)
    }
}

fields_as_bytes!(Cast<Decree> { number, decree });
fields_as_bytes!(Vote<Decree> { priest, cast });

variants_as_bytes!(Message<Decree> {
    0 => NextBallot { number },
    1 => LastVote { number, vote },
    2 => BeginBallot { number, decree, quorum },
    3 => Voted { number, priest },
    4 => Success { decree },
    5 => Refused { next_bal },
    6 => Present { knows_outcome },
});

variants_as_bytes!(Timer {
    0 => Presence,
    1 => Absence,
    2 => Round,
    3 => Snapshot,
});
