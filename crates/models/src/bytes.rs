//! States as bytes, for whoever keeps them outside memory.
//!
//! The bytes are for the same program on the same spec: no version, no names.
//! Whoever writes them to last must add both, and a checksum.
//!
//! Of some models they hold numbers that another process does not have, or has
//! for something else. What they stand for goes along, and is told once: the
//! context of the states. It has a checksum.

use crate::bounds::{Decree, Rank};
use stateright::Model;
use std::collections::BTreeMap;
use synod_math::{BallotNumber, Cast, Priest, PriestSet, Vote};
use synod_process::Input;
use synod_protocol::Message;
use synod_protocol::Timer;

/// A model whose states can be bytes.
pub trait Stored: Model {
    /// Appends a state.
    fn write_state(&self, state: &Self::State, bytes: &mut Vec<u8>);

    /// Takes a state off the front that another process wrote, or an earlier
    /// run; none if it is none, or the dictionary does not cover it.
    fn read_state(&self, dictionary: &[Vec<u32>], bytes: &mut &[u8]) -> Option<Self::State>;

    /// Takes a state off the front that this very process wrote; none if it is
    /// none.
    fn read_own_state(&self, bytes: &mut &[u8]) -> Option<Self::State> {
        self.read_state(&[], bytes)
    }

    /// Appends what the bytes of states refer to, but for what was told before;
    /// nothing if there is no more. It covers every state that the caller has
    /// in hand, whatever other threads do meanwhile. `told` is how much that
    /// reader was told: at first, empty.
    fn write_context(&self, _told: &mut Vec<u64>, _bytes: &mut Vec<u8>) {}

    /// Takes in what another process told, or an earlier run: once or part by
    /// part, in its order, whatever this one knows already. `dictionary` is
    /// what its numbers mean here, by tables: at first, empty; one for each who
    /// tells. Whether it could: if not, the dictionary is of no use any more.
    fn read_context(&self, _dictionary: &mut Vec<Vec<u32>>, bytes: &[u8]) -> bool {
        bytes.is_empty()
    }
}

/// A value that can be bytes.
pub trait Bytes: Sized {
    /// Appends it.
    fn write(&self, bytes: &mut Vec<u8>);

    /// Takes it off the front; none if it is not there.
    fn read(bytes: &mut &[u8]) -> Option<Self>;
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

/// A struct field by field.
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
        // Not by way of a `Vec`: a state is read for every state that is new.
        let elements: [Option<T>; N] = std::array::from_fn(|_| T::read(bytes));
        let is_whole = elements.iter().all(Option::is_some);
        #[allow(clippy::expect_used)] // A written invariant.
        is_whole.then(|| elements.map(|element| element.expect("all of them are there")))
    }
}

/// How many, and then each. Read one by one: what claims to be longer than the
/// bytes ends with them, and takes no memory before.
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

/// As the vector of its pairs, in the order of the keys, which is the only one
/// that is read.
impl<K: Bytes + Ord, V: Bytes> Bytes for BTreeMap<K, V> {
    fn write(&self, bytes: &mut Vec<u8>) {
        (self.len() as u32).write(bytes);
        for (key, value) in self {
            key.write(bytes);
            value.write(bytes);
        }
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let pairs = Vec::<(K, V)>::read(bytes)?;
        let is_in_order = pairs.is_sorted_by(|(one, _), (next, _)| one < next);
        is_in_order.then(|| pairs.into_iter().collect())
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

impl Bytes for Vote<Decree> {
    fn write(&self, bytes: &mut Vec<u8>) {
        self.priest.write(bytes);
        self.cast.is_some().write(bytes);
        if let Some(cast) = &self.cast {
            cast.number.write(bytes);
            cast.decree.write(bytes);
        }
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let priest = Priest::read(bytes)?;
        let cast = if bool::read(bytes)? {
            Some(Cast {
                number: BallotNumber::read(bytes)?,
                decree: Decree::read(bytes)?,
            })
        } else {
            None
        };
        Some(Self { priest, cast })
    }
}

impl Bytes for Message<Decree> {
    fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::NextBallot { number } => (0_u8, *number).write(bytes),
            Self::LastVote { number, vote } => {
                (1_u8, *number).write(bytes);
                vote.write(bytes);
            }
            Self::BeginBallot {
                number,
                decree,
                quorum,
            } => {
                (2_u8, *number).write(bytes);
                (*decree, *quorum).write(bytes);
            }
            Self::Voted { number, priest } => {
                (3_u8, *number).write(bytes);
                priest.write(bytes);
            }
            Self::Success { decree } => (4_u8, *decree).write(bytes),
            Self::Refused { next_bal } => (5_u8, *next_bal).write(bytes),
            Self::Present { knows_outcome } => (6_u8, *knows_outcome).write(bytes),
        }
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        Some(match u8::read(bytes)? {
            0 => Self::NextBallot {
                number: Bytes::read(bytes)?,
            },
            1 => Self::LastVote {
                number: Bytes::read(bytes)?,
                vote: Bytes::read(bytes)?,
            },
            2 => Self::BeginBallot {
                number: Bytes::read(bytes)?,
                decree: Bytes::read(bytes)?,
                quorum: Bytes::read(bytes)?,
            },
            3 => Self::Voted {
                number: Bytes::read(bytes)?,
                priest: Bytes::read(bytes)?,
            },
            4 => Self::Success {
                decree: Bytes::read(bytes)?,
            },
            5 => Self::Refused {
                next_bal: Bytes::read(bytes)?,
            },
            6 => Self::Present {
                knows_outcome: Bytes::read(bytes)?,
            },
            _ => return None,
        })
    }
}

impl<M: Bytes, R: Bytes> Bytes for Input<Priest, M, R, Timer> {
    fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Receive { from, message } => {
                (0_u8, *from).write(bytes);
                message.write(bytes);
            }
            Self::Timeout(Timer::Presence) => 1_u8.write(bytes),
            Self::Timeout(Timer::Absence) => 2_u8.write(bytes),
            Self::Timeout(Timer::Round) => 3_u8.write(bytes),
            Self::Propose(request) => {
                4_u8.write(bytes);
                request.write(bytes);
            }
        }
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        Some(match u8::read(bytes)? {
            0 => Self::Receive {
                from: Bytes::read(bytes)?,
                message: Bytes::read(bytes)?,
            },
            1 => Self::Timeout(Timer::Presence),
            2 => Self::Timeout(Timer::Absence),
            3 => Self::Timeout(Timer::Round),
            4 => Self::Propose(Bytes::read(bytes)?),
            _ => return None,
        })
    }
}

impl<A: Bytes, B: Bytes> Bytes for (A, B) {
    fn write(&self, bytes: &mut Vec<u8>) {
        self.0.write(bytes);
        self.1.write(bytes);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        Some((A::read(bytes)?, B::read(bytes)?))
    }
}
